"""What is fuzzed: each target takes any bytes; whatever it raises, or takes seconds for, is a finding."""

import tempfile
from functools import cache
from pathlib import Path

from plans.compiler import compile_file, examine
from plans.diagnostic import has_faults
from plans.errors import ExpressionError
from plans.expression_checks import check_alert_expression, check_condition
from plans.expressions import alert_holds, holds
from plans.extending import library
from plans.model import Plan
from plans.scenario import examine_scenario
from plans.template import Unparsable, parsed
from plans.template_limits import foreign
from plans.vocabulary import FactVocabulary

SAMPLES = Path(__file__).parents[2] / "tests" / "plans"
_folder = Path(tempfile.mkdtemp(prefix="tocsin-fuzz-"))


def plans(content: bytes) -> None:
    """A file through reader, shape, rules and lowering."""
    file = _folder / "plan.yaml"
    file.write_bytes(content)
    examination = examine(file)
    assert (examination.plan is None) == has_faults(examination.diagnostics) or _is_base(content)
    assert all(each.line >= 1 and each.column >= 1 and str(each) for each in examination.diagnostics)
    if examination.plan is not None:
        assert Plan.from_json(examination.plan.ordered_json) == examination.plan


def expressions(content: bytes) -> None:
    """A condition and a template: what checks without a fault runs, with nothing known and with much."""
    text = content.decode("utf-8", "replace")
    plan, vocabulary = _sample()
    if not check_condition(vocabulary, text, of_task=True):
        holds(plan, text, {}, {})
        holds(plan, text, {"flow": 3000.0, "crosses": "county", "night_work": True}, {"flow": 1.0})
    if not check_alert_expression(text):
        try:
            alert_holds(text, {"event": "rain", "level": 2})
        except ExpressionError:
            raise AssertionError(text) from None
    tree = parsed(text)
    if not isinstance(tree, Unparsable):
        list(foreign(tree))


def scenarios(content: bytes) -> None:
    """A scenario file against the flood plan."""
    file = _folder / "scenario.yaml"
    file.write_bytes(content)
    scenario, faults = examine_scenario(file, lambda _: _flood(), _flood())
    assert (scenario is None) == has_faults(faults)


@cache
def _flood() -> Plan:
    return compile_file(library / "flood.yaml")


@cache
def _sample() -> tuple[Plan, FactVocabulary]:
    plan = compile_file(SAMPLES / "whole.yaml")
    return plan, FactVocabulary(tuple(plan.facts.values()), plan.tasks, daylight=True)


def _is_base(content: bytes) -> bool:
    """A base plan gives neither a plan nor faults."""
    return b"base" in content
