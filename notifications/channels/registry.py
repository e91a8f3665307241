"""Channels from the settings' addresses; whatever is wrong with one is said before anything is sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from notifications.channels import (
    aliyun_sms,
    aliyun_voice,
    console,
    file,
    official_account,
    tencent_sms,
    tencent_voice,
    wecom,
    wecom_bot,
)
from notifications.channels.endpoint import fill_secrets, parse
from notifications.channels.errors import ChannelUrlError, UnknownSchemeError
from notifications.channels.gateways import Gateways
from notifications.message import Channel, Listening

HERE = (file.SCHEME, console.SCHEME)
STOCK = ("mailto", "mailtos", "json", "jsons")
MAIL = ("smtp", "smtps")
SMPP = ("smppline", "smpplines")
VOICE = (aliyun_voice.SCHEME, tencent_voice.SCHEME)
AIBOT = "wecomaibot"
WECHAT = (wecom.SCHEME, wecom_bot.SCHEME, AIBOT, official_account.SCHEME)
KNOWN = (*HERE, aliyun_sms.SCHEME, tencent_sms.SCHEME, *WECHAT, *VOICE, *SMPP, *MAIL, *STOCK)
_CARRIES = {
    **dict.fromkeys((aliyun_sms.SCHEME, tencent_sms.SCHEME, *SMPP), "sms"),
    **dict.fromkeys((wecom.SCHEME, AIBOT, official_account.SCHEME), "wechat"),
    **dict.fromkeys(VOICE, "voice"),
    **dict.fromkeys((*MAIL, "mailto", "mailtos"), "email"),
}
"""The kind of address that a scheme can reach; what is not here takes any."""
Urls = str | Sequence[str]
"""One address, or several providers in the order they are asked in."""


def stays_here(urls: Urls) -> bool:
    """Whether what is sent there is written to a file, and leaves this machine for nobody."""
    return all(_scheme(url) in HERE for url in _each(urls))


def file_of(kind: str, folder: Path) -> Path:
    """Where the messages of a channel without a gateway are written."""
    return folder / f"{kind}.jsonl"


def build(settings: Mapping[str, Urls], folder: Path) -> dict[str, Channel]:
    """`settings` maps the kind of an address (`sms`, `wechat` …) to a URL, or to several; `file://` writes into `folder`."""
    return {kind: _provided(kind, [fill_secrets(kind, url) for url in _each(urls)], folder) for kind, urls in settings.items()}


def named(kind: str, urls: Urls) -> dict[str, str]:
    """The gateways by the names that they are called by, their secrets filled in. Error: `MissingSecretError`."""
    return _named([fill_secrets(kind, url) for url in _each(urls)])


def lines(channel: Channel) -> Iterator[Listening]:
    """What is to be listened to behind a channel: itself, or some of its providers."""
    for one in channel.members if isinstance(channel, Gateways) else (channel,):
        if isinstance(one, Listening):
            yield one


def _provided(kind: str, urls: Sequence[str], folder: Path) -> Channel:
    if len(urls) == 1:
        return _channel(kind, urls[0], folder)
    if not urls or any(_scheme(url) in HERE for url in urls):
        raise ChannelUrlError(kind, "a list names no gateway, or a file beside one", '["FIRST://…", "SECOND://…"], all gateways')
    return Gateways(kind, [(name, _channel(kind, url, folder)) for name, url in _named(urls).items()])


def _named(urls: Sequence[str]) -> dict[str, str]:
    """By their schemes; a second one of a scheme gets a number."""
    named: dict[str, str] = {}
    for url in urls:
        scheme = _scheme(url)
        same = sum(name.partition(" ")[0] == scheme for name in named)
        named[f"{scheme} {same + 1}" if same else scheme] = url
    return named


def _channel(kind: str, url: str, folder: Path) -> Channel:
    scheme = _scheme(url)
    carries = _CARRIES.get(scheme, kind)
    if carries != kind and kind in _CARRIES.values():
        raise ChannelUrlError(kind, f"{scheme}:// is for {carries}", f"it under {carries}, and a gateway for {kind} here")
    if scheme in STOCK:
        return _stock(kind, url)
    if scheme in MAIL:
        return _mail(kind, url)
    if scheme in SMPP:
        return _smpp(kind, url)
    if scheme == AIBOT:
        return _aibot(kind, url)
    makers: dict[str, Callable[[], Channel]] = {
        file.SCHEME: lambda: file.FileChannel(kind, file_of(kind, folder)),
        console.SCHEME: lambda: console.ConsoleChannel(kind, file_of(kind, folder)),
        aliyun_sms.SCHEME: lambda: aliyun_sms.AliyunSms(kind, aliyun_sms.read_account(kind, parse(kind, url, aliyun_sms.FORM))),
        tencent_sms.SCHEME: lambda: tencent_sms.TencentSms(
            kind, tencent_sms.read_account(kind, parse(kind, url, tencent_sms.FORM))
        ),
        aliyun_voice.SCHEME: lambda: aliyun_voice.AliyunVoice(
            kind, aliyun_voice.read_caller(kind, parse(kind, url, aliyun_voice.FORM))
        ),
        tencent_voice.SCHEME: lambda: tencent_voice.TencentVoice(
            kind, tencent_voice.read_caller(kind, parse(kind, url, tencent_voice.FORM))
        ),
        wecom.SCHEME: lambda: wecom.WecomApp(kind, wecom.read_application(kind, parse(kind, url, wecom.FORM))),
        wecom_bot.SCHEME: lambda: wecom_bot.WecomBot(kind, wecom_bot.read_group(kind, parse(kind, url, wecom_bot.FORM))),
    }
    makers[official_account.SCHEME] = lambda: official_account.OfficialAccount(
        kind, official_account.read_account(kind, parse(kind, url, official_account.FORM))
    )
    if scheme in makers:
        return makers[scheme]()
    if not _is_of_apprise(scheme):
        raise UnknownSchemeError(kind, scheme, KNOWN)
    return _stock(kind, url)


def _each(urls: Urls) -> Sequence[str]:
    return [urls] if isinstance(urls, str) else urls


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower() if "://" in url else ""


def _is_of_apprise(scheme: str) -> bool:
    from apprise.manager_plugins import NotificationManager

    return bool(scheme) and scheme in NotificationManager()  # type: ignore[no-untyped-call]


def _stock(kind: str, url: str) -> Channel:
    from notifications.channels.stock import Stock  # apprise costs a quarter of a second, paid only where it is used

    return Stock(kind, url)


def _mail(kind: str, url: str) -> Channel:
    from notifications.channels import smtp  # the mail libraries are paid for only where they are used

    return smtp.SmtpMail(kind, smtp.read_mail_account(kind, parse(kind, url, smtp.FORM)))


def _smpp(kind: str, url: str) -> Channel:
    from notifications.channels import smpp, smpp_settings

    return smpp.Smpp(kind, smpp_settings.read_smpp_account(kind, parse(kind, url, smpp_settings.FORM)))


def _aibot(kind: str, url: str) -> Channel:
    from notifications.channels import wecom_aibot  # its line needs the HTTP client, paid only where it is used

    return wecom_aibot.WecomAibot(kind, wecom_aibot.read_aibot(kind, parse(kind, url, wecom_aibot.FORM)))
