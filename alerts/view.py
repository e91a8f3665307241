"""The map of plain values that a plan's triggers see: every key is always there, text is cleaned, severity has a rank."""

import re
from collections.abc import Iterable, Mapping, Sequence

from alerts.chains import TargetState
from alerts.display import clean, one_line
from alerts.model import Info, Named

_decimal = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


def alert_map(state: TargetState) -> Mapping[str, object]:
    """One target of one message, in the language that `preferred` chooses for texts."""
    alert, target = state.message.alert, state.target
    info = preferred(target.infos, "zh")
    parameters = _named(each for one in (info, *target.infos) for each in one.parameters)
    return {
        "status": alert.status.value if alert.status else "",
        "type": alert.type.value if alert.type else "",
        "sender": one_line(alert.sender),
        "identifier": one_line(alert.identifier),
        "event": one_line(info.event),
        "event_codes": _values(code for each in target.infos for code in each.event_codes),
        "categories": _distinct(category for each in target.infos for category in each.categories),
        "severity": target.severity.value,
        "severity_rank": target.rank,
        "urgency": target.urgency.value,
        "certainty": target.certainty.value,
        "response_types": _distinct(kind for each in target.infos for kind in each.response_types),
        "headline": one_line(info.headline),
        "description": clean(info.description),
        "areas": _distinct(one_line(area.description) for area in target.areas),
        "geocodes": _values(code for area in target.areas for code in area.geocodes),
        "parameters": dict(parameters),
        "numbers": {name: number for name, text in parameters.items() if (number := _number(text)) is not None},
        "color": target.color.value if target.color else "",
        "level": target.color.level if target.color else 0,
    }


def _named(pairs: Iterable[Named]) -> dict[str, str]:
    """The first value of each name, in the language of the texts."""
    found: dict[str, str] = {}
    for pair in pairs:
        found.setdefault(one_line(pair.name), one_line(pair.value))
    return found


def _number(text: str) -> float | None:
    """A plain decimal number; with a unit or a word about it, it may mean anything."""
    return float(text) if _decimal.fullmatch(text) else None


def preferred(infos: Sequence[Info], language: str) -> Info:
    """The exact tag, else the same primary language (traditional script apart from simplified), else the first."""
    wanted = language.casefold()
    for matches in (
        lambda info: info.language.casefold() == wanted,
        lambda info: _family(info.language) == _family(language),
        lambda info: info.language.casefold().split("-")[0] == wanted.split("-")[0],
    ):
        for info in infos:
            if matches(info):
                return info
    return infos[0]


def _family(language: str) -> str:
    primary, *rest = language.casefold().replace("_", "-").split("-")
    if primary == "zh" and set(rest) & {"mo", "tw", "hk", "hant"}:
        return "zh-hant"
    return primary


def _distinct(values: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(value for value in values if value)]


def _values(pairs: Iterable[Named]) -> list[str]:
    return _distinct(one_line(pair.value) for pair in pairs)
