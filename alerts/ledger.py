"""The ledger of alerts: bytes first, then messages, each identity once. It stores and finds; `alerts.chains` decides."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, insert, select, update

from alerts.chains import Fold, fold
from alerts.defects import defect
from alerts.errors import UnknownAlertError
from alerts.examination import Examination, Examined, examine
from alerts.fingerprint import identity_of
from alerts.jurisdiction import Overlap
from alerts.lineage import Message
from alerts.model import Alert, Defect, DefectSeverity
from alerts.profile import Profile
from alerts.source import MAX_BYTES
from alerts.tables import messages, raws, references, sightings
from store.upserts import insert as insert_or_update

_KEPT_OF_TOO_LARGE = 64 * 1024
_alert = TypeAdapter(Alert)
_defects = TypeAdapter(tuple[Defect, ...])
_overlaps = TypeAdapter(tuple[Overlap, ...])


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    WITHHELD = "withheld"
    REJECTED = "rejected"


@dataclass(frozen=True)
class IngestResult:
    """What became of one message; for a file that held none, of the file (`key` is empty). `reasons`: why it has no effect."""

    key: str
    sender: str
    identifier: str
    sent: str
    verdict: Verdict
    reasons: tuple[Defect, ...]
    defects: tuple[Defect, ...]
    message: Message | None = None


def ingest(connection: Connection, raw: bytes, source: str, profile: Profile, now: datetime) -> list[IngestResult]:
    """All three steps in one transaction. `flows.proposals.door.Alerts` keeps the bytes in a transaction of their own first."""
    keep(connection, raw, source, now)
    return record(connection, raw, examine(raw, source, profile, now), source, now)


def keep(connection: Connection, raw: bytes, source: str, now: datetime) -> None:
    """The bytes as they came. Of more than the limit only the beginning is kept, with the size and the SHA-256 of the whole."""
    sha256 = _sha256(raw)
    body = raw if len(raw) <= MAX_BYTES else raw[:_KEPT_OF_TOO_LARGE]
    kept = {"sha256": sha256, "body": body, "size": len(raw), "received": now}
    connection.execute(insert_or_update(connection, raws).values(kept).on_conflict_do_nothing())
    sighting = insert_or_update(connection, sightings).values(sha256=sha256, source=source, seen=1, first_seen=now, last_seen=now)
    again = {"seen": sightings.c.seen + 1, "last_seen": now}
    connection.execute(sighting.on_conflict_do_update(index_elements=["sha256", "source"], set_=again))


def record(connection: Connection, raw: bytes, examination: Examination, source: str, now: datetime) -> list[IngestResult]:
    """Write what was examined. A second writer of the same message finds the first one's row: exactly one is accepted."""
    sha256 = _sha256(raw)
    rejected = [_rejection(examined) for examined in examination.messages if examined.is_rejected]
    if examination.defects:
        rejected.append(_rejection_of_file(examination.defects))
    if rejected:
        faults = [fault for result in rejected for fault in (*result.reasons, *result.defects)]
        quarantine = _defects.dump_python(tuple(dict.fromkeys(faults)), mode="json")
        connection.execute(update(raws).where(raws.c.sha256 == sha256).values(quarantine=quarantine))
    good = [examined for examined in examination.messages if not examined.is_rejected]
    results = [_record_one(connection, sha256, examined, source, now) for examined in good]
    return [_with_lineage(connection, result, now) for result in results] + rejected


def related(connection: Connection, keys: Iterable[str]) -> list[Message]:
    """The messages that can bear on these: their chains, and those of messages with the same content."""
    found: dict[str, RowMapping] = {}
    waiting, asked = set(keys), set[str]()
    while waiting:
        asked |= waiting
        rows = _rows(connection, messages.c.key.in_(waiting))
        found |= {row["key"]: row for row in rows}
        prints = {row["fingerprint"] for row in rows if row["fingerprint"]}
        named = select(references.c.target).where(references.c.message.in_(waiting))
        naming = select(references.c.message).where(references.c.target.in_(waiting))
        alike = select(messages.c.key).where(messages.c.fingerprint.in_(prints))
        waiting = {*connection.scalars(named), *connection.scalars(naming), *connection.scalars(alike)} - asked
    return [message for row in found.values() if (message := message_of(row))]


