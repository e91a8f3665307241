"""wechatpy, which we did not write, is an application of the simulated WeCom: it sends, hears refusals, reads the calls."""

import asyncio
from typing import Any

import pytest
from wechatpy.enterprise import WeChatClient, parse_message
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatClientException

from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators

from .conftest import Sink

pytestmark = pytest.mark.anyio


def client(simulators: Simulators, secret: str = "") -> Any:
    base = f"http://127.0.0.1:{simulators.wecom_port}/cgi-bin/"

    class Here(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
        API_BASE_URL = base

        def fetch_access_token(self) -> Any:
            return self._fetch_access_token(f"{base}gettoken", {"corpid": self.corp_id, "corpsecret": self.secret})

    account = simulators.settings.wecom
    return Here(account.corporation, secret or account.secret)


async def test_wechatpy_sends_a_text_and_a_card(simulators: Simulators) -> None:
    agent, application = simulators.settings.wecom.agent, client(simulators)

    text = await asyncio.to_thread(application.message.send_text, agent, ["zhangwei", "nobody"], "巡堤查险")
    await asyncio.to_thread(application.message.send_text_card, agent, "zhangwei", "防汛", "查看任务", "https://x.example/f/1")

    assert (text["errcode"], text["invaliduser"]) == (0, "nobody")
    assert [(one.form, one.title, one.text) for one in simulators.ledger.all()] == [
        ("text", "", "巡堤查险"),
        ("textcard", "防汛", "查看任务"),
    ]
    assert simulators.wecom.tokens.fetched == 1


async def test_wechatpy_fetches_a_new_token_when_the_old_one_ended(simulators: Simulators) -> None:
    agent, application = simulators.settings.wecom.agent, client(simulators)
    await asyncio.to_thread(application.message.send_text, agent, "zhangwei", "一")
    simulators.expire_tokens()

    await asyncio.to_thread(application.message.send_text, agent, "zhangwei", "二")

    assert simulators.wecom.tokens.fetched == 2


@pytest.mark.parametrize("code", [45009, 60020, 81013])
async def test_wechatpy_hears_each_errcode(code: int, simulators: Simulators) -> None:
    simulators.faults.order(Fault("wechat", code=str(code)))

    with pytest.raises(WeChatClientException) as caught:
        await asyncio.to_thread(client(simulators).message.send_text, simulators.settings.wecom.agent, "zhangwei", "一")

    assert caught.value.errcode == code


async def test_wechatpy_with_a_wrong_secret_gets_no_token(simulators: Simulators) -> None:
    with pytest.raises(WeChatClientException) as caught:
        await asyncio.to_thread(client(simulators, "wrong").fetch_access_token)

    assert caught.value.errcode == 40001


async def test_wechatpy_reads_what_a_member_writes(simulators: Simulators, sink: Sink) -> None:
    account = simulators.settings.wecom
    crypto = WeChatCrypto(account.token, account.encoding_aes_key, account.corporation)

    assert await simulators.reply("wechat", "zhangwei", "收到")

    ((_, query, body),) = sink.calls
    message = parse_message(crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"]))
    assert (message.type, message.source, message.content) == ("text", "zhangwei", "收到")
