"""The Chinese warning colours (红橙黄蓝): from a structured place first, then from the headline by an exact pattern."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from alerts.display import one_line
from alerts.model import Info, Named, Severity


class Color(StrEnum):
    """In the order of the levels I to IV (特别重大, 重大, 较大, 一般)."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def severity(self) -> Severity:
        return _SEVERITIES[self]

    @property
    def level(self) -> int:
        """1 to 4, as in Ⅰ级 to Ⅳ级."""
        return list(Color).index(self) + 1


_SEVERITIES = {
    Color.RED: Severity.EXTREME,
    Color.ORANGE: Severity.SEVERE,
    Color.YELLOW: Severity.MODERATE,
    Color.BLUE: Severity.MINOR,
}
_CHINESE = {"红": Color.RED, "橙": Color.ORANGE, "黄": Color.YELLOW, "蓝": Color.BLUE}
_PLACES = re.compile(r"colou?r|颜色|awareness_level|预警(等级|级别)|severitycolor", re.IGNORECASE)
_WORD = re.compile(r"\b(red|orange|yellow|blue)\b|([红橙黄蓝])", re.IGNORECASE)
_HEADLINE_ZH = re.compile(r"([红橙黄蓝])色[^,，。;；]{0,6}?(?:预警|预警信号|警报)|预警[^,，。;；]{0,6}?([红橙黄蓝])色")
_HEADLINE_EN = re.compile(r"\b(red|orange|yellow|blue)\b(?=[^.]{0,40}\b(?:warning|alert|signal)\b)", re.IGNORECASE)


def color_of(infos: Sequence[Info]) -> Color | None:
    """The colour of one message in all its languages; the gravest where they disagree."""
    structured = [color for info in infos for color in _in_places((*info.event_codes, *info.parameters))]
    found = structured or [color for info in infos if (color := _in_headline(one_line(info.headline)))]
    return min(found, key=list(Color).index, default=None)


def _in_places(values: Iterable[Named]) -> list[Color]:
    return [_color(match) for named in values if _PLACES.search(named.name) for match in _WORD.finditer(named.value)]


def _in_headline(headline: str) -> Color | None:
    """The last one named: `由橙色预警降为黄色预警` is yellow."""
    matches = [*_HEADLINE_ZH.finditer(headline)] or [*_HEADLINE_EN.finditer(headline)]
    return _color(matches[-1]) if matches else None


def _color(match: re.Match[str]) -> Color:
    word = next(group for group in match.groups() if group)
    return _CHINESE.get(word) or Color(word.casefold())
