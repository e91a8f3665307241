"""A city follows the county whose response its link has proposed: it is told, and nothing of its own changes."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.model.commands import AddNote, ChangeLevel, Close, StandDown
from flows.model.events import LinkedNoticed
from flows.model.state import Status
from flows.proposals.cascade import Cascade
from flows.running import journal
from flows.running.engine import Engine
from flows.testing.night import only
from notifications import outbox
from plans.model import Level
from service.desk.board import board_view
from service.record.told import told_entries
from store.database import Database
from tests.service.cascade_bureau import CascadeBureau, city_and_county
from tests.service.field_bureau import APPROVER, OFFICER


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[CascadeBureau]:
    bureau = city_and_county(tmp_path)
    yield bureau
    bureau.home.database.close()


def heard(bureau: CascadeBureau) -> list[str]:
    return [f"{each.heard.news} {each.heard.level.name}" for each in only(LinkedNoticed, bureau.history())]


def raise_county(bureau: CascadeBureau, level: Level = Level.II) -> None:
    command = ChangeLevel(by=OFFICER, level=level, reason="the crest is here", approved_by="gaozhenhua", although="seen on site")
    bureau.home.engine.submit(bureau.county, command)


def end_county(bureau: CascadeBureau) -> None:
    over = StandDown(by=OFFICER, reason="the crest has passed", approved_by="gaozhenhua", although="seen on site")
    bureau.home.engine.submit(bureau.county, over)


def close_county(bureau: CascadeBureau) -> None:
    bureau.home.engine.submit(bureau.county, Close(by=OFFICER, reason="archived", although="the office does the rest"))


def sentences(bureau: CascadeBureau, language: str) -> list[str]:
    told = told_entries(bureau.home.engine, bureau.response, bureau.home.zone)
    linked = [each.words for each in told if bureau.county in each.words.zh]
    return [each.zh if language == "zh" else each.en for each in linked]


def test_the_citys_record_says_what_the_county_comes_to(bureau: CascadeBureau) -> None:
    cascade = Cascade(bureau.home.engine)
    before = bureau.home.engine.head(bureau.response).state
    for happens in (lambda: None, lambda: raise_county(bureau), lambda: end_county(bureau), lambda: close_county(bureau)):
        happens()
        cascade.pass_on()

    county = f"联动响应 {bureau.county}（眉县防汛应急预案）"
    assert [each.removeprefix(county).partition("，已告知")[0] for each in sentences(bureau, "zh")] == [
        "已启动，IV级",
        "级别由IV级调整为II级",
        "已终止响应",
        "已归档",
    ]
    assert [each.partition("; told")[0] for each in sentences(bureau, "en")][1:3] == [
        f"linked response {bureau.county} (Flood response plan of Mei county): level IV → II",
        f"linked response {bureau.county} (Flood response plan of Mei county) has stood down",
    ]
    after = bureau.home.engine.head(bureau.response).state
    assert (after.level, after.status, after.assignments) == (before.level, Status.OPEN, before.assignments)
    with bureau.home.database.read() as connection:
        journal.verify(connection, bureau.response)


def test_the_duty_office_and_the_approvers_are_told_by_the_plans_notice(bureau: CascadeBureau) -> None:
    Cascade(bureau.home.engine).pass_on()

    (told,) = only(LinkedNoticed, bureau.history())
    people = {each.person for each in told.told}
    assert {OFFICER, APPROVER} <= people
    with bureau.home.database.read() as connection:
        sent = [each for each in outbox.deliveries(connection, bureau.response) if each.step.startswith("linked/")]
    assert {each.person for each in sent} == people
    assert {(each.template, each.answerable) for each in sent} == {("notice", False)}
    assert all("已启动，IV级" in each.parameters["reason"] for each in sent if each.language == "zh")


def test_neighbours_tell_each_other_and_nobody_tells_over_their_heads(bureau: CascadeBureau) -> None:
    slide = bureau.accept_slide().response
    Cascade(bureau.home.engine).pass_on()

    assert {each.heard.response for each in only(LinkedNoticed, bureau.history())} == {bureau.county}
    with bureau.home.database.read() as connection:
        county = [entry.event for entry in journal.entries(connection, bureau.county)]
    assert [(each.heard.response, each.heard.link) for each in only(LinkedNoticed, county)] == [(slide, "slopes")]


def test_an_archive_is_told_to_the_duty_office_alone(bureau: CascadeBureau) -> None:
    end_county(bureau)
    close_county(bureau)
    Cascade(bureau.home.engine).pass_on()

    closed = only(LinkedNoticed, bureau.history())[-1]
    assert {each.role for each in closed.told} <= {"duty_officer", "duty_leader"}


def test_what_happened_while_nobody_looked_is_told_once_and_in_order(bureau: CascadeBureau) -> None:
    raise_county(bureau)
    end_county(bureau)

    Cascade(bureau.home.engine).pass_on()
    assert Cascade(bureau.home.engine).pass_on() == []  # as after a restart

    assert heard(bureau) == ["opened IV", "level_changed II", "stood_down II"]


def test_what_nobody_answers_in_the_county_is_told_once_for_all_tasks(bureau: CascadeBureau) -> None:
    cascade, engine = Cascade(bureau.home.engine), bureau.home.engine
    cascade.pass_on()
    bureau.clock.forward(timedelta(hours=3))
    engine.tick(bureau.county)

    cascade.pass_on()
    cascade.pass_on()

    unanswered = [each.heard.unanswered for each in only(LinkedNoticed, bureau.history()) if each.heard.news == "unanswered"]
    assert [[each.zh for each in titles] for titles in unanswered] == [["接收并核实水情险情信息"]]


def test_other_entries_of_the_county_say_nothing_to_the_city(bureau: CascadeBureau) -> None:
    cascade = Cascade(bureau.home.engine)
    cascade.pass_on()
    version = bureau.home.engine.head(bureau.response).version

    bureau.home.engine.submit(bureau.county, AddNote(by=OFFICER, text="quiet"))
    cascade.pass_on()

    assert bureau.home.engine.head(bureau.response).version == version


def test_hosts_that_look_at_the_same_time_tell_it_once(bureau: CascadeBureau) -> None:
    raise_county(bureau)
    end_county(bureau)
    databases = [Database(bureau.home.folder.place) for _ in range(4)]
    hosts = [
        Cascade(Engine(database, bureau.home.plans, bureau.home.duty, bureau.clock, bureau.home.zone)) for database in databases
    ]
    ready = threading.Barrier(len(hosts))

    def look(host: Cascade) -> None:
        ready.wait()
        host.pass_on()

    threads = [threading.Thread(target=look, args=(host,)) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heard(bureau) == ["opened IV", "level_changed II", "stood_down II"]
    for database in databases:
        database.close()


def test_a_closed_city_hears_nothing_and_the_county_goes_on(bureau: CascadeBureau) -> None:
    cascade = Cascade(bureau.home.engine)
    bureau.closed()
    raise_county(bureau)

    assert cascade.pass_on() == []
    assert heard(bureau) == []
    assert bureau.home.engine.head(bureau.county).state.level is Level.II


def test_the_board_says_how_far_the_city_has_heard(bureau: CascadeBureau) -> None:
    raise_county(bureau)
    Cascade(bureau.home.engine).pass_on()

    city, county = board_view(bureau.home.engine, bureau.home.duty(), "渭河洪水")["responses"]

    assert (city["linked"], county["level"]) == ([{"response": county["id"], "heard": county_entries(bureau)}], "II")


def county_entries(bureau: CascadeBureau) -> int:
    """The number of the entry by which the county changed its level."""
    with bureau.home.database.read() as connection:
        return next(entry.number for entry in journal.entries(connection, bureau.county, kinds=("level_changed",)))
