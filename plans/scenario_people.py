"""The shape of what a scenario says of people: how they answer, decline, travel, work, approve."""

from collections.abc import Mapping as MappingType

from plans.fields import Fields
from plans.model import Level, Plan, Task
from plans.reader import Mapping, Scalar
from plans.scenario_amounts import (
    count,
    distribution,
    distribution_of,
    entries_of,
    probability,
    time_of_day,
    unknown,
)
from plans.scenario_model import (
    Approvals,
    Behaviour,
    Distribution,
    Hearing,
    Manual,
    Night,
    People,
    Roster,
    Spread,
    Work,
    at_once,
    never,
)

channel_kinds = ("wechat", "sms", "voice", "email")


def shape_people(top: Fields) -> People:
    node = top.get("people")
    if node is None:
        return People()
    fields = top.inside(node, "'people'")
    plain = People()
    behaviour = _behaviour(fields, dead_phones=None)
    dead_phones, noticed = _dead_phones(fields)
    people = People(
        answer=behaviour.answer or plain.answer,
        no_answer=plain.no_answer if behaviour.no_answer is None else behaviour.no_answer,
        decline=behaviour.decline or 0.0,
        dead_phones=dead_phones,
        noticed=noticed,
        travel=behaviour.travel or at_once,
        channels=_channels(fields, behaviour.answer or plain.answer),
        night=_night(fields),
    )
    fields.close()
    return people


def shape_roles(top: Fields, plan: Plan) -> MappingType[str, Behaviour]:
    roles: dict[str, Behaviour] = {}
    for name, inner, node in entries_of(top, "roles"):
        if name not in plan.roles:
            inner.fault(inner.node.entries[name].key, *unknown(name, "role", plan.roles))
            continue
        fields = inner.inside(node, f"the role {name!r}")
        roles[name] = _behaviour(fields, dead_phones=probability(fields, "dead_phones"))
        fields.close()
    return roles


def shape_roster(top: Fields, plan: Plan) -> Roster | None:
    node = top.get("roster")
    if node is None:
        return None
    fields = top.inside(node, "'roster'")
    roster = Roster(count(fields, "people", 1), _counts(fields, "roles", plan, least=0), fields.flag("deputies", default=True))
    fields.close()
    return roster


def shape_teams(top: Fields, plan: Plan) -> MappingType[str, int]:
    return _counts(top, "teams", plan, least=1)


def shape_work(top: Fields, plan: Plan) -> Work:
    node = top.get("work")
    if node is None:
        return Work()
    fields = top.inside(node, "'work'")
    plain = Work()
    forgets = probability(fields, "forgets_progress")
    work = Work(
        default=distribution(fields, "default", share=True) or plain.default,
        tasks=_durations(fields, "tasks", plan),
        results=_results(fields, plan),
        forgets_progress=plain.forgets_progress if forgets is None else forgets,
    )
    fields.close()
    return work


def shape_approvals(top: Fields, plan: Plan) -> Approvals:
    node = top.get("approvals")
    if node is None:
        return Approvals(levels=dict.fromkeys(plan.levels, Spread(600.0, 2.0)), end=Spread(1800.0, 2.0))
    fields = top.inside(node, "'approvals'")
    opening, end = distribution(fields, "opening") or at_once, distribution(fields, "end") or at_once
    levels = dict.fromkeys(plan.levels, distribution(fields, "level") or at_once)
    given = fields.get("levels")
    if given:
        levels |= {level: distribution_of(fields, each, name) for level, name, each in fields.level_entries(given, "levels")}
    fields.close()
    return Approvals(opening, {Level(each): levels[each] for each in levels}, end)


def shape_manual(top: Fields) -> Manual:
    node = top.get("manual")
    if node is None:
        return Manual()
    fields, plain = top.inside(node, "'manual'"), Manual()
    manual = Manual(
        decide=distribution(fields, "decide") or plain.decide,
        skip=probability(fields, "skip") or 0.0,
        courier=distribution(fields, "courier") or plain.courier,
    )
    fields.close()
    return manual


def _behaviour(fields: Fields, *, dead_phones: float | None) -> Behaviour:
    return Behaviour(
        answer=distribution(fields, "answer"),
        no_answer=probability(fields, "no_answer"),
        decline=probability(fields, "decline"),
        dead_phones=dead_phones,
        travel=distribution(fields, "travel"),
    )


def _dead_phones(fields: Fields) -> tuple[float, Distribution]:
    """`0.5`, or `{share: 0.5, noticed: 3 min}`."""
    node = fields.get("dead_phones")
    if node is None or isinstance(node, Scalar):
        return probability(fields, "dead_phones") or 0.0, never
    inner = fields.inside(node, "'dead_phones'")
    found = probability(inner, "share") or 0.0, distribution(inner, "noticed") or never
    inner.close()
    return found


def _channels(fields: Fields, answer: Distribution) -> dict[str, Hearing]:
    found: dict[str, Hearing] = {}
    for name, inner, node in entries_of(fields, "channels"):
        if name not in channel_kinds:
            inner.fault(inner.node.entries[name].key, *unknown(name, "channel", channel_kinds))
            continue
        each = inner.inside(node, f"the channel {name!r}")
        found[name] = Hearing(distribution(each, "answer") or answer, probability(each, "no_answer") or 0.0)
        each.close()
    return found


def _night(top: Fields) -> Night | None:
    node = top.get("night")
    if node is None:
        return None
    fields = top.inside(node, "'night'")
    slower = fields.number("slower", expected="a factor such as 2")
    night = Night(
        time_of_day(fields, "from"),
        time_of_day(fields, "to"),
        1.0 if slower is None else slower,
        probability(fields, "no_answer") or 0.0,
    )
    if slower is not None and not 0.1 <= slower <= 100:
        mark = fields.node.entries["slower"].value.mark
        fields.fault(mark, f"'slower' is {slower:g}", "a factor from 0.1 to 100", "wrong-value")
    fields.close()
    return night


def _counts(top: Fields, key: str, plan: Plan, *, least: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, inner, _ in entries_of(top, key):
        if name not in plan.roles:
            inner.fault(inner.node.entries[name].key, *unknown(name, "role", plan.roles))
        else:
            found[name] = count(inner, name, 1, least=least)
    return found


def _durations(fields: Fields, key: str, plan: Plan) -> dict[str, Distribution]:
    found: dict[str, Distribution] = {}
    for name, inner, node in entries_of(fields, key):
        if name not in plan.tasks:
            inner.fault(inner.node.entries[name].key, *unknown(name, "task", plan.tasks))
        else:
            found[name] = distribution_of(inner, node, name)
    return found


def _results(fields: Fields, plan: Plan) -> dict[str, MappingType[str, str]]:
    """`{classify_danger: {worst: major}}`: what a task finds out."""
    found: dict[str, MappingType[str, str]] = {}
    for name, inner, node in entries_of(fields, "results"):
        if name not in plan.tasks:
            inner.fault(inner.node.entries[name].key, *unknown(name, "task", plan.tasks))
            continue
        each = inner.inside(node, f"the results of {name!r}")
        found[name] = _evidence(each, plan.tasks[name])
        each.close()
    return found


def _evidence(fields: Fields, task: Task) -> dict[str, str]:
    known = {each.name for each in task.evidence}
    assert isinstance(fields.node, Mapping), "a reader stands on a mapping"
    values = {name: fields.text(name) for name in fields.node.entries}
    for name in values:
        if name not in known:
            fields.fault(fields.node.entries[name].key, *unknown(name, f"evidence of {task.name}", known))
    return values
