"""Conditions of a plan in the grammar of CACAO: comparisons joined by AND and OR; what it cannot say gets a variable."""

from dataclasses import dataclass

from plans.condition_tree import Compared, Joined, Literal, Name, Number, Opposite, Several, Tree, Truth, tree_of
from plans.model import Level

RESPONSE_OPEN = "__response_open__"
LEVEL = "__level__"
_orders = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Condition:
    """`judged`: the variable that a person or a system sets by what `cel` says, which the grammar has no form for."""

    text: str
    judged: str = ""
    cel: str = ""


def variable(name: str) -> str:
    return f"__{name.replace('.', '_')}__"


def is_true(name: str) -> str:
    return f"{name}:value = true"


def condition(cel: str, name: str, known: frozenset[str]) -> Condition:
    """`known`: what has a variable; `name`: what the variable is called when the condition cannot be said."""
    tree = tree_of(cel)
    said = _said(tree, known) if tree else None
    if said:
        return Condition(said)
    own = variable(name)
    return Condition(is_true(own), own, cel)


def at_levels(levels: frozenset[Level], every: frozenset[Level]) -> str:
    """Empty when it holds at every level of the plan."""
    if levels >= every:
        return ""
    highest = max(levels)
    if levels == {level for level in every if level <= highest}:
        return f"{LEVEL}:value <= {highest.value}"
    return f"{LEVEL}:value IN ({', '.join(str(level.value) for level in sorted(levels))})"


def joined(parts: list[str]) -> str:
    given = [part for part in parts if part]
    return given[0] if len(given) == 1 else " AND ".join(f"({part})" for part in given)


def _said(tree: Tree, known: frozenset[str]) -> str | None:
    match tree:
        case Name():
            value = _value(tree, known)
            return f"{value} = true" if value else None
        case Opposite(inner=Name()):
            value = _value(tree.inner, known)
            return f"{value} = false" if value else None
        case Joined(sign="&&" | "||"):
            parts = [_said(part, known) for part in tree.parts]
            given = [part for part in parts if part]
            word = " AND " if tree.sign == "&&" else " OR "
            return word.join(f"({part})" for part in given) if len(given) == len(parts) else None
        case Compared():
            return _compared(tree, known)
    return None


def _compared(tree: Compared, known: frozenset[str]) -> str | None:
    left = _value(tree.left, known)
    if tree.sign == "in":
        values = [_value(each, known) for each in tree.right.values] if isinstance(tree.right, Several) else [None]
        given = [value for value in values if value]
        return f"{left} IN ({', '.join(given)})" if left and given and len(given) == len(values) else None
    right = _value(tree.right, known)
    return f"{left} {_orders[tree.sign]} {right}" if left and right else None


def _value(tree: Tree, known: frozenset[str]) -> str | None:
    match tree:
        case Name():
            return f"{variable(tree.name)}:value" if tree.name in known else None
        case Number():
            return tree.text
        case Truth():
            return "true" if tree.value else "false"
        case Literal():
            text = tree.text.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{text}'"
    return None
