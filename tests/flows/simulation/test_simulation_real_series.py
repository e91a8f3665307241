"""Would the flood plan have worked in real floods, with half the phones dead? Skipped where the real series are not there."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.simulation.roster import invented
from flows.simulation.runs import Experiment
from flows.simulation.summary import summary
from plans.catalog import load
from plans.scenario import find_scenario, load_scenario
from plans.scenario_model import Roster

ROOT = Path(__file__).parents[4]
GAUGES = ROOT / "shared" / "realdata" / "gauge" / "usgs-iv-csv"
DISCHARGE = "USGS:01589330:00060:00000"


def scenario_of(folder: Path, series: str, begins: str, scale: float) -> Path:
    """The people of the shipped scenario in front of a real river: a small one, so its flow is scaled to ours."""
    if not (GAUGES / series).exists():
        pytest.skip(f"the real gauge series {series} is not here")
    shipped = find_scenario("flood_night").read_text("utf-8")
    people = shipped[shipped.index("# How people behave") :]
    column = f"fact: flow, file: {GAUGES / series}, time: datetimeUTC, column: '{DISCHARGE}'"
    column += f", scale: {scale}, offset: 800, every: 15 min"
    path = folder / "real.yaml"
    path.write_text(
        f"""scenario: real
plan: flood
start: {{time: {begins}, facts: {{warning_color: none, danger_grade: none}}}}
stop: 72 h
series:
  - {{{column}}}
  - {{{column}, forecast: true, ahead: 3 h}}
{people}""",
        "utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("series", "begins", "scale"),
    [
        # the night of 26 May 2019 in Maryland, and the flash flood of June 2018 at Dead Run
        ("maryland_2019-05.csv", "2019-05-26T12:00+00:00", 20.0),
        ("deadrun_2018-06.csv", "2018-06-02T18:00+00:00", 3.0),
    ],
)
def test_real_flood_is_answered_with_half_the_phones_dead(tmp_path: Path, series: str, begins: str, scale: float):
    plan = load("flood")
    scenario = load_scenario(scenario_of(tmp_path, series, begins, scale), load, plan)
    experiment = Experiment(plan, scenario, invented(plan, scenario.roster or Roster()), ZoneInfo("America/New_York"), 1)

    found = summary(plan, scenario, experiment.duty, experiment.outcomes(6))

    assert found.opened.value == 1.0
    assert found.dead_phones > 10
    assert found.refused == 0
    assert found.life_safety_answered.value is not None
    assert 0.2 < found.life_safety_answered.value < 1.0
