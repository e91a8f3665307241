"""A spill and oil on water, run from the call to the end with every role held: nothing waits for what never comes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.deciding.decisions import decide, decide_opening
from flows.deciding.reports.drafts import draft_report
from flows.model.commands import (
    Command,
    Complete,
    FileReport,
    OpenResponse,
    RecordFact,
    ReportFinding,
    SendSignal,
    StandDown,
    Tick,
)
from flows.model.events import Event, LinkProposed, TaskOpened, TaskSuspended
from flows.model.state import Assignment, ResponseState, evolve
from flows.testing.night import duty_of, minutes, only, person
from plans.catalog import load
from plans.model import EvidenceField, EvidenceType, Level, Plan

HAZMAT, POLLUTION = load("hazmat_spill"), load("water_pollution")
AFTERNOON = datetime(2026, 9, 4, 8, 0, tzinfo=UTC)  # 16:00 in Baoji, three hours before sunset
SUNSET = timedelta(hours=3, minutes=16)


class Response:
    """A response decided without a database; each role is held by the person of its name."""

    def __init__(self, plan: Plan, level: Level = Level.III, **answers: str) -> None:
        """`answers`: evidence by the name of its field; elsewhere something that fits is given."""
        self.plan, self.answers, self.now = plan, answers, AFTERNOON
        self.duty = duty_of([person(role) for role in plan.roles], **{role: role for role in plan.roles})
        opening = OpenResponse(
            incident="柴油罐车侧翻", place="G244 K875+800", level=level, by="duty_officer", approved_by="commander"
        )
        self.history = list(decide_opening(plan, self.duty, opening, self.now))
        first, *rest = self.history
        self.state = _evolved(evolve(None, first), rest)

    def submit(self, command: Command) -> list[Event]:
        events = decide(self.plan, self.duty, self.state, command, self.now)
        self.state = _evolved(self.state, events)
        self.history += events
        return events

    def forward(self, duration: timedelta) -> list[Event]:
        """A quarter of an hour at a time, as the clock would tick."""
        end, seen = self.now + duration, list[Event]()
        while self.now < end:
            self.now = min(end, self.now + minutes(15))
            seen += self.submit(Tick())
        return seen

    def finish(self, *names: str) -> set[str]:
        """Does the tasks of these names; what opens because of it."""
        before = len(self.history)
        for assignment in [each for each in self.state.assignments.unended if each.task in names]:
            self._complete(assignment)
        return {event.task for event in only(TaskOpened, self.history[before:])}

    def finish_everything(self) -> None:
        """Whatever is open is done, and whatever that opens, until nothing is left to do."""
        for _ in range(200):
            waiting = self.state.assignments.unended
            if not waiting:
                return
            self._complete(waiting[0])
        raise AssertionError(f"still open after 200 steps: {[each.id for each in self.state.assignments.unended]}")

    @property
    def opened(self) -> set[str]:
        return {event.task for event in only(TaskOpened, self.history)}

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


def spill(level: Level = Level.III) -> Response:
    """A diesel tanker in the ditch, no fire; the brook is reached."""
    found = {"water_reached": "stream", "evacuation": "evacuate", "all_found": "true", "wind_direction": "w"}
    over = {"normal_readings": "2", "load_gone": "true", "road_checked": "true"}
    return Response(HAZMAT, level, **found, **over)


def oil_on_water(level: Level = Level.III) -> Response:
    over = {"clean_hours": "48", "clean_passes": "3", "source_stopped": "true", "waste_moved": "true"}
    return Response(POLLUTION, level, **over)


def test_a_verified_call_sends_forces_closes_the_road_and_starts_the_reports_at_once() -> None:
    response = spill()

    assert response.opened == {"verify"}
    assert response.finish("verify") == {
        *("first_forces", "close_road", "identify"),
        *("phone_report", "carrier_report", "county_accident_report"),
    }
    assert response.finish("first_forces") == {"isolate"}
    assert response.finish("isolate") == {"recon", "rescue", "cut_ignition", "dike", "monitor"}
    assert "approve" not in response.opened


def test_a_call_about_oil_tells_the_partners_and_shuts_intakes_before_anybody_has_judged() -> None:
    response = oil_on_water()

    assert response.opened == {"verify"}
    assert response.finish("verify") == {"tell_partners", "stop_leak", "seal_channels", "phone_report"}
    assert response.finish("tell_partners") == {"stop_intake", "arrival", "river_plan", "first_samples"}
    assert response.finish("river_plan") == {"hold_upstream", "first_barrier"}
    assert "judge" not in response.opened


@pytest.mark.parametrize("level", Level, ids=lambda level: level.name)
@pytest.mark.parametrize(
    ("begin", "reported", "not_asked"),
    [(spill, (), {Level.IV: {"decontamination"}}), (oil_on_water, ("dam", "intake"), {})],
    ids=["hazmat", "pollution"],
)
def test_every_task_of_a_level_opens_and_the_response_ends(
    begin: Callable[[Level], Response], reported: tuple[str, ...], not_asked: dict[Level, set[str]], level: Level
) -> None:
    response = begin(level)
    for kind in reported:
        response.submit(ReportFinding(by="environment", of=kind, label="第二处"))

    response.finish_everything()
    response.submit(StandDown(by="duty_officer", reason="监测合格", approved_by="commander", although="all is dealt with"))
    response.finish_everything()

    asked = {name for name, task in response.plan.tasks.items() if level in task.levels and not task.signal}
    assert response.opened == asked - not_asked.get(level, set())


def test_a_spill_that_reaches_water_proposes_the_pollution_plan_once_with_what_is_known() -> None:
    response = spill()
    response.finish("verify")
    response.finish("identify")

    response.finish("judge_water")
    response.submit(RecordFact(by="environment", name="water_reached", value="main_river"))

    (proposed,) = only(LinkProposed, response.history)
    assert (proposed.plan, proposed.facts["water_reached"]) == ("water_pollution", "stream")
    assert "duty_officer" in {told.person for told in proposed.told}


def test_the_circle_is_drawn_again_when_the_wind_turns_and_at_nightfall() -> None:
    response = spill()
    for task in ("verify", "first_forces", "isolate"):
        response.finish(task)

    turned = response.submit(RecordFact(by="meteorology", name="wind_direction", value="e"))
    response.finish("isolate")
    response.answers["wind_direction"] = "e"
    dark = response.forward(SUNSET + minutes(15))

    assert [(event.assignment, event.because) for event in only(TaskOpened, turned) if event.task == "isolate"] == [
        ("isolate.2", "fact wind_direction")
    ]
    assert [(event.assignment, event.because) for event in only(TaskOpened, dark) if event.task == "isolate"] == [
        ("isolate.3", "night")
    ]


def test_a_withdrawal_stops_everybody_at_the_tanker_and_is_counted_by_the_commander() -> None:
    response = spill()
    for task in ("verify", "first_forces", "isolate"):
        response.finish(task)

    sent = response.submit(SendSignal(by="fire", signal="withdraw", reason="阀门异响"))

    (opened,) = (event for event in only(TaskOpened, sent) if event.task == "withdraw")
    assert {event.assignment for event in only(TaskSuspended, sent)} == {"recon.1", "rescue.1", "dike.1", "monitor.1"}
    assert {"fire", "road_section", "monitoring_station", "on_scene_commander"} <= set(opened.assignees)


@pytest.mark.parametrize("plan", [HAZMAT, POLLUTION], ids=lambda plan: plan.name)
def test_the_written_report_is_drafted_from_what_is_known_and_names_what_is_not(plan: Plan) -> None:
    response = Response(plan, lost_amount="12", river="清姜河")
    response.finish("verify")
    response.finish("phone_report")
    (written,) = response.state.of_task("written_report")

    draft = draft_report(plan, response.state, written, response.now, ZoneInfo("Asia/Shanghai"))

    assert draft.fault == ""
    assert "清姜河" in draft.text.zh
    assert "G244 K875+800" in draft.text.zh
    assert "待核实" in draft.text.zh
    assert "loss" in {fact.name for fact in draft.unknown}


def _evolved(state: ResponseState, events: list[Event]) -> ResponseState:
    for event in events:
        state = evolve(state, event)
    return state
