"""Alibaba Cloud's pushes become receipts and replies."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from notifications.callbacks.aliyun import receipts, replies
from notifications.callbacks.errors import CallbackShapeError
from notifications.callbacks.pushed import LARGEST
from notifications.message import Receipt, ReceiptState, Reply

REPORT = {
    "phone_number": "13800000001",
    "send_time": "2026-11-24 16:00:00",
    "report_time": "2026-11-24 16:00:03",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "900619746936498440^0",
    "out_id": "d-0001",
}
UP = {
    "phone_number": "13800000001",
    "send_time": "2026-11-24 16:01:00",
    "content": "1 07",
    "sign_name": "警钟平台",
    "dest_code": "1069",
    "sequence_id": 1234567890,
}


def _body(*items: object) -> bytes:
    return json.dumps(items).encode()


def test_a_success_is_delivered_at_the_reports_time() -> None:
    assert receipts(_body(REPORT)) == [
        Receipt("d-0001", ReceiptState.DELIVERED, datetime(2026, 11, 24, 8, 0, 3, tzinfo=UTC), "DELIVERED")
    ]


def test_a_failure_keeps_the_carriers_code() -> None:
    (receipt,) = receipts(_body(REPORT | {"success": False, "err_code": "MK:0010"}))

    assert (receipt.state, receipt.code) == (ReceiptState.FAILED, "MK:0010")


def test_a_report_without_our_reference_is_somebody_elses() -> None:
    assert receipts(_body(REPORT | {"out_id": ""}, REPORT)) == receipts(_body(REPORT))


def test_one_broken_item_does_not_cost_the_others() -> None:
    assert len(receipts(_body({"success": True}, "noise", None, REPORT))) == 1


def test_an_answer_by_sms_is_a_reply_with_the_providers_number() -> None:
    assert replies(_body(UP)) == [
        Reply(
            "sms",
            "1234567890",
            "13800000001",
            "1 07",
            datetime(2026, 11, 24, 8, 1, tzinfo=UTC),
            extra={"dest_code": "1069", "sign_name": "警钟平台"},
        )
    ]


def test_an_empty_array_is_nothing() -> None:
    assert receipts(b"[]") == []


@pytest.mark.parametrize("body", [b"", b"{}", b"nonsense", b"[" * 100_000, b"[1]", b'[{"success": true}]', b" " * (LARGEST + 1)])
def test_a_body_that_is_not_the_providers_is_refused(body: bytes) -> None:
    with pytest.raises(CallbackShapeError):
        receipts(body)


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=9),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from([*REPORT, *UP]), inner, max_size=5),
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
