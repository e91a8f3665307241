"""A message names only the variables that every message has; the text of a report the facts in its `fields`, and a few more.

Messages: plan, level, task, code (the short code to answer with), assignment, person, role, incident, place, deadline, reason,
link and answer_code (what to answer by SMS). Reports: report_number, incident, place, level, plan, occurred, learned and now.
"""

from collections.abc import Iterator

from jinja2 import nodes

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft
from plans.template import parsed, template_texts

RULE = "template-variables"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for text in template_texts(draft):
        tree = parsed(text.source)
        if isinstance(tree, nodes.Template):
            for name in dict.fromkeys(node.name for node in tree.find_all(nodes.Name)):
                if name not in text.variables:
                    suggestion = nearest(name, text.variables)
                    expected = "one of " + ", ".join(text.variables)
                    yield fault(text.word_mark(name), f"there is no variable {name!r}", expected, RULE, suggestion=suggestion)
