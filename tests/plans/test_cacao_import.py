"""A CACAO playbook comes back as a plan: ours whole, that of others as a draft; nothing is lost without a word."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as some

from plans.cacao import playbook
from plans.cacao_import import imported
from plans.cacao_signature import signed
from plans.catalog import known, load
from plans.compiler import check_file, compile_file
from plans.diagnostic import has_faults
from plans.diff import differences
from plans.table_import_result import Imported, UnreadableImportError

_now = datetime(2026, 11, 24, tzinfo=UTC)
_whole = Path(__file__).parent / "whole.yaml"
_uuid = "00000000-0000-4000-8000-00000000000"


def _written(name: str | Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(json.dumps(playbook(load(name), _now)))
    return content


def _taken(content: object, name: str = "") -> Imported:
    return imported("playbook.json", json.dumps(content).encode(), name)


@pytest.mark.parametrize("name", [*known(), _whole], ids=str)
def test_ours_comes_back_whole(name: str | Path, tmp_path: Path) -> None:
    plan = load(name)
    # a link is checked against the plans beside it
    (tmp_path / "small.yaml").write_text((_whole.parent / "small.yaml").read_text(encoding="utf-8"), encoding="utf-8")

    found = _taken(_written(name))
    (tmp_path / f"{plan.name}.yaml").write_text(found.text, encoding="utf-8")

    assert (found.not_taken, found.missing) == ((), ())
    again = compile_file(tmp_path / f"{plan.name}.yaml")
    assert differences(plan, again) == []
    assert again.digest == plan.digest


def test_what_others_changed_is_taken_and_told(tmp_path: Path) -> None:
    content = _written("flood")
    steps = content["workflow"]
    assert isinstance(steps, dict)
    key, step = next((key, step) for key, step in steps.items() if "F09" in json.dumps(step) and "step_extensions" in step)
    step |= {"name": "Walk the levee", "timeout": 1_200_000}
    variables = content["playbook_variables"]
    assert isinstance(variables, dict)
    variables["__warning_flow__"]["value"] = "2600"

    found = _taken(content)
    (tmp_path / "flood.yaml").write_text(found.text, encoding="utf-8")

    old, new = load("flood"), compile_file(tmp_path / "flood.yaml")
    changed = {each.path for each in differences(old, new)}
    assert changed == {"tasks.levee_patrol.title", "tasks.levee_patrol.done", "facts.warning_flow.default"}
    told = [each.where for each in found.not_taken]
    assert told == [f"workflow.{key}.timeout", f"workflow.{key}.name", "playbook_variables.__warning_flow__"]


@pytest.mark.parametrize("key", ["condition", "on_completion", "next_steps"])
def test_another_course_of_the_workflow_is_told(key: str) -> None:
    content = _written("flood")
    steps = content["workflow"]
    assert isinstance(steps, dict)
    identifier, step = next((name, step) for name, step in steps.items() if key in step)
    step[key] = "__night__:value = true" if key == "condition" else step[key][:2]

    assert [each.where for each in _taken(content).not_taken] == [f"workflow.{identifier}.{key}"]


def test_a_step_that_others_added_and_one_they_took_away_are_told() -> None:
    content = _written("landslide")
    steps = content["workflow"]
    assert isinstance(steps, dict)
    added = f"action--{_uuid}1"
    agent = next(iter(content["agent_definitions"]))  # type: ignore[call-overload]
    steps[added] = {"type": "action", "name": "Call the press", "commands": [{"type": "manual"}], "agent": agent}

    (told,) = _taken(content).not_taken

    assert (told.where, told.what) == (f"workflow.{added}", "Call the press")


def test_a_role_that_was_taken_away_is_told() -> None:
    content = _written("flood")
    agents = content["agent_definitions"]
    assert isinstance(agents, dict)
    del agents[next(key for key, agent in agents.items() if "levee_patrol" in json.dumps(agent))]

    told = {each.where.rpartition(".")[2] for each in _taken(content).not_taken}

    assert told == {"agent", "workflow"}


def test_signatures_are_verified_and_a_broken_one_is_told() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    content = signed(playbook(load("flood"), _now), key, "市防办", _now)

    held, broken = _taken(content), _taken(content | {"description": "x"})

    assert [each.partition(" (sha256 ")[0] for each in held.signed_by] == ["市防办"]
    assert held.not_taken == ()
    assert broken.signed_by == ()
    assert [each.where for each in broken.not_taken] == ["signatures.0"]
    assert "was changed after '市防办' signed it" in broken.not_taken[0].why.en


_foreign = {
    "type": "playbook",
    "spec_version": "cacao-2.0",
    "id": f"playbook--{_uuid}0",
    "name": "Isolate an infected host",
    "workflow_start": f"start--{_uuid}1",
    "playbook_variables": {"__severity__": {"type": "integer", "value": "3"}, "__address__": {"type": "ipv4-addr"}},
    "agent_definitions": {f"group--{_uuid}a": {"type": "group", "name": "Network team"}},
    "workflow": {
        f"start--{_uuid}1": {"type": "start", "on_completion": f"action--{_uuid}2"},
        f"action--{_uuid}2": {
            "type": "action",
            "name": "Look at the host",
            "commands": [{"type": "manual", "command": "look"}],
            "agent": f"group--{_uuid}a",
            "timeout": 600000,
            "on_completion": f"parallel--{_uuid}3",
        },
        f"parallel--{_uuid}3": {
            "type": "parallel",
            "next_steps": [f"action--{_uuid}4", f"if-condition--{_uuid}5"],
            "on_completion": f"action--{_uuid}7",
        },
        f"action--{_uuid}4": {
            "type": "action",
            "name": "Tell the owner",
            "commands": [{"type": "bash", "command": "mail -s x"}],
            "agent": f"group--{_uuid}a",
            "on_completion": f"end--{_uuid}8",
        },
        f"if-condition--{_uuid}5": {
            "type": "if-condition",
            "condition": "__severity__:value > 2",
            "on_true": f"action--{_uuid}6",
            "on_completion": f"end--{_uuid}9",
        },
        f"action--{_uuid}6": {"type": "action", "name": "Cut it off", "commands": [], "on_completion": f"end--{_uuid}b"},
        f"action--{_uuid}7": {"type": "action", "name": "Write it down", "commands": [], "on_completion": f"end--{_uuid}c"},
        **{f"end--{_uuid}{each}": {"type": "end"} for each in "89bc"},
    },
}


def test_a_playbook_of_others_becomes_a_draft_that_checks(tmp_path: Path) -> None:
    found = _taken(_foreign)
    file = tmp_path / f"{found.name}.yaml"
    file.write_text(found.text, encoding="utf-8")

    plan = compile_file(file)
    assert plan.name == "isolate_an_infected_host"
    ours = {name: plan.tasks[name].after for name in ("look_at_the_host", "tell_the_owner", "cut_it_off", "write_it_down")}
    assert ours == {
        "look_at_the_host": (),
        "tell_the_owner": ("look_at_the_host",),
        "cut_it_off": ("look_at_the_host",),
        "write_it_down": ("tell_the_owner", "cut_it_off"),
    }
    assert plan.tasks["look_at_the_host"].done.total_seconds() == 600
    assert plan.roles[plan.tasks["look_at_the_host"].role].title.zh == "Network team"
    assert (plan.facts["severity"].type, plan.facts["address"].type) == ("number", "text")
    told = {each.where.rpartition("--")[2][-12:].lstrip("0"): each.why.en for each in found.not_taken}
    assert told.keys() == {"2.commands", "4.commands", "5"}
    assert "a bash command" in told["4.commands"]
    assert "# 未采用 / Not taken:" in found.text


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"type": "bundle"}', "is no playbook"),
        (b'{"type": "playbook", "spec_version": "1.1"}', "its version is '1.1'"),
        (b'{"type": "playbook", "spec_version": "cacao-2.0"}', "has no workflow"),
        (b'{"type": "playbook", "spec_version": "cacao-2.0", "workflow": {}}', "has no action"),
        (b" " * 10_000_001, "10,000,001 bytes"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_playbook_is_refused_in_words(content: bytes, what: str) -> None:
    with pytest.raises(UnreadableImportError, match=what):
        imported("x.json", content)


_values = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.text(max_size=8)
    | some.sampled_from([*_foreign["workflow"], "action"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_small = json.dumps(playbook(load(_whole.parent / "small.yaml"), _now))


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in pairs for place in _places(each, (*path, key)))]


@settings(deadline=None, max_examples=60)
@given(place=some.sampled_from(_places(json.loads(_small))[1:]), value=_values)
def test_any_change_to_ours_gives_a_plan_or_a_refusal(place: tuple[str | int, ...], value: object) -> None:
    content = json.loads(_small)
    owner = content
    for key in place[:-1]:
        owner = owner[key]
    owner[place[-1]] = value

    try:
        found = _taken(content)
    except UnreadableImportError:
        return

    assert found.text


_keys = [
    "type",
    "name",
    "commands",
    "agent",
    "timeout",
    "on_completion",
    "next_steps",
    "condition",
    "on_true",
    "cases",
    "step_extensions",
]


@settings(deadline=None, max_examples=25)
@given(
    changes=some.dictionaries(
        some.tuples(some.sampled_from([*_foreign["workflow"]]), some.sampled_from(_keys)), _values, max_size=5
    )
)
def test_any_playbook_gives_a_draft_or_a_refusal(
    changes: dict[tuple[str, str], object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = json.loads(json.dumps(_foreign))
    for (step, key), value in changes.items():
        content["workflow"][step][key] = value

    try:
        found = _taken(content)
    except UnreadableImportError:
        return

    file = tmp_path_factory.mktemp("any") / "draft.yaml"
    file.write_text(found.text, encoding="utf-8", errors="surrogatepass")
    assert [each for each in check_file(file) if each.rule == "yaml" and has_faults([each])] == []
