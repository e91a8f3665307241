"""Alibaba Cloud's gateway: who signed, when, and not twice; the signature covers query, headers and body."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from notifications.channels import acs3
from notifications.simulators.aliyun_rules import Refusal

_AUTHORIZATION = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})")
_MUST_BE_SIGNED = {
    "host",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
}
_SKEW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes


class Gateway:
    def __init__(self, key: str, secret: str) -> None:
        self._key, self._secret = key, secret
        self._nonces: set[str] = set()

    def refuses(self, request: SignedRequest, now: datetime) -> Refusal | None:
        match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        if match is None:
            return Refusal("MissingAuthorization", "Authorization is not ACS3-HMAC-SHA256", 400)
        key, names, signature = match.groups()
        if key != self._key:
            return Refusal("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404)
        return (
            self._refuses_time(request, now) or self._refuses_signature(request, names, signature) or self._refuses_twice(request)
        )

    def _refuses_time(self, request: SignedRequest, now: datetime) -> Refusal | None:
        try:
            written = datetime.strptime(request.headers.get("x-acs-date", ""), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            return Refusal("InvalidTimeStamp.Format", "x-acs-date is not yyyy-MM-ddTHH:mm:ssZ", 400)
        if abs(now - written) > _SKEW:
            return Refusal("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", 400)
        return None

    def _refuses_signature(self, request: SignedRequest, names: str, signature: str) -> Refusal | None:
        signed = names.split(";")
        content_hash = hashlib.sha256(request.body).hexdigest()
        whole = set(signed) >= _MUST_BE_SIGNED and all(name in request.headers for name in signed)
        if not whole or request.headers["x-acs-content-sha256"] != content_hash:
            return Refusal("SignatureDoesNotMatch", "a header is not signed, or the body was changed", 400)
        headers = {name: request.headers[name] for name in signed}
        expected = acs3.signature(self._secret, request.method, acs3.canonical_query(request.query), headers, content_hash)
        if not hmac.compare_digest(expected, signature):
            return Refusal("SignatureDoesNotMatch", "Specified signature does not match our calculation.", 400)
        return None

    def _refuses_twice(self, request: SignedRequest) -> Refusal | None:
        nonce = request.headers["x-acs-signature-nonce"]
        if nonce in self._nonces:
            return Refusal("SignatureNonceUsed", "Specified signature nonce was used already.", 400)
        self._nonces.add(nonce)
        return None
