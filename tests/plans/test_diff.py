"""What changed in meaning between two plans: less safe first, in both languages; nothing exactly when the digests are equal."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from plans import model, task_model
from plans.catalog import known, load
from plans.compiler import compile_file, examine
from plans.diff import differences
from plans.diff_labels import LABELS
from plans.diff_verdicts import VERDICTS, Importance
from plans.model import Plan

_here = Path(__file__).parent
_text = (_here / "whole.yaml").read_text(encoding="utf-8")
# dates become texts; `on` would be true
_tree = json.loads(json.dumps(yaml.load(_text.replace(" on:", ' "on":'), yaml.CSafeLoader), default=str))
_small = (_here / "small.yaml").read_text(encoding="utf-8")
LESS_SAFE, CHANGED, SAFER, WORDS = Importance

_CASES = [
    # what is written instead, how important it is, and both sentences
    ("ack: 3 min\n    done: 10 min", "ack: 4 min\n    done: 10 min", LESS_SAFE,
     "任务「核实」：应答时限由 3 min 延长到 4 min", "task “核实”: time to answer lengthened: 3 min → 4 min"),
    ("done: 20 h", "done: 10 h", SAFER,
     "任务「抢险」：完成时限由 20 h 缩短到 10 h", "task “抢险”: time to be done shortened: 20 h → 10 h"),
    ("      deputy: {at: 5 min, tell: deputy}\n", "", LESS_SAFE,
     "升级阶梯「紧急」：5 min时不再通知副岗", "ladder “紧急”: the deputy is no longer told after 5 min"),
    ("deputy: {at: 5 min, tell: deputy}", "deputy: {at: 5 min, tell: works}", LESS_SAFE,
     "升级阶梯「紧急」的「deputy」：通知由 副岗 改为 管理站", "ladder “紧急”, “deputy”: who is told: the deputy → 管理站"),
    ("deputy: {at: 5 min, tell: deputy}", "deputy: {at: 5 min, tell: deputy, by: [sms]}", LESS_SAFE,
     "升级阶梯「紧急」的「deputy」：渠道：增加 sms", "ladder “紧急”, “deputy”: channels: sms added"),
    ("approve: [chief, deputy_chief]", "approve: [chief, deputy_chief, patrol]", LESS_SAFE,
     "III级响应：批准岗位：增加 巡堤队", "level III: who may approve: 巡堤队 added"),
    ("approve: [chief]}\n  III", "approve: [chief, deputy_chief]}\n  III", CHANGED,
     "IV级响应：批准岗位：增加 副主任", "level IV: who may approve: 副主任 added"),
    ("two_person: true", "two_person: false", LESS_SAFE,
     "III级响应：建议人不得批准由 是 改为 否", "level III: two persons: yes → no"),
    ("    paper: 24 h\n", "", SAFER,
     "III级响应：口头批准后补签期限：去掉 1 d", "level III: paper after an oral approval: 1 d removed"),
    ("    evidence: {head_count: number}\n", "", LESS_SAFE,
     "信号「全员撤离」：须提交的材料：去掉 head count", "signal “Withdraw everybody”: evidence asked for: head count removed"),
    ("grade: {fact: danger_grade}", "grade: {fact: danger_grade?}", LESS_SAFE,
     "任务「核定」的「grade」：必填由 是 改为 否", "task “核定”, “grade”: required: yes → no"),
    ("    every: {IV: 6 h, III: 4 h}\n", "    every: {IV: 6 h, III: 5 h}\n", LESS_SAFE,
     "信息报送「续报」：重复间隔（III）由 4 h 延长到 5 h", "report “续报”: interval (III) lengthened: 4 h → 5 h"),
    ("clock_from: learned", "clock_from: received", LESS_SAFE,
     "信息报送「书面首报」 (R1)：时限起算由 learned 改为 received",
     "report “Written first report” (R1): limit counted from: learned → received"),
    ("sign: [chief]\n", "sign: [chief, duty]\n", LESS_SAFE,
     "信息报送「书面首报」 (R1)：签发岗位：增加 值班", "report “Written first report” (R1): who signs: 值班 added"),
    ("to: 市政府\n", "to: 省政府\n", CHANGED,
     "信息报送「续报」：报送对象由 市政府 改为 省政府", "report “续报”: recipient: 市政府 → 省政府"),
    ("sign: 15 min", "sign: 20 min", LESS_SAFE,
     "任务「抢险」：最多等待（批准）由 15 min 延长到 20 min", "task “抢险”: longest wait (批准) lengthened: 15 min → 20 min"),
    ("on_end: keep", "on_end: cancel", LESS_SAFE,
     "任务「断路」：响应终止时由 keep 改为 cancel", "task “断路”: at the end: keep → cancel"),
    ("- {during: 12 h, is: 1 h}\n    - {when: rank(grade) >= rank(\"large\"), is: {IV: 2 h, III: 1 h}}",
     "- {during: 6 h, is: 1 h}", CHANGED,
     "任务「观察哨」：重复情形由 12 h内 1 h、rank(grade) >= rank(\"large\") 时 IV 2 h、III 1 h 改为 6 h内 1 h", None),
    ('large: "[10, 30)"', 'large: "[10, 30)" # ', None, None, None),
    ("report: [patrol, duty]", "report: [patrol]", LESS_SAFE,
     "发现类别「险情」：可报告的岗位由 巡堤队、值班 改为 巡堤队",
     "kind of finding “Danger”: who may report one: 巡堤队, 值班 → 巡堤队"),
    ("    report: [patrol, duty]\n", "", SAFER,
     "发现类别「险情」：可报告的岗位：去掉 巡堤队、值班",
     "kind of finding “Danger”: who may report one: 巡堤队, 值班 removed"),
    ("duty: {title: 值班, alert: true}", "duty: {title: {zh: 值班, en: Duty}, alert: true}", WORDS,
     "岗位「值班」：名称由 值班 改为 Duty", "role “Duty”: title: 值班 → Duty"),
    ("again: [level, night, crosses]", "again: [night, level, crosses]", CHANGED,
     "任务「观察哨」：变化时再次开启的顺序由 级别、昼夜、跨界 改为 昼夜、级别、跨界", None),
    ("hold: 12 h, approve", "hold: 6 h, approve", LESS_SAFE, "终止条件：条件须持续由 12 h 缩短到 6 h", None),
    ("flow: {type: number, unit: m3/s, title: 流量, forecast: true, min: 0, max: 20000, fresh: 6 h",
     "flow: {type: number, unit: m3/s, title: 流量, forecast: true, min: 0, max: 20000, fresh: 8 h", LESS_SAFE,
     "事实「流量」：有效时长由 6 h 延长到 8 h", "fact “流量”: time until it is unknown lengthened: 6 h → 8 h"),
]  # fmt: skip


@pytest.mark.parametrize(("instead_of", "write", "importance", "zh", "en"), _CASES, ids=[case[1].strip()[:40] for case in _CASES])
def test_a_change_is_told_in_a_sentence_by_its_importance(
    tmp_path: Path, instead_of: str, write: str, importance: Importance | None, zh: str | None, en: str | None
) -> None:
    assert instead_of in _text

    found = differences(_compiled(tmp_path, _text), _compiled(tmp_path, _text.replace(instead_of, write, 1)))

    if importance is None:
        assert found == []
        return
    (told,) = found
    assert (told.importance, told.sentence.zh) == (importance, zh)
    assert en in (None, told.sentence.en)


def test_what_is_less_safe_comes_first_and_words_last(tmp_path: Path) -> None:
    text = _text.replace("title: 抢险", "title: 抢护").replace("done: 20 h", "done: 30 h").replace("every: 8 h", "every: 6 h")

    found = differences(_compiled(tmp_path, _text), _compiled(tmp_path, text.replace("flow < 2000", "flow < 1900")))

    assert [each.importance for each in found] == [LESS_SAFE, CHANGED, SAFER, WORDS]


def test_a_task_that_is_gone_is_less_safe_and_one_that_is_new_is_not(tmp_path: Path) -> None:
    extra = "  guard: {title: 看守, code: G1, role: works, levels: IV-III, ack: 5 min, done: 1 h, escalate: urgent}\nreports:\n"
    old, new = _compiled(tmp_path, _text), _compiled(tmp_path, _text.replace("reports:\n", extra))

    (added,), (removed,) = differences(old, new), differences(new, old)

    assert (added.importance, added.sentence.zh, added.sentence.en) == (SAFER, "增加任务「看守」 (G1)", "task “看守” (G1) added")
    assert (removed.importance, removed.sentence.zh) == (LESS_SAFE, "删去任务「看守」 (G1)")


def test_another_layout_of_the_same_plan_changes_nothing(tmp_path: Path) -> None:
    in_one_line = json.dumps(_tree)

    assert differences(_compiled(tmp_path, _text), _compiled(tmp_path, in_one_line)) == []


@pytest.mark.parametrize("name", known())
def test_a_plan_does_not_differ_from_itself_as_it_is_stored(name: str) -> None:
    plan = load(name)

    assert differences(plan, Plan.from_json(plan.canonical_json)) == []


def _places(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield (*place, key)
        yield from _places(inner, (*place, key))


_values = [
    "3 min",
    "2 h",
    "3 h",
    "IV",
    "IV-III",
    1,
    "all",
    True,
    False,
    "chief",
    "patrol",
    "urgent",
    "keep",
    "flow > 1",
    ["level"],
]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_plans_differ_exactly_when_their_digests_do(tmp_path: Path, data: st.DataObject) -> None:
    tree = deepcopy(_tree)
    *above, key = data.draw(st.sampled_from([*_places(_tree)]))
    node = tree
    for step in above:
        node = node[step]
    if data.draw(st.booleans()):
        del node[key]
    else:
        node[key] = data.draw(st.sampled_from(_values))
    new = examine(_file(tmp_path, json.dumps(tree))).plan
    assume(new is not None)
    assert new is not None
    old = _compiled(tmp_path, _text)

    found = differences(old, new)

    assert bool(found) == (old.digest != new.digest)
    assert bool(differences(new, old)) == bool(found)
    assert [each for each in found if not (each.sentence.zh and each.sentence.en and each.path)] == []


def test_every_field_of_the_model_is_judged_once_and_has_a_name() -> None:
    plain = {"Text", "GradeRow", "Repeat"}
    types = {each for module in (model, task_model) for each in vars(module).values() if isinstance(each, type)}
    elements = {each.__name__: [field.name for field in fields(each)] for each in types if is_dataclass(each)}

    for owner in elements.keys() - plain:
        judged = [name for names in VERDICTS[owner].values() for name in names]
        assert sorted(judged) == sorted(elements[owner]), owner
        assert sorted(LABELS[owner]) == sorted(elements[owner]), owner


def _compiled(folder: Path, text: str) -> Plan:
    return compile_file(_file(folder, text))


def _file(folder: Path, text: str) -> Path:
    # the plan that the whole one links to
    (folder / "small.yaml").write_text(_small, encoding="utf-8")
    file = folder / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return file
