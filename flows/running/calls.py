"""From what was decided to whom it is said: events become `Call`s for the outbox. Pure; templates are rendered later."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from flows.model.events import (
    AlertNoticed,
    Event,
    ProgressMissed,
    SignalSent,
    StepFired,
    TaskReassigned,
    TaskResumed,
    TaskSuspended,
    TaskWithdrawn,
    Told,
    both,
)
from flows.model.state import ResponseState
from flows.running.level_news import news_of
from notifications.message import Call, Priority, Recipient
from plans.model import Level, Plan, Task, Text
from resources.model import Duty, Person

EVERY_CHANNEL = ("wechat", "sms", "voice", "email")
_WITHOUT_A_CALL = tuple(kind for kind in EVERY_CHANNEL if kind != "voice")
KEEPS = timedelta(hours=2)
"""A text older than this is stale: it expires rather than arrive late."""


class Caller:
    """Turns the events of one turn into calls; holds only values."""

    def __init__(self, plan: Plan, duty: Duty, zone: tzinfo) -> None:
        self._plan, self._duty, self._zone = plan, duty, zone

    def calls(self, response: str, first_entry: int, history: Sequence[Event], state: ResponseState) -> Iterator[Call]:
        """The calls of `history`, whose first event is journal entry `first_entry`."""
        for number, event in enumerate(history, first_entry):
            match event:
                case StepFired():
                    yield from self._step(response, event, state)
                case SignalSent():
                    yield from self._signal(response, number, event, state)
                case AlertNoticed():
                    yield from self._news(response, f"alert/{number}", event.told, "notice", both(event.text), state, event)
                case TaskSuspended() | TaskResumed() | ProgressMissed():
                    yield from self._order(response, number, event, state)
                case TaskWithdrawn() | TaskReassigned():
                    yield from self._released(response, f"released/{number}", event, state)
                case _:
                    for news in news_of(self._plan, event, state, self._zone):
                        step = f"{news.step}/{number}"
                        yield from self._news(response, step, news.told, news.template, news.why, state, event, news.level)

    def _step(self, response: str, event: StepFired, state: ResponseState) -> Iterator[Call]:
        assignment = state.assignments[event.assignment]
        task = self._plan.tasks[assignment.task]
        deadline = assignment.acknowledge_by if event.clock == "acknowledge" else assignment.done_by
        reason = both(assignment.reason) if event.clock == "acknowledge" else Text("任务超时未完成", "the task is overdue")
        priority = Priority.LIFE_SAFETY if task.life_safety else Priority.OPERATION
        for told in event.told:
            person = self._person(told)
            template = _template(task, told, event)
            yield Call(
                response=response,
                plan_digest=self._plan.digest,
                assignment=event.assignment,
                step=f"{event.clock}/{event.step}",
                epoch=event.epoch,
                recipient=recipient(person),
                # a signal is heard wherever somebody can hear, before everything else
                channels=EVERY_CHANNEL if task.signal else told.channels or EVERY_CHANNEL,
                template=template,
                parameters=self._parameters(person, told, state, task, event.assignment, deadline, reason),
                priority=Priority.FLASH if task.signal else priority,
                at=event.at,
                expires=event.at + max(KEEPS, task.done),
            )

    def _signal(self, response: str, number: int, event: SignalSent, state: ResponseState) -> Iterator[Call]:
        """Where nobody has to answer; otherwise the ladder of its task tells."""
        task, why = self._plan.tasks[event.signal], both(event.reason)
        for told in event.told:
            person = self._person(told)
            parameters = self._parameters(person, told, state, task, "", None, why)
            call = self._notice(response, f"signal/{number}", person, task.message, parameters, event.at)
            yield replace(call, priority=Priority.FLASH, channels=EVERY_CHANNEL)

    def _released(self, response: str, step: str, event: TaskWithdrawn | TaskReassigned, state: ResponseState) -> Iterator[Call]:
        """Who had been called hears that they are not needed any more."""
        task, why = self._plan.tasks[state.assignments[event.assignment].task], both(event.reason)
        for told in event.released:
            person = self._person(told)
            parameters = self._parameters(person, told, state, task, event.assignment, None, why)
            yield self._notice(response, step, person, "withdrawn", parameters, event.at, event.assignment)

    def _order(
        self, response: str, number: int, event: TaskSuspended | TaskResumed | ProgressMissed, state: ResponseState
    ) -> Iterator[Call]:
        """Stop, go on, or say how far it is; who is asked gets the page on which to say it."""
        task = self._plan.tasks[state.assignments[event.assignment].task]
        why, asked = _standing_words(task, event), isinstance(event, ProgressMissed)
        for told in event.told:
            person = self._person(told)
            parameters = self._parameters(person, told, state, task, event.assignment, None, why)
            template = "progress" if asked and "progress" in self._plan.messages else "notice"
            call = self._notice(response, f"{event.kind}/{number}", person, template, parameters, event.at, event.assignment)
            urgent = task.life_safety or (isinstance(event, TaskSuspended) and event.cause == "order")
            if urgent:
                call = replace(call, priority=Priority.LIFE_SAFETY, channels=EVERY_CHANNEL)
            yield replace(call, answerable=asked)

    def _news(
        self,
        response: str,
        step: str,
        told: Iterable[Told],
        template: str,
        why: Text,
        state: ResponseState,
        event: Event,
        level: Level | None = None,
    ) -> Iterator[Call]:
        for each in told:
            person = self._person(each)
            parameters = self._parameters(person, each, state, None, "", None, why)
            if level:
                parameters["level"] = level.name
            notice = self._notice(response, step, person, template, parameters, event.at)
            # what waits for a decision is worth a phone call
            asked = EVERY_CHANNEL if template == "proposal" else notice.channels
            yield replace(notice, channels=each.channels or asked)

    def _notice(
        self,
        response: str,
        step: str,
        person: Person,
        template: str,
        parameters: Mapping[str, str],
        at: datetime,
        assignment: str = "",
    ) -> Call:
        """A message that asks for no answer."""
        return Call(
            response=response,
            plan_digest=self._plan.digest,
            assignment=assignment,
            step=step,
            epoch=1,
            recipient=recipient(person),
            # nobody is phoned to read something, unless there is no other way to tell them
            channels=_WITHOUT_A_CALL if any(person.addresses.get(kind) for kind in _WITHOUT_A_CALL) else EVERY_CHANNEL,
            template=template,
            parameters=parameters,
            priority=Priority.OPERATION,
            at=at,
            expires=at + KEEPS,
            answerable=False,
        )

    def _person(self, told: Told) -> Person:
        return self._duty.people.get(told.person) or Person(told.person, told.name, {})

    def _parameters(
        self,
        person: Person,
        told: Told,
        state: ResponseState,
        task: Task | None,
        assignment: str,
        deadline: datetime | None,
        reason: Text,
    ) -> dict[str, str]:
        language = person.language
        return {
            "plan": spoken(self._plan.title, language),
            "level": state.level.name,
            "task": spoken(self._title(task, assignment, state), language) if task else "",
            "code": task.code if task else "",
            "assignment": assignment,
            "person": person.name,
            "role": spoken(self._standing(told, task), language),
            "incident": state.incident,
            "place": state.place,
            "deadline": deadline.astimezone(self._zone).strftime("%H:%M") if deadline else "",
            "reason": spoken(reason, language),
        }

    def _title(self, task: Task, assignment: str, state: ResponseState) -> Text:
        """With the finding that it is for: two breaches at once are two tasks of one name."""
        finding = state.findings.get(state.assignments[assignment].finding) if assignment else None
        if finding is None:
            return task.title
        kind, number = self._plan.findings[finding.of].title, finding.id.rpartition("-")[2]
        zh, en = finding.label or f"{kind.zh}{number}", finding.label or f"{kind.en} {number}"
        return Text(f"{task.title.zh}（{zh}）", f"{task.title.en} ({en})")

    def _standing(self, told: Told, task: Task | None) -> Text:
        """As what somebody is told: the title of their role, or for whose they stand in; never the name of a role."""
        if role := self._plan.roles.get(told.role):
            return role.title
        # a signal speaks to everybody, so that its own role says nothing of whom somebody stands in for
        own = self._plan.roles.get(task.role) if task and task.signal is None else None
        return Text(f"{own.title.zh}代理人", f"deputy for {own.title.en}") if own else Text("代理人", "deputy")


def recipient(person: Person) -> Recipient:
    return Recipient(person.id, person.name, person.language, person.addresses)


def spoken(text: Text, language: str) -> str:
    """A text in the recipient's language."""
    return text.en if language == "en" else text.zh


def _standing_words(task: Task, event: TaskSuspended | TaskResumed | ProgressMissed) -> Text:
    zh, en = task.title.zh, task.title.en
    match event:
        case TaskSuspended():
            why = both(event.reason)
            return Text(f"“{zh}”暂停，请停止作业：{why.zh}", f"{en} is suspended, stop work: {why.en}")
        case TaskResumed():
            why = both(event.reason)
            return Text(f"“{zh}”恢复，请继续：{why.zh}", f"{en} goes on, please continue: {why.en}")
        case ProgressMissed():
            return Text(f"“{zh}”请报告进展（第{event.misses}次催报）", f"{en}: say how far it is (asked {event.misses} times)")


def _template(task: Task, told: Told, event: StepFired) -> str:
    if event.manual:
        return "manual"
    is_assignee = told.stands_for == (told.person,)
    return task.message if is_assignee and event.clock == "acknowledge" else "escalation"
