"""YAML to nodes that know their place: the text of each value is kept, what it means is decided by whoever reads it.

So `no`, `on` and `2026.10` stay what the author wrote where a text is expected. Faults are collected; nothing is executed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml  # type: ignore[import-untyped]  # it ships no types; events stay inside this module

from plans.diagnostic import Diagnostic, Mark, fault
from plans.yaml_slips import slip

size_limit = 4_000_000
node_limit = 300_000
depth_limit = 32


@dataclass(slots=True)
class Scalar:
    """`style` is YAML's: nothing (plain), a quote, `|` or `>`; a plain one may mean a number, a boolean or nothing."""

    mark: Mark
    text: str
    style: str = ""
    end_line: int = 0
    source: tuple[str, ...] = ()
    """The lines of the file."""
    size: int = 1

    @property
    def plain(self) -> bool:
        return not self.style

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null")

    def mark_at(self, offset: int) -> Mark:
        """Where the character at `offset` of the text stands in the file; the value's own place when that cannot be told."""
        for line, column, length in self._lines():
            if offset <= length:
                return Mark(self.mark.file, line, column + offset)
            offset -= length + 1
        return self.mark

    def _lines(self) -> Iterator[tuple[int, int, int]]:
        """Line, column and length of each piece of the text as it stands; pieces are joined by one character."""
        if self.style in ("'", '"'):
            first = self.source[self.mark.line - 1][self.mark.column :]
            # with escapes or over several lines the characters no longer stand where they are counted
            if first.startswith(self.text):
                yield self.mark.line, self.mark.column + 1, len(self.text)
            return
        is_block = self.style in ("|", ">")
        for number in range(self.mark.line + is_block, self.end_line + 1):
            raw = self.source[number - 1] if number <= len(self.source) else ""
            start = self.mark.column - 1 if number == self.mark.line else self._indent(raw)
            if raw[start:].strip() or self.style == "|":
                yield number, start + 1, len(raw[start:].rstrip() if self.style != "|" else raw[start:])

    def _indent(self, raw: str) -> int:
        if self.style != "|":
            return len(raw) - len(raw.lstrip())
        first = next((each for each in self.source[self.mark.line : self.end_line] if each.strip()), "")
        return len(first) - len(first.lstrip())


@dataclass(slots=True)
class Sequence:
    mark: Mark
    items: list["Node"] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Entry:
    key: Mark
    value: "Node"


@dataclass(slots=True)
class Mapping:
    mark: Mark
    entries: dict[str, Entry] = field(default_factory=dict)
    size: int = 1


Node = Scalar | Sequence | Mapping


