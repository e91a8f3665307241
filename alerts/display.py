"""Text from an alert made safe to show: no control, bidirectional or invisible characters. HTML stays text."""

import unicodedata

_SPACES = {"\n": "\n", "\t": " ", "\r": "", "\u2028": "\n", "\u2029": "\n", "\x85": "\n"}
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean(text: str) -> str:
    """`text` without what could hide or reorder it, outer space trimmed."""
    return "".join(_shown(character) for character in text).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _shown(character: str) -> str:
    if character in _SPACES:
        return _SPACES[character]
    return "" if unicodedata.category(character) in _INVISIBLE else character
