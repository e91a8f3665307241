"""The rules of the plan language, one module each; a module's docstring is the rule's documentation."""

from collections.abc import Iterator
from typing import Protocol

from plans.diagnostic import Diagnostic
from plans.draft import Draft


class Rule(Protocol):
    """`NEEDS_WHOLE`: says nothing about a plan with malformed values, it would only repeat their faults."""

    NEEDS_WHOLE: bool

    def check(self, draft: Draft) -> Iterator[Diagnostic]: ...


def check(draft: Draft) -> list[Diagnostic]:
    return [each for rule in every_rule() if draft.whole or not rule.NEEDS_WHOLE for each in rule.check(draft)]


def every_rule() -> tuple[Rule, ...]:
    return ()
