"""Sentences of the record about what was found on the ground, and about signals that outrank everything."""

from collections.abc import Callable, Iterable
from typing import assert_never

from flows.model import events as happened
from flows.model.events import FindingEvent
from flows.model.shown import shown
from flows.model.state import ResponseState
from plans.model import EvidenceField, Plan, Text


class FindingTeller:
    """`name_of` gives a person's name for an id."""

    def __init__(self, plan: Plan, state: ResponseState, name_of: Callable[[str], str]) -> None:
        self._plan, self._state, self._name = plan, state, name_of

    def tell(self, event: FindingEvent) -> Text:
        match event:
            case happened.FindingReported():
                return self._reported(event)
            case happened.FindingUpdated():
                return self._updated(event)
            case happened.FindingClosed():
                name, why = finding_name(self._plan, self._state, event.finding), happened.both(event.reason)
                if event.by == happened.ENGINE:
                    return Text(f"{name.zh}结束：{why.zh}", f"{name.en} ended: {why.en}")
                by = self._name(event.by)
                return Text(f"{by}销号{name.zh}：{why.zh}", f"{by} closed {name.en}: {why.en}")
            case happened.FindingConditionBroken():
                title = self._plan.findings[event.of].title
                return Text(f"{title.zh}的条件不再满足", f"the condition for {title.en} no longer holds")
            case happened.SignalSent():
                title, by = self._plan.tasks[event.signal].title, self._name(event.by)
                return Text(f"信号“{title.zh}”，{by}发出：{event.reason}", f"signal: {title.en}, sent by {by}: {event.reason}")
            case _:
                assert_never(event)

    def _reported(self, event: happened.FindingReported) -> Text:
        title, by = self._plan.findings[event.of].title, self._name(event.by)
        named = f"{title.zh} {event.finding}", f"{title.en} {event.finding}"
        if event.cause == "shift":
            return Text(f"{named[0]}开始", f"{named[1]} began")
        if event.cause == "condition":
            return Text(f"{named[0]}：条件满足，自动列入", f"{named[1]}: its condition became true")
        lacking = titles_of(self._plan.findings[event.of].fields, event.missing)
        zh, en = "、".join(each.zh for each in lacking), ", ".join(each.en for each in lacking)
        gap = (f"（缺：{zh}）", f" (missing: {en})") if lacking else ("", "")
        return Text(f"{by}报告{named[0]}：{event.label}{gap[0]}", f"{by} reported {named[1]}: {event.label}{gap[1]}")

    def _updated(self, event: happened.FindingUpdated) -> Text:
        name, by = finding_name(self._plan, self._state, event.finding), self._name(event.by)
        fields = {each.name: each for each in self._plan.findings[self._state.findings[event.finding].of].fields}
        given = [(each, shown(event.values[each.name], each)) for each in fields.values() if each.name in event.values]
        zh = "，".join(f"{field.title.zh}：{said.zh}" for field, said in given)
        en = ", ".join(f"{field.title.en}: {said.en}" for field, said in given)
        return Text(f"{by}更新{name.zh}：{zh}", f"{by} updated {name.en}: {en}")


def titles_of(fields: Iterable[EvidenceField], names: Iterable[str]) -> tuple[Text, ...]:
    """What fields are called."""
    titles = {each.name: each.title for each in fields}
    return tuple(titles.get(name, Text(name, name)) for name in names)


def finding_name(plan: Plan, state: ResponseState, finding: str) -> Text:
    """Kind, id and label of a finding."""
    found = state.findings[finding]
    title, label = plan.findings[found.of].title, f"（{found.label}）" if found.label else ""
    return Text(f"{title.zh} {finding}{label}", f"{title.en} {finding}{f' ({found.label})' if found.label else ''}")
