"""Comparisons of a number with a fixed one that can never hold, because the number has limits."""

from collections.abc import Callable, Iterator

from plans.problems import Problem
from plans.tokens import Kind, Token

Limits = tuple[float | None, float | None]
"""The least and the greatest value; None: there is no such limit."""
_turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
_ends = ("&&", "||", "(", ")", "?", ":", "!")


def limit_problems(words: tuple[Token, ...], index: int, limits: Callable[[str], Limits | None]) -> Iterator[Problem]:
    """`wind >= 500` where no wind is over 60, with the comparison at `index`. Calculations are left alone."""
    if words[index].text not in _turned or not 0 < index < len(words) - 1:
        return
    left, right = words[index - 1], words[index + 1]
    beside = (words[index - 2] if index > 1 else None, words[index + 2] if index + 2 < len(words) else None)
    if any(word is not None and word.text not in _ends for word in beside):
        return
    name, number, sign = (left, right, words[index].text) if left.kind is Kind.NAME else (right, left, _turned[words[index].text])
    found = limits(name.text) if name.kind is Kind.NAME and number.kind is Kind.NUMBER else None
    if found is not None and _never(sign, float(number.text), found):
        low, high = ("any" if limit is None else f"{limit:g}" for limit in found)
        yield Problem(number.offset, f"{name.text!r} is never {sign} {number.text}", f"a number from {low} to {high}")


def _never(sign: str, number: float, limits: Limits) -> bool:
    low, high = limits
    too_high = high is not None and (number > high or (sign == ">" and number == high))
    too_low = low is not None and (number < low or (sign == "<" and number == low))
    match sign:
        case ">" | ">=":
            return too_high
        case "<" | "<=":
            return too_low
        case _:
            return too_high or too_low
