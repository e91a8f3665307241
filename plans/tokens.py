"""The words of a CEL expression, for what the CEL library cannot do: name suggestions, `rank`, `known`, whole numbers.

Only splits and rewrites; what an expression means is decided by the library alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    STRING = "string"
    NUMBER = "number"
    NAME = "name"
    CALL = "call"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """`offset` is where it begins in the expression. A name carries its dots: `flow.forecast`."""

    kind: Kind
    text: str
    offset: int


_pattern = re.compile(
    r"""(?P<string>[rR]?(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'))
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<name>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)
      | (?P<sign>==|!=|<=|>=|&&|\|\||[^\s\w])
      | (?P<space>\s+)""",
    re.VERBOSE,
)
_words = {"true", "false", "null", "in"}
_macros = {"exists", "exists_one", "all", "filter", "map"}


@lru_cache(maxsize=4096)
def tokens(expression: str) -> tuple[Token, ...]:
    return tuple(_split(expression))


def _split(expression: str) -> Iterator[Token]:
    for match in _pattern.finditer(expression):
        kind = match.lastgroup
        if kind is None or kind == "space":
            continue
        text = match.group()
        if kind == "name" and text in _words:
            kind = "sign"
        elif kind == "name" and expression[match.end() :].lstrip().startswith("("):
            # `danger.startsWith(` is the name `danger` and a call
            owner, dot, function = text.rpartition(".")
            if dot:
                yield Token(Kind.NAME, _joined(owner), match.start())
            yield Token(Kind.CALL, function.strip(), match.start() + len(owner) + len(dot))
            continue
        yield Token(Kind(kind), _joined(text) if kind == "name" else text, match.start())


def _joined(name: str) -> str:
    return "".join(name.split())


def text_of(token: Token) -> str:
    """The text a string literal stands for; plans have no need of escapes other than quotes and backslashes."""
    raw = token.text.lstrip("rR")
    body = raw[1:-1]
    return body if token.text[0] in "rR" else re.sub(r"\\(.)", r"\1", body)


def loops(words: tuple[Token, ...]) -> list[Token]:
    """The macros that go through a list."""
    return [word for word in words if word.kind is Kind.CALL and word.text in _macros]


def bound_names(words: tuple[Token, ...]) -> set[str]:
    """Variables that macros such as `exists(x, …)` introduce."""
    return {
        words[index + 2].text
        for index, word in enumerate(words[:-2])
        if word.kind is Kind.CALL and word.text in _macros and words[index + 2].kind is Kind.NAME
    }


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An expression after replacements, able to say where a place in it was in the original."""

    text: str
    shifts: tuple[tuple[int, int], ...]

    def original(self, offset: int) -> int:
        shift = 0
        for place, total in self.shifts:
            if place > offset:
                break
            shift = total
        return max(offset - shift, 0)


def rewrite(expression: str, replacements: Iterable[tuple[int, int, str]]) -> Rewritten:
    """Replace the pieces [start, end) in order; they must not overlap."""
    parts: list[str] = []
    shifts: list[tuple[int, int]] = []
    done = length = 0
    for start, end, new in sorted(replacements):
        parts += [expression[done:start], new]
        length += start - done + len(new)
        done = end
        shifts.append((length, length - end))
    parts.append(expression[done:])
    return Rewritten("".join(parts), tuple(shifts))
