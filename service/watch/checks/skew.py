"""Whether the clock of this machine is right: against the database's, and against one outside that the settings name."""

import socket
import struct
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from sqlalchemy import text

from plans.model import Text
from service.notify.findings import Finding, Verdict
from service.wiring import Home
from store.clock import RealClock

BEARABLE, TOO_MUCH = timedelta(seconds=2), timedelta(seconds=30)
_PATIENCE_SECONDS = 5.0
_NTP_PORT, _NTP_EPOCH = 123, datetime(1900, 1, 1, tzinfo=UTC)
_ASKED = b"\x23" + bytes(47)
"""Version 4, a client."""
_clock = RealClock()


class NoTimeError(Exception):
    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url, self.reason = url, reason

    def __str__(self) -> str:
        return f"{self.url} gives no time: {self.reason}"


def database_clock(home: Home) -> Iterator[Finding]:
    """Error: `StoreError`."""
    if home.database.is_of_one_machine:
        return
    with home.database.read() as connection:
        asked = _clock.now()
        theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        answered = _clock.now()
    yield _finding("clock of the database", theirs - (asked + (answered - asked) / 2))


def outside_clock(home: Home) -> Iterator[Finding]:
    url = home.settings.doctor.time
    if not url:
        zh, en = "未与外部时钟比对", "not compared with a clock outside"
        remedy = Text(
            '在 tocsin.toml [doctor] 中设置 time = "ntp://…"', 'name one under [doctor] in tocsin.toml: time = "ntp://…"'
        )
        yield Finding(Verdict.UNPROVEN, "clock", Text(zh, en), remedy)
        return
    try:
        yield _finding("clock", ahead_of_us(url))
    except NoTimeError as fault:
        what = Text(f"未能比对：{fault}", f"not compared: {fault}")
        yield Finding(Verdict.UNPROVEN, "clock", what, Text("检查 [doctor] time", "look at [doctor] time in tocsin.toml"))


def ahead_of_us(url: str) -> timedelta:
    """By how much the clock there is ahead of this machine's. Error: `NoTimeError`."""
    try:
        return _by_ntp(url) if url.startswith("ntp://") else _by_http(url)
    except OSError as cause:
        raise NoTimeError(url, str(cause)) from cause


def _by_ntp(url: str) -> timedelta:
    place = urlsplit(url)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(_PATIENCE_SECONDS)
        line.connect((place.hostname or "", place.port or _NTP_PORT))
        sent = _clock.now()
        line.send(_ASKED)
        answer = line.recv(512)
        came = _clock.now()
    if len(answer) < 48 or answer[0] & 0b111 != 4 or not 0 < answer[1] < 16:
        raise NoTimeError(url, "its answer is none of a clock that is set")
    there_came, there_sent = (_ntp_moment(answer[place:][:8]) for place in (32, 40))
    return ((there_came - sent) + (there_sent - came)) / 2


def _ntp_moment(stamp: bytes) -> datetime:
    seconds, fraction = struct.unpack("!II", stamp)
    return _NTP_EPOCH + timedelta(seconds=seconds + fraction / 2**32)


def _by_http(url: str) -> timedelta:
    """The `Date` of an answer, cut off to the second."""
    asked = _clock.now()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
            said = answer.headers.get("Date", "")
    except urllib.error.HTTPError as refusal:
        said = refusal.headers.get("Date", "")
    answered = _clock.now()
    try:
        theirs = parsedate_to_datetime(said) + timedelta(milliseconds=500)
    except ValueError as cause:
        raise NoTimeError(url, "its answer has no Date") from cause
    return theirs - (asked + (answered - asked) / 2)


def _finding(about: str, ahead: timedelta) -> Finding:
    seconds = ahead.total_seconds()
    behind_zh, behind_en = ("慢", "behind") if seconds > 0 else ("快", "ahead")
    what = Text(f"本机时钟{behind_zh} {abs(seconds):.1f} 秒", f"this machine's clock is {abs(seconds):.1f} s {behind_en}")
    if abs(ahead) <= BEARABLE:
        return Finding(Verdict.GOOD, about, what)
    verdict = Verdict.FAULT if abs(ahead) > TOO_MUCH else Verdict.WARNING
    return Finding(verdict, about, what, Text("启用时间同步（chrony 等）", "have it set by a time service (chrony …)"))
