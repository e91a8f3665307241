"""A plan that has its shape and is not yet checked: its values, and the place of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from plans import reader
from plans.diagnostic import Mark
from plans.model import (
    Daylight,
    Drill,
    EndCondition,
    Fact,
    FindingKind,
    Ladder,
    Level,
    LevelRule,
    Link,
    MessageTemplate,
    Role,
    Source,
    Task,
    Text,
)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """A trigger as written: one condition, and for each level what else must hold ("" is nothing more)."""

    name: str
    on: Literal["cap", "reading"]
    when: str
    propose: Mapping[Level, str]
    facts: Mapping[str, str]
    hold: timedelta
    release: str
    event: bool


@dataclass(frozen=True, eq=False, slots=True)
class Draft:
    """`whole` says that every value is the author's; otherwise some are placeholders for what could not be read.

    `tasks` are those of the sections `tasks`, `reports` and `signals`; `task_path` says where one is written.
    """

    root: reader.Mapping
    whole: bool
    name: str
    title: Text
    version: str
    owner: str
    activate: tuple[str, ...]
    facts: Mapping[str, Fact]
    levels: Mapping[Level, LevelRule]
    triggers: Mapping[str, TriggerRule]
    roles: Mapping[str, Role]
    ladders: Mapping[str, Ladder]
    tasks: Mapping[str, Task]
    messages: Mapping[str, MessageTemplate]
    end: EndCondition
    sources: Mapping[str, Source]
    drill: Drill | None
    findings: Mapping[str, FindingKind]
    links: Mapping[str, Link]
    daylight: Daylight | None
    today: str = ""
    """The day of the check, as `2026-11-24`; empty: what depends on it is not looked at."""
    confirmed_by: Mapping[str, str] = field(default_factory=dict)
    """For each task that takes a second person, the task that confirms it."""

    def task_path(self, name: str, *path: str | int) -> Path:
        """Where something of a task is written."""
        task = self.tasks[name]
        if task.signal:
            return ("signals", name, *path)
        if task.report:
            return ("reports", name, *path)
        return ("tasks", name, *path)

    def task_mark(self, name: str, *path: str | int) -> Mark:
        return self.mark(*self.task_path(name, *path))

    def task_key_mark(self, name: str, *path: str | int) -> Mark:
        return self.key_mark(*self.task_path(name, *path))

    def after_mark(self, name: str, index: int) -> Mark:
        """Where a task names its predecessor, `{approve: 15 min}` included."""
        path = self.task_path(name, "after", index)
        node = self.node(*path)
        return next(iter(node.entries.values())).key if isinstance(node, reader.Mapping) and node.entries else node.mark

    def node(self, *path: str | int) -> reader.Node:
        """The node at a path, or the nearest one above it that is there."""
        return self._walk(path)[0]

    def mark(self, *path: str | int) -> Mark:
        """Where the value at a path stands."""
        return self.node(*path).mark

    def key_mark(self, *path: str | int) -> Mark:
        """Where the key of a path stands; for an item of a list, the item."""
        return self._walk(path)[1]

    def offset_mark(self, offset: int, *path: str | int) -> Mark:
        """The place `offset` characters into the text at a path."""
        node = self.node(*path)
        return node.mark_at(offset) if isinstance(node, reader.Scalar) else node.mark

    def _walk(self, path: tuple[str | int, ...]) -> tuple[reader.Node, Mark]:
        node: reader.Node = self.root
        key = node.mark
        for step in path:
            match node:
                case reader.Mapping() if step in node.entries:
                    entry = node.entries[str(step)]
                    node, key = entry.value, entry.key
                case reader.Sequence() if isinstance(step, int) and step < len(node.items):
                    node = node.items[step]
                    key = node.mark
                case reader.Scalar() | reader.Mapping() if step == 0:
                    # one value stands for a list of one
                    continue
                case _:
                    break
        return node, key
