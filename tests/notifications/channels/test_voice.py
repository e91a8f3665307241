"""Voice calls: an approved text, read twice, with keys where an answer is asked for; what the provider says of the call."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from notifications.channels import aliyun_voice_codes, tencent_voice_codes
from notifications.channels.aliyun_voice import AliyunVoice
from notifications.channels.aliyun_voice import read_caller as aliyun_caller
from notifications.channels.endpoint import parse
from notifications.channels.errors import ChannelUrlError
from notifications.channels.previews import preview
from notifications.channels.registry import build
from notifications.channels.tencent_voice import read_caller as tencent_caller
from notifications.message import Channel, Outgoing, Result
from notifications.simulators.faults import Fault
from notifications.simulators.simulators import Simulators
from store.clock import RealClock
from store.kinds import Kind

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]
BOTH = ["voice", "call"]
ALIYUN = "aliyunvoice://KEY:hidden@dyvmsapi.aliyuncs.com/05710000?default=TTS_1:task"
TENCENT = "tencentvoice://ID:hidden@vms.tencentcloudapi.com/1400000002?default=1:task"


@pytest.mark.parametrize("kind", BOTH)
async def test_the_text_that_is_read_names_the_keys_and_never_an_address(
    kind: str, channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    outcome = await channels[kind].deliver(message())

    (call,) = simulators.ledger.all()
    assert outcome.provider_id == call.provider_id
    assert call.text == "防汛，Ⅲ级：巡堤查险。收到请按1，不能到请按2。"
    assert "http" not in call.text


@pytest.mark.parametrize("kind", BOTH)
async def test_a_drill_is_read_as_a_drill(kind: str, channels: dict[str, Channel], simulators: Simulators, message: Make) -> None:
    await channels[kind].deliver(message(kind=Kind.DRILL))

    assert simulators.ledger.all()[0].text.startswith("这是演练。")


async def test_alibaba_cloud_takes_keys_only_where_an_answer_is_asked_for(
    channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    await channels["voice"].deliver(message(address="13800000001"))
    variables = message().variables | {"reason": "水位回落"}
    notice = message(address="13800000002", delivery="d-2", template="notice", answerable=False, variables=variables)
    await channels["voice"].deliver(notice)

    assert [call.form for call in simulators.ledger.all()] == ["IvrCall", "SingleCallByTts"]


@pytest.mark.parametrize("kind", BOTH)
async def test_what_has_no_approved_text_is_not_read_in_the_words_of_a_call(
    kind: str, channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    outcome = await channels[kind].deliver(message(template="answer", answerable=False))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "no-template")
    assert simulators.ledger.all() == ()


@pytest.mark.parametrize("kind", BOTH)
async def test_what_is_no_phone_number_is_never_called(kind: str, channels: dict[str, Channel], message: Make) -> None:
    outcome = await channels[kind].deliver(message(address="zhangwei"))

    assert (outcome.result, outcome.code) == (Result.FAILED_FOR_GOOD, "address")


@pytest.mark.parametrize(
    ("kind", "fault", "result"),
    [
        ("voice", Fault("voice", code="isp.SYSTEM_ERROR"), Result.FAILED_FOR_NOW),
        ("voice", Fault("voice", code="isv.COMPLAINT_REJECT"), Result.FAILED_FOR_GOOD),
        ("voice", Fault("voice", code="isv.OUT_OF_SERVICE"), Result.PROVIDER_DOWN),
        ("voice", Fault("voice", code="isp.UNKNOWN"), Result.UNKNOWN),
        ("voice", Fault("voice", code="isv.NEW_TO_US"), Result.FAILED_FOR_GOOD),
        ("voice", Fault("voice", down=True), Result.FAILED_FOR_NOW),
        ("voice", Fault("voice", drop=True), Result.UNKNOWN),
        ("call", Fault("tencentvoice", code="RequestLimitExceeded"), Result.FAILED_FOR_NOW),
        ("call", Fault("tencentvoice", code="LimitExceeded.DeliveryFrequencyLimit"), Result.FAILED_FOR_GOOD),
        ("call", Fault("tencentvoice", code="AuthFailure.NewToUs"), Result.PROVIDER_DOWN),
        ("call", Fault("tencentvoice", code="FailedOperation.AccessUpstreamTimeout"), Result.UNKNOWN),
        ("call", Fault("tencentvoice", down=True), Result.UNKNOWN),
        ("call", Fault("tencentvoice", drop=True), Result.UNKNOWN),
    ],
)
async def test_what_the_provider_says_is_classified(
    kind: str, fault: Fault, result: Result, channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    simulators.faults.order(fault)

    assert (await channels[kind].deliver(message())).result is result


@pytest.mark.parametrize(
    ("kind", "code"),
    [("voice", code) for code in sorted(aliyun_voice_codes.CODES) if code != "OK" and "…" not in code]
    + [("call", code) for code in sorted(tencent_voice_codes.CODES) if "…" not in code],
)
async def test_each_code_of_the_table_is_heard_and_means_what_the_table_says(
    kind: str, code: str, channels: dict[str, Channel], simulators: Simulators, message: Make
) -> None:
    simulators.faults.order(Fault("voice" if kind == "voice" else "tencentvoice", code=code))
    table = aliyun_voice_codes.CODES if kind == "voice" else tencent_voice_codes.CODES

    outcome = await channels[kind].deliver(message())

    assert (outcome.result, outcome.code) == (table[code], code)
    assert simulators.ledger.all() == ()


async def test_a_provider_that_takes_too_long_leaves_the_call_in_doubt(simulators: Simulators, message: Make) -> None:
    caller = aliyun_caller("voice", parse("voice", simulators.voice_url, ""))
    impatient = AliyunVoice("voice", caller, patience=timedelta(milliseconds=100))
    simulators.faults.order(Fault("voice", late=timedelta(seconds=1)))

    outcome = await impatient.deliver(message())

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "timeout")
    assert await impatient.look_up(message(), RealClock().now()) is None
    await impatient.close()


async def test_the_second_provider_calls_where_the_first_surely_did_not(
    simulators: Simulators, message: Make, tmp_path: object
) -> None:
    built = build({"voice": [simulators.voice_url, simulators.tencent_voice_url]}, tmp_path)  # type: ignore[arg-type]
    simulators.faults.order(Fault("voice", code="isv.OUT_OF_SERVICE"))

    outcome = await built["voice"].deliver(message())

    assert outcome.result is Result.ACCEPTED
    assert outcome.detail == "tencentvoice (not by aliyunvoice isv.OUT_OF_SERVICE)"
    await built["voice"].close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (ALIYUN.replace("/05710000", ""), "the number that calls is missing"),
        (ALIYUN.replace("KEY:hidden", "KEY"), "the access key, its secret or the host is missing"),
        (ALIYUN + "&times=4", "times=4 is not 1, 2 or 3"),
        (ALIYUN + "&longest=x", "longest=x is no number of characters"),
        (ALIYUN + "&scheme=http", "scheme=http is allowed for this machine only"),
        (ALIYUN + "&drill.default=TTS_1", "TTS_1 would serve real responses and drills alike"),
    ],
)
async def test_a_wrong_address_of_alibaba_cloud_is_refused_without_showing_the_secret(url: str, said: str) -> None:
    with pytest.raises(ChannelUrlError, match=said) as caught:
        aliyun_caller("voice", parse("voice", url, ""))

    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (TENCENT.replace("/1400000002", "/name"), "the application's number is missing"),
        (TENCENT.replace("ID:hidden", ""), "the secret id, its key or the host is missing"),
        (TENCENT.replace("?default=1:task", ""), "no template is named"),
    ],
)
async def test_a_wrong_address_of_tencent_cloud_is_refused_without_showing_the_secret(url: str, said: str) -> None:
    with pytest.raises(ChannelUrlError, match=said) as caught:
        tencent_caller("voice", parse("voice", url, ""))

    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("url", [ALIYUN, TENCENT])
async def test_a_preview_says_what_would_be_read(url: str, message: Make) -> None:
    shown = preview("voice", url, message(), RealClock().now())

    assert (shown.form, shown.text, dict(shown.variables)) == ("call", message().short, {"task": "巡堤查险"})
    assert preview("voice", url, message(kind=Kind.DRILL), RealClock().now()).refused.startswith("no template")
