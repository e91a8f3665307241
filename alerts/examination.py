"""From bytes to what the ledger will write: read, attributed, signature judged. Pure but for CPU time; touches no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.defects import Defects, defect
from alerts.fingerprint import canonical_digest
from alerts.jurisdiction import Standing, overlap_of
from alerts.lineage import Message
from alerts.model import Alert, Defect, MessageType
from alerts.profile import Profile
from alerts.reader import Found, read
from alerts.signature import SignatureResult, SignatureState, check_signatures, overall
from alerts.targets import Target, targets_of

_UNIDENTIFIED = ("identifier_missing", "sender_missing")


@dataclass(frozen=True)
class Examined:
    """One message of a file. `message` is None when its identity is broken; `withheld` is why it may not act on its own."""

    place: str
    sender: str
    identifier: str
    sent: str
    digest: str
    defects: tuple[Defect, ...]
    message: Message | None
    withheld: Defect | None
    signature: SignatureResult | None = None

    @property
    def is_rejected(self) -> bool:
        """Without sender or identifier there is nothing to remember it by."""
        return self.withheld is not None and self.withheld.code in _UNIDENTIFIED


@dataclass(frozen=True)
class Examination:
    """`defects` are about the file itself."""

    messages: tuple[Examined, ...]
    defects: tuple[Defect, ...]


def examine(raw: bytes, source: str, profile: Profile, now: datetime) -> Examination:
    """Never raises for what is in the bytes: a crash of our own is a defect called `internal`, and the sender is not blamed."""
    try:
        reading = read(raw, profile.zone)
        return Examination(tuple(_examine(found, source, profile, now) for found in reading.found), reading.defects)
    except Exception as cause:  # the one place where a fault of ours must not lose a warning's bytes
        return Examination((), (defect("internal", reason=f"{type(cause).__name__}: {cause}"[:200]),))


def _examine(found: Found, source: str, profile: Profile, now: datetime) -> Examined:
    digest = canonical_digest(found.element)
    if found.alert is None:
        fatal = min(found.fatal, key=lambda fault: fault.code not in _UNIDENTIFIED)
        return Examined(found.place, found.sender, found.identifier, found.sent, digest, found.defects, None, fatal)
    signature = _signature(found, profile)
    defects = Defects()
    withheld = _withheld(found.alert, signature, profile)
    targets = targets_of(found.alert, profile.default_expiry, defects)
    overlaps = tuple(overlap_of(target.areas, profile.jurisdiction) for target in targets)
    _note_arrival(found.alert, targets, profile, now, defects)
    if overlaps and all(overlap.standing is Standing.OUTSIDE for overlap in overlaps):
        defects.add("outside_jurisdiction", found.place)
    if signature and signature.state is SignatureState.UNVERIFIABLE:
        defects.add("signature_unverifiable", f"{found.place}/Signature", reason=signature.reason)
    every = (*found.defects, *defects, *([withheld] if withheld else []))
    message = Message(
        alert=found.alert,
        received=now,
        source=source,
        authority=profile.authority_of(found.alert.sender),
        keeps=profile.default_expiry,
        asks_when_expired=profile.when_expired == "ask",
        overlaps=overlaps,
        defects=every,
        withheld=withheld.code if withheld else "",
    )
    return Examined(found.place, found.sender, found.identifier, found.sent, digest, every, message, withheld, signature)


def _signature(found: Found, profile: Profile) -> SignatureResult | None:
    """None: the profile does not ask."""
    if profile.signature == "ignore" or found.alert is None:
        return None
    return overall(check_signatures(found.element, profile.certificates, found.alert.sent))


def _withheld(alert: Alert, signature: SignatureResult | None, profile: Profile) -> Defect | None:
    if not profile.accepts(alert.sender):
        return defect("sender_unknown", "/alert/sender", sender=alert.sender[:100], source=profile.name)
    if signature is None:
        return None
    if profile.signature == "require" and signature.state is not SignatureState.VALID:
        return defect("signature_required", "/alert/Signature", reason=signature.reason)
    if signature.state is SignatureState.INVALID:
        return defect("signature_invalid", "/alert/Signature", reason=signature.reason)
    return None


def _note_arrival(alert: Alert, targets: Sequence[Target], profile: Profile, now: datetime, defects: Defects) -> None:
    if alert.sent - now > profile.clock_tolerance:
        defects.add("sent_in_future", "/alert/sent", ahead=alert.sent - now)
    ends = [target.until for target in targets] if alert.type is not MessageType.CANCEL else []
    if ends and all(end is not None and end <= now for end in ends):
        defects.add("expired_on_arrival", "/alert/info/expires", expired=max(end for end in ends if end).isoformat())
