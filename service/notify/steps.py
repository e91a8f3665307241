"""The call that the engine would make at a step of a plan, from the events that would be in the journal. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from flows.errors import UnknownNameError
from flows.model import events as happened
from flows.model.events import Event, Told
from flows.model.state import fold
from flows.running.calls import Caller, spoken
from notifications.message import Call
from plans.model import Plan, Rung, Task, Text
from resources.model import Duty, Person

STEPS = ("call", "escalation", "manual", "signal", "report", "progress")
_INCIDENT = Text("（险情名称）", "(the incident)")
_PLACE = Text("（地点）", "(the place)")
_SENDERS_WORDS = Text("（命令内容）", "(the words of the order)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`channel` empty: all that the person has. `language` empty: the person's own."""

    plan: str
    task: str
    to: str
    step: str = "call"
    channel: str = ""
    language: str = ""
    is_drill: bool = False

    @property
    def response(self) -> str:
        return "D-PREVIEW" if self.is_drill else "R-PREVIEW"


def call_of(plan: Plan, duty: Duty, zone: tzinfo, now: datetime, asked: Asked) -> Call:
    """Errors: `UnknownNameError`, also where the plan knows the step and the task has none."""
    task = plan.tasks[one_of("task", asked.task, plan.tasks)]
    person = person_of(duty, asked.to, asked.language)
    opened = happened.TaskOpened(
        at=now,
        assignment=f"{task.name}.1",
        task=task.name,
        round=1,
        assignees=(person.id,),
        acknowledge_by=now + task.ack,
        done_by=now + task.done,
        reason=spoken(_SENDERS_WORDS, person.language) if task.signal else "",
    )
    event = _event(plan, task, person, asked.step, opened)
    state = fold([_opening(plan, task, person.language, now, asked), opened])
    known = Duty({**duty.people, person.id: person}, duty.shifts)
    (call,) = Caller(plan, known, zone).calls(asked.response, 1, (event,), state)
    return call


def _opening(plan: Plan, task: Task, language: str, now: datetime, asked: Asked) -> Event:
    """At the lowest level that asks for the task."""
    level = max(task.levels, default=max(plan.levels))
    incident, place = spoken(_INCIDENT, language), spoken(_PLACE, language)
    if asked.is_drill:
        return happened.DrillOpened(
            at=now, plan=plan.name, digest=plan.digest, incident=incident, place=place, level=level,
            facts={}, forecasts={}, reason="", rule="",
        )  # fmt: skip
    return happened.ResponseOpened(
        at=now, plan=plan.name, digest=plan.digest, incident=incident, place=place, level=level,
        facts={}, forecasts={}, reason="", rule="", approved_by="", oral=False,
    )  # fmt: skip


def _event(plan: Plan, task: Task, person: Person, step: str, opened: happened.TaskOpened) -> Event:
    told = Told(person.id, person.name, task.role, (person.id,))
    match one_of("step", step, STEPS):
        case "progress":
            one_of(f"task of {plan.name!r} that asks how far it is", task.name, (each.name for each in _asking(plan)))
            return happened.ProgressMissed(at=opened.at, assignment=opened.assignment, due=opened.at, misses=1, told=(told,))
        case "signal":
            one_of("signal", task.name, (each.name for each in plan.tasks.values() if each.signal), f"plan {plan.name!r}")
            if task.signal and task.signal.ends_drill:
                return happened.SignalSent(at=opened.at, signal=task.name, reason=opened.reason, told=(told,))
            return _rung(plan, task, told, "call", opened)
        case "report":
            one_of("report", task.name, (each.name for each in plan.tasks.values() if each.report), f"plan {plan.name!r}")
            return _rung(plan, task, told, "call", opened)
        case _:
            return _rung(plan, task, told, step, opened)


def _asking(plan: Plan) -> Iterator[Task]:
    return (each for each in plan.tasks.values() if each.progress)


def _rung(plan: Plan, task: Task, told: Told, step: str, opened: happened.TaskOpened) -> Event:
    """The first rung of the task's ladder at which somebody is told so."""
    rung = next((each for each in plan.ladders[task.ladder].rungs if _is_for(step, each)), None)
    if rung is None:
        raise UnknownNameError(f"{step} in ladder {task.ladder!r} of task", task.name, ())
    if step != "call":
        role = rung.tell if rung.tell != "assignee" else told.role
        told = replace(told, role=role, stands_for=(f"{task.role} on duty",))
    return happened.StepFired(
        at=opened.at,
        assignment=opened.assignment,
        clock="acknowledge",
        step=rung.name,
        epoch=1,
        due=opened.at,
        told=(replace(told, channels=rung.by),),
        manual=rung.manual,
    )


def _is_for(step: str, rung: Rung) -> bool:
    match step:
        case "manual":
            return rung.manual
        case "escalation":
            return rung.tell != "assignee" and not rung.manual
        case _:
            return rung.tell == "assignee" and not rung.manual


def person_of(duty: Duty, name: str, language: str = "") -> Person:
    """In `language` where it is said, otherwise in their own."""
    person = duty.people[one_of("person", name, duty.people)]
    return replace(person, language=one_of("language", language, ("zh", "en"))) if language else person


def one_of(what: str, name: str, known: Iterable[str], within: str = "") -> str:
    names = tuple(known)
    if name not in names:
        raise UnknownNameError(what, name, names, within)
    return name
