"""Conditions in words: what a commander reads in place of the expression."""

from pathlib import Path

import pytest

from plans.catalog import load
from plans.condition_tree import tree_of
from plans.condition_words import in_plain_words, ways

_library = [path.stem for path in sorted((Path(__file__).parents[2] / "plans" / "library").glob("*.yaml"))]


@pytest.mark.parametrize(
    ("plan", "condition", "chinese", "english"),
    [
        ("flood", "flow >= warning_flow", "控制站流量 ≥ 警戒流量", "Flow at the control station ≥ Warning flow"),
        ("flood", "100 <= rain", "24小时降雨量 ≥ 100 mm", "Rain in 24 hours ≥ 100 mm"),
        (
            "flood",
            "flow.forecast < 0.95 * (warning_flow + 10)",
            "控制站流量（预报） < 0.95 × （警戒流量 + 10）",
            "Flow at the control station (forecast) < 0.95 × (Warning flow + 10)",
        ),
        ("flood", "rain >= 100", "24小时降雨量 ≥ 100 mm", "Rain in 24 hours ≥ 100 mm"),
        (
            "hazmat_spill",
            'rank(accident_grade) >= rank("larger")',
            "事故等级达到较大及以上",
            "Grade of the accident is larger or higher",
        ),
        ("hazmat_spill", "leaking == false", "正在泄漏：否", '"It is leaking": no'),
        ("hazmat_spill", "!leaking && fire", "正在泄漏：否，且着火", '"It is leaking": no, and It is burning'),
        ("hazmat_spill", "!(leaking || fire)", "并非（正在泄漏，或着火）", "not (It is leaking, or It is burning)"),
        (
            "hazmat_spill",
            'leaking && (fire || goods in ["toxic_gas", "explosive"])',
            "正在泄漏，且（着火，或危险品类别为有毒气体或爆炸品）",
            "It is leaking, and (It is burning, or Kind of goods is toxic gas or explosive)",
        ),
        ("hazmat_spill", 'evacuation != "stay_inside"', None, "Decision on evacuation is not stay inside"),
        ("hazmat_spill", "level <= 3", "响应级别为III级及以上", "the response level is III or higher"),
        ("hazmat_spill", "night", "夜间", "it is night"),
        ("hazmat_spill", "!night", "白天", "it is day"),
        ("hazmat_spill", "!known(deaths)", "死亡和失联人数未知", '"Dead and missing" is unknown'),
        ("hazmat_spill", "known(deaths) && deaths > 0", "死亡和失联人数 > 0", "Dead and missing > 0"),
        (
            "hazmat_spill",
            "running(transfer) && !done(plug)",
            "“倒罐转运”正在进行，且“堵漏”尚未完成",
            '"Transfer the load" is under way, and "Plug the leak" is not done',
        ),
        (
            "flood",
            'rank(finding.grade) >= rank("major")',
            "本处险情等级达到重大及以上",
            "Grade of this danger is major or higher",
        ),
        ("flood", "known(finding.found_by)", None, '"Found by patrol, villager or sensor" is known'),
        ("hazard_inspection", "!(known(finding.passed) && finding.passed)", "并非（复查合格）", "not (Passed its second look)"),
    ],
)
def test_a_condition_is_said_in_words(plan: str, condition: str, chinese: str | None, english: str) -> None:
    found = load(plan, ())

    assert in_plain_words(found, condition, "en") == english
    if chinese is not None:
        assert in_plain_words(found, condition, "zh") == chinese


def test_what_is_known_matters_where_the_rest_can_be_true_without_it() -> None:
    plan = load("hazmat_spill", ())

    told = in_plain_words(plan, "known(deaths) && (deaths > 0 || fire)", "zh")

    assert told == "死亡和失联人数已知，且（死亡和失联人数 > 0，或着火）"


def test_one_is_enough_is_told_apart() -> None:
    plan = load("hazmat_spill", ())

    assert ways(plan, "leaking || rolled_over || fire", "zh") == ("正在泄漏", "车辆侧翻", "着火")


@pytest.mark.parametrize(
    "condition",
    ["leaking ? fire : rolled_over", "nobody_knows_this", "size(un_number) > 3", "leaking ||", "(", "[]", '"', "-1 < load"],
)
def test_what_has_no_words_stays_as_it_is_written(condition: str) -> None:
    assert in_plain_words(load("hazmat_spill", ()), condition, "en") == condition


def test_deep_nesting_stays_as_it_is_written() -> None:
    assert tree_of("(" * 5000 + "fire" + ")" * 5000) is None


@pytest.mark.parametrize("name", _library)
def test_every_condition_of_the_library_has_words(name: str) -> None:
    plan = load(name, ())
    conditions = [rule.when for rule in plan.levels.values()] + [rule.keep for rule in plan.levels.values()]
    conditions += [trigger.when for trigger in plan.triggers] + [trigger.release for trigger in plan.triggers]
    conditions += [each for task in plan.tasks.values() for each in (task.when, task.pause, task.repeat_while, task.repeat_until)]
    conditions += [case.when for task in plan.tasks.values() for case in task.every_case]
    conditions += [kind.when for kind in plan.findings.values()] + [link.when for link in plan.links.values()] + [plan.end.when]

    unsaid = [each for each in conditions if each and in_plain_words(plan, each, "zh") == each]

    assert unsaid == []
