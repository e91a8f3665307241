"""A channel's address as settings write it (`scheme://user:secret@host/path?option=value`), read once and then trusted."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from notifications.channels.errors import ChannelUrlError, MissingSecretError

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*|file:[^}]+)\}")
_FILE = "file:"


@dataclass(frozen=True, slots=True)
class Endpoint:
    scheme: str
    user: str
    secret: str = field(repr=False)
    host: str
    port: int | None
    path: tuple[str, ...]
    options: Mapping[str, str]

    @property
    def netloc(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"


def parse(kind: str, url: str, form: str) -> Endpoint:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as cause:
        raise ChannelUrlError(kind, "this is not an address", form) from cause
    return Endpoint(
        scheme=parts.scheme.lower(),
        user=unquote(parts.username or ""),
        secret=unquote(parts.password or ""),
        host=parts.hostname or "",
        port=port,
        path=tuple(unquote(step) for step in parts.path.split("/") if step),
        options=dict(parse_qsl(parts.query, keep_blank_values=True)),
    )


def web_base(kind: str, netloc: str, scheme: str, form: str) -> str:
    """The provider's `https://host`. Plain http is for a simulator on this machine alone: anyone could read the texts."""
    if scheme not in ("https", "http"):
        raise ChannelUrlError(kind, f"scheme={scheme} is unknown", form)
    if scheme == "http" and not is_loopback(urlsplit(f"//{netloc}").hostname or ""):
        raise ChannelUrlError(kind, f"scheme=http is allowed for this machine only, not for {netloc}", form)
    return f"{scheme}://{netloc}"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def fill_secrets(kind: str, url: str, environment: Mapping[str, str] = os.environ) -> str:
    """`${NAME}` becomes the environment's NAME, `${file:PATH}` the first line of a file.

    Quoted inside an address, as it stands when it is the whole of it.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        found = _first_line(kind, name.removeprefix(_FILE)) if name.startswith(_FILE) else environment.get(name)
        if not found:
            raise MissingSecretError(kind, name)
        return found if match[0] == url else quote(found, safe="")

    return _PLACEHOLDER.sub(value, url)


def _first_line(kind: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").partition("\n")[0].strip()
    except (OSError, ValueError) as cause:
        raise MissingSecretError(kind, f"{_FILE}{path}") from cause
