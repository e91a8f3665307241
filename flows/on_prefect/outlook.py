"""What Prefect's pages say of a response: the message of its state, the table of its tasks, its record. Pure, no names of people.

Prefect keeps what it is given, and anybody who can open it reads all of it: people are counted there, by post and task.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from flows.deciding.tasks.applying import role_of
from flows.model import events as happened
from flows.model.reasons import role_title
from flows.model.state import Assignment, ResponseState, Status, TaskStatus
from flows.model.task_events import both
from flows.running.acts import PREFECT, Glance
from flows.running.journal import Entry
from plans.model import Plan
from store.kinds import Kind

TASKS_NAMED = 5
ROWS = 200
"""Of the table; the newest are kept, and those that are not done before those that are."""
DRILL = "【演练】EXERCISE"
TAG = "tocsin"

_STATUS = {
    TaskStatus.OPEN: "未呼叫 not called yet",
    TaskStatus.CALLED: "待应答 called",
    TaskStatus.ACKNOWLEDGED: "已应答 acknowledged",
    TaskStatus.STARTED: "进行中 under way",
    TaskStatus.DONE: "完成 done",
    TaskStatus.SKIPPED: "跳过 skipped",
    TaskStatus.WITHDRAWN: "撤销 withdrawn",
}


@dataclass(frozen=True, slots=True)
class Cancelling:
    """Whether somebody cancelled the run in Prefect; a person who refuses the end takes that back."""

    asked: bool = False
    reason: str = ""
    """Why the response was stood down, once it was."""

    def after(self, news: Sequence[Entry]) -> "Cancelling":
        asked, reason = self.asked, self.reason
        for entry in news:
            match entry.event:
                case happened.EndProposed(via=via) | happened.NoteAdded(via=via) if via == PREFECT:
                    asked = True
                case happened.EndRefused() | happened.EndConditionBroken():
                    asked = False
                case happened.StoodDown():
                    reason = both(entry.event.reason).zh
                case _:
                    pass
        return Cancelling(asked, reason)


def was_asked_or_answered(news: Sequence[Entry]) -> bool:
    """Whether the question of the end has moved, so that the state of the run may not be what it was told last."""
    moved = (happened.EndProposed, happened.EndRefused, happened.EndConditionBroken, happened.NoteAdded)
    return any(isinstance(entry.event, moved) for entry in news)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the state of the flow run is to say; `name` is another than Running where a person has cancelled it."""

    message: str
    name: str = "Running"
    people: int = 0
    """For how many it waits."""

    @property
    def is_running(self) -> bool:
        return self.name == "Running"


ASKING = "Awaiting reason"
ENDING = "Standing down"


def standing(glance: Glance, cancelling: Cancelling) -> Standing:
    state = glance.head.state
    people = {person for each in _working(state) for person in awaited(each)}
    waits = _waiting(glance.plan, state, len(people))
    if state.status is Status.STOOD_DOWN:
        said = f"已终止 stood down: {cancelling.reason}; {waits}"
        return Standing(said, ENDING if cancelling.asked else "Running", len(people))
    if cancelling.asked and state.situation.end:
        why = "已请有权终止的人说明理由 whoever may end the response is asked for the reason; the response goes on"
        return Standing(f"{why}, {waits}", ASKING, len(people))
    return Standing(waits, people=len(people))


def tags(glance: Glance, people: int) -> list[str]:
    """What lists of runs show beside the name: a drill is marked, and how many people it waits for."""
    drill = [DRILL] if glance.head.state.kind is Kind.DRILL else []
    return [TAG, *drill, *([f"等待{people}人 waiting for {people}"] if people else [])]


