"""Where whoever proposes a level may not approve it (`two_person`), two roles are there to do it."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft

RULE = "two-persons"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    for level, rule in draft.levels.items():
        people = {*rule.approve, *draft.activate}
        if rule.two_person and len(people) == 1:
            mark = draft.key_mark("levels", level.name, "two_person")
            what = f"{next(iter(people))!r} alone may propose {level.name} and approve it"
            yield fault(mark, what, "another role under 'approve' or 'activate'", RULE)
