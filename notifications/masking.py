"""Addresses as logs may show them: enough to recognise one's own, not enough to call."""


def masked(address: str) -> str:
    """`+8613812340001` as `+86138****0001`; any other address by its first two characters."""
    digits = address.removeprefix("+86")
    if digits.isdigit() and len(digits) >= 7:
        return f"{address[: len(address) - len(digits)]}{digits[:3]}****{digits[-4:]}"
    return f"{address[:2]}***"
