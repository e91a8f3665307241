"""The address of an SMS or a call: one phone number, and nothing that a provider would take for several."""

import re

from notifications.message import Outcome, Result

_ONE_NUMBER = re.compile(r"\+?[0-9]{5,20}")


def no_number(address: str) -> Outcome | None:
    """What comes of a message to an address that is not one phone number; None where it is one."""
    if _ONE_NUMBER.fullmatch(address):
        return None
    return Outcome(Result.FAILED_FOR_GOOD, code="address", detail=f"{address!r} is not one phone number")
