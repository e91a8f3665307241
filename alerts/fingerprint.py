"""Names and likenesses of messages: who it is, whether two are the same bytes in effect, whether one repeats another."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from alerts.model import Alert, Info


@dataclass(frozen=True, slots=True)
class Identity:
    """`sent` counts as an instant: -00:00 and +01:00 forms of one moment are the same."""

    sender: str
    identifier: str
    sent: datetime

    @property
    def key(self) -> str:
        text = json.dumps([self.sender, self.identifier, self.sent.astimezone(UTC).isoformat()], ensure_ascii=False)
        return "A-" + hashlib.sha256(text.encode()).hexdigest()[:16]


def identity_of(alert: Alert) -> Identity:
    return Identity(alert.sender, alert.identifier, alert.sent)


def canonical_digest(element: etree._Element) -> str:
    """Equal when only white space between elements, prefixes or the order of attributes differ."""
    alone = etree.tostring(element, with_tail=False, encoding="unicode")
    return hashlib.sha256(etree.canonicalize(alone, strip_text=True, rewrite_prefixes=True).encode()).hexdigest()


def content_fingerprint(alert: Alert) -> str:
    """Of event, areas, times and texts; empty when there is nothing to compare."""
    if not alert.infos:
        return ""
    content = [str(alert.status), sorted([*_content(info)] for info in alert.infos)]
    text = unicodedata.normalize("NFC", json.dumps(content, ensure_ascii=False))
    return hashlib.sha256(text.encode()).hexdigest()


def _content(info: Info) -> Iterator[str]:
    yield from (info.language.casefold(), info.event, info.severity, info.urgency, info.certainty)
    yield from (moment.isoformat() if moment else "" for moment in (info.effective, info.onset, info.expires))
    yield from (" ".join(text.split()) for text in (info.headline, info.description, info.instruction))
    for area in info.areas:
        yield from (area.description, *area.polygons, *area.circles, *(code.value for code in area.geocodes))
