"""What a journal entry is called when Prefect's automations are told of it. Pure, and no word about any person.

A drill's events have a prefix of their own, so that no automation made for the real thing can match them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.model import events as happened
from flows.model.events import Event
from flows.running.acts import Glance
from flows.running.journal import Entry
from plans.model import Level
from store.kinds import Kind

PREFIX = {Kind.REAL: "tocsin", Kind.DRILL: "tocsin-drill"}

_PLAIN: Mapping[type, str] = {
    happened.ResponseOpened: "response.opened",
    happened.DrillOpened: "response.opened",
    happened.StoodDown: "response.stood-down",
    happened.Closed: "response.closed",
    happened.EndProposed: "end.proposed",
    happened.EndRefused: "end.refused",
    happened.LevelProposed: "level.proposed",
    happened.LevelRefused: "level.refused",
    happened.LevelChanged: "level.changed",
    happened.FactStale: "fact.stale",
    happened.FindingReported: "finding.reported",
    happened.FindingClosed: "finding.closed",
    happened.SignalSent: "signal.sent",
}
_OF_A_TASK: Mapping[type, str] = {
    happened.TaskOpened: "task.opened",
    happened.TaskAcknowledged: "task.acknowledged",
    happened.TaskDeclined: "task.declined",
    happened.TaskStarted: "task.started",
    happened.TaskCompleted: "task.completed",
    happened.TaskWithdrawn: "task.withdrawn",
    happened.DeadlineMissed: "task.overdue",
    happened.PersonUnreached: "task.unreached",
}


@dataclass(frozen=True, slots=True)
class Announcement:
    """`resource` and `labels` are what an automation can match; `about` is more for its message."""

    entry: int
    name: str
    at: datetime
    resource: str
    title: str
    labels: Mapping[str, str]
    about: Mapping[str, str | int]


def announcements(glance: Glance) -> tuple[Announcement, ...]:
    """Those of the news, in the order of the journal."""
    found = (_announcement(glance, entry) for entry in glance.news)
    return tuple(each for each in found if each)


def response_resource(response: str) -> str:
    return f"tocsin.response.{response}"


def _announcement(glance: Glance, entry: Entry) -> Announcement | None:
    event, head, plan = entry.event, glance.head, glance.plan
    kind = Kind.of(head.response)
    name = _PLAIN.get(type(event)) or _of_a_task(event)
    if not name:
        return None
    labels = {"tocsin.response": head.response, "tocsin.kind": kind.value, "tocsin.plan": plan.name}
    labels |= {"tocsin.level": _level(event, head.state.level).name}
    resource, title = response_resource(head.response), f"{plan.title.zh} {plan.title.en}"
    if assignment := getattr(event, "assignment", ""):
        task = plan.tasks[head.state.assignments[assignment].task]
        labels |= {"tocsin.task": task.name, "tocsin.assignment": assignment}
        resource, title = f"tocsin.task.{head.response}.{assignment}", f"{task.title.zh} {task.title.en}"
    about: dict[str, str | int] = {"entry": entry.number, "level": labels["tocsin.level"], **_more(event)}
    return Announcement(entry.number, f"{PREFIX[kind]}.{name}", event.at, resource, title, labels, about)


def _of_a_task(event: Event) -> str:
    if isinstance(event, happened.StepFired):
        return "task.called" if is_first_call(event) else "task.escalated"
    return _OF_A_TASK.get(type(event), "")


def is_first_call(event: happened.StepFired) -> bool:
    """Of those whom the task was given to, before anybody was asked in their place."""
    return event.clock == "acknowledge" and not event.manual and all(told.stands_for == (told.person,) for told in event.told)


def _level(event: Event, present: Level) -> Level:
    return event.level if isinstance(event, happened.LevelChanged | happened.LevelProposed) else present


def _more(event: Event) -> dict[str, str | int]:
    match event:
        case happened.StepFired():
            late = max(round(event.late.total_seconds()), 0)
            return {"step": event.step, "people": len(event.told), "seconds_late": late}
        case happened.TaskOpened():
            return {"round": event.round, "people": len(event.assignees), "done_by": event.done_by.isoformat()}
        case happened.LevelChanged():
            return {"before": event.before.name}
        case happened.FactStale():
            return {"fact": event.fact}
        case happened.SignalSent():
            return {"signal": event.signal}
        case _:
            return {}
