"""WeCom's calls to the application: encrypted, signed, tried again; a click, a member's text, the check of the address."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from xml.sax.saxutils import escape

from notifications.callbacks.wecom_crypto import envelope
from notifications.simulators.push import Pusher
from notifications.simulators.settings import WecomSettings
from store.clock import Clock, RealClock, new_token

_AGAIN = (timedelta(seconds=1), timedelta(seconds=1))


class WecomCaller:
    def __init__(self, settings: WecomSettings, pusher: Pusher, clock: Clock) -> None:
        self._settings, self._pusher, self._clock = settings, pusher, clock
        self._envelope = envelope(settings.token, settings.encoding_aes_key, settings.corporation)

    async def verify(self, url: str) -> bool:
        """What WeCom does when somebody enters the address: the plain text must come back, and nothing else."""
        plain = new_token()
        encrypted = self._envelope.encrypt(plain, secrets.token_bytes(16))
        status, answer = await self._pusher.ask("GET", url, self._query(encrypted) | {"echostr": encrypted})
        return status == 200 and answer == plain

    async def click(self, url: str, person: str, delivery: str, button: str, response_code: str) -> bool:
        event = {
            "MsgType": "event",
            "Event": "template_card_event",
            "EventKey": button,
            "TaskId": delivery,
            "CardType": "button_interaction",
            "ResponseCode": response_code,
        }
        return await self._call(url, person, event)

    async def text(self, url: str, person: str, content: str) -> bool:
        return await self._call(url, person, {"MsgType": "text", "Content": content, "MsgId": str(int(new_token(7), 16))})

    async def _call(self, url: str, person: str, fields: Mapping[str, str]) -> bool:
        if not url:
            return False
        encrypted = self._envelope.encrypt(self._event(person, fields), secrets.token_bytes(16))
        corporation, agent = self._settings.corporation, str(self._settings.agent)
        body = _xml({"ToUserName": corporation, "AgentID": agent, "Encrypt": encrypted})
        return await self._pusher.post(url, self._query(encrypted), body.encode(), "text/xml", _AGAIN)

    def _event(self, person: str, fields: Mapping[str, str]) -> str:
        head = {
            "ToUserName": self._settings.corporation,
            "FromUserName": person,
            "CreateTime": str(int(self._clock.now().timestamp())),
            "AgentID": str(self._settings.agent),
        }
        return _xml(head | dict(fields))

    def _query(self, encrypted: str) -> dict[str, str]:
        """The timestamp is real time, as the receiver compares it with its own."""
        timestamp, nonce = str(int(RealClock().now().timestamp())), new_token()
        signature = self._envelope.sign(timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}


def _xml(fields: Mapping[str, str]) -> str:
    return "<xml>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items()) + "</xml>"
