"""Sentences of the record about levels, approvals and their papers, facts that grew old and linked plans."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from flows.deciding.linked import told_of
from flows.model import level_events as happened
from flows.model.level_events import LevelEvent
from flows.model.task_events import ENGINE, Told, both
from plans.model import Plan, Text
from service.record.objection_sentences import all_the_same

_SUBJECTS = {"level": ("级别建议", "the proposed level"), "end": ("终止建议", "the proposed end")}


class LevelTeller:
    """`name_of` gives a person's name for an id, `clock` a moment as people say it."""

    def __init__(self, plan: Plan, name_of: Callable[[str], str], clock: Callable[[datetime], str]) -> None:
        self._plan, self._name, self._clock = plan, name_of, clock

    def tell(self, event: LevelEvent) -> Text:
        match event:
            case happened.LevelConditionMet():
                return self._met(event)
            case happened.LevelConditionBroken():
                level = event.level.name
                return Text(
                    f"不再满足{level}级条件，重新计时", f"the facts no longer call for level {level}; its time begins anew"
                )
            case happened.LevelProposed():
                return self._proposed(event)
            case happened.LevelProposalLapsed():
                level = event.level.name
                return Text(
                    f"不再满足{level}级条件，建议失效", f"the facts no longer call for level {level}; the proposal lapses"
                )
            case happened.LevelRefused():
                level, by, why = event.level.name, self._name(event.by), both(event.reason)
                if event.is_set_aside:
                    return Text(
                        f"{why.zh}，条件变化前不再建议{level}级",
                        f"{why.en}: the facts do not propose level {level} again until they change",
                    )
                return Text(f"{by}不同意{level}级：{why.zh}", f"{by} refused level {level}: {why.en}")
            case happened.EndRefused():
                by = self._name(event.by)
                return Text(f"{by}不同意终止：{event.reason}", f"{by} refused the end: {event.reason}")
            case happened.ProposalStepFired() | happened.ProposalStepPassed():
                return _climbed(event)
            case happened.LevelChanged():
                return self._changed(event)
            case _:
                return self._later(event)

    def _later(
        self,
        event: happened.PaperFiled
        | happened.PaperMissed
        | happened.FactStale
        | happened.LinkProposed
        | happened.LinkConditionBroken
        | happened.LinkedNoticed,
    ) -> Text:
        match event:
            case happened.PaperFiled():
                by = self._name(event.by)
                return Text(
                    f"{by}补交口头批准的书面件：{event.reference}",
                    f"{by} filed the paper of the oral approval: {event.reference}",
                )
            case happened.PaperMissed():
                due = self._clock(event.due)
                return Text(
                    f"口头批准的书面件逾期未补（{due}），已告知{_people(event.told, '、')}",
                    f"the paper of the oral approval is missing (due {due}); told: {_people(event.told, ', ')}",
                )
            case happened.FactStale():
                title, seen = self._fact(event.fact), self._clock(event.observed_at)
                return Text(
                    f"{title.zh}自{seen}起无新数据，按未知处理，已告知{_people(event.told, '、')}",
                    f"no newer {title.en} since {seen}: it is unknown now; told: {_people(event.told, ', ')}",
                )
            case happened.LinkProposed():
                return Text(
                    f"建议另行启动预案 {event.plan}：{event.reason.zh}", f"plan {event.plan} is proposed too: {event.reason.en}"
                )
            case happened.LinkedNoticed():
                said = told_of(event.heard)
                return Text(f"{said.zh}，已告知{_people(event.told, '、')}", f"{said.en}; told: {_people(event.told, ', ')}")
            case happened.LinkConditionBroken():
                return Text(f"联动条件 {event.link} 不再满足", f"the condition of link {event.link} no longer holds")
            case _:
                assert_never(event)

    def _met(self, event: happened.LevelConditionMet) -> Text:
        level, at = event.level.name, self._clock(event.propose_at)
        return Text(
            f"满足{level}级条件，持续到{at}将建议调整",
            f"the facts call for level {level}; it is proposed if they still do at {at}",
        )

    def _proposed(self, event: happened.LevelProposed) -> Text:
        level, why = event.level.name, both(event.reason)
        if event.by == ENGINE:
            return Text(f"建议调整为{level}级：{why.zh}", f"level {level} is proposed: {why.en}")
        by = self._name(event.by)
        return Text(f"{by}建议调整为{level}级：{why.zh}", f"{by} proposed level {level}: {why.en}")

    def _changed(self, event: happened.LevelChanged) -> Text:
        before, after, by = event.before.name, event.level.name, self._name(event.approved_by)
        how = ("口头批准", "orally approved") if event.oral else ("批准", "approved")
        changed = Text(
            f"级别由{before}级调整为{after}级，{by}{how[0]}：{event.reason}",
            f"level {before} → {after}, {how[1]} by {by}: {event.reason}",
        )
        return all_the_same(changed, event)

    def _fact(self, name: str) -> Text:
        title = self._plan.facts[name.removesuffix(".forecast")].title
        return Text(f"{title.zh}（预报）", f"forecast of {title.en}") if name.endswith(".forecast") else title


def _climbed(event: happened.ProposalStepFired | happened.ProposalStepPassed) -> Text:
    zh, en = _SUBJECTS[event.subject]
    match event:
        case happened.ProposalStepPassed():
            why = both(event.reason)
            return Text(f"{zh}：跳过一步：{why.zh}", f"{en}: step {event.step} passed: {why.en}")
        case happened.ProposalStepFired(manual=True):
            return Text(
                f"{zh}无人签批，请{_people(event.told, '、')}联系口头批准或人工决定",
                f"nobody has signed {en}: {_people(event.told, ', ')} must get an oral decision",
            )
        case _:
            return Text(
                f"{zh}请{_people(event.told, '、')}签批",
                f"{en} waits for {_people(event.told, ', ')} [{event.step}]",
            )


def _people(told: tuple[Told, ...], separator: str) -> str:
    return separator.join(each.name for each in told) or ("无人" if separator == "、" else "nobody")
