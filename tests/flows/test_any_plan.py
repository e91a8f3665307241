"""Any plan that checks runs under whatever people do and however time passes: no illegal state, and always a way on."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flows.deciding.clocks import clocks, next_due
from flows.deciding.decisions import decide, decide_opening
from flows.deciding.reports.drafts import draft_report
from flows.deciding.tasks.applying import findings_of
from flows.deciding.tasks.repeating import due_rounds
from flows.deciding.tasks.waiting import opens_at
from flows.errors import FlowError
from flows.model.commands import (
    Acknowledge,
    ChangeLevel,
    Close,
    CloseFinding,
    Command,
    Complete,
    CorrectReport,
    Decline,
    EndDrill,
    FilePaper,
    FileReport,
    OpenDrill,
    Opening,
    OpenResponse,
    ProposeLevel,
    Reassign,
    RecordDecision,
    RecordFact,
    RefuseEnd,
    RefuseLevel,
    ReportFinding,
    ReportProgress,
    ReportUnreached,
    ResumeTask,
    SendBack,
    SendSignal,
    StandDown,
    Start,
    SuspendTask,
    Tick,
    UpdateFinding,
)
from flows.model.events import Event, FindingReported, TaskOpened, events
from flows.model.state import Assignment, ResponseState, Status, fold, state_adapter
from flows.running.calls import Caller
from flows.testing.night import START, Night, duty_of, minutes, person
from plans.compiler import examine
from plans.model import Level, Plan
from resources.model import Duty

ZONE = ZoneInfo("Asia/Shanghai")
ROLES = ("duty", "chief", "deputy_chief", "patrol", "works", "nobody")
PEOPLE = ("zhao", "qian", "sun", "wang", "ma", "li")
DUTY = duty_of(
    [person("wang", "li"), *(person(name) for name in PEOPLE if name != "wang")],
    duty="zhao",
    chief="qian",
    deputy_chief="sun",
    patrol=("wang", "ma"),
    works="li",
)
LEVELS = ("IV", "III", "II", "I")
PARTS = (("IV-I", LEVELS), ("III-I", LEVELS[1:]), ("II-I", LEVELS[2:]), ("IV", LEVELS[:1]), ("IV-III", LEVELS[:2]))
CONDITIONS = (
    *("flow >= 2500", "flow < 1000", "lit", "!lit", "known(flow) && flow > 10", "flow.forecast > 3000"),
    *('rank(grade) >= rank("large")', 'grade == "small"', "deaths > 2 || lit", "night", "night && !lit", "true", "false"),
)
OF_TASKS = ("level <= 2", "running(%s)", "done(%s)", "!running(%s)", "!done(%s) && flow > 1500")
OF_DANGERS: dict[str, object] = {
    "when": "!(known(finding.serious) && finding.serious)",
    "again": ["finding.serious", "level"],
    "pause": "finding.serious",
    "evidence": {"serious": {"finding": "serious?"}},
}
WORDS = {"text": "{{ task }} {{ reason }}", "short": "{{ task }}"}
MESSAGES = ("call", "escalation", "manual", "proposal", "end", "notice", "withdrawn", "report", "signal", "progress")

Node = dict[str, object]


# ---- plans ----


@st.composite
def written_plans(draw: st.DrawFn) -> Node:
    """A whole plan as its file would say it; most of them check."""
    names = [f"t{number}" for number in range(1, draw(st.integers(2, 5)))]
    parts = {name: draw(st.sampled_from((PARTS[0], *PARTS))) for name in [*names, "r1", "r2"]}
    tasks = {name: _task(draw, names[:place], names, parts[name]) for place, name in enumerate(names)}
    reports = {name: _report(draw, names, parts[name]) for name in draw(st.sampled_from(([], ["r1"], ["r1", "r2"])))}
    return {
        "plan": "random",
        "title": "随机预案",
        "version": "1",
        "owner": "us",
        "activate": ["duty"],
        "facts": {
            "flow": {"type": "number", "unit": "m3/s", "title": "流量", "forecast": True} | _fresh(draw),
            "lit": {"type": "boolean", "title": "照明"} | _fresh(draw),
            "deaths": {"type": "number", "unit": "1", "title": "死亡"},
            "grade": {
                "type": "choice",
                "of": ["small", "medium", "large"],
                "title": "等级",
                "table": {"deaths": {"small": "[0, 3)", "medium": "[3, 10)", "large": "[10, )"}},
            },
        },
        "levels": {level: _level(draw, 1000 * place) for place, level in enumerate(LEVELS, 1)},
        "roles": {role: {"title": role, "alert": role == "duty"} for role in ROLES},
        "ladders": {"quick": _ladder(draw), "late": _ladder(draw)},
        "findings": {
            "danger": {"title": "险情", "fields": {"place": "text?", "serious": "boolean?"}},
            "area": {"title": "片区", "when": draw(st.sampled_from(CONDITIONS))},
            "shift": {"title": "班次", "every": draw(st.sampled_from(("45 min", "8 h")))},
        },
        "daylight": {"latitude": 34.36, "longitude": 107.24},
        "links": {
            "other": {"plan": "flood", "when": draw(st.sampled_from(CONDITIONS)), "reason": "x", "facts": {"flow": "flow"}}
        },
        "tasks": tasks,
        "reports": reports,
        "signals": {
            "withdraw": {"title": "撤离", "send": ["chief", "duty"], "stops": draw(_some(names)), **_called("duty")},
            "stop_drill": {"title": "停止", "send": ["duty"], "ends_drill": True, **_called("duty")},
        },
        "messages": dict.fromkeys(MESSAGES, WORDS),
        "end": {"when": "flow < 1000", "hold": draw(st.sampled_from(("1 h", "30 min"))), "approve": ["chief"], "sign": "late"},
    }


def _called(role: str) -> Node:
    return {"role": role, "ack": "2 min", "done": "20 min", "escalate": "quick"}


def _fresh(draw: st.DrawFn) -> Node:
    return draw(st.sampled_from(({}, {"fresh": "90 min"})))


def _some(names: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), max_size=2, unique=True) if names else st.just([])


def _ladder(draw: st.DrawFn) -> Node:
    step = draw(st.sampled_from((1, 4, 7)))
    told = ("assignee", "deputy", "chief")
    rungs: Node = {f"s{place}": {"at": f"{step * place} min", "tell": who} for place, who in enumerate(told)}
    return {"title": "梯", "rungs": {**rungs, "manual": {"at": f"{3 * step} min", "tell": "duty", "manual": True}}}


def _level(draw: st.DrawFn, threshold: int) -> Node:
    more = {
        "keep": f"flow >= 0.9 * {threshold}",
        "hold": draw(st.sampled_from(("5 min", "20 min"))),
        "sign": "late",
        "two_person": True,
        "paper": "1 h",
        "expect": "24 h",
    }
    chosen = draw(st.sets(st.sampled_from(sorted(more)), max_size=3))
    return {"when": f"flow >= {threshold}", "approve": ["chief", "deputy_chief"], **{key: more[key] for key in sorted(chosen)}}


def _task(draw: st.DrawFn, before: Sequence[str], names: Sequence[str], part: tuple[str, Sequence[str]]) -> Node:
    conditions = st.sampled_from(
        (*CONDITIONS, *(each.replace("%s", names[draw(st.integers(0, len(names) - 1))]) for each in OF_TASKS))
    )
    written = part[0]
    options: dict[str, st.SearchStrategy[object]] = {
        "after": _some(before).map(lambda some: [{name: "15 min"} if name == "t2" else name for name in some]),
        "each": st.sampled_from(("danger", "area", "shift")),
        "confirms": st.sampled_from(before) if before else st.just(""),
        "when": conditions,
        "every": _every(part[1]),
        "again": st.lists(st.sampled_from(("level", "night", "flow", "grade", "lit")), min_size=1, max_size=2, unique=True),
        "reopens": _some(before),
        "pause": st.sampled_from(CONDITIONS),
        "progress": st.sampled_from(("25 min", dict.fromkeys(part[1], "20 min"))),
        "need": st.sampled_from(("all", 2)),
        "late": st.just("late"),
        "evidence": st.sampled_from(
            ({"count": "number"}, {"grade": {"fact": "grade"}, "note": "text?"}, {"lit": {"fact": "lit?"}})
        ),
        "on_downgrade": st.sampled_from(("keep", "cancel", {"hand_over": "works"})),
        "on_end": st.sampled_from(("keep", "cancel")),
        "phase": st.just("recovery"),
        "approval": st.just(True),
    }
    node: Node = {"title": "任务", "levels": written, "escalate": "quick"}
    node |= {"role": draw(st.sampled_from(ROLES)), "ack": "5 min", "done": "30 min"}
    for key in sorted(draw(st.sets(st.sampled_from(sorted(options)), max_size=5))):
        node[key] = draw(options[key])
    if node.get("confirms"):
        # what the rule on second persons asks of it
        node = {key: value for key, value in node.items() if key not in ("when", "every", "each", "phase")} | {
            "levels": PARTS[0][0]
        }
    if node.get("each") == "danger":
        node |= {key: OF_DANGERS[key] for key in sorted(draw(st.sets(st.sampled_from(sorted(OF_DANGERS)))))}
    if "every" in node:
        node |= {key: draw(conditions) for key in sorted(draw(st.sets(st.sampled_from(("while", "until")))))}
        node |= draw(st.sampled_from(({}, {}, {"earliest": "30 min"})))
    return node


def _every(levels: Sequence[str]) -> st.SearchStrategy[object]:
    by_level = {level: f"{30 + 10 * place} min" for place, level in enumerate(reversed(levels))}
    cases = [{"during": "70 min", "is": "30 min"}, {"when": "flow >= 2500", "is": by_level}, "2 h"]
    return st.sampled_from(("35 min", by_level, cases, cases[:2], cases[1:]))


def _report(draw: st.DrawFn, names: Sequence[str], part: tuple[str, Sequence[str]]) -> Node:
    options: dict[str, st.SearchStrategy[object]] = {
        "after": _some(names[:1]),
        "each": st.just("danger"),
        "sign": st.just(["chief"]),
        "numbered": st.just(True),
        "zero": st.just(True),
        "every": st.just("2 h"),
        "again": st.just(["deaths"]),
        "when": st.sampled_from(CONDITIONS),
        "correct_within": st.sampled_from(("7 d", {"within": "7 d", "from": "occurred"})),
        "text": st.just("{{ incident }}：{{ flow }}，{{ now }}"),
    }
    within = {level: f"{10 + 20 * place} min" for place, level in enumerate(reversed(part[1]))}
    node: Node = {"title": "报告", "track": "government", "levels": part[0], "role": "duty", "ack": "5 min", "escalate": "quick"}
    node |= {"clock_from": draw(st.sampled_from(("occurred", "learned", "received", "opened"))), "to": "市政府", "by": "fax"}
    node |= {"within": draw(st.sampled_from(("60 min", within))), "fields": ["flow", "deaths"], "late": "late"}
    for key in sorted(draw(st.sets(st.sampled_from(sorted(options)), max_size=4))):
        node[key] = draw(options[key])
    return node


def checked(written: Node) -> Plan:
    """Those that do not check are passed over."""
    with tempfile.TemporaryDirectory() as folder:
        # JSON is YAML
        file = Path(folder) / "random.yaml"
        file.write_text(json.dumps(written), encoding="utf-8")
        plan = examine(file).plan
    assume(plan is not None)
    assert plan is not None, "assumed"
    return plan


# ---- what people do ----


@dataclass(frozen=True)
class Wait:
    """Time passes: so many minutes, or until the next clock is due, or as long as nobody looked."""

    minutes: int = 0
    clocks: int = 0


@dataclass(frozen=True)
class On:
    """Something done to one of the instances there are; which one is found when it is done."""

    verb: type
    place: int
    more: tuple[tuple[str, object], ...] = ()


people, reasons, places = st.sampled_from(PEOPLE), st.sampled_from([*["the road is cut"] * 4, ""]), st.integers(0, 40)
bosses = st.sampled_from(("zhao", "qian", "sun"))
levels = st.sampled_from(Level)
values = st.sampled_from([500.0, 1500.0, 2600.0, 3100.0, 4100.0])
moments = st.none() | st.integers(-200, 120).map(lambda after: START + minutes(after))
general: st.SearchStrategy[Command] = st.one_of(
    st.builds(RecordFact, by=bosses, name=st.just("flow"), value=values, forecast=st.booleans(), observed_at=moments),
    st.builds(RecordFact, by=bosses, name=st.just("deaths"), value=st.sampled_from([0.0, 3.0, 12.0])),
    st.builds(RecordFact, by=bosses, name=st.just("lit"), value=st.booleans()),
    st.builds(RecordFact, by=bosses, name=st.just("grade"), value=st.sampled_from(["small", "large"])),
    st.builds(ChangeLevel, by=bosses, level=levels, reason=reasons, approved_by=bosses, oral=st.booleans()),
    st.builds(ProposeLevel, by=bosses, level=levels, reason=reasons),
    st.builds(RefuseLevel, by=bosses, reason=reasons),
    st.builds(RefuseEnd, by=bosses, reason=reasons),
    st.builds(FilePaper, by=bosses, reference=reasons),
    st.builds(ReportFinding, by=people, of=st.sampled_from(["danger", "danger", "area"]), label=st.sampled_from(["K1", "K2"])),
    st.builds(
        UpdateFinding,
        by=bosses,
        finding=st.sampled_from(["danger-1", "danger-1", "danger-2"]),
        values=st.sampled_from([{"serious": "yes"}, {"serious": "no"}]),
    ),
    st.builds(CloseFinding, by=bosses, finding=st.sampled_from(["danger-1", "danger-2", "area-1", "shift-1"]), reason=reasons),
    st.builds(SendSignal, by=bosses, signal=st.sampled_from(["withdraw", "withdraw", "stop_drill"]), reason=reasons),
)
over: st.SearchStrategy[Command] = st.one_of(
    st.builds(StandDown, by=bosses, reason=reasons, approved_by=bosses, oral=st.booleans(), although=reasons),
    st.builds(Close, by=bosses, reason=reasons, although=reasons),
    st.builds(EndDrill, by=bosses, reason=reasons),
)
verbs: dict[type, dict[str, st.SearchStrategy[object]]] = {
    Acknowledge: {"at": moments},
    Start: {},
    Complete: {"reason": reasons, "evidence": st.sampled_from([{}, {}, {"serious": "yes"}, {"serious": "no"}])},
    Decline: {"reason": reasons},
    ReportProgress: {"text": reasons},
    Reassign: {"by": bosses, "to": st.lists(people, max_size=2).map(tuple), "reason": reasons},
    SendBack: {"by": people, "reason": reasons},
    SuspendTask: {"by": bosses, "reason": reasons},
    ResumeTask: {"by": bosses, "reason": reasons},
    RecordDecision: {"by": bosses, "decision": st.sampled_from(["skip", "courier"]), "reason": reasons},
    FileReport: {"text": reasons, "signed_by": st.sampled_from(["", "qian"]), "reason": reasons},
    CorrectReport: {"text": reasons, "reason": reasons},
    ReportUnreached: {"clock": st.sampled_from(["acknowledge", "done"]), "reason": st.just("no such number")},
}
on_instances = st.one_of(
    *(
        st.builds(On, st.just(verb), places, st.fixed_dictionaries(more).map(lambda each: tuple(each.items())))
        for verb, more in verbs.items()
    )
)
waits = st.builds(Wait, st.integers(0, 200)) | st.builds(Wait, clocks=st.integers(1, 12))
Step = Command | On | Wait
paths: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(waits, waits, general, general, on_instances, on_instances, on_instances, over), min_size=8, max_size=30
)
openings: st.SearchStrategy[Opening] = st.builds(
    OpenResponse,
    by=st.just("zhao"),
    approved_by=st.just("sun"),
    incident=st.just("洪水"),
    level=levels,
    facts=st.fixed_dictionaries({}, optional={"flow": values, "lit": st.booleans()}),
    occurred_at=st.none() | st.just(START - minutes(300)),
    learned_at=st.none() | st.just(START - minutes(5)),
) | st.builds(OpenDrill, by=st.just("zhao"), incident=st.just("演练"), level=levels)


def found(state: ResponseState, on: On) -> Command | None:
    """The command for the instance meant: mostly an open one, as nothing more comes of what has ended."""
    pool = state.assignments.unended if on.place % 4 else tuple(state.assignments.values())
    if not pool:
        return None
    assignment, given = pool[on.place % len(pool)], dict(on.more)
    told = tuple(assignment.told) or PEOPLE
    if on.verb is ReportUnreached:
        climb = assignment.climb("done" if given["clock"] == "done" else "acknowledge")
        given |= {"step": climb.steps[-1] if climb.steps else "s0", "epoch": climb.epoch, "person": told[0]}
    else:
        given = {"by": told[-1], **given}
    command: Command = on.verb(assignment=assignment.id, **given)
    return command


# ---- runs ----


@dataclass
class Run:
    """A response without a database: decided, folded, looked at after each step."""

    plan: Plan
    duty: Duty
    now: datetime
    state: ResponseState
    history: list[Event] = field(default_factory=list)

    @staticmethod
    def opened(plan: Plan, opening: Opening) -> "Run":
        duty = DUTY if isinstance(opening, OpenResponse) else DUTY.for_drills()
        history = decide_opening(plan, duty, opening, START)
        run = Run(plan, duty, START, fold(history), history)
        run.check_calls(history)
        return run

    def walk(self, step: Step) -> None:
        match step:
            case Wait(minutes=0, clocks=count):
                for _ in range(count):
                    due = next_due(self.plan, self.state)
                    if due is None:
                        return
                    assert due > self.now
                    self.now = due
                    self.submit(Tick())
            case Wait(minutes=later):
                self.now += minutes(later)
                self.submit(Tick())
            case On():
                if command := found(self.state, step):
                    self.submit(command)
            case _:
                self.submit(step)

    def submit(self, command: Command) -> bool:
        """Whether it was taken; the same command decides the same from what was kept of plan and state."""
        before = self.state
        drafted = attempted(self.plan, self.duty, before, command, self.now)
        again = attempted(
            kept(self.plan), self.duty, state_adapter.validate_json(state_adapter.dump_json(before)), command, self.now
        )
        assert drafted == again
        if drafted is None:
            return False
        self.state = fold(drafted, before) if drafted else before
        self.history += drafted
        self.check_calls(drafted)
        return True

    def check_calls(self, drafted: list[Event]) -> None:
        """What is written beside it can be written."""
        assert [events.validate_json(events.dump_json(each)) for each in drafted] == drafted
        first = len(self.history) - len(drafted) + 1
        list(Caller(self.plan, self.duty, ZONE).calls("R-1", first, drafted, self.state))

    def check(self) -> None:
        state = self.state
        rows = clocks(self.plan, state)
        due = next_due(self.plan, state)
        assert due == min((row.due for row in rows), default=None)
        assert due is None or due > self.now, rows
        assert left_out(self.plan, state, self.now) == []
        assert fold(self.history) == state == state_adapter.validate_json(state_adapter.dump_json(state))
        opened = [each.assignment for each in self.history if isinstance(each, TaskOpened)]
        found = [each.finding for each in self.history if isinstance(each, FindingReported)]
        assert len(set(opened)) == len(opened) == len(state.assignments)
        assert len(set(found)) == len(found) == len(state.findings)
        assert state.status is not Status.CLOSED or (not rows and not state.assignments.unended)
        for assignment in state.assignments.values():
            if self.plan.tasks[assignment.task].report:
                draft_report(self.plan, state, assignment, self.now, ZONE)


def attempted(plan: Plan, duty: Duty, state: ResponseState, command: Command, now: datetime) -> list[Event] | None:
    """None: refused in our words."""
    try:
        drafted = decide(plan, duty, state, command, now)
    except FlowError as refusal:
        return None if str(refusal) else []
    assert drafted == decide(plan, duty, state, command, now)
    return drafted


def left_out(plan: Plan, state: ResponseState, now: datetime) -> list[str]:
    """What a decision should have opened and has not."""
    first = [
        task.name
        for task in plan.tasks.values()
        for finding in findings_of(state, task)
        if (moment := opens_at(plan, state, task, finding)) and moment <= now
    ]
    return [*first, *(latest.id for latest, _ in due_rounds(plan, state, now))]


@cache
def _kept(content: bytes) -> Plan:
    return Plan.from_json(content)


def kept(plan: Plan) -> Plan:
    """As another process reads it."""
    return _kept(plan.ordered_json)


def endings(assignment: Assignment) -> Iterator[Command]:
    """What people may do to bring a task to its end, the plainest first."""
    name, why = assignment.id, "it must end"
    for who in (*assignment.told, "zhao", "qian", "sun"):
        yield Complete(by=who, assignment=name, reason=why)
        yield FileReport(by=who, assignment=name, text=why, signed_by="qian", receipt="1", reason=why)
        yield RecordDecision(by=who, assignment=name, decision="skip", reason=why)


def can_end(run: Run, assignment: Assignment) -> bool:
    for command in endings(assignment):
        drafted = attempted(run.plan, run.duty, run.state, command, run.now)
        if drafted and fold(drafted, run.state).assignments[assignment.id].has_ended:
            return True
    return False


def close(run: Run) -> None:
    """Whatever is still open, the response can be ended by those who may."""
    run.submit(StandDown(by="zhao", reason="it is over", approved_by="qian", although="all is dealt with"))
    run.submit(Close(by="zhao", reason="nothing is left to do", although="all is dealt with"))
    run.check()


by_chance = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@by_chance
@given(written_plans(), openings, paths)
def test_a_checked_plan_runs_whatever_happens(written: Node, opening: Opening, path: list[Step]) -> None:
    plan = checked(written)
    run = Run.opened(plan, opening)
    run.check()

    for step in path:
        run.walk(step)
        run.submit(Tick())
        run.check()

    assert [each.id for each in run.state.assignments.unended if not can_end(run, each)] == []
    close(run)
    assert run.state.status is Status.CLOSED


def as_written(night: Night, step: Step) -> None:
    """On a real database."""
    state, now = night.head.state, night.clock.now()
    match step:
        case Wait(minutes=0, clocks=count):
            for _ in range(count):
                if due := next_due(night.engine.plan_of(night.head), night.head.state):
                    night.forward(due - night.clock.now())
        case Wait(minutes=later):
            night.forward(minutes(later))
        case On():
            if command := found(state, step):
                submitted(night, command)
        case _:
            submitted(night, step)
    assert night.clock.now() >= now


def submitted(night: Night, command: Command) -> None:
    with suppress(FlowError):
        night.submit(command)


@settings(by_chance, max_examples=12)
@given(written_plans(), st.sampled_from(Level), paths)
def test_a_restart_after_every_step_changes_nothing(written: Node, level: Level, path: list[Step]) -> None:
    plan = checked(written)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        steady, shaken = Night(Path(one), plan, DUTY), Night(Path(other), plan, DUTY)
        for night in (steady, shaken):
            night.activate(level)
        for step in path:
            as_written(steady, step)
            as_written(shaken, step)
            shaken.restart()

        assert shaken.history == steady.history
        assert shaken.head.state == steady.head.state
        for night in (steady, shaken):
            night.database.close()
