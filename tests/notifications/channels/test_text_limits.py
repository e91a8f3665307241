"""Cutting texts to what a provider takes."""

from hypothesis import given
from hypothesis import strategies as some

from notifications.channels.text_limits import SMS_VARIABLE, cut_bytes, sms_variable


def test_a_text_of_exactly_the_limit_is_left_alone() -> None:
    assert cut_bytes("汉" * 682 + "ab", 2048) == "汉" * 682 + "ab"


def test_one_byte_more_is_cut_between_characters_and_marked() -> None:
    cut = cut_bytes("汉" * 682 + "abc", 2048)

    assert len(cut.encode()) <= 2048
    assert cut == "汉" * 681 + "…"


@given(some.text(max_size=60), some.integers(min_value=3, max_value=80))
def test_cut_bytes_never_exceeds_the_limit_nor_breaks_a_character(text: str, limit: int) -> None:
    cut = cut_bytes(text, limit)

    assert len(cut.encode()) <= limit
    assert text.startswith(cut.removesuffix("…"))


@given(some.text(max_size=120))
def test_an_sms_variable_is_what_carriers_let_pass(text: str) -> None:
    variable = sms_variable(text)

    assert 1 <= len(variable) <= SMS_VARIABLE
    assert not set(variable) & {"【", "】", "\n"}
    assert "http://" not in variable


def test_an_address_in_a_variable_is_taken_out_and_the_rest_stays() -> None:
    assert sms_variable("见 https://example.com/x，速到") == "见 …，速到"


def test_a_long_variable_ends_in_a_sign_that_something_is_missing() -> None:
    assert sms_variable("堤" * 36) == "堤" * 34 + "…"
