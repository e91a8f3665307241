"""Reads the keys of one mapping in the plan: each read says what it expects, faults are collected, the rest is unknown keys.

After a fault a read gives a placeholder, so that everything else in the file is looked at too.
"""

import re
from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingType
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from plans import quantities
from plans.diagnostic import Diagnostic, Mark, fault, nearest
from plans.model import Level, Text
from plans.reader import Entry, Mapping, Node, Scalar, Sequence

Choice = TypeVar("Choice", bound=StrEnum)

name_form = "a name of small letters, digits and _, such as levee_patrol"
_most_suggested = 200
most_faults = 1000
"""Where nobody reads on: the rest of a file that has so many is not looked at, and no rule either."""
_name = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Fields:
    """`what` names the mapping in messages: "the task 'patrol'". In a partial one a missing key is no fault."""

    def __init__(self, node: Mapping, what: str, faults: list[Diagnostic], *, partial: bool = False) -> None:
        self.node, self.what, self.faults, self.partial = node, what, faults, partial
        self._asked: dict[str, None] = {}
        self._missing: dict[str, str] = {}

    def get(self, key: str, *, required: bool = False, expected: str = "") -> Node | None:
        """The value of a key; None when it is absent."""
        self._asked[key] = None
        entry = self.node.entries.get(key)
        if entry is None and required and not self.partial:
            self._missing[key] = expected
        return entry.value if entry else None

    def close(self) -> None:
        """Refuse the keys that nobody asked for, and tell those that are missing; a misspelt key is one fault, not two."""
        for key, entry in self.node.entries.items():
            if key not in self._asked:
                left = [each for each in self._asked if each not in self.node.entries]
                # in a file that is no plan at all nobody reads the thousandth suggestion, and each takes its time
                suggestion = nearest(key, left) or nearest(key, self._asked) if len(self.faults) < _most_suggested else ""
                self._missing.pop(suggestion, None)
                what, expected = f"{self.what} has an unknown key {key!r}", "one of " + ", ".join(self._asked)
                self.fault(entry.key, what, expected, "unknown-key", suggestion)
                if len(self.faults) >= most_faults:
                    return
        for key, expected in self._missing.items():
            self.fault(self.node.mark, f"{self.what} has no {key!r}", expected, "missing-key")

    def text(self, key: str, default: str | None = None, *, expected: str = "a text") -> str:
        node = self.get(key, required=default is None, expected=expected)
        return (default or "") if node is None else self.text_of(node, key, expected)

    def bilingual(self, key: str, default: Text | None = None) -> Text:
        expected = "a text, or {zh: …, en: …}"
        node = self.get(key, required=default is None, expected=expected)
        if node is None:
            return default or Text("", "")
        if isinstance(node, Mapping):
            both = Fields(node, f"{key!r} of {self.what}", self.faults)
            result = Text(both.text("zh"), both.text("en"))
            both.close()
            return result
        same = self.text_of(node, key, expected)
        return Text(same, same)

    def flag(self, key: str, default: bool) -> bool:  # noqa: FBT001  # the default is the value
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        self._wrong(node, key, "true or false")
        return default

    def duration(self, key: str, default: timedelta | None = None) -> timedelta:
        node = self.get(key, required=default is None, expected=quantities.duration_form)
        return (default or timedelta(0)) if node is None else self._duration(node, key)

    def length(self, key: str) -> timedelta | None:
        """A duration that may be left out."""
        return self.duration(key) if self.get(key) else None

    def number(self, key: str, *, required: bool = False, expected: str = "a number") -> float | None:
        node = self.get(key, required=required, expected=expected)
        if node is None:
            return None
        value = quantities.number(node.text) if isinstance(node, Scalar) and node.plain else None
        if value is None:
            self._wrong(node, key, expected)
        return value

    def day(self, key: str) -> str:
        """A date that may be left out, as it is written."""
        text = self.text(key, "", expected=quantities.day_form)
        if text and quantities.day(text) is None:
            self.fault(self.node.entries[key].value.mark, f"{key!r} is {text!r}", quantities.day_form, "wrong-value")
            return ""
        return text

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """One value of a closed list."""
        every = [each.value for each in kind]
        expected = "one of " + ", ".join(every)
        first = default or next(iter(kind))
        node = self.get(key, required=default is None, expected=expected)
        if node is None:
            return first
        text = self.text_of(node, key, expected)
        if text and text not in every:
            self.fault(node.mark, f"{key!r} is {text!r}", expected, "wrong-value", nearest(text, every))
        return kind(text) if text in every else first

    def names(self, key: str, *, required: bool = False, expected: str = "a name or a list of names") -> tuple[str, ...]:
        """A list of texts; one text stands for a list of one."""
        node = self.get(key, required=required, expected=expected)
        if node is None:
            return ()
        items = node.items if isinstance(node, Sequence) else [node]
        return tuple(text for text in (self.text_of(item, key, expected) for item in items) if text)

    def choices(self, key: str, *, required: bool, expected: str) -> tuple[tuple[str, ...], tuple[Text, ...]]:
        """A list of choices, or a mapping from choices to what each is called."""
        node = self.get(key, required=required, expected=expected)
        if not isinstance(node, Mapping):
            return self.names(key, required=required, expected=expected), ()
        inner = self.inside(node, f"{key!r} of {self.what}")
        titles = {choice: inner.bilingual(choice) for choice in node.entries}
        return tuple(titles), tuple(titles.values())

    def texts(self, key: str) -> MappingType[str, str]:
        """A mapping from names to texts; empty when it is absent."""
        node = self.get(key)
        if node is None:
            return {}
        inner = self.inside(node, f"{key!r} of {self.what}")
        return {name: inner.text(name) for name in inner.node.entries}

    def levels(self, key: str, default: frozenset[Level] | None = None) -> frozenset[Level]:
        node = self.get(key, required=default is None, expected=quantities.levels_form)
        if node is None:
            return default or frozenset()
        items = node.items if isinstance(node, Sequence) else [node]
        found = frozenset[Level]()
        for item in items:
            text = self.text_of(item, key, quantities.levels_form)
            some = quantities.levels(text)
            if text and some is None:
                self.fault(item.mark, f"{key!r} is {text!r}", quantities.levels_form, "wrong-value")
            found |= some or frozenset()
        return found

    def by_level(self, key: str, *, required: bool = False) -> Iterator[tuple[Level, str, Node]]:
        """The entries of a mapping whose keys are levels."""
        yield from self.level_entries(self.get(key, required=required, expected="a mapping from levels (I, II, III, IV)"), key)

    def level_entries(self, node: Node | None, key: str) -> Iterator[tuple[Level, str, Node]]:
        for name, entry in self.entries(node, key):
            if name in Level.__members__:
                yield Level[name], name, entry.value
            else:
                meant = quantities.level(name)
                suggestion = meant.name if meant else nearest(name.upper(), Level.__members__)
                self.fault(entry.key, f"{key!r} has the key {name!r}", "a level: I, II, III or IV", "wrong-value", suggestion)

    def durations_by_level(self, key: str, levels: frozenset[Level]) -> MappingType[Level, timedelta]:
        """`{IV: 2 h, III: 1 h}`, or one duration for every level of `levels`."""
        return self.durations_in(self.get(key), key, levels)

    def durations_in(self, node: Node | None, key: str, levels: frozenset[Level]) -> MappingType[Level, timedelta]:
        if isinstance(node, Scalar):
            return dict.fromkeys(sorted(levels, reverse=True), self._duration(node, key))
        return {level: self._duration(value, key) for level, _, value in self.level_entries(node, key)}

    def entries(self, node: Node | None, key: str) -> Iterator[tuple[str, Entry]]:
        if isinstance(node, Mapping):
            yield from node.entries.items()
        elif node is not None:
            self._wrong(node, key, "a mapping")

    def named(
        self, key: str, kind: str, *, required: bool = False, taken: Collection[str] = ()
    ) -> Iterator[tuple[str, "Fields"]]:
        """The entries of a mapping from names to mappings: `tasks:`, `roles:` … `taken` are words with a meaning of their own."""
        node = self.get(key, required=required, expected=f"a mapping from names to {kind}s")
        for name, entry in self.entries(node, key):
            if len(self.faults) >= most_faults:
                return
            self.check_name(entry.key, name, kind)
            if name in taken:
                what = f"the {kind} is named {name!r}, which is a word of the language"
                self.fault(entry.key, what, "another name", "wrong-name")
            yield name, self.inside(entry.value, f"the {kind} {name!r}")

    def check_name(self, mark: Mark, name: str, kind: str) -> None:
        if not _name.fullmatch(name):
            self.fault(mark, f"the {kind} is named {name!r}", name_form, "wrong-name")

    def inside(self, node: Node, what: str) -> "Fields":
        if isinstance(node, Mapping):
            return Fields(node, what, self.faults, partial=self.partial)
        found = "a list" if isinstance(node, Sequence) else repr(node.text)
        self.fault(node.mark, f"{what} is {found}", "a mapping of its keys", "wrong-value")
        return _Absent(Mapping(node.mark), what, [])

    def fault(self, mark: Mark, what: str, expected: str, rule: str, suggestion: str = "") -> None:
        self.faults.append(fault(mark, what, expected, rule, suggestion=suggestion))

    def _duration(self, node: Node, key: str) -> timedelta:
        text = self.text_of(node, key, quantities.duration_form)
        length = quantities.duration(text)
        if text and length is None:
            self.fault(node.mark, f"{key!r} is {text!r}", quantities.duration_form, "wrong-value")
        return length or timedelta(0)

    def text_of(self, node: Node, key: str, expected: str) -> str:
        """The text of a value; a fault and an empty text when it is none."""
        if isinstance(node, Scalar) and not node.is_null and node.text.strip():
            return node.text.strip()
        return self._wrong(node, key, expected)

    def _wrong(self, node: Node, key: str, expected: str) -> str:
        """The fault of a value that is none of what was expected, and the placeholder that stands for it."""
        match node:
            case Mapping():
                found = "a mapping"
            case Sequence():
                found = "a list"
            case _:
                found = repr(node.text) if node.text else "empty"
        self.fault(node.mark, f"{key!r} of {self.what} is {found}", expected, "wrong-value")
        return ""


class _Absent(Fields):
    """Stands for a mapping that is not one: the fault is already told, its missing keys are not faults of their own."""

    def close(self) -> None:
        return
