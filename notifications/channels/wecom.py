"""WeCom application messages: a card with buttons for what wants an answer; success is errcode 0 and nobody invalid.

WeCom gives no receipt and silently drops above 30 messages a minute and member, so accepted is all it can ever say;
the proof is the answer. A second copy of the same bytes is dropped by the duplicate check.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from notifications.channels.access_token import TokenCache
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.wecom_codes import TOKEN_EXPIRED, classify
from notifications.channels.wecom_messages import body, encode
from notifications.channels.weixin_api import TokenRequest, WeixinApi
from notifications.message import Outcome, Outgoing, Result
from store.clock import RealClock

SCHEME = "wecomapp"
FORM = "wecomapp://CORPID:SECRET@AGENTID/?host=qyapi.weixin.qq.com&buttons=yes"
_HOST = "qyapi.weixin.qq.com"
_TOTAL = timedelta(seconds=3)
_ONE_MEMBER = re.compile(r"[0-9A-Za-z_.@-]{1,64}")


@dataclass(frozen=True, slots=True)
class WecomApplication:
    corporation: str
    secret: str = field(repr=False)
    agent: int
    base: str
    with_buttons: bool
    """Buttons need a callback address at WeCom, which refuses the card without."""


def read_application(kind: str, endpoint: Endpoint) -> WecomApplication:
    if not (endpoint.user and endpoint.secret):
        raise ChannelUrlError(kind, "the corporation's id or the secret is missing", FORM)
    if not endpoint.host.isdecimal():
        raise ChannelUrlError(kind, f"the agent's id {endpoint.host!r} is not a number", FORM)
    buttons = endpoint.options.get("buttons", "yes")
    if buttons not in ("yes", "no"):
        raise ChannelUrlError(kind, f"buttons={buttons} is neither yes nor no", FORM)
    base = web_base(kind, endpoint.options.get("host", _HOST), endpoint.options.get("scheme", "https"), FORM)
    return WecomApplication(endpoint.user, endpoint.secret, int(endpoint.host), base, buttons == "yes")


class WecomApp:
    resend_is_safe = True

    def __init__(
        self, kind: str, application: WecomApplication, token: TokenCache | None = None, patience: timedelta = _TOTAL
    ) -> None:
        self.kind = kind
        self._application = application
        query = urlencode({"corpid": application.corporation, "corpsecret": application.secret})
        request = TokenRequest("GET", f"/cgi-bin/gettoken?{query}")
        cache = token or TokenCache(RealClock())
        self._api = WeixinApi(application.base, request, TOKEN_EXPIRED, classify, cache, patience)

    async def deliver(self, message: Outgoing) -> Outcome:
        """On acceptance `code` is the card's response code, which changes the card later (once, within 72 hours)."""
        if not _ONE_MEMBER.fullmatch(message.address) or message.address == "@all":
            return Outcome(Result.FAILED_FOR_GOOD, code="address", detail=f"{message.address!r} is not one member's userid")
        application = self._application
        content = body(message, application.agent, with_buttons=application.with_buttons)
        answer = await self._api.ask("/cgi-bin/message/send", content)
        return answer if isinstance(answer, Outcome) else outcome_of(answer, message.address)

    async def confirm(self, response_code: str, people: list[str], text: str) -> Outcome:
        """Shows `text` in place of the buttons on the cards of `people`; the code comes from the click or from `deliver`."""
        content = {
            "userids": people,
            "agentid": self._application.agent,
            "response_code": response_code,
            "button": {"replace_name": text},
        }
        answer = await self._api.ask("/cgi-bin/message/update_template_card", encode(content))
        return answer if isinstance(answer, Outcome) else outcome_of(answer, "")

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - WeCom has no such question
        return None

    async def prove(self) -> Outcome:
        """Fetches a token; WeCom gives the one that it has given before."""
        token = await self._api.fetch_token()
        return token if isinstance(token, Outcome) else Outcome(Result.ACCEPTED)

    async def close(self) -> None:
        await self._api.close()


def outcome_of(answer: Mapping[str, Any], address: str) -> Outcome:
    """An errcode of 0 that names the person among the invalid is not a success."""
    if answer["errcode"] != 0:
        return _refusal(answer)
    for name in ("invaliduser", "unlicenseduser"):
        if address.lower() in _people(answer.get(name)):
            return Outcome(Result.FAILED_FOR_GOOD, code=name, detail=f"WeCom does not reach {address!r}")
    return Outcome(Result.ACCEPTED, provider_id=str(answer.get("msgid", "")), code=str(answer.get("response_code", "")))


def _refusal(answer: Mapping[str, Any]) -> Outcome:
    code = answer["errcode"]
    return Outcome(classify(code), code=str(code), detail=str(answer.get("errmsg", "")))


def _people(listed: object) -> set[str]:
    return {name.lower() for name in str(listed or "").split("|") if name}
