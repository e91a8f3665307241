"""Spreadsheets as rows of texts: .xlsx and .csv, bounded in size; formulas are never evaluated, macros never looked at."""

import csv
import io
import zipfile
import zlib
from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

from plans.table_import_result import UnreadableImportError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

size_limit = 10_000_000
unpacked_limit = 30_000_000
row_limit = 5_000
column_limit = 100
_files_limit = 1_000
_cell_limit = 10_000
# what openpyxl raises on workbooks that break the format, as it has no error of its own for most of it
_broken = (zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, SyntaxError, OSError)
_form = "a task list in .xlsx, or in .csv as UTF-8 or GB18030"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`formulas`: rows and columns, from 0, of cells that hold a formula; their text is empty."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    formulas: frozenset[tuple[int, int]] = frozenset()


def sheets(file: str, content: bytes) -> list[Sheet]:
    """Error: `UnreadableImportError`."""
    if len(content) > size_limit:
        raise UnreadableImportError(file, f"it has {len(content):,} bytes", f"at most {size_limit:,}")
    if content.startswith(b"PK"):
        return _workbook(file, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableImportError(file, "it is in the old .xls format, or has a password", f"{_form}: save it as .xlsx")
    return [_csv(file, content)]


def _csv(file: str, content: bytes) -> Sheet:
    text = _decoded(file, content)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:4096], ",;\t")
    except csv.Error:
        dialect = csv.excel
    rows: list[tuple[str, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), dialect):
            rows.append(tuple(cell.strip()[:_cell_limit] for cell in row[:column_limit]))
            _count(file, len(rows))
    except csv.Error as cause:
        raise UnreadableImportError(file, f"it is no table: {cause}", _form) from cause
    return Sheet("", tuple(rows))


def _decoded(file: str, content: bytes) -> str:
    if b"\0" not in content:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise UnreadableImportError(file, "it is neither a workbook nor a text", _form)


def _count(file: str, rows: int) -> None:
    if rows > row_limit:
        what = f"its list goes beyond row {row_limit:,}"
        raise UnreadableImportError(file, what, f"at most {row_limit:,} rows: delete empty rows below the list, or divide it")


def _workbook(file: str, content: bytes) -> list[Sheet]:
    # openpyxl takes a while to load, and CSV does not need it
    from openpyxl import load_workbook

    _check_archive(file, content)
    try:
        book = load_workbook(io.BytesIO(content), data_only=False, keep_links=False, keep_vba=False)
    except _broken as cause:
        raise UnreadableImportError(file, "it is a damaged workbook, or no workbook", _form) from cause
    return [_sheet(file, sheet) for sheet in book.worksheets]


def _check_archive(file: str, content: bytes) -> None:
    """What is small in the file and huge in memory is refused before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _files_limit or sum(part.file_size for part in parts) > unpacked_limit:
                what = f"it unpacks to {sum(part.file_size for part in parts):,} bytes in {len(parts):,} parts"
                raise UnreadableImportError(file, what, f"at most {unpacked_limit:,} bytes and {_files_limit:,} parts")
            for part in parts:
                if part.flag_bits & 1:
                    raise UnreadableImportError(file, "it has a password", f"{_form} without one")
                if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part)[:4096]:
                    raise UnreadableImportError(file, "it declares a document type, which no workbook does", _form)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as cause:
        raise UnreadableImportError(file, "it is a damaged archive", _form) from cause


def _sheet(file: str, sheet: "Worksheet") -> Sheet:
    _count(file, sheet.max_row)
    width = min(sheet.max_column, column_limit)
    rows: list[list[str]] = []
    formulas = set()
    for place, cells in enumerate(sheet.iter_rows(max_col=width)):
        rows.append([_text(cell) for cell in cells])
        formulas |= {(place, column) for column, cell in enumerate(cells) if cell.data_type == "f"}
    for merged in sheet.merged_cells.ranges:
        _fill(rows, merged.bounds)
    return Sheet(sheet.title, tuple(tuple(row) for row in rows), frozenset(formulas))


def _text(cell: "Cell | MergedCell") -> str:
    match cell.value:
        case None:
            return ""
        case _ if cell.data_type in ("f", "e"):
            return ""
        case time() as clock:
            return f"{clock.hour * 60 + clock.minute} min"
        case timedelta() as length:
            return f"{length.total_seconds() / 60:g} min"
        case float() as number:
            return f"{number:.15g}"
        case value:
            return str(value).strip()[:_cell_limit]


def _fill(rows: list[list[str]], bounds: tuple[int, int, int, int]) -> None:
    """What stands in the first cell of a merged block is said of all of it."""
    left, top, right, bottom = (end - 1 for end in bounds)
    if top >= len(rows) or left >= len(rows[top]):
        return
    for row in rows[top : bottom + 1]:
        row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
