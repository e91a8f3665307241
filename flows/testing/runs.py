"""A response decided without a database, every role held: for stories that run a whole plan, from the call to the archive."""

from datetime import datetime, timedelta

from flows.deciding.decisions import decide, decide_opening
from flows.model.commands import Command, Complete, FileReport, OpenResponse, RecordFact, ReportFinding, StandDown, Tick
from flows.model.events import Event, TaskOpened
from flows.model.state import Assignment, ResponseState, evolve
from flows.testing.people import duty_of, person
from plans.model import EvidenceField, EvidenceType, Level, Plan


class Run:
    """Each role is held by the person of its name; whoever is called does what is asked."""

    def __init__(self, plan: Plan, level: Level, at: datetime, answers: dict[str, str] | None = None) -> None:
        """`answers`: evidence by the name of its fact or field; elsewhere something that fits is given."""
        self.plan, self.now, self.answers = plan, at, dict(answers or {})
        self.duty = duty_of([person(role) for role in plan.roles], **{role: role for role in plan.roles})
        opening = OpenResponse(incident="突发事件", place="宝鸡市", level=level, by="duty_officer", approved_by="commander")
        self.history: list[Event] = list(decide_opening(plan, self.duty, opening, at))
        first, *rest = self.history
        self.state = _evolved(evolve(None, first), rest)

    def submit(self, command: Command) -> list[Event]:
        events = decide(self.plan, self.duty, self.state, command, self.now)
        self.state = _evolved(self.state, events)
        self.history += events
        return events

    def forward(self, duration: timedelta, tick: timedelta = timedelta(minutes=15)) -> list[Event]:
        end, seen = self.now + duration, list[Event]()
        while self.now < end:
            self.now = min(end, self.now + tick)
            seen += self.submit(Tick())
        return seen

    def record(self, by: str, fact: str, value: str) -> list[Event]:
        return self.submit(RecordFact(by=by, name=fact, value=value))

    def report(self, kind: str, label: str = "第一处") -> list[Event]:
        """A finding, reported by the first role that may."""
        by = next(iter(self.plan.findings[kind].report), "duty_officer")
        return self.submit(ReportFinding(by=by, of=kind, label=label))

    def finish(self, *names: str) -> set[str]:
        """Does the open tasks of these names; what opens because of it."""
        before = len(self.history)
        for assignment in [each for each in self.state.assignments.unended if each.task in names]:
            self._complete(assignment)
        return opened_in(self.history[before:])

    def finish_everything(self) -> None:
        """Whatever is open is done, and whatever that opens, until nothing is left to do."""
        for _ in range(300):
            waiting = self.state.assignments.unended
            if not waiting:
                return
            self._complete(waiting[0])
        raise AssertionError(f"still open after 300 steps: {[each.id for each in self.state.assignments.unended]}")

    def stand_down(self) -> list[Event]:
        return self.submit(StandDown(by="duty_officer", reason="处置结束", approved_by="commander", although="处置结束"))

    @property
    def opened(self) -> set[str]:
        return opened_in(self.history)

    def _complete(self, assignment: Assignment) -> None:
        task = self.plan.tasks[assignment.task]
        evidence = {each.name: self._evidence(each) for each in task.evidence}
        by = assignment.assignees[0]
        if task.report:
            signer = task.report.sign[0] if task.report.sign else ""
            self.submit(
                FileReport(by=by, assignment=assignment.id, text="报文", signed_by=signer, receipt="收到", evidence=evidence)
            )
        else:
            self.submit(Complete(by=by, assignment=assignment.id, evidence=evidence))

    def _evidence(self, of: EvidenceField) -> str:
        known = self.answers.get(of.fact or of.name)
        if known is not None:
            return known
        match of.type:
            case EvidenceType.NUMBER:
                return "1"
            case EvidenceType.BOOLEAN:
                return "false"
            case EvidenceType.TIME:
                return self.now.isoformat()
            case EvidenceType.CHOICE:
                return of.choices[0]
            case _:
                return "已记录"


def opened_in(events: list[Event]) -> set[str]:
    """The names of the tasks that these events open."""
    return {event.task for event in events if isinstance(event, TaskOpened)}


def _evolved(state: ResponseState, events: list[Event]) -> ResponseState:
    for event in events:
        state = evolve(state, event)
    return state
