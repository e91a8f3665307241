"""Bytes of a CSV file to text: UTF-8 or GB18030, and which of them it was. Anything else is named, never guessed at."""

from dataclasses import dataclass
from unicodedata import category

BYTES_ALLOWED = 5_000_000

_NOT_CSV = {
    b"PK\x03\x04": "an Excel workbook (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"%PDF": "a PDF document",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_SAVE_AS = 'in Excel or WPS choose "Save as" and "CSV UTF-8"'


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Undecodable:
    reason: str


def decode(content: bytes) -> Decoded | Undecodable:
    """A file that is valid UTF-8 is UTF-8: Chinese text in GB18030 practically never is.

    The reverse cannot be told from the bytes alone, so callers show the encoding that was found.
    """
    if len(content) > BYTES_ALLOWED:
        return Undecodable(f"larger than {BYTES_ALLOWED // 1_000_000} MB; expected a directory or a roster as CSV")
    for start, name in _NOT_CSV.items():
        if content.startswith(start):
            return Undecodable(f"this is {name}, not CSV; {_SAVE_AS}")
    if content.startswith(b"\xef\xbb\xbf"):
        return _strictly(content, "utf-8-sig", "UTF-8 with BOM") or _neither()
    return _strictly(content, "utf-8", "UTF-8") or _strictly(content, "gb18030", "GB18030") or _neither()


def _strictly(content: bytes, codec: str, name: str) -> Decoded | None:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        return None
    return Decoded(text, name) if all(map(_is_text, text)) else None


def _is_text(character: str) -> bool:
    # GB18030 gives nearly any bytes some meaning; private, unassigned and control characters show that it was not that
    return character in "\t\r\n" or category(character) not in ("Cc", "Cn", "Co", "Cs")


def _neither() -> Undecodable:
    return Undecodable(f"neither UTF-8 nor GB18030 text; {_SAVE_AS}")
