"""The instances of all tasks of a response, found at once by id, by task and by finding; ended ones are never gone through.

A value like any other: `with_` gives another collection, and the one before stays as it was.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from flows.model.assignment import Assignment, TaskStatus
from flows.model.replacing import replace

Series = tuple[Assignment, ...]


class Instances(Mapping[str, Assignment]):
    """By id (`task.N`, N counts the instances of the task), in the order in which they opened."""

    __slots__ = ("_by_finding", "_by_task", "_count", "_unended")

    def __init__(self) -> None:
        self._by_task: dict[str, Series] = {}
        self._by_finding: dict[tuple[str, str], Series] = {}
        self._unended: dict[str, Assignment] = {}
        self._count = 0

    @staticmethod
    def of(assignments: Mapping[str, Assignment]) -> "Instances":
        collected = Instances()
        for assignment in assignments.values():
            collected._put(assignment)
        return collected

    def with_(self, assignment: Assignment) -> "Instances":
        """The same with this one, new or in place of its former self."""
        other = Instances()
        other._by_task, other._by_finding = (
            self._by_task.copy(),
            self._by_finding.copy() if assignment.finding else self._by_finding,
        )
        other._unended, other._count = self._unended.copy(), self._count
        other._put(assignment)
        return other

    def of_task(self, task: str) -> Series:
        """Every instance of a task, oldest first."""
        return self._by_task.get(task, ())

    def series(self, task: str, finding: str) -> Series:
        """Those of one finding; `finding` empty: of a task that belongs to none."""
        return self._by_finding.get((task, finding), ()) if finding else self._by_task.get(task, ())

    def changed_since(self, before: "Instances") -> list[Assignment]:
        """Those that are new or not what they were, in the order in which they opened; `before` is what these came from."""
        changed: list[Assignment] = []
        for task, series in self._by_task.items():
            known = before._by_task.get(task, ())
            if series is not known:
                new = series[len(known) :]
                changed += [each for each, old in zip(series, known, strict=False) if each is not old]
                changed += new
        return sorted(changed, key=lambda each: each.serial)

    @property
    def tasks(self) -> tuple[str, ...]:
        """Those that have opened."""
        return tuple(self._by_task)

    @property
    def unended(self) -> tuple[Assignment, ...]:
        """In the order in which they opened."""
        return tuple(self._unended.values())

    def _put(self, assignment: Assignment) -> None:
        task, place = assignment.task, _place(assignment.id)
        series = self._by_task.get(task, ())
        own = self.series(task, assignment.finding)
        if place == len(series):
            self._count += 1
            since = assignment.since or (own[-1].since if own else assignment.opened_at)
            assignment = replace(assignment, serial=self._count, since=since)
        self._by_task[task] = _placed(series, place, assignment)
        if assignment.finding:
            self._by_finding[task, assignment.finding] = _placed(own, assignment.round - 1, assignment)
        if assignment.has_ended:
            self._unended.pop(assignment.id, None)
        else:
            self._unended[assignment.id] = assignment

    def __getitem__(self, name: str) -> Assignment:
        task, _, number = name.rpartition(".")
        series = self._by_task.get(task, ())
        if number.isdecimal() and number == str(int(number)) and 0 < int(number) <= len(series):
            return series[int(number) - 1]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        opened = sorted((each for series in self._by_task.values() for each in series), key=lambda each: each.serial)
        return (each.id for each in opened)

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return self._by_task == other._by_task if isinstance(other, Instances) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like a dict: equal by content

    @classmethod
    def __get_pydantic_core_schema__(cls, _: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        plain: Any = handler.generate_schema(dict[str, Assignment])
        written = core_schema.plain_serializer_function_ser_schema(dict, return_schema=plain)
        return core_schema.no_info_after_validator_function(cls.of, plain, serialization=written)


def has_been_done(series: Series) -> bool:
    """Once, since the task was last opened again by another one; where it runs for findings, for any of them."""
    begun_anew: set[str] = set()
    for instance in reversed(series):
        if instance.finding in begun_anew:
            continue
        if instance.status in (TaskStatus.DONE, TaskStatus.SKIPPED):
            return True
        if instance.is_reopened:
            begun_anew.add(instance.finding)
    return False


def _place(name: str) -> int:
    return int(name.rpartition(".")[2]) - 1


def _placed(series: Series, place: int, assignment: Assignment) -> Series:
    return (*series[:place], assignment, *series[place + 1 :])
