"""Apprise's own plugins, in a few threads of their own with the throttle off, without retries, redirects or unverified TLS.

They say yes or no and nothing more. Of mail and the JSON webhook we know that their yes is one; of any other plugin it only
says that the provider answered. A failure that took as long as the time-out is in doubt, not failed.
"""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from apprise import Apprise, AppriseAsset, NotifyType
from apprise.common import NotifyFormat, PersistentStoreMode
from apprise.manager_plugins import NotificationManager

from notifications.channels.errors import ChannelUrlError
from notifications.channels.outbound import Reach, networks, within
from notifications.message import Outcome, Outgoing, Result

KNOWN = ("mailto", "mailtos", "json", "jsons")
"""Those that put the person and our reference where they belong by themselves, and whose yes we know to be one."""
PERSON = "{address}"
"""Stands for the person's address in the address of any other plugin."""
_SAY_YES_TO_A_REFUSAL = ("dingtalk", "feishu", "lark", "schan", "smpp", "smpps", "wechat", "wecombot")
_STAY_ON_THIS_MACHINE = ("blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows")
_HAVE_LINES_OF_THEIR_OWN = ("aprs", "growl", "irc", "ircs", "mqtt", "mqtts", "rsyslog", "xmpp", "xmpps")
_Manager: Any = NotificationManager  # apprise leaves it untyped
_CONNECT = timedelta(seconds=1.5)
_READ = timedelta(seconds=4)
_TOTAL = timedelta(seconds=20)
_THREADS = 4


def is_known(scheme: str) -> bool:
    """Whether apprise has such a plugin, and one that may be used."""
    return scheme in _Manager() and not why_not(scheme)


def why_not(scheme: str) -> str:
    if scheme in _SAY_YES_TO_A_REFUSAL:
        return "its plugin says yes when the provider refuses; use a gateway of ours"
    if scheme in _STAY_ON_THIS_MACHINE:
        return "it tells only this machine"
    if scheme in _HAVE_LINES_OF_THEIR_OWN:
        return "its plugin opens lines of its own that nobody watches"
    return ""


@dataclass(slots=True)
class _Send:
    """`begun` is set by the thread that takes it: what nobody took was surely not sent."""

    message: Outgoing
    begun: threading.Event = field(default_factory=threading.Event)
    reach: Reach = field(default_factory=Reach)


class Stock:
    resend_is_safe = False

    def __init__(self, kind: str, url: str, total: timedelta = _TOTAL) -> None:
        self.kind = kind
        self._scheme = url.partition("://")[0].lower()
        if fault := _fault(self._scheme, url):
            raise ChannelUrlError(kind, fault, f"an address as apprise documents it, with {PERSON} for the person's")
        self._url, self._allowed = _without_ours(kind, url)
        self._asset = AppriseAsset(
            async_mode=False, secure_logging=True, http_redirects=False, storage_mode=PersistentStoreMode.MEMORY
        )
        self._total = total.total_seconds()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix=f"channel-{kind}")
        if self._plugin(_parsed(self._scheme, self._url.replace(PERSON, "13800000000"))) is None:
            raise ChannelUrlError(
                kind, f"{self._scheme}:// cannot be read", f"an address as apprise documents it for {self._scheme}://"
            )

    async def deliver(self, message: Outgoing) -> Outcome:
        loop = asyncio.get_running_loop()
        began, send = loop.time(), _Send(message)
        sending = loop.run_in_executor(self._pool, self._send, send)
        try:
            accepted = await asyncio.wait_for(sending, self._total)
        except TimeoutError:
            if send.begun.is_set():
                return Outcome(Result.UNKNOWN, code="timeout", detail="no answer in time")
            return Outcome(Result.FAILED_FOR_NOW, code="busy", detail=f"{_THREADS} messages before it wait for their answers")
        if send.reach.refused:
            return _forbidden(send.reach)
        return _judge(self._scheme, accepted=accepted, took=timedelta(seconds=loop.time() - began))

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - no plugin has such a question
        return None

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, send: _Send) -> bool:
        """In a thread of the pool."""
        send.begun.set()
        message = send.message
        parsed = _parsed(self._scheme, self._url.replace(PERSON, quote(message.address, safe="")))
        plugin = self._plugin(_addressed(parsed, message))
        if plugin is None:
            return False
        send.reach.allowed, send.reach.public = self._allowed, _has_tls(plugin, self._scheme)
        with within(send.reach):
            text, title = _text(message), message.title
            return bool(plugin.notify(body=text, title=title, notify_type=NotifyType.WARNING, body_format=NotifyFormat.TEXT))

    def _plugin(self, parsed: Mapping[str, Any] | None) -> Any:
        plugin = Apprise.instantiate(dict(parsed), asset=self._asset) if parsed else None
        if plugin is not None:
            plugin.request_rate_per_sec = 0
        return plugin


