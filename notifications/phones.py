"""Mainland phone numbers in one form, so that the roster's and the provider's spelling of one phone meet."""

import unicodedata

_SEPARATORS = str.maketrans("", "", " -().·")


def canonical(address: str) -> str:
    """`+86 138-1234-0001`, `008613812340001` and `13812340001` are one phone; what is not a phone stays as it is."""
    digits = unicodedata.normalize("NFKC", address).translate(_SEPARATORS)
    for prefix in ("+86", "0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest != digits and _is_mobile(rest):
            return rest
    return digits if _is_mobile(digits) else address.strip()


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits.isascii() and digits.isdigit() and digits.startswith("1")
