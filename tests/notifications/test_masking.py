"""What people may see of a phone: enough to recognise one's own, in whichever spelling a provider quotes it."""

import pytest

from notifications.channels.smpp_receipts import provider_id
from notifications.masking import masked, without_number

PHONE = "13812340001"


@pytest.mark.parametrize("address", ["+86 138-1234-0001", "13812340001", "8613812340001"])
def test_a_number_is_masked_in_every_spelling(address: str) -> None:
    assert masked(address) == "138****0001"


def test_what_a_provider_quotes_loses_the_number() -> None:
    assert PHONE not in without_number(f"no route to {PHONE} (+86 138-1234-0001)", "+86 138-1234-0001")


def test_where_there_is_no_address_nothing_is_changed() -> None:
    assert without_number("busy", "") == "busy"


def test_the_name_of_a_message_on_a_line_does_not_tell_the_phone() -> None:
    assert PHONE not in provider_id("0001", PHONE)
    assert provider_id("0001", PHONE) == provider_id("0001", f"+86{PHONE}")
    assert provider_id("0001", PHONE) != provider_id("0001", "13812340002")
