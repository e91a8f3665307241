"""How much may be in flight: so many of each lane at once, and hardly anything to a provider that is at rest."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from notifications.circuit import Circuit
from notifications.claims import Lane
from notifications.message import Outcome, Priority, Result
from store.kinds import Kind

_PROVIDER_FAULTS = (Result.PROVIDER_DOWN, Result.UNKNOWN)


class Capacity:
    def __init__(self, at_once: Mapping[Priority, int], never_shut: Collection[tuple[Kind, str]] = ()) -> None:
        """`never_shut`: (kind, channel) of those that leave their providers alone by themselves."""
        self._at_once = at_once
        self._never_shut = never_shut
        self._in_flight: Counter[Lane] = Counter()
        self._circuits: dict[tuple[Kind, str], Circuit] = {}

    def rooms(self, lanes: Iterable[Lane], now: datetime) -> Mapping[Lane, int]:
        """How many may be taken of each lane, most urgent first; lanes without room are left out.

        A provider at rest gets one probe, and it is of its most urgent lane.
        """
        rooms: dict[Lane, int] = {}
        probes: Counter[Circuit] = Counter()
        for lane in sorted(lanes):
            circuit = self._circuit(lane)
            room = self._at_once[lane.priority] - self._in_flight[lane]
            allowed = circuit.room(now)
            if allowed is not None:
                room = min(room, allowed - probes[circuit])
                probes[circuit] += max(room, 0)
            if room > 0:
                rooms[lane] = room
        return rooms

    def took(self, lane: Lane, now: datetime) -> None:
        self._in_flight[lane] += 1
        self._circuit(lane).tried(now)

    def released(self, lane: Lane) -> None:
        self._in_flight[lane] -= 1

    def note(self, lane: Lane, outcomes: Sequence[Outcome], now: datetime) -> None:
        """What the provider's answer to one request says about the provider; whoever takes a part of a batch works."""
        if (lane.kind, lane.channel) in self._never_shut:
            return
        if all(outcome.result in _PROVIDER_FAULTS for outcome in outcomes):
            self._circuit(lane).failed(now)
        else:
            self._circuit(lane).succeeded(now)

    def next_probe(self, lanes: Iterable[Lane], now: datetime) -> datetime | None:
        """When the first of these lanes that are shut may be tried again."""
        moments = [self._circuit(lane).retry_at for lane in lanes]
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    def resting(self) -> Mapping[tuple[Kind, str], datetime]:
        """Providers that are at rest, and when the next probe may go to each."""
        each = tuple(self._circuits.items())
        return {place: circuit.retry_at for place, circuit in each if circuit.retry_at is not None}

    def _circuit(self, lane: Lane) -> Circuit:
        return self._circuits.setdefault((lane.kind, lane.channel), Circuit())
