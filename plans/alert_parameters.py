"""The parameters of an alert in a condition: `alert.parameters` has them as texts, `alert.numbers` those that are plain numbers.

`alert.numbers["EventPreliminaryMagnitude"] >= 6`; what a message does not bring makes a comparison unknown, never false.
"""

from collections.abc import Iterator

from plans.problems import Problem, orders
from plans.tokens import Kind, Token

_texts, _numbers = "alert.parameters", "alert.numbers"


def parameter_problems(words: tuple[Token, ...], index: int) -> Iterator[Problem]:
    """A comparison at `index` that no parameter will ever meet."""
    if words[index].text not in (*orders, "==", "!=") or not 0 < index < len(words) - 1:
        return
    for owner, other in ((_before(words, index), words[index + 1]), (_after(words, index), words[index - 1])):
        if owner == _texts and (words[index].text in orders or other.kind is Kind.NUMBER):
            expected = "alert.numbers, which has the parameters that are numbers"
            yield Problem(words[index].offset, "a parameter is a text here", expected)
        elif owner == _numbers and other.kind is Kind.STRING:
            yield Problem(other.offset, f"a number is never {other.text}", "a number, or alert.parameters for texts")


def _before(words: tuple[Token, ...], index: int) -> str:
    """What the name in front of a comparison belongs to: `alert.numbers["magnitude"]`, `alert.numbers.magnitude`."""
    closes = words[index - 1].text == "]" and index >= 4
    return words[index - 4].text if closes else _owner(words[index - 1])


def _after(words: tuple[Token, ...], index: int) -> str:
    opens = index + 2 < len(words) and words[index + 2].text == "["
    return words[index + 1].text if opens else _owner(words[index + 1])


def _owner(word: Token) -> str:
    return word.text.rpartition(".")[0] if word.kind is Kind.NAME else ""
