"""How Tocsin reaches people and is reached: `tocsin.toml` in the data folder. Whatever is wrong in it is said at the start."""

import re
import tomllib
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from plans.quantities import duration
from service.settings_faults import SettingsError, faults_of
from service.settings_watching import Doctor, Heartbeat, Logs, Metrics, Watchdog

WRITTEN_TO_A_FILE = ("file://",)
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on
_TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
_AES_KEY = re.compile(r"[0-9A-Za-z]{43}")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(_Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    public_url: str = ""
    """How phones reach us; empty: the host and port above."""

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and not _leads_somewhere(url):
            raise ValueError(
                f"{url!r} is no address of a web server; expected https://HOST, with :PORT and /PATH where there are"
            )
        return url

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.host in EVERYWHERE and not self.public_url:
            raise ValueError(f"public_url is missing: nobody can call {self.host!r} back; expected the address that phones use")
        return self


class Prefect(_Section):
    port: int = Field(default=4210, ge=1, le=65535)
    """Of our own Prefect server; not used where PREFECT_API_URL is set."""


class _Sealed(_Section):
    """What WeChat and WeCom seal their calls to us with."""

    token: str = ""
    encoding_aes_key: str = ""

    @field_validator("token")
    @classmethod
    def _is_a_token(cls, token: str) -> str:
        if token and not _TOKEN.fullmatch(token):
            raise ValueError("this is no Token; expected 3 to 32 letters and digits, as the application's page shows them")
        return token

    @field_validator("encoding_aes_key")
    @classmethod
    def _is_a_key(cls, key: str) -> str:
        if key and not _AES_KEY.fullmatch(key):
            raise ValueError(f"{len(key)} characters that are no EncodingAESKey; expected 43 letters and digits, copied whole")
        return key

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        given = {name: bool(getattr(self, name)) for name in type(self).model_fields}
        missing = " and ".join(name for name, is_given in given.items() if not is_given)
        if any(given.values()) and missing:
            raise ValueError(f"{missing} missing; expected all of {', '.join(given)}, or none of them at all")
        return self


class Wecom(_Sealed):
    """Callback of the WeCom application; left out as a whole: button answers are refused."""

    corp: str = ""


class OfficialAccount(_Sealed):
    """Callback of a WeChat Official Account; left out as a whole: no receipts and no answers of followers."""

    application: str = ""


class Callbacks(_Section):
    """Who may call back with receipts and answers, beside knowing the secret address."""

    sources: tuple[str, ...] = ()
    """Networks, as in `203.0.113.0/24`; none: from anywhere."""

    @field_validator("sources")
    @classmethod
    def _are_networks(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        for source in sources:
            try:
                ip_network(source)
            except ValueError as cause:
                raise ValueError(f"{source!r} is no network; expected as in 203.0.113.0/24 or 203.0.113.7") from cause
        return sources

    def allows(self, address: str) -> bool:
        """An IPv4 address that arrives at an IPv6 door is the same address."""
        try:
            found = ip_address(address)
        except ValueError:
            return not self.sources
        plain = getattr(found, "ipv4_mapped", None) or found
        return not self.sources or any(plain in ip_network(source) for source in self.sources)


class Channels(_Section):
    """The address of the gateway for each kind, or several in the order they are asked in; None: nothing is said of it."""

    sms: tuple[str, ...] | None = None
    wechat: tuple[str, ...] | None = None
    voice: tuple[str, ...] | None = None
    email: tuple[str, ...] | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _is_one_or_several(cls, value: object) -> object:
        urls = [value] if isinstance(value, str) else value
        if not (isinstance(urls, list) and urls and all(isinstance(url, str) for url in urls)):
            raise ValueError('expected "ADDRESS", or ["FIRST", "SECOND"] for gateways that are asked in this order')
        return tuple(urls)

    def named(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = self.model_dump(exclude_none=True)
        return found


class Retention(_Section):
    """How long after a response has closed; None: for ever."""

    personal_data: timedelta | None = None
    """Names, addresses, texts of messages and replies."""
    evidence: timedelta | None = None
    """Photos and files."""

    @field_validator("*", mode="before")
    @classmethod
    def _is_a_length(cls, value: object) -> timedelta | None:
        length = duration(value) if isinstance(value, str) else None
        if not length:
            raise ValueError(f'{value!r} is no length of time; expected a number of days, as in "180 d"')
        return length


class Settings(_Section):
    zone: str = "Asia/Shanghai"
    server: Server = Server()
    prefect: Prefect = Prefect()
    wecom: Wecom = Wecom()
    official_account: OfficialAccount = OfficialAccount()
    callbacks: Callbacks = Callbacks()
    channels: Channels = Channels()
    """A kind not named here is written to a file in the data folder."""
    drill_channels: Channels = Channels()
    """The same for drills; a kind not named here goes where the real one goes."""
    watchdog: Watchdog = Watchdog()
    heartbeat: Heartbeat = Heartbeat()
    logs: Logs = Logs()
    metrics: Metrics = Metrics()
    doctor: Doctor = Doctor()
    retention: Retention = Retention()

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as cause:
            raise ValueError(f"there is no time zone {zone!r}; expected a name such as Asia/Shanghai") from cause
        return zone

    @property
    def public_url(self) -> str:
        return (self.server.public_url or f"http://{self.server.host}:{self.server.port}").rstrip("/")

    @property
    def own_url(self) -> str:
        """Where our own doors are, seen from this machine."""
        host = "127.0.0.1" if self.server.host in EVERYWHERE else self.server.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.server.port}"

    def channel_urls(self) -> dict[str, tuple[str, ...]]:
        return {**dict.fromkeys(Channels.model_fields, WRITTEN_TO_A_FILE), **self.channels.named()}

    def drill_channel_urls(self) -> dict[str, tuple[str, ...]]:
        return {**self.channel_urls(), **self.drill_channels.named()}


def read_settings(path: Path) -> Settings:
    """Defaults where the file is absent. Error: `SettingsError`, with every fault."""
    try:
        return Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return Settings()
    except OSError as cause:
        raise SettingsError(str(path), [f"cannot be read: {cause.strerror}"]) from cause
    except UnicodeDecodeError as cause:
        raise SettingsError(str(path), [f"byte {cause.start} is not UTF-8; save the file as UTF-8"]) from cause
    except tomllib.TOMLDecodeError as cause:
        raise SettingsError(str(path), [f"not TOML: {cause}"]) from cause
    except ValidationError as cause:
        raise SettingsError(str(path), faults_of(cause, Settings)) from cause


def _leads_somewhere(url: str) -> bool:
    """A web address of a host, without an account, a query or a fragment, so that paths can be put after it."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and not (parts.username or parts.query or parts.fragment or re.search(r"\s", url))
