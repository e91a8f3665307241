"""Our Tencent Cloud channel against the simulated provider: the status of the number counts, and doubt is called doubt."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels.endpoint import parse
from notifications.channels.tencent_sms import FORM, TencentSms, outcome_of, read_account
from notifications.channels.tencent_sms_codes import CODES, classify
from notifications.message import Channel, Outgoing, Result
from notifications.simulators.faults import Fault
from notifications.simulators.settings import SimulatorSettings, TencentSettings
from notifications.simulators.simulators import Simulators
from store.clock import MovableClock, RealClock
from store.kinds import Kind

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
REFUSALS = {
    "FailedOperation.PhoneNumberInBlacklist": Result.FAILED_FOR_GOOD,
    "FailedOperation.ContainSensitiveWord": Result.FAILED_FOR_GOOD,
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": Result.FAILED_FOR_GOOD,
    "FailedOperation.InsufficientBalanceInSmsPackage": Result.PROVIDER_DOWN,
    "FailedOperation.SignatureIncorrectOrUnapproved": Result.PROVIDER_DOWN,
    "LimitExceeded.PhoneNumberDailyLimit": Result.FAILED_FOR_GOOD,
    "LimitExceeded.PhoneNumberThirtySecondLimit": Result.FAILED_FOR_NOW,
    "LimitExceeded.AppDailyLimit": Result.PROVIDER_DOWN,
    "UnauthorizedOperation.ServiceSuspendDueToArrears": Result.PROVIDER_DOWN,
    "RequestLimitExceeded": Result.FAILED_FOR_NOW,
    "RequestLimitExceeded.UinLimitExceeded": Result.FAILED_FOR_NOW,
    "InternalError.Timeout": Result.UNKNOWN,
    "InternalError.SomethingNew": Result.UNKNOWN,
    "FailedOperation.SomethingNew": Result.FAILED_FOR_GOOD,
    "SomethingElse": Result.PROVIDER_DOWN,
}


def _channel(simulators: Simulators, url: str = "", **settings: object) -> TencentSms:
    account = read_account("sms", parse("sms", url or simulators.tencent_url, FORM))
    return TencentSms("sms", account, **settings)  # type: ignore[arg-type]  # keywords of the test


@pytest.mark.parametrize(("code", "result"), REFUSALS.items())
async def test_a_code_of_the_number_or_of_the_call_is_a_refusal_though_http_says_200(
    code: str, result: Result, simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("tencent", code=code))

    outcome = await channels["tencent"].deliver(message())

    assert (outcome.result, outcome.code) == (result, code)
    assert simulators.ledger.all() == ()


async def test_the_phone_gets_the_variables_in_the_order_of_their_numbers(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    outcome = await channels["tencent"].deliver(message())

    (received,) = simulators.ledger.of("d-0001")
    assert received.text == "【警钟平台】防汛，Ⅲ级：巡堤查险。收到请回复1 07，不能到请回复2 07。"
    assert received.provider_id == outcome.provider_id


async def test_a_drill_goes_out_with_the_template_that_says_so(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    await channels["tencent"].deliver(message(kind=Kind.DRILL))

    (received,) = simulators.ledger.all()
    assert "演练" in received.text


async def test_a_drill_without_a_template_of_its_own_is_not_sent(simulators: Simulators, message: Make) -> None:
    channel = _channel(simulators, simulators.tencent_url.partition("&drill.")[0])

    outcome = await channel.deliver(message(kind=Kind.DRILL))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "no-template")
    assert simulators.ledger.all() == ()
    await channel.close()


async def test_a_variable_is_cut_to_what_the_account_may_send(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    hostile = {
        "plan": "【演练】防汛",
        "level": "",
        "task": "见 https://example.com/a 长" + "长" * 60,
        "code": "07",
        "answer_code": "1 07",
    }

    outcome = await channels["tencent"].deliver(message(variables=hostile))

    assert outcome.result is Result.ACCEPTED


async def test_two_numbers_in_one_address_reach_nobody(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    outcome = await channels["tencent"].deliver(message(address="13800000001,13800000002"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "address")
    assert simulators.ledger.all() == ()


async def test_a_wrong_number_will_never_work(channels: dict[str, Channel], message: Make) -> None:
    outcome = await channels["tencent"].deliver(message(address="12345"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "InvalidParameterValue.IncorrectPhoneNumber")


async def test_a_page_of_a_proxy_in_place_of_the_answer_leaves_the_delivery_in_doubt(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("tencent", down=True))

    outcome = await channels["tencent"].deliver(message())

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "http-503")


async def test_a_connection_that_breaks_after_the_request_leaves_the_delivery_in_doubt(
    simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("tencent", drop=True))

    outcome = await channels["tencent"].deliver(message())

    assert outcome.result is Result.UNKNOWN
    assert simulators.ledger.counts() == {"d-0001": 1}


async def test_an_answer_that_comes_too_late_leaves_the_delivery_in_doubt(simulators: Simulators, message: Make) -> None:
    simulators.faults.order(Fault("tencent", late=timedelta(seconds=5)))
    channel = _channel(simulators, patience=timedelta(seconds=0.2))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "timeout")
    assert simulators.ledger.counts() == {"d-0001": 1}
    await channel.close()


@pytest.mark.parametrize(("order", "result"), [("", Result.ACCEPTED), ("failed", Result.FAILED_FOR_GOOD)])
async def test_a_delivery_in_doubt_is_found_by_its_reference_once_the_carrier_has_reported(
    order: str, result: Result, simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    simulators.faults.order(Fault("tencent", receipt=order))  # type: ignore[arg-type]  # one of its words
    sent = await channels["tencent"].deliver(message())
    await simulators.settle()

    found = await channels["tencent"].look_up(message(), RealClock().now())

    assert found is not None
    assert (found.result, found.provider_id) == (result, sent.provider_id)


async def test_without_the_session_in_its_reports_the_provider_cannot_say(message: Make) -> None:
    settings = SimulatorSettings(tencent=TencentSettings(receipt_after=timedelta(0), has_session=False))
    async with Simulators(settings) as simulators:
        channel = _channel(simulators)
        await channel.deliver(message())
        await simulators.settle()

        assert await channel.look_up(message(), RealClock().now()) is None
        await channel.close()


async def test_a_wrong_secret_is_the_accounts_fault(simulators: Simulators, message: Make) -> None:
    channel = _channel(simulators, simulators.tencent_url.replace("simulated-secret", "wrong"))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "AuthFailure.SignatureFailure")
    await channel.close()


async def test_a_clock_that_is_wrong_is_said(simulators: Simulators, message: Make) -> None:
    channel = _channel(simulators, wire_clock=MovableClock(datetime(2020, 1, 1, tzinfo=UTC)))

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.PROVIDER_DOWN, "AuthFailure.SignatureExpire")
    await channel.close()


@pytest.mark.parametrize(
    "answer", [{}, {"SendStatusSet": []}, {"SendStatusSet": [{}, {}]}, {"SendStatusSet": ["Ok"]}, {"SendStatusSet": [{}]}]
)
async def test_an_answer_that_does_not_say_what_became_of_the_number_proves_nothing(answer: dict[str, object]) -> None:
    assert outcome_of(answer).result is Result.UNKNOWN


async def test_every_code_of_the_table_is_read_as_the_table_says() -> None:
    assert {code: classify(code.replace("…", ".New")) for code in CODES} == CODES
    assert json.dumps(list(CODES))  # plain strings, as the documentation prints them
