"""Who supersedes and who cancels whom, from a set of messages. Pure, and the same whatever order they arrived in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from alerts.defects import defect
from alerts.fingerprint import Identity, content_fingerprint, identity_of
from alerts.jurisdiction import Overlap
from alerts.model import Alert, Defect, MessageType, ReferencesState, Status
from alerts.reader import is_self
from alerts.targets import Target, targets_of

_STATUSES_THAT_ACT = (Status.ACTUAL, Status.EXERCISE)


@dataclass(frozen=True)
class Message:
    """An accepted alert with what the profile of its source decided when it arrived."""

    alert: Alert
    received: datetime
    source: str
    authority: str
    keeps: timedelta | None
    asks_when_expired: bool
    overlaps: tuple[Overlap, ...]
    """One for each target, in their order."""
    defects: tuple[Defect, ...] = ()
    withheld: str = ""
    """Why it never acts, decided on arrival: a signature, a conflict, an unknown sender. Empty: it may."""

    @cached_property
    def key(self) -> str:
        return identity_of(self.alert).key

    @cached_property
    def order(self) -> tuple[datetime, str]:
        return self.alert.sent, self.key

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return targets_of(self.alert, self.keeps)

    @cached_property
    def fingerprint(self) -> str:
        return content_fingerprint(self.alert)

    @cached_property
    def until(self) -> datetime | None:
        """When its last target runs out; None: until it is lifted."""
        ends = [target.until for target in self.targets]
        if not ends:
            return None if self.keeps is None else self.alert.sent + self.keeps
        return None if None in ends else max(end for end in ends if end is not None)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Keys of the messages it names, itself left out."""
        others = (reference for reference in self.alert.references if not is_self(self.alert, reference))
        keys = (Identity(reference.sender, reference.identifier, reference.sent).key for reference in others)
        return tuple(dict.fromkeys(keys))

    @property
    def acts(self) -> bool:
        """Whether it can say anything about an event at all; whether that event is real is another question."""
        return not self.withheld and self.alert.status in _STATUSES_THAT_ACT and self.alert.type in _TYPES_THAT_ACT

    @property
    def is_cancel(self) -> bool:
        return self.alert.type is MessageType.CANCEL


_TYPES_THAT_ACT = (MessageType.ALERT, MessageType.UPDATE, MessageType.CANCEL)


@dataclass(frozen=True)
class Lineage:
    """The valid edges among `messages`: from a newer message to the keys it supersedes or cancels."""

    messages: Mapping[str, Message]
    edges: Mapping[str, tuple[str, ...]]
    findings: Mapping[str, tuple[Defect, ...]] = field(default_factory=dict)
    repeats: Mapping[str, str] = field(default_factory=dict)
    """From a message that says the same again under another name to the one it repeats."""

    @cached_property
    def followers(self) -> Mapping[str, tuple[str, ...]]:
        """From a key, known or not, to the messages that name it."""
        followers: dict[str, list[str]] = {}
        for key, targets in self.edges.items():
            for target in targets:
                followers.setdefault(target, []).append(key)
        return {key: tuple(sorted(names)) for key, names in followers.items()}

    @cached_property
    def superseded(self) -> frozenset[str]:
        return frozenset(key for name, keys in self.edges.items() if not self.messages[name].is_cancel for key in keys)

    @cached_property
    def useless(self) -> Mapping[str, Defect]:
        """Cancels that reach nothing: the reasons differ, and so does what becomes of them."""
        cancels = [message for message in self.messages.values() if message.is_cancel and not any(self.reach(message))]
        return {cancel.key: self._why_useless(cancel) for cancel in cancels}

    def _why_useless(self, cancel: Message) -> Defect:
        state = cancel.alert.references_state
        if state is not ReferencesState.READ:
            return defect(f"cancel_references_{state.value}", "/alert/references")
        is_foreign = not self.edges[cancel.key] and any(key in self.messages for key in cancel.references)
        return defect(f"cancel_references_{'foreign' if is_foreign else 'unknown'}", "/alert/references")

    @cached_property
    def cancelled(self) -> Mapping[str, datetime]:
        """Alerts and updates that a cancel ends, with the time of the latest one that does."""
        ended: dict[str, datetime] = {}
        for cancel in sorted((m for m in self.messages.values() if m.is_cancel), key=lambda message: message.order):
            for key in self.reach(cancel):
                ended[key] = cancel.alert.sent
        return ended

    def reach(self, cancel: Message) -> Iterator[str]:
        """What it names, and what had superseded that by the time of the cancel: a cancel ends the chain, not one message."""
        seen: set[str] = set()
        waiting = list(self.edges.get(cancel.key, ()))
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            if key in self.messages and not self.messages[key].is_cancel:
                yield key
            waiting += [name for name in self.followers.get(key, ()) if _precedes(self.messages[name], cancel)]

    def components(self) -> list[tuple[Message, ...]]:
        """Messages that hang together, each group in order of sending; also through messages that have not arrived.

        Real messages and exercises that name the same unknown message stay apart, and so do two senders'.
        """
        neighbours: dict[str, set[str]] = {key: set() for key in self.messages}
        for key, targets in self.edges.items():
            message = self.messages[key]
            for target in targets:
                node = target if target in self.messages else f"{message.alert.status} {message.authority} {target}"
                neighbours[key].add(node)
                neighbours.setdefault(node, set()).add(key)
        for repeat, original in self.repeats.items():
            neighbours[repeat].add(original)
            neighbours[original].add(repeat)
        groups, seen = [], set[str]()
        for key in sorted(self.messages):
            if key not in seen:
                group = set(_walk(key, neighbours))
                seen |= group
                known = (self.messages[member] for member in group if member in self.messages)
                groups.append(tuple(sorted(known, key=lambda message: message.order)))
        return groups


