"""No figure of a shipped plan is without bounds: a slip of the finger does not raise the highest level."""

import pytest

from flows.deciding.facts import read_facts
from flows.errors import FactValueError
from plans.catalog import known, load
from plans.model import FactType


@pytest.mark.parametrize("name", known())
def test_every_figure_that_is_reported_has_a_greatest_value(name: str) -> None:
    plan = load(name)
    figures = [fact for fact in plan.facts.values() if fact.type is FactType.NUMBER and fact.default is None]

    assert [fact.name for fact in figures if fact.low is None or fact.high is None] == []
    for fact in figures:
        with pytest.raises(FactValueError):
            read_facts(plan, {fact.name: "1e99"})
