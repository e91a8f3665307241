"""Alerts made up for tests: CAP text with any part replaced, and the message that reading it gives."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from alerts.examination import Examined, examine
from alerts.lineage import Message
from alerts.profile import Profile

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
"""When the alerts of tests are sent unless they say otherwise."""

OPEN = Profile(name="open", senders=("*",))

_DEFAULTS = {
    "category": "Met",
    "event": "Flood Warning",
    "urgency": "Immediate",
    "severity": "Severe",
    "certainty": "Likely",
    "headline": "River high",
}
_ORDER = """
    language category event responseType urgency severity certainty eventCode effective onset expires senderName headline
    description instruction parameter
"""


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S-00:00")


def hours(number: float) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=number)


def info(area: str = "<area><areaDesc>Town</areaDesc></area>", **parts: str) -> str:
    """An info block; a part set to the empty text is left out. `expires` is a day after noon unless given."""
    values = {"expires": written(hours(24))} | _DEFAULTS | parts
    inner = "".join(f"<{name}>{values[name]}</{name}>" for name in _ORDER.split() if values.get(name))
    return f"<info>{inner}{area}</info>"


def named(element: str, name: str, value: str) -> str:
    return f"<{element}><valueName>{name}</valueName><value>{value}</value></{element}>"


def cap(
    identifier: str = "one",
    *,
    sender: str = "water@city.example",
    sent: str | datetime = NOON,
    status: str = "Actual",
    kind: str = "Alert",
    references: Sequence[tuple[str, datetime]] | str | None = None,
    infos: str | None = None,
    more: str = "",
    version: str = "1.2",
) -> bytes:
    """`references` are (identifier, sent) of the same sender, or the element's text. `more` goes before `references`."""
    named_others = references
    if references is not None and not isinstance(references, str):
        named_others = " ".join(f"{sender},{name},{written(moment)}" for name, moment in references)
    parts = {
        "identifier": identifier,
        "sender": sender,
        "sent": written(sent) if isinstance(sent, datetime) else sent,
        "status": status,
        "msgType": kind,
        "scope": "Public",
    }
    head = "".join(f"<{name}>{value}</{name}>" for name, value in parts.items() if value)
    others = "" if named_others is None else f"<references>{named_others}</references>"
    body = info() if infos is None else infos
    return f'<alert xmlns="urn:oasis:names:tc:emergency:cap:{version}">{head}{more}{others}{body}</alert>'.encode()


def examined(raw: bytes, profile: Profile = OPEN, now: datetime = NOON) -> Examined:
    """The only message of `raw`."""
    (only,) = examine(raw, profile.name, profile, now).messages
    return only


def message(raw: bytes, profile: Profile = OPEN, now: datetime = NOON) -> Message:
    read = examined(raw, profile, now).message
    assert read is not None, "expected a message with an identity"
    return read
