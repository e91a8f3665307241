"""A WeChat Official Account's calls to us, in its secure mode: a follower's text is a Reply, the end of a message a Receipt."""

import hashlib
import hmac
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from notifications.callbacks.errors import CallbackShapeError, CallbackSignatureError
from notifications.callbacks.sealed import SealedCalls, text_of
from notifications.callbacks.wecom_crypto import envelope
from notifications.message import Receipt, ReceiptState, Reply
from store.clock import Clock

PROVIDER = "official account"
_FINISHED = "TEMPLATESENDJOBFINISH"
_SUCCESS = "success"


class OfficialAccountCallback:
    def __init__(self, token: str, encoding_aes_key: str, application: str, wire_clock: Clock | None = None) -> None:
        self._token = token
        self._calls = SealedCalls(envelope(token, encoding_aes_key, application, PROVIDER), wire_clock)

    def verify(self, query: Mapping[str, str]) -> str:
        """The answer to WeChat's GET when the address is registered; the text is signed, and encrypted it is not."""
        timestamp, nonce, echo = query.get("timestamp", ""), query.get("nonce", ""), query.get("echostr", "")
        joined = "".join(sorted([self._token, timestamp, nonce]))
        expected = hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()
        if not hmac.compare_digest(expected.encode(), query.get("signature", "").encode()):
            raise CallbackSignatureError(PROVIDER)
        self._calls.check_age(timestamp)
        if not (echo.isascii() and echo.isalnum()):
            raise CallbackShapeError(PROVIDER, "an echostr of letters and figures")
        return echo

    def read(self, query: Mapping[str, str], body: bytes) -> Reply | Receipt | None:
        """None for events that say nothing to us; the POST is answered with an empty 200."""
        event = self._calls.opened(query, body)
        kind, person = text_of(event, "MsgType"), text_of(event, "FromUserName")
        if kind == "text":
            return Reply("wechat", text_of(event, "MsgId"), person, text_of(event, "Content"), self._calls.at(event))
        if kind == "event" and text_of(event, "Event") == _FINISHED:
            return self._receipt(event)
        return None

    def _receipt(self, event: Element) -> Receipt:
        status = text_of(event, "Status")
        state = ReceiptState.DELIVERED if status == _SUCCESS else ReceiptState.FAILED
        return Receipt(f"weixin-{text_of(event, 'MsgID')}", state, self._calls.at(event), status)
