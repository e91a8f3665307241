"""Our SMS channel against the simulated provider: what the body says counts, and what is in doubt is called so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels.aliyun_sms import FORM, AliyunSms, read_account
from notifications.channels.endpoint import parse
from notifications.message import Channel, Outgoing, Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from store.clock import MovableClock, RealClock
from store.kinds import Kind

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
REFUSALS = {
    "isv.BUSINESS_LIMIT_CONTROL": Result.FAILED_FOR_GOOD,
    "isv.DAY_LIMIT_CONTROL": Result.PROVIDER_DOWN,
    "isv.MONTH_LIMIT_CONTROL": Result.PROVIDER_DOWN,
    "isv.MOBILE_NUMBER_ILLEGAL": Result.FAILED_FOR_GOOD,
    "isv.MOBILE_COUNT_OVER_LIMIT": Result.FAILED_FOR_GOOD,
    "isv.TEMPLATE_MISSING_PARAMETERS": Result.FAILED_FOR_GOOD,
    "isv.INVALID_PARAMETERS": Result.FAILED_FOR_GOOD,
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": Result.PROVIDER_DOWN,
    "isv.SIGN_STATE_ILLEGAL": Result.PROVIDER_DOWN,
    "isv.SMS_CONTENT_ILLEGAL": Result.FAILED_FOR_GOOD,
    "isv.OUT_OF_SERVICE": Result.PROVIDER_DOWN,
    "isv.DENY_IP_RANGE": Result.PROVIDER_DOWN,
    "isv.EXTEND_CODE_ERROR": Result.FAILED_FOR_GOOD,
    "isv.PARAM_LENGTH_LIMIT": Result.FAILED_FOR_GOOD,
    "isv.PARAM_NOT_SUPPORT_URL": Result.FAILED_FOR_GOOD,
    "isv.BLACK_KEY_CONTROL_LIMIT": Result.FAILED_FOR_GOOD,
    "isv.INVALID_JSON_PARAM": Result.FAILED_FOR_GOOD,
    "isp.RAM_PERMISSION_DENY": Result.PROVIDER_DOWN,
    "isp.SYSTEM_ERROR": Result.FAILED_FOR_NOW,
    "Throttling.User": Result.FAILED_FOR_NOW,
    "Throttling": Result.FAILED_FOR_NOW,
    "SignatureNonceUsed": Result.UNKNOWN,
    "isv.SOMETHING_NEW": Result.FAILED_FOR_GOOD,
    "SomethingElse": Result.PROVIDER_DOWN,
}


@pytest.mark.parametrize(("code", "result"), REFUSALS.items())
async def test_a_code_in_the_body_is_a_refusal_though_http_says_200(
    code: str, result: Result, simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("sms", code=code))

    outcome = await channels["sms"].deliver(message())

    assert (outcome.result, outcome.code) == (result, code)
    assert simulators.ledger.all() == ()


async def test_the_phone_gets_the_template_filled_with_our_reference(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    outcome = await channels["sms"].deliver(message())

    (received,) = simulators.ledger.of("d-0001")
    assert received.text == "【警钟平台】防汛，Ⅲ级：巡堤查险。收到请回复1 07，不能到请回复2 07。"
    assert received.provider_id == outcome.provider_id


async def test_a_drill_goes_out_with_the_template_that_says_so(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    await channels["sms"].deliver(message(kind=Kind.DRILL))

    (received,) = simulators.ledger.all()
    assert "演练" in received.text


async def test_a_drill_without_a_template_of_its_own_is_not_sent(simulators: Simulators, message: Make) -> None:
    only_real = simulators.sms_url.partition("&drill.")[0]
    channel = AliyunSms("sms", read_account("sms", parse("sms", only_real, FORM)))

    outcome = await channel.deliver(message(kind=Kind.DRILL))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "no-template")
    assert simulators.ledger.all() == ()
    await channel.close()


async def test_a_text_that_carriers_refuse_is_made_to_pass(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    hostile = {
        "plan": "【演练】防汛",
        "level": "",
        "task": "见 https://example.com/a?b=c，" + "长" * 60,
        "code": "07",
        "answer_code": "1 07",
    }

    outcome = await channels["sms"].deliver(message(variables=hostile))

    assert outcome.result is Result.ACCEPTED


async def test_two_numbers_in_one_address_reach_nobody(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    outcome = await channels["sms"].deliver(message(address="13800000001,13800000002"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "address")
    assert simulators.ledger.all() == ()


async def test_a_wrong_number_will_never_work(channels: dict[str, Channel], message: Make) -> None:
    outcome = await channels["sms"].deliver(message(address="12345"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "isv.MOBILE_NUMBER_ILLEGAL")


async def test_a_503_of_the_gateway_is_surely_not_accepted(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("sms", down=True))

    outcome = await channels["sms"].deliver(message())

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_NOW, "ServiceUnavailable")


async def test_a_connection_that_breaks_after_the_request_leaves_the_delivery_in_doubt(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("sms", drop=True))

    outcome = await channels["sms"].deliver(message())

    assert outcome.result is Result.UNKNOWN
    assert simulators.ledger.counts() == {"d-0001": 1}


async def test_an_answer_that_comes_too_late_leaves_the_delivery_in_doubt(simulators: Simulators, message: Make) -> None:
    simulators.faults.order(Fault("sms", late=timedelta(seconds=5)))
    account = read_account("sms", parse("sms", simulators.sms_url, FORM))
    channel = AliyunSms("sms", account, patience=timedelta(seconds=0.2))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "timeout")
    assert simulators.ledger.counts() == {"d-0001": 1}
    await channel.close()


async def test_a_delivery_in_doubt_that_the_carrier_did_not_deliver_is_failed(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("sms", receipt="failed"))
    await channels["sms"].deliver(message())
    await simulators.settle()

    found = await channels["sms"].look_up(message(), RealClock().now())

    assert found is not None
    assert (found.result, found.code) == (Result.FAILED_FOR_GOOD, "UNDELIV")


async def test_a_delivery_the_provider_does_not_list_stays_in_doubt(channels: dict[str, Channel], message: Make) -> None:
    assert await channels["sms"].look_up(message(), RealClock().now()) is None


async def test_a_delivery_sent_just_before_midnight_is_looked_for_on_the_next_day_too(
    simulators: Simulators, message: Make
) -> None:
    account = read_account("sms", parse("sms", simulators.sms_url, FORM))
    channel = AliyunSms("sms", account)
    now = RealClock().now()
    await channel.deliver(message())

    found = await channel.look_up(message(), now - timedelta(minutes=5))

    assert found is not None
    await channel.close()


async def test_more_than_a_page_of_messages_to_one_number_is_searched(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    for template in ("a", "b"):
        for number in range(30):
            variables = message().variables
            await channels["sms"].deliver(
                message(delivery=f"d-{template}-{number}", variables=variables, answerable=template == "a")
            )

    assert await channels["sms"].look_up(message(delivery="d-a-0"), RealClock().now()) is not None


async def test_a_wrong_secret_is_the_accounts_fault(simulators: Simulators, message: Make) -> None:
    url = simulators.sms_url.replace("simulated-secret", "wrong")
    channel = AliyunSms("sms", read_account("sms", parse("sms", url, FORM)))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "SignatureDoesNotMatch")
    await channel.close()


async def test_a_clock_that_is_wrong_is_said(simulators: Simulators, message: Make) -> None:
    account = read_account("sms", parse("sms", simulators.sms_url, FORM))
    channel = AliyunSms("sms", account, MovableClock(datetime(2020, 1, 1, tzinfo=UTC)))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "InvalidTimeStamp.Expired")
    await channel.close()
