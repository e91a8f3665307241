"""Chinese division codes (GB/T 2260, CPEAS): a hierarchy by prefix, whatever number of zeros a sender appends."""

from enum import StrEnum

_LENGTHS = (2, 4, 6, 9, 12)


class Relation(StrEnum):
    COVERS = "covers"
    """The code is the own division or one above it."""
    PART = "part"
    """The code is a division within the own one."""
    OUTSIDE = "outside"


def is_division_system(name: str) -> bool:
    """Whether a geocode's `valueName` is one of the names that senders give to the division codes."""
    plain = "".join(character for character in name.casefold() if character.isalnum())
    return plain.startswith("cpeas") or "gbt2260" in plain or "gb2260" in plain or plain in ("adcode", "行政区划代码", "行政区划")


def is_known_form(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) in _LENGTHS and not code.startswith("0")


def prefix(code: str) -> str:
    """The significant part: 130100000000 → 1301. The national code 100000 is the empty prefix."""
    if not is_known_form(code):
        return code
    for shorter, longer in reversed(tuple(zip((0, *_LENGTHS), _LENGTHS, strict=False))):
        if len(code) >= longer and int(code[shorter:longer]):
            return "" if code[:longer] == "10" else code[:longer]
    return ""


def relation(code: str, own: str) -> Relation:
    """How an alert for `code` stands to the division `own`."""
    theirs, ours = prefix(code), prefix(own)
    if ours.startswith(theirs):
        return Relation.COVERS
    return Relation.PART if theirs.startswith(ours) else Relation.OUTSIDE
