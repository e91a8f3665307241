"""Faults that a test or a person orders from a simulated provider, each for so many requests."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fault:
    channel: Literal["sms", "tencent", "wechat", "wecombot", "smpp", "voice", "tencentvoice", "weixin", "aibot"]
    """Which provider: `sms` and `voice` are Alibaba Cloud's, `wechat` WeCom's application, `weixin` the Official Account."""
    code: str = ""
    """Refuse with this code (`isv.…`, an errcode, or a status of SMPP in hexadecimal figures)."""
    late: timedelta = timedelta(0)
    """Accept, then take so long to say so."""
    drop: bool = False
    """Accept, then close the connection without a word."""
    down: bool = False
    """Answer 503 and accept nothing."""
    receipt: Literal["", "none", "failed"] = ""
    """What the carrier reports later."""
    address: str = ""
    """Only for this phone."""
    times: int | None = None
    """How many requests; None until it is cleared."""


class Faults:
    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        self._ordered.append(fault)

    def clear(self) -> None:
        self._ordered.clear()

    def all(self) -> tuple[Fault, ...]:
        return tuple(self._ordered)

    def take(self, channel: str, address: str) -> Fault | None:
        """The first that fits, counted down."""
        for place, fault in enumerate(self._ordered):
            if fault.channel == channel and fault.address in ("", address):
                self._count_down(place, fault)
                return fault
        return None

    def _count_down(self, place: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times <= 1:
            del self._ordered[place]
        else:
            self._ordered[place] = replace(fault, times=fault.times - 1)
