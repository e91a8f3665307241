"""What keeps a level (`keep`) and what arms a trigger again (`release`) look at a fact that its `when` looks at.

Otherwise the level stays, or the trigger rests, for a reason that has nothing to do with why it came.
"""

from collections.abc import Iterator, Sequence

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft, Path
from plans.rules.conditions import vocabulary_of

RULE = "hysteresis"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    vocabulary = vocabulary_of(draft)
    for when, lasting, path in _pairs(draft):
        facts = vocabulary.facts_in(when)
        if lasting and facts and not _behind(draft, facts) & _behind(draft, vocabulary.facts_in(lasting)):
            what = f"{path[-1]!r} looks at none of the facts of 'when'"
            yield fault(draft.mark(*path), what, "a condition over " + ", ".join(facts), RULE)


def _behind(draft: Draft, facts: Sequence[str]) -> set[str]:
    """The facts, and those that a table grades them by: `keep` may look at the number behind a grade."""
    graded = (column.fact for name in facts for column in draft.facts[name].table)
    return {*facts, *graded}


def _pairs(draft: Draft) -> Iterator[tuple[str, str, Path]]:
    for level, rule in draft.levels.items():
        yield rule.when, rule.keep, ("levels", level.name, "keep")
    for name, trigger in draft.triggers.items():
        yield trigger.when, trigger.release, ("triggers", name, "release")
