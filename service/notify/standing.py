"""How the running service treats each gateway: left alone after a run of faults, or behind its twins for its receipts."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from notifications.health import SHARES, Standing
from plans.model import Text
from service.plain import Json
from store.kinds import Kind

Place = tuple[Kind, str]


class Dispatching(Protocol):
    def resting(self) -> Mapping[Place, datetime]:
        """Channels that are left alone as a whole, and until when."""
        ...

    def standings(self) -> Mapping[Place, Mapping[str, Standing]]: ...


class Treatment:
    """Of the gateways of a list the list knows; of one that is alone, the dispatcher does."""

    def __init__(self, in_lists: Callable[[], Mapping[Place, Mapping[str, datetime]]]) -> None:
        self._in_lists = in_lists
        self._dispatcher: Dispatching | None = None

    def ask(self, dispatcher: Dispatching) -> None:
        self._dispatcher = dispatcher

    def resting(self) -> list[Json]:
        """`gateway` is empty where the channel has only one."""
        whole = self._dispatcher.resting() if self._dispatcher else {}
        each = {(*place, ""): until for place, until in whole.items()}
        each |= {(*place, name): until for place, own in self._in_lists().items() for name, until in own.items()}
        return [
            {"for": kind.value, "channel": channel, "gateway": gateway, "until": until.isoformat()}
            for (kind, channel, gateway), until in each.items()
        ]

    def by_receipts(self) -> list[Json]:
        standings = self._dispatcher.standings() if self._dispatcher else {}
        return [
            {"for": kind.value, "channel": channel, "gateway": name, **_standing(standing)}
            for (kind, channel), own in standings.items()
            for name, standing in own.items()
        ]


def with_treatment(channels: list[Json], served: Json | None) -> list[Json]:
    """The view of the channels, and at each gateway what the running service says of it; None where none runs."""
    for channel in channels:
        for gateway in channel["gateways"]:
            gateway["resting_until"] = next((each["until"] for each in _of(served, "resting", channel, gateway)), None)
            gateway["by_receipts"] = next(_of(served, "by_receipts", channel, gateway), None)
    return channels


def told(by_receipts: Json) -> Text:
    """How a gateway of a list does, and where it stands for it."""
    share = by_receipts["share"]
    messages, delivered, slow, failed = (by_receipts[name] for name in ("messages", "delivered", "slow", "failed"))
    place = Text("", "")
    if share == SHARES[0]:
        place = Text("按回执排在其他网关之后，", "asked after its twins for its receipts; ")
    elif share < SHARES[-1]:
        place = Text(f"试回原位，{share}% 的普通消息先走它，", f"on trial, with {share} % of ordinary messages first; ")
    zh = f"近期 {messages} 条，送达 {delivered}，慢 {slow}，运营商失败 {failed}"
    en = f"of {messages} of late {delivered} delivered, {slow} slow, {failed} failed at the carrier"
    return Text(place.zh + zh, place.en + en)


def _of(served: Json | None, what: str, channel: Json, gateway: Json) -> Iterator[Json]:
    for each in served[what] if served else ():
        if (each["for"], each["channel"]) == (channel["for"], channel["channel"]) and each["gateway"] in ("", gateway["name"]):
            yield each


def _standing(standing: Standing) -> Json:
    figures = standing.figures
    return {
        "share": standing.share,
        "since": standing.since.isoformat() if standing.since else None,
        "messages": figures.messages,
        "delivered": figures.delivered,
        "slow": figures.slow,
        "failed": figures.failed,
    }
