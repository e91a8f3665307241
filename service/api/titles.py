"""The short title of each refusal, for people: what kind of thing went wrong, in plain words."""

import re

from alerts.errors import ProfileError
from flows.errors import (
    BrokenJournalError,
    EvidenceError,
    FactValueError,
    KeyReusedError,
    NotAuthorisedError,
    NotCalledError,
    WrongStateError,
)
from plans.errors import ExpressionError, PlanFaultsError, PlanUnreadableError
from store.errors import DatabaseBusyError, DatabaseFullError, SchemaVersionError, StoreError

_TITLES: dict[type[Exception], str] = {
    BrokenJournalError: "The journal is not whole",
    DatabaseBusyError: "The database is busy",
    DatabaseFullError: "The disk is full or not writable",
    EvidenceError: "The evidence is not complete",
    ExpressionError: "A condition of the plan cannot be used",
    FactValueError: "The value does not fit the fact",
    KeyReusedError: "The idempotency key was used for something else",
    NotAuthorisedError: "Not authorised for this",
    NotCalledError: "Not called for this task",
    PlanFaultsError: "The plan has faults",
    PlanUnreadableError: "The plan cannot be read",
    ProfileError: "The alert profile is not right",
    SchemaVersionError: "The database is of another version",
    StoreError: "The database does not answer as expected",
    WrongStateError: "Not possible in this state",
}


def title_of(error: Exception) -> str:
    """Errors are named after what went wrong, so most titles are the name in words."""
    kind = type(error)
    return _TITLES.get(kind) or re.sub(r"(?<=.)([A-Z])", r" \1", kind.__name__.removesuffix("Error")).capitalize()
