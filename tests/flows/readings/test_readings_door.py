"""Stories of gauges: readings come in outside a response, late, twice and out of order; triggers hold and let go."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.errors import FactValueError, UnknownNameError
from flows.model.commands import Close, OpenResponse, StandDown
from flows.model.events import FactRecorded, LevelProposed
from flows.proposals import table as proposal_table
from flows.proposals.desk import EngineDesk
from flows.proposals.model import Proposal
from flows.readings.door import Readings, Taken
from flows.readings.model import FutureReadingError, Given
from flows.testing.night import START, Night, minutes, only, small_plan
from notifications import outbox
from plans.model import Level, Plan, Trigger

pytestmark = pytest.mark.usefixtures("each_database")


def gauged(hold: timedelta = timedelta(0), release: str = "flow < 1000", fresh: timedelta | None = None) -> Plan:
    """Above 1000 a response at IV is proposed, above 2000 one at III; a forecast counts, but does not hold anything up."""
    plan = small_plan()
    triggers = (
        Trigger("rising.IV", "reading", "flow >= 1000 || flow.forecast >= 1000", Level.IV, hold=hold, release=release),
        Trigger("rising.III", "reading", "flow >= 2000", Level.III, hold=hold),
    )
    facts = {name: replace(fact, fresh=fresh, low=0, high=20000) for name, fact in plan.facts.items()}
    return replace(plan, triggers=triggers, facts=facts)


class Gauge:
    """A night with a gauge beside the river."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan = plan
        self.night = Night(folder, plan)
        self.clock = self.night.clock
        self.readings = self.another()

    def another(self) -> Readings:
        """As another process would have it."""
        engine = self.night.engine
        return Readings(engine, lambda: (self.plan,), EngineDesk(engine, lambda: self.night.duty))

    def reads(self, flow: float, at: datetime | None = None, *, forecast: bool = False, station: str = "") -> Taken:
        return self.take(Given("small", "flow", flow, at or self.clock.now(), forecast, station))

    def take(self, *batch: Given) -> Taken:
        return self.readings.take(batch, "test")

    def waits(self, duration: timedelta) -> list[Proposal]:
        self.clock.forward(duration)
        return self.readings.refresh()

    def proposals(self) -> list[tuple[str, str]]:
        with self.night.database.read() as connection:
            found = proposal_table.list_proposals(connection)
        return [(each.level.name, each.state.value) for each in reversed(found)]

    def newest(self) -> Proposal:
        with self.night.database.read() as connection:
            return proposal_table.list_proposals(connection)[0]

    def decline(self) -> None:
        with self.night.database.write() as connection:
            proposal_table.decline(connection, self.newest().id, "sun", "the gauge is being repaired", self.clock.now())

    def called(self) -> list[str]:
        with self.night.database.read() as connection:
            sent = [each for each in outbox.deliveries(connection, self.newest().id) if each.channel == "sms"]
        return [f"{each.step} {each.person}" for each in sent]


@pytest.fixture
def gauge(tmp_path: Path) -> Iterator[Gauge]:
    gauge = Gauge(tmp_path, gauged())
    yield gauge
    gauge.night.database.close()


def patient(folder: Path, **more: object) -> Gauge:
    return Gauge(folder, gauged(hold=minutes(10), **more))  # type: ignore[arg-type]  # the fields are the caller's


def test_a_reading_outside_any_response_proposes_and_calls_the_alert_roles(gauge: Gauge) -> None:
    taken = gauge.reads(1200, station="魏家堡")

    assert [(each.level, each.content.facts) for each in taken.proposals] == [(Level.IV, {"flow": 1200.0})]
    assert gauge.called() == ["round-1 zhao"]
    why = gauge.newest().content.why
    assert (why.rule, why.sender, why.headline) == ("rising.IV", "魏家堡", "魏家堡 flow 1200 m3/s")


def test_a_second_reading_above_the_next_line_raises_the_proposal_and_calls_again(gauge: Gauge) -> None:
    gauge.reads(1200)
    gauge.clock.forward(minutes(5))

    gauge.reads(2100)

    assert gauge.proposals() == [("III", "open")]
    assert gauge.called() == ["round-1 zhao", "round-1 zhao"]


def test_nothing_starts_by_itself(gauge: Gauge) -> None:
    gauge.reads(5000)
    gauge.waits(timedelta(hours=3))

    with gauge.night.database.read() as connection:
        assert outbox.deliveries(connection, gauge.newest().id)
    assert gauge.night.engine.due(gauge.clock.now()) == {}
    assert gauge.proposals() == [("III", "open")]


def test_a_rise_must_hold(tmp_path: Path) -> None:
    gauge = patient(tmp_path)

    gauge.reads(1200)
    assert gauge.waits(minutes(9)) == []

    assert [each.level for each in gauge.waits(minutes(1))] == [Level.IV]


def test_a_break_begins_the_hold_anew(tmp_path: Path) -> None:
    gauge = patient(tmp_path)
    gauge.reads(1200)
    gauge.clock.forward(minutes(6))
    gauge.reads(990)
    gauge.clock.forward(minutes(6))

    gauge.reads(1100)

    assert gauge.proposals() == []
    assert gauge.readings.next_due() == gauge.clock.now() + minutes(10)


