"""A CSV file as rows under known columns, with their lines: headers in English or Chinese, every fault collected."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from resources.encoding import BYTES_ALLOWED, Undecodable, decode
from resources.errors import Fault, RosterFileError


@dataclass(frozen=True, slots=True)
class Column:
    """`chinese` is its header in a Chinese file."""

    name: str
    chinese: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells by column name, trimmed. A row with too many cells is not whole: only its beginning can be trusted."""

    line: int
    cells: Mapping[str, str]
    is_whole: bool = True


@dataclass
class Sheet:
    """`headers` keeps how this file spells each column, so that faults name what its author sees."""

    file: str
    encoding: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole_rows(self) -> list[Row]:
        return [row for row in self.rows if row.is_whole]

    def fault(self, line: int, column: str, text: str, *, warning: bool = False) -> None:
        self.faults.append(Fault(self.file, line, self.headers.get(column, column), text, warning))


def content_of(path: Path) -> bytes:
    """Errors: `RosterFileError` for a file that is not there or not readable."""
    try:
        with path.open("rb") as file:
            return file.read(BYTES_ALLOWED + 1)
    except OSError as cause:
        raise RosterFileError(str(path), cause.strerror or str(cause)) from cause


def read_sheet(file: str, content: bytes, columns: tuple[Column, ...]) -> Sheet:
    sheet = Sheet(file)
    decoded = decode(content)
    if isinstance(decoded, Undecodable):
        sheet.fault(1, "", decoded.reason)
        return sheet
    sheet.encoding = decoded.encoding
    lines = _lines(sheet, decoded.text)
    expected = ",".join(column.name for column in columns)
    header = next(lines, None)
    if header is None:
        sheet.fault(1, "", f"the file is empty; expected a first line with the columns {expected}")
        return sheet
    _read_header(sheet, *header, columns)
    if sheet.headers:
        _read_rows(sheet, lines, len(header[1]), _positions(sheet, header[1]))
    return sheet


def nearest(word: str, known: list[str]) -> str:
    """`; did you mean 'x'?`, or nothing when no known word is near."""
    found = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def _lines(sheet: Sheet, text: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line each begins on; one record can take several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as cause:
        sheet.fault(line, "", f'not CSV from here on ({cause}); each " around a cell must be closed, and doubled inside one')


def _read_header(sheet: Sheet, line: int, cells: list[str], columns: tuple[Column, ...]) -> None:
    spellings = {spelling: column for column in columns for spelling in (column.name, column.chinese)}
    found: dict[str, str] = {}
    for cell in filter(None, cells):
        column = spellings.get(cell.lower())
        if column is None:
            _report_unknown(sheet, line, cell, list(spellings))
        elif column.name in found:
            sheet.fault(line, cell, "this column is there twice; keep one")
        else:
            found[column.name] = cell
    missing = [column for column in columns if column.required and column.name not in found]
    for column in missing:
        sheet.fault(line, column.name, f"there is no such column; expected {column.name} or {column.chinese} in the first line")
    if not missing:
        sheet.headers = found


def _report_unknown(sheet: Sheet, line: int, cell: str, spellings: list[str]) -> None:
    near = nearest(cell.lower(), spellings)
    if near:
        sheet.fault(line, cell, f"there is no such column{near}")
    elif any(mark in cell for mark in ";\t，"):
        sheet.fault(line, "", "the cells are not separated by commas; save the file as CSV with commas")
    else:
        sheet.fault(line, cell, "not a column that is known here; it is not read", warning=True)


def _positions(sheet: Sheet, cells: list[str]) -> dict[str, int]:
    return {column: cells.index(spelling) for column, spelling in sheet.headers.items()}


def _read_rows(sheet: Sheet, lines: Iterator[tuple[int, list[str]]], width: int, positions: dict[str, int]) -> None:
    for line, cells in lines:
        if any(cells[width:]):
            sheet.fault(line, "", f"{len(cells)} cells under {width} columns; a cell that holds a comma needs quotes around it")
        named = {name: cells[at] if at < len(cells) else "" for name, at in positions.items()}
        sheet.rows.append(Row(line, named, not any(cells[width:])))
    if not sheet.rows and not sheet.faults:
        sheet.fault(1, "", "there is nothing below the header; expected one row for each entry")
