"""No message or report carries the drill mark (演练, EXERCISE): only the renderer puts it on, so it is never on a real one."""

import re
from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.template import template_texts

RULE = "drill-mark"
NEEDS_WHOLE = False

_mark = re.compile(r"演练|演習|\bexercise\b|\bdrill\b", re.IGNORECASE)


def check(draft: Draft) -> Iterator[Diagnostic]:
    for text in template_texts(draft):
        if match := _mark.search(text.source):
            what = f"the message carries the drill mark {match.group()!r}"
            yield fault(text.place(match.start()), what, "a text that the renderer marks", RULE)
