"""Addresses as logs may show them: enough to recognise one's own, not enough to call it."""

from notifications.phones import canonical


def masked(address: str) -> str:
    """`+86 13812340001` as `138****0001`; any other address by its first two characters."""
    phone = canonical(address)
    if phone.isdigit() and len(phone) >= 7:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"{address[:2]}***"


def without_number(text: str, address: str) -> str:
    """What a provider said, without the number that it may quote in its own spelling."""
    for written in {address, canonical(address)} - {""}:
        text = text.replace(written, masked(address))
    return text
