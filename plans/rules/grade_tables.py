"""A grade table belongs to a choice; each column grades a number by half-open intervals, or a choice or boolean by its values.

In a column of intervals the grades rise with the number, no two intervals overlap and none is missing between them; the first
may begin above the least value. A column of values names each value once. A column that is a graded fact itself is declared
above. The highest grade of all columns counts, so a graded fact has no default.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

from plans.diagnostic import Diagnostic, Mark, fault, nearest
from plans.draft import Draft
from plans.model import Fact, FactType, GradeColumn, GradeRow
from plans.reader import Sequence

RULE = "grade-tables"
NEEDS_WHOLE = True

Placed = tuple[GradeRow, Mark]


def check(draft: Draft) -> Iterator[Diagnostic]:
    above: set[str] = set()
    for name, fact in draft.facts.items():
        above.add(name)
        if fact.table and fact.type is not FactType.CHOICE:
            mark = draft.key_mark("facts", name, "table")
            yield fault(mark, f"the fact {name!r} is graded and is a {fact.type}", "a fact of type choice", RULE)
            continue
        if fact.table and fact.default is not None:
            mark = draft.mark("facts", name, "default")
            yield fault(mark, f"the graded fact {name!r} has a default", "no default: its table gives the value", RULE)
        for column in fact.table:
            source = draft.facts.get(column.fact)
            if source is not None:
                yield from _column(draft, fact, column, source, is_above=source.name in above - {name})


def _column(draft: Draft, fact: Fact, column: GradeColumn, source: Fact, *, is_above: bool) -> Iterator[Diagnostic]:
    key = draft.key_mark("facts", fact.name, "table", source.name)
    if source.type is FactType.TEXT:
        yield fault(key, f"{source.name!r} is a text and gives no grade", "a number, a choice or a boolean", RULE)
        return
    if source.table and not is_above:
        yield fault(key, f"the graded fact {source.name!r} is not declared above {fact.name!r}", "its place above", RULE)
    rows = _placed(draft, fact, column)
    for row, _ in rows:
        if row.grade not in fact.choices:
            mark = draft.key_mark("facts", fact.name, "table", source.name, row.grade)
            suggestion = nearest(row.grade, fact.choices)
            yield fault(
                mark, f"{fact.name!r} has no {row.grade!r}", "one of " + ", ".join(fact.choices), RULE, suggestion=suggestion
            )
            return
    yield from _intervals(fact, rows) if source.type is FactType.NUMBER else _values(source, rows)


def _placed(draft: Draft, fact: Fact, column: GradeColumn) -> list[Placed]:
    counts: dict[str, int] = {}
    placed = []
    for row in column.rows:
        path = ("facts", fact.name, "table", column.fact, row.grade)
        index = counts.get(row.grade, 0)
        counts[row.grade] = index + 1
        is_one_of_several = isinstance(draft.node(*path), Sequence) and not row.values
        placed.append((row, draft.mark(*path, index) if is_one_of_several else draft.mark(*path)))
    return placed


def _intervals(fact: Fact, rows: list[Placed]) -> Iterator[Diagnostic]:
    for row, mark in rows:
        low, high = _ends(row)
        if row.values:
            yield fault(
                mark, f"the grade {row.grade!r} is for a value, the column is a number", 'an interval such as "[3, 10)"', RULE
            )
            return
        if low >= high:
            yield fault(mark, f"the interval of {row.grade!r} is empty", "a lower end below the upper one", RULE)
            return
    ordered = sorted(rows, key=lambda placed: _ends(placed[0]))
    for (before, _), (row, mark) in pairwise(ordered):
        end, low = _ends(before)[1], _ends(row)[0]
        if low < end:
            what = f"the intervals of {before.grade!r} and {row.grade!r} overlap from {low:g} to {min(end, _ends(row)[1]):g}"
            yield fault(mark, what, f"one that begins at {end:g}", RULE)
        elif low > end:
            yield fault(mark, f"nothing grades the numbers from {end:g} to {low:g}", f"an interval that begins at {end:g}", RULE)
        if fact.choices.index(row.grade) < fact.choices.index(before.grade):
            what = f"{row.grade!r} is lower than {before.grade!r} and is for greater numbers"
            yield fault(mark, what, "grades that rise with the number, in the order of 'of'", RULE)


def _values(source: Fact, rows: list[Placed]) -> Iterator[Diagnostic]:
    known = ("true", "false") if source.type is FactType.BOOLEAN else source.choices
    grades: dict[str, str] = {}
    for row, mark in rows:
        if not row.values:
            yield fault(mark, f"the grade {row.grade!r} is for an interval, the column is a {source.type}", "its values", RULE)
        for value in row.values:
            if value not in known:
                what, expected = f"{source.name!r} is never {value!r}", "one of " + ", ".join(known)
                yield fault(mark, what, expected, RULE, suggestion=nearest(value, known))
            elif grades.setdefault(value, row.grade) != row.grade:
                yield fault(mark, f"{value!r} already gives {grades[value]!r}", "each value once", RULE)


def _ends(row: GradeRow) -> tuple[float, float]:
    return -math.inf if row.low is None else row.low, math.inf if row.high is None else row.high
