"""TC3-HMAC-SHA256, the signature of Tencent Cloud's APIs, over values that are handed in (no clock, no random numbers)."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

ALGORITHM = "TC3-HMAC-SHA256"
CONTENT_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Service:
    """Which of its APIs is meant; the name is part of what is signed."""

    name: str
    version: str


SMS = Service("sms", "2021-01-11")
VOICE = Service("vms", "2020-09-02")


def signature(service: str, secret: str, stamp: str, headers: Mapping[str, str], body: bytes) -> str:
    """Of a POST to `/`, over `headers` (lower-case names, those that are signed); `stamp` is the Unix time as it was sent."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in sorted(headers))
    request = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    scope = f"{day(stamp)}/{service}/tc3_request"
    to_sign = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"TC3{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def signed_headers(
    service: Service, identifier: str, secret: str, host: str, action: str, region: str, body: bytes, now: datetime
) -> dict[str, str]:
    """`now` is real time: the provider refuses five minutes of difference."""
    stamp = str(int(now.timestamp()))
    signed = {"content-type": CONTENT_TYPE, "host": host}
    sign = signature(service.name, secret, stamp, signed, body)
    scope = f"{day(stamp)}/{service.name}/tc3_request"
    return {
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Version": service.version,
        "X-TC-Region": region,
        "X-TC-Timestamp": stamp,
        "Authorization": f"{ALGORITHM} Credential={identifier}/{scope}, SignedHeaders={';'.join(signed)}, Signature={sign}",
    }


def day(stamp: str) -> str:
    """The UTC day of a Unix time. Error: ValueError."""
    return datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d")
