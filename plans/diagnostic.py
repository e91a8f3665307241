"""A fault in a plan as a value: where, what, what was expected, and the nearest right name."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

_most_compared = 500


class Severity(StrEnum):
    """A warning is shown and does not fail the check."""

    ERROR = "error"
    WARNING = "warning"


class Mark(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def right(self, columns: int) -> "Mark":
        return Mark(self.file, self.line, self.column + columns)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    file: str
    line: int
    column: int
    what: str
    expected: str
    suggestion: str
    rule: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        kind = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.file}:{self.line}:{self.column}: {kind}{self.message} [{self.rule}]"

    @property
    def message(self) -> str:
        """What is wrong and how to mend it, without the place."""
        expected = f", expected {self.expected}" if self.expected else ""
        suggestion = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{self.what}{expected}{suggestion}"

    def as_json(self) -> dict[str, str | int]:
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "severity": self.severity.value,
            "rule": self.rule,
            "what": self.what,
            "expected": self.expected,
            "suggestion": self.suggestion,
        }


def fault(mark: Mark, what: str, expected: str, rule: str, *, suggestion: str = "") -> Diagnostic:
    return Diagnostic(*mark, what, expected, suggestion, rule)


def warning(mark: Mark, what: str, expected: str, rule: str, *, suggestion: str = "") -> Diagnostic:
    return Diagnostic(*mark, what, expected, suggestion, rule, Severity.WARNING)


def nearest(name: str, right: Iterable[str]) -> str:
    """The right name that looks most like `name`; empty when none does."""
    names = list(right)
    if len(names) > _most_compared:
        # thousands take too long for every fault: those that begin or end alike are likely enough
        alike = (each for each in names if each[:3] == name[:3] or each[-3:] == name[-3:])
        names = list(islice(alike, _most_compared))
    return next(iter(get_close_matches(name, names, n=1, cutoff=0.6)), "")


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each once, sorted by place."""
    return sorted(dict.fromkeys(diagnostics), key=lambda each: (each.file, each.line, each.column, each.rule, each.what))


def has_faults(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(each.severity is Severity.ERROR for each in diagnostics)
