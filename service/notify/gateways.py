"""The gateways that the settings name, for each kind of address: their order, what leaves this machine, their templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from notifications.channels import registry
from notifications.channels.described import Described, described
from notifications.channels.errors import ChannelError
from notifications.limits import LIMITS
from notifications.message import Channel
from service.plain import Json
from service.settings import Settings
from service.wiring import Home
from store.kinds import Kind

TABLES = {Kind.REAL: "channels", Kind.DRILL: "drill_channels"}
"""The part of tocsin.toml that names them."""


@dataclass(frozen=True, slots=True)
class Configured:
    """One kind of address, for real messages or for drills. With a `fault` there is no gateway: `tocsin serve` does not start.

    `gateways`: by name, in the order they are asked in, each with its secrets.
    """

    kind: Kind
    channel: str
    gateways: Mapping[str, str] = field(default_factory=dict, repr=False)
    stays_here: bool = False
    file: Path | None = None
    as_real: bool = False
    """A drill's channel that no setting tells from the real one."""
    fault: str = ""


def urls_of(settings: Settings) -> dict[Kind, dict[str, tuple[str, ...]]]:
    return {Kind.REAL: settings.channel_urls(), Kind.DRILL: settings.drill_channel_urls()}


def folder_of(home: Home, kind: Kind) -> Path:
    return home.folder.path / "drill" if kind is Kind.DRILL else home.folder.path


def configured(home: Home) -> Iterator[Configured]:
    """Error: `SettingsError`."""
    urls = urls_of(home.settings)
    for kind, own in urls.items():
        for channel, each in own.items():
            as_real = kind is Kind.DRILL and each == urls[Kind.REAL][channel]
            yield _configured(kind, channel, each, folder_of(home, kind), as_real=as_real)


def built(home: Home, one: Configured) -> Channel:
    """The channel as `tocsin serve` builds it. Whoever asks for it closes it."""
    return registry.build({one.channel: tuple(one.gateways.values())}, folder_of(home, one.kind))[one.channel]


def channels_view(home: Home) -> list[Json]:
    return [_view(each) for each in configured(home)]


def _configured(kind: Kind, channel: str, urls: tuple[str, ...], folder: Path, *, as_real: bool) -> Configured:
    try:
        registry.build({channel: urls}, folder)
        gateways = registry.named(channel, urls)
    except ChannelError as fault:
        return Configured(kind, channel, as_real=as_real, fault=f"[{TABLES[kind]}] {fault}")
    stays_here = registry.stays_here(tuple(gateways.values()))
    return Configured(kind, channel, gateways, stays_here, registry.file_of(channel, folder) if stays_here else None, as_real)


def _view(one: Configured) -> Json:
    return {
        "channel": one.channel,
        "for": one.kind.value,
        "as_real": one.as_real,
        "fault": one.fault,
        "leaves_this_machine": bool(one.gateways) and not one.stays_here,
        "written_to": str(one.file) if one.file else None,
        "gateways": [] if one.stays_here else [_gateway(name, described(one.channel, url)) for name, url in one.gateways.items()],
        "for_each_person": [
            {"most": window.most, "seconds": int(window.duration.total_seconds())} for window in LIMITS.get(one.channel, ())
        ],
    }


def _gateway(name: str, gateway: Described) -> Json:
    place = gateway.place
    return {
        "name": name,
        "address": gateway.address,
        "host": f"{place.host}:{place.port}" if place else None,
        "tls": place.has_tls if place else None,
        "signature": gateway.signature,
        "limits": dict(gateway.limits),
        "templates": {
            message: {"code": template.code, "variables": list(template.variables)}
            for message, template in gateway.templates.items()
        },
    }
