"""`tocsin response board` and its door: one incident, all its responses, and who is asked by several of them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from flows.errors import UnknownNameError
from service.cli.response import app
from service.desk.board import board_view
from service.desk.proposals import listed
from service.plain import Json
from tests.service.cascade_bureau import CascadeBureau, app_of, city_and_county
from tests.service.field_bureau import APPROVER, OFFICER


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[CascadeBureau]:
    bureau = city_and_county(tmp_path / "home")
    yield bureau
    bureau.home.database.close()


def board(bureau: CascadeBureau, wanted: str) -> Json:
    return board_view(bureau.home.engine, bureau.home.duty(), wanted)


def responses(view: Json) -> list[str]:
    return [each["id"] for each in view["responses"]]


def run(bureau: CascadeBureau, *words: str) -> Result:
    environment = {"TOCSIN_HOME": str(bureau.home.folder.path), "COLUMNS": "200"}
    return CliRunner(env=environment).invoke(app, ["board", *words], catch_exceptions=False)


def test_the_board_of_either_response_has_both_and_who_opened_whom(bureau: CascadeBureau) -> None:
    views = [board(bureau, wanted) for wanted in (bureau.response, bureau.county, "渭河洪水")]

    assert [responses(view) for view in views] == [[bureau.response, bureau.county]] * 3
    assert [(each["parent"], each["link"]) for each in views[0]["responses"]] == [(None, ""), (bureau.response, "meixian")]


def test_the_board_has_all_three_of_a_cascade_from_wherever_it_is_asked_for(bureau: CascadeBureau) -> None:
    slide = bureau.accept_slide().response
    whole = [bureau.response, bureau.county, slide]

    assert [responses(board(bureau, wanted)) for wanted in whole] == [whole] * 3
    assert [each["parent"] for each in board(bureau, slide)["responses"]] == [None, bureau.response, bureau.county]


def test_a_second_reach_of_the_incident_belongs_to_it_and_last_years_flood_does_not(tmp_path: Path) -> None:
    bureau = CascadeBureau(tmp_path / "home")
    bureau.flood()
    last_year = bureau.response
    bureau.closed()
    bureau.clock.forward(timedelta(days=300))
    city = bureau.city().response
    bureau.clock.forward(timedelta(minutes=1))
    reach = bureau.flood().response

    assert responses(board(bureau, "渭河洪水")) == [city, reach]
    assert responses(board(bureau, last_year)) == [last_year]
    bureau.home.database.close()


def test_a_drill_of_the_same_name_is_on_no_board_of_the_real_thing(tmp_path: Path) -> None:
    bureau = CascadeBureau(tmp_path / "home")
    bureau.flood(incident="汛前演练")
    real, drill = bureau.response, bureau.drill().response

    assert responses(board(bureau, "汛前演练")) == [real]
    assert (responses(board(bureau, drill)), board(bureau, drill)["kind"]) == ([drill], "drill")
    bureau.home.database.close()


def test_who_has_tasks_in_both_is_there_once_with_every_code(bureau: CascadeBureau) -> None:
    people = {each["person"]: each["tasks"] for each in board(bureau, bureau.response)["people"]}

    tasks = people[OFFICER]
    assert {each["response"] for each in tasks} == {bureau.response, bureau.county}
    codes = [each["answer_code"] for each in tasks]
    assert all(codes)
    assert len(set(codes)) == len(codes)


def test_the_next_three_clocks_are_there_in_order(bureau: CascadeBureau) -> None:
    for each in board(bureau, bureau.response)["responses"]:
        due = [clock["due"] for clock in each["next"]]
        assert len(due) == 3
        assert due == sorted(due)


def test_overdue_tasks_come_first(bureau: CascadeBureau) -> None:
    bureau.done("verify.1")
    bureau.clock.forward(timedelta(hours=2))
    for response in (bureau.response, bureau.county):
        bureau.home.engine.tick(response)

    for each in board(bureau, bureau.response)["responses"]:
        late = [task["overdue"] for task in each["tasks"]]
        assert late == sorted(late, reverse=True)
        assert True in late


def test_what_nobody_has_decided_is_on_the_board(tmp_path: Path) -> None:
    bureau = CascadeBureau(tmp_path / "home")
    bureau.city()
    bureau.done("verify.1")
    bureau.desk.record_facts(bureau.response, {"flow": "5200"}, OFFICER, "test")
    bureau.clock.forward(timedelta(minutes=30))
    bureau.home.engine.tick(bureau.response)

    view = board(bureau, bureau.response)

    (proposal,) = listed(bureau.home, decided=False)
    assert [(each["proposal"], each["plan"], each["from"]) for each in view["proposals"]] == [
        (proposal.id, "flood_meixian", bureau.response)
    ]
    assert [each["subject"] for each in view["responses"][0]["unanswered"]] == ["level"]
    assert view["responses"][0]["reports"]
    bureau.home.database.close()


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("zh", ("事件看板：渭河洪水（2个响应）", "由 R-260904", "联动启动", "下一时限", "同时被多个响应叫应", "待签批")),
        ("en", ("board of the incident: 渭河洪水 (2 responses)", "opened from a link of R-", "next clocks", "called by several")),
    ],
)
def test_the_board_is_told_in_both_languages(bureau: CascadeBureau, language: str, wanted: tuple[str, ...]) -> None:
    said = run(bureau, bureau.county, "--lang", language).stdout

    assert [each for each in wanted if each not in said] == []
    assert f"[{board(bureau, bureau.county)['people'][0]['tasks'][0]['answer_code']}]" in said


def test_command_and_door_give_the_same_json(bureau: CascadeBureau) -> None:
    application, token = app_of(bureau)

    by_door = TestClient(application, headers=token).get("/api/v1/incidents/渭河洪水").json()
    by_command = json.loads(run(bureau, "渭河洪水", "--json").stdout)

    # the command goes by the clock on the wall, for which everything is late
    assert [(each["id"], each["next"]) for each in by_door["responses"]] == [
        (each["id"], each["next"]) for each in by_command["responses"]
    ]
    assert by_door.keys() == by_command.keys()


def test_an_incident_that_nobody_knows_is_said_with_those_that_are(bureau: CascadeBureau) -> None:
    with pytest.raises(UnknownNameError, match="did you mean '渭河洪水'"):
        board(bureau, "渭河洪")
    application, token = app_of(bureau)
    assert TestClient(application, headers=token).get("/api/v1/incidents/x").status_code == 404


def test_a_closed_county_stays_on_the_board(bureau: CascadeBureau) -> None:
    bureau.desk.stand_down(bureau.county, OFFICER, "test", "the crest has passed", APPROVER, although="seen")
    bureau.desk.close(bureau.county, OFFICER, "test", "archived", "the office does the rest")

    assert [(each["status"], each["next"] == []) for each in board(bureau, bureau.response)["responses"]] == [
        ("open", False),
        ("closed", True),
    ]
