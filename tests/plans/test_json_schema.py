"""The JSON Schema of the language, by a validator that is not ours: it knows the same keys and refuses nothing that checks."""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from plans.compiler import check_file
from plans.diagnostic import has_faults
from plans.extending import library
from plans.json_schema import plan_schema, written
from plans.json_schema_words import WORDS
from plans.reader import Mapping as Tree
from plans.reader import read_text
from plans.shape import shape

_here = Path(__file__).parent
_validator = Draft202012Validator(plan_schema())
_shape_rules = ("unknown-key", "wrong-value", "missing-key")
_plans = sorted(file for file in library.rglob("*.yaml") if "scenarios" not in file.parts)


class _Editor(yaml.CSafeLoader):
    """YAML 1.2 as editors read it: dates and `on` are texts."""


_core = [("bool", "^(true|false)$", "tf"), ("int", "^[-+]?[0-9]+$", "-+0123456789"), ("null", "^(~|null|)$", ["~", "n", ""])]
_core += [("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)$", "-+.0123456789")]
_Editor.yaml_implicit_resolvers = {}
for _name, _form, _first in _core:
    _Editor.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_form), list(_first))


def _read(text: str) -> Any:
    return yaml.load(text, _Editor)


_texts = {name: (_here / f"{name}.yaml").read_text(encoding="utf-8") for name in ("small", "whole")}
_whole = _read(_texts["whole"])


def test_it_is_a_schema_of_the_version_it_names() -> None:
    Draft202012Validator.check_schema(plan_schema())


def test_the_file_that_is_shipped_is_the_schema_of_today() -> None:
    assert (library / "plan.schema.json").read_text(encoding="utf-8") == written(), "tocsin plan schema --output writes it anew"


