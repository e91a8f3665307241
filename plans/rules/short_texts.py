"""A `short` text goes out as an SMS: at most three parts (201 units) with the plan's longest words in it, no link, no 【】.

The brackets belong to the operator's signature. 20 units are kept for the drill mark and the signature.
"""

from collections.abc import Iterator

from jinja2 import nodes

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.template import TemplateText, filled, parsed, template_texts

RULE = "short-texts"
NEEDS_WHOLE = True

_units = 3 * 67 - 20


def check(draft: Draft) -> Iterator[Diagnostic]:
    for text in template_texts(draft):
        tree = parsed(text.source)
        if text.is_short and isinstance(tree, nodes.Template):
            yield from _short(draft, text, tree)


def _short(draft: Draft, text: TemplateText, tree: nodes.Template) -> Iterator[Diagnostic]:
    for bracket in "【】":
        if bracket in text.source:
            yield fault(text.word_mark(bracket), f"the SMS text contains {bracket}", "other brackets, such as （）", RULE)
    if any(node.name == "link" for node in tree.find_all(nodes.Name)):
        yield fault(text.word_mark("link"), "the SMS text names the link", "the link in 'text' only", RULE)
    units = len(filled(draft, text).text.encode("utf-16-be")) // 2
    if units > _units:
        what = f"the SMS text has up to {units} units when it is filled in"
        yield fault(text.mark, what, f"at most {_units}, so that with mark and signature it fits three parts", RULE)
