"""Last pass: a draft without faults becomes the frozen `Plan` that the engine runs."""

from collections.abc import Iterator
from dataclasses import replace

from plans.draft import Draft, TriggerRule
from plans.model import Ladder, Plan, Trigger


def lower(draft: Draft) -> Plan:
    return Plan(
        name=draft.name,
        title=draft.title,
        version=draft.version,
        owner=draft.owner,
        activate=draft.activate,
        facts=draft.facts,
        levels=draft.levels,
        triggers=tuple(trigger for rule in draft.triggers.values() for trigger in _triggers(rule)),
        roles=draft.roles,
        ladders={name: _in_time_order(ladder) for name, ladder in draft.ladders.items()},
        tasks=draft.tasks,
        messages=draft.messages,
        end=draft.end,
        sources=draft.sources,
        drill=draft.drill,
        findings=draft.findings,
        links=draft.links,
        daylight=draft.daylight,
    )


def _triggers(rule: TriggerRule) -> Iterator[Trigger]:
    """One trigger for each level a rule proposes, highest first; named `rule.III` when there are several."""
    for level, condition in sorted(rule.propose.items()):
        name = rule.name if len(rule.propose) == 1 else f"{rule.name}.{level.name}"
        when = f"({rule.when}) && ({condition})" if condition else rule.when
        yield Trigger(name, rule.on, when, level, rule.facts, rule.hold, rule.release, rule.event)


def _in_time_order(ladder: Ladder) -> Ladder:
    return replace(ladder, rungs=tuple(sorted(ladder.rungs, key=lambda rung: (rung.at, rung.manual))))
