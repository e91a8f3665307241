"""What the bureau decided about one source of alerts: who may send, how strict, where the bureau's area is. Read from TOML."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from alerts.coordinates import read_polygon
from alerts.divisions import is_known_form
from alerts.errors import ProfileError
from alerts.jurisdiction import Jurisdiction

_DURATION = re.compile(r"(\d{1,4}) ?(min|h|d)")
_UNITS = {"min": "minutes", "h": "hours", "d": "days"}
_LOCAL = Path(__file__).parent / "profiles" / "local.toml"


@dataclass(frozen=True, slots=True)
class Profile:
    """`senders` and `authorities` are patterns (`*@nmc.cn`). Senders of one authority may cancel for each other."""

    name: str
    senders: tuple[str, ...]
    authorities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zone: str = ""
    default_expiry: timedelta | None = timedelta(hours=24)
    """How long a message without a usable expiry stays in force; None: until it is lifted."""
    when_expired: Literal["record", "ask"] = "record"
    """Whether a message that arrives expired only goes on record, or also asks the duty officer."""
    signature: Literal["require", "check", "ignore"] = "check"
    certificates: tuple[str, ...] = ()
    jurisdiction: Jurisdiction = field(default_factory=Jurisdiction)
    clock_tolerance: timedelta = timedelta(minutes=5)

    def accepts(self, sender: str) -> bool:
        return any(fnmatchcase(sender, pattern) for pattern in self.senders)

    def authority_of(self, sender: str) -> str:
        """The group that speaks with one voice; a sender in none speaks for itself."""
        for name, patterns in self.authorities.items():
            if any(fnmatchcase(sender, pattern) for pattern in patterns):
                return f"authority:{name}"
        return f"sender:{sender}"


def read_profile(text: str, where: str = "profile") -> Profile:
    """One profile. Errors: `ProfileError` that names the key and what was expected."""
    return _validated(_Profile, text, where).made()


def read_sources(text: str, where: str = "alerts.toml") -> Mapping[str, Profile]:
    """All sources of a bureau: `[sources.NAME]` tables, and `[jurisdiction]` for those that name none of their own.

    `local`, for files handed in by a person, is there unless the file defines another one.
    """
    given = _validated(_Sources, text, where)
    shipped = _validated(_Profile, _LOCAL.read_text(encoding="utf-8"), _LOCAL.name)
    profiles = {"local": shipped, **given.sources}
    return {name: profile.made(name, given.jurisdiction) for name, profile in profiles.items()}


@cache
def local_profile() -> Profile:
    """For files that a person hands in: the person vouches for the source, so every sender is accepted."""
    return read_profile(_LOCAL.read_text(encoding="utf-8"), _LOCAL.name)


def _duration(value: object) -> object:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is not a duration such as '24 h', '30 min' or '2 d'")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _expiry(value: object) -> object:
    return None if value == "until lifted" else _duration(value)


def _zone(value: str) -> str:
    try:
        if value:
            ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as cause:
        raise ValueError(f"{value!r} is not a time zone such as 'Asia/Shanghai'") from cause
    return value


def _division(value: str) -> str:
    if not is_known_form(value):
        raise ValueError(f"{value!r} is not a division code of 2, 4, 6, 9 or 12 digits")
    return value


def _polygon(value: str) -> str:
    ring = read_polygon(value)
    if not ring.points:
        raise ValueError(f"not a polygon 'lat,lon lat,lon …' ({ring.faults[-1]})")
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Jurisdiction(_Strict):
    geocodes: tuple[Annotated[str, AfterValidator(_division)], ...] = ()
    polygons: tuple[Annotated[str, AfterValidator(_polygon)], ...] = ()


class _Profile(_Strict):
    name: str = ""
    senders: tuple[str, ...]
    authorities: dict[str, tuple[str, ...]] = {}
    zone: Annotated[str, AfterValidator(_zone)] = ""
    default_expiry: Annotated[timedelta | None, BeforeValidator(_expiry)] = timedelta(hours=24)
    when_expired: Literal["record", "ask"] = "record"
    signature: Literal["require", "check", "ignore"] = "check"
    certificates: tuple[str, ...] = ()
    jurisdiction: _Jurisdiction | None = None
    clock_tolerance: Annotated[timedelta, BeforeValidator(_duration)] = timedelta(minutes=5)

    def made(self, name: str = "", common: _Jurisdiction | None = None) -> Profile:
        area = self.jurisdiction or common or _Jurisdiction()
        return Profile(
            name=name or self.name,
            senders=self.senders,
            authorities=self.authorities,
            zone=self.zone,
            default_expiry=self.default_expiry,
            when_expired=self.when_expired,
            signature=self.signature,
            certificates=self.certificates,
            jurisdiction=Jurisdiction(area.geocodes, area.polygons),
            clock_tolerance=self.clock_tolerance,
        )


class _Sources(_Strict):
    jurisdiction: _Jurisdiction | None = None
    sources: dict[str, _Profile] = {}


_Model = TypeVar("_Model", bound=BaseModel)


def _validated(model: type[_Model], text: str, where: str) -> _Model:
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as cause:
        raise ProfileError(where, f"not TOML: {cause}") from cause
    except ValidationError as cause:
        first = cause.errors()[0]
        raise ProfileError(where, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from cause
