"""The shipped plans: they check without a word, and say what the law and the bureau's practice ask."""

from datetime import timedelta
from pathlib import Path

import pytest
from jinja2 import StrictUndefined, Template

from plans.catalog import known, load
from plans.compiler import check_file
from plans.expressions import Truth, alert_holds, alert_value, holds
from plans.extending import library
from plans.model import Level, Phase, Plan
from plans.template import variables

_flood: Plan = load("flood")
_all = frozenset(Level)


@pytest.mark.parametrize("file", sorted(library.rglob("*.yaml")), ids=lambda file: file.name)
def test_a_shipped_plan_checks_without_a_word(file: Path) -> None:
    assert check_file(file) == []


def test_every_shipped_plan_has_both_languages() -> None:
    for name in known():
        plan = load(name)
        titles = [plan.title, *(task.title for task in plan.tasks.values()), *(role.title for role in plan.roles.values())]
        titles += [field.title for task in plan.tasks.values() for field in task.evidence]

        assert [title for title in titles if not _is_chinese(title.zh) or _is_chinese(title.en)] == []


def test_the_flood_plan_has_the_spine_in_order() -> None:
    spine = {
        "verify": (),
        "judge": ("verify",),
        "approve": ("judge",),
        "notify": ("approve",),
        "phone_report": ("verify",),
        "written_report": ("phone_report",),
        "review": ("approve",),
        "continued_report": ("written_report",),
        "end": ("review",),
        "archive": ("end",),
    }

    assert {name: _flood.tasks[name].after for name in spine} == spine
    assert all(_flood.tasks[name].levels == _all for name in spine)


def test_the_flood_plan_has_the_tasks_of_the_printed_plan() -> None:
    codes = {task.code for task in _flood.tasks.values()}

    assert len(codes) == len(_flood.tasks) >= 24
    assert codes >= {f"F{number:02}" for number in (*range(1, 11), *range(22, 28), *range(29, 33), *range(34, 40))}


def test_the_life_safety_ladder_climbs_to_a_manual_decision_in_twenty_minutes() -> None:
    rungs = [(rung.name, rung.at, rung.tell, rung.by, rung.manual) for rung in _flood.ladders["life_safety"].rungs]

    assert rungs == [
        ("call", timedelta(0), "assignee", ("wechat", "sms"), False),
        ("again", timedelta(minutes=2), "assignee", ("wechat", "sms", "voice"), False),
        ("deputy", timedelta(minutes=5), "deputy", (), False),
        ("leader", timedelta(minutes=8), "duty_leader", (), False),
        ("head", timedelta(minutes=12), "office_head", (), False),
        ("command", timedelta(minutes=15), "deputy_commander", (), False),
        ("manual", timedelta(minutes=20), "duty_officer", (), True),
    ]


def test_levees_are_walked_more_often_as_the_level_rises_and_after_the_water_falls() -> None:
    patrol = _flood.tasks["levee_patrol"]

    assert [patrol.every[level] for level in sorted(Level, reverse=True)] == [
        timedelta(hours=2),
        timedelta(hours=1),
        timedelta(minutes=30),
        timedelta(minutes=30),
    ]
    assert patrol.on_downgrade == "keep"
    assert _flood.tasks["falling_patrol"].phase is Phase.RECOVERY


def test_each_level_is_approved_by_its_rank() -> None:
    assert {level.name: rule.approve for level, rule in _flood.levels.items()} == {
        "IV": ("office_head",),
        "III": ("deputy_commander",),
        "II": ("commander",),
        "I": ("commander",),
    }


@pytest.mark.parametrize(
    ("flow", "forecast", "level"),
    [(2600.0, None, Level.IV), (2000.0, 3300.0, Level.III), (4100.0, None, Level.II), (3000.0, 5600.0, Level.I)],
)
def test_water_observed_or_forecast_calls_for_a_level(flow: float, forecast: float | None, level: Level) -> None:
    forecasts = {} if forecast is None else {"flow": forecast}

    called = [each for each, rule in _flood.levels.items() if holds(_flood, rule.when, {"flow": flow}, forecasts) is Truth.TRUE]

    assert min(called) is level


def test_the_response_may_end_only_when_the_forecast_agrees() -> None:
    end = _flood.tasks["end"].when

    assert holds(_flood, end, {"flow": 900.0}, {}) is Truth.TRUE
    assert holds(_flood, end, {"flow": 900.0}, {"flow": 2600.0}) is Truth.FALSE
    assert holds(_flood, end, {}, {}) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("event", "codes", "color", "severity_rank", "levels"),
    [
        ("053/055 Issue Severe Flood Warning EA", [], "", 3, {Level.II}),
        ("暴雨", ["11B03"], "blue", 1, {Level.IV}),
        ("rainstorm", ["11B03"], "red", 4, {Level.I}),
        ("山洪灾害气象预警", [], "orange", 2, {Level.II, Level.III}),
        ("Flood Warning", [], "", 0, {Level.IV}),
        ("大风", ["11B06"], "red", 4, set()),
    ],
)
def test_flood_and_rain_alerts_propose_a_level(
    event: str, codes: list[str], color: str, severity_rank: int, levels: set[Level]
) -> None:
    level = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}.get(color, 0)
    alert = {"status": "Actual", "type": "Alert", "event": event, "event_codes": codes}
    alert |= {"color": color, "level": level, "severity_rank": severity_rank}

    matched = [trigger for trigger in _flood.triggers if alert_holds(trigger.when, alert) is Truth.TRUE]

    assert {trigger.propose for trigger in matched} == levels
    assert {alert_value(trigger.facts["warning_color"], alert) for trigger in matched} <= {color or "none"}


def test_an_exercise_alert_proposes_nothing_real() -> None:
    alert = {
        "status": "Exercise",
        "type": "Alert",
        "event": "暴雨",
        "event_codes": [],
        "color": "red",
        "level": 1,
        "severity_rank": 4,
    }

    assert {alert_holds(trigger.when, alert) for trigger in _flood.triggers} == {Truth.FALSE}


@pytest.mark.parametrize("value", ["", "×"], ids=["nothing-known", "everything-known"])
def test_a_message_has_no_empty_line_whatever_is_missing(value: str) -> None:
    for message in _flood.messages.values():
        for source in (message.text.zh, message.text.en, message.short.zh, message.short.en):
            text = Template(source, undefined=StrictUndefined).render(dict.fromkeys(variables, value))

            # an answer to a reply is all reason: nothing is left of it without one
            assert [line for line in text.split("\n") if text and not line.strip()] == []


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
