"""How wide a text is and where it breaks, without a font: a Chinese character is one em, a Latin letter a little over half."""

import re
from unicodedata import east_asian_width

_word = re.compile(r"[（(“‘\[]*(?:[A-Za-z0-9][^\s⺀-￿]*\s*|\s+|.)", re.DOTALL)
_no_start = "，。、；：！？）》”’…％%)]},.;:!?"


def width(text: str) -> float:
    """In em."""
    return sum(map(_letter, text))


def _letter(letter: str) -> float:
    if east_asian_width(letter) in "WF" or letter in "“”‘’…—≤≥↻⚠":
        return 1.0
    if letter.isupper() or letter in "mwMW%@":
        return 0.72
    return 0.55


def wrapped(text: str, room: float, most: int) -> list[str]:
    """Lines of at most `room` em; what does not fit in `most` lines ends in an ellipsis."""
    lines = [""]
    for part in _word.findall(" ".join(text.split())):
        # closing signs may hang over the end
        fits = width(lines[-1] + part.rstrip()) <= room + (part in _no_start)
        if fits or not lines[-1].strip():
            lines[-1] += part
        else:
            lines.append(part)
    lines = [piece for line in lines for piece in _cut(line.strip(), room)]
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), room)]
    return lines


def shortened(text: str, room: float) -> str:
    if width(text) <= room:
        return text
    while text and width(text) + 1 > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _cut(line: str, room: float) -> list[str]:
    """A word longer than a line, in pieces."""
    pieces = [""]
    for letter in line:
        if width(pieces[-1] + letter) > room + 1:
            pieces.append("")
        pieces[-1] += letter
    return pieces
