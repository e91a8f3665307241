"""A task list in a spreadsheet as the draft of a plan: each row a task, and each cell that could not be taken told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from plans.basics import Level, Text
from plans.table_import_draft import DraftPlan, DraftTask, drafted, ladder_named, without_circles
from plans.table_import_files import Sheet, sheets
from plans.table_import_result import Imported, NotTaken, UnreadableImportError
from plans.table_import_words import Column, by_level, column, every_level, length, levels, nothing, parts, unit_of

_looked_through = 40
_longest_title = 60
_formula = Text("公式不计算，请填数值", "formulas are not evaluated: put the value there")
_header_form = "within the first 40 rows one with columns such as 编号, 任务, 责任部门, 级别, 前置, 应答, 完成, or Task, Role"


@dataclass(frozen=True, slots=True)
class _Header:
    """`row`: where it stands, from 0; `columns`: what stands in which column; `units`: minutes in a bare number there."""

    row: int
    columns: Mapping[Column, int]
    units: Mapping[Column, float]
    titles: Mapping[Column, str]
    unknown: tuple[str, ...]


def imported(file: str, content: bytes, name: str, title: str = "") -> Imported:
    """Error: `UnreadableImportError`."""
    every = sheets(file, content)
    found = [(sheet, header) for sheet in every if (header := _header(sheet))]
    if not found:
        raise UnreadableImportError(file, "it has no row that names its columns", _header_form)
    sheet, header = found[0]
    reader = _Reader(sheet, header)
    tasks, circles = without_circles(reader.tasks())
    if not tasks:
        raise UnreadableImportError(file, "there is no task under its header", "a row for each task, with its name")
    not_taken = [*_left(every, sheet, header), *reader.not_taken, *circles]
    text, missing = drafted(DraftPlan(name, Text(title or name, title or name), "", tasks, {}, file), not_taken)
    return Imported(name, text, len(tasks), tuple(not_taken), missing)


def _left(every: list[Sheet], taken: Sheet, header: _Header) -> Iterator[NotTaken]:
    for sheet in every:
        if sheet is not taken and any(any(row) for row in sheet.rows):
            yield NotTaken(
                f"sheet {sheet.name}", f"{len(sheet.rows)} rows", Text("只读第一张任务表", "the first task list is taken alone")
            )
    for words in header.unknown:
        yield NotTaken(f"row {header.row + 1}", words, Text("不认识的列", "there is no such column in a plan"))
    for number, row in enumerate(taken.rows[: header.row], 1):
        if words := " ".join(dict.fromkeys(cell for cell in row if cell)):
            yield NotTaken(f"row {number}", words, Text("表头之前的文字", "it stands above the header"))


def _header(sheet: Sheet) -> _Header | None:
    """The first row that names a task and one thing more."""
    for number, row in enumerate(sheet.rows[:_looked_through]):
        columns: dict[Column, int] = {}
        unknown = []
        for place, words in enumerate(row):
            kind = column(words) if words else None
            if kind is Column.TITLE and kind in columns and words.isascii():
                kind = Column.TITLE_EN
            if kind and kind not in columns:
                columns[kind] = place
            elif words:
                unknown.append(words)
        if Column.TITLE_EN in columns and Column.TITLE not in columns:
            columns[Column.TITLE] = columns.pop(Column.TITLE_EN)
        if Column.TITLE in columns and len(columns) > 1:
            titles = {kind: row[place] for kind, place in columns.items()}
            return _Header(number, columns, {kind: unit_of(words) for kind, words in titles.items()}, titles, tuple(unknown))
    return None


class _Reader:
    def __init__(self, sheet: Sheet, header: _Header) -> None:
        self._sheet, self._header = sheet, header
        self._row = 0
        self.not_taken: list[NotTaken] = []

    def tasks(self) -> list[DraftTask]:
        found: dict[str, DraftTask] = {}
        for row in range(self._header.row + 1, len(self._sheet.rows)):
            self._row = row
            if task := self._task():
                key = task.key if task.key not in found else f"{task.key}\0{row}"
                if key != task.key and task.code:
                    self._tell(Column.CODE, task.code, "编号重复", "another row has this code: `after` means that one")
                found[key] = replace(task, key=key, code=task.code if key == task.key else "")
        return [self._resolved(task, found) for task in found.values()]

    def _task(self) -> DraftTask | None:
        words = self._cell(Column.TITLE)
        row = self._sheet.rows[self._row]
        if not words:
            if any(row):
                self._tell(None, " ".join(cell for cell in row if cell), "没有任务名称", "the row has no name of a task")
            return None
        if len([cell for cell in row if cell]) > 1 and len({cell for cell in row if cell}) == 1:
            self._tell(None, words, "小标题，不是任务", "a heading over several columns is no task")
            return None
        code = self._cell(Column.CODE)
        applies = self._levels()
        done = self._length(Column.DONE)
        every, again = self._repeat(applies or every_level, done)
        return DraftTask(
            where=self._where(Column.AFTER),
            key=code or words,
            title=Text(self._short(Column.TITLE, words), self._short(Column.TITLE_EN, self._cell(Column.TITLE_EN) or words)),
            code=code,
            role=self._cell(Column.ROLE),
            levels=applies,
            after=tuple(parts(self._cell(Column.AFTER))),
            ack=self._length(Column.ACK),
            done=done if done or not every else min(every.values()),
            every=every,
            again=again,
            evidence=tuple(parts(self._cell(Column.EVIDENCE))),
            ladder=self._ladder(),
        )

    def _resolved(self, task: DraftTask, found: Mapping[str, DraftTask]) -> DraftTask:
        """Predecessors by code or by name."""
        by_title = {each.title.zh: key for key, each in found.items()} | {each.title.en: key for key, each in found.items()}
        keys = []
        for said in task.after:
            key = said if said in found else by_title.get(said)
            if key is None or key == task.key:
                why = Text("没有这项前置任务", "there is no such task in the list")
                self.not_taken.append(NotTaken(task.where, said, why))
            else:
                keys.append(key)
        return replace(task, after=tuple(dict.fromkeys(keys)))

    def _cell(self, kind: Column) -> str:
        place = self._header.columns.get(kind)
        row = self._sheet.rows[self._row]
        if place is None or place >= len(row):
            return ""
        if (self._row, place) in self._sheet.formulas:
            self.not_taken.append(NotTaken(self._where(kind), "=…", _formula))
        return row[place]

    def _short(self, kind: Column, words: str) -> str:
        """What fits the short messages."""
        one_line = " ".join(words.split())
        if len(one_line) <= _longest_title:
            return one_line
        if kind in self._header.columns:
            self._tell(kind, words, "名称过长，已截短", f"longer than {_longest_title} characters: cut")
        return one_line[: _longest_title - 1] + "…"

    def _levels(self) -> frozenset[Level]:
        words = self._cell(Column.LEVELS)
        found = levels(words) if words.lower() not in nothing else frozenset()
        if found is None:
            self._tell(Column.LEVELS, words, "看不懂的级别", "no levels such as IV-I or Ⅲ级以上")
        return found or frozenset()

    def _length(self, kind: Column) -> timedelta | None:
        words = self._cell(kind)
        if words.lower() in nothing:
            return None
        found = length(words, self._header.units[kind])
        if found is None:
            self._tell(kind, words, "看不懂的时长", "no length of time such as 30, 2 h or 30分钟")
        return found

    def _repeat(self, applies: frozenset[Level], done: timedelta | None) -> tuple[Mapping[Level, timedelta] | None, bool]:
        words = self._cell(Column.REPEAT)
        every: Mapping[Level, timedelta] | None = None
        again = False
        for part in words.replace("；", ";").split(";"):
            said = part.strip()
            own = length(said, self._header.units.get(Column.REPEAT, 1))
            if said.lower() in nothing:
                continue
            if said.lower() in ("on level change", "级别变化时", "级别变更时"):
                again = True
            elif own:
                every = dict.fromkeys(sorted(applies, reverse=True), own)
            elif (found := by_level(said)) and found.keys() >= applies:
                every = found
            else:
                # an interval that has been read is not replaced by half of another
                own, said = (None, said) if every else self._begins_with(said)
                every = dict.fromkeys(sorted(applies, reverse=True), own) if own else every
                self._tell(Column.REPEAT, said, "看不懂的重复", "no repeat such as 6 h, or IV 6 h, III 3 h, II 2 h, I 1 h")
        if every and done and min(every.values()) < done:
            self._tell(Column.REPEAT, words, "下一轮先于完成时限", "the next round would come before the limit of the last")
            every = None
        return every, again

    def _begins_with(self, said: str) -> tuple[timedelta | None, str]:
        """`6 h until they may return`: the interval is taken, the rest is not."""
        words = said.split()
        unit = self._header.units.get(Column.REPEAT, 1)
        for end in range(len(words) - 1, 0, -1):
            if found := length(" ".join(words[:end]), unit):
                return found, " ".join(words[end:])
        return None, said

    def _ladder(self) -> str:
        words = self._cell(Column.ESCALATE)
        found = ladder_named(words) if words.lower() not in nothing else ""
        if words.lower() not in nothing and not found:
            self._tell(
                Column.ESCALATE,
                words,
                "底版没有这个升级阶梯，用 operations",
                "the base has no such ladder; operations stands there",
            )
        return found

    def _where(self, kind: Column | None) -> str:
        words = self._header.titles.get(kind, "") if kind else ""
        return f"row {self._row + 1}, {words}" if words else f"row {self._row + 1}"

    def _tell(self, kind: Column | None, words: str, zh: str, en: str) -> None:
        self.not_taken.append(NotTaken(self._where(kind), words, Text(zh, en)))
