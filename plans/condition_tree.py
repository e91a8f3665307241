"""A condition as a tree, for saying it in words: only the forms that have words; what it means is decided by CEL alone."""

from collections.abc import Callable
from dataclasses import dataclass

from plans.tokens import Kind, Token, text_of, tokens

_orders = {"==", "!=", "<", "<=", ">", ">=", "in"}
_deepest = 40


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Number:
    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text; `true` and `false` are truths."""

    text: str


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool


@dataclass(frozen=True, slots=True)
class Several:
    """The values of a list."""

    values: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Call:
    """`owner` is what a method belongs to; empty for a function."""

    function: str
    owner: str
    arguments: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by `&&`, `||` or signs of arithmetic."""

    sign: str
    parts: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Compared:
    sign: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True, slots=True)
class Opposite:
    inner: "Tree"


Tree = Name | Number | Literal | Truth | Several | Call | Joined | Compared | Opposite


def tree_of(condition: str) -> Tree | None:
    """None for what has a form that is not known here."""
    reader = _Reader(tokens(condition))
    try:
        tree = reader.either()
    except _UnknownFormError:
        return None
    return tree if reader.is_at_end else None


class _UnknownFormError(Exception):
    pass


class _Reader:
    def __init__(self, words: tuple[Token, ...]) -> None:
        self._words, self._at, self._depth = words, 0, 0

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._words)

    def either(self) -> Tree:
        self._depth += 1
        if self._depth > _deepest:
            raise _UnknownFormError
        parts = [self._all()]
        while self._takes("||"):
            parts.append(self._all())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Joined("||", tuple(parts))

    def _all(self) -> Tree:
        parts = [self._comparison()]
        while self._takes("&&"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else Joined("&&", tuple(parts))

    def _comparison(self) -> Tree:
        if self._takes("!"):
            return Opposite(self._primary())
        left = self._sum()
        if self._next in _orders:
            sign = self._take().text
            return Compared(sign, left, self._sum())
        return left

    def _sum(self) -> Tree:
        return self._chain(("+", "-"), lambda: self._chain(("*",), self._primary))

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Tree]) -> Tree:
        left = part()
        while self._next in signs:
            sign = self._take().text
            left = Joined(sign, (left, part()))
        return left

    def _primary(self) -> Tree:
        word = self._take()
        match word.kind:
            case Kind.NUMBER:
                return Number(word.text)
            case Kind.STRING:
                return Literal(text_of(word))
            case Kind.CALL:
                return self._call(word, "")
            case Kind.NAME:
                return self._call(self._take(), word.text) if self._next_kind is Kind.CALL else Name(word.text)
        if word.text in ("true", "false"):
            return Truth(word.text == "true")
        if word.text == "(":
            inner = self.either()
            self._expect(")")
            return inner
        if word.text == "[":
            return Several(self._listed("]"))
        raise _UnknownFormError

    def _call(self, word: Token, owner: str) -> Tree:
        # the dot between the owner and the method is no word of its own
        self._expect("(")
        return Call(word.text.lstrip("."), owner, self._listed(")"))

    def _listed(self, end: str) -> tuple[Tree, ...]:
        values: list[Tree] = []
        while not self._takes(end):
            if values:
                self._expect(",")
            values.append(self.either())
        return tuple(values)

    @property
    def _next(self) -> str:
        word = self._words[self._at] if not self.is_at_end else None
        return word.text if word and word.kind is Kind.SIGN else ""

    @property
    def _next_kind(self) -> Kind | None:
        return None if self.is_at_end else self._words[self._at].kind

    def _take(self) -> Token:
        if self.is_at_end:
            raise _UnknownFormError
        self._at += 1
        return self._words[self._at - 1]

    def _takes(self, sign: str) -> bool:
        if self._next == sign:
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise _UnknownFormError
