"""Our channels through apprise: usable like any other address, honest about failures, silent about secrets."""

import asyncio

import apprise
import pytest

from notifications.channels.plugin import outcomes
from notifications.channels.plugins import OURS, register
from notifications.message import Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators

pytestmark = pytest.mark.anyio


@pytest.fixture
async def urls(simulators: Simulators) -> tuple[str, str]:
    register()
    sms = simulators.sms_url.replace("?", "/13800000001/13800000002?")
    return sms, simulators.wechat_url.replace("/?", "/zhangwei?")


def _notify(url: str) -> bool:
    sender = apprise.Apprise()
    assert sender.add(url)
    return bool(sender.notify(body="巡堤查险", title="防汛"))


async def test_apprise_sends_by_sms_to_each_phone(simulators: Simulators, urls: tuple[str, str]) -> None:
    assert await asyncio.to_thread(_notify, urls[0])

    assert [one.address for one in simulators.ledger.all()] == ["13800000001", "13800000002"]


async def test_apprise_sends_by_wecom(simulators: Simulators, urls: tuple[str, str]) -> None:
    assert await asyncio.to_thread(_notify, urls[1])

    assert [one.address for one in simulators.ledger.all()] == ["zhangwei"]


@pytest.mark.parametrize(("place", "fault"), [(0, Fault("sms", code="isv.OUT_OF_SERVICE")), (1, Fault("wechat", code="45009"))])
async def test_a_failure_in_the_body_is_a_failure_for_apprise(
    place: int, fault: Fault, simulators: Simulators, urls: tuple[str, str]
) -> None:
    simulators.faults.order(fault)

    assert not await asyncio.to_thread(_notify, urls[place])


async def test_several_addresses_at_once_go_out_without_a_pause(simulators: Simulators, urls: tuple[str, str]) -> None:
    sender = apprise.Apprise()
    sender.add(list(urls))

    assert await asyncio.wait_for(sender.async_notify(body="巡堤查险", title="防汛"), 4)

    assert len(simulators.ledger.all()) == 3


async def test_what_the_provider_said_is_kept_beside_apprises_yes(simulators: Simulators, urls: tuple[str, str]) -> None:
    with outcomes() as found:
        await asyncio.to_thread(_notify, urls[1])

    assert [outcome.result for outcome in found] == [Result.ACCEPTED]
    assert found[0].provider_id == simulators.ledger.all()[0].provider_id


async def test_apprise_may_send_where_an_event_loop_runs(simulators: Simulators, urls: tuple[str, str]) -> None:
    """Nobody listens any more, so it fails; asyncio must not refuse the call itself."""
    plugin = apprise.Apprise.instantiate(urls[0])
    assert plugin is not None
    await simulators.stop()

    with outcomes() as found:
        assert plugin.send("巡堤查险") is False

    assert [outcome.code for outcome in found] == ["connect", "connect"]


async def test_one_wecom_plugin_fetches_one_token(simulators: Simulators, urls: tuple[str, str]) -> None:
    plugin = apprise.Apprise.instantiate(urls[1])
    assert plugin is not None

    assert await asyncio.to_thread(plugin.send, "一")
    assert await asyncio.to_thread(plugin.send, "二")

    assert simulators.wecom.tokens.fetched == 1


@pytest.mark.parametrize("place", [0, 1])
async def test_the_shown_address_hides_the_secret_and_the_stored_one_reads_back(place: int, urls: tuple[str, str]) -> None:
    plugin = apprise.Apprise.instantiate(urls[place])
    assert plugin is not None

    assert "simulated-secret" not in plugin.url(privacy=True)
    again = apprise.Apprise.instantiate(plugin.url())
    assert again is not None
    assert again.url() == plugin.url()
    assert again.url_id() == plugin.url_id()


async def test_our_plugins_never_sleep_between_messages() -> None:
    assert {plugin.request_rate_per_sec for plugin in OURS} == {0}


async def test_apprise_refuses_an_address_that_sends_texts_in_the_clear(urls: tuple[str, str]) -> None:
    assert not apprise.Apprise().add("aliyunsms://AK:SK@dysmsapi.aliyuncs.com/sign?default=SMS_1&scheme=http")


async def test_tencent_a_group_and_a_line_are_reached_through_apprise_too(simulators: Simulators) -> None:
    register()
    tencent = simulators.tencent_url.replace("?", "/13800000001?")
    group = simulators.group_url.replace("/?", "/zhangwei?")

    assert await asyncio.to_thread(_notify, tencent)
    assert await asyncio.to_thread(_notify, group)
    assert await asyncio.to_thread(_notify, simulators.smpp_url.replace("?", "/13800000002?"))

    assert [one.address for one in simulators.ledger.all()] == ["13800000001", "zhangwei", "13800000002"]


@pytest.mark.parametrize(
    "url",
    [
        "tencentsms://ID:hidden-secret@sms.tencentcloudapi.com/1400/sign/13800000001?default=1",
        "wecomgroup://:hidden-secret@qyapi.weixin.qq.com/zhangwei",
        "smtp://duty:hidden-secret@mail.bureau.example/zhang%40bureau.example?from=duty@bureau.example",
        "smppline://tocsin:hidden-s@smsc.bureau.example/10690001/13800000001",
        "smtps://duty:hidden-secret@mail.bureau.example/zhang%40bureau.example?from=duty@bureau.example",
    ],
)
async def test_each_scheme_of_ours_hides_its_secret_and_reads_back(url: str) -> None:
    register()
    plugin = apprise.Apprise.instantiate(url)
    assert plugin is not None

    again = apprise.Apprise.instantiate(plugin.url())

    assert "hidden-s" not in plugin.url(privacy=True)
    assert again is not None
    assert again.url() == plugin.url()
    assert len(again) == 1
