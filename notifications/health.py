"""How well each provider of a kind delivers, by its receipts: whoever does badly stands behind its twins for a while.

A pure decision. Only the order in which they are asked changes; nothing that may have been accepted is sent again by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
SLOW = timedelta(seconds=60)
STEP = timedelta(minutes=5)
SHARES = (0, 10, 50, 100)
"""How a provider comes back: so many of a hundred ordinary messages go to it first. Urgent ones do once it is wholly back."""
ENOUGH, ENOUGH_ON_TRIAL = 20, 5
_LEAST_DELIVERED, _MOST_SLOW = 0.7, 0.3
_WELL_DELIVERED, _HARDLY_SLOW = 0.85, 0.15


@dataclass(frozen=True, slots=True)
class Carried:
    """One message that a provider accepted. `arrived`: the phone has it; `has_failed`: the carrier said that it never will."""

    accepted: datetime
    arrived: datetime | None = None
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the last messages. `slow`: late, or without a receipt for as long; a late one is also `delivered`."""

    messages: int = 0
    delivered: int = 0
    slow: int = 0
    failed: int = 0
    under_way: int = 0

    @property
    def are_bad(self) -> bool:
        """Even if all that is still under way arrives in time."""
        at_best = self.delivered + self.under_way
        return self.messages >= ENOUGH and _is_bad(at_best, self.slow, self.messages)

    @property
    def are_bad_for_a_trial(self) -> bool:
        return self._known >= ENOUGH_ON_TRIAL and _is_bad(self.delivered, self.slow, self._known)

    @property
    def are_good(self) -> bool:
        """Well above what sent it back, so that it does not come and go."""
        known = self._known
        return known < ENOUGH_ON_TRIAL or (self.delivered >= _WELL_DELIVERED * known and self.slow <= _HARDLY_SLOW * known)

    @property
    def _known(self) -> int:
        return self.messages - self.under_way


@dataclass(frozen=True, slots=True)
class Standing:
    """`share`: of a hundred ordinary messages, how many go to it in its own place; `since` when, None from the start."""

    share: int = SHARES[-1]
    since: datetime | None = None
    figures: Figures = Figures()

    @property
    def is_wholly_there(self) -> bool:
        return self.share == SHARES[-1]

    def evidence_from(self, now: datetime) -> datetime:
        """What it did before its place changed has had its consequence."""
        return max(now - WINDOW, self.since) if self.since else now - WINDOW


def figures(carried: Iterable[Carried], now: datetime) -> Figures:
    messages = delivered = slow = failed = under_way = 0
    for one in carried:
        took = (one.arrived or now) - one.accepted
        messages += 1
        delivered += one.arrived is not None
        failed += one.has_failed and one.arrived is None
        if one.arrived or not one.has_failed:
            slow += took > SLOW
            under_way += one.arrived is None and took <= SLOW
    return Figures(messages, delivered, slow, failed, under_way)


def judged(standings: Mapping[str, Standing], now: datetime) -> dict[str, Standing]:
    """Where each stands from now on, by its latest figures. When all do badly it is the network: nobody changes place."""
    found = {name: standing if standing.is_wholly_there else _coming_back(standing, now) for name, standing in standings.items()}
    for name, standing in found.items():
        if standing.is_wholly_there and standing.figures.are_bad and _has_better(found, name):
            found[name] = replace(standing, share=SHARES[0], since=now)
    return found


def _has_better(standings: Mapping[str, Standing], than: str) -> bool:
    others = (standing for name, standing in standings.items() if name != than)
    return any(other.is_wholly_there and not other.figures.are_bad for other in others)


def _coming_back(standing: Standing, now: datetime) -> Standing:
    if standing.figures.are_bad_for_a_trial:
        return replace(standing, share=SHARES[0], since=now, figures=Figures())
    if standing.since is None or now < standing.since:  # the clock was set back
        return replace(standing, since=now)
    if now - standing.since < STEP or not standing.figures.are_good:
        return standing
    return replace(standing, share=SHARES[SHARES.index(standing.share) + 1], since=now, figures=Figures())


def _is_bad(delivered: int, slow: int, of: int) -> bool:
    return delivered < _LEAST_DELIVERED * of or slow > _MOST_SLOW * of
