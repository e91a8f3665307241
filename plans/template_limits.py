"""What a template may be made of: only what puts words in their places, in a time and a length that are bounded."""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from plans.diagnostic import nearest

length_limit = 4000
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


def foreign(tree: nodes.Template, source: str) -> Iterator[Foreign]:
    if len(source) > length_limit:
        yield Foreign(1, f"the template has {len(source)} characters, more than {length_limit}")
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
