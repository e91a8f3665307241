"""A plan as an OASIS CACAO Security Playbook (v2.0): what the standard has in its words, the rest in an extension of ours."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from plans.cacao_conditions import LEVEL, RESPONSE_OPEN, variable
from plans.cacao_steps import Workflow, workflow
from plans.cacao_task_words import activity
from plans.cacao_values import (
    EXTENSION,
    MAKER,
    Json,
    both,
    extended,
    identity,
    made_id,
    playbook_id,
    timestamp,
    whole_numbers,
)
from plans.model import Fact, FactType, Phase, Plan, Source

SPEC = "cacao-2.0"
_said_by_the_playbook = ("tasks", "roles")
_definition = (
    "JSON. On the playbook: `plan` is the plan without its tasks and roles, `digest` its SHA-256, `tasks` their order. "
    "On a step: the task, on an agent: the role, as they were written; name, agent and timeout of a step come first. "
    "Durations are in seconds, levels 1 (highest) to 4, conditions in CEL."
)


class Tlp(StrEnum):
    """The traffic light protocol, version 2: who may read it."""

    RED = "red"
    AMBER_STRICT = "amber+strict"
    AMBER = "amber"
    GREEN = "green"
    CLEAR = "clear"


def playbook(plan: Plan, now: datetime, tlp: Tlp = Tlp.GREEN) -> Json:
    """`now`: when this version was written. The same plan at the same time gives the same playbook."""
    steps, agents, references = steps_of(plan), _agents(plan, plan.digest), _references(plan)
    maker, marks = identity(plan.owner), _markings(plan, now, tlp)
    found: Json = {
        "type": "playbook",
        "spec_version": SPEC,
        "id": playbook_id(plan.digest),
        "name": both(plan.title),
        "description": f"{plan.owner}：{plan.title.zh} {plan.version} / {plan.title.en}, version {plan.version}, by {plan.owner}",
        "playbook_types": _types(plan),
        "playbook_activities": sorted({"step-sequence", *(activity(task) for task in plan.tasks.values())}),
        "playbook_processing_summary": _summary(steps),
        "created_by": maker,
        "created": timestamp(now),
        "modified": timestamp(now),
        "labels": ["tocsin", plan.name, f"version {plan.version}"],
        **({"external_references": list(references.values())} if references else {}),
        "markings": list(marks),
        "playbook_variables": _variables(plan, steps),
        "workflow_start": steps.start,
        "workflow": steps.steps,
        "playbook_extensions": extended(
            {"plan": _without(_whole(plan), _said_by_the_playbook), "digest": plan.digest, "tasks": list(plan.tasks)}
        ),
        "agent_definitions": {agents[name]: _agent(plan, name) for name in plan.roles},
        "extension_definitions": {EXTENSION: _extension()},
        "data_marking_definitions": marks,
    }
    return found


def steps_of(plan: Plan, digest: str = "") -> Workflow:
    """`digest`: that of the plan whose identifiers the steps have; its own when it is empty."""
    tasks = _whole(plan)["tasks"]
    assert isinstance(tasks, dict)
    return workflow(plan, digest or plan.digest, _agents(plan, digest or plan.digest), tasks, _references(plan))


def _whole(plan: Plan) -> Json:
    whole = whole_numbers(json.loads(plan.ordered_json))
    assert isinstance(whole, dict)
    return whole


def _agents(plan: Plan, digest: str) -> dict[str, str]:
    return {name: made_id("group", digest, name) for name in plan.roles}


def _references(plan: Plan) -> dict[str, Json]:
    return {name: _reference(source) for name, source in plan.sources.items()}


def _without(value: Json, keys: tuple[str, ...]) -> Json:
    return {key: each for key, each in value.items() if key not in keys}


def _types(plan: Plan) -> list[str]:
    """The words of the standard: to alert people, to lessen the harm, to put right afterwards."""
    recovery = any(task.phase is Phase.RECOVERY for task in plan.tasks.values())
    return ["notification", "mitigation", *(["remediation"] if recovery else [])]


def _summary(steps: Workflow) -> Json:
    kinds = {step["type"] for step in steps.steps.values() if isinstance(step, dict)}
    return {
        "manual_playbook": True,
        "external_playbooks": False,
        "parallel_processing": "parallel" in kinds,
        "if_logic": "if-condition" in kinds,
        "while_logic": "while-condition" in kinds,
        "switch_logic": False,
        "temporal_logic": True,
        "data_markings": True,
        "digital_signatures": False,
        "countersigned_signatures": False,
        "extensions": True,
    }


def _reference(source: Source) -> Json:
    dates = [f"{word} {day}" for word, day in (("from", source.valid_from), ("to", source.valid_to)) if day]
    valid = {"description": f"valid {' '.join(dates)}"} if dates else {}
    return {"name": source.title, "external_id": source.name, **valid}


def _agent(plan: Plan, name: str) -> Json:
    role = plan.roles[name]
    said = {"name": role.name, "title": {"zh": role.title.zh, "en": role.title.en}, "alert": role.alert}
    words = f"{role.title.zh}，值班表决定由谁担任 / {role.title.en}; the duty roster says who it is"
    return {"type": "group", "name": both(role.title), "description": words, "agent_target_extensions": extended(said)}


def _variables(plan: Plan, steps: Workflow) -> Json:
    boolean = ("bool", "false")
    found: Json = {
        RESPONSE_OPEN: _variable("响应正在进行 / The response is open", "bool", "true"),
        LEVEL: _variable("响应级别，1最高 / Response level, 1 is the highest", "integer", str(max(plan.levels).value)),
        variable("night"): _variable("日落到日出 / From sunset to sunrise", *boolean),
    }
    for fact in plan.facts.values():
        found[variable(fact.name)] = _fact_variable(fact)
        if fact.forecast:
            found[variable(f"{fact.name}.forecast")] = _variable(f"预报 / Forecast: {both(fact.title)}", _type(fact), None)
    for name, cel in steps.judged.items():
        found[name] = _variable(f"由人判断（CEL 条件） / For a person to judge (CEL): {cel}", *boolean)
    for task in plan.tasks.values():
        words = f"已完成或不适用 / Done, or does not apply: {both(task.title)}"
        found[variable(f"done_{task.name}")] = _variable(words, *boolean)
        if task.signal:
            found[variable(f"signal_{task.name}")] = _variable(f"已发出 / Sent: {both(task.title)}", *boolean)
    return found


def _fact_variable(fact: Fact) -> Json:
    """Null: nobody has said it yet."""
    told = both(fact.title) + (f" ({fact.unit})" if fact.unit not in ("", "1") else "")
    if fact.choices:
        told += f": {', '.join(fact.choices)}"
    return _variable(told, _type(fact), said_value(fact.default))


def said_value(value: object) -> str | None:
    """Variables hold texts."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool) else f"{value:.15g}"


