"""Where the addresses of apprise's own plugins may lead: out to the world, never to this machine or this network unless allowed.

It is judged at the moment of connecting, by the address that is really dialled: a name that suddenly means another address,
and a server that sends us elsewhere, change nothing. A proxy of the environment is dialled like any other address.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from notifications.channels.errors import ChannelUrlError

Network = IPv4Network | IPv6Network
_FORM = "…&allow=192.0.2.0/24,192.0.2.7"
_NAT64 = ip_network("64:ff9b::/96")
_DIALS = ("socket.connect", "socket.sendto")
_this_thread = threading.local()
_installing = threading.Lock()
_installed: list[bool] = []


class ForbiddenAddressError(OSError):
    """What a plugin meets in place of a connection."""


@dataclass(slots=True)
class Reach:
    """`public`: the world may be dialled, as is right for TLS only. `refused`: what was dialled in vain."""

    allowed: Sequence[Network] = ()
    public: bool = True
    refused: list[str] = field(default_factory=list)

    def check(self, address: object) -> None:
        host = str(address[0]) if isinstance(address, tuple) and address else str(address)
        if not self._may(host):
            self.refused.append(host)
            raise ForbiddenAddressError(f"{host} is not to be reached from here")

    def _may(self, host: str) -> bool:
        """A name that nobody has resolved yet could mean anything."""
        try:
            found = plain(ip_address(host.partition("%")[0]))
        except ValueError:
            return False
        if any(found in network for network in self.allowed):
            return True
        return self.public and found.is_global and not found.is_multicast


def plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address only wraps."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def networks(kind: str, written: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in written.split(",") if part.strip())
    except ValueError as cause:
        raise ChannelUrlError(kind, f"allow={written} names no networks", _FORM) from cause


@contextmanager
def within(reach: Reach) -> Iterator[None]:
    """Whatever this thread dials inside the block is judged by `reach`."""
    _install()
    _this_thread.reach = reach
    try:
        yield
    finally:
        _this_thread.reach = None


def _install() -> None:
    """Once: Python has no way to take such a hook away, and it asks nothing of threads that are not inside a block."""
    with _installing:
        if not _installed:
            sys.addaudithook(_judge)
            _installed.append(True)


def _judge(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _DIALS:
        return
    reach: Reach | None = getattr(_this_thread, "reach", None)
    if reach is not None:
        reach.check(arguments[1])
