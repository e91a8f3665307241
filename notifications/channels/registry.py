"""Channels from the settings' addresses; whatever is wrong with one is said before anything is sent."""

from collections.abc import Callable, Mapping
from pathlib import Path

from notifications.channels import aliyun_sms, file, wecom
from notifications.channels.endpoint import fill_secrets, parse
from notifications.channels.errors import UnknownSchemeError
from notifications.message import Channel

_STOCK = ("mailto", "mailtos", "json", "jsons")
KNOWN = (file.SCHEME, aliyun_sms.SCHEME, wecom.SCHEME, *_STOCK)


def stays_here(url: str) -> bool:
    """Whether what is sent there is written to a file, and leaves this machine for nobody."""
    return _scheme(url) == file.SCHEME


def file_of(kind: str, folder: Path) -> Path:
    """Where the messages of a channel without a gateway are written."""
    return folder / f"{kind}.jsonl"


def build(settings: Mapping[str, str], folder: Path) -> dict[str, Channel]:
    """`settings` maps the kind of an address (`sms`, `wechat` …) to a URL; `file://` writes into `folder`."""
    return {kind: _channel(kind, fill_secrets(kind, url), folder) for kind, url in settings.items()}


def _channel(kind: str, url: str, folder: Path) -> Channel:
    scheme = _scheme(url)
    if scheme in _STOCK:
        return _stock(kind, url)
    makers: dict[str, Callable[[], Channel]] = {
        file.SCHEME: lambda: file.FileChannel(kind, file_of(kind, folder)),
        aliyun_sms.SCHEME: lambda: aliyun_sms.AliyunSms(kind, aliyun_sms.read_account(kind, parse(kind, url, aliyun_sms.FORM))),
        wecom.SCHEME: lambda: wecom.WecomApp(kind, wecom.read_application(kind, parse(kind, url, wecom.FORM))),
    }
    if scheme not in makers:
        raise UnknownSchemeError(kind, scheme, KNOWN)
    return makers[scheme]()


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower() if "://" in url else ""


def _stock(kind: str, url: str) -> Channel:
    from notifications.channels.stock import Stock  # apprise costs a quarter of a second, paid only where it is used

    return Stock(kind, url)
