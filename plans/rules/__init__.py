"""The rules of the plan language, one module each; a module's docstring is the rule's documentation."""

from collections.abc import Iterator
from typing import Protocol

from plans.diagnostic import Diagnostic
from plans.draft import Draft
from plans.rules import (
    alert_roles,
    conditions,
    deadlines,
    dependency_levels,
    drill_mark,
    first_rung,
    known_channels,
    known_facts,
    known_ladders,
    known_levels,
    known_messages,
    known_roles,
    known_sources,
    known_tasks,
    life_safety,
    manual_rung,
    never_opens,
    repeats,
    rung_order,
    short_texts,
    task_codes,
    task_cycles,
    template_variables,
    templates,
    text_order,
    unused_names,
)


class Rule(Protocol):
    """`RULE` is the name shown in brackets. A rule that needs the whole plan is silent while values are malformed."""

    RULE: str
    NEEDS_WHOLE: bool

    def check(self, draft: Draft) -> Iterator[Diagnostic]: ...


every_rule: tuple[Rule, ...] = (
    known_facts,
    known_roles,
    known_ladders,
    known_tasks,
    known_messages,
    known_sources,
    known_channels,
    known_levels,
    unused_names,
    conditions,
    text_order,
    task_codes,
    task_cycles,
    never_opens,
    dependency_levels,
    deadlines,
    repeats,
    life_safety,
    first_rung,
    rung_order,
    manual_rung,
    alert_roles,
    templates,
    template_variables,
    short_texts,
    drill_mark,
)


def check(draft: Draft) -> list[Diagnostic]:
    """What every rule finds, in the order of the rules."""
    return [each for rule in every_rule if draft.whole or not rule.NEEDS_WHOLE for each in rule.check(draft)]
