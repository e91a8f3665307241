"""What a template may be made of: only what puts words in their places, in a time and a length that are bounded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import nodes

from plans.diagnostic import nearest

length_limit = 4000
depth_limit = 40
filters = (
    "d",
    "default",
    "first",
    "int",
    "join",
    "last",
    "length",
    "lower",
    "replace",
    "round",
    "title",
    "trim",
    "truncate",
    "upper",
)
_multiplying = ("join", "replace")
_plain = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.CondExpr,
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something in a template that does not belong there."""

    line: int
    what: str
    suggestion: str = ""


def is_deep(tree: nodes.Template) -> bool:
    """Whether parts of it stand in each other more than `depth_limit` times."""
    layer: list[nodes.Node] = [tree]
    for _ in range(depth_limit):
        layer = [child for node in layer for child in node.iter_child_nodes()]
    return bool(layer)


def in_place(node: nodes.Node, words: Mapping[str, str]) -> str | None:
    """The text of a template of words and `{% if word %}` alone; None when there is more to it.

    It takes a hundredth of the time that Jinja2 needs to make a program of it. A `KeyError` names the word that is missing.
    """
    match node:
        case nodes.TemplateData():
            return node.data
        case nodes.Name():
            return words[node.name]
        case nodes.If(test=nodes.Name() as test, elif_=[], else_=[]):
            return _joined(node.body, words) if words[test.name] else ""
        case nodes.Template():
            return _joined(node.body, words)
        case nodes.Output():
            return _joined(node.nodes, words)
        case _:
            return None


def _joined(parts: Sequence[nodes.Node], words: Mapping[str, str]) -> str | None:
    texts = [in_place(each, words) for each in parts]
    known = [text for text in texts if text is not None]
    return "".join(known) if len(known) == len(texts) else None


def foreign(tree: nodes.Template) -> Iterator[Foreign]:
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Filter) and node.name not in filters:
            yield Foreign(node.lineno, f"there is no filter {node.name!r}", nearest(node.name, filters))
        elif isinstance(node, nodes.Filter):
            yield from _costly(node)
        elif not isinstance(node, _plain):
            yield Foreign(node.lineno, f"the template has a {type(node).__name__.lower()}")


def _costly(node: nodes.Filter) -> Iterator[Foreign]:
    """A text that is replaced in a text that was replaced grows with every step; a number of a million digits takes hours."""
    if node.name in _multiplying and any(inner.name in _multiplying for inner in node.find_all(nodes.Filter)):
        yield Foreign(node.lineno, f"{node.name!r} is used on what {' or '.join(_multiplying)} made")
    if node.name == "round" and any(not _is_digit(argument) for argument in [*node.args, *node.kwargs]):
        yield Foreign(node.lineno, "'round' has another argument than a digit")


def _is_digit(argument: nodes.Node) -> bool:
    return isinstance(argument, nodes.Const) and isinstance(argument.value, int) and 0 <= argument.value <= 9
