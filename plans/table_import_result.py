"""What came of an import: the draft, and each thing that could not be taken with its place and the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from plans.basics import Text
from plans.errors import PlanError


@dataclass(frozen=True, slots=True)
class NotTaken:
    """`where`: `row 7, 前置`, or `workflow.action--…`; `what`: the words that stand there."""

    where: str
    what: str
    why: Text

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "what": self.what, "zh": self.why.zh, "en": self.why.en}

    def __str__(self) -> str:
        return f"{self.where}: {_short(self.what)!r}: {self.why.zh} / {self.why.en}"


@dataclass(frozen=True, slots=True)
class Imported:
    """`text`: the file of the draft. `missing`: what a person has to fill in before it is a plan."""

    name: str
    text: str
    tasks: int
    not_taken: tuple[NotTaken, ...] = ()
    missing: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()
    """Signatures that hold, with the SHA-256 of the key: whether it is theirs only a person can tell."""


class UnreadableImportError(PlanError):
    def __init__(self, file: str, why: str, expected: str) -> None:
        super().__init__(file, why, expected)
        self.file, self.why, self.expected = file, why, expected

    def __str__(self) -> str:
        return f"{self.file}: {self.why}; expected {self.expected}"


_shown = 60


def _short(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= _shown else words[:_shown] + "…"


def one_line(text: str) -> str:
    """For a comment: nothing in it ends the line or is no character for YAML."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def comments(not_taken: Iterable[NotTaken], most: int = 200) -> list[str]:
    """For the top of a draft; the report has all of them."""
    told = [one_line(str(each)) for each in not_taken]
    more = [f"… {len(told) - most} more: tocsin plan import --json tells all of them"] if len(told) > most else []
    return told[:most] + more
