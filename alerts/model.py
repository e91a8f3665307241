"""An alert as it was read: frozen values only. Texts are as the sender wrote them; `alerts.display` cleans them for people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MessageType(StrEnum):
    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Severity(StrEnum):
    """Compared by `rank`, never as text. Unknown ranks below all, which says nothing about how bad it is."""

    UNKNOWN = "Unknown"
    MINOR = "Minor"
    MODERATE = "Moderate"
    SEVERE = "Severe"
    EXTREME = "Extreme"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Urgency(StrEnum):
    """From the least to the most pressing."""

    UNKNOWN = "Unknown"
    PAST = "Past"
    FUTURE = "Future"
    EXPECTED = "Expected"
    IMMEDIATE = "Immediate"

    @property
    def rank(self) -> int:
        return list(Urgency).index(self)


class Certainty(StrEnum):
    """From the least to the most certain."""

    UNKNOWN = "Unknown"
    UNLIKELY = "Unlikely"
    POSSIBLE = "Possible"
    LIKELY = "Likely"
    OBSERVED = "Observed"

    @property
    def rank(self) -> int:
        return list(Certainty).index(self)


class DefectSeverity(StrEnum):
    """`fatal` withholds or rejects, `error` changed what was used, `warning` is to be known, `note` is harmless."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong with a message, where, and in both languages."""

    code: str
    path: str
    severity: DefectSeverity
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Reference:
    sender: str
    identifier: str
    sent: datetime


class ReferencesState(StrEnum):
    """Why a message names no other: the reasons differ, and so does what is to be done."""

    ABSENT = "absent"
    EMPTY = "empty"
    UNPARSABLE = "unparsable"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Named:
    """A value in a system that `name` names: event code, parameter, geocode."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Area:
    """Shapes stay text (`lat,lon …`, `lat,lon radius`); `alerts.shapes` makes geometry of them when it is needed."""

    description: str
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: str = ""
    ceiling: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """An attachment. Its bytes stay in the raw message; nothing is ever fetched."""

    description: str
    mime_type: str
    uri: str
    size: int | None
    digest: str
    has_content: bool


@dataclass(frozen=True, slots=True)
class Info:
    language: str
    event: str
    categories: tuple[str, ...]
    response_types: tuple[str, ...]
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    event_codes: tuple[Named, ...]
    effective: datetime | None
    onset: datetime | None
    expires: datetime | None
    sender_name: str
    headline: str
    description: str
    instruction: str
    web: str
    contact: str
    parameters: tuple[Named, ...]
    resources: tuple[Resource, ...]
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """One CAP message. `status` and `type` are None when they are missing or unknown."""

    version: str
    identifier: str
    sender: str
    sent: datetime
    status: Status | None
    is_status_clear: bool
    """False when the word was only recognised by ignoring case or spaces: a person must confirm it."""
    type: MessageType | None
    is_type_clear: bool
    scope: Scope | None
    source: str
    addresses: str
    note: str
    references: tuple[Reference, ...]
    references_state: ReferencesState
    incidents: tuple[str, ...]
    infos: tuple[Info, ...]
