"""Errors of this layer carry their data and survive the way to another process."""

import pickle
from inspect import isabstract

import pytest

from flows import errors
from flows.errors import FlowError

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
