"""Errors of this layer carry their data and survive the way to another process."""

import pickle
from datetime import UTC, datetime
from inspect import isabstract
from zoneinfo import ZoneInfo

import pytest

from flows import errors
from flows.errors import FlowError
from flows.objection_errors import ObjectionsError
from flows.report_errors import FutureError
from plans.model import Text

EXAMPLES = [
    errors.UnknownNameError("plan", "flod", ("flood",)),
    errors.FactValueError("flow", "high", "a number in m3/s"),
    errors.UndecidedLevelError("flood", ("flow",)),
    errors.NobodyOnDutyError(("duty_officer",)),
    errors.NotAuthorisedError("approve level I", "wang", ("commander",), (), "ask one of them"),
    errors.TwoPeopleError("level II", "sun", ("deputy_commander",)),
    errors.DrillOpenError("D-260904-1a2b3c", "flood"),
    errors.UnnamedPaperError(("opening", "level-1")),
    errors.ReferenceRequiredError("level-1"),
    errors.FindingError("danger", ("kind: 'pipng' is not one of piping, slide",)),
    errors.NotCalledError("li", "patrol.1", ("wang",)),
    errors.WrongStateError("the response", "closed", "note", "open a new one"),
    errors.EvidenceError("patrol.1", ("photo is missing",)),
    errors.ReasonRequiredError("decline"),
    errors.NobodyNamedError("patrol.1"),
    errors.AlreadyOpenError("R-260904-a1b2c3", "flood", "rain", "魏家堡"),
    errors.UnnamedActivationError("R-260904-a1b2c3", "flood", "rain", "魏家堡"),
    errors.PeopleNeededError("flood", "R-260904-a1b2c3", "rain", ("王五",)),
    errors.KeyReusedError("door-1", "R-260904-a1b2c3"),
    errors.ConflictError("R-260904-a1b2c3", 7),
    errors.BrokenJournalError("R-260904-a1b2c3", 7, "missing"),
]


def test_every_error_has_an_example() -> None:
    own = {
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, FlowError) and not isabstract(each)
    }

    assert own - {FlowError} == {type(example) for example in EXAMPLES}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_error_reads_the_same_after_pickling(error: FlowError) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), again.status) == (type(error), str(error), error.status)
    assert type(error).__name__.endswith("Error")
    assert len(str(error)) > 20


def test_a_future_time_is_told_as_it_was_said_and_to_the_second() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    said = datetime(2026, 11, 25, 1, 20, tzinfo=shanghai)
    now = datetime(2026, 11, 24, 15, 14, 43, 774609, tzinfo=UTC)

    assert str(FutureError("occurred", said, now)) == (
        "occurred at 2026-11-25 01:20:00 CST lies in the future (now 2026-11-24 23:14:43 CST); say when it was"
    )


def test_objections_keep_both_languages_on_the_way_to_another_process() -> None:
    error = ObjectionsError("close the response", (Text("尚未办结", "still open"),))

    again = pickle.loads(pickle.dumps(error))

    assert (str(again), again.objections) == (str(error), error.objections)
    assert "cannot close the response just like that: still open" in str(again)
