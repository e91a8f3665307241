"""What every part of the plan model is made of: response levels and bilingual texts."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """Response level (响应级别). I is the highest."""

    I = 1  # noqa: E741  # the statutory name
    II = 2
    III = 3
    IV = 4


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and English; a plain string in the YAML fills both."""

    zh: str
    en: str


class Choosing:
    """What has choices, each perhaps with a title."""

    __slots__ = ()
    choices: tuple[str, ...]
    choice_titles: tuple[Text, ...]

    def titled(self, choice: str) -> Text:
        """What one of the choices is called; its own name where the plan gives no words."""
        return dict(zip(self.choices, self.choice_titles, strict=False)).get(choice, Text(choice, choice))
