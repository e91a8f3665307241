"""A plan on its base: merged by key, places kept, faults told where they stand."""

from pathlib import Path

from plans.compiler import check_file, compile_file
from plans.extending import merge, read_with_bases
from plans.reader import Mapping, Scalar, read_text

_small = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")


def test_the_plan_wins_key_by_key_and_an_empty_value_removes() -> None:
    merged = merge(_tree("a: {x: 1, y: 2, z: 3}\nb: [1, 2]\n"), _tree("a: {y: 5, z: }\nb: [3]\nc: 4\n"))

    assert _plain(merged) == {"a": {"x": "1", "y": "5"}, "b": ["3"], "c": "4"}


def test_a_plan_changes_one_key_of_a_task_of_its_base(tmp_path: Path) -> None:
    base = _small.replace("plan: small\n", "base: county\n").replace(
        'title: {zh: 小预案, en: Small plan}\nversion: "1"\nowner: 试点县\n', ""
    )
    (tmp_path / "county.yaml").write_text(base, encoding="utf-8")
    plan = tmp_path / "town.yaml"
    plan.write_text(
        "plan: town\ntitle: 镇\nversion: 2026.10\nowner: 镇\nextends: county\ntasks: {sign: {done: 25 min}, review: }\n",
        encoding="utf-8",
    )

    compiled = compile_file(plan)

    assert compiled.version == "2026.10"
    assert list(compiled.tasks) == ["verify", "sign", "watch"]
    assert compiled.tasks["sign"].done.total_seconds() == 25 * 60
    assert compiled.tasks["sign"].role == "chief"


def test_a_fault_in_the_base_is_told_in_the_file_of_the_base(tmp_path: Path) -> None:
    (tmp_path / "county.yaml").write_text(_small.replace("role: patrol", "role: patrl"), encoding="utf-8")
    plan = tmp_path / "town.yaml"
    plan.write_text("plan: town\nextends: [county]\n", encoding="utf-8")

    faults = [str(each) for each in check_file(plan)]

    assert [fault.partition(" ")[0].rpartition("/")[2] for fault in faults] == ["county.yaml:55:11:"]


def test_an_added_rung_takes_its_place_by_time(tmp_path: Path) -> None:
    (tmp_path / "county.yaml").write_text(_small, encoding="utf-8")
    plan = tmp_path / "town.yaml"
    plan.write_text(
        "plan: town\nextends: county\nladders: {urgent: {rungs: {chief: {at: 7 min, tell: chief}}}}\n", encoding="utf-8"
    )

    assert [rung.name for rung in compile_file(plan).ladders["urgent"].rungs] == ["call", "deputy", "chief", "manual"]


def test_an_unknown_base_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    plan = tmp_path / "town.yaml"
    plan.write_text("plan: town\nextends: [base/munizipal]\n", encoding="utf-8")

    (fault,) = map(str, check_file(plan))
    assert "town.yaml:2:11: there is no plan 'base/munizipal' to extend" in fault
    assert fault.endswith("did you mean 'base/municipal'? [extends]")


def test_plans_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / f"{name}.yaml").write_text(f"plan: {name}\nextends: {other}\n", encoding="utf-8")

    _, faults = read_with_bases(tmp_path / "one.yaml")

    assert [each.what for each in faults] == ["'one' extends itself in the end"]


def _tree(source: str) -> Mapping:
    root, faults = read_text(source, "p.yaml")
    assert isinstance(root, Mapping)
    assert not faults
    return root


def _plain(node: object) -> object:
    if isinstance(node, Mapping):
        return {key: _plain(entry.value) for key, entry in node.entries.items()}
    return node.text if isinstance(node, Scalar) else [_plain(item) for item in getattr(node, "items", [])]
