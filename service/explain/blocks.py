"""What a plan document is made of, whatever it is written as: headings, paragraphs, lists, tables, chains of calls, cards."""

from dataclasses import dataclass
from math import ceil

from plans.graph_text import width

_line = 62.0
"""The em in a line of a card."""
_limits = (52.0, 64.0, 80.0)


@dataclass(frozen=True, slots=True)
class Heading:
    """`depth` 1 is a chapter."""

    text: str
    depth: int = 1
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    quiet: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Items:
    lines: tuple[str, ...]
    kind: str = "items"


@dataclass(frozen=True, slots=True)
class Table:
    """A cell may have several lines. `widths` are parts of the page's width."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Step:
    at: str
    who: str
    how: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Who is called one after the other."""

    title: str
    steps: tuple[Step, ...]
    note: str
    kind: str = "chain"


@dataclass(frozen=True, slots=True)
class Card:
    """One page for one role."""

    title: str
    subtitle: str
    blocks: "tuple[Part, ...]"
    kind: str = "card"

    @property
    def density(self) -> int:
        """0 to 3: how small it has to be printed to stay on its page."""
        lines = sum(map(_lines, self.blocks))
        return sum(lines > limit for limit in _limits)


def _lines(block: "Part") -> float:
    """About how many lines of a page it takes."""
    match block:
        case Table(rows=rows, widths=widths):
            return sum(max(_cell(cell, width) for cell, width in zip(row, widths, strict=True)) + 0.4 for row in rows) + 1.4
        case Items(lines):
            return sum(_cell(line, 100) for line in lines)
        case Heading():
            return 2.0
        case _:
            return 2.5


def _cell(text: str, part: int) -> int:
    room = _line * part / 100 - 1
    return sum(max(1, ceil(width(line) / room)) for line in text.split("\n"))


Part = Heading | Paragraph | Items | Table | Chain
Block = Part | Card


@dataclass(frozen=True, slots=True)
class Document:
    language: str
    title: str
    subtitle: str
    """Version, owner, digest, in a line."""
    running: str
    """What stands on top of each page."""
    blocks: tuple[Block, ...]