def test_a_gauge_that_trembles_at_the_line_proposes_once(tmp_path: Path) -> None:
    gauge = Gauge(tmp_path, gauged(release="flow < 950"))

    for flow in (1001, 999, 1002, 998, 1001, 960):
        gauge.reads(flow)
        gauge.clock.forward(minutes(5))

    assert gauge.proposals() == [("IV", "open")]


def test_a_fall_below_the_release_withdraws_and_the_next_rise_proposes_anew(tmp_path: Path) -> None:
    gauge = Gauge(tmp_path, gauged(release="flow < 950"))
    for flow in (1100, 940, 1100):
        gauge.reads(flow)
        gauge.clock.forward(minutes(5))

    assert gauge.proposals() == [("IV", "withdrawn"), ("IV", "open")]


def test_a_declined_proposal_is_not_made_again_before_the_readings_fall(tmp_path: Path) -> None:
    gauge = Gauge(tmp_path, gauged(release="flow < 950"))
    gauge.reads(1100)
    gauge.decline()
    for flow in (1150, 990, 1200):
        gauge.clock.forward(minutes(5))
        gauge.reads(flow)
    assert gauge.proposals() == [("IV", "declined")]

    gauge.clock.forward(minutes(5))
    gauge.reads(2100)

    assert gauge.proposals() == [("IV", "declined"), ("III", "open")]
    note = gauge.newest().content.why.note
    assert note is not None
    assert "the gauge is being repaired" in note.en


def test_the_same_reading_twice_is_one(gauge: Gauge) -> None:
    at = gauge.clock.now()

    first, second = gauge.reads(1200, at), gauge.reads(1200, at)

    assert (first.new, second.new, second.known) == (1, 0, 1)
    assert gauge.proposals() == [("IV", "open")]


def test_late_news_of_an_older_reading_changes_nothing(gauge: Gauge) -> None:
    gauge.clock.forward(minutes(60))
    gauge.reads(800)

    late = gauge.reads(5000, gauge.clock.now() - minutes(30))

    assert (late.new, late.late) == (1, 1)
    assert gauge.proposals() == []


def test_a_corrected_reading_replaces_the_first(gauge: Gauge) -> None:
    at = gauge.clock.now()
    gauge.reads(12000, at)

    corrected = gauge.reads(120, at)

    assert (corrected.new, corrected.corrected) == (0, 1)
    assert gauge.proposals() == [("III", "withdrawn")]


def test_a_batch_in_any_order_ends_where_the_right_order_ends(tmp_path: Path) -> None:
    flows = [900, 1200, 1300, 2100, 2200, 1700, 1500]
    batch = [Given("small", "flow", flow, START + minutes(5 * place)) for place, flow in enumerate(flows)]
    ends = []
    for order, given in enumerate((batch, batch[::-1])):
        gauge = Gauge(tmp_path / str(order), gauged())
        gauge.clock.forward(minutes(60))
        gauge.take(*given)
        ends.append((gauge.proposals(), gauge.newest().content.facts))

    assert ends[0] == ends[1] == ([("IV", "open")], {"flow": 1500.0})


def test_a_forecast_proposes_as_well(gauge: Gauge) -> None:
    gauge.reads(500)

    gauge.reads(1400, forecast=True)

    assert gauge.newest().content.facts == {"flow": 500.0, "flow.forecast": 1400.0}


def test_a_gauge_that_falls_silent_while_it_counts_is_unknown(tmp_path: Path) -> None:
    gauge = patient(tmp_path, fresh=minutes(6))
    gauge.reads(1200)

    assert gauge.waits(minutes(30)) == []


def test_a_reading_goes_into_the_running_response_of_its_plan(gauge: Gauge) -> None:
    gauge.night.activate(Level.IV)
    gauge.clock.forward(minutes(5))

    taken = gauge.reads(2300)

    assert taken.told == (gauge.night.response,)
    assert taken.proposals == ()
    history = gauge.night.history
    assert [(each.value, each.by, each.via) for each in only(FactRecorded, history)] == [(2300.0, "engine", "reading")]
    assert [each.level for each in only(LevelProposed, history)] == [Level.III]


def test_a_response_is_told_a_reading_once(gauge: Gauge) -> None:
    gauge.night.activate(Level.IV)
    gauge.clock.forward(minutes(5))
    at = gauge.clock.now()

    assert gauge.reads(1300, at).told
    assert gauge.reads(1300, at).told == ()
    assert gauge.reads(1250, at - minutes(3)).told == ()

    assert len(only(FactRecorded, gauge.night.history)) == 1


def test_what_a_crash_left_untold_is_told_at_the_next_start(gauge: Gauge) -> None:
    gauge.reads(1500)
    gauge.night.activate(Level.IV)  # opened without any fact

    gauge.another().refresh()

    assert gauge.night.head.state.facts == {"flow": 1500.0}


