"""`NAME=VALUE` words: a fact is one value, a field of evidence may be several."""

import pytest

from flows.errors import FactValueError
from service.desk.duty import evidence_pairs, pairs


def test_a_fact_given_twice_with_two_values_is_refused_and_both_are_named() -> None:
    with pytest.raises(FactValueError, match=r"'flow': '2700'.*2600 is given too"):
        pairs(["flow=2600", "rain=40", "flow=2700"])


def test_a_fact_said_twice_alike_is_one() -> None:
    assert pairs(["flow=2600", "flow = 2600"]) == {"flow": "2600"}


def test_a_forecast_beside_the_value_is_another_fact() -> None:
    assert pairs(["flow=2600", "flow.forecast=2700"]) == {"flow": "2600", "flow.forecast": "2700"}


def test_a_field_of_evidence_said_twice_has_both_values() -> None:
    assert evidence_pairs(["team=a", "team=b"]) == {"team": ("a", "b")}
