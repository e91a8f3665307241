"""Tencent Cloud's gateway: who signed, when; the signature covers the named headers and the body."""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from notifications.channels import tc3
from notifications.simulators.tencent_rules import Refusal

_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/(sms|vms)/tc3_request,\s*"
    r"SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})"
)
_MUST_BE_SIGNED = {"content-type", "host"}
_SKEW = timedelta(minutes=5)


class TencentGateway:
    def __init__(self, identifier: str, secret: str) -> None:
        self._identifier, self._secret = identifier, secret

    def refuses(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Refusal | None:
        """`headers` have lower-case names."""
        match = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if match is None:
            return Refusal("AuthFailure.InvalidAuthorization", "The Authorization header is not TC3-HMAC-SHA256")
        identifier, day, service, names, signature = match.groups()
        if identifier != self._identifier:
            return Refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found")
        stamp = headers.get("x-tc-timestamp", "")
        if not stamp.isdecimal() or abs(now - datetime.fromtimestamp(int(stamp), UTC)) > _SKEW or tc3.day(stamp) != day:
            return Refusal("AuthFailure.SignatureExpire", "The time of the request is more than five minutes from ours")
        signed = {name: headers.get(name, "") for name in names.split(";")}
        expected = tc3.signature(service, self._secret, stamp, signed, body)
        if not signed.keys() >= _MUST_BE_SIGNED or not hmac.compare_digest(expected, signature):
            return Refusal("AuthFailure.SignatureFailure", "The provided credentials could not be validated")
        return None
