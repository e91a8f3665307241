"""Text as it may leave the house: a drill always carries its mark, a real message never can, whatever the template says."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from store.kinds import Kind

_LONGEST_TEXT = 2000
_LONGEST_SHORT = 450  # providers take 500, with the signature
_LONGEST_TITLE = 120
_BRACKETS = str.maketrans({"【": "〔", "】": "〕", "︻": "〔", "︼": "〕"})
_ENGLISH_MARK = re.compile(r"[\[［]\s*(exercise)\s*[\]］]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template gave, and what goes out: the mark is added on the way out, so there is no unmarked drill."""

    kind: Kind
    language: str
    bare_title: str
    bare_text: str
    bare_short: str
    variables: Mapping[str, str]

    @property
    def title(self) -> str:
        return marked(self.kind, self.language, shortened(one_line(self.bare_title), _LONGEST_TITLE))

    @property
    def text(self) -> str:
        return marked(self.kind, self.language, shortened(self.bare_text.strip(), _LONGEST_TEXT))

    @property
    def short(self) -> str:
        return marked(self.kind, self.language, shortened(one_line(self.bare_short), _LONGEST_SHORT))


def marked(kind: Kind, language: str, text: str) -> str:
    """The only place that writes 【…】: around a drill's text, and nowhere else."""
    bare = without_marks(text)
    if kind is Kind.REAL:
        return bare
    return f"【演练】{bare}【演练】" if is_chinese(language) else f"[EXERCISE] {bare} [EXERCISE]"


def mark_word(kind: Kind, language: str) -> str:
    """The mark as a template variable of a provider; these refuse brackets in variables."""
    if kind is Kind.REAL:
        return ""
    return "演练" if is_chinese(language) else "EXERCISE"


def without_marks(text: str) -> str:
    """The text with every look-alike of a drill mark made harmless."""
    return _ENGLISH_MARK.sub(r"(\1)", text.translate(_BRACKETS))


@lru_cache(maxsize=4096)  # one notice to ten thousand people has the same values ten thousand times
def clean(value: str, longest: int = 500) -> str:
    """A value from people or alerts on one line, without control, invisible or direction-changing characters."""
    spaced = "".join(" " if character in "\n\r\t\v\f\u2028\u2029\x85" else character for character in value)
    visible = "".join(character for character in spaced if unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cs"})
    return shortened(one_line(without_marks(visible)), longest)


def one_line(text: str) -> str:
    return " ".join(text.split())


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def is_chinese(language: str) -> bool:
    return language.lower().startswith("zh")
