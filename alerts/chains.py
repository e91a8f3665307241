"""Folds a set of messages into chains: what is in force now. Pure; every order of arrival gives the same chains.

A message only ever changes what the *source* says. Ending a response is a person's decision and is not made here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.cautions import Caution, cautions_of
from alerts.defects import defect
from alerts.jurisdiction import Overlap
from alerts.lineage import Lineage, Message, lineage_of
from alerts.model import Defect, Status
from alerts.targets import Target

__all__ = ["Chain", "ChainState", "End", "Fold", "Message", "TargetState", "fold"]


class ChainState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


class End(StrEnum):
    CANCELLED = "cancelled"
    ALL_CLEAR = "allclear"
    EXPIRED = "expired"


@dataclass(frozen=True)
class TargetState:
    """A target of a message that nothing has superseded."""

    message: Message
    target: Target
    overlap: Overlap
    state: ChainState
    end: End | None


@dataclass(frozen=True)
class Chain:
    """One event as its source tells it: an alert with its updates and cancels."""

    messages: tuple[Message, ...]
    heads: tuple[Message, ...]
    """Alerts and updates that nothing has superseded, oldest first."""
    targets: tuple[TargetState, ...]
    state: ChainState
    end: End | None
    cancelled_at: datetime | None
    """When a cancel last ended it, even if an update has opened it again."""
    cautions: tuple[Caution, ...]

    @property
    def id(self) -> str:
        return self.messages[0].key

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(message.key for message in self.messages)

    @property
    def is_real(self) -> bool:
        return self.messages[0].alert.status is Status.ACTUAL

    @property
    def newest(self) -> Message:
        return self.heads[-1] if self.heads else self.messages[-1]

    @property
    def active(self) -> tuple[TargetState, ...]:
        return tuple(target for target in self.targets if target.state is ChainState.ACTIVE)

    def had_expired_on_arrival(self, message: Message) -> bool:
        return message.until is not None and message.until <= message.received


@dataclass(frozen=True)
class Fold:
    chains: tuple[Chain, ...]
    findings: Mapping[str, tuple[Defect, ...]]
    """By message: what is wrong with its place among the others."""
    withheld: Mapping[str, Defect]
    """Messages without effect on anything: a cancel that reaches nothing, a re-issue."""

    def chain_of(self, key: str) -> Chain | None:
        return next((chain for chain in self.chains if key in chain.keys), None)


def fold(messages: Iterable[Message], now: datetime) -> Fold:
    first = lineage_of(messages)
    repeats = _repeats(first)
    lineage = lineage_of(first.messages.values(), repeats) if repeats else first
    chains = [_chain(group, lineage, now) for group in lineage.components()]
    reissues = {key: defect("reissue", "/alert", other=original) for key, original in repeats.items()}
    return Fold(tuple(chain for chain in chains if chain), lineage.findings, {**reissues, **lineage.useless})


def _repeats(lineage: Lineage) -> dict[str, str]:
    """Messages that repeat, without a reference, what an earlier one still says when they are sent."""
    by_content: dict[str, list[Message]] = {}
    for message in lineage.messages.values():
        if message.fingerprint and not message.is_cancel:
            by_content.setdefault(message.fingerprint, []).append(message)
    found: dict[str, str] = {}
    for group in by_content.values():
        same: list[Message] = []
        for message in sorted(group, key=lambda each: (each.alert.sent, each.received, each.key)):
            is_told = same and all(_is_in_force(each, message.alert.sent, lineage) for each in same)
            if is_told and not lineage.edges[message.key]:
                found[message.key] = same[0].key
                same.append(message)
            else:
                same = [message]
    return found


def _is_in_force(message: Message, at: datetime, lineage: Lineage) -> bool:
    ended_by = [lineage.cancelled[message.key]] if message.key in lineage.cancelled else []
    ended_by += [lineage.messages[key].alert.sent for key in lineage.followers.get(message.key, ())]
    return all(moment > at for moment in ended_by) and (message.until is None or message.until > at)


def _chain(group: Sequence[Message], lineage: Lineage, now: datetime) -> Chain | None:
    calls = [message for message in group if not message.is_cancel]
    if not calls:
        return None
    heads = [message for message in calls if message.key not in lineage.superseded and message.key not in lineage.repeats]
    targets = [state for head in heads for state in _target_states(head, lineage, now)]
    state, end = _standing(heads, targets, lineage, now)
    cancelled = [lineage.cancelled[message.key] for message in group if message.key in lineage.cancelled]
    return Chain(
        messages=tuple(group),
        heads=tuple(heads),
        targets=tuple(targets),
        state=state,
        end=end,
        cancelled_at=max(cancelled, default=None),
        cautions=tuple(dict.fromkeys(caution for head in heads for caution in cautions_of(head.alert))),
    )


def _target_states(head: Message, lineage: Lineage, now: datetime) -> list[TargetState]:
    states = []
    for target, overlap in zip(head.targets, head.overlaps, strict=True):
        state, end = _of_target(head, target, lineage, now)
        states.append(TargetState(head, target, overlap, state, end))
    return states


def _of_target(head: Message, target: Target, lineage: Lineage, now: datetime) -> tuple[ChainState, End | None]:
    """What ended it counts in this order: a cancel, an all-clear, the expiry. None of them looks at the severity."""
    if head.key in lineage.cancelled:
        return ChainState.ENDED, End.CANCELLED
    if target.is_lifted:
        return ChainState.ENDED, End.ALL_CLEAR
    if target.until is not None and target.until <= now:
        return ChainState.ENDED, End.EXPIRED
    # a clock that runs ahead does not delay an alert: only an explicit later start does
    is_ahead = target.starts > now and target.starts > head.alert.sent
    return (ChainState.PENDING if is_ahead else ChainState.ACTIVE), None


def _standing(
    heads: Sequence[Message], targets: Sequence[TargetState], lineage: Lineage, now: datetime
) -> tuple[ChainState, End | None]:
    for state in (ChainState.ACTIVE, ChainState.PENDING):
        if any(target.state is state for target in targets) or (state is ChainState.ACTIVE and _bare(heads, lineage, now)):
            return state, None
    newest = heads[-1] if heads else None
    ends = [target.end for target in targets if target.message is newest]
    if newest and newest.key in lineage.cancelled:
        return ChainState.ENDED, End.CANCELLED
    return ChainState.ENDED, End.ALL_CLEAR if End.ALL_CLEAR in ends else End.EXPIRED


def _bare(heads: Sequence[Message], lineage: Lineage, now: datetime) -> bool:
    """A message without info is in force too, though it can trigger nothing."""
    return any(
        not head.targets and head.key not in lineage.cancelled and (head.until is None or head.until > now) for head in heads
    )


def next_change(messages: Iterable[Message], now: datetime) -> datetime | None:
    """The next moment at which time alone changes a state: a start or an expiry."""
    moments = [moment for message in messages for target in message.targets for moment in (target.starts, target.until) if moment]
    return min((moment for moment in moments if moment > now), default=None)
