"""Sentences of the record about tasks that stand still or go back, limits that move, progress, night and day, another plan."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from flows.model import events as happened
from flows.model.events import ENGINE, Told, both
from flows.model.reasons import spell as spell
from plans.model import Text

Standing = happened.TaskSuspended | happened.TaskResumed | happened.ProgressMissed | happened.LimitMoved


class StandingTeller:
    """`name_of` gives a person's name for an id, `clock` a moment as people say it."""

    def __init__(self, name_of: Callable[[str], str], clock: Callable[[datetime], str]) -> None:
        self._name, self._clock = name_of, clock

    def words(self, event: Standing) -> Text:
        """What follows the title of the task."""
        match event:
            case happened.TaskSuspended():
                return self._suspended(event)
            case happened.TaskResumed():
                return self._resumed(event)
            case happened.ProgressMissed():
                return Text(
                    f"第{event.misses}次未按时报告进展，已催{people(event.told, '、')}",
                    f"no word of progress in time ({event.misses} in a row); asked {people(event.told, ', ')}",
                )
            case happened.LimitMoved():
                before, after, why = self._clock(event.before), self._clock(event.done_by), both(event.reason)
                return Text(f"时限由{before}提前到{after}：{why.zh}", f"due at {after} instead of {before}: {why.en}")
            case _:
                assert_never(event)

    def withdrawn(self, event: happened.TaskWithdrawn, sent_back: Text | None) -> Text:
        """`sent_back`: the title of what was returned to those who did it."""
        why, name = both(event.reason), self._name(event.by)
        if sent_back is None:
            return Text(f"撤销：{why.zh}", f"withdrawn: {why.en}")
        return Text(
            f"{name}未予确认，退回“{sent_back.zh}”：{why.zh}",
            f"{name} did not confirm it and sent back {sent_back.en} ({event.sent_back}): {why.en}",
        )

    def daylight(self, event: happened.DaylightNoted) -> Text:
        until = f"，至{self._clock(event.until)}" if event.until else ""
        ends = f" until {self._clock(event.until)}" if event.until else ""
        return Text(f"夜间{until}", f"it is night{ends}") if event.night else Text(f"白昼{until}", f"it is day{ends}")

    def plan_changed(self, event: happened.PlanChanged) -> Text:
        by, before, after = self._name(event.by), event.version_before, event.version
        if before == after:
            # nobody has given the changed plan another version: their digests tell them apart
            before, after = f"{before} ({event.before[:12]})", f"{after} ({event.digest[:12]})"
        return Text(
            f"{by}将响应由预案{before}换用{after}：{event.reason}",
            f"{by} moved the response from plan version {before} to {after}: {event.reason}",
        )

    def _suspended(self, event: happened.TaskSuspended) -> Text:
        why = both(event.reason)
        if event.by == ENGINE:
            return Text(f"暂停（{why.zh}），时限停走", f"paused by the plan ({why.en}); its clocks stand still")
        by = self._name(event.by)
        return Text(f"{by}令其暂停：{why.zh}，时限停走", f"{by} suspended it: {why.en}; its clocks stand still")

    def _resumed(self, event: happened.TaskResumed) -> Text:
        why = both(event.reason)
        if not event.stood_still:
            return Text(f"解除一项暂停：{why.zh}", f"one reason to stand still has ended: {why.en}")
        zh, en = spell(event.stood_still)
        if event.by == ENGINE:
            return Text(f"恢复，时限顺延{zh}：{why.zh}", f"goes on, its limits moved by {en}: {why.en}")
        by = self._name(event.by)
        return Text(f"{by}令其恢复，时限顺延{zh}：{why.zh}", f"{by} resumed it, its limits moved by {en}: {why.en}")


def people(told: tuple[Told, ...], separator: str) -> str:
    return separator.join(each.name for each in told) or ("无人" if separator == "、" else "nobody")
