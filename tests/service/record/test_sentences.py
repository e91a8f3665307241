"""What happened, in a sentence of each language: a drill that was cut short, a person whom nobody can reach."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from flows.model.commands import AddNote, ReportUnreached
from flows.model.events import DrillsEnded, Event, LadderAdvanced, LevelRefused, PersonUnreached, StoodDown
from flows.running.drilling import end_drills_in_the_way
from flows.testing.night import Night, only, small_plan
from plans.model import Level, Text
from service.record.sentences import Teller
from service.record.told import told_entries


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path)
    yield night
    night.database.close()


def told(night: Night, event: Event) -> Text:
    return Teller(small_plan(), night.head.state, UTC, str.title).tell(event)


def test_both_records_tell_of_the_drill_that_was_cut_short(night: Night) -> None:
    drill = night.drill().response
    real = end_drills_in_the_way(night.engine, night.activate()).response

    (ended,) = only(DrillsEnded, night.history)
    in_the_real_one = told(night, ended)
    night.response = drill
    (stood_down,) = only(StoodDown, night.history)
    in_the_drill = told(night, stood_down)

    assert in_the_real_one == Text(
        f"需要同一批人员，演练已中止：{drill}", f"drills were cut short, their people are needed here: {drill}"
    )
    assert in_the_drill.zh.startswith(f"演练中止：真实响应 {real} 需要同一批人员")
    assert in_the_drill.en.endswith(f"the real response {real} needs the same people")


def test_a_person_whom_nobody_can_reach_is_told_with_the_reason(night: Night) -> None:
    night.activate()
    report = ReportUnreached(
        assignment="verify.1", clock="acknowledge", step="call", epoch=1, person="zhao", reason="sms: no such number"
    )

    turn = night.submit(report)

    (unreached,), (advanced,) = only(PersonUnreached, turn.events), only(LadderAdvanced, turn.events)
    assert told(night, unreached) == Text(
        "verify：Zhao联系不上：sms: no such number", "verify: Zhao cannot be reached [call]: sms: no such number"
    )
    assert "Zhao cannot be reached at step call: sms: no such number" in told(night, advanced).en


def test_nobody_is_said_to_have_refused_a_level_that_was_only_set_aside(night: Night) -> None:
    night.activate(Level.IV, flow=1500)

    (set_aside,) = only(LevelRefused, night.change_level(Level.III).events)

    assert told(night, set_aside) == Text(
        "已决定为III级，条件变化前不再建议IV级",
        "level III was decided: the facts do not propose level IV again until they change",
    )


def test_somebody_whom_the_record_has_not_named_yet_is_called_as_in_the_directory(night: Night) -> None:
    """Who is not called for a task stands in the record by identifier alone."""
    night.activate()
    night.submit(AddNote(by="qian", text="到岗"))

    last = told_entries(night.engine, night.response, UTC)[-1].words

    assert last.zh == f"{night.duty.people['qian'].name}记事：到岗"
