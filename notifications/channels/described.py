"""What a gateway's address says, for people who check it: who is asked, with which templates and limits; never a secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from notifications.channels import aliyun_sms, aliyun_voice, official_account, tencent_sms, tencent_voice, wecom, wecom_bot
from notifications.channels.endpoint import Endpoint, parse
from notifications.channels.registry import AIBOT, HERE, MAIL, SMPP, STOCK, VOICE, WECHAT
from notifications.channels.sms_templates import SmsTemplate, SmsTemplates
from notifications.channels.text_limits import SMS_VARIABLE
from notifications.channels.wecom_messages import CARD_TEXT, TEXT

_OURS = (aliyun_sms.SCHEME, tencent_sms.SCHEME, *WECHAT, *VOICE, *SMPP, *MAIL)
_TLS_PORT, _PLAIN_PORT = 443, 80


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gateway is asked."""

    host: str
    port: int
    has_tls: bool


@dataclass(frozen=True, slots=True)
class Described:
    """`limits`: a name and its number, as in `variable characters`: 35. `templates`: by the message of the plan."""

    scheme: str
    address: str
    place: Place | None
    signature: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    templates: Mapping[str, SmsTemplate] = field(default_factory=dict)


def described(kind: str, url: str) -> Described:
    """`url` with its secrets filled in, and known to be right (`registry.build`)."""
    scheme = url.partition("://")[0].lower()
    address = hidden(url)
    if scheme in HERE:
        return Described(scheme, f"{scheme}://", None)
    if scheme == aliyun_sms.SCHEME:
        account = aliyun_sms.read_account(kind, parse(kind, url, aliyun_sms.FORM))
        limits = {"variable characters": SMS_VARIABLE}
        return Described(scheme, address, _web(account.key.base), account.sign_name, limits, _named(account.templates))
    if scheme == tencent_sms.SCHEME:
        tencent = tencent_sms.read_account(kind, parse(kind, url, tencent_sms.FORM))
        limits = {"variable characters": tencent.longest}
        return Described(scheme, address, _web(tencent.key.base), tencent.sign_name, limits, _named(tencent.templates))
    if scheme == wecom.SCHEME:
        application = wecom.read_application(kind, parse(kind, url, wecom.FORM))
        return Described(scheme, address, _web(application.base), limits={"card bytes": CARD_TEXT, "text bytes": TEXT})
    if scheme == wecom_bot.SCHEME:
        group = wecom_bot.read_group(kind, parse(kind, url, wecom_bot.FORM))
        return Described(
            scheme, address, _web(group.base), limits={"a minute": wecom_bot.LIMIT.most, "text bytes": wecom_bot.TEXT}
        )
    if scheme == official_account.SCHEME:
        follows = official_account.read_account(kind, parse(kind, url, official_account.FORM))
        limits = {"variable characters": official_account.LONGEST}
        return Described(scheme, address, _web(follows.base), limits=limits, templates=_named(follows.templates))
    if scheme == AIBOT:
        return _aibot(kind, url, address)
    if scheme in VOICE:
        return _voice(kind, url, address)
    if scheme in SMPP:
        return _smpp(kind, url, address)
    if scheme in MAIL:
        return _mail(kind, url, address)
    return Described(scheme, address, _stock(parse(kind, url, "an address")))


def hidden(url: str) -> str:
    """The address as people may see it: of a webhook or mail account that is not ours the host, of any other nothing."""
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in (*_OURS, *STOCK, *HERE):
        return f"{scheme}://***" if rest else "***"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        netloc = host if parts.port is None else f"{host}:{parts.port}"
    except ValueError:
        return f"{scheme}://***" if rest else "***"
    who = f"{(parts.username or '')[:2]}***@" if "@" in parts.netloc else ""
    tail = unquote(parts.path) if scheme.lower() in _OURS else "/***"
    return f"{scheme}://{who}{netloc}{tail}" if rest else "***"


def _aibot(kind: str, url: str, address: str) -> Described:
    from notifications.channels import wecom_aibot

    aibot = wecom_aibot.read_aibot(kind, parse(kind, url, wecom_aibot.FORM))
    return Described(_scheme(url), address, _web(aibot.base), limits={"card bytes": CARD_TEXT, "text bytes": TEXT})


def _voice(kind: str, url: str, address: str) -> Described:
    caller: aliyun_voice.AliyunCaller | tencent_voice.TencentCaller
    if _scheme(url) == aliyun_voice.SCHEME:
        caller = aliyun_voice.read_caller(kind, parse(kind, url, aliyun_voice.FORM))
    else:
        caller = tencent_voice.read_caller(kind, parse(kind, url, tencent_voice.FORM))
    limits = {"variable characters": caller.spoken.longest, "times read": caller.spoken.times}
    return Described(_scheme(url), address, _web(caller.key.base), limits=limits, templates=_named(caller.spoken.templates))


def _smpp(kind: str, url: str, address: str) -> Described:
    from notifications.channels import smpp_settings

    account = smpp_settings.read_smpp_account(kind, parse(kind, url, smpp_settings.FORM))
    place = Place(account.host, account.port, account.has_tls)
    return Described(_scheme(url), address, place, account.signature.strip("【】"), {"window": account.window})


def _mail(kind: str, url: str, address: str) -> Described:
    from notifications.channels import smtp

    account = smtp.read_mail_account(kind, parse(kind, url, smtp.FORM))
    return Described(_scheme(url), address, Place(account.host, account.port, account.security == "tls"))


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower()


def _stock(endpoint: Endpoint) -> Place | None:
    if endpoint.scheme not in ("json", "jsons") or not endpoint.host:
        return None  # apprise knows the servers of mail addresses by itself
    has_tls = endpoint.scheme == "jsons"
    return Place(endpoint.host, endpoint.port or (_TLS_PORT if has_tls else _PLAIN_PORT), has_tls)


def _web(base: str) -> Place:
    parts = urlsplit(base)
    has_tls = parts.scheme == "https"
    return Place(parts.hostname or "", parts.port or (_TLS_PORT if has_tls else _PLAIN_PORT), has_tls)


def _named(templates: SmsTemplates) -> dict[str, SmsTemplate]:
    return dict(templates.real) | {f"drill.{name}": each for name, each in templates.drill.items()}