def test_drills_hear_nothing_of_real_gauges(gauge: Gauge) -> None:
    gauge.night.drill(Level.IV)
    gauge.clock.forward(minutes(5))

    assert gauge.reads(2300).told == ()


def test_nothing_is_proposed_while_a_response_runs_and_after_it_only_by_a_new_rise(gauge: Gauge) -> None:
    gauge.night.activate(Level.IV)
    gauge.reads(1500)
    gauge.night.submit(StandDown(by="zhao", reason="over", approved_by="sun", although="all is dealt with"))
    gauge.night.submit(Close(by="zhao", reason="over", although="all is dealt with"))

    gauge.clock.forward(minutes(5))
    gauge.reads(1400)
    assert gauge.proposals() == []

    for flow in (900, 1400):
        gauge.clock.forward(minutes(5))
        gauge.reads(flow)
    assert gauge.proposals() == [("IV", "open")]


def test_an_accepted_proposal_opens_the_response_with_its_facts(gauge: Gauge) -> None:
    gauge.reads(1200)
    proposal = gauge.newest()

    def mark(connection, response: str) -> None:
        proposal_table.mark_accepted(connection, proposal.id, response, "zhao", gauge.clock.now())

    opening = OpenResponse(
        incident="flood", facts=dict(proposal.content.facts), by="zhao", approved_by="sun", proposal=proposal.id
    )
    opened = gauge.night.engine.open("small", opening, "", mark)

    assert (opened.state.level, opened.state.facts) == (Level.IV, {"flow": 1200.0})


def test_old_readings_call_nobody_and_ask_whether_they_still_hold(gauge: Gauge) -> None:
    gauge.reads(1200, START - timedelta(days=3))

    content = gauge.newest().content
    assert content.question is not None
    assert "does it still hold?" in content.question.en
    assert gauge.called() == []


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (Given("smal", "flow", 1, START), UnknownNameError, "did you mean 'small'?"),
        (Given("small", "flaw", 1, START), UnknownNameError, "did you mean 'flow'?"),
        (Given("small", "flow", 99999, START), FactValueError, "from 0 to 20000"),
        (Given("small", "flow", "1200 ft3/s", START), FactValueError, "'ft3/s' is another unit"),
        (Given("small", "flow", 1200, START + timedelta(hours=8)), FutureReadingError, "check the gauge's clock and time zone"),
    ],
)
def test_what_is_not_right_is_refused_and_the_rest_taken(gauge: Gauge, given: Given, error: type, words: str) -> None:
    taken = gauge.take(given, Given("small", "flow", 1100, START))

    assert taken.new == 1
    assert taken.refused is not None
    refused = taken.refused[0]
    assert isinstance(refused, error)
    assert words in str(refused)


def test_a_changed_condition_begins_anew(tmp_path: Path) -> None:
    gauge = patient(tmp_path)
    gauge.reads(1200)
    gauge.plan = replace(gauge.plan, triggers=(replace(gauge.plan.triggers[0], when="flow >= 1100"),))

    assert gauge.waits(minutes(10)) == []
    assert gauge.readings.next_due() is None


def test_without_a_release_only_a_false_condition_lets_go_and_an_unknown_forecast_does_not(tmp_path: Path) -> None:
    gauge = Gauge(tmp_path, gauged(release=""))
    gauge.reads(1200)

    gauge.reads(500)
    assert gauge.proposals() == [("IV", "open")]

    gauge.reads(600, forecast=True)
    assert gauge.proposals() == [("IV", "withdrawn")]


def test_what_was_released_after_a_decline_is_proposed_again_when_it_comes_back(tmp_path: Path) -> None:
    gauge = Gauge(tmp_path, gauged(release="flow < 950"))
    gauge.reads(1100)
    gauge.decline()
    for flow in (940, 1060):
        gauge.clock.forward(minutes(5))
        gauge.reads(flow)

    assert gauge.proposals() == [("IV", "declined"), ("IV", "open")]


def shaken() -> Plan:
    """Each reading is a shock of its own."""
    triggers = (
        Trigger("shock.IV", "reading", "flow >= 4", Level.IV, event=True),
        Trigger("shock.II", "reading", "flow >= 6", Level.II, event=True),
    )
    return replace(small_plan(), triggers=triggers)


def test_a_smaller_shock_neither_withdraws_nor_lowers_what_is_proposed(tmp_path: Path) -> None:
    gauge = Gauge(tmp_path, shaken())
    for magnitude in (4.5, 6.5, 4.2, 2.0):
        gauge.reads(magnitude)
        gauge.clock.forward(minutes(5))

    assert gauge.proposals() == [("II", "open")]


def test_the_next_shock_proposes_anew_after_a_decision(tmp_path: Path) -> None:
    gauge = Gauge(tmp_path, shaken())
    gauge.reads(6.5)
    gauge.decline()
    gauge.clock.forward(minutes(5))
    gauge.reads(3.0)
    assert gauge.proposals() == [("II", "declined")]

    gauge.clock.forward(minutes(5))
    gauge.reads(4.4)

    assert gauge.proposals() == [("II", "declined"), ("IV", "open")]
