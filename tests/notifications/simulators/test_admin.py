"""The page and `/_sim`: a person or a test sees the phones, answers, and orders faults."""

import json
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from notifications.channels.registry import build
from notifications.message import Channel, Outgoing, Result
from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from notifications.simulators.voice_settings import VoiceSettings
from store.kinds import Kind

from .conftest import Sink

pytestmark = pytest.mark.anyio


@pytest.fixture
async def wechat(simulators: Simulators, sink: Sink, tmp_path: object) -> Channel:
    return build({"wechat": simulators.wechat_url}, tmp_path)["wechat"]  # type: ignore[arg-type]  # pytest gives a Path


def _outgoing(title: str = "防汛") -> Outgoing:
    return Outgoing("d-1", Kind.REAL, "zhang", title, "巡堤", "巡堤", "call", {}, "zh", code="07")


async def test_the_page_shows_the_phone_and_lets_it_answer_without_javascript(
    browser: ClientSession, simulators: Simulators, sink: Sink, wechat: Channel
) -> None:
    await wechat.deliver(_outgoing())

    async with browser.get(simulators.page) as response:
        shown = await response.text()
    async with browser.post(
        f"{simulators.page}_sim/click", data={"delivery": "d-1", "address": "zhang", "key": "ack"}
    ) as response:
        after = response

    assert "zhang" in shown
    assert '<form method="post" action="/_sim/click">' in shown
    assert "<script" not in shown
    assert (after.status, after.url.path) == (200, "/")
    assert len(sink.calls) == 1
    await wechat.close()


async def test_a_text_cannot_write_into_the_page(browser: ClientSession, simulators: Simulators, wechat: Channel) -> None:
    await wechat.deliver(_outgoing("<script>alert(1)</script>"))

    async with browser.get(simulators.page) as response:
        assert "<script" not in await response.text()
    await wechat.close()


async def test_messages_can_be_asked_by_delivery(browser: ClientSession, simulators: Simulators, wechat: Channel) -> None:
    await wechat.deliver(_outgoing())

    async with browser.get(f"{simulators.page}_sim/messages", params={"delivery": "d-1"}) as response:
        found = json.loads(await response.text())
    async with browser.get(f"{simulators.page}_sim/messages", params={"delivery": "d-2"}) as response:
        other = json.loads(await response.text())

    assert ([one["address"] for one in found], other) == (["zhang"], [])
    await wechat.close()


async def test_a_fault_is_ordered_for_so_many_requests(browser: ClientSession, simulators: Simulators, wechat: Channel) -> None:
    async with browser.post(f"{simulators.page}_sim/faults", json={"channel": "wechat", "code": "45009", "times": 1}) as response:
        assert response.status == 200

    results = [(await wechat.deliver(_outgoing())).result for _ in range(2)]

    assert results == [Result.FAILED_FOR_NOW, Result.ACCEPTED]
    await wechat.close()


async def test_a_fault_with_an_unknown_field_is_refused_with_those_that_exist(
    browser: ClientSession, simulators: Simulators
) -> None:
    async with browser.post(f"{simulators.page}_sim/faults", json={"channel": "sms", "colour": "red"}) as response:
        assert response.status == 400
        assert "expected channel and some of code" in await response.text()


async def test_faults_can_be_cleared(browser: ClientSession, simulators: Simulators, wechat: Channel) -> None:
    await (await browser.post(f"{simulators.page}_sim/faults", json={"channel": "wechat", "down": True})).release()
    await (await browser.delete(f"{simulators.page}_sim/faults")).release()

    assert (await wechat.deliver(_outgoing())).result is Result.ACCEPTED
    await wechat.close()


async def test_an_answer_nobody_takes_is_said(browser: ClientSession, simulators: Simulators, sink: Sink) -> None:
    sink.status = 500

    async with browser.post(
        f"{simulators.page}_sim/reply", json={"channel": "sms", "address": "13800000001", "text": "1"}
    ) as response:
        assert response.status == 502


async def test_a_ringing_phone_is_shown_and_a_key_can_be_pressed_on_the_page(
    browser: ClientSession, simulators: Simulators, sink: Sink, tmp_path: object
) -> None:
    voice = build({"voice": simulators.voice_url}, tmp_path)["voice"]  # type: ignore[arg-type]  # pytest gives a Path
    variables = {"plan": "防汛", "level": "Ⅲ级", "task": "巡堤查险"}
    call = Outgoing("r-0001", Kind.REAL, "13800000001", "防汛", "巡堤", "巡堤", "call", variables, "zh", code="07")
    assert (await voice.deliver(call)).result is Result.ACCEPTED

    async with browser.get(simulators.page) as response:
        ringing = await response.text()
    pressing = {"delivery": "r-0001", "address": "13800000001", "key": "1"}
    async with browser.post(f"{simulators.page}_sim/press", data=pressing) as response:
        answered = await response.text()
    async with browser.post(f"{simulators.page}_sim/press", json=pressing) as response:
        again = response.status
    await simulators.settle()

    assert "📞" in ringing
    assert '<form method="post" action="/_sim/press">' in ringing
    assert "请按1" in ringing
    assert "按了 1" in answered
    assert "📞" not in answered
    assert again == 502
    assert [path for path, _, _ in sink.calls] == ["/secret/voice", "/secret/voice"]
    await voice.close()


async def test_a_phone_that_nobody_picks_up_stops_ringing(tmp_path: object) -> None:
    settings = SimulatorSettings(voice=VoiceSettings(rings=timedelta(milliseconds=20), again_after=()))
    async with Simulators(settings) as phones:
        voice = build({"voice": phones.tencent_voice_url}, tmp_path)["voice"]  # type: ignore[arg-type]  # pytest gives a Path
        variables = {"plan": "防汛", "level": "Ⅲ级", "task": "巡堤查险"}
        await voice.deliver(Outgoing("r-0001", Kind.REAL, "13800000001", "防汛", "巡堤", "巡堤", "call", variables, "zh"))
        await phones.settle()

        assert not phones.press("r-0001", "13800000001", "1")
        assert phones.switchboard.shown["r-0001", "13800000001"] == "无人接听 · not answered"
        await voice.close()
