"""What a plan looks like as Prefect flows, and what a task run says; no Prefect server is needed for this."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from prefect.client.schemas.objects import StateType

from flows.on_prefect.act_runs import verdict
from flows.on_prefect.response_flow import Compiled, Means, PlanNameError, compile_all, compile_drill, compile_plan
from flows.running.acts import Act, PersonReached, Reach
from flows.testing.night import small_plan
from plans.model import Fact, FactType, Plan, Text

CALL = Act("assign", "巡堤查险", "levee_patrol.1", 3, ("wang", "li"))


def no_engine() -> Means:
    raise AssertionError("nothing is run here")


def plan() -> Plan:
    facts = {
        "flow": Fact("flow", Text("流量", "Flow"), FactType.NUMBER, "m3/s", forecast=True),
        "colour": Fact("colour", Text("颜色", "Colour"), FactType.CHOICE, choices=("blue", "red")),
        "breach": Fact("breach", Text("决口", "Breach"), FactType.BOOLEAN),
    }
    return replace(small_plan(), facts=facts)


def properties(of: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = of["properties"]
    return found


def test_a_plan_becomes_one_flow_under_its_own_name_and_digest() -> None:
    flow = compile_plan(plan(), no_engine)

    assert (flow.name, flow.version) == ("small", plan().digest[:12])
    assert "Small plan" in (flow.description or "")


def test_a_drill_flow_says_that_it_is_one() -> None:
    flow = compile_drill(plan(), no_engine)

    assert flow.name == "small-drill"
    assert (flow.description or "").startswith("【演练】EXERCISE")
    assert "approved_by" not in flow.parameters.properties


def test_the_form_shows_the_facts_with_their_units_and_choices() -> None:
    schema = compile_plan(plan(), no_engine).parameters

    facts = properties(schema.definitions["Facts"])
    assert list(facts) == ["flow", "flow.forecast", "colour", "breach"]
    assert facts["flow"]["title"] == "流量 Flow (m3/s)"
    assert facts["colour"]["anyOf"][0]["enum"] == ["blue", "red"]
    assert schema.properties["level"]["title"] == "级别 Level"
    assert set(schema.properties["level"]["anyOf"][0]["enum"]) == {"I", "II", "III", "IV"}


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ({"level": "V"}, "level: Input should be"),
        ({"facts": {"flw": 1}}, "facts.flw: Extra inputs"),
        ({"facts": {"flow": "much"}}, "facts.flow: Input should be a valid number"),
        ({"facts": {"colour": "green"}}, "facts.colour: Input should be 'blue' or 'red'"),
        ({"kind": "real"}, "was provided with parameters"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(parameters: dict[str, Any], fault: str) -> None:
    with pytest.raises(Exception, match=fault):
        compile_drill(plan(), no_engine).validate_parameters(parameters)


def test_two_plans_whose_flows_would_share_a_name_are_refused() -> None:
    with pytest.raises(PlanNameError, match="'small-drill'"):
        compile_all([plan(), replace(plan(), name="small-drill")], no_engine)


def test_flows_are_compiled_again_when_a_plan_changes_and_only_then() -> None:
    shelf = {"small": plan()}
    compiled = Compiled(lambda: shelf, no_engine)

    before = compiled.now()
    assert compiled.now() is before

    shelf["small"] = replace(plan(), version="2")
    assert compiled.now()["small/response"].version == shelf["small"].digest[:12]


def test_a_plan_that_no_longer_checks_keeps_its_flows_for_the_responses_that_run() -> None:
    shelf = {"small": plan()}
    compiled = Compiled(lambda: shelf, no_engine)
    compiled.now()

    del shelf["small"]

    assert set(compiled.now()) == {"small/response", "small-drill/drill"}


def test_a_task_run_names_who_was_reached_how_and_who_was_not() -> None:
    state = verdict(CALL, (PersonReached("wang", Reach.ACCEPTED, "sms"), PersonReached("li", Reach.FAILED, detail="no number")))

    assert (state.type, state.message) == (StateType.COMPLETED, "wang by sms; li not reached (no number)")


def test_a_call_to_a_post_that_nobody_holds_fails() -> None:
    state = verdict(replace(CALL, people=()), ())

    assert (state.type, state.message) == (StateType.FAILED, "nobody was reached: nobody holds this post now")


@given(some.lists(some.sampled_from(Reach)))
def test_a_call_completes_exactly_when_somebody_was_reached_or_need_not_be_any_more(reaches: list[Reach]) -> None:
    state = verdict(CALL, tuple(PersonReached(f"p{number}", reach, "sms") for number, reach in enumerate(reaches)))

    assert (state.type is StateType.COMPLETED) == bool({Reach.ACCEPTED, Reach.WITHDRAWN} & set(reaches))


def test_an_act_that_calls_nobody_completes() -> None:
    assert verdict(Act("level", "III → II", "", 4), ()).type is StateType.COMPLETED