def fold_related(connection: Connection, keys: Iterable[str], now: datetime) -> Fold:
    return fold(related(connection, keys), now)


def due(connection: Connection, now: datetime) -> list[str]:
    """Messages whose state time has changed since they were last looked at; they are marked as seen to."""
    rows = _rows(connection, messages.c.wakes <= now)
    for row in rows:
        message = message_of(row)
        following = next_wake(message, now) if message else None
        connection.execute(update(messages).where(messages.c.key == row["key"]).values(wakes=following))
    return [row["key"] for row in rows]


def recent(connection: Connection, limit: int = 200) -> list[RowMapping]:
    """The latest messages as rows, newest first."""
    query = select(messages).order_by(messages.c.received.desc(), messages.c.key).limit(limit)
    return [*connection.execute(query).mappings()]


def get_row(connection: Connection, key: str) -> RowMapping:
    """By key, or by the beginning of one when it is the only such. Errors: `UnknownAlertError`."""
    rows = _rows(connection, messages.c.key.startswith(key, autoescape=True)) if key else []
    exact = [row for row in rows if row["key"] == key]
    if len(exact or rows) != 1:
        raise UnknownAlertError(key)
    return (exact or rows)[0]


def message_of(row: RowMapping) -> Message | None:
    if row["alert"] is None:
        return None
    policy = row["policy"]
    return Message(
        alert=_alert.validate_python(row["alert"]),
        received=row["received"],
        source=row["source"],
        authority=policy["authority"],
        keeps=None if policy["keeps"] is None else timedelta(seconds=policy["keeps"]),
        asks_when_expired=policy["asks_when_expired"],
        overlaps=_overlaps.validate_python(policy["overlaps"]),
        defects=defects_of(row),
        withheld=row["withheld"],
    )


def defects_of(row: RowMapping) -> tuple[Defect, ...]:
    return _defects.validate_python(row["defects"])


def next_wake(message: Message, now: datetime) -> datetime | None:
    moments = [moment for target in message.targets for moment in (target.starts, target.until) if moment]
    if message.until:
        moments.append(message.until)
    return min((moment for moment in moments if moment > now), default=None)


def _record_one(connection: Connection, raw: str, examined: Examined, source: str, now: datetime) -> IngestResult:
    identity = identity_of(examined.message.alert).key if examined.message else _nameless(raw, examined)
    known = _rows(connection, messages.c.identity == identity)
    same = next((row for row in known if row["digest"] == examined.digest), None)
    if same is not None and not (same["withheld"] and examined.withheld is None and len(known) == 1):
        again = {"seen": messages.c.seen + 1, "last_seen": now}
        connection.execute(update(messages).where(messages.c.key == same["key"]).values(again))
        reason = next((fault for fault in defects_of(same) if fault.code == same["withheld"]), None)
        return _result(same["key"], examined, Verdict.DUPLICATE, reason)
    if same is not None:
        return _reconsidered(connection, identity, examined, now)
    if known:
        conflict = defect("identity_conflict", "/alert", other=known[0]["key"])
        key = f"{identity}-{examined.digest[:8]}"
        connection.execute(insert(messages).values(_row(key, identity, raw, examined, source, now, conflict)))
        return _result(key, examined, Verdict.WITHHELD, conflict)
    connection.execute(insert(messages).values(_row(identity, identity, raw, examined, source, now, examined.withheld)))
    _write_references(connection, identity, examined)
    return _result(identity, examined, Verdict.WITHHELD if examined.withheld else Verdict.ACCEPTED, examined.withheld)


def _reconsidered(connection: Connection, key: str, examined: Examined, now: datetime) -> IngestResult:
    """The same message again, no longer withheld: its sender has been registered since, or its certificate."""
    assert examined.message is not None
    changed = {
        "withheld": "",
        "seen": messages.c.seen + 1,
        "last_seen": now,
        "policy": _policy(examined.message),
        "defects": _defects.dump_python(examined.defects, mode="json"),
        "signature": examined.signature.state if examined.signature else "",
        "wakes": next_wake(examined.message, now),
    }
    connection.execute(update(messages).where(messages.c.key == key).values(changed))
    return _result(key, examined, Verdict.ACCEPTED)


