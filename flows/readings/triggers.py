"""Triggers over readings: counting while the condition holds, standing once it has held long enough, idle when released. Pure.

Time is that of the readings, so a batch that comes late counts as it would have on time. A value too old for its fact is unknown:
it neither counts nor releases.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flows.deciding.facts import FORECAST
from flows.model.events import Value
from flows.readings.model import Known, Reading, Watch, WatchState
from plans import expressions
from plans.expressions import Truth
from plans.model import Plan, Trigger

Watches = dict[str, Watch]


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger's condition has held for long enough."""

    trigger: Trigger
    at: datetime


def on_reading(plan: Plan) -> tuple[Trigger, ...]:
    return tuple(trigger for trigger in plan.triggers if trigger.on == "reading")


def lasting(plan: Plan) -> tuple[Trigger, ...]:
    """Those that stand once they have fired; the others are over at once, like the shock that they are about."""
    return tuple(trigger for trigger in on_reading(plan) if not trigger.event)


def watched(plan: Plan, kept: Mapping[str, Watch]) -> Watches:
    """Every trigger with how far it is; one that the plan says otherwise now begins anew."""
    fresh = (Watch(trigger.name, conditions=_conditions(trigger)) for trigger in lasting(plan))
    return {new.trigger: old if (old := kept.get(new.trigger)) and old.conditions == new.conditions else new for new in fresh}


def follow(plan: Plan, watches: Watches, known: Known, readings: Iterable[Reading], now: datetime) -> list[Fired]:
    """Moves `watches` and `known` on, reading by reading and then to `now`; what fired, in order."""
    triggers, fired = lasting(plan), list[Fired]()
    events = [trigger for trigger in on_reading(plan) if trigger.event]
    for reading in sorted(readings, key=lambda each: each.observed_at):
        for trigger in triggers:
            # what was due before this reading came is judged by what was known then
            fired += _pass_time(plan, trigger, watches, known, reading.observed_at)
        if known.take(reading):
            for trigger in triggers:
                fired += _judge(plan, trigger, watches, known, reading.observed_at)
            fired += [each for trigger in events if (each := _event(plan, trigger, known, reading))]
    for trigger in triggers:
        fired += _pass_time(plan, trigger, watches, known, now)
    return fired


def next_due(plan: Plan, watches: Mapping[str, Watch]) -> datetime | None:
    """When a trigger that counts may stand."""
    return min((due for trigger in lasting(plan) if (due := _due(trigger, watches[trigger.name]))), default=None)


def standing(plan: Plan, watches: Mapping[str, Watch]) -> tuple[Trigger, ...]:
    """The triggers that stand, the highest level first."""
    triggers = (trigger for trigger in lasting(plan) if watches[trigger.name].state is WatchState.STANDING)
    return tuple(sorted(triggers, key=lambda trigger: trigger.propose))


@dataclass(frozen=True, slots=True)
class Values:
    """What is known at a moment; None: known once, too old now."""

    facts: dict[str, Value | None]
    forecasts: dict[str, float]


def values_at(plan: Plan, known: Known, moment: datetime) -> Values:
    values = Values({}, {})
    for name, seen in known.latest.items():
        fact = plan.facts.get(name.removesuffix(FORECAST))
        if fact is None:
            continue
        is_old = fact.fresh is not None and seen.observed_at + fact.fresh <= moment
        if not name.endswith(FORECAST):
            values.facts[name] = None if is_old else seen.value
        elif not is_old:
            values.forecasts[fact.name] = float(seen.value)
    return values


def _event(plan: Plan, trigger: Trigger, known: Known, reading: Reading) -> Fired | None:
    """A reading of what the condition is about is an event of its own, whatever was read before."""
    is_about_it = reading.fact in expressions.facts_in(plan, trigger.when)
    holds = is_about_it and _truth(plan, trigger.when, known, reading.observed_at) is Truth.TRUE
    return Fired(trigger, reading.observed_at) if holds else None


def _pass_time(plan: Plan, trigger: Trigger, watches: Watches, known: Known, moment: datetime) -> Iterator[Fired]:
    due = _due(trigger, watches[trigger.name])
    if due is not None and due <= moment:
        yield from _judge(plan, trigger, watches, known, due)


def _judge(plan: Plan, trigger: Trigger, watches: Watches, known: Known, moment: datetime) -> Iterator[Fired]:
    watch = watches[trigger.name]
    # a reading of another fact may have been observed earlier than what has been followed already
    at = max(watch.seen or moment, moment)
    after = _moved(plan, trigger, watch, known, at)
    watches[trigger.name] = replace(after, seen=at)
    if after.state is WatchState.STANDING and watch.state is not WatchState.STANDING:
        yield Fired(trigger, at)


def _moved(plan: Plan, trigger: Trigger, watch: Watch, known: Known, at: datetime) -> Watch:
    verdict = _truth(plan, trigger.when, known, at)
    if watch.state is WatchState.STANDING:
        is_released = _truth(plan, trigger.release, known, at) is Truth.TRUE if trigger.release else verdict is Truth.FALSE
        return replace(watch, state=WatchState.IDLE, since=None) if is_released else watch
    if verdict is not Truth.TRUE:
        return replace(watch, state=WatchState.IDLE, since=None)
    since = watch.since or at
    has_held = at - since >= trigger.hold
    return replace(watch, state=WatchState.STANDING if has_held else WatchState.COUNTING, since=since)


def _truth(plan: Plan, condition: str, known: Known, at: datetime) -> Truth:
    values = values_at(plan, known, at)
    return expressions.holds(plan, condition, values.facts, values.forecasts)


def _due(trigger: Trigger, watch: Watch) -> datetime | None:
    if watch.state is not WatchState.COUNTING or watch.since is None:
        return None
    return watch.since + trigger.hold


def _conditions(trigger: Trigger) -> str:
    return f"{trigger.when} for {trigger.hold} until {trigger.release or 'not so'}"
