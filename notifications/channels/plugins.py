"""Our channels as apprise plugins (`aliyunsms://`, `wecomapp://`, `smtps://` …), for whoever sends through apprise.

Apprise only says yes or no; `outcomes()` keeps what the provider said, with its identifier, beside it.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import apprise
from apprise import NotifyType
from apprise.manager_plugins import NotificationManager

from notifications.channels import aliyun_sms, smpp, smpp_settings, smtp, tencent_sms, wecom, wecom_bot
from notifications.channels.endpoint import parse
from notifications.channels.wecom_token import TokenCache
from notifications.message import Channel, Outcome, Outgoing, Result
from store.clock import RealClock, new_token
from store.kinds import Kind

# untyped on purpose: the annotations of apprise's own classes forbid every subclass
NotifyBase: Any = apprise.NotifyBase
_Manager: Any = NotificationManager

_outcomes: ContextVar[list[Outcome] | None] = ContextVar("outcomes", default=None)


@contextmanager
def outcomes() -> Iterator[list[Outcome]]:
    """Collects what the providers answered to the notifications sent inside the block, in whichever thread apprise sends them."""
    found: list[Outcome] = []
    before = _outcomes.set(found)
    try:
        yield found
    finally:
        _outcomes.reset(before)


def register() -> None:
    """Makes our schemes known to every `apprise.Apprise` of this process; more than once does nothing more."""
    manager = _Manager()
    for plugin in _OURS:
        if plugin.secure_protocol not in manager:
            manager.add(plugin)


class _OurPlugin(NotifyBase):  # type: ignore[misc]
    request_rate_per_sec = 0
    title_maxlen = 128
    form = ""
    scheme = ""

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._endpoint = parse(self.scheme, address, self.form)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=False)
        return found and found | {"address": url}

    @property
    def url_identifier(self) -> tuple[str, ...]:
        return (self.scheme, self._endpoint.user, self._endpoint.secret, self._endpoint.netloc)

    def url(self, privacy: bool = False, *_: Any, **__: Any) -> str:  # noqa: FBT001 - the signature is apprise's
        endpoint = self._endpoint
        user, secret = (self.pprint(part, privacy, safe="") for part in (endpoint.user, endpoint.secret))
        path = "/".join(quote(step, safe="") for step in endpoint.path)
        options = f"?{urlencode(endpoint.options)}" if endpoint.options else ""  # apprise cannot read a bare question mark
        return f"{self.scheme}://{user}:{secret}@{endpoint.netloc}/{path}{options}"

    def __len__(self) -> int:
        return max(1, len(self._targets()))

    def send(self, body: str, title: str = "", notify_type: NotifyType = NotifyType.INFO, **_: Any) -> bool:  # noqa: ARG002
        """In a thread of its own, as apprise may be called where an event loop is running."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(copy_context().run, asyncio.run, self._send_to_all(title, body)).result()

    async def _send_to_all(self, title: str, body: str) -> bool:
        channel = self._channel()
        try:
            found = [await channel.deliver(_outgoing(target, title, body)) for target in self._targets()]
        finally:
            await channel.close()
        kept = _outcomes.get()
        if kept is not None:
            kept.extend(found)
        return bool(found) and all(outcome.result is Result.ACCEPTED for outcome in found)

    def _targets(self) -> tuple[str, ...]:
        raise NotImplementedError

    def _channel(self) -> Channel:
        raise NotImplementedError


