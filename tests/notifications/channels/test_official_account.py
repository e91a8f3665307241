"""Template messages to followers: the plan's words in the template's places, one token, errcodes that are read."""

from collections.abc import Callable

import pytest

from notifications.channels.endpoint import parse
from notifications.channels.errors import ChannelUrlError
from notifications.channels.official_account import OfficialAccount, read_account
from notifications.channels.official_account_codes import CODES
from notifications.channels.previews import preview
from notifications.channels.registry import build
from notifications.message import Channel, Outgoing, Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from store.clock import RealClock
from store.kinds import Kind

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
OPENID = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"
URL = "officialaccount://wx1:hidden@api.weixin.qq.com/?default=T1:thing1=task,thing2=code&drill.default=T2:thing1=task"


async def test_a_follower_reads_the_plans_words_and_can_open_the_link(
    channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    outcome = await channels["followers"].deliver(message(address=OPENID, link="https://tocsin.example/f/1"))

    (received,) = simulators.ledger.all()
    assert (outcome.result, outcome.provider_id) == (Result.ACCEPTED, f"weixin-{received.provider_id}")
    assert received.text == "应急任务\n防汛\nⅢ级\n巡堤查险\n1 07"
    assert (received.delivery, received.link) == ("d-0001", "https://tocsin.example/f/1")


async def test_a_drill_goes_out_in_a_template_that_says_so(
    channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    await channels["followers"].deliver(message(address=OPENID, kind=Kind.DRILL))

    assert simulators.ledger.all()[0].text.startswith("【演练 EXERCISE】")


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("-1", Result.FAILED_FOR_NOW),
        ("45009", Result.PROVIDER_DOWN),
        ("48001", Result.PROVIDER_DOWN),
        ("40037", Result.FAILED_FOR_GOOD),
        ("43101", Result.FAILED_FOR_GOOD),
    ],
)
async def test_each_errcode_is_classified(
    code: str, result: Result, channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    simulators.faults.order(Fault("weixin", code=code))

    outcome = await channels["followers"].deliver(message(address=OPENID))

    assert (outcome.result, outcome.code) == (result, code)


@pytest.mark.parametrize("code", [code for code in CODES if code not in ("0", "…")])
async def test_each_errcode_of_the_table_is_heard(
    code: str, channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    """Also where it comes again after the token was fetched anew."""
    simulators.faults.order(Fault("weixin", code=code))

    outcome = await channels["followers"].deliver(message(address=OPENID))

    assert (outcome.result, outcome.code) == (CODES[code], code)


async def test_a_token_that_ended_is_fetched_again_once(
    channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    await channels["followers"].deliver(message(address=OPENID))
    simulators.expire_tokens()

    assert (await channels["followers"].deliver(message(address=OPENID, delivery="d-2"))).result is Result.ACCEPTED
    assert simulators.official.tokens.fetched == 2


async def test_a_wrong_secret_is_the_accounts_fault_and_never_shown(simulators: Simulators, message: Make) -> None:
    account = read_account("wechat", parse("wechat", simulators.official_url.replace("simulated-secret", "hidden"), ""))
    channel = OfficialAccount("wechat", account)

    outcome = await channel.deliver(message(address=OPENID))

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "40001")
    assert "hidden" not in f"{outcome} {account}"
    await channel.close()


async def test_an_answer_that_was_lost_leaves_the_message_in_doubt(
    channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    simulators.faults.order(Fault("weixin", drop=True))

    assert (await channels["followers"].deliver(message(address=OPENID))).result is Result.UNKNOWN


async def test_in_one_list_each_gateway_reaches_its_own_people(simulators: Simulators, message: Make, tmp_path: object) -> None:
    both = build({"wechat": [simulators.official_url, simulators.wechat_url]}, tmp_path)["wechat"]  # type: ignore[arg-type]

    follower, member = (
        await both.deliver(message(address=OPENID)),
        await both.deliver(message(address="zhangwei", delivery="d-2")),
    )

    assert [follower.result, member.result] == [Result.ACCEPTED, Result.ACCEPTED]
    assert [one.channel for one in simulators.ledger.all()] == ["weixin", "wechat"]
    await both.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (URL.replace("wx1:hidden", "wx1"), "the application's id, its secret or the host is missing"),
        (URL.partition("?")[0], "no template is named"),
        (URL + "&scheme=http", "scheme=http is allowed for this machine only"),
    ],
)
async def test_a_wrong_address_is_refused_without_showing_the_secret(url: str, said: str) -> None:
    with pytest.raises(ChannelUrlError, match=said) as caught:
        read_account("wechat", parse("wechat", url, ""))

    assert "hidden" not in str(caught.value)


async def test_a_preview_shows_the_places(message: Make) -> None:
    shown = preview("wechat", URL, message(address=OPENID, link="https://x/f/1"), RealClock().now())

    assert (shown.form, shown.text) == ("card", "thing1 巡堤查险\nthing2 07\n→ https://x/f/1")
