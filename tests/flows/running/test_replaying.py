"""What was known at a moment: no more than had been written down by then."""

from datetime import datetime
from pathlib import Path

import pytest

from flows.model.commands import Complete
from flows.running.replaying import Known, NotYetOpenError, known_at
from flows.testing.night import START, Night, minutes
from plans.model import Level

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path)
    night.activate()
    return night


def known(night: Night, at: datetime) -> Known:
    with night.database.read() as connection:
        return known_at(connection, night.response, at)


def test_replay_at_each_step_stands_where_the_response_stood(night: Night) -> None:
    stood = [(night.clock.now(), night.head)]
    for _ in range(6):
        night.forward(minutes(5))
        stood.append((night.clock.now(), night.head))
    night.forward(minutes(1))
    night.change_level(Level.II)

    assert [known(night, at).head for at, _ in stood] == [head for _, head in stood]


def test_what_was_entered_later_was_not_known_before(night: Night) -> None:
    night.forward(minutes(60))
    done = START + minutes(20)
    night.submit(Complete(by="zhao", assignment="verify.1", at=done, via="test"))

    then = known(night, START + minutes(30))

    assert not then.head.state.assignments["verify.1"].has_ended
    assert {(each.event.at, each.recorded_at) for each in then.late} == {(done, START + minutes(60))}
    assert known(night, START + minutes(60)).head.state.assignments["verify.1"].ended_at == done


def test_messages_are_known_as_far_as_they_had_come(night: Night) -> None:
    first = {each.id: each.state for each in known(night, START).deliveries}
    night.forward(minutes(3))
    night.acknowledge("zhao", "verify.1")

    now = {each.id: each.state for each in night.messages}
    assert {each.id: each.state for each in known(night, START).deliveries} == first
    assert {each.id: each.state for each in known(night, START + minutes(3)).deliveries} == now
    assert first != now


def test_before_the_first_entry_nothing_was_known(night: Night) -> None:
    with pytest.raises(NotYetOpenError, match="nothing was known at"):
        known(night, START - minutes(1))
