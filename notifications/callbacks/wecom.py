"""WeCom's calls to us: signed and encrypted; a click on a card or a member's text becomes a Reply."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from notifications.callbacks.sealed import SealedCalls, text_of
from notifications.callbacks.wecom_crypto import envelope
from notifications.message import Reply
from store.clock import Clock

_CLICK = "template_card_event"


class WecomCallback:
    def __init__(self, token: str, encoding_aes_key: str, corporation: str, wire_clock: Clock | None = None) -> None:
        self._calls = SealedCalls(envelope(token, encoding_aes_key, corporation), wire_clock)

    def verify(self, query: Mapping[str, str]) -> str:
        """The answer to WeCom's GET when the address is registered: the plain text, nothing around it, within a second."""
        return self._calls.plain(query, query.get("echostr", ""))

    def read(self, query: Mapping[str, str], body: bytes) -> Reply | None:
        """None for events that answer nothing (someone opened the application); the POST is answered with an empty 200."""
        event = self._calls.opened(query, body)
        kind, person = text_of(event, "MsgType"), text_of(event, "FromUserName")
        if kind == "text":
            identifier = text_of(event, "MsgId") or f"{person}-{text_of(event, 'CreateTime')}"
            return Reply("wechat", identifier, person, text_of(event, "Content"), self._calls.at(event))
        if kind == "event" and text_of(event, "Event") == _CLICK:
            return self._click(event, person)
        return None

    def _click(self, event: Element, person: str) -> Reply:
        """WeCom gives a click no identifier; who, when, which card and which button are the same in each of its tries."""
        delivery, button = text_of(event, "TaskId"), text_of(event, "EventKey")
        return Reply(
            channel="wechat",
            external_id=f"{person}-{text_of(event, 'CreateTime')}-{delivery}-{button}",
            address=person,
            text=button,
            at=self._calls.at(event),
            delivery=delivery,
            extra={"response_code": text_of(event, "ResponseCode"), "card": text_of(event, "CardType")},
        )
