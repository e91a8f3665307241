"""ACS3-HMAC-SHA256, the signature of Alibaba Cloud's APIs, over values that are handed in (no clock, no random numbers)."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_query(query: Mapping[str, str]) -> str:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(query.items()))


def signature(secret: str, method: str, query: str, headers: Mapping[str, str], content_hash: str) -> str:
    """Over all of `headers` (lower-case names) and the canonical `query`."""
    request = "\n".join(
        [
            method,
            "/",
            query,
            "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers)),
            ";".join(sorted(headers)),
            content_hash,
        ]
    )
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    return hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


def signed_headers(
    key: str, secret: str, host: str, action: str, query: Mapping[str, str], now: datetime, nonce: str, form: bytes = b""
) -> dict[str, str]:
    """The headers of a POST whose body is `form`; `now` is real time (the provider refuses 15 minutes of difference)."""
    content_hash = hashlib.sha256(form).hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-version": "2017-05-25",
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-content-sha256": content_hash,
    } | ({"content-type": "application/x-www-form-urlencoded"} if form else {})
    sign = signature(secret, "POST", canonical_query(query), headers, content_hash)
    names = ";".join(sorted(headers))
    return headers | {"Authorization": f"{ALGORITHM} Credential={key},SignedHeaders={names},Signature={sign}"}


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
