"""A condition is a CEL expression (at most 2000 characters) that is true or false; what a trigger sets fits the fact.

In conditions a fact is its bare name, its forecast `flow.forecast`, whether it has a value `known(flow)`, the place of a
choice `rank(danger_grade)`. Numbers are decimal: `flow >= 2500` is as good as `2500.0`. The conditions of tasks, findings and
links have also `level` (1 to 4), `night` (where the plan has `daylight`), `running(task)` and `done(task)`. Those of a task with
`each` have the fields of its own finding too: `finding.grade`, `known(finding.grade)`, `rank(finding.grade)`; and they ask
about another task with the same `each` for that finding. The conditions of a trigger `on: cap` are over `alert` alone, those
of one `on: reading` over facts.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft, Path, TriggerRule
from plans.expression_checks import check_alert_expression, check_condition, check_fact_expression
from plans.model import Task
from plans.problems import Problem
from plans.vocabulary import FactVocabulary

RULE = "condition"
NEEDS_WHOLE = False

_most_found = 1000


def check(draft: Draft) -> Iterator[Diagnostic]:
    yield from expression_faults(draft, RULE)


def expression_faults(draft: Draft, rule: str) -> Iterator[Diagnostic]:
    """What is wrong with any expression of the plan, as far as it breaks this rule."""
    for path, problem in _every_problem(draft):
        if problem.rule == rule:
            mark = draft.offset_mark(problem.offset, *path)
            yield fault(mark, problem.what, problem.expected, rule, suggestion=problem.suggestion)


def vocabulary_of(draft: Draft, each: str = "") -> FactVocabulary:
    """`each`: the kind of finding whose fields the conditions have too."""
    facts = tuple(draft.facts.values())
    return FactVocabulary(facts, draft.tasks, daylight=draft.daylight is not None, finding=draft.findings.get(each))


def plan_conditions(draft: Draft) -> Iterator[tuple[Path, str]]:
    """Conditions over facts alone: of levels, of triggers on readings, of the end."""
    for level, rule in draft.levels.items():
        for key, condition in (("when", rule.when), ("keep", rule.keep)):
            yield ("levels", level.name, key), condition
    for trigger in draft.triggers.values():
        if trigger.on == "reading":
            yield from _trigger_conditions(trigger)
    yield ("end", "when"), draft.end.when


def task_conditions(draft: Draft) -> Iterator[tuple[Path, str]]:
    """Conditions that know more than facts: of tasks, findings and links."""
    for task in draft.tasks.values():
        yield from _own_conditions(draft, task)
    for kind in draft.findings.values():
        yield ("findings", kind.name, "when"), kind.when
    for link in draft.links.values():
        yield ("links", link.name, "when"), link.when


def _own_conditions(draft: Draft, task: Task) -> Iterator[tuple[Path, str]]:
    conditions = {"when": task.when, "while": task.repeat_while, "until": task.repeat_until, "pause": task.pause}
    for key, condition in conditions.items():
        if condition:
            yield draft.task_path(task.name, key), condition
    for index, case in enumerate(task.every_case):
        yield draft.task_path(task.name, "every", index, "when"), case.when


@lru_cache(maxsize=1)
def _every_problem(draft: Draft) -> tuple[tuple[Path, Problem], ...]:
    """Several rules tell them, each its own: they are found once, and no more than anybody reads."""
    problems = ((path, problem) for path, problems in _every_expression(draft) for problem in problems)
    return tuple(islice(problems, _most_found))


def _every_expression(draft: Draft) -> Iterator[tuple[Path, tuple[Problem, ...]]]:
    vocabulary = vocabulary_of(draft)
    for path, condition in plan_conditions(draft):
        if condition:
            yield path, check_condition(vocabulary, condition, of_task=False)
    of_kind = {kind: vocabulary_of(draft, kind) for kind in draft.findings}
    for path, condition in task_conditions(draft):
        # a condition of a report or signal is written under its name too
        task = draft.tasks.get(str(path[1])) if path[0] in ("tasks", "reports", "signals") else None
        if condition:
            yield path, check_condition(of_kind.get(task.each if task else "", vocabulary), condition, of_task=True)
    for trigger in draft.triggers.values():
        if trigger.on == "cap":
            yield from _alert_expressions(draft, trigger)


def _trigger_conditions(trigger: TriggerRule) -> Iterator[tuple[Path, str]]:
    yield ("triggers", trigger.name, "when"), trigger.when
    yield ("triggers", trigger.name, "release"), trigger.release
    for level, condition in trigger.propose.items():
        yield ("triggers", trigger.name, "propose", level.name), condition


def _alert_expressions(draft: Draft, trigger: TriggerRule) -> Iterator[tuple[Path, tuple[Problem, ...]]]:
    for path, condition in _trigger_conditions(trigger):
        if condition:
            yield path, check_alert_expression(condition)
    for name, expression in trigger.facts.items():
        if expression and name in draft.facts:
            yield ("triggers", trigger.name, "facts", name), check_fact_expression(draft.facts[name], expression)
