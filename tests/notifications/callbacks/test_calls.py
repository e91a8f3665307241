"""What the providers of voice calls push: a key is an answer, a call that was only picked up is none."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from notifications.callbacks import aliyun_voice, tencent_voice
from notifications.callbacks.calls import Ended, Pressed, receipt_of, reply_of
from notifications.callbacks.errors import CallbackShapeError
from notifications.message import ReceiptState

NOW = datetime(2026, 11, 24, 8, 0, 3, tzinfo=UTC)
KEY = {
    "call_id": "1000^2000", "status_code": "300000", "smart_status_code": "ANSWERED", "dtmf": "1",
    "status_time": "2026-11-24 16:00:03", "out_id": "r-0123456789abc",
}  # fmt: skip
RECORD = {
    "call_id": "1000^2000", "start_time": "2026-11-24 16:00:00", "end_time": "2026-11-24 16:00:32", "duration": "32",
    "status_code": "200000", "hangup_direction": "用户", "dtmf": "1", "out_id": "r-0123456789abc", "callee": "13800000001",
}  # fmt: skip


def aliyun(*items: dict[str, str]) -> list[Pressed | Ended]:
    return aliyun_voice.news(json.dumps(items).encode())


def tencent(**named: dict[str, object]) -> Pressed | Ended:
    (found,) = tencent_voice.news(json.dumps(named).encode(), NOW)
    return found


def test_a_key_at_alibaba_cloud_is_a_reply_to_the_call_that_our_reference_names() -> None:
    (pressed,) = aliyun(KEY)

    assert isinstance(pressed, Pressed)
    reply = reply_of(pressed)
    assert (reply.channel, reply.text, reply.delivery, reply.at) == ("voice", "1", "r-0123456789abc", NOW)


def test_the_key_at_the_end_of_the_call_is_the_same_reply_as_the_one_while_it_lasted() -> None:
    (early,) = aliyun(KEY)
    late, ended = aliyun(RECORD)

    assert isinstance(early, Pressed)
    assert isinstance(late, Pressed)
    assert isinstance(ended, Ended)
    assert reply_of(early).external_id == reply_of(late).external_id
    assert late.address == "13800000001"


def test_a_call_that_was_heard_says_for_how_long() -> None:
    ended = aliyun(RECORD | {"dtmf": ""})[0]

    assert isinstance(ended, Ended)
    receipt = receipt_of(ended)
    assert (receipt.state, receipt.code) == (ReceiptState.DELIVERED, "200000")
    assert receipt.detail == "已接听 32 s：听完 / the call was answered 32 s"
    assert receipt.at == datetime(2026, 11, 24, 8, 0, 32, tzinfo=UTC)


@pytest.mark.parametrize("status", [*sorted(aliyun_voice.NOT_HEARD), "200199"])
def test_a_call_that_nobody_heard_has_failed(status: str) -> None:
    (ended,) = aliyun(RECORD | {"status_code": status, "dtmf": "", "duration": "0"})

    assert isinstance(ended, Ended)
    assert receipt_of(ended).state is ReceiptState.FAILED


def test_a_call_without_a_reference_of_ours_is_known_by_the_providers_name_for_it() -> None:
    (pressed,) = aliyun(KEY | {"out_id": ""})

    assert isinstance(pressed, Pressed)
    assert pressed.reference == "1000^2000"


def test_that_a_phone_rings_is_no_news() -> None:
    assert aliyun(KEY | {"status_code": "200101", "dtmf": ""}) == []


def test_a_key_at_tencent_cloud_is_a_reply_to_the_call_by_its_own_name() -> None:
    pressed = tencent(voicekey_callback={"callid": "c-1", "keypress": "2", "mobile": "13800000001", "nationcode": "86"})

    assert pressed == Pressed("c-1", "c-1", "2", NOW, "13800000001")


def test_a_call_at_tencent_cloud_that_was_answered_says_for_how_long() -> None:
    start = int(NOW.timestamp())
    ended = tencent(
        voiceprompt_callback={
            "result": "0", "callid": "c-1", "mobile": "13800000001", "nationcode": "86", "call_from": "", "fee": "1",
            "start_calltime": str(start - 30), "accept_time": str(start - 21), "end_calltime": str(start),
        }
    )  # fmt: skip

    assert isinstance(ended, Ended)
    assert (ended.was_heard, ended.seconds, ended.at) == (True, 21, NOW)


@pytest.mark.parametrize("result", ["1", "2"])
def test_a_call_at_tencent_cloud_that_was_not_answered_has_failed(result: str) -> None:
    ended = tencent(
        voiceprompt_callback={"result": result, "callid": "c-1", "accept_time": "", "end_calltime": str(int(NOW.timestamp()))}
    )

    assert isinstance(ended, Ended)
    assert receipt_of(ended).state is ReceiptState.FAILED


def test_the_reason_of_a_failed_call_is_kept_in_words() -> None:
    failed = tencent(voice_failure_callback={"callid": "c-1", "failure_code": 1, "failure_reason": "关机", "mobile": "138"})

    assert isinstance(failed, Ended)
    assert receipt_of(failed).detail == "未接通：关机 / the call was not heard"
    assert receipt_of(failed).code == "failure-1"


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"some_other_callback": {}}', b'{"voicekey_callback": {"callid": ""}}'])
def test_what_is_no_call_is_refused(body: bytes) -> None:
    with pytest.raises(CallbackShapeError):
        tencent_voice.news(body, NOW)


def test_one_bad_item_does_not_cost_the_others() -> None:
    assert len(aliyun(KEY, {"status_code": "300000"}, KEY | {"call_id": "3"})) == 2


def test_a_time_of_the_provider_is_chinas() -> None:
    (pressed,) = aliyun(KEY)

    assert isinstance(pressed, Pressed)
    assert pressed.at.utcoffset() == timedelta(hours=8)