@pytest.mark.parametrize("file", _plans, ids=lambda file: file.name)
def test_every_shipped_plan_and_base_is_valid(file: Path) -> None:
    assert _refusals(_read(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("file", _plans, ids=lambda file: file.name)
def test_every_shipped_plan_and_base_names_the_schema_to_editors(file: Path) -> None:
    first, _, _ = file.read_text(encoding="utf-8").partition("\n")
    said, _, path = first.partition("=")

    assert said == "# yaml-language-server: $schema"
    assert (file.parent / path).resolve() == library / "plan.schema.json"


@pytest.mark.parametrize("name", ["small", "whole"])
def test_a_plan_that_stands_alone_is_valid(name: str) -> None:
    assert _refusals(_read(_texts[name])) == []


def _wrong_shapes() -> Iterator[tuple[str, str, str]]:
    for name, file in (("small", "wrong_plans.yaml"), ("whole", "wrong_whole_plans.yaml")):
        for case in yaml.safe_load((_here / file).read_text(encoding="utf-8")):
            if any(line.endswith(f"[{rule}]") for line in case["says"] for rule in _shape_rules):
                yield name, case["instead_of"], case["write"]


@pytest.mark.parametrize(("plan", "instead_of", "write"), [*_wrong_shapes()])
def test_every_planted_fault_of_shape_is_refused(plan: str, instead_of: str, write: str) -> None:
    assert _refusals(_read(_texts[plan].replace(instead_of, write))) != []


def test_each_mapping_knows_the_keys_that_the_reader_asks_for() -> None:
    told = 0
    for place, mapping in _mappings(_whole):
        asked = _asked(_with(place, mapping | {"zzz": 1}))
        if not asked:
            continue
        told += 1
        known = _known(_with(place, mapping | {"zzz": 1}))
        assert asked <= known, place
        assert [key for key in known - asked if not _refusals(_with(place, mapping | {key: "1 h"}))] == [], place
    assert told > 60


def test_a_key_may_be_left_out_where_the_check_allows_it_and_nowhere_else(tmp_path: Path) -> None:
    for place, mapping in _mappings(_whole):
        for key in mapping:
            plan = _with(place, {other: value for other, value in mapping.items() if other != key})
            refused = bool(_refusals(plan))
            # what only a rule misses is a fault too: a report without its limit
            assert refused or not _shape_faults(plan), (*place, key)
            assert not refused or _has_faults(plan, tmp_path), (*place, key)


def test_every_key_is_described() -> None:
    described = [
        (name, key)
        for name, part in plan_schema()["$defs"].items()  # type: ignore[attr-defined]  # JSON
        for key, value in part.get("properties", {}).items()
        if not re.search("[一-鿿]", value["description"]) or not re.search("[a-z]{2}", value["description"])
    ]

    assert described == []


def test_no_key_is_described_that_the_language_does_not_have() -> None:
    every = json.dumps(plan_schema(), ensure_ascii=False)

    assert [words for kind in WORDS.values() for words in kind.values() if words.replace('"', '\\"') not in every] == []


def test_a_plan_on_a_base_may_leave_out_and_remove_what_the_base_brings() -> None:
    plan = {"plan": "own", "extends": "base/municipal", "tasks": {"notify": {"done": "10 min", "late": None}, "verify": None}}

    assert _refusals(plan) == []
    assert _refusals({key: value for key, value in plan.items() if key != "extends"}) != []
    assert _refusals(plan | {"tasks": {"notify": {"doen": "10 min"}}}) != []
    assert _refusals(plan | {"base": "own"}) != []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_the_check_takes_the_schema_takes(tmp_path: Path, data: st.DataObject) -> None:
    place, mapping = data.draw(st.sampled_from([*_mappings(_whole)]))
    key = data.draw(st.sampled_from(sorted(mapping)))
    value = data.draw(st.sampled_from(_values))
    plan = _with(place, mapping | {key: value})

    if _refusals(plan):
        assert _has_faults(plan, tmp_path)


_values: list[Any] = [
    "2 h", " 5 min ", "0.5 h", "IV", "IV–III", "Ⅲ", ["IV", "III"], 3, 2.5, True, False, "true", "any", "2", "0", "all", "keep",
    "chief", ["chief", "duty"], {"zh": "一", "en": "one"}, "一", [], {}, None, "", {"hand_over": "works"}, ["verify"], "text?",
    ["image"], {"type": "choice?", "of": ["a"]}, {"fact": "deaths"}, "[3, 10)", "flow > 1", {"IV": "2 h", "III": "1 h"},
]  # fmt: skip


def _mappings(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every mapping in a plan with its place."""
    if isinstance(value, dict):
        yield place, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _mappings(inner, (*place, key))


def _with(place: tuple[str | int, ...], mapping: Mapping[str, Any]) -> Any:
    """The whole plan with another mapping at one place."""
    if not place:
        return mapping
    plan = deepcopy(_whole)
    node = plan
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = mapping
    return plan


def _shape_faults(plan: Any) -> list[str]:
    tree, faults = read_text(json.dumps(plan, ensure_ascii=False), "plan.yaml")
    assert isinstance(tree, Tree)
    assert faults == []
    shape(tree, faults)
    return [str(each) for each in faults]


def _has_faults(plan: Any, folder: Path) -> bool:
    file = folder / "plan.yaml"
    file.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    # the plan that the whole one links to
    (folder / "small.yaml").write_text(_texts["small"], encoding="utf-8")
    return has_faults(check_file(file))


def _asked(plan: Any) -> set[str]:
    """The keys that the reader asks for where it refuses `zzz`; empty where names are the author's."""
    told = [line for line in _shape_faults(plan) if "unknown key 'zzz'" in line]
    return set(re.split(", ", told[0].partition("expected one of ")[2].partition(" [")[0].partition(";")[0])) if told else set()


def _known(plan: Any) -> set[str]:
    """The properties of the schema at the place where it refuses `zzz`."""
    found: set[str] = set()
    for error in _leaves_of(_validator.iter_errors(plan)):
        if error.validator == "additionalProperties" and "zzz" in error.message:
            found |= error.schema["properties"].keys()
    return found


def _leaves_of(errors: Any) -> Iterator[ValidationError]:
    for error in errors:
        yield error
        yield from _leaves_of(error.context or ())


def _refusals(plan: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator.iter_errors(plan)]
