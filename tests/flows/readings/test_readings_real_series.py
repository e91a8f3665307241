"""Real floods of a small river (Dead Run, Maryland) through the door of readings: each rise is proposed once, nothing flaps."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from flows.model.commands import OpenResponse
from flows.model.events import LevelProposed
from flows.proposals import table as proposal_table
from flows.proposals.desk import EngineDesk
from flows.readings.door import Readings
from flows.readings.model import Given
from flows.testing.night import Night, minutes, only, small_plan
from plans.model import Fact, FactType, Level, LevelRule, Plan, Trigger

SERIES = Path(__file__).parents[4] / "shared" / "realdata" / "gauge" / "usgs-iv-csv"
STATION = "USGS:01589330"
EXPECTED = [("03 18", "III", "withdrawn"), ("03 21", "IV", "withdrawn"), ("11 09", "III", "withdrawn")]
"""The hour in which each was made, and how it stood at its end: the second had risen to II and followed the fall."""
LINES = {Level.IV: 300, Level.III: 500, Level.II: 1000}
DISCHARGE = f"{STATION}:00060:00000"

pytestmark = pytest.mark.skipif(not SERIES.is_dir(), reason=f"the collection of real gauge series is not at {SERIES}")


def series(name: str) -> Iterator[tuple[datetime, float]]:
    with (SERIES / f"{name}.csv").open() as file:
        for row in csv.DictReader(file):
            if row[DISCHARGE]:
                yield datetime.fromisoformat(row["datetimeUTC"]), float(row[DISCHARGE])


def brook() -> Plan:
    """In cubic feet a second, as the gauge says it; every rise must hold for ten minutes, and lets go at four fifths."""
    plan = small_plan()
    flow = Fact("flow", plan.facts["flow"].title, FactType.NUMBER, "ft3/s", low=0, high=50_000, fresh=timedelta(hours=2))
    ten = minutes(10)
    triggers = tuple(
        Trigger(level.name, "reading", f"flow >= {line}", level, hold=ten, release=f"flow < {0.8 * line}")
        for level, line in LINES.items()
    )
    rules = {
        level: LevelRule(level, f"flow >= {line}", ("deputy_commander",), keep=f"flow >= {0.8 * line}", hold=ten)
        for level, line in LINES.items()
    }
    return replace(plan, facts={"flow": flow}, triggers=triggers, levels=rules)


class Brook(Night):
    """The series comes in hour by hour, on a clock that is moved to each hour's end."""

    def __init__(self, folder: Path) -> None:
        self.brook = brook()
        super().__init__(folder, self.brook)
        self.readings = Readings(self.engine, lambda: (self.brook,), EngineDesk(self.engine, lambda: self.duty))
        self.clock.forward(datetime.fromisoformat("2018-06-01T04:00:00+00:00") - self.clock.now())

    def hear(self, name: str, start: str, end: str) -> None:
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        chosen = [(at, flow) for at, flow in series(name) if first <= at < last]
        assert chosen
        for _, hour in groupby(chosen, key=lambda each: each[0].replace(minute=0)):
            batch = [Given("small", "flow", flow, at, station=STATION) for at, flow in hour]
            self.clock.forward(batch[-1].observed_at + minutes(1) - self.clock.now())
            self.readings.take(batch, name)

    def hear_live(self, name: str, start: str, end: str) -> None:
        """Each reading a minute after it was observed, with the watcher at work in between."""
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        for at, flow in series(name):
            if first <= at < last:
                self.forward(at + minutes(1) - self.clock.now())
                self.readings.take([Given("small", "flow", flow, at, station=STATION)], name)

    def proposed(self) -> list[tuple[str, str, str]]:
        with self.database.read() as connection:
            found = proposal_table.list_proposals(connection)
        return [(each.opened.strftime("%d %H"), each.level.name, each.state.value) for each in reversed(found)]


@pytest.fixture
def brook_night(tmp_path: Path) -> Iterator[Brook]:
    night = Brook(tmp_path)
    yield night
    night.database.close()


def test_the_floods_of_june_2018_are_proposed_one_by_one_and_taken_back(brook_night: Brook) -> None:
    brook_night.hear("deadrun_2018-06", "2018-06-01T04:00:00+00:00", "2018-06-13T00:00:00+00:00")

    assert brook_night.proposed() == EXPECTED


def test_the_night_of_the_third_of_june_with_the_response_open_asks_once_for_each_rise(brook_night: Brook) -> None:
    brook_night.hear("deadrun_2018-06", "2018-06-03T12:00:00+00:00", "2018-06-03T19:00:00+00:00")
    with brook_night.database.read() as connection:
        proposal = proposal_table.list_proposals(connection)[0]
    opening = OpenResponse(incident="Dead Run", level=Level.IV, facts=dict(proposal.content.facts), by="zhao", approved_by="sun")
    brook_night.response = brook_night.engine.open("small", opening).response

    brook_night.hear_live("deadrun_2018-06", "2018-06-03T19:00:00+00:00", "2018-06-03T23:00:00+00:00")

    asked = [(event.at.strftime("%H:%M"), event.level.name) for event in only(LevelProposed, brook_night.history)]
    # ten minutes after each rise above a line; the second III follows a fall below what III keeps, the third the end of II
    assert asked == [("19:46", "III"), ("21:36", "III"), ("21:51", "II"), ("22:46", "III")]


def test_a_month_twice_is_a_month_once(brook_night: Brook) -> None:
    month = [Given("small", "flow", flow, at, station=STATION) for at, flow in series("deadrun_2018-06")]
    brook_night.clock.forward(timedelta(days=40))

    first, second = brook_night.readings.take(month), brook_night.readings.take(list(reversed(month)))

    assert (first.new, first.refused) == (len(month), {})
    assert (second.new, second.known, second.corrected) == (0, len(month), 0)
