"""A plan as a CACAO playbook: what the specification requires, and the official schemas where they are at hand."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7, DRAFT202012

from plans.cacao import Tlp, playbook
from plans.cacao_conditions import condition
from plans.cacao_signature import UnusableKeyError, WrongSignatureError, signatures, signed, verified
from plans.cacao_steps import links
from plans.cacao_values import Json
from plans.catalog import known, load

_now = datetime(2026, 11, 24, 8, 0, 0, 123456, tzinfo=UTC)
_plans = known()
_identifier = re.compile(r"[a-z][a-z0-9-]+[a-z0-9]--[0-9a-f]{8}-[0-9a-f]{4}-([1-5])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


_folder = os.environ.get("TOCSIN_CACAO_SCHEMAS", "")
_compared = _plans if _folder else _plans[:1]  # their absence is told once, not once for each plan


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


_p256 = _pem(ec.generate_private_key(ec.SECP256R1()))
_rsa = _pem(rsa.generate_private_key(65537, 2048))


def _written(name: str) -> Json:
    """As others read it."""
    content: Json = json.loads(json.dumps(playbook(load(name), _now)))
    return content


def _steps(content: Json) -> dict[str, Json]:
    steps = content["workflow"]
    assert isinstance(steps, dict)
    return steps


@pytest.mark.parametrize("name", _plans)
def test_every_step_is_reached_and_every_way_ends(name: str) -> None:
    content = _written(name)
    steps = _steps(content)

    reached, queue = set[str](), [str(content["workflow_start"])]
    for identifier in queue:
        if identifier not in reached:
            reached.add(identifier)
            queue += links(steps[identifier])

    assert reached == steps.keys()
    assert [step["type"] for step in steps.values()].count("start") == 1
    dead_ends = [step for step in steps.values() if step["type"] != "end" and not list(links(step))]
    assert dead_ends == []


@pytest.mark.parametrize("name", _plans)
def test_a_branch_has_an_end_that_no_other_has(name: str) -> None:
    steps = _steps(_written(name))
    leading = [target for step in steps.values() for target in links(step)]

    shared = [key for key, step in steps.items() if step["type"] == "end" and leading.count(key) != 1]

    assert shared == []


@pytest.mark.parametrize("name", _plans)
def test_no_way_leads_back_to_where_it_was(name: str) -> None:
    steps = _steps(_written(name))
    waits = {key: len([1 for step in steps.values() if key in links(step)]) for key in steps}

    ready = [key for key, count in waits.items() if not count]
    for key in ready:
        for target in links(steps[key]):
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)

    assert set(ready) == steps.keys()


@pytest.mark.parametrize("name", _plans)
def test_identifiers_have_the_form_that_the_specification_asks(name: str) -> None:
    content = _written(name)

    for key in (*_steps(content), *content["agent_definitions"], *content["data_marking_definitions"]):  # type: ignore[misc]
        match = _identifier.fullmatch(key)
        assert (match and match[1]) == "4", key
    assert all(step["type"] == key.partition("--")[0] for key, step in _steps(content).items())
    playbook_id = _identifier.fullmatch(str(content["id"]))
    assert (playbook_id and playbook_id[1]) == "5"


@pytest.mark.parametrize("name", _plans)
def test_everything_that_is_named_is_defined(name: str) -> None:
    content = _written(name)
    agents, marks, variables = (content[key] for key in ("agent_definitions", "data_marking_definitions", "playbook_variables"))
    assert isinstance(agents, dict)
    assert isinstance(marks, dict)
    assert isinstance(variables, dict)

    asked = set(re.findall(r"__[a-z]\w*?__(?=:value)", json.dumps(content["workflow"])))
    returned = {each for step in _steps(content).values() for each in step.get("out_args", [])}  # type: ignore[attr-defined]

    assert asked | returned <= variables.keys()
    assert {step["agent"] for step in _steps(content).values() if "agent" in step} <= agents.keys()
    assert content["markings"] == list(marks)
    used = set(re.findall(r"extension-definition--[0-9a-f-]{36}", json.dumps(content)))
    assert used == content["extension_definitions"].keys()  # type: ignore[attr-defined]
    references = [each for step in _steps(content).values() for each in step.get("external_references", [])]  # type: ignore[attr-defined]
    assert all(each in content["external_references"] for each in references)  # type: ignore[operator]


@pytest.mark.parametrize("name", _plans)
def test_each_task_is_one_step_with_its_role_and_its_limit(name: str) -> None:
    plan, content = load(name), _written(name)
    titles = {key: agent["name"] for key, agent in content["agent_definitions"].items()}  # type: ignore[attr-defined]

    carried = [step for step in _steps(content).values() if "step_extensions" in step]

    assert len(carried) == len(plan.tasks)
    assert {step["name"] for step in carried} == {
        task.title.zh if task.title.zh == task.title.en else f"{task.title.zh} / {task.title.en}" for task in plan.tasks.values()
    }
    limits = sorted(int(str(step["timeout"])) for step in carried)
    assert limits == sorted(int(task.done.total_seconds() * 1000) for task in plan.tasks.values())
    assert all(titles[str(step["agent"])] for step in carried)


def test_the_same_plan_at_the_same_time_is_the_same_playbook() -> None:
    assert _written("flood") == _written("flood")
    assert _written("flood")["id"] != _written("landslide")["id"]
    assert (_written("flood")["created"], _written("flood")["modified"]) == ("2026-11-24T08:00:00.123Z",) * 2


def test_a_task_waits_for_its_predecessors_in_other_branches_by_asking() -> None:
    steps = _steps(_written("landslide"))
    waiting = [step for step in steps.values() if str(step.get("name", "")).startswith("等待")]

    assert waiting
    assert all("__done_" in str(step["condition"]) and step["type"] == "while-condition" for step in waiting)


def test_the_marking_says_who_may_read_it() -> None:
    marks = playbook(load("flood"), _now, Tlp.AMBER_STRICT)["data_marking_definitions"]

    assert isinstance(marks, dict)
    assert [each.get("tlpv2_level") for each in marks.values()] == ["TLP:AMBER+STRICT", None]
    assert [each.get("statement", "")[:3] for each in marks.values()] == ["", "宝鸡市"]


@pytest.mark.parametrize(
    ("cel", "said"),
    [
        ("flow >= limit", "__flow__:value >= __limit__:value"),
        ("flow.forecast > 3 && !rising", "(__flow_forecast__:value > 3) AND (__rising__:value = false)"),
        ('grade in ["low", "it\'s"] || rising', "(__grade__:value IN ('low', 'it\\'s')) OR (__rising__:value = true)"),
        ('rank(grade) >= rank("low")', "__when_x__:value = true"),
        ("flow >= 0.95 * limit", "__when_x__:value = true"),
        ("unknown_name > 1", "__when_x__:value = true"),
    ],
)
def test_a_condition_is_said_or_becomes_a_variable_to_judge(cel: str, said: str) -> None:
    found = condition(cel, "when_x", frozenset({"flow", "flow.forecast", "limit", "rising", "grade"}))

    assert found.text == said
    assert found.cel == (cel if found.judged else "")


@pytest.mark.parametrize(("pem", "algorithm", "length"), [(_p256, "ES256", 86), (_rsa, "RS256", 342)])
def test_a_signature_holds_and_breaks_with_any_change(pem: bytes, algorithm: str, length: int) -> None:
    content: Json = json.loads(json.dumps(signed(playbook(load("flood"), _now), pem, "市防办", _now)))
    (signature,) = signatures(content)

    assert verified(content, signature) == "市防办"
    assert signature["algorithm"] == algorithm
    assert len(str(signature["value"])) == length
    for key in ("name", "created", "labels"):
        with pytest.raises(WrongSignatureError, match="was changed after"):
            verified(content | {key: "x"}, signature)
    with pytest.raises(WrongSignatureError, match="another version"):
        verified(content | {"modified": "2027-01-01T00:00:00.000Z"}, signature)
    with pytest.raises(WrongSignatureError, match="was changed after"):
        verified(content, signature | {"signee": "somebody else"})


def test_two_may_sign_one_playbook() -> None:
    once = signed(playbook(load("flood"), _now), _p256, "市防办", _now)
    twice = signed(once, _rsa, "省防办", _now)

    assert [verified(twice, each) for each in signatures(twice)] == ["市防办", "省防办"]


@pytest.mark.parametrize(
    "pem", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", _pem(ec.generate_private_key(ec.SECP384R1()))]
)
def test_a_key_that_cannot_sign_is_refused_in_words(pem: bytes) -> None:
    with pytest.raises(UnusableKeyError, match="cannot be used"):
        signed(playbook(load("flood"), _now), pem, "市防办", _now)


def _official() -> list[Json]:
    if not _folder or not Path(_folder).is_dir():
        pytest.skip("TOCSIN_CACAO_SCHEMAS names no folder with the schemas of oasis-open/cacao-json-schemas")
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(Path(_folder).rglob("*.json"))]


@pytest.mark.parametrize("name", _compared)
def test_the_playbook_is_valid_by_the_official_schemas(name: str) -> None:
    schemas = _official()
    content = json.loads(json.dumps(signed(playbook(load(name), _now), _p256, "市防办", _now)))
    registry: Registry[Any] = Registry().with_resources([(str(each["$id"]), DRAFT7.create_resource(each)) for each in schemas])
    top = next(each for each in schemas if str(each["$id"]).endswith("/playbook.json"))

    assert [each.message for each in Draft7Validator(top, registry=registry).iter_errors(content)] == []


@pytest.mark.parametrize("name", _compared)
def test_it_has_no_property_that_the_official_schemas_do_not_know(name: str) -> None:
    # they close their objects with a keyword that draft-07, which they declare, does not have: here it counts
    draft = "https://json-schema.org/draft/2020-12/schema"
    schemas = [each | {"$schema": draft} for each in _official()]
    for each in schemas:
        # closed twice: with it no command of any kind may have a text
        if str(each["$id"]).endswith("/command-data.json"):
            del each["unevaluatedProperties"]
    content = json.loads(json.dumps(signed(playbook(load(name), _now), _p256, "市防办", _now)))
    registry: Registry[Any] = Registry().with_resources(
        [(str(each["$id"]), DRAFT202012.create_resource(each)) for each in schemas]
    )
    top = next(each for each in schemas if str(each["$id"]).endswith("/playbook.json"))

    assert [each.message for each in Draft202012Validator(top, registry=registry).iter_errors(content)] == []
