"""Keys and signed links: who may come in by the API, and what a phone link allows. Pure but for reading the key files.

A link names one person, one assignment and an end; its signature is HMAC-SHA256 over that. It can do no more than that person
could, and every verb behind it is idempotent: a replayed link shows what was already done.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.clock import new_token

LINK_KEEPS = timedelta(hours=72)


class AuthError(Exception):
    status = 403


class ForgedLinkError(AuthError):
    def __str__(self) -> str:
        return "链接无效或不完整，请用最新短信中的链接 / this link is not valid or not whole; use the one from the latest message"


class ExpiredLinkError(AuthError):
    status = 410

    def __init__(self, expired_at: datetime) -> None:
        super().__init__(expired_at)
        self.expired_at = expired_at

    def __str__(self) -> str:
        at = self.expired_at.isoformat(timespec="minutes")
        return f"链接已于 {at} 过期，请回复短信或致电值班室 / this link expired at {at}; answer by SMS or call the duty office"


@dataclass(frozen=True, slots=True)
class LinkGrant:
    """What a link stands for."""

    response: str
    assignment: str
    person: str
    expires: datetime


class LinkSigner:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, grant: LinkGrant) -> str:
        """A URL-safe token."""
        fields = [grant.response, grant.assignment, grant.person, int(grant.expires.timestamp())]
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        return f"{_encoded(body)}.{_encoded(self._mac(body))}"

    def read(self, token: str, now: datetime) -> LinkGrant:
        """Errors: `ForgedLinkError`, `ExpiredLinkError`."""
        body_text, _, mac_text = token.partition(".")
        try:
            body, mac = _decoded(body_text), _decoded(mac_text)
        except ValueError as cause:
            raise ForgedLinkError from cause
        if not hmac.compare_digest(mac, self._mac(body)):
            raise ForgedLinkError
        response, assignment, person, expires = json.loads(body)
        grant = LinkGrant(response, assignment, person, datetime.fromtimestamp(expires, UTC))
        if grant.expires <= now:
            raise ExpiredLinkError(grant.expires)
        return grant

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:18]


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of this installation, made on first use, readable by the owner alone."""

    folder: Path

    def make(self) -> None:
        """All of them now, so that a refusal never points at a file that is not there."""
        for name in ("api-token", "link-key", "callback-path"):
            self._read(name)

    @property
    def api_token(self) -> str:
        """Bearer token of the HTTP API."""
        return self._read("api-token")

    @property
    def link_key(self) -> bytes:
        return self._read("link-key").encode()

    @property
    def callback_path(self) -> str:
        """The unguessable part of the address that SMS providers call back."""
        return self._read("callback-path")

    def _read(self, name: str) -> str:
        path = self.folder / "keys" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_once(path, new_token(24))
        return path.read_text("ascii").strip()


def _write_once(path: Path, secret: str) -> None:
    """Two processes that start together agree on the first one's secret, and never see half of it."""
    draft = path.with_name(f"{path.name}.{new_token(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
