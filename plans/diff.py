"""What changed in meaning between two versions of a plan, in sentences; comments, order and layout of the files do not count."""

from dataclasses import dataclass
from datetime import timedelta

from plans.basics import Text
from plans.diff_labels import LABELS
from plans.diff_values import nothing, shown
from plans.diff_verdicts import Importance, importance
from plans.diff_walk import Change, changes
from plans.model import Plan, Rung, Task
from plans.quantities import in_words

GROUPS = {
    Importance.LESS_SAFE: Text("可能降低安全", "Less safe"),
    Importance.CHANGED: Text("含义改变，请人判断", "Changed: for a person to judge"),
    Importance.SAFER: Text("更严或新增", "Stricter or added"),
    Importance.WORDS: Text("文字与依据", "Words and references"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` names the place in the plan, such as `tasks.levee_patrol.ack`."""

    importance: Importance
    path: str
    sentence: Text
    old: Text
    new: Text

    def as_json(self) -> dict[str, object]:
        kind = self.importance.name.lower()
        told = {key: {"zh": text.zh, "en": text.en} for key, text in (("old", self.old), ("new", self.new))}
        return {"importance": kind, "path": self.path, "zh": self.sentence.zh, "en": self.sentence.en, **told}


def differences(old: Plan, new: Plan) -> list[Difference]:
    """Most important first; none exactly when the plans have one digest."""
    found = [_difference(change, old, new) for change in changes(old, new)]
    return sorted(found, key=lambda each: each.importance)


def _difference(change: Change, old: Plan, new: Plan) -> Difference:
    before, now = shown(change.old, change.field, old), shown(change.new, change.field, new)
    sentence = _sentence(change, old, new, before, now)
    return Difference(importance(change, old), ".".join(change.place), sentence, before, now)


def _sentence(change: Change, old: Plan, new: Plan, before: Text, now: Text) -> Text:
    if change.owner == "Plan" and change.item and change.field != "activate":
        return _of_element(change, old, new)
    rung = change.old or change.new
    if isinstance(rung, Rung):
        return _of_rung(rung, change, old if change.old else new)
    about, label = _subject(change, new), LABELS[change.owner][change.field]
    if change.item and change.field in ("every", "progress", "within", "after_at_most", "facts"):
        key = shown(change.item, change.field, old)
        label = Text(f"{label.zh}（{key.zh}）", f"{label.en} ({key.en})")
    said = _said(change, label, before, now)
    return Text(f"{about.zh}：{said.zh}", f"{about.en}: {said.en}") if about else said


def _said(change: Change, label: Text, before: Text, now: Text) -> Text:
    if change.is_order:
        return Text(f"{label.zh}的顺序由 {before.zh} 改为 {now.zh}", f"{label.en} in another order: {before.en} → {now.en}")
    if isinstance(change.old, timedelta) and isinstance(change.new, timedelta):
        zh, en = ("延长到", "lengthened") if change.new > change.old else ("缩短到", "shortened")
        return Text(f"{label.zh}由 {before.zh} {zh} {now.zh}", f"{label.en} {en}: {before.en} → {now.en}")
    if now is nothing:
        return Text(f"{label.zh}：去掉 {before.zh}", f"{label.en}: {before.en} removed")
    if before is nothing:
        return Text(f"{label.zh}：增加 {now.zh}", f"{label.en}: {now.en} added")
    # where only one language has changed, the other shows what that one says
    chinese = (before.zh, now.zh) if before.zh != now.zh else (before.en, now.en)
    english = (before.en, now.en) if before.en != now.en else (before.zh, now.zh)
    return Text(f"{label.zh}由 {chinese[0]} 改为 {chinese[1]}", f"{label.en}: {english[0]} → {english[1]}")


def _of_element(change: Change, old: Plan, new: Plan) -> Text:
    name = _named(change.place[:2], old if change.old is not None else new)
    return Text(f"删去{name.zh}", f"{name.en} removed") if change.new is None else Text(f"增加{name.zh}", f"{name.en} added")


def _of_rung(rung: Rung, change: Change, plan: Plan) -> Text:
    about = _named(change.place[:2], plan)
    told, at = shown(rung.tell, "tell", plan), in_words(rung.at)
    if change.new is None:
        return Text(f"{about.zh}：{at}时不再通知{told.zh}", f"{about.en}: {told.en} is no longer told after {at}")
    return Text(f"{about.zh}：{at}时增加通知{told.zh}", f"{about.en}: {told.en} is told too after {at}")


def _subject(change: Change, new: Plan) -> Text | None:
    """The element that a field belongs to; None for the plan itself."""
    if change.owner == "Plan":
        return None
    if change.owner in ("EndCondition", "Drill", "Daylight"):
        return LABELS["Plan"][change.place[0]]
    about = _named(change.place[:2], new)
    if change.owner in ("Rung", "EvidenceField", "GradeColumn"):
        inner = change.place[3]
        return Text(f"{about.zh}的「{inner}」", f"{about.en}, “{inner}”")
    return about


def _named(place: tuple[str, ...], plan: Plan) -> Text:
    """`任务「巡堤查险」(F12)`."""
    section, name = place
    elements = getattr(plan, section)
    if section == "levels":
        return Text(f"{name}级响应", f"level {name}")
    element = next((each for each in elements if each.name == name), None) if isinstance(elements, tuple) else elements.get(name)
    kind = LABELS["Plan"][section]
    if isinstance(element, Task) and (element.report or element.signal):
        kind = Text("信息报送", "report") if element.report else Text("信号", "signal")
    title = getattr(element, "title", None)
    told = title if isinstance(title, Text) else Text(title or name, title or name)
    code = f" ({element.code})" if isinstance(element, Task) and element.code else ""
    return Text(f"{kind.zh}「{told.zh}」{code}", f"{kind.en} “{told.en}”{code}")
