"""What a message calls for, where and how long: its `info` blocks with nine languages folded into one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.colors import Color, color_of
from alerts.defects import Defects
from alerts.model import Alert, Area, Certainty, Info, MessageType, Severity, Urgency


@dataclass(frozen=True, slots=True)
class Target:
    """One call for action. Where languages disagree the graver and the longer one is used."""

    infos: tuple[Info, ...]
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    color: Color | None
    areas: tuple[Area, ...]
    starts: datetime
    until: datetime | None
    """None: until it is lifted."""
    is_lifted: bool
    """AllClear or Past: it ends, and no severity beside it says otherwise."""

    @property
    def rank(self) -> int:
        """0 unknown, 1 minor … 4 extreme; a colour that is graver than the severity counts."""
        return max(self.severity.rank, self.color.severity.rank if self.color else 0)


def targets_of(alert: Alert, keeps: timedelta | None, defects: Defects | None = None) -> tuple[Target, ...]:
    """`keeps` is how long a message without a usable expiry stays in force; None: until it is lifted."""
    found = defects if defects is not None else Defects()
    return tuple(_target(alert, infos, keeps, found) for infos in _by_language(alert.infos))


def _by_language(infos: Sequence[Info]) -> list[tuple[Info, ...]]:
    """The nth block of every language is one target."""
    seen: dict[str, int] = {}
    groups: list[list[Info]] = []
    for info in infos:
        language = info.language.casefold()
        position = seen.get(language, 0)
        seen[language] = position + 1
        if position == len(groups):
            groups.append([])
        groups[position].append(info)
    return [tuple(group) for group in groups]


def _target(alert: Alert, infos: tuple[Info, ...], keeps: timedelta | None, defects: Defects) -> Target:
    severity = max((info.severity for info in infos), key=lambda severity: severity.rank)
    color = color_of(infos)
    _note_disagreements(infos, severity, color, defects)
    ends = [_until(alert, info, keeps, defects) for info in infos]
    effective = [info.effective or alert.sent for info in infos]
    return Target(
        infos=infos,
        severity=severity,
        urgency=max((info.urgency for info in infos), key=lambda urgency: urgency.rank),
        certainty=max((info.certainty for info in infos), key=lambda certainty: certainty.rank),
        color=color,
        areas=_areas(infos),
        starts=min(effective),
        until=None if None in ends else max(end for end in ends if end is not None),
        is_lifted=all(_is_lifted(alert, info) for info in infos),
    )


def _until(alert: Alert, info: Info, keeps: timedelta | None, defects: Defects) -> datetime | None:
    if info.expires and info.expires > alert.sent:
        return info.expires
    if info.expires and not _is_lifted(alert, info):
        defects.add("expires_before_sent", "/alert/info/expires")
    return None if keeps is None else alert.sent + keeps


def _is_lifted(alert: Alert, info: Info) -> bool:
    if info.urgency is Urgency.PAST or "AllClear" in info.response_types:
        return True
    is_over = info.expires is not None and info.expires <= alert.sent
    return alert.type is MessageType.UPDATE and is_over and info.response_types == ("None",)


def _areas(infos: tuple[Info, ...]) -> tuple[Area, ...]:
    """The first language's areas, and those of the others only where their shapes or codes differ."""
    chosen: dict[object, Area] = {}
    for info in infos:
        for area in info.areas:
            shapes = (area.polygons, area.circles, area.geocodes)
            chosen.setdefault(shapes if any(shapes) else area.description, area)
    return tuple(chosen.values())


def _note_disagreements(infos: tuple[Info, ...], severity: Severity, color: Color | None, defects: Defects) -> None:
    for name in ("severity", "urgency", "certainty", "expires", "effective"):
        if len({getattr(info, name) for info in infos}) > 1:
            defects.add("languages_disagree", "/alert/info", element=name)
    if len({frozenset(area.polygons + area.circles for area in info.areas) for info in infos}) > 1:
        defects.add("languages_disagree", "/alert/info", element="area")
    if color and color.severity is not severity:
        defects.add("color_disagrees", "/alert/info", color=color.value, severity=severity.value)
