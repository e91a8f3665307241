"""What a person must look at before a real response is proposed: an Actual message that says it is a drill, or lifted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alerts.display import one_line
from alerts.model import Alert

_ADDRESSES = re.compile(r"https?://\S+|www\.\S+|\S+@\S+", re.IGNORECASE)
_DRILL = re.compile(
    r"演练|演习|測試|测试|试验|試驗|\b(?:drill|exercise|test|testing|testmessage|probealarm|probewarnung|übung|simulacro)\b",
    re.IGNORECASE,
)
_LIFTED = re.compile(r"解除|取消[^,，。]{0,12}(?:预警|警报)|(?:预警|警报)[^,，。]{0,12}取消")


@dataclass(frozen=True, slots=True)
class Caution:
    """A question for the duty officer. The words found are quoted, never interpreted."""

    code: str
    zh: str
    en: str


def cautions_of(alert: Alert) -> tuple[Caution, ...]:
    return tuple(_find(alert))


def _find(alert: Alert) -> Iterator[Caution]:
    if not alert.is_status_clear or not alert.is_type_clear:
        yield Caution(
            "unclear",
            "状态或类型写法不规范，是真实预警吗？",
            "Its status or type is not written as the standard says: is it real?",
        )
    if word := _first(_DRILL, _texts(alert, with_description=True)):
        yield Caution(
            "says_drill",
            f"状态为 Actual，但文中写有“{word}”：是演练或测试吗？",
            f"It is Actual, yet it says “{word}”: is it a drill or a test?",
        )
    if word := _first(_LIFTED, _texts(alert, with_description=False)):
        yield Caution("says_lifted", f"标题写有“{word}”：预警是否已解除？", f"Its headline says “{word}”: has it been lifted?")


def _texts(alert: Alert, *, with_description: bool) -> Iterator[str]:
    for info in alert.infos:
        yield from (info.event, info.headline)
        if with_description:
            yield info.description
            yield from (f"{code.name} {code.value}" for code in info.event_codes)


def _first(words: re.Pattern[str], texts: Iterator[str]) -> str:
    for text in texts:
        if found := words.search(_ADDRESSES.sub(" ", one_line(text))):
            return found[0]
    return ""
