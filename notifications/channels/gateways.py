"""Several providers of one kind, in order: the next one is asked only where the one before surely did not take the message.

Each has a circuit breaker of its own. What may have been accepted stays with whoever may have it, and is never sent by another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from notifications.channels import aliyun_codes, aliyun_voice_codes, smpp_codes, tencent_sms_codes, tencent_voice_codes
from notifications.channels.wecom import WecomApp
from notifications.circuit import Circuit
from notifications.message import Batching, Channel, Outcome, Outgoing, Priority, Result
from store.clock import Clock, RealClock

NO_USE_ELSEWHERE = frozenset(
    {"address"}
    | aliyun_codes.OF_THE_NUMBER
    | tencent_sms_codes.OF_THE_NUMBER
    | smpp_codes.OF_THE_NUMBER
    | aliyun_voice_codes.OF_THE_NUMBER
    | tencent_voice_codes.OF_THE_NUMBER
)
"""Codes that are about the number itself: every provider would refuse it, and the person is to be reached in another way."""
_RESTS = Outcome(Result.PROVIDER_DOWN, code="rests", detail="left alone for a moment after a run of faults")
_HOPE = (Result.FAILED_FOR_NOW, Result.PROVIDER_DOWN, Result.FAILED_FOR_GOOD)
"""Of several refusals the one with the most hope stands: as long as one provider may still take it, it is tried again."""


class Gateways:
    def __init__(self, kind: str, providers: Sequence[tuple[str, Channel]], clock: Clock | None = None) -> None:
        """`providers` with the name each is called by in what is said of a delivery."""
        self.kind = kind
        self.providers = tuple(name for name, _ in providers)
        self.members = tuple(channel for _, channel in providers)
        self._channels = providers
        self._circuits = {name: Circuit() for name, _ in providers}
        self._clock = clock or RealClock()
        self._shares: Mapping[str, int] = {}
        self._owed = {name: 0 for name, _ in providers}
        # a claim that ran out does not say which of them had it
        self.resend_is_safe = all(channel.resend_is_safe for _, channel in providers)

    @property
    def largest(self) -> int:
        """As many as every provider takes in one request: what one refuses goes to the next as it is."""
        return min(channel.largest if isinstance(channel, Batching) else 1 for channel in self.members)

    async def deliver(self, message: Outgoing) -> Outcome:
        (outcome,) = await self.deliver_many([message])
        return outcome

    async def deliver_many(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        settled: dict[int, Outcome] = {}
        refusals: dict[int, list[tuple[str, Outcome]]] = {place: [] for place in range(len(messages))}
        for name, channel in self._in_order(min(message.priority for message in messages)):
            left = [place for place in refusals if place not in settled]
            outcomes = await self._ask(name, channel, [messages[place] for place in left]) if left else ()
            for place, outcome in zip(left, outcomes, strict=True):
                if is_settled(outcome):
                    settled[place] = _told(name, outcome, refusals[place])
                else:
                    refusals[place].append((name, outcome))
        return [settled.get(place) or verdict(refused) for place, refused in refusals.items()]

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:
        """Whoever knows it had it; a provider that does not know it proves nothing about the others."""
        for name, channel in self._channels:
            outcome = await channel.look_up(message, sent)
            if outcome is not None and outcome.result in (Result.ACCEPTED, Result.FAILED_FOR_GOOD):
                return _told(name, outcome, [])
        return None

    async def confirm(self, response_code: str, people: list[str], text: str) -> Outcome:
        """Changes a card of the WeCom application, where that is one of them."""
        for channel in self.members:
            if isinstance(channel, WecomApp):
                return await channel.confirm(response_code, people, text)
        return Outcome(Result.FAILED_FOR_GOOD, code="no-card", detail="none of them has cards")

    def steer(self, shares: Mapping[str, int]) -> None:
        """Who has less than all stands behind the others, except for its share of messages that can wait for a receipt."""
        self._shares = shares

    def resting(self) -> dict[str, datetime]:
        """Those that are left alone after a run of faults, and until when."""
        return {name: until for name, circuit in self._circuits.items() if (until := circuit.retry_at) is not None}

    async def close(self) -> None:
        for _, channel in self._channels:
            await channel.close()

    def _in_order(self, priority: Priority) -> Sequence[tuple[str, Channel]]:
        behind = {name for name, share in self._shares.items() if share < 100 and not self._has_its_turn(name, share, priority)}
        return sorted(self._channels, key=lambda each: each[0] in behind)

    def _has_its_turn(self, name: str, share: int, priority: Priority) -> bool:
        """Evenly spread; nothing on which lives hang is a trial."""
        if priority <= Priority.LIFE_SAFETY:
            return False
        self._owed[name] += share
        has_turn = self._owed[name] >= 100
        self._owed[name] -= 100 * has_turn
        return has_turn

    async def _ask(self, name: str, channel: Channel, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        circuit = self._circuits[name]
        if circuit.room(self._clock.now()) == 0:
            return [_RESTS] * len(messages)
        circuit.tried(self._clock.now())
        if len(messages) > 1 and isinstance(channel, Batching):
            outcomes = await channel.deliver_many(messages)
        else:
            outcomes = [await channel.deliver(message) for message in messages]
        # a batch is one request, and whoever takes a part of it works
        if all(map(_is_provider_fault, outcomes)):
            circuit.failed(self._clock.now())
        else:
            circuit.succeeded(self._clock.now())
        return outcomes


def is_settled(outcome: Outcome) -> bool:
    """Whether no other provider may be asked, or none would do better."""
    return outcome.result in (Result.ACCEPTED, Result.UNKNOWN) or outcome.code in NO_USE_ELSEWHERE


def _is_provider_fault(outcome: Outcome) -> bool:
    return outcome.result in (Result.PROVIDER_DOWN, Result.UNKNOWN) or outcome.code == "connect"


def verdict(refusals: Sequence[tuple[str, Outcome]]) -> Outcome:
    """Of refusals by all: the one with the most hope, with what the others said."""
    name, outcome = min(refusals, key=lambda refusal: _HOPE.index(refusal[1].result))
    return _told(name, outcome, [refusal for refusal in refusals if refusal[0] != name])


def _told(name: str, outcome: Outcome, others: Sequence[tuple[str, Outcome]]) -> Outcome:
    said = ": ".join(part for part in (name, outcome.detail) if part)
    beside = ", ".join(f"{other} {refusal.code}".rstrip() for other, refusal in others)
    return replace(outcome, detail=f"{said} (not by {beside})" if beside else said, provider=name)
