"""Who is on duty now and could not be told at a rung of a ladder, for want of an address. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.running.calls import EVERY_CHANNEL
from plans.model import Plan, Rung, Task, Text
from resources.model import Duty, Person
from service.notify.findings import Finding, Verdict

_FOR_ALL = "assignee", "deputy"
_MOST_LISTED = 6


@dataclass(frozen=True, slots=True)
class _Want:
    plan: str
    ladder: str
    rung: Rung


def unreachable(plans: Iterable[Plan], duty: Duty, now: datetime) -> list[Finding]:
    """A fault for whoever a rung cannot reach at all, a warning for whoever lacks one of the kinds that it uses.

    Nobody can be reached where nobody is on duty: that is said first.
    """
    wants: dict[str, dict[_Want, None]] = {}
    vacant: dict[str, None] = {}
    for plan in plans:
        for task in plan.tasks.values():
            for want in _rungs(plan, task):
                if not duty.holders(_role(task, want.rung), now):
                    vacant[_role(task, want.rung)] = None
                for person in _told(duty, task, want.rung, now):
                    wants.setdefault(person.id, {})[want] = None
    lacking = [finding for name, own in sorted(wants.items()) if (finding := _finding(duty.people[name], own))]
    return [*_vacant(tuple(vacant), is_anybody_there=bool(wants)), *lacking]


def _vacant(roles: tuple[str, ...], *, is_anybody_there: bool) -> Iterator[Finding]:
    if roles:
        listed = ", ".join(roles[:_MOST_LISTED]) + (" …" if len(roles) > _MOST_LISTED else "")
        what = Text(f"现在 {len(roles)} 个岗位无人值守：{listed}", f"roles that nobody holds now ({len(roles)}): {listed}")
        remedy = Text(
            "补全 duty.csv 后运行 tocsin roster import FOLDER", "fill in duty.csv, then run: tocsin roster import FOLDER"
        )
        yield Finding(Verdict.WARNING if is_anybody_there else Verdict.FAULT, "people", what, remedy)


def _rungs(plan: Plan, task: Task) -> Iterator[_Want]:
    for name in dict.fromkeys((task.ladder, task.late)):
        for rung in plan.ladders[name].rungs if name else ():
            yield _Want(plan.name, name, rung)


def _told(duty: Duty, task: Task, rung: Rung, now: datetime) -> Iterator[Person]:
    for person in duty.holders(_role(task, rung), now):
        told = duty.deputy_of(person.id) if rung.tell == "deputy" else person
        if told:
            yield told


def _role(task: Task, rung: Rung) -> str:
    return task.role if rung.tell in _FOR_ALL else rung.tell


def _finding(person: Person, wants: Mapping[_Want, None]) -> Finding | None:
    who, kinds = f"{person.name} ({person.id})", {kind for want in wants for kind in want.rung.by}
    remedy = Text(
        "在 people.csv 补充后运行 tocsin roster import FOLDER", "add it to people.csv, then run: tocsin roster import FOLDER"
    )
    lost = [want for want in wants if not any(person.addresses.get(kind) for kind in want.rung.by or EVERY_CHANNEL)]
    if lost:
        at = lost[0]
        by = ", ".join(at.rung.by or EVERY_CHANNEL)
        place = f"{at.plan} {at.ladder}.{at.rung.name}"
        more_zh, more_en = (f"等 {len(lost)} 处", f" and {len(lost) - 1} more") if len(lost) > 1 else ("", "")
        what = Text(
            f"无法叫应：{place}{more_zh} 用 {by}，均无地址", f"cannot be told at {place}{more_en}: no address for any of {by}"
        )
        return Finding(Verdict.FAULT, who, what, remedy)
    missing = [kind for kind in EVERY_CHANNEL if kind in kinds and not person.addresses.get(kind)]
    if missing:
        listed = ", ".join(missing)
        return Finding(Verdict.WARNING, who, Text(f"没有 {listed} 地址", f"has no address for {listed}"), remedy)
    return None
