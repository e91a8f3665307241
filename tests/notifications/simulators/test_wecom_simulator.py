"""The simulated WeCom keeps the provider's rules: what it refuses, cuts, drops without a word, and calls back."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from notifications.callbacks.wecom import WecomCallback
from notifications.simulators.settings import Callbacks, SimulatorSettings, WecomSettings
from notifications.simulators.simulators import Simulators
from notifications.simulators.wecom_rules import Refused, Shaped, shape
from store.clock import MovableClock

from .conftest import Sink

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TEXT = {"touser": "zhang", "agentid": 1000002, "msgtype": "text", "text": {"content": "巡堤查险 Ref d-1"}}
CARD = {
    "touser": "zhang",
    "agentid": 1000002,
    "msgtype": "template_card",
    "template_card": {
        "card_type": "button_interaction",
        "main_title": {"title": "防汛"},
        "task_id": "d-1",
        "button_list": [{"text": "收到", "key": "ack"}],
    },
}


def _card(**changes: object) -> dict[str, Any]:
    card: Any = CARD["template_card"]
    return CARD | {"template_card": card | changes}


class Application:
    def __init__(self, browser: ClientSession, simulators: Simulators) -> None:
        self.browser, self.base = browser, f"http://127.0.0.1:{simulators.wecom_port}/cgi-bin"
        self.account = simulators.settings.wecom

    async def token(self, **wrong: str) -> dict[str, Any]:
        query = {"corpid": self.account.corporation, "corpsecret": self.account.secret} | wrong
        async with self.browser.get(f"{self.base}/gettoken", params=query) as response:
            found: dict[str, Any] = await response.json()
            return found

    async def post(self, action: str, content: Mapping[str, Any], token: str | None = None) -> dict[str, Any]:
        query = {"access_token": (await self.token())["access_token"] if token is None else token}
        async with self.browser.post(f"{self.base}/message/{action}", params=query, json=content) as response:
            found: dict[str, Any] = await response.json()
            return found


@pytest.fixture
def application(browser: ClientSession, simulators: Simulators, sink: Sink) -> Application:
    return Application(browser, simulators)


@pytest.mark.parametrize(("wrong", "code"), [({"corpid": "ww-other"}, 40013), ({"corpsecret": "wrong"}, 40001)])
async def test_a_wrong_account_gets_no_token(wrong: dict[str, str], code: int, application: Application) -> None:
    assert (await application.token(**wrong))["errcode"] == code


@pytest.mark.parametrize(("token", "code"), [("", 41001), ("invented", 40014)])
async def test_without_a_good_token_nothing_is_sent(
    token: str, code: int, application: Application, simulators: Simulators
) -> None:
    assert (await application.post("send", TEXT, token))["errcode"] == code
    assert simulators.ledger.all() == ()


async def test_a_token_that_has_ended_is_refused(application: Application, simulators: Simulators) -> None:
    token = (await application.token())["access_token"]
    simulators.expire_tokens()

    assert (await application.post("send", TEXT, token))["errcode"] == 42001


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (TEXT | {"agentid": 1}, 40056),
        (TEXT | {"touser": ""}, 40032),
        (TEXT | {"touser": "|".join(["a"] * 1001)}, 40031),
        (TEXT | {"msgtype": "voice"}, 40008),
        (TEXT | {"text": {"content": ""}}, 44004),
        (_card(task_id=""), 42014),
        (_card(task_id="with space"), 42014),
        (_card(button_list=[]), 40058),
        (_card(button_list=[{"text": "x", "key": "x"}] * 7), 40058),
        (_card(button_list=[{"text": "x"}]), 40058),
    ],
)
async def test_a_message_against_the_rules_is_refused(content: dict[str, Any], code: int) -> None:
    refused = shape(content, agent=1000002, has_callback=True)

    assert isinstance(refused, Refused)
    assert refused.errcode == code


async def test_a_card_needs_a_callback() -> None:
    assert isinstance(shape(CARD, agent=1000002, has_callback=False), Refused)


async def test_a_long_text_is_cut_by_bytes_without_a_word() -> None:
    shaped = shape(TEXT | {"text": {"content": "汉" * 1000}}, agent=1000002, has_callback=True)

    assert isinstance(shaped, Shaped)
    assert shaped.text == "汉" * 682


async def test_strangers_are_named_and_the_others_still_get_it(application: Application, simulators: Simulators) -> None:
    answer = await application.post("send", TEXT | {"touser": "zhang|Nobody-1|nobody-2"})

    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody-2")
    assert [one.address for one in simulators.ledger.all()] == ["zhang", "Nobody-1"]


async def test_the_same_task_twice_is_refused(application: Application) -> None:
    await application.post("send", CARD)

    assert (await application.post("send", _card(sub_title_text="changed")))["errcode"] == 42014


@pytest.mark.parametrize(("check", "copies"), [(1, 1), (0, 2)])
async def test_copies_are_dropped_only_where_the_sender_asked(
    check: int, copies: int, application: Application, simulators: Simulators
) -> None:
    for _ in range(2):
        await application.post("send", TEXT | {"enable_duplicate_check": check})

    assert len(simulators.ledger.all()) == copies


async def test_above_thirty_a_minute_messages_disappear_without_an_error(browser: ClientSession) -> None:
    clock = MovableClock(NOW)
    settings = SimulatorSettings(wecom=WecomSettings(a_minute=2), callbacks=Callbacks())
    async with Simulators(settings, clock) as simulators:
        application = Application(browser, simulators)
        codes = [(await application.post("send", TEXT | {"text": {"content": f"Ref d-{n}"}}))["errcode"] for n in range(3)]
        clock.forward(timedelta(minutes=1))
        await application.post("send", TEXT | {"text": {"content": "Ref d-later"}})

    assert codes == [0, 0, 0]
    assert simulators.wecom.silenced == ["d-2"]
    assert list(simulators.ledger.counts()) == ["d-0", "d-1", "d-later"]


def _reader(simulators: Simulators) -> WecomCallback:
    account = simulators.settings.wecom
    return WecomCallback(account.token, account.encoding_aes_key, account.corporation)


async def test_a_click_is_called_back_encrypted_and_its_code_changes_the_card(
    application: Application, simulators: Simulators, sink: Sink
) -> None:
    await application.post("send", CARD)

    assert await simulators.click("d-1", "ack")

    ((path, query, body),) = sink.calls
    reply = _reader(simulators).read(query, body)
    assert reply is not None
    assert (path, reply.address, reply.delivery, reply.text) == ("/secret/wechat", "zhang", "d-1", "ack")
    change = {
        "userids": ["zhang"],
        "agentid": 1000002,
        "response_code": reply.extra["response_code"],
        "button": {"replace_name": "已确认"},
    }
    assert (await application.post("update_template_card", change))["errcode"] == 0
    assert (await application.post("update_template_card", change))["errcode"] != 0


async def test_a_button_that_no_card_has_cannot_be_pressed(application: Application, simulators: Simulators, sink: Sink) -> None:
    await application.post("send", CARD)

    assert not await simulators.click("d-1", "decline")
    assert sink.calls == []


async def test_a_members_text_is_called_back(simulators: Simulators, sink: Sink) -> None:
    assert await simulators.reply("wechat", "zhang", "1 07 <&>")

    _, query, body = sink.calls[0]
    reply = _reader(simulators).read(query, body)
    assert reply is not None
    assert (reply.address, reply.text) == ("zhang", "1 07 <&>")


async def test_a_callback_that_does_not_give_the_plain_text_back_is_not_verified(simulators: Simulators, sink: Sink) -> None:
    sink.echo = "something else"

    assert not await simulators.wecom.verify_callback()
