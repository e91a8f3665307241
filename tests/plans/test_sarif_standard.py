"""SARIF as `plan check` writes it, against the schema of the standard as Microsoft's own helper carries it."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft4Validator, FormatChecker

from plans.compiler import check_file
from plans.extending import library
from plans.sarif import sarif

_here = Path(__file__).parent
_schemas = _here / "sarif_standard" / "node_modules" / "@microsoft" / "sarif-matcher-utils" / "lib" / "schemas"
_cases = [
    ((_here / right).read_text(encoding="utf-8"), case)
    for right, wrong in (("small.yaml", "wrong_plans.yaml"), ("whole.yaml", "wrong_whole_plans.yaml"))
    for case in yaml.safe_load((_here / wrong).read_text(encoding="utf-8"))
]

pytestmark = pytest.mark.skipif(not _schemas.is_dir(), reason="the SARIF schema is not here: tools/install_test_tools.sh")


def test_the_log_of_every_wrong_plan_is_valid_by_the_standard(tmp_path: Path) -> None:
    found = {}
    for number, (right, case) in enumerate(_cases):
        file = tmp_path / f"第 {number} 个.yaml"
        file.write_text(right.replace(case["instead_of"], case["write"]), encoding="utf-8")
        found[str(file)] = check_file(file)

    log = sarif(found)

    assert len(log["runs"][0]["results"]) >= len(_cases)  # type: ignore[index]
    assert _faults(log) == []


def test_the_log_of_the_library_is_valid_by_the_standard() -> None:
    assert _faults(sarif({str(file): check_file(file) for file in sorted(library.glob("*.yaml"))})) == []


def test_the_log_of_what_could_not_be_read_is_valid_by_the_standard() -> None:
    assert _faults(sarif({}, ["there is no plan 'x'"])) == []


def test_the_standard_finds_a_wrong_log() -> None:
    log = sarif({str(library / "flood.yaml"): []})
    log["runs"][0]["results"] = [{"level": "dreadful"}]  # type: ignore[index]

    assert len(_faults(log)) == 2


def _faults(log: dict[str, object]) -> list[str]:
    (file,) = _schemas.glob("*.json")
    schema = json.loads(file.read_text(encoding="utf-8"))
    return [
        each.message for each in Draft4Validator(schema, format_checker=FormatChecker()).iter_errors(json.loads(json.dumps(log)))
    ]
