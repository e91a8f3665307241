"""Facts as people type them become values of the plan's types, or a word on what was expected."""

from dataclasses import replace

import pytest

from flows.deciding.facts import read_facts
from flows.errors import FactValueError, UnknownNameError
from flows.testing.night import small_plan, text
from plans.model import Fact, FactType

PLAN = replace(
    small_plan(),
    facts={
        "flow": Fact("flow", text("流量"), FactType.NUMBER, "m3/s", forecast=True),
        "raining": Fact("raining", text("降雨"), FactType.BOOLEAN),
        "color": Fact("color", text("预警颜色"), FactType.CHOICE, choices=("blue", "yellow", "orange", "red")),
        "reach": Fact("reach", text("河段"), FactType.TEXT),
        "deaths": Fact("deaths", text("死亡人数"), FactType.NUMBER, "1", low=0),
        "stage": Fact("stage", text("水位"), FactType.NUMBER, "m", low=590, high=620),
        "share": Fact("share", text("比例"), FactType.NUMBER, "%", high=100),
    },
)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("flow", "2600", 2600.0),
        ("flow", 2600, 2600.0),
        ("flow", "2600m3/s", 2600.0),
        ("flow", "2600 m³/s", 2600.0),
        ("flow", "-3.5e2", -350.0),
        ("flow", "２６００", 2600.0),
        ("deaths", "31", 31.0),
        ("stage", "590", 590.0),
        ("stage", "620 m", 620.0),
        ("raining", "yes", True),
        ("raining", "无", False),
        ("raining", True, True),
        ("color", "red", "red"),
        ("reach", "魏家堡", "魏家堡"),
    ],
)
def test_value_is_read(name: str, typed: object, value: object) -> None:
    assert read_facts(PLAN, {name: typed}).facts == {name: value}


def test_bound_is_a_plain_number_however_large() -> None:
    loss = Fact("loss", text("损失"), FactType.NUMBER, "yuan", low=0.0, high=10_000_000.0)

    with pytest.raises(FactValueError, match="from 0 to 10000000"):
        read_facts(replace(PLAN, facts={"loss": loss}), {"loss": "20000000"})


def test_forecast_is_kept_apart() -> None:
    readings = read_facts(PLAN, {"flow": "2600", "flow.forecast": "3200"})

    assert (readings.facts, readings.forecasts) == ({"flow": 2600.0}, {"flow": 3200.0})


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("flow", "high", "fact 'flow': 'high' does not fit; expected a number in m3/s"),
        ("flow", "2600 l/s", "expected a number in m3/s: 'l/s' is another unit, convert the value first"),
        ("flow", "9999 ft3/s", "'ft3/s' is another unit"),
        ("deaths", "3 people", "expected a number without a unit; 'people' is one"),
        ("deaths", "-1", "fact 'deaths': '-1' does not fit; expected a number of at least 0"),
        ("stage", "9999", "fact 'stage': '9999' does not fit; expected a number in m from 590 to 620"),
        ("stage", "589.99", "from 590 to 620"),
        ("share", "101", "expected a number in % of at most 100"),
        ("flow", "nan", "expected a number in m3/s"),
        ("flow", "inf", "expected a number in m3/s"),
        ("flow", True, "expected a number in m3/s"),
        ("flow", None, "expected a number in m3/s"),
        ("raining", "perhaps", "fact 'raining': 'perhaps' does not fit; expected true or false"),
        ("color", "purple", "fact 'color': 'purple' does not fit; expected one of blue, yellow, orange, red"),
        ("raining.forecast", "yes", "expected an observed value: plan 'small' declares no forecast for 'raining'"),
    ],
)
def test_value_that_does_not_fit_says_what_was_expected(name: str, typed: object, words: str) -> None:
    with pytest.raises(FactValueError) as refused:
        read_facts(PLAN, {name: typed})

    assert words in str(refused.value)


def test_unknown_fact_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="plan 'small' has no fact 'colour'; did you mean 'color'"):
        read_facts(PLAN, {"colour": "red"})
