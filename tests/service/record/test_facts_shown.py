"""Facts as the desk and the record show them: grades beside what they come from, old values as unknown."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.testing.night import Night, small_plan, task
from plans.model import Fact, FactType, GradeColumn, GradeRow, Level, Plan, Text
from service.cli.pictures import print_response
from service.desk.views import response_view
from service.record.page import render_record

ZONE = ZoneInfo("Asia/Shanghai")


def graded() -> Plan:
    plan = small_plan([task("verify", "duty_officer")])
    flow = replace(plan.facts["flow"], fresh=timedelta(hours=6))
    rows = (GradeRow("small", high=2000), GradeRow("large", low=2000))
    grade = Fact("grade", Text("等级", "Grade"), FactType.CHOICE, choices=("small", "large"), table=(GradeColumn("flow", rows),))
    return replace(plan, facts={"flow": flow, "grade": grade})


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path, graded())
    night.activate(Level.III, flow=2100)
    return night


def test_a_grade_is_shown_though_nobody_recorded_it(night: Night, capsys: pytest.CaptureFixture[str]) -> None:
    view = response_view(night.engine, night.response)
    print_response(view, ZONE)

    assert (view["facts"], view["grades"], view["stale"]) == ({"flow": 2100}, {"grade": "large"}, [])
    assert "facts: flow=2100.0, grade=large (graded)" in capsys.readouterr().out
    assert "large" in render_record(night.engine, night.response, ZONE)


def test_a_titled_choice_is_called_by_its_title_in_the_record(tmp_path: Path) -> None:
    plan = graded()
    titled = replace(plan.facts["grade"], choice_titles=(Text("小型", "minor"), Text("大型", "big")))
    night = Night(tmp_path, replace(plan, facts={**plan.facts, "grade": titled}))
    night.activate(Level.III, flow=2100)

    assert "大型 big" in render_record(night.engine, night.response, ZONE)


def test_an_old_value_is_shown_as_unknown_and_grades_nothing(night: Night, capsys: pytest.CaptureFixture[str]) -> None:
    night.forward(timedelta(hours=6))

    view = response_view(night.engine, night.response)
    print_response(view, ZONE)

    assert (view["facts"], view["grades"], view["stale"]) == ({"flow": 2100}, {}, ["flow"])
    assert "flow=2100.0 (too old: unknown)" in capsys.readouterr().out
    assert "按未知处理 too old: unknown" in render_record(night.engine, night.response, ZONE)
