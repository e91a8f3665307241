"""Scenario files: what they become, and every fault with its place."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plans.catalog import load
from plans.model import Level
from plans.scenario import UnknownScenarioError, examine_scenario, find_scenario, load_scenario
from plans.scenario_model import (
    ClosingAt,
    Constant,
    FactAt,
    FindingAt,
    Never,
    Scenario,
    SignalAt,
    Spread,
    Triangle,
)

HEAD = """scenario: try_it
plan: flood
start: {time: 2026-07-01T20:00+08:00, level: III, facts: {flow: 2600, flow.forecast: 3000, rising: true}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "try_it.yaml"
    path.write_text(text, "utf-8")
    return path


def read(folder: Path, text: str) -> Scenario:
    return load_scenario(written(folder, HEAD + text), load)


def faults(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    _, found = examine_scenario(path, load)
    return [str(each).removeprefix(f"{path}:") for each in found]


@pytest.mark.parametrize("path", sorted(find_scenario("flood_night").parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scenarios_have_no_fault(path: Path):
    assert examine_scenario(path, load)[1] == []


def test_example_of_the_documentation_has_no_fault(tmp_path: Path):
    page = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text("utf-8")
    (tmp_path / "gauge.csv").write_text("datetimeUTC,discharge\n2026-07-01T12:00+00:00,3\n")

    assert faults(tmp_path, page.partition("```yaml\n")[2].partition("```")[0]) == []


def test_start_says_when_where_and_with_what(tmp_path: Path):
    scenario = read(tmp_path, "")

    assert scenario.begins == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert (scenario.level, scenario.stop) == (Level.III, timedelta(hours=72))
    assert (scenario.facts, scenario.forecasts) == ({"flow": 2600.0, "rising": True}, {"flow": 3000.0})


def test_distributions_are_written_in_four_ways(tmp_path: Path):
    tasks = "{fight: 8 h, evacuate: {median: 90 min, spread: 2}, verify: {least: 1 min, likely: 2 min, most: 9 min}, end: never}"

    work = read(tmp_path, f"work: {{default: 0.7, tasks: {tasks}}}\n").work

    assert work.default == Constant(0.7)
    assert work.tasks == {
        "fight": Constant(28800.0),
        "evacuate": Spread(5400.0, 2.0),
        "verify": Triangle(60.0, 120.0, 540.0),
        "end": Never(),
    }


def test_what_happens_comes_in_order_of_time(tmp_path: Path):
    scenario = read(
        tmp_path,
        """facts: [{at: +3 h, flow: 3100}]
findings: [{at: +1 h, of: danger, label: K1}, {at: +4 h, close: danger-1}]
signals: [{at: +2 h, signal: withdraw, lasts: 1 h}]
""",
    )

    assert scenario.happenings == (
        FindingAt(timedelta(hours=1), "danger", "K1", "levee_patrol"),
        SignalAt(timedelta(hours=2), "withdraw", "on_scene_commander", "simulated", timedelta(hours=1)),
        FactAt(timedelta(hours=3), "flow", 3100.0),
        ClosingAt(timedelta(hours=4), "danger-1", "levee_patrol", "dealt with"),
    )


SERIES = "when,stage\n" + "".join(
    f"2026-07-01T{11 + hour:02}:00+00:00,{stage}\n" for hour, stage in enumerate([1, 2, "", 5, 4, 9])
)


def test_series_becomes_a_fact_over_time(tmp_path: Path):
    (tmp_path / "gauge.csv").write_text(SERIES)
    column = "{fact: flow, file: gauge.csv, time: when, column: stage, scale: 100, offset: 1000}"

    scenario = read(tmp_path, f"series: [{column}]\nstop: 3 h\n")

    # the start is at noon in UTC; an empty cell is no value, and what comes after the stop is left out
    assert [(each.after, each.value) for each in scenario.happenings if isinstance(each, FactAt)] == [
        (timedelta(0), 1200.0),
        (timedelta(hours=2), 1500.0),
        (timedelta(hours=3), 1400.0),
    ]


def test_series_may_stand_for_a_forecast(tmp_path: Path):
    (tmp_path / "gauge.csv").write_text(SERIES)
    column = "{fact: flow, file: gauge.csv, time: when, column: stage, forecast: true, ahead: 2 h}"

    scenario = read(tmp_path, f"series: [{column}]\nstop: 4 h\n")

    assert [(each.after, each.value, each.forecast) for each in scenario.happenings if isinstance(each, FactAt)] == [
        (timedelta(0), 5.0, True),
        (timedelta(hours=2), 9.0, True),
        (timedelta(hours=3), 9.0, True),
        (timedelta(hours=4), 9.0, True),
    ]


def test_another_flood_is_moved_to_the_start(tmp_path: Path):
    (tmp_path / "gauge.csv").write_text(SERIES)
    column = "{fact: flow, file: gauge.csv, time: when, column: stage, from: 2026-07-01T11:00+00:00, every: 2 h}"

    scenario = read(tmp_path, f"series: [{column}]\n")

    assert [(each.after, each.value) for each in scenario.happenings if isinstance(each, FactAt)] == [
        (timedelta(0), 1.0),
        (timedelta(hours=3), 5.0),
        (timedelta(hours=5), 9.0),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scenario: x\nplan: flod\nstart: {time: 2026-07-01T20:00+08:00}\n", "2:7: there is no plan 'flod'"),
        ("plan: flood\nstart: {time: 2026-07-01T20:00+08:00}\n", "1:1: the scenario has no 'scenario'"),
        ("- 1\n", "1:1: the file is no mapping"),
        (HEAD.replace("+08:00", ""), "3:15: 'time' is '2026-07-01T20:00', expected a moment with its offset"),
        (HEAD.replace("flow: 2600", "flow: many"), "3:65: 'flow' is 'many', expected a number in m3/s, at least 0"),
        (HEAD.replace("level: III", "level: V"), "3:46: the plan has no level 'V'"),
        (HEAD + "fact: []\n", "4:1: the scenario has an unknown key 'fact'"),
        (HEAD + "facts: [{at: soon, flow: 1}]\n", "4:14: 'at' is 'soon', expected how long after the start"),
        (HEAD + "facts: [{at: 1 h, flwo: 1}]\n", "4:19: the plan has no fact 'flwo'"),
        (HEAD + "facts: [{at: 1 h, rising.forecast: true}]\n", "4:19: the fact 'rising' has no forecast"),
        (HEAD + "facts: {at: 1 h}\n", "4:8: 'facts' of the scenario is no list"),
        (HEAD + "findings: [{at: 1 h, of: dnger, label: K1}]\n", "4:26: the plan has no finding 'dnger'"),
        (HEAD + "findings: [{at: 1 h, close: dnger-1}]\n", "4:29: the plan has no finding 'dnger'"),
        (
            HEAD + "findings: [{at: 1 h, of: danger, label: K1, values: {knd: slip}}]\n",
            "4:53: the plan has no field of danger 'knd'",
        ),
        (HEAD + "signals: [{at: 1 h, signal: stop_drill}]\n", "4:29: the plan has no signal 'stop_drill'"),
        (HEAD + "people: {no_answer: 1.5}\n", "4:21: 'no_answer' is 1.5, expected a probability from 0 to 1"),
        (HEAD + "people: {answer: {median: 2 min, spread: 0.5}}\n", "4:42: 'spread' is 0.5, expected a factor of 1 or more"),
        (HEAD + "people: {answer: {least: 3 min, likely: 2 min, most: 9 min}}\n", "4:18: 'answer' of 'people' is not in order"),
        (HEAD + "people: {channels: {smoke: {no_answer: 0.1}}}\n", "4:21: the plan has no channel 'smoke'"),
        (HEAD + "people: {night: {from: late, to: 06:00}}\n", "4:24: 'from' is 'late', expected a time of day"),
        (HEAD + "roles: {levee_patrl: {decline: 0.1}}\n", "4:9: the plan has no role 'levee_patrl'"),
        (HEAD + "teams: {flood_team: 0}\n", "4:21: 'flood_team' is 0, expected a whole number from 1 to 50"),
        (HEAD + "work: {tasks: {figth: 1 h}}\n", "4:16: the plan has no task 'figth'"),
        (
            HEAD + "work: {results: {classify_danger: {wrst: major}}}\n",
            "4:36: the plan has no evidence of classify_danger 'wrst'",
        ),
        (HEAD + "series: [{fact: flow, file: gone.csv, column: a}]\n", "4:29: the series gone.csv cannot be read"),
        (HEAD + "series: [{fact: rising, file: gone.csv, column: a}]\n", "4:17: the plan has no fact that is a number 'rising'"),
        (HEAD + "stop: 90 d\n", "4:7: 'stop' is 90 d, expected when the simulation ends"),
    ],
)
def test_fault_names_its_place_and_what_was_expected(tmp_path: Path, text: str, expected: str):
    found = faults(tmp_path, text)

    assert found[0].startswith(expected), found


def test_fault_in_a_series_names_the_line_of_its_file(tmp_path: Path):
    (tmp_path / "gauge.csv").write_text("when,stage\n2026-07-01T12:00+00:00,3\n2026-07-01T13:00,4\n")
    path = written(tmp_path, HEAD + "series: [{fact: flow, file: gauge.csv, time: when, column: stage}]\n")

    _, found = examine_scenario(path, load)

    assert (Path(found[0].file).name, found[0].line) == ("gauge.csv", 3)


def test_column_that_is_not_there_is_named_with_the_nearest(tmp_path: Path):
    (tmp_path / "gauge.csv").write_text(SERIES)

    found = faults(tmp_path, HEAD + "series: [{fact: flow, file: gauge.csv, time: when, column: stag}]\n")

    assert "gauge.csv has no column 'stag'" in found[0]
    assert "did you mean 'stage'?" in found[0]


def test_unknown_scenario_is_answered_with_the_nearest_name():
    with pytest.raises(UnknownScenarioError, match="did you mean 'flood_night'"):
        find_scenario("flod_night")
