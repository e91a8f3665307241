"""A text can be filled in: its filters go with what they are put on. Facts are texts in reports, `12` and not the number."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.template import filled, template_texts

RULE = "renders"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for text in template_texts(draft):
        outcome = filled(draft, text)
        if outcome.failure:
            yield fault(text.mark, f"the text cannot be filled in: {outcome.failure}", "plain words and {{ variable }}", RULE)
