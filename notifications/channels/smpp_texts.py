"""Texts as SMPP carries them: one alphabet or the other, cut into parts that a phone puts together again."""

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT, UCS2 = 0, 8
_PLAIN = frozenset(" \nABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"#%&'()*+,-./:;<=>?")
"""Characters that every carrier's default alphabet has in the place where ASCII has them."""
_WHOLE = {DEFAULT: 160, UCS2: 140}
_PART = {DEFAULT: 153, UCS2: 134}


@dataclass(frozen=True, slots=True)
class Parts:
    coding: int
    bodies: Sequence[bytes]
    """With a header each, where they are several."""


def parts_of(text: str, reference: int) -> Parts:
    """`reference` tells the parts of this text from those of the one before (0 to 255)."""
    coding = DEFAULT if _PLAIN.issuperset(text) else UCS2
    pieces = _pieces(text, coding)
    if len(pieces) == 1:
        return Parts(coding, pieces)
    return Parts(coding, [bytes([5, 0, 3, reference, len(pieces), place]) + one for place, one in enumerate(pieces, start=1)])


def readable(text: bytes, coding: int, *, has_header: bool) -> str:
    """What somebody wrote; a header before it is left out."""
    plain = text[1 + text[0] :] if has_header and text else text
    match coding:
        case 8:
            return plain.decode("utf-16-be", errors="replace")
        case 3:
            return plain.decode("latin-1")
        case 15:  # Chinese gateways use the reserved one for GB 18030
            return plain.decode("gb18030", errors="replace")
        case _:
            return plain.decode("ascii", errors="replace")


def _pieces(text: str, coding: int) -> list[bytes]:
    encoded = [_encoded(character, coding) for character in text]
    if sum(map(len, encoded)) <= _WHOLE[coding]:
        return [b"".join(encoded)]
    pieces = [b""]
    for character in encoded:
        # a character of two units stays in one part
        if len(pieces[-1]) + len(character) > _PART[coding]:
            pieces.append(b"")
        pieces[-1] += character
    return pieces


def _encoded(character: str, coding: int) -> bytes:
    return character.encode("ascii" if coding == DEFAULT else "utf-16-be", errors="replace")
