"""WeCom's calls to us: signed and encrypted; a click on a card or a member's text becomes a Reply.

The times are compared with real time, also where the engine's clock runs faster.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from notifications.callbacks.errors import CallbackShapeError, CallbackTooOldError
from notifications.callbacks.wecom_crypto import envelope
from notifications.message import Reply
from store.clock import Clock, RealClock

LARGEST = 256 * 1024
_OLDEST_SECONDS = 300
_CLICK = "template_card_event"


class WecomCallback:
    def __init__(self, token: str, encoding_aes_key: str, corporation: str, wire_clock: Clock | None = None) -> None:
        self._envelope = envelope(token, encoding_aes_key, corporation)
        self._clock = wire_clock or RealClock()

    def verify(self, query: Mapping[str, str]) -> str:
        """The answer to WeCom's GET when the address is registered: the plain text, nothing around it, within a second."""
        return self._open(query, query.get("echostr", ""))

    def read(self, query: Mapping[str, str], body: bytes) -> Reply | None:
        """None for events that answer nothing (someone opened the application); the POST is answered with an empty 200."""
        if len(body) > LARGEST:
            raise CallbackShapeError("wecom", f"at most {LARGEST} bytes")
        return _reply(_xml(self._open(query, _text(_xml(body), "Encrypt"))))

    def _open(self, query: Mapping[str, str], encrypted: str) -> str:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        self._envelope.check(query.get("msg_signature", ""), timestamp, nonce, encrypted)
        self._check_age(timestamp)
        return self._envelope.decrypt(encrypted)

    def _check_age(self, timestamp: str) -> None:
        if not (timestamp.isascii() and timestamp.isdigit()):
            raise CallbackShapeError("wecom", "a timestamp in seconds")
        age = abs(int(self._clock.now().timestamp()) - int(timestamp))
        if age > _OLDEST_SECONDS:
            raise CallbackTooOldError("wecom", age)


def _reply(event: Element) -> Reply | None:
    kind, person = _text(event, "MsgType"), _text(event, "FromUserName")
    if kind == "text":
        identifier = _text(event, "MsgId") or f"{person}-{_text(event, 'CreateTime')}"
        return Reply("wechat", identifier, person, _text(event, "Content"), _at(event))
    if kind == "event" and _text(event, "Event") == _CLICK:
        return _click(event, person)
    return None


def _click(event: Element, person: str) -> Reply:
    """WeCom gives a click no identifier; who, when, which card and which button are the same in each of its tries."""
    delivery, button = _text(event, "TaskId"), _text(event, "EventKey")
    return Reply(
        channel="wechat",
        external_id=f"{person}-{_text(event, 'CreateTime')}-{delivery}-{button}",
        address=person,
        text=button,
        at=_at(event),
        delivery=delivery,
        extra={"response_code": _text(event, "ResponseCode"), "card": _text(event, "CardType")},
    )


def _xml(source: bytes | str) -> Element:
    try:
        found: Element = fromstring(source, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as cause:
        raise CallbackShapeError("wecom", "XML without a DOCTYPE") from cause
    return found


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _at(event: Element) -> datetime:
    try:
        return datetime.fromtimestamp(int(_text(event, "CreateTime")), UTC)
    except (ValueError, OverflowError, OSError) as cause:
        raise CallbackShapeError("wecom", "a CreateTime in seconds") from cause
