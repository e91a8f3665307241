"""Tencent Cloud's calls become receipts and replies."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from notifications.callbacks.errors import CallbackShapeError
from notifications.callbacks.pushed import LARGEST
from notifications.callbacks.tencent import receipts, replies
from notifications.message import Receipt, ReceiptState

REPORT = {
    "user_receive_time": "2026-11-24 16:00:03",
    "nationcode": "86",
    "mobile": "13800000001",
    "report_status": "SUCCESS",
    "errmsg": "DELIVRD",
    "description": "用户短信送达成功",
    "sid": "2019:538353472",
}
UP = {"extend": "1", "mobile": "13800000001", "nationcode": "86", "sign": "警钟平台", "text": "1 07", "time": 1795507200}


def test_a_success_is_delivered_at_the_reports_time() -> None:
    at = datetime(2026, 11, 24, 8, 0, 3, tzinfo=UTC)

    assert receipts(json.dumps([REPORT]).encode()) == [Receipt("2019:538353472", ReceiptState.DELIVERED, at, "DELIVRD")]


def test_a_failure_keeps_the_carriers_code() -> None:
    (receipt,) = receipts(json.dumps([REPORT | {"report_status": "FAIL", "errmsg": "MK:0010"}]).encode())

    assert (receipt.state, receipt.code) == (ReceiptState.FAILED, "MK:0010")


def test_one_broken_item_does_not_cost_the_others() -> None:
    items = [REPORT | {"report_status": "PERHAPS"}, REPORT | {"sid": ""}, "noise", None, REPORT]

    assert len(receipts(json.dumps(items).encode())) == 1


def test_an_answer_by_sms_is_a_reply() -> None:
    (reply,) = replies(json.dumps(UP).encode())

    assert (reply.channel, reply.address, reply.text) == ("sms", "13800000001", "1 07")
    assert reply.at == datetime.fromtimestamp(1795507200, UTC)
    assert reply.extra == {"extend": "1", "sign_name": "警钟平台"}


def test_the_same_reply_pushed_again_is_the_same_reply_and_another_text_another() -> None:
    first, again, other = (replies(json.dumps(item).encode())[0] for item in (UP, UP, UP | {"text": "2 07"}))

    assert first.external_id == again.external_id
    assert first.external_id != other.external_id


def test_a_number_from_abroad_keeps_its_country() -> None:
    (reply,) = replies(json.dumps(UP | {"nationcode": "852", "mobile": "51234567"}).encode())

    assert reply.address == "+85251234567"


@pytest.mark.parametrize("body", [b"", b"1", b"nonsense", b"[" * 100_000, b"[1]", b"{}", b" " * (LARGEST + 1)])
def test_a_body_that_is_not_the_providers_is_refused(body: bytes) -> None:
    for read in (receipts, replies):
        with pytest.raises(CallbackShapeError):
            read(body)


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=9),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from([*REPORT, *UP]), inner, max_size=6),
    max_leaves=12,
)


@given(json_values)
def test_whatever_json_comes_gives_values_or_the_one_error(value: object) -> None:
    for read in (receipts, replies):
        try:
            found = read(json.dumps(value).encode())
        except CallbackShapeError:
            continue
        assert isinstance(found, list)