def _row(
    key: str, identity: str, raw: str, examined: Examined, source: str, now: datetime, withheld: Defect | None
) -> dict[str, Any]:
    message = examined.message
    return {
        "key": key,
        "identity": identity,
        "sender": examined.sender,
        "identifier": examined.identifier,
        "sent": examined.sent,
        "raw": raw,
        "place": examined.place,
        "source": source,
        "received": now,
        "seen": 1,
        "last_seen": now,
        "digest": examined.digest,
        "fingerprint": "" if message is None or withheld else message.fingerprint,
        "withheld": withheld.code if withheld else "",
        "signature": examined.signature.state if examined.signature else "",
        "alert": None if message is None else _alert.dump_python(message.alert, mode="json"),
        "policy": {} if message is None else _policy(message),
        "defects": _defects.dump_python(
            tuple(dict.fromkeys((*examined.defects, *([withheld] if withheld else [])))), mode="json"
        ),
        "wakes": None if message is None or withheld else next_wake(message, now),
    }


def _with(defects: tuple[Defect, ...], withheld: Defect | None) -> tuple[Defect, ...]:
    return defects if withheld is None or withheld in defects else (*defects, withheld)


def _policy(message: Message) -> dict[str, Any]:
    return {
        "authority": message.authority,
        "keeps": None if message.keeps is None else message.keeps.total_seconds(),
        "asks_when_expired": message.asks_when_expired,
        "overlaps": _overlaps.dump_python(message.overlaps, mode="json"),
    }


def _write_references(connection: Connection, key: str, examined: Examined) -> None:
    targets = examined.message.references if examined.message else ()
    if targets:
        connection.execute(insert(references), [{"message": key, "target": target} for target in targets])


def _with_lineage(connection: Connection, result: IngestResult, now: datetime) -> IngestResult:
    """What its place among the others says of a message not withheld by itself: a re-issue, a cancel that reaches nothing."""
    if result.reasons:
        return result
    folded = fold_related(connection, [result.key], now)
    defects = (*result.defects, *folded.findings.get(result.key, ()))
    reason = folded.withheld.get(result.key)
    verdict = Verdict.WITHHELD if reason and result.verdict is Verdict.ACCEPTED else result.verdict
    return _changed(result, verdict, (reason,) if reason else (), defects)


def _changed(result: IngestResult, verdict: Verdict, reasons: tuple[Defect, ...], defects: tuple[Defect, ...]) -> IngestResult:
    return IngestResult(result.key, result.sender, result.identifier, result.sent, verdict, reasons, defects, result.message)


def _result(key: str, examined: Examined, verdict: Verdict, reason: Defect | None = None) -> IngestResult:
    return IngestResult(
        key=key,
        sender=examined.sender,
        identifier=examined.identifier,
        sent=examined.sent,
        verdict=verdict,
        reasons=(reason,) if reason else (),
        defects=examined.defects,
        message=examined.message,
    )


def _rejection(examined: Examined) -> IngestResult:
    assert examined.withheld is not None
    return _result("", examined, Verdict.REJECTED, examined.withheld)


def _rejection_of_file(defects: Sequence[Defect]) -> IngestResult:
    """An empty feed is a healthy feed: nothing fatal, nothing rejected."""
    fatal = tuple(fault for fault in defects if fault.severity is DefectSeverity.FATAL)
    verdict = Verdict.REJECTED if fatal else Verdict.ACCEPTED
    return IngestResult("", "", "", "", verdict, fatal, tuple(defects))


def _nameless(raw: str, examined: Examined) -> str:
    """For a message without a usable time: named by its bytes and place."""
    return "A-" + hashlib.sha256(f"{raw} {examined.place}".encode()).hexdigest()[:16]


def _rows(connection: Connection, condition: Any) -> list[RowMapping]:
    return [*connection.execute(select(messages).where(condition)).mappings()]


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
