"""Work that is late, evidence that is missing, entries made afterwards for somebody out of reach."""

from pathlib import Path

import pytest

from flows.errors import EvidenceError
from flows.model.commands import Acknowledge
from flows.model.events import DeadlineMissed, TaskAcknowledged, TaskCompleted
from flows.model.state import TaskStatus
from flows.running import journal
from flows.testing.night import START, Night, minutes, only, small_plan, steps, task
from plans.model import EvidenceField, EvidenceType


def test_work_not_done_in_time_climbs_the_late_ladder(patrol: Night) -> None:
    patrol.activate()
    patrol.acknowledge("wang", "patrol.1")

    late = patrol.forward(minutes(40))

    assert [(event.clock, event.at - START) for event in only(DeadlineMissed, late)] == [("done", minutes(30))]
    assert steps(late) == [("remind", ("wang",)), ("tell", ("qian",))]


def test_late_ladder_reminds_whoever_took_the_work_on(patrol: Night) -> None:
    patrol.activate()
    patrol.forward(minutes(5))
    patrol.acknowledge("li", "patrol.1")

    assert steps(patrol.forward(minutes(25))) == [("remind", ("li",))]


def test_late_ladder_gives_the_reason(patrol: Night) -> None:
    patrol.activate()
    patrol.acknowledge("wang", "patrol.1")
    patrol.forward(minutes(30))

    assert {each.parameters["reason"] for each in patrol.messages if each.step == "done/remind"} == {"任务超时未完成"}


def test_work_that_is_done_stops_both_ladders(patrol: Night) -> None:
    patrol.activate()

    patrol.complete("wang", "patrol.1")

    assert patrol.forward(minutes(120)) == ()


def test_work_without_a_late_ladder_is_only_recorded_as_late(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]))
    night.activate()
    night.acknowledge("wang", "patrol.1")

    late = night.forward(minutes(60))

    assert [type(event) for event in late] == [DeadlineMissed]


def counting(folder: Path) -> Night:
    fields = (
        EvidenceField("count", task("count", "town").title, EvidenceType.NUMBER),
        EvidenceField("photo", task("photo", "town").title, EvidenceType.IMAGE, required=False),
    )
    night = Night(folder, small_plan([task("evacuate", "town", evidence=fields)]))
    night.activate()
    return night


def test_evidence_is_kept_as_typed_values(tmp_path: Path) -> None:
    night = counting(tmp_path)

    night.complete("wu", "evacuate.1", count="230", photo="square.jpg")

    assert night.task("evacuate.1").evidence == {"count": 230.0, "photo": "square.jpg"}


def test_missing_evidence_takes_a_reason(tmp_path: Path) -> None:
    night = counting(tmp_path)

    with pytest.raises(EvidenceError) as refused:
        night.complete("wu", "evacuate.1")

    assert "count is missing" in str(refused.value)
    assert "give a reason why it is missing" in str(refused.value)
    assert night.task("evacuate.1").status is TaskStatus.CALLED


def test_gap_stays_open_in_the_record(tmp_path: Path) -> None:
    night = counting(tmp_path)

    completed = night.complete("wu", "evacuate.1", reason="the list went with the lorry")

    assert [(event.missing, event.reason) for event in only(TaskCompleted, completed.events)] == [
        (("count",), "the list went with the lorry")
    ]
    assert night.task("evacuate.1").missing == ("count",)


def test_all_faults_of_the_evidence_are_said_at_once(tmp_path: Path) -> None:
    night = counting(tmp_path)

    with pytest.raises(EvidenceError) as refused:
        night.complete("wu", "evacuate.1", reason="in a hurry", count="many", foto="square.jpg")

    assert "count: 'many' is not a number" in str(refused.value)
    assert "foto is no field of evacuate, did you mean photo?" in str(refused.value)


def test_completing_is_acknowledging(patrol: Night) -> None:
    patrol.activate()

    completed = patrol.complete("wang", "patrol.1")

    assert [type(event) for event in completed.events] == [TaskAcknowledged, TaskCompleted]


def test_entry_made_afterwards_keeps_both_times(patrol: Night) -> None:
    patrol.activate()
    patrol.forward(minutes(12))

    patrol.submit(Acknowledge(by="wang", assignment="patrol.1", at=START + minutes(3), via="desk"))

    with patrol.database.read() as connection:
        entry = list(journal.entries(connection, patrol.response))[-1]
    assert (entry.event.at, entry.recorded_at) == (START + minutes(3), START + minutes(12))
    assert patrol.task("patrol.1").acknowledged == {"wang": START + minutes(3)}


@pytest.mark.parametrize(("said", "kept"), [(-500, 0), (400, 12)], ids=["before the task opened", "in the future"])
def test_moment_that_cannot_be_is_the_nearest_that_can(patrol: Night, said: int, kept: int) -> None:
    patrol.activate()
    patrol.forward(minutes(12))

    patrol.submit(Acknowledge(by="wang", assignment="patrol.1", at=START + minutes(said), via="sms"))

    assert patrol.task("patrol.1").acknowledged == {"wang": START + minutes(kept)}


def test_answer_on_its_way_when_the_step_was_due_stops_the_step(patrol: Night) -> None:
    patrol.activate()
    patrol.clock.forward(minutes(6))  # the deputy's step is due, and has not been fired yet

    answered = patrol.acknowledge("wang", "patrol.1")

    assert steps(answered.events) == []
