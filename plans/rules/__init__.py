"""The rules of the plan language, one module each; a module's docstring is the rule's documentation."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from plans.diagnostic import Diagnostic
from plans.draft import Draft
from plans.rules import (
    alert_roles,
    conditions,
    deadlines,
    dependency_levels,
    drill_mark,
    fact_limits,
    finding_order,
    first_rung,
    grade_tables,
    hysteresis,
    known_channels,
    known_facts,
    known_findings,
    known_ladders,
    known_levels,
    known_messages,
    known_plans,
    known_roles,
    known_sources,
    known_tasks,
    late_reports,
    level_order,
    life_safety,
    manual_rung,
    never_opens,
    pause_circles,
    progress_times,
    renders,
    reopening,
    repeats,
    report_fields,
    report_limits,
    rung_order,
    second_person,
    short_texts,
    signal_ladders,
    somebody,
    source_dates,
    task_codes,
    task_cycles,
    template_variables,
    templates,
    text_order,
    two_persons,
    unused_names,
    while_circles,
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
    known_findings,
    known_messages,
    known_sources,
    known_channels,
    known_levels,
    known_plans,
    unused_names,
    conditions,
    text_order,
    fact_limits,
    grade_tables,
    hysteresis,
    level_order,
    two_persons,
    task_codes,
    task_cycles,
    never_opens,
    dependency_levels,
    finding_order,
    reopening,
    second_person,
    deadlines,
    repeats,
    while_circles,
    pause_circles,
    progress_times,
    life_safety,
    report_limits,
    late_reports,
    report_fields,
    signal_ladders,
    somebody,
    first_rung,
    rung_order,
    manual_rung,
    alert_roles,
    source_dates,
    templates,
    template_variables,
    renders,
    short_texts,
    drill_mark,
)


most_told = 200
"""Of one rule: the nearest right name for each of thousands would take minutes."""


def check(draft: Draft) -> list[Diagnostic]:
    """What every rule finds, in the order of the rules."""
    return [each for rule in every_rule if draft.whole or not rule.NEEDS_WHOLE for each in _told(rule, draft)]


def _told(rule: Rule, draft: Draft) -> Iterator[Diagnostic]:
    for count, each in enumerate(rule.check(draft), 1):
        yield each
        if count == most_told:
            what = f"there may be more like this one: {most_told} are told at once"
            yield replace(each, what=what, expected="these mended first", suggestion="")
            return
