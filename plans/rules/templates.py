"""A message text is a Jinja2 template of plain parts: text, `{{ variable }}`, filters, `{% if variable %}`.

Attributes, calls, arithmetic, includes and macros are refused: a template only puts words in their places.
"""

from collections.abc import Iterator

from jinja2 import nodes

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft
from plans.template import filters, parsed, template_texts

RULE = "templates"
NEEDS_WHOLE = False

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


def check(draft: Draft) -> Iterator[Diagnostic]:
    for text in template_texts(draft):
        tree = parsed(text.source)
        if isinstance(tree, nodes.Template):
            for line, what, suggestion in _foreign(tree):
                yield fault(text.line_mark(line), what, "plain text, {{ variable }} and {% if %}", RULE, suggestion=suggestion)
        else:
            yield fault(text.line_mark(tree.line), f"the template cannot be read: {tree.reason}", "a Jinja2 template", RULE)


def _foreign(tree: nodes.Template) -> Iterator[tuple[int, str, str]]:
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Filter) and node.name not in filters:
            yield node.lineno, f"there is no filter {node.name!r}", nearest(node.name, filters)
        elif not isinstance(node, _plain):
            yield node.lineno, f"the template has a {type(node).__name__.lower()}", ""