def _judge(scheme: str, *, accepted: bool, took: timedelta) -> Outcome:
    if accepted and scheme not in KNOWN:
        return Outcome(Result.ACCEPTED, detail="apprise 称已接受，未核对答复 / apprise says so, the answer itself was not read")
    if accepted:
        return Outcome(Result.ACCEPTED)
    if took >= _READ:
        return Outcome(Result.UNKNOWN, code="timeout", detail="no answer in time")
    return Outcome(Result.FAILED_FOR_NOW, code="refused", detail="the server refused the message or could not be reached")


def _fault(scheme: str, url: str) -> str:
    if not is_known(scheme):
        return f"{scheme}:// is not among the plugins that may be used" + (f": {why_not(scheme)}" if why_not(scheme) else "")
    if scheme not in KNOWN and PERSON not in url:
        return f"{scheme}:// does not say where the person's address goes"
    return ""


def _without_ours(kind: str, url: str) -> tuple[str, tuple[Any, ...]]:
    """The address as apprise knows it, and the networks that it may lead to."""
    parts = urlsplit(url)
    options = parse_qsl(parts.query, keep_blank_values=True)
    allowed = networks(kind, ",".join(value for name, value in options if name == "allow"))
    kept = urlencode([(name, value) for name, value in options if name != "allow"], safe="{}")
    return f"{url.partition('?')[0]}?{kept}" if kept else url.partition("?")[0], allowed


def _parsed(scheme: str, url: str) -> dict[str, Any] | None:
    """With our patience, and without what an address could ask for: no TLS, redirects, a second try."""
    parsed: dict[str, Any] | None = _Manager()[scheme].parse_url(url)
    limits = {"cto": _CONNECT.total_seconds(), "rto": _READ.total_seconds()}
    return parsed and parsed | limits | {"schema": scheme, "verify": True, "redirect": False, "retry": 0}


def _has_tls(plugin: Any, scheme: str) -> bool:
    if scheme.startswith("mailto"):
        return bool(plugin.secure_mode != "insecure")
    secure = plugin.secure_protocol or ()
    return scheme in ((secure,) if isinstance(secure, str) else secure)


def _forbidden(reach: Reach) -> Outcome:
    why = "" if reach.public else "，未加密 / without TLS"
    detail = (
        f"不得连接 {reach.refused[0]}{why}；allow= 可放行 / not to be reached; allow= in the address names networks that may be"
    )
    return Outcome(Result.PROVIDER_DOWN, code="forbidden-address", detail=detail)


def _addressed(parsed: Mapping[str, Any] | None, message: Outgoing) -> dict[str, Any] | None:
    """Mail goes to the person; a webhook gets the person and our reference in its payload, and can drop a second copy by it."""
    if parsed is None or parsed["schema"] not in KNOWN:
        return dict(parsed) if parsed else None
    if parsed["schema"].startswith("mailto"):
        return dict(parsed) | {"targets": [message.address], "headers": {"X-Tocsin-Delivery": message.delivery}}
    known = {"delivery": message.delivery, "address": message.address, "kind": str(message.kind), "code": message.code}
    return dict(parsed) | {"payload": {**parsed.get("payload", {}), **known, "link": message.link}}


def _text(message: Outgoing) -> str:
    return "\n\n".join(part for part in (message.text, message.link) if part and part not in ("", message.title))
