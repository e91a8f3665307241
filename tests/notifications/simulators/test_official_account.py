"""wechatpy, which we did not write, uses the simulated Official Account and reads its calls; ours read what wechatpy seals."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from wechatpy import WeChatClient, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatClientException
from wechatpy.utils import check_signature

from notifications.callbacks.errors import CallbackError
from notifications.callbacks.official_account import OfficialAccountCallback
from notifications.message import Receipt, Reply
from notifications.simulators.faults import Fault
from notifications.simulators.official_account_settings import OfficialAccountSettings, template_of
from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from store.clock import RealClock

from .conftest import Sink

pytestmark = pytest.mark.anyio
OPENID = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"
STRANGER = "oLVPpjqs9BhvzwPj5A-vTYAX3000"
DATA = {"thing1": {"value": "防汛"}, "thing2": {"value": "Ⅲ级"}, "thing3": {"value": "巡堤查险"}, "thing4": {"value": "1 07"}}
TEMPLATE = template_of("default", is_drill=False)


@pytest.fixture
async def simulators() -> AsyncIterator[Simulators]:
    account = OfficialAccountSettings(receipt_after=timedelta(0), strangers=frozenset({STRANGER}))
    async with Simulators(SimulatorSettings(official=account)) as running:
        yield running


@pytest.fixture
def crypto(simulators: Simulators) -> WeChatCrypto:
    account = simulators.settings.official
    return WeChatCrypto(account.token, account.encoding_aes_key, account.application)


@pytest.fixture
def ours(simulators: Simulators) -> OfficialAccountCallback:
    account = simulators.settings.official
    return OfficialAccountCallback(account.token, account.encoding_aes_key, account.application)


def client(simulators: Simulators, secret: str = "") -> Any:
    base = f"http://127.0.0.1:{simulators.wecom_port}/cgi-bin/"

    class Here(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
        API_BASE_URL = base

        def fetch_access_token(self) -> Any:
            query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
            return self._fetch_access_token(f"{base}token", query)

    account = simulators.settings.official
    return Here(account.application, secret or account.secret)


async def test_wechatpy_sends_a_template_message(simulators: Simulators) -> None:
    answer = await asyncio.to_thread(client(simulators).message.send_template, OPENID, TEMPLATE, DATA, "https://x.example/f/1")

    (received,) = simulators.ledger.all()
    assert str(answer["msgid"]) == received.provider_id
    assert (received.address, received.text) == (OPENID, "应急任务\n防汛\nⅢ级\n巡堤查险\n1 07")


@pytest.mark.parametrize(
    ("openid", "template", "data", "code"),
    [
        ("zhangwei", TEMPLATE, DATA, 40003),
        (STRANGER, TEMPLATE, DATA, 43004),
        (OPENID, "another", DATA, 40037),
        (OPENID, TEMPLATE, {}, 47003),
    ],
)
async def test_wechatpy_hears_the_documented_code(
    openid: str, template: str, data: dict[str, Any], code: int, simulators: Simulators
) -> None:
    with pytest.raises(WeChatClientException) as caught:
        await asyncio.to_thread(client(simulators).message.send_template, openid, template, data)

    assert caught.value.errcode == code
    assert simulators.ledger.all() == ()


async def test_wechatpy_with_a_wrong_secret_gets_no_token(simulators: Simulators) -> None:
    with pytest.raises(WeChatClientException) as caught:
        await asyncio.to_thread(client(simulators, "wrong").fetch_access_token)

    assert caught.value.errcode == 40001


@pytest.mark.parametrize(("order", "status", "state"), [("", "success", "delivered"), ("failed", "failed:user block", "failed")])
async def test_the_end_of_a_message_is_called_back_and_both_of_us_read_it(
    order: Any, status: str, state: str, simulators: Simulators, sink: Sink, crypto: WeChatCrypto, ours: OfficialAccountCallback
) -> None:
    simulators.faults.order(Fault("weixin", receipt=order))
    answer = await asyncio.to_thread(client(simulators).message.send_template, OPENID, TEMPLATE, DATA)
    await simulators.settle()

    ((path, query, body),) = sink.calls
    plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    event = parse_message(plain)
    assert (path, event.event, event.id, event.status) == ("/secret/official", "templatesendjobfinish", answer["msgid"], status)
    receipt = ours.read(query, body)
    assert isinstance(receipt, Receipt)
    assert (receipt.delivery, receipt.state.value, receipt.code) == (f"weixin-{answer['msgid']}", state, status)


async def test_what_a_follower_writes_is_called_back(simulators: Simulators, sink: Sink, ours: OfficialAccountCallback) -> None:
    assert await simulators.reply("weixin", OPENID, "1 07")

    ((_, query, body),) = sink.calls
    reply = ours.read(query, body)
    assert isinstance(reply, Reply)
    assert (reply.channel, reply.address, reply.text) == ("wechat", OPENID, "1 07")


def sealed(crypto: WeChatCrypto, inside: str, at: int) -> tuple[dict[str, str], bytes]:
    """As wechatpy seals it."""
    body = crypto.encrypt_message(inside, "n", str(at))
    signature = body[body.index("<MsgSignature>") :].partition("[CDATA[")[2].partition("]]")[0]
    return {"msg_signature": signature, "timestamp": str(at), "nonce": "n"}, body.encode()


TEXT = (
    f"<xml><ToUserName>gh</ToUserName><FromUserName>{OPENID}</FromUserName><CreateTime>1764000000</CreateTime>"
    "<MsgType>text</MsgType><Content>收到</Content><MsgId>7</MsgId></xml>"
)


async def test_a_text_that_wechatpy_sealed_is_read(crypto: WeChatCrypto, ours: OfficialAccountCallback) -> None:
    reply = ours.read(*sealed(crypto, TEXT, int(RealClock().now().timestamp())))

    assert isinstance(reply, Reply)
    assert (reply.text, reply.external_id) == ("收到", "7")


async def test_what_is_old_or_changed_or_for_another_account_is_refused(
    crypto: WeChatCrypto, simulators: Simulators, ours: OfficialAccountCallback
) -> None:
    now, account = int(RealClock().now().timestamp()), simulators.settings.official
    others = WeChatCrypto(account.token, account.encoding_aes_key, "wxsomebodyelse")
    query, body = sealed(crypto, TEXT, now)

    for call in ((query | {"nonce": "m"}, body), sealed(crypto, TEXT, now - 600), sealed(others, TEXT, now)):
        with pytest.raises(CallbackError):
            ours.read(*call)


async def test_the_address_is_confirmed_as_wechatpy_would(simulators: Simulators, ours: OfficialAccountCallback) -> None:
    token, now = simulators.settings.official.token, str(int(RealClock().now().timestamp()))
    signature = hashlib.sha1("".join(sorted([token, now, "n"])).encode(), usedforsecurity=False).hexdigest()
    check_signature(token, signature, now, "n")

    assert ours.verify({"signature": signature, "timestamp": now, "nonce": "n", "echostr": "5837397520665"}) == "5837397520665"
    with pytest.raises(CallbackError):
        ours.verify({"signature": signature, "timestamp": now, "nonce": "n", "echostr": "<script>"})
    with pytest.raises(CallbackError):
        ours.verify({"signature": "0" * 40, "timestamp": now, "nonce": "n", "echostr": "5837397520665"})


async def test_an_event_that_says_nothing_to_us_is_taken_without_effect(
    crypto: WeChatCrypto, ours: OfficialAccountCallback
) -> None:
    inside = TEXT.replace("<MsgType>text", "<MsgType>event").replace("<MsgId>", "<Event>subscribe</Event><MsgId>")

    assert ours.read(*sealed(crypto, inside, int(RealClock().now().timestamp()))) is None