def _type(fact: Fact) -> str:
    return {FactType.NUMBER: "float", FactType.BOOLEAN: "bool"}.get(fact.type, "string")


def _variable(description: str, kind: str, value: str | None) -> Json:
    return {"type": kind, "description": description, "value": value, "constant": False, "external": False}


def _markings(plan: Plan, now: datetime, tlp: Tlp) -> dict[str, Json]:
    common = {"created_by": identity(plan.owner), "created": timestamp(now)}
    light, words = (made_id(kind, plan.digest, tlp.value, timestamp(now)) for kind in ("marking-tlp", "marking-statement"))
    statement = (
        f"{plan.owner}发布。由人启动响应；本文件不授权任何系统自行启动。"
        f" / Issued by {plan.owner}. People start a response; nothing in this file lets a system start one by itself."
    )
    return {
        light: {"type": "marking-tlp", "id": light, **common, "tlpv2_level": f"TLP:{tlp.value.upper()}"},
        words: {"type": "marking-statement", "id": words, **common, "statement": statement},
    }


def _extension() -> Mapping[str, object]:
    return {
        "type": "extension-definition",
        "name": "x_tocsin",
        "description": "预案中 CACAO 没有的内容 / What CACAO has no place for: ladders, levels, evidence, reports",
        "created_by": MAKER,
        "schema": _definition,
        "version": "1.0.0",
    }
