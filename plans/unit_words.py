"""What units are called in Chinese where their signs are not read there as they stand."""

from typing import Literal

_CHINESE = {"M yuan": "百万元", "yuan": "元", "d": "天", "h": "小时", "t": "吨"}
_WITHOUT = ("", "1")


def unit_word(unit: str, language: Literal["zh", "en"]) -> str:
    """Empty for what is only counted."""
    if unit in _WITHOUT:
        return ""
    return _CHINESE.get(unit, unit) if language == "zh" else unit
