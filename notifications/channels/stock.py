"""Apprise's own plugins that read the answer well enough (mail, JSON webhook), in threads of their own with the throttle off.

They say accepted or failed and nothing more. A failure that took as long as the time-out is in doubt, not failed.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyType
from apprise.common import NotifyFormat, PersistentStoreMode
from apprise.manager_plugins import NotificationManager

from notifications.channels.errors import ChannelUrlError
from notifications.message import Outcome, Outgoing, Result

SCHEMES = ("mailto", "mailtos", "json", "jsons")
"""No other plugin is ever made, whatever an address asks for."""
_Manager: Any = NotificationManager  # apprise leaves it untyped
_CONNECT = timedelta(seconds=1.5)
_READ = timedelta(seconds=4)
_TOTAL = timedelta(seconds=20)
_THREADS = 4


class Stock:
    resend_is_safe = False

    def __init__(self, kind: str, url: str) -> None:
        self.kind = kind
        self._asset = AppriseAsset(
            async_mode=False, secure_logging=True, http_redirects=False, storage_mode=PersistentStoreMode.MEMORY
        )
        self._parsed = _parse(kind, url)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix=f"channel-{kind}")
        if _plugin(self._parsed, self._asset) is None:
            raise ChannelUrlError(
                kind,
                f"{self._parsed['schema']}:// cannot be read",
                f"an address as apprise documents it for {self._parsed['schema']}://",
            )

    async def deliver(self, message: Outgoing) -> Outcome:
        loop = asyncio.get_running_loop()
        began = loop.time()
        sending = loop.run_in_executor(self._pool, _send, self._parsed, self._asset, message)
        try:
            accepted = await asyncio.wait_for(sending, _TOTAL.total_seconds())
        except TimeoutError:
            return Outcome(Result.UNKNOWN, code="timeout", detail="no answer in time")
        return _judge(accepted=accepted, took=timedelta(seconds=loop.time() - began))

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - neither protocol has such a question
        return None

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _judge(*, accepted: bool, took: timedelta) -> Outcome:
    if accepted:
        return Outcome(Result.ACCEPTED)
    if took >= _READ:
        return Outcome(Result.UNKNOWN, code="timeout", detail="no answer in time")
    return Outcome(Result.FAILED_FOR_NOW, code="refused", detail="the server refused the message or could not be reached")


def _parse(kind: str, url: str) -> dict[str, Any]:
    scheme = url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise ChannelUrlError(
            kind, f"{scheme}:// is not among the plugins that may be used", ", ".join(f"{name}://" for name in SCHEMES)
        )
    parsed = _Manager()[scheme].parse_url(url)
    if not parsed:
        raise ChannelUrlError(kind, f"{scheme}:// cannot be read", f"an address as apprise documents it for {scheme}://")
    found: dict[str, Any] = parsed
    return found | {"schema": scheme, "cto": _CONNECT.total_seconds(), "rto": _READ.total_seconds()}


def _plugin(parsed: Mapping[str, Any], asset: AppriseAsset) -> Any:
    plugin = Apprise.instantiate(dict(parsed), asset=asset)
    if plugin is not None:
        plugin.request_rate_per_sec = 0
    return plugin


def _send(parsed: Mapping[str, Any], asset: AppriseAsset, message: Outgoing) -> bool:
    plugin = _plugin(_addressed(parsed, message), asset)
    return plugin is not None and bool(
        plugin.notify(body=_text(message), title=message.title, notify_type=NotifyType.WARNING, body_format=NotifyFormat.TEXT)
    )


def _addressed(parsed: Mapping[str, Any], message: Outgoing) -> dict[str, Any]:
    """Mail goes to the person; a webhook gets the person and our reference in its payload, and can drop a second copy by it."""
    if parsed["schema"].startswith("mailto"):
        return dict(parsed) | {"targets": [message.address], "headers": {"X-Tocsin-Delivery": message.delivery}}
    known = {"delivery": message.delivery, "address": message.address, "kind": str(message.kind), "code": message.code}
    return dict(parsed) | {"payload": {**parsed.get("payload", {}), **known, "link": message.link}}


def _text(message: Outgoing) -> str:
    return "\n\n".join(part for part in (message.text, message.link) if part and part not in ("", message.title))