def read(path: Path) -> tuple[Node | None, list[Diagnostic]]:
    """The tree of a file and everything wrong with it as YAML; raises OSError when there is no such file."""
    file = str(path)
    start = Mark(file, 1, 1)
    with path.open("rb") as stream:
        source = stream.read(size_limit + 1)
    if len(source) > size_limit:
        return None, [fault(start, "the file is larger than 4 MB", "a plan of at most 4 MB", "yaml")]
    try:
        return read_text(source.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return None, [fault(Mark(file, line, 1), "the file is not UTF-8 here", "text saved as UTF-8", "yaml")]


def read_text(source: str, file: str) -> tuple[Node | None, list[Diagnostic]]:
    builder = _Builder(file, tuple(source.split("\n")))
    try:
        for event in yaml.parse(source, Loader=_loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        return None, [*builder.faults, _no_yaml(error, builder.source, file)]
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        return None, [*builder.faults, fault(Mark(file, 1, 1), f"this is not YAML: {reason}", "well-formed YAML", "yaml")]
    except _TooMuchError as error:
        return None, [*builder.faults, fault(error.mark, error.what, error.expected, "yaml")]
    if builder.root is None and not builder.faults:
        return None, [fault(Mark(file, 1, 1), "the file is empty", "a plan", "yaml")]
    return builder.root, builder.faults


def _no_yaml(error: yaml.MarkedYAMLError, source: tuple[str, ...], file: str) -> Diagnostic:
    place = error.problem_mark or error.context_mark
    if place is None:
        return fault(Mark(file, 1, 1), f"this is not YAML: {error.problem}", "well-formed YAML", "yaml")
    began = error.context_mark or place
    if likely := slip(source, place.line, began.line, began.column):
        return fault(Mark(file, likely.line + 1, likely.column + 1), likely.what, likely.expected, "yaml")
    context = f" ({error.context})" if error.context else ""
    what = f"this is not YAML: {error.problem}{context}"
    return fault(Mark(file, place.line + 1, place.column + 1), what, "well-formed YAML", "yaml")


# the C parser reads a plan in a few milliseconds; the Python one, the same events, in tens
_loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TooMuchError(Exception):
    def __init__(self, mark: Mark, what: str, expected: str) -> None:
        super().__init__(mark, what, expected)
        self.mark, self.what, self.expected = mark, what, expected


class _Builder:
    """Builds the tree from parser events with a stack of its own, so that depth and size stay bounded."""

    def __init__(self, file: str, source: tuple[str, ...]) -> None:
        self.file, self.source = file, source
        self.faults: list[Diagnostic] = []
        self.root: Node | None = None
        self._open: list[tuple[Node, str | None]] = []
        self._keys: list[Scalar | None] = []
        self._anchors: dict[str, Node | None] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents == 2:
                    self._fault(event, "a second document begins", "one plan in a file")
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.ScalarEvent():
                self._untagged(event)
                style = "" if event.implicit[0] else event.style
                node = Scalar(self._mark(event), event.value, style, event.end_mark.line + 1, self.source)
                self._remember(event.anchor, node)
                self._place(node)
            case yaml.SequenceStartEvent():
                self._begin(event, Sequence(self._mark(event)))
            case yaml.MappingStartEvent():
                self._begin(event, Mapping(self._mark(event)))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._end()

    def _begin(self, event: yaml.CollectionStartEvent, node: Sequence | Mapping) -> None:
        self._untagged(event)
        if len(self._open) >= depth_limit:
            raise _TooMuchError(node.mark, f"nested deeper than {depth_limit} levels", "a flatter plan")
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append((node, event.anchor))
        self._keys.append(None)

    def _end(self) -> None:
        node, anchor = self._open.pop()
        self._keys.pop()
        self._remember(anchor, node)
        self._place(node)

    def _alias(self, event: yaml.AliasEvent) -> None:
        node = self._anchors.get(event.anchor)
        if node is None:
            self._fault(event, f"there is no finished anchor &{event.anchor} before this", "an anchor defined above")
            node = Scalar(self._mark(event), "")
        self._place(node)

    def _remember(self, anchor: str | None, node: Node) -> None:
        if anchor:
            self._anchors[anchor] = node

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = self.root or node
            return
        parent, _ = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif isinstance(parent, Mapping):
            self._place_in_mapping(parent, node)
        parent.size += node.size
        if parent.size > node_limit:
            raise _TooMuchError(node.mark, f"more than {node_limit} values once aliases are followed", "a smaller plan")

    def _place_in_mapping(self, parent: Mapping, node: Node) -> None:
        key = self._keys[-1]
        if key is None:
            if not isinstance(node, Scalar):
                self.faults.append(fault(node.mark, "a list or mapping is used as a key", "a name", "yaml"))
                node = Scalar(node.mark, f"\0{node.mark.line}:{node.mark.column}")
            self._keys[-1] = node
            return
        self._keys[-1] = None
        if key.text.startswith("\0"):
            return
        if key.text in parent.entries:
            first = parent.entries[key.text].key
            what = f"the key {key.text!r} is here a second time (first in line {first.line})"
            self.faults.append(fault(key.mark, what, "each key once", "yaml"))
            return
        parent.entries[key.text] = Entry(key.mark, node)

    def _untagged(self, event: yaml.NodeEvent) -> None:
        if event.tag is not None and event.tag != "!":
            self._fault(event, f"the tag {event.tag!r} is used", "a plain value, tags are not part of the plan language")

    def _fault(self, event: yaml.Event, what: str, expected: str) -> None:
        self.faults.append(fault(self._mark(event), what, expected, "yaml"))

    def _mark(self, event: yaml.Event) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
