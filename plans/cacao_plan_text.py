"""A plan written back as a file of the language: everything it says, nothing left to a base."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import yaml  # type: ignore[import-untyped]  # it ships no types

from plans.basics import Level, Text
from plans.cacao_task_text import evidence, report_entry, signal_entry, task_entry, title
from plans.model import Fact, GradeColumn, Plan, Trigger
from plans.quantities import in_words
from plans.skeleton import FIRST_LINE

Entry = dict[str, object]


def written(plan: Plan, remarks: tuple[str, ...] = ()) -> str:
    """`remarks` stand at the top, one line each."""
    return FIRST_LINE + "".join(f"# {line}\n" for line in remarks) + yaml_of(_sections(plan))


def yaml_of(value: object) -> str:
    """Without anchors: each value stands where it is read."""
    text: str = yaml.dump(value, Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=128)
    return text


class _PlainDumper(yaml.SafeDumper):  # type: ignore[misc]  # it ships no types
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # the signature is YAML's
        return True


def _sections(plan: Plan) -> Entry:
    tasks = plan.tasks.values()
    return _given(
        {
            "plan": plan.name,
            "title": title(plan.title),
            "version": plan.version,
            "owner": plan.owner,
            "activate": list(plan.activate),
            "sources": {
                each.name: _given({"title": each.title, "valid_from": each.valid_from, "valid_to": each.valid_to})
                for each in plan.sources.values()
            },
            "daylight": {"latitude": plan.daylight.latitude, "longitude": plan.daylight.longitude} if plan.daylight else None,
            "facts": {name: _fact(fact) for name, fact in plan.facts.items()},
            "levels": {level.name: _level(plan, level) for level in plan.levels},
            "triggers": dict(_triggers(plan.triggers)),
            "findings": {name: _finding(plan, name) for name in plan.findings},
            "links": {name: _link(plan, name) for name in plan.links},
            "roles": {
                name: _given({"title": title(role.title), "alert": role.alert or None}) for name, role in plan.roles.items()
            },
            "ladders": {name: _ladder(plan, name) for name in plan.ladders},
            "tasks": {task.name: task_entry(task) for task in tasks if not task.report and not task.signal},
            "reports": {task.name: report_entry(task, task.report) for task in tasks if task.report},
            "signals": {task.name: signal_entry(task, task.signal) for task in tasks if task.signal},
            "messages": {each.name: {"text": title(each.text), "short": title(each.short)} for each in plan.messages.values()},
            "end": _given(
                {"when": plan.end.when, "hold": in_words(plan.end.hold), "approve": _end_approve(plan), "sign": plan.end.sign}
            ),
            "drill": {"every": plan.drill.every, "forms": list(plan.drill.forms)} if plan.drill else None,
        }
    )


def _end_approve(plan: Plan) -> list[str] | dict[str, list[str]]:
    return {level.name: list(roles) for level, roles in plan.end.by_level.items()} or list(plan.end.approve)


def _given(entry: Mapping[str, object]) -> Entry:
    return {key: value for key, value in entry.items() if value not in (None, "", [], {})}


def _length(length: timedelta | None) -> str | None:
    return in_words(length) if length is not None else None


def _fact(fact: Fact) -> Entry:
    entry = {
        "type": fact.type.value,
        "unit": fact.unit,
        "of": _choices(fact.choices, fact.choice_titles),
        "title": title(fact.title),
        "forecast": fact.forecast or None,
        "min": fact.low,
        "max": fact.high,
        "fresh": _length(fact.fresh),
        "table": {column.fact: _column(column) for column in fact.table},
        "source": fact.source,
    }
    # an empty text and false are defaults too
    return _given(entry) | ({} if fact.default is None else {"default": fact.default})


def _choices(choices: tuple[str, ...], titles: tuple[Text, ...]) -> object:
    if not titles:
        return list(choices)
    return {choice: title(text) for choice, text in zip(choices, titles, strict=True)}


def _column(column: GradeColumn) -> Entry:
    cells: dict[str, list[str]] = {}
    for row in column.rows:
        low, high = (f"{end:.15g}" if end is not None else "" for end in (row.low, row.high))
        interval = [f"{'[' if low else '('}{low}, {high})"]
        cells.setdefault(row.grade, []).extend(row.values or interval)
    return {grade: cell[0] if len(cell) == 1 else cell for grade, cell in cells.items()}


def _level(plan: Plan, level: Level) -> Entry:
    rule = plan.levels[level]
    return _given(
        {
            "when": rule.when,
            "keep": rule.keep,
            "hold": _length(rule.hold) if rule.hold else None,
            "approve": list(rule.approve),
            "sign": rule.sign,
            "two_person": rule.two_person or None,
            "paper": _length(rule.paper),
            "expect": _length(rule.expect),
        }
    )


def _triggers(triggers: tuple[Trigger, ...]) -> Iterator[tuple[str, Entry]]:
    """Those that were one rule are one again: `rising.III` and `rising.IV` share what comes before their own conditions."""
    rules: dict[str, list[Trigger]] = {}
    for trigger in triggers:
        rules.setdefault(trigger.name.partition(".")[0], []).append(trigger)
    for name, several in rules.items():
        first = several[0]
        split = [_split(each.when) for each in several]
        shared = next((when for when, own in split if own), first.when)
        alone = len(several) == 1
        own = {each.propose.name: "" if each.when == shared else part for each, (_, part) in zip(several, split, strict=True)}
        entry = {
            "on": first.on,
            "when": first.when if alone else shared,
            "for": _length(first.hold) if first.hold else None,
            "release": first.release,
            "event": first.event or None,
            "propose": first.propose.name if alone else own,
            "facts": dict(first.facts),
        }
        yield name, _given(entry)


def _split(when: str) -> tuple[str, str]:
    """`(a) && (b)` into a and b; b is empty when it is not of that form."""
    depth, quote, skipped = 0, "", False
    for place, sign in enumerate(when):
        if skipped:
            skipped = False
        elif quote:
            skipped = sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        else:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if not depth:
                is_split = when[place:].startswith(") && (") and when.endswith(")")
                return (when[1:place], when[place + len(") && (") : -1]) if is_split else (when, "")
    return when, ""


def _finding(plan: Plan, name: str) -> Entry:
    kind = plan.findings[name]
    fields = {each.name: evidence(each) for each in kind.fields}
    entry = {"title": title(kind.title), "report": list(kind.report), "when": kind.when, "every": _length(kind.every)}
    return _given(entry | {"fields": fields})


def _link(plan: Plan, name: str) -> Entry:
    link = plan.links[name]
    entry = {"plan": link.plan, "when": link.when, "level": link.level.name if link.level else None}
    return _given(entry | {"reason": title(link.reason), "facts": dict(link.facts)})


def _ladder(plan: Plan, name: str) -> Entry:
    ladder = plan.ladders[name]
    rungs = {
        rung.name: _given({"at": in_words(rung.at), "tell": rung.tell, "by": list(rung.by), "manual": rung.manual or None})
        for rung in ladder.rungs
    }
    return {"title": title(ladder.title), "rungs": rungs}
