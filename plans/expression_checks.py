"""What is wrong with an expression, before it is ever run."""

from functools import lru_cache

from plans.alert_vocabulary import AlertVocabulary
from plans.cel_programs import Given, compiled, too_long, true_or_false
from plans.model import Fact, FactType
from plans.problems import Problem
from plans.tokens import Rewritten
from plans.vocabulary import FactVocabulary

_given = {
    FactType.NUMBER: Given(frozenset({"double", "int", "uint", "dyn"}), "a number"),
    FactType.BOOLEAN: Given(frozenset({"bool", "dyn"}), "true or false"),
    FactType.CHOICE: Given(frozenset({"string", "dyn"}), "a text"),
    FactType.TEXT: Given(frozenset({"string", "dyn"}), "a text"),
}


@lru_cache(maxsize=1024)
def check_condition(vocabulary: FactVocabulary, condition: str, *, of_task: bool) -> tuple[Problem, ...]:
    """Everything wrong with a condition over facts; `of_task`: it may use `level`, `night`, `running` and `done`."""
    if problems := too_long(condition) or vocabulary.problems(condition, of_task=of_task):
        return problems
    return compiled(vocabulary.variables(), vocabulary.rewrite(condition), true_or_false).problems


@lru_cache(maxsize=1024)
def check_alert_expression(condition: str) -> tuple[Problem, ...]:
    """Everything wrong with a condition over `alert`."""
    return _check_over_alert(condition, true_or_false)


def check_fact_expression(fact: Fact, expression: str) -> tuple[Problem, ...]:
    """Everything wrong with an expression over `alert` that gives the value of a fact."""
    return _check_over_alert(expression, _given[fact.type])


def _check_over_alert(expression: str, given: Given) -> tuple[Problem, ...]:
    vocabulary = AlertVocabulary()
    if problems := too_long(expression) or vocabulary.problems(expression):
        return problems
    return compiled(vocabulary.variables(), Rewritten(expression, ()), given).problems
