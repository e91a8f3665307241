"""Where Tocsin keeps its data and how it reaches people: `TOCSIN_HOME` and the `tocsin.toml` in it."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

CHANNEL_KINDS = ("sms", "wechat", "voice", "email")


class SettingsError(Exception):
    def __init__(self, path: str, fault: str) -> None:
        super().__init__(path, fault)
        self.path, self.fault = path, fault

    def __str__(self) -> str:
        return f"{self.path}: {self.fault}"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(_Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    public_url: str = ""
    """How phones reach us; empty: the host and port above."""


class Prefect(_Section):
    port: int = Field(default=4210, ge=1, le=65535)
    """Of our own Prefect server; not used where PREFECT_API_URL is set."""


class Wecom(_Section):
    """Callback of the WeCom application; empty: button answers are refused."""

    token: str = ""
    encoding_aes_key: str = ""
    corp: str = ""


class Settings(_Section):
    zone: str = "Asia/Shanghai"
    server: Server = Server()
    prefect: Prefect = Prefect()
    wecom: Wecom = Wecom()
    channels: dict[str, str] = Field(default_factory=dict)
    """Channel kind to URL; a kind not named here is written to a file in the data folder."""
    drill_channels: dict[str, str] = Field(default_factory=dict)
    """The same for drills; a kind not named here goes where the real one goes."""

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except ZoneInfoNotFoundError as cause:
            raise ValueError(f"there is no time zone {zone!r}; expected a name such as Asia/Shanghai") from cause
        return zone

    @property
    def public_url(self) -> str:
        return (self.server.public_url or f"http://{self.server.host}:{self.server.port}").rstrip("/")

    def channel_urls(self) -> dict[str, str]:
        return {**dict.fromkeys(CHANNEL_KINDS, "file://"), **self.channels}

    def drill_channel_urls(self) -> dict[str, str]:
        return {**self.channel_urls(), **self.drill_channels}


@dataclass(frozen=True, slots=True)
class Folder:
    """The data folder and the files in it."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "tocsin.db"

    @property
    def settings(self) -> Path:
        return self.path / "tocsin.toml"

    @property
    def plans(self) -> Path:
        """The bureau's own plans; they come before the shipped library."""
        return self.path / "plans"

    @property
    def alert_sources(self) -> Path:
        return self.path / "alerts.toml"

    @property
    def evidence(self) -> Path:
        """What people sent from their phones, by response."""
        return self.path / "evidence"

    @property
    def logs(self) -> Path:
        return self.path / "logs"


def folder_from_environment() -> Folder:
    """`TOCSIN_HOME`, or the per-user default: `$XDG_DATA_HOME/tocsin`, else `~/.local/share/tocsin`."""
    named = os.environ.get("TOCSIN_HOME")
    if named:
        return Folder(Path(named).expanduser())
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Folder(Path(base) / "tocsin")


def read_settings(path: Path) -> Settings:
    """Defaults where the file is absent. Error: `SettingsError`, with every fault."""
    if not path.exists():
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as cause:
        raise SettingsError(str(path), f"not TOML: {cause}") from cause
    except ValidationError as cause:
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in cause.errors())
        raise SettingsError(str(path), faults) from cause
