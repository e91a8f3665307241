"""The slip behind text that is not YAML, where one of the usual ones is near: the parser notices many of them lines later."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_name = r"[A-Za-z0-9_]+"
_wide_colon = re.compile(rf"\s*(?:- )?{_name}(：)")
_wide_in_brackets = re.compile(r"[{\[][^\"']*?([，；：［］｛｝])")
_indent = re.compile(r"[ \t\u00a0\u3000]*")
_quote = re.compile(r'(?<!\\)"')
_looks_back = 60


@dataclass(frozen=True, slots=True)
class Slip:
    """`line` and `column` count from 0."""

    line: int
    column: int
    what: str
    expected: str


def slip(source: Sequence[str], line: int, began: int, column: int) -> Slip | None:
    """The last slip at or before `line`, where the parser stopped; `began` and `column`: where what it was reading began."""
    first = max(0, line - _looks_back)
    found = [each for number in range(first, min(line + 1, len(source))) for each in _in_line(number, source[number])]
    if found:
        return found[-1]
    return _item_among_keys(source, began, line, column) or _open_quote(source, first, line)


def _in_line(number: int, text: str) -> Iterator[Slip]:
    indent = (_indent.match(text) or [""])[0]
    for place, character in enumerate(indent):
        if character != " ":
            name = {"\t": "a tab", "\u3000": "a full-width space", "\u00a0": "a non-breaking space"}[character]
            yield Slip(number, place, f"the line is indented with {name}", "spaces")
            return
    if match := _wide_colon.match(text):
        yield Slip(number, match.start(1), "a full-width ： follows a name", "': ' with a space after it")
    elif match := _wide_in_brackets.search(text):
        narrow = str(match[1]).translate(str.maketrans("，；：［］｛｝", ",;:[]{}"))
        yield Slip(number, match.start(1), f"a full-width {match[1]} in brackets", repr(narrow))


def _item_among_keys(source: Sequence[str], began: int, line: int, column: int) -> Slip | None:
    for number in range(began + 1, min(line + 1, len(source))):
        if source[number][:column].strip() == "" and source[number][column:].startswith("- "):
            return Slip(number, column, "a list item ('- ') among keys", "a key, or every entry with '- '")
    return None


def _open_quote(source: Sequence[str], first: int, line: int) -> Slip | None:
    for number in range(first, min(line + 1, len(source))):
        quotes = list(_quote.finditer(source[number].partition(" #")[0]))
        if len(quotes) % 2:
            return Slip(number, quotes[-1].start(), "a quotation mark stands alone in this line", "one at each end of the text")
    return None
