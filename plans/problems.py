"""What may be wrong with an expression whatever it is about: texts put in order, loops in loops, divisions by nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plans.tokens import Kind, Token, loops

orders = ("<", "<=", ">", ">=")
_signs = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "AND": "&&",
    "OR": "||",
    "NOT": "!",
    "=": "==",
    "&": "&&",
    "|": "||",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "＞": ">",
    "＜": "<",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "＝": "==",
    "（": "(",
    "）": ")",
    "，": ",",
    "！": "!",
    "＆": "&&",
    "｜": "||",
    "。": ".",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at `offset` characters into an expression, and the rule it breaks."""

    offset: int
    what: str
    expected: str
    suggestion: str = ""
    rule: str = "condition"


def order_problems(words: tuple[Token, ...], index: int, is_text: Callable[[str], bool]) -> Iterator[Problem]:
    """`<` and `>` between texts compare letters, not danger."""
    for step, skipped in ((-1, ")"), (1, "(")):
        near = index + step
        while 0 <= near < len(words) and words[near].text == skipped:
            near += step
        if not 0 <= near < len(words):
            continue
        word = words[near]
        follows_rank = step < 0 and near >= 2 and words[near - 2].text in ("rank", "size")
        if (word.kind is Kind.STRING or (word.kind is Kind.NAME and is_text(word.text))) and not follows_rank:
            what = f"texts are compared with {words[index].text!r}"
            yield Problem(words[index].offset, what, "== or in, or the order of choices with rank(…)", "", "text-order")
            return


def loop_problems(words: tuple[Token, ...]) -> Iterator[Problem]:
    """Loops in loops take time that grows with each: two are enough for any list of an alert."""
    for loop in loops(words)[2:]:
        yield Problem(loop.offset, f"a third loop {loop.text!r}", "at most two in one expression")


def sign_problems(words: tuple[Token, ...]) -> Iterator[Problem]:
    """Signs and words of other languages and of a Chinese keyboard, whose meaning is clear."""
    for word in words:
        right = _signs.get(word.text) if word.kind in (Kind.SIGN, Kind.NAME) else None
        if right:
            yield Problem(word.offset, f"{word.text!r} stands in a condition", repr(right))


def division_problems(words: tuple[Token, ...], index: int) -> Iterator[Problem]:
    """Divided by zero a decimal number is infinite, and greater than every threshold."""
    divisor = words[index + 1] if index + 1 < len(words) else None
    if divisor is None or divisor.kind is not Kind.NUMBER or float(divisor.text) == 0:
        expected = "a multiplication (flow >= 0.9 * limit), or a division by a number that is not 0"
        yield Problem(words[index].offset, "this may divide by zero", expected)
