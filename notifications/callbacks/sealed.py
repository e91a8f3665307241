"""A sealed call of WeCom or WeChat, opened: signed, not older than five minutes, encrypted for us, XML without tricks.

The times are compared with real time, also where the engine's clock runs faster.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from notifications.callbacks.errors import CallbackShapeError, CallbackTooOldError
from notifications.callbacks.wecom_crypto import Envelope
from store.clock import Clock, RealClock

LARGEST = 256 * 1024
_OLDEST_SECONDS = 300


class SealedCalls:
    def __init__(self, envelope: Envelope, wire_clock: Clock | None = None) -> None:
        self._envelope = envelope
        self._clock = wire_clock or RealClock()

    def opened(self, query: Mapping[str, str], body: bytes) -> Element:
        """What is inside of a POST. Errors: `CallbackError`."""
        if len(body) > LARGEST:
            raise CallbackShapeError(self._envelope.provider, f"at most {LARGEST} bytes")
        return self._xml(self.plain(query, text_of(self._xml(body), "Encrypt")))

    def plain(self, query: Mapping[str, str], encrypted: str) -> str:
        """The text that was encrypted, once its signature and age are right."""
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        self._envelope.check(query.get("msg_signature", ""), timestamp, nonce, encrypted)
        self.check_age(timestamp)
        return self._envelope.decrypt(encrypted)

    def check_age(self, timestamp: str) -> None:
        if not (timestamp.isascii() and timestamp.isdigit()):
            raise CallbackShapeError(self._envelope.provider, "a timestamp in seconds")
        age = abs(int(self._clock.now().timestamp()) - int(timestamp))
        if age > _OLDEST_SECONDS:
            raise CallbackTooOldError(self._envelope.provider, age)

    def at(self, event: Element) -> datetime:
        try:
            return datetime.fromtimestamp(int(text_of(event, "CreateTime")), UTC)
        except (ValueError, OverflowError, OSError) as cause:
            raise CallbackShapeError(self._envelope.provider, "a CreateTime in seconds") from cause

    def _xml(self, source: bytes | str) -> Element:
        try:
            found: Element = fromstring(source, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError) as cause:
            raise CallbackShapeError(self._envelope.provider, "XML without a DOCTYPE") from cause
        return found


def text_of(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
