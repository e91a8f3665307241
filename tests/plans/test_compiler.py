"""Compiling: errors a caller meets, and a digest that depends on the plan alone."""

import os
import pickle
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.catalog import find, known, load
from plans.compiler import compile_file, examine
from plans.diagnostic import has_faults
from plans.errors import PlanFaultsError, PlanUnreadableError, UnknownPlanError
from plans.model import Level, Plan

_small = Path(__file__).parent / "small.yaml"
_whole = Path(__file__).parent / "whole.yaml"


def test_a_plan_goes_through_json_and_back_unchanged() -> None:
    plan = compile_file(_small)

    again = Plan.from_json(plan.canonical_json)

    assert again == plan
    assert again.canonical_json == plan.canonical_json
    assert again.tasks["watch"].every == {Level.IV: timedelta(hours=2), Level.III: timedelta(minutes=30)}


@pytest.mark.parametrize("seed", ["0", "1", "77"])
def test_the_digest_is_the_same_in_every_process(seed: str) -> None:
    program = "import sys, pathlib, plans.compiler; print(plans.compiler.compile_file(pathlib.Path(sys.argv[1])).digest)"

    output = subprocess.run(
        [sys.executable, "-c", program, str(_small)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert output.strip() == compile_file(_small).digest


def test_comments_and_layout_do_not_change_the_digest_and_a_deadline_does(tmp_path: Path) -> None:
    source = _small.read_text(encoding="utf-8")
    digests = []
    for name, text in (
        ("a", "# note\n" + source.replace("[verify]", "[ 'verify' ]")),
        ("b", source.replace("ack: 3 min", "ack: 4 min")),
    ):
        file = tmp_path / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        digests.append(compile_file(file).digest)

    assert [digest == compile_file(_small).digest for digest in digests] == [True, False]


def test_a_plan_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(_small.read_text(encoding="utf-8").replace("role: patrol", "role: patrl"), encoding="utf-8")

    with pytest.raises(PlanFaultsError) as raised:
        compile_file(file)

    assert "there is no role 'patrl'" in str(raised.value)
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def test_a_missing_file_is_told_with_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(PlanUnreadableError, match="cannot be read: No such file or directory; expected a plan file in YAML"):
        compile_file(tmp_path / "none.yaml")


def test_a_base_plan_does_not_run_by_itself() -> None:
    with pytest.raises(PlanFaultsError, match="this is a base plan, expected a plan that extends it"):
        load("base/municipal")


def test_the_bureaus_own_plan_comes_before_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "flood.yaml"
    own.write_text(_small.read_text(encoding="utf-8"), encoding="utf-8")

    assert find("flood", [tmp_path]) == own
    assert find("flood").name == "flood.yaml"
    assert find("flood") != own


def test_an_unknown_plan_is_told_with_the_nearest_name_and_the_list() -> None:
    with pytest.raises(UnknownPlanError) as raised:
        load("flod")

    assert (
        str(raised.value)
        == f"there is no plan 'flod', expected a plan file or one of: {', '.join(known())}; did you mean 'flood'?"
    )


@pytest.mark.parametrize("name", ["../compiler", "/etc/passwd.yaml", "base/../../model"])
def test_a_name_does_not_lead_out_of_its_folder(name: str) -> None:
    with pytest.raises(UnknownPlanError):
        find(name)


@settings(max_examples=300, deadline=None)
@given(
    plan=st.sampled_from([_small, _whole]),
    place=st.floats(0, 1),
    dropped=st.integers(0, 12),
    put=st.sampled_from(
        ["", "[", "{", "]", ": ", "\n", "'", "|", "&a ", "*a", "~", "IV", "((", "x: y", "[, )", "{{", "night", "done("]
    ),
)
def test_whatever_is_mistyped_is_told_as_faults(plan: Path, place: float, dropped: int, put: str) -> None:
    source = plan.read_text(encoding="utf-8")
    at = int(place * len(source))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.yaml"
        file.write_text(source[:at] + put + source[at + dropped :], encoding="utf-8")

        examination = examine(file)

    assert (examination.plan is None) == has_faults(examination.diagnostics)
    assert all(each.line >= 1 and each.column >= 1 and each.what for each in examination.diagnostics)
