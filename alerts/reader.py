"""A CAP element to an `Alert`, with everything that is wrong with it in one pass. It judges form, never what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from alerts.defects import Defects
from alerts.envelope import VERSIONS, unwrap
from alerts.fields import Fields, namespace
from alerts.info_reader import read_info
from alerts.model import Alert, Defect, DefectSeverity, MessageType, Reference, ReferencesState, Scope, Status
from alerts.source import read_source
from alerts.times import read_time


@dataclass(frozen=True, slots=True)
class Found:
    """One message as it was found. `alert` is None when its identity is broken: see the fatal defects."""

    place: str
    element: etree._Element
    sender: str
    identifier: str
    sent: str
    alert: Alert | None
    defects: tuple[Defect, ...]

    @property
    def fatal(self) -> tuple[Defect, ...]:
        return tuple(defect for defect in self.defects if defect.severity is DefectSeverity.FATAL)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in one file; `defects` are about the file itself and empty when it held a message."""

    found: tuple[Found, ...]
    defects: tuple[Defect, ...]


def read(raw: bytes, zone: str = "") -> Reading:
    """`zone` is the one that the source's naive times are in; empty: none is assumed."""
    root = read_source(raw)
    if isinstance(root, Defect):
        return Reading((), (root,))
    unwrapped = unwrap(root)
    return Reading(tuple(_read_one(place, element, zone) for place, element in unwrapped.alerts), unwrapped.defects)


def _read_one(place: str, element: etree._Element, zone: str) -> Found:
    defects = Defects()
    fields = Fields(element, place, defects, zone)
    sent = _sent(fields)
    for name in ("identifier", "sender"):
        _check_name(fields, name)
    alert = _alert(fields, sent) if sent and fields.text("identifier") and fields.text("sender") else None
    return Found(place, element, fields.text("sender"), fields.text("identifier"), fields.text("sent"), alert, tuple(defects))


def _sent(fields: Fields) -> datetime | None:
    text = fields.text("sent")
    if not text:
        fields.note("sent_missing", "sent")
        return None
    if read_time(text, fields.zone).instant is None:
        fields.note("sent_unparsable", "sent", text=text[:60])
        return None
    return fields.time("sent")


def _check_name(fields: Fields, name: str) -> None:
    text = fields.text(name)
    if not text:
        fields.note(f"{name}_missing", name)
    elif any(character.isspace() or character == "," for character in text):
        fields.note("name_unreferable", name, element=name)


def _alert(fields: Fields, sent: datetime) -> Alert:
    status, is_status_clear = _status(fields)
    kind, is_type_clear = _type(fields)
    state, references = _references(fields)
    scope = fields.word("scope", Scope.PUBLIC)
    if scope is Scope.PRIVATE and not fields.text("addresses"):
        fields.note("private_without_addresses", "scope")
    infos = tuple(read_info(info) for info in fields.children("info"))
    alert = Alert(
        version=VERSIONS[namespace(fields.element)],
        identifier=fields.text("identifier"),
        sender=fields.text("sender"),
        sent=sent,
        status=status,
        is_status_clear=is_status_clear,
        type=kind,
        is_type_clear=is_type_clear,
        scope=scope,
        source=fields.text("source"),
        addresses=fields.text("addresses"),
        note=fields.text("note"),
        references=references,
        references_state=state,
        incidents=_quoted(fields.text("incidents")),
        infos=infos,
    )
    _check_lineage(fields, alert)
    return alert


def _status(fields: Fields) -> tuple[Status | None, bool]:
    text = fields.text("status")
    if text in Status.__members__.values():
        return Status(text), True
    known = {word.casefold(): word for word in Status}.get(text.casefold())
    code = "status_form" if known else "status_unknown" if text else "status_missing"
    fields.note(code, "status", text=text[:60])
    return known, False


def _type(fields: Fields) -> tuple[MessageType | None, bool]:
    text = fields.text("msgType")
    if text in MessageType.__members__.values():
        return MessageType(text), True
    known = {word.casefold(): word for word in MessageType}.get(text.casefold())
    code = "type_form" if known else "type_unknown" if text else "type_missing"
    fields.note(code, "msgType", text=text[:60])
    return known, False


def _references(fields: Fields) -> tuple[ReferencesState, tuple[Reference, ...]]:
    if not fields.has("references"):
        return ReferencesState.ABSENT, ()
    text = fields.text("references")
    if not text:
        return ReferencesState.EMPTY, ()
    read = [_reference(triple, fields.zone) for triple in text.split()]
    good = tuple(reference for reference in read if reference)
    if len(good) < len(read):
        fields.note("references_unparsable", "references", text=text[:120])
    return (ReferencesState.READ if good else ReferencesState.UNPARSABLE), good


def _reference(triple: str, zone: str) -> Reference | None:
    parts = triple.split(",")
    if len(parts) != 3 or not all(parts):
        return None
    sent = read_time(parts[2], zone).instant
    return Reference(parts[0], parts[1], sent) if sent else None


def _quoted(text: str) -> tuple[str, ...]:
    """Names with spaces between; a name with spaces of its own stands in double quotes."""
    return tuple(name.strip() for name in _split_quoted(text) if name.strip())


def _split_quoted(text: str) -> Iterator[str]:
    for number, part in enumerate(text.split('"')):
        if number % 2:
            yield part
        else:
            yield from part.split()


def _check_lineage(fields: Fields, alert: Alert) -> None:
    for reference in alert.references:
        if is_self(alert, reference):
            fields.note("references_self", "references")
        if reference.sent > alert.sent:
            fields.note("references_postdated", "references")
    others = [reference for reference in alert.references if not is_self(alert, reference)]
    if alert.type is MessageType.ALERT and others:
        fields.note("references_of_alert", "references")
    if alert.type is MessageType.UPDATE and not others:
        fields.note("update_without_references", "references")
    if not alert.infos and alert.type in (MessageType.ALERT, MessageType.UPDATE):
        fields.note("info_missing", "info")


def is_self(alert: Alert, reference: Reference) -> bool:
    """The same name at the same or a later time can only be itself: senders stamp the reference again when they publish."""
    return (reference.sender, reference.identifier) == (alert.sender, alert.identifier) and reference.sent >= alert.sent
