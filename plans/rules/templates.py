"""The text of a message or report is a Jinja2 template of plain parts: text, `{{ variable }}`, filters, `{% if variable %}`.

Attributes, calls, arithmetic, includes and macros are refused: a template only puts words in their places. It has at most
4000 characters and 40 parts in each other; `replace` and `join` do not work on what one of them made, `round` takes a digit.
"""

from collections.abc import Iterator

from jinja2 import nodes

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.template import parsed, template_texts
from plans.template_limits import foreign

RULE = "templates"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for text in template_texts(draft):
        tree = parsed(text.source)
        if isinstance(tree, nodes.Template):
            for each in foreign(tree):
                mark = text.line_mark(each.line)
                yield fault(mark, each.what, "plain text, {{ variable }} and {% if %}", RULE, suggestion=each.suggestion)
        else:
            yield fault(text.line_mark(tree.line), f"the template cannot be read: {tree.reason}", "a Jinja2 template", RULE)
