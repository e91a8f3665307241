"""Facts that grow old: a value observed longer ago than its fact allows is unknown, and the alert roles hear of it once. Pure."""

from collections.abc import Iterator
from datetime import datetime

from flows.deciding.authority import alert_roles
from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.deciding.facts import FORECAST
from flows.deciding.outline import outline
from flows.model.events import FactStale
from flows.model.state import ResponseState, Status
from plans.model import Plan


def note_old_facts(draft: Draft) -> None:
    """What has just grown too old is unknown from now on, and that is an alarm, never a "no"."""
    for name, due in tuple(ageing(draft.plan, draft.state)):
        if due <= draft.now:
            told = tell_roles(draft.duty, alert_roles(draft.plan), draft.now)
            observed_at = observed(draft.state, name)
            draft.add(FactStale(at=draft.now, fact=name, observed_at=observed_at, told=told))


def is_old(plan: Plan, name: str, observed_at: datetime, now: datetime) -> bool:
    fresh = outline(plan).ageing.get(name.removesuffix(FORECAST))
    return fresh is not None and observed_at + fresh <= now


def ageing(plan: Plan, state: ResponseState) -> Iterator[tuple[str, datetime]]:
    """Each known value that will grow too old, with the time: facts, and forecasts as `NAME.forecast`."""
    if state.status is not Status.OPEN:
        return
    fresh, stale = outline(plan).ageing, state.situation.stale
    if not fresh:
        return
    for name in state.facts:
        if name in fresh and name not in stale:
            yield name, observed(state, name) + fresh[name]
    for name in state.forecasts:
        if name in fresh and f"{name}{FORECAST}" not in stale:
            yield f"{name}{FORECAST}", observed(state, f"{name}{FORECAST}") + fresh[name]


def observed(state: ResponseState, name: str) -> datetime:
    """When a value was observed; what the response opened with counts from its opening."""
    return state.observed.get(name, state.opened_at)
