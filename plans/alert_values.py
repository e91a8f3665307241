"""What the keys of an alert can be, so that a condition that no alert will ever meet is told when it is written.

Values as CAP 1.2 has them (OASIS, §3.2); `color` is that of China's warnings, `level` its place: 1 (red) to 4 (blue), or 0.
"""

from collections.abc import Iterator

from plans.diagnostic import nearest
from plans.problems import Problem
from plans.tokens import Kind, Token, text_of

_texts = {
    "status": ("Actual", "Exercise", "System", "Test", "Draft"),
    "type": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
    "color": ("red", "orange", "yellow", "blue", ""),
    "categories": (
        *("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
    ),
    "response_types": ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"),
}
_numbers = {"level": (0, 4), "severity_rank": (0, 4)}
_comparisons = ("==", "!=", "in", "<", "<=", ">", ">=")


def value_problems(words: tuple[Token, ...], index: int) -> Iterator[Problem]:
    """`alert.color == "purple"`, `"Met" in alert.categories`, `alert.level in [1, 9]`, with the comparison at `index`."""
    if words[index].text not in _comparisons or not 0 < index < len(words) - 1:
        return
    left, right = words[index - 1], words[index + 1]
    literals = _listed(words, index + 1) if right.text == "[" else [each for each in (left, right) if _is_literal(each)]
    for name in (left, right):
        if name.kind is Kind.NAME and name.text.startswith("alert."):
            for literal in literals:
                yield from _problem(name.text.removeprefix("alert."), literal)


def _problem(key: str, literal: Token) -> Iterator[Problem]:
    if key in _texts:
        value, right = (text_of(literal) if literal.kind is Kind.STRING else literal.text), _texts[key]
        if literal.kind is not Kind.STRING or value not in right:
            expected = "one of " + ", ".join(repr(each) for each in right)
            yield Problem(literal.offset, f"alert.{key} is never {literal.text}", expected, nearest(value, right))
    elif key in _numbers:
        low, high = _numbers[key]
        if literal.kind is not Kind.NUMBER or not low <= float(literal.text) <= high:
            yield Problem(literal.offset, f"alert.{key} is never {literal.text}", f"a number from {low} to {high}")


def _listed(words: tuple[Token, ...], start: int) -> list[Token]:
    end = next((place for place in range(start, len(words)) if words[place].text == "]"), len(words))
    return [word for word in words[start:end] if _is_literal(word)]


def _is_literal(word: Token) -> bool:
    return word.kind in (Kind.STRING, Kind.NUMBER)
