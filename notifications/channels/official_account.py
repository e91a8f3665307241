"""Template messages of a WeChat Official Account to people who follow it; the one way of WeChat that sends a receipt.

The address is the follower's openid. The template has places of its own names (`thing1`), of at most 20 characters; a tap
opens the personal link, and an answer is written back as for SMS. The provider drops a second copy for ten minutes only.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from notifications.channels.access_token import TokenCache
from notifications.channels.endpoint import Endpoint, web_base
from notifications.channels.errors import ChannelUrlError
from notifications.channels.official_account_codes import TOKEN_EXPIRED, classify
from notifications.channels.sms_templates import SmsTemplates, no_template, read_templates
from notifications.channels.weixin_api import TokenRequest, WeixinApi
from notifications.message import Outcome, Outgoing, Result
from store.clock import RealClock

SCHEME = "officialaccount"
FORM = (
    "officialaccount://APPID:SECRET@api.weixin.qq.com/"
    "?MESSAGE=TEMPLATE_ID:PLACE=variable,…&drill.MESSAGE=TEMPLATE_ID:PLACE=variable,… (as in thing1=task)"
)
LONGEST = 20
"""Characters of one place."""
_TOTAL = timedelta(seconds=4)
_ONE_FOLLOWER = re.compile(r"[0-9A-Za-z_-]{20,64}")


@dataclass(frozen=True, slots=True)
class Account:
    application: str
    secret: str = field(repr=False)
    base: str
    templates: SmsTemplates


def read_account(kind: str, endpoint: Endpoint) -> Account:
    if not (endpoint.user and endpoint.secret and endpoint.host):
        raise ChannelUrlError(kind, "the application's id, its secret or the host is missing", FORM)
    options = dict(endpoint.options)
    base = web_base(kind, endpoint.netloc, options.pop("scheme", "https"), FORM)
    return Account(endpoint.user, endpoint.secret, base, read_templates(kind, options))


class OfficialAccount:
    resend_is_safe = False

    def __init__(self, kind: str, account: Account, token: TokenCache | None = None, patience: timedelta = _TOTAL) -> None:
        self.kind = kind
        self._account = account
        asked = {"grant_type": "client_credential", "appid": account.application, "secret": account.secret}
        # a stable token does not end the one that another program of the bureau uses
        request = TokenRequest("POST", "/cgi-bin/stable_token", json.dumps(asked).encode())
        cache = token or TokenCache(RealClock())
        self._api = WeixinApi(account.base, request, TOKEN_EXPIRED, classify, cache, patience)

    async def deliver(self, message: Outgoing) -> Outcome:
        """On acceptance `provider_id` is the msgid, by which the receipt comes."""
        if not _ONE_FOLLOWER.fullmatch(message.address):
            # a member's id of WeCom may stand there, for another gateway of the same list
            return Outcome(Result.FAILED_FOR_GOOD, code="no-openid", detail=f"{message.address!r} is no follower's openid")
        content = body(self._account.templates, message)
        if content is None:
            return no_template(message)
        answer = await self._api.ask("/cgi-bin/message/template/send", json.dumps(content, ensure_ascii=False).encode())
        if isinstance(answer, Outcome):
            return answer
        if answer["errcode"] != 0:
            return self._api.refusal(answer)
        return Outcome(Result.ACCEPTED, provider_id=provider_id(answer.get("msgid", "")))

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - WeChat has no such question
        return None

    async def prove(self) -> Outcome:
        """Fetches a token; WeChat gives the one that it has given before."""
        token = await self._api.fetch_token()
        return token if isinstance(token, Outcome) else Outcome(Result.ACCEPTED)

    async def close(self) -> None:
        await self._api.close()


def body(templates: SmsTemplates, message: Outgoing) -> dict[str, Any] | None:
    """None where no template is approved for it."""
    template = templates.choose(message)
    if template is None:
        return None
    values = template.parameters(message, LONGEST)
    places = dict(zip(template.places, template.variables, strict=True)) or {name: name for name in values}
    return {
        "touser": message.address,
        "template_id": template.code,
        "client_msg_id": message.delivery,
        "data": {place: {"value": values[name]} for place, name in places.items()},
    } | ({"url": message.link} if message.link else {})


def provider_id(msgid: object) -> str:
    """The numbers of WeChat's messages are short: with their origin they cannot be taken for somebody else's."""
    return f"weixin-{msgid}"
