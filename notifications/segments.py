"""How many SMS segments a text needs: GSM-7 160/153, UCS-2 70/67 (counted in UTF-16 units, as carriers do)."""

from dataclasses import dataclass

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}\\[~]|€")  # two units each


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets for GSM-7 and UTF-16 units for UCS-2; the operator's 【signature】 counts too, if it is in the text."""

    encoding: str
    units: int
    count: int


def segments(text: str) -> Segments:
    if all(character in _GSM or character in _GSM_EXTENDED for character in text):
        units = sum(2 if character in _GSM_EXTENDED else 1 for character in text)
        return Segments("gsm7", units, 1 if units <= 160 else -(-units // 153))
    units = len(text.encode("utf-16-be")) // 2
    return Segments("ucs2", units, 1 if units <= 70 else -(-units // 67))
