"""Tables as wide as the terminal: names, dates and ids break between words only, while there is room; nothing is ever cut."""

import re

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

_CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_BETWEEN = 2


def fitted(table: Table) -> Table:
    """With the width of each column set, where the whole would be wider than the terminal."""
    room = Console().width - _BETWEEN * (len(table.columns) - 1)
    wanted = [_widest(column) for column in table.columns]
    if sum(wanted) <= room:
        return table
    widths = [want if column.no_wrap else _longest_word(column) for column, want in zip(table.columns, wanted, strict=True)]
    _share(widths, wanted, room, [not column.no_wrap for column in table.columns])
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def _share(widths: list[int], wanted: list[int], room: int, may_break: list[bool]) -> None:
    """One place at a time to whoever lacks most, or from whoever has most."""
    while sum(widths) < room:
        shortest = max(range(len(widths)), key=lambda n: wanted[n] - widths[n])
        if widths[shortest] >= wanted[shortest]:
            return
        widths[shortest] += 1
    while sum(widths) > room:
        longest = max((n for n in range(len(widths)) if may_break[n]), key=lambda n: widths[n], default=None)
        if longest is None or widths[longest] <= _BETWEEN:
            return
        widths[longest] -= 1


def _cells(column: Column) -> list[str]:
    return [Text.from_markup(str(cell)).plain for cell in (column.header, *column.cells)]


def _widest(column: Column) -> int:
    return max(cell_len(line) for cell in _cells(column) for line in cell.splitlines() or [""])


def _longest_word(column: Column) -> int:
    """Chinese breaks anywhere."""
    words = (word for cell in _cells(column) for word in _CHINESE.sub(" 〇 ", cell).split())
    return max((cell_len(word) for word in words), default=1)
