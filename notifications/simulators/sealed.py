"""WeChat's and WeCom's calls to an application: encrypted, signed, tried again; an event, a text, the check of the address."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from xml.sax.saxutils import escape

from notifications.callbacks.wecom_crypto import Envelope
from notifications.simulators.push import Pusher
from store.clock import Clock, RealClock, new_token

_AGAIN = (timedelta(seconds=1), timedelta(seconds=1))


class SealedCaller:
    def __init__(self, seal: Envelope, receiver: str, agent: str, pusher: Pusher, clock: Clock) -> None:
        """`receiver` is whom the calls are addressed to; `agent` the application of a corporation, or empty."""
        self._envelope, self._receiver, self._agent = seal, receiver, agent
        self._pusher, self._clock = pusher, clock

    async def verify(self, url: str) -> bool:
        """What WeCom does when somebody enters the address: the plain text must come back, and nothing else."""
        plain = new_token()
        encrypted = self._envelope.encrypt(plain, secrets.token_bytes(16))
        status, answer = await self._pusher.ask("GET", url, self._query(encrypted) | {"echostr": encrypted})
        return status == 200 and answer == plain

    async def text(self, url: str, person: str, content: str) -> bool:
        return await self.call(url, person, {"MsgType": "text", "Content": content, "MsgId": str(int(new_token(7), 16))})

    async def call(self, url: str, person: str, fields: Mapping[str, str]) -> bool:
        if not url:
            return False
        encrypted = self._envelope.encrypt(self._event(person, fields), secrets.token_bytes(16))
        body = _xml({"ToUserName": self._receiver, **self._agents(), "Encrypt": encrypted})
        return await self._pusher.post(url, self._query(encrypted), body.encode(), "text/xml", _AGAIN)

    def _event(self, person: str, fields: Mapping[str, str]) -> str:
        head = {
            "ToUserName": self._receiver,
            "FromUserName": person,
            "CreateTime": str(int(self._clock.now().timestamp())),
            **self._agents(),
        }
        return _xml(head | dict(fields))

    def _agents(self) -> dict[str, str]:
        return {"AgentID": self._agent} if self._agent else {}

    def _query(self, encrypted: str) -> dict[str, str]:
        """The timestamp is real time, as the receiver compares it with its own."""
        timestamp, nonce = str(int(RealClock().now().timestamp())), new_token()
        signature = self._envelope.sign(timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}


def _xml(fields: Mapping[str, str]) -> str:
    return "<xml>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items()) + "</xml>"
