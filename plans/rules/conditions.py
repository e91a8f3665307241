"""A condition is a CEL expression (at most 2000 characters) that is true or false; what a trigger sets fits the fact.

In conditions a fact is its bare name, its forecast `flow.forecast`, whether it has a value `known(flow)`, the place of a
choice `rank(danger_grade)`. Numbers are decimal: `flow >= 2500` is as good as `2500.0`. `level` (1 to 4) is for the `when`
of tasks. A trigger's conditions are over `alert` alone.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import AlertRule, Draft
from plans.expressions import check_alert_expression, check_condition, check_fact_expression
from plans.vocabulary import Problem

RULE = "condition"
NEEDS_WHOLE = False

Path = tuple[str | int, ...]


def check(draft: Draft) -> Iterator[Diagnostic]:
    yield from expression_faults(draft, RULE)


def expression_faults(draft: Draft, rule: str) -> Iterator[Diagnostic]:
    """What is wrong with any expression of the plan, as far as it breaks this rule."""
    for path, problems in _every_expression(draft):
        for problem in problems:
            if problem.rule == rule:
                mark = draft.offset_mark(problem.offset, *path)
                yield fault(mark, problem.what, problem.expected, rule, suggestion=problem.suggestion)


def _every_expression(draft: Draft) -> Iterator[tuple[Path, tuple[Problem, ...]]]:
    facts = tuple(draft.facts.values())
    for level, rule in draft.levels.items():
        if rule.when:
            yield ("levels", level.name, "when"), check_condition(facts, rule.when, at_level=False)
    for name, task in draft.tasks.items():
        if task.when:
            yield ("tasks", name, "when"), check_condition(facts, task.when, at_level=True)
    if draft.end.when:
        yield ("end", "when"), check_condition(facts, draft.end.when, at_level=False)
    for trigger in draft.triggers.values():
        yield from _trigger_expressions(draft, trigger)


def _trigger_expressions(draft: Draft, trigger: AlertRule) -> Iterator[tuple[Path, tuple[Problem, ...]]]:
    here = ("triggers", trigger.name)
    if trigger.when:
        yield (*here, "when"), check_alert_expression(trigger.when)
    for level, condition in trigger.propose.items():
        if condition:
            yield (*here, "propose", level.name), check_alert_expression(condition)
    for name, expression in trigger.facts.items():
        if expression and name in draft.facts:
            yield (*here, "facts", name), check_fact_expression(draft.facts[name], expression)