def _waiting(plan: Plan, state: ResponseState, people: int) -> str:
    """For how many people and for what, in one line."""
    signatures = [f"级别签批 a decision on level {state.proposed_level.name}"] if state.proposed_level else []
    if state.end_proposed_at:
        signatures.append("终止签批 a decision on the end")
    if not people and not signatures:
        return "暂无待办 waiting for nobody"
    titles = list(dict.fromkeys(plan.tasks[each.task].title.zh for each in _working(state) if awaited(each)))
    more = f" +{len(titles) - TASKS_NAMED}" if len(titles) > TASKS_NAMED else ""
    noun = "person" if people == 1 else "people"
    told = [f"等待 {people} 人 waiting for {people} {noun}: {'、'.join(titles[:TASKS_NAMED])}{more}"] if people else []
    return "; ".join([*told, *signatures])


def _working(state: ResponseState) -> list[Assignment]:
    return [each for each in state.assignments.unended if not each.is_suspended]


def awaited(assignment: Assignment) -> tuple[str, ...]:
    """Those of whom the task still wants something."""
    return tuple(person for person in assignment.assignees if person not in assignment.declined)


def table(glance: Glance) -> list[dict[str, str]]:
    """One row for each instance of a task, those not done first."""
    state = glance.head.state
    instances = sorted(state.assignments.values(), key=lambda each: (each.has_ended, -each.serial))
    return [_row(glance.plan, state, each, glance.zone) for each in instances[:ROWS]]


def _row(plan: Plan, state: ResponseState, each: Assignment, zone: tzinfo) -> dict[str, str]:
    task = plan.tasks[each.task]
    status = "需人工决定 a manual decision" if each.awaits_decision and not each.has_ended else _STATUS[each.status]
    return {
        "任务 task": f"{task.title.zh} {task.title.en}",
        "编号 id": each.id,
        "状态 state": "暂停 suspended" if each.is_suspended else status,
        "岗位 post": role_title(plan, role_of(state, task)).zh,
        "人数 people": str(len(each.assignees)),
        "应答 answered": f"{len(each.acknowledged)}",
        "开始 opened": _time(each.opened_at, zone),
        "时限 due": _time(each.done_by, zone),
        "结束 ended": _time(each.ended_at, zone) if each.ended_at else "",
    }


def heading(glance: Glance) -> str:
    """What the artifacts are about."""
    state, plan = glance.head.state, glance.plan
    mark = f"{DRILL} · " if state.kind is Kind.DRILL else ""
    return f"{mark}{plan.title.zh} {plan.title.en} · {state.level.name} · {glance.head.response}"


def door(glance: Glance, page: str) -> str:
    return f"### {heading(glance)}\n\n[在警钟中打开 open in Tocsin]({page})\n"


def record(glance: Glance, page: str) -> str:
    """What stays of a response that has closed: its course by the clock, and where the whole record is."""
    state, zone = glance.head.state, glance.zone
    counts = _counts(state.assignments)
    entries = f"{glance.head.version} 条记录 entries, 末条 the last: `{glance.head.hash[:16]}…`"
    lines = [f"### {heading(glance)}", "", f"{entries}; {counts}", ""]
    lines += ["| 时间 time | 事项 what |", "|---|---|", *_course(glance.news, zone), ""]
    return "\n".join([*lines, f"[完整记录 the whole record]({page})", ""])


def _counts(assignments: Mapping[str, Assignment]) -> str:
    found = [each.status for each in assignments.values()]
    return ", ".join(f"{_STATUS[status]} {found.count(status)}" for status in TaskStatus if status in found)


def _course(news: Sequence[Entry], zone: tzinfo) -> Iterator[str]:
    for entry in news:
        if said := _said(entry.event):
            yield f"| {_time(entry.event.at, zone)} | {said} |"


def _said(event: happened.Event) -> str:
    match event:
        case happened.ResponseOpened() | happened.DrillOpened():
            return f"启动 opened at level {event.level.name}"
        case happened.LevelChanged():
            return f"级别 level {event.before.name} → {event.level.name}"
        case happened.EndProposed():
            return "建议终止 the end was proposed"
        case happened.EndRefused():
            return "驳回终止 the end was refused"
        case happened.StoodDown():
            return "终止 stood down"
        case happened.Closed():
            return "归档 closed"
        case _:
            return ""


def _time(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%m-%d %H:%M:%S")
