"""How Tocsin itself is watched: who is told when it fails, the heartbeat to the outside, its log and its figures."""

from datetime import timedelta
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from plans.quantities import duration

_KINDS = ("sms", "wechat", "voice", "email")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Timed(_Section):
    @field_validator("overdue", "silent", "remind", "every", mode="before", check_fields=False)
    @classmethod
    def _is_a_length(cls, value: object) -> timedelta:
        length = duration(value) if isinstance(value, str) else value
        if not isinstance(length, timedelta) or length < timedelta(seconds=1):
            raise ValueError(f'{value!r} is no length of time; expected at least a second, as in "60 s" or "10 min"')
        return length


class Watchdog(_Timed):
    """Who hears that Tocsin itself is in trouble, and over which gateway; without `tell` only its log says so."""

    overdue: timedelta = timedelta(seconds=60)
    """A clock later than this is trouble."""
    silent: timedelta = timedelta(seconds=45)
    """So is a loop that has not come round for that long."""
    remind: timedelta = timedelta(minutes=10)
    """What has not been mended is said again."""
    tell: tuple[str, ...] = ()
    """People by id, or roles: whoever holds them then."""
    channel: str = "sms"
    gateway: str = ""
    """Its address, written as under [channels]; another one than calls go out by."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.channel not in _KINDS:
            raise ValueError(f"channel {self.channel!r} is no kind of address; expected one of {', '.join(_KINDS)}")
        if bool(self.tell) != bool(self.gateway):
            missing = "gateway" if self.tell else "tell"
            raise ValueError(f"{missing} missing; expected who is told (tell) and the gateway for it, or neither")
        return self


class Heartbeat(_Timed):
    """A dead man's switch outside: it is told that all is well, and raises the alarm itself when it is told nothing."""

    url: str = ""
    every: timedelta = timedelta(seconds=60)

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and not _is_web_address(url):
            raise ValueError("this is no address of a web server; expected https://HOST/PATH, as the service shows it")
        return url


class Logs(_Section):
    format: Literal["plain", "json"] = "plain"


class Metrics(_Section):
    token: str = ""
    """Whoever shows it may read /metrics from another machine; empty: only this machine, or the API's token."""


class Doctor(_Section):
    time: str = ""
    """A clock outside to compare with: ntp://HOST or https://HOST."""

    @field_validator("time")
    @classmethod
    def _is_a_clock(cls, url: str) -> str:
        if url and not (_is_web_address(url) or (url.startswith("ntp://") and urlsplit(url).hostname)):
            raise ValueError(f"{url!r} names no clock; expected ntp://HOST or https://HOST")
        return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