def lineage_of(messages: Iterable[Message], repeats: Mapping[str, str] | None = None) -> Lineage:
    """Only messages that act have edges; one of another status or sender has none into the chain.

    Naming one of `repeats` is naming what it repeats: an update or a cancel by either name counts for both.
    """
    acting = {message.key: message for message in messages if message.acts}
    findings: dict[str, list[Defect]] = {}
    edges = {key: _edges(message, acting, findings.setdefault(key, [])) for key, message in acting.items()}
    edges = {key: tuple(_original(target, acting, repeats or {}) for target in targets) for key, targets in edges.items()}
    cut = _without_circles(edges, acting, findings)
    return Lineage(acting, cut, {key: tuple(found) for key, found in findings.items() if found}, repeats or {})


def _original(key: str, acting: Mapping[str, Message], repeats: Mapping[str, str]) -> str:
    """A relay that repeats another sender's alert speaks for its own copy only."""
    original = repeats.get(key, key)
    return original if original == key or acting[original].authority == acting[key].authority else key


def _edges(message: Message, acting: Mapping[str, Message], findings: list[Defect]) -> tuple[str, ...]:
    """A reference to something unknown is kept: it counts when that arrives."""
    kept = []
    for key in message.references:
        other = acting.get(key)
        if other is None:
            if not message.is_cancel:
                findings.append(defect("references_dangling", "/alert/references", other=key))
            kept.append(key)
        elif other.alert.status is not message.alert.status:
            findings.append(defect("status_crosses_chain", "/alert/references", other=key))
        elif other.authority != message.authority:
            findings.append(defect("reference_foreign", "/alert/references", other=key))
        else:
            kept.append(key)
    return tuple(kept)


def _without_circles(
    edges: Mapping[str, tuple[str, ...]], acting: Mapping[str, Message], findings: Mapping[str, list[Defect]]
) -> dict[str, tuple[str, ...]]:
    """An edge from an older to a newer message is dropped when it lies on a circle; every circle has one."""
    cut = {}
    for key, targets in edges.items():
        circular = {
            target
            for target in targets
            if target in acting and acting[target].order > acting[key].order and key in _walk(target, edges)
        }
        if circular:
            findings[key].append(defect("references_cycle", "/alert/references"))
        cut[key] = tuple(target for target in targets if target not in circular)
    return cut


def _precedes(message: Message, cancel: Message) -> bool:
    """Whether `message`, which follows something cancelled, is ended by the same cancel."""
    same = message.authority == cancel.authority and message.alert.status is cancel.alert.status
    return same and not message.is_cancel and message.alert.sent <= cancel.alert.sent


def _walk(start: str, neighbours: Mapping[str, Iterable[str]]) -> Iterator[str]:
    seen = {start}
    waiting = [start]
    while waiting:
        key = waiting.pop()
        yield key
        for other in neighbours.get(key, ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
