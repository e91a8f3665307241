"""Which troubles are news: each is said once when it begins, again while it lasts, and once when it is over. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from service.watch.troubles import Trouble


class Turn(StrEnum):
    BEGAN = "began"
    LASTS = "lasts"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class News:
    turn: Turn
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Said:
    """A trouble that people know of, and when they last heard of it."""

    trouble: Trouble
    at: float


def news_of(
    troubles: Iterable[Trouble], said: Mapping[str, Said], now: float, remind: timedelta
) -> tuple[list[News], dict[str, Said]]:
    """What is to be said, and what is known afterwards. `now` in seconds of a clock that runs on."""
    news: list[News] = []
    known: dict[str, Said] = {}
    for trouble in troubles:
        before = said.get(trouble.name)
        if before is None:
            news.append(News(Turn.BEGAN, trouble))
        elif now - before.at >= remind.total_seconds():
            news.append(News(Turn.LASTS, trouble))
        else:
            known[trouble.name] = before
            continue
        known[trouble.name] = Said(trouble, now)
    news += [News(Turn.OVER, each.trouble) for name, each in said.items() if name not in known]
    return news, known
