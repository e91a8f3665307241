"""Sentences of the record about tasks that stand still, limits that move, progress that was asked for, night and day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from flows import events as happened
from flows.events import ENGINE, Told
from flows.state import ResponseState
from plans.model import Plan, Text

Standing = happened.TaskSuspended | happened.TaskResumed | happened.ProgressMissed | happened.LimitMoved


class StandingTeller:
    """`name_of` gives a person's name for an id, `clock` a moment as people say it."""

    def __init__(self, name_of: Callable[[str], str], clock: Callable[[datetime], str]) -> None:
        self._name, self._clock = name_of, clock

    def words(self, event: Standing) -> tuple[str, str]:
        """What follows the title of the task."""
        match event:
            case happened.TaskSuspended():
                return self._suspended(event)
            case happened.TaskResumed():
                return self._resumed(event)
            case happened.ProgressMissed():
                return (
                    f"第{event.misses}次未按时报告进展，已催{people(event.told, '、')}",
                    f"no word of progress in time ({event.misses} in a row); asked {people(event.told, ', ')}",
                )
            case happened.LimitMoved():
                before, after = self._clock(event.before), self._clock(event.done_by)
                return (
                    f"时限由{before}提前到{after}：{event.reason}",
                    f"due at {after} instead of {before}: {event.reason}",
                )
            case _:
                assert_never(event)

    def daylight(self, event: happened.DaylightNoted) -> Text:
        until = f"，至{self._clock(event.until)}" if event.until else ""
        ends = f" until {self._clock(event.until)}" if event.until else ""
        return Text(f"夜间{until}", f"it is night{ends}") if event.night else Text(f"白昼{until}", f"it is day{ends}")

    def _suspended(self, event: happened.TaskSuspended) -> tuple[str, str]:
        if event.by == ENGINE:
            return f"暂停（{event.reason}），时限停走", f"paused by the plan ({event.reason}); its clocks stand still"
        by = self._name(event.by)
        return f"{by}令其暂停：{event.reason}，时限停走", f"{by} suspended it: {event.reason}; its clocks stand still"

    def _resumed(self, event: happened.TaskResumed) -> tuple[str, str]:
        if not event.stood_still:
            return f"解除一项暂停：{event.reason}", f"one reason to stand still has ended: {event.reason}"
        zh, en = spell(event.stood_still)
        if event.by == ENGINE:
            return f"恢复，时限顺延{zh}：{event.reason}", f"goes on, its limits moved by {en}: {event.reason}"
        by = self._name(event.by)
        return f"{by}令其恢复，时限顺延{zh}：{event.reason}", f"{by} resumed it, its limits moved by {en}: {event.reason}"


def because_of(plan: Plan, state: ResponseState, because: str) -> Text:
    """Why a task opened again, in words: the level, the night, a fact, or another task."""
    if because == "level":
        return Text("级别变化", "the level changed")
    if because == "night":
        return Text("日出或日落", "sunrise or sunset")
    if because.startswith("fact "):
        title = plan.facts[because.removeprefix("fact ")].title
        return Text(f"{title.zh}变化", f"{title.en} changed")
    title = plan.tasks[state.assignments[because].task].title
    return Text(f"“{title.zh}”（{because}）", f"{title.en} ({because})")


def spell(duration: timedelta) -> tuple[str, str]:
    """Hours and minutes, as people say them."""
    minutes = int(duration.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours:
        return f"{hours}小时{rest}分" if rest else f"{hours}小时", f"{hours} h {rest} min" if rest else f"{hours} h"
    return (f"{minutes}分钟", f"{minutes} min") if minutes else ("不到1分钟", "less than 1 min")


def people(told: tuple[Told, ...], separator: str) -> str:
    return separator.join(each.name for each in told) or ("无人" if separator == "、" else "nobody")
