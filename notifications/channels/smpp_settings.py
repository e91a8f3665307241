"""The address of an SMPP gateway as settings write it."""

from dataclasses import dataclass, field

from notifications.channels.endpoint import Endpoint
from notifications.channels.errors import ChannelUrlError

PLAIN, TLS = "smppline", "smpplines"
FORM = "smppline://SYSTEM_ID:PASSWORD@HOST:2775/SOURCE?sign=NAME&window=16&ids=same (or smpplines://, over TLS)"
_PORTS = {PLAIN: 2775, TLS: 3550}
_LONGEST_PASSWORD, _LONGEST_ID = 8, 15
_WIDEST = 1000


@dataclass(frozen=True, slots=True)
class SmppAccount:
    host: str
    port: int
    has_tls: bool
    system_id: str
    password: str = field(repr=False)
    system_type: str
    source: str
    signature: str
    """With its brackets; empty where the gateway adds it."""
    window: int
    has_hex_ids: bool
    """The gateway's answers name a message in hexadecimal figures, and its receipts name the same one in decimal ones."""


def read_smpp_account(kind: str, endpoint: Endpoint) -> SmppAccount:
    if not (endpoint.user and endpoint.secret and endpoint.host):
        raise ChannelUrlError(kind, "the system id, its password or the host is missing", FORM)
    if len(endpoint.user) > _LONGEST_ID or len(endpoint.secret) > _LONGEST_PASSWORD:
        raise ChannelUrlError(
            kind, f"SMPP takes {_LONGEST_ID} characters of a system id and {_LONGEST_PASSWORD} of a password", FORM
        )
    if not endpoint.path:
        raise ChannelUrlError(kind, "the number that messages come from is missing", FORM)
    options = endpoint.options
    window, ids = options.get("window", "16"), options.get("ids", "same")
    if not (window.isdecimal() and 1 <= int(window) <= _WIDEST):
        raise ChannelUrlError(kind, f"window={window} is no number from 1 to {_WIDEST}", FORM)
    if ids not in ("same", "hex"):
        raise ChannelUrlError(kind, f"ids={ids} is neither same nor hex", FORM)
    sign = options.get("sign", "").strip("【】")
    return SmppAccount(
        host=endpoint.host,
        port=endpoint.port or _PORTS[endpoint.scheme],
        has_tls=endpoint.scheme == TLS,
        system_id=endpoint.user,
        password=endpoint.secret,
        system_type=options.get("system_type", ""),
        source=endpoint.path[0],
        signature=f"【{sign}】" if sign else "",
        window=int(window),
        has_hex_ids=ids == "hex",
    )