class NotifyAliyunSms(_OurPlugin):
    """`aliyunsms://KEY:SECRET@host/SIGN/PHONE/PHONE?default=CODE:title,text`."""

    service_name = "Alibaba Cloud SMS"
    service_url = "https://www.aliyun.com/product/sms"
    setup_url = "https://help.aliyun.com/zh/sms/"
    secure_protocol = scheme = aliyun_sms.SCHEME
    form = aliyun_sms.FORM
    templates = ("{schema}://{user}:{password}@{host}/{sign}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Access key", "type": "string", "required": True},
        password={"name": "Secret", "type": "string", "private": True, "required": True},
        sign={"name": "Signature", "type": "string", "required": True},
        targets={"name": "Phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = aliyun_sms.read_account(self.scheme, self._endpoint)

    def _targets(self) -> tuple[str, ...]:
        return self._endpoint.path[1:]

    def _channel(self) -> Channel:
        return aliyun_sms.AliyunSms("sms", self._account)


class NotifyTencentSms(_OurPlugin):
    """`tencentsms://ID:KEY@host/APP_ID/SIGN/PHONE/PHONE?default=TEMPLATE:title,text`."""

    service_name = "Tencent Cloud SMS"
    service_url = "https://cloud.tencent.com/product/sms"
    setup_url = "https://cloud.tencent.com/document/product/382"
    secure_protocol = scheme = tencent_sms.SCHEME
    form = tencent_sms.FORM
    templates = ("{schema}://{user}:{password}@{host}/{application}/{sign}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Secret id", "type": "string", "required": True},
        password={"name": "Secret key", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        application={"name": "Application", "type": "string", "required": True},
        sign={"name": "Signature", "type": "string", "required": True},
        targets={"name": "Phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = tencent_sms.read_account(self.scheme, self._endpoint)

    def _targets(self) -> tuple[str, ...]:
        return self._endpoint.path[2:]

    def _channel(self) -> Channel:
        return tencent_sms.TencentSms("sms", self._account)


class NotifyWecomApp(_OurPlugin):
    """`wecomapp://CORPID:SECRET@AGENTID/USERID/USERID`."""

    service_name = "WeCom application"
    service_url = "https://work.weixin.qq.com"
    setup_url = "https://developer.work.weixin.qq.com/document/path/90236"
    secure_protocol = scheme = wecom.SCHEME
    form = wecom.FORM
    templates = ("{schema}://{user}:{password}@{host}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "Corporation", "type": "string", "required": True},
        password={"name": "Secret", "type": "string", "private": True, "required": True},
        host={"name": "Agent", "type": "string", "required": True},
        targets={"name": "Members", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._application = wecom.read_application(self.scheme, self._endpoint)
        self._token = TokenCache(RealClock())

    def _targets(self) -> tuple[str, ...]:
        return self._endpoint.path

    def _channel(self) -> Channel:
        return wecom.WecomApp("wechat", self._application, self._token)


class NotifyWecomBot(_OurPlugin):
    """`wecomgroup://:KEY@qyapi.weixin.qq.com/USERID/PHONE`: those who are to be mentioned, one message each."""

    service_name = "WeCom group"
    service_url = "https://work.weixin.qq.com"
    setup_url = "https://developer.work.weixin.qq.com/document/path/91770"
    secure_protocol = scheme = wecom_bot.SCHEME
    form = wecom_bot.FORM
    templates = ("{schema}://:{password}@{host}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        password={"name": "Key", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        targets={"name": "Members or phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._bot = wecom_bot.WecomBot("wechat", wecom_bot.read_group(self.scheme, self._endpoint))

    def _targets(self) -> tuple[str, ...]:
        return self._endpoint.path

    def _channel(self) -> Channel:
        return self._bot


class NotifySmtp(_OurPlugin):
    """`smtp://USER:PASSWORD@HOST/PERSON@DOMAIN?from=ADDRESS`, with STARTTLS."""

    service_name = "SMTP"
    service_url = setup_url = "https://www.rfc-editor.org/rfc/rfc5321"
    secure_protocol = scheme = smtp.STARTTLS
    form = smtp.FORM
    templates = ("{schema}://{user}:{password}@{host}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "User", "type": "string"},
        password={"name": "Password", "type": "string", "private": True},
        host={"name": "Host", "type": "string", "required": True},
        targets={"name": "Mail addresses", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = smtp.read_mail_account(self.scheme, self._endpoint)

    def _targets(self) -> tuple[str, ...]:
        return self._endpoint.path

    def _channel(self) -> Channel:
        return smtp.SmtpMail("email", self._account)


class NotifySmtps(NotifySmtp):
    """The same over TLS from the first byte."""

    secure_protocol = scheme = smtp.TLS


class NotifySmpp(_OurPlugin):
    """`smppline://SYSTEM_ID:PASSWORD@HOST/SOURCE/PHONE/PHONE`; apprise's own `smpp://` never reads an answer."""

    service_name = "SMPP line"
    service_url = setup_url = "https://smpp.org"
    secure_protocol = scheme = smpp_settings.PLAIN
    form = smpp_settings.FORM
    templates = ("{schema}://{user}:{password}@{host}/{source}/{targets}",)
    template_tokens: ClassVar[dict[str, Any]] = dict(
        NotifyBase.template_tokens,
        user={"name": "System id", "type": "string", "required": True},
        password={"name": "Password", "type": "string", "private": True, "required": True},
        host={"name": "Host", "type": "string", "required": True},
        source={"name": "Source", "type": "string", "required": True},
        targets={"name": "Phones", "type": "list:string"},
    )

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self._account = smpp_settings.read_smpp_account(self.scheme, self._endpoint)

    def _targets(self) -> tuple[str, ...]:
        return self._endpoint.path[1:]

    def _channel(self) -> Channel:
        return smpp.Smpp("sms", self._account)


class NotifySmpps(NotifySmpp):
    """The same over TLS."""

    secure_protocol = scheme = smpp_settings.TLS


_OURS = (NotifyAliyunSms, NotifyTencentSms, NotifyWecomApp, NotifyWecomBot, NotifySmtp, NotifySmtps, NotifySmpp, NotifySmpps)


def _outgoing(target: str, title: str, body: str) -> Outgoing:
    """Apprise knows neither drills nor answers: what comes this way is a real message that asks for none."""
    return Outgoing(
        delivery=new_token(),
        kind=Kind.REAL,
        address=target,
        title=title,
        text=body,
        short=body,
        template="default",
        variables={},
        language="zh",
        answerable=False,
    )
