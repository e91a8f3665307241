"""SMPP as bytes: what we write reads back, parts fit, receipts are matched, and nothing that comes breaks more than its line."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from notifications.channels.smpp_pdu import PAYLOAD, RECEIPT, RECEIPTED_ID, STATE, PduError, ShortMessage, header, short_message
from notifications.channels.smpp_receipts import provider_id, receipt_of, reply_of
from notifications.channels.smpp_texts import parts_of, readable
from notifications.message import ReceiptState

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TEXT = b"id:0001 sub:001 dlvrd:001 submit date:2611240600 done date:2611240601 stat:%b err:012 text:abc"


def receipt(stat: bytes = b"DELIVRD", **changes: object) -> ShortMessage:
    usual: dict[str, object] = {"source": "8613800000001", "destination": "1069", "text": TEXT % stat, "esm_class": RECEIPT}
    return ShortMessage(**(usual | changes))  # type: ignore[arg-type]  # keywords of the test


@given(
    some.builds(
        ShortMessage,
        source=some.sampled_from(["10690001", "+8613800000001", "TOCSIN"]),
        destination=some.sampled_from(["13800000001", "+8613800000001"]),
        text=some.binary(max_size=254),
        coding=some.sampled_from([0, 3, 8]),
        esm_class=some.sampled_from([0, 0x40, 0x04]),
        wants_receipt=some.booleans(),
        options=some.dictionaries(some.sampled_from([RECEIPTED_ID, STATE, 0x1401]), some.binary(max_size=9)),
    )
)
def test_what_we_write_reads_back(message: ShortMessage) -> None:
    assert short_message(message.packed) == message


def test_a_text_too_long_for_its_field_is_read_from_its_option() -> None:
    assert short_message(ShortMessage("1", "2", b"", options={PAYLOAD: b"x" * 999}).packed).text == b"x" * 999


@given(some.binary(max_size=200))
def test_whatever_bytes_come_give_a_message_or_the_one_error(body: bytes) -> None:
    try:
        found = short_message(body)
    except PduError:
        return
    receipt_of(found, NOW)
    assert reply_of(found, "sms", NOW).external_id


@pytest.mark.parametrize("length", [0, 15, 64 * 1024 + 1, 0xFFFFFFFF])
def test_a_unit_of_an_impossible_length_is_refused_before_it_is_read(length: int) -> None:
    with pytest.raises(PduError, match=str(length)):
        header(length.to_bytes(4, "big") + bytes(12))


@given(some.text(alphabet=some.characters(exclude_categories=("Cs",)), max_size=300))
def test_every_text_is_cut_into_parts_that_fit_and_make_it_whole_again(text: str) -> None:
    parts = parts_of(text, 7)
    several = len(parts.bodies) > 1

    assert all(len(body) <= (160 if parts.coding == 0 else 140) for body in parts.bodies)
    assert "".join(readable(body, parts.coding, has_header=several) for body in parts.bodies) == text


@pytest.mark.parametrize(("text", "count"), [("长" * 70, 1), ("长" * 71, 2), ("长" * 134, 2), ("a" * 160, 1), ("a" * 161, 2)])
def test_the_parts_are_as_many_as_carriers_count(text: str, count: int) -> None:
    assert len(parts_of(text, 1).bodies) == count


@pytest.mark.parametrize(
    ("stat", "state"),
    [
        (b"DELIVRD", ReceiptState.DELIVERED),
        (b"ACCEPTD", ReceiptState.SENT),
        (b"ENROUTE", ReceiptState.SENT),
        (b"UNDELIV", ReceiptState.FAILED),
        (b"EXPIRED", ReceiptState.FAILED),
        (b"REJECTD", ReceiptState.FAILED),
    ],
)
def test_a_receipt_is_read_from_its_text(stat: bytes, state: ReceiptState) -> None:
    found = receipt_of(receipt(stat), NOW)

    assert found is not None
    assert (found.delivery, found.state, found.code) == (provider_id("0001", "13800000001"), state, f"{stat.decode()} 012")


@pytest.mark.parametrize("message", [receipt(b"UNKNOWN"), receipt(text=b""), receipt(text=b"stat:DELIVRD")])
def test_a_receipt_that_says_nothing_of_a_message_of_ours_is_none(message: ShortMessage) -> None:
    assert receipt_of(message, NOW) is None


def test_the_option_with_the_identifier_comes_before_the_text() -> None:
    found = receipt_of(receipt(options={RECEIPTED_ID: b"M9\0", STATE: b"\x05"}, text=b""), NOW)

    assert found is not None
    assert (found.delivery, found.state) == (provider_id("M9", "13800000001"), ReceiptState.FAILED)


def test_an_identifier_that_is_hexadecimal_in_the_answer_meets_its_decimal_receipt() -> None:
    answered = provider_id("0000001A", "+8613800000001", 16)
    reported = receipt_of(receipt(text=TEXT.replace(b"id:0001", b"id:0026") % b"DELIVRD"), NOW, is_decimal=True)

    assert reported is not None
    assert reported.delivery == answered


def test_a_chinese_reply_in_the_reserved_alphabet_is_read() -> None:
    assert reply_of(ShortMessage("13800000001", "1069", "收到".encode("gb18030"), coding=15), "sms", NOW).text == "收到"
