"""What people are told about levels, the end, papers, old facts and linked plans: whom, by which template, in which words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from flows.deciding.linked import told_of
from flows.model import level_events as happened
from flows.model.events import EndProposed, Event
from flows.model.state import ResponseState
from flows.model.task_events import Reason, Told, both
from plans.model import Level, Plan, Text


@dataclass(frozen=True, slots=True)
class News:
    """`level` stands in for the response's own where another one is the news."""

    step: str
    told: tuple[Told, ...]
    template: str
    why: Text
    level: Level | None = None


def news_of(plan: Plan, event: Event, state: ResponseState, zone: tzinfo) -> Iterator[News]:
    match event:
        case happened.LevelProposed():
            yield News("level", event.told, "proposal", _condition(event.reason), event.level)
        case EndProposed():
            yield News("end", event.told, "end", _end(event.reason))
        case happened.ProposalStepFired():
            yield _waiting(plan, event, state)
        case happened.PaperMissed():
            due = event.due.astimezone(zone).strftime("%m-%d %H:%M")
            why = Text(
                f"口头批准的书面件逾期未补（应于 {due} 前），请补交",
                f"the paper of the oral approval is missing (it was due {due}); please file it",
            )
            yield News("paper", event.told, "notice", why)
        case happened.FactStale():
            yield News("stale", event.told, "notice", _stale(plan, event, zone))
        case happened.LinkProposed():
            level = f" {event.level.name}" if event.level else ""
            why = Text(
                f"建议另行启动预案 {event.plan}{level}：{event.reason.zh}，请研判",
                f"plan {event.plan}{level} is proposed too: {event.reason.en}; please decide",
            )
            yield News("link", event.told, "notice", why)
        case happened.LinkedNoticed():
            yield News("linked", event.told, "notice", told_of(event.heard))
        case _:
            pass


def _waiting(plan: Plan, event: happened.ProposalStepFired, state: ResponseState) -> News:
    """The level may have been decided in the same turn; then what was asked is gone, and the rung speaks of the level that is."""
    asked = state.situation.of(event.subject)
    level = asked.level if asked else state.level
    is_end = event.subject == "end"
    why = _end(event.reason) if is_end else _condition(event.reason)
    if event.manual:
        why = Text(f"{why.zh}。{_ORAL.zh}{_paper(plan, level).zh}", f"{why.en}. {_ORAL.en}{_paper(plan, level).en}")
    return News(f"sign/{event.subject}", event.told, "end" if is_end else "proposal", why, None if is_end else level)


_ORAL = Text(
    "无人签批：请电话取得口头批准并录入，或不同意",
    "Nobody has signed: get an oral approval by phone and enter it, or refuse",
)


def _paper(plan: Plan, level: Level) -> Text:
    rule = plan.levels.get(level)
    if rule is None or rule.paper is None:
        return Text("", "")
    hours = f"{rule.paper.total_seconds() / 3600:g}"
    return Text(f"；书面件 {hours} 小时内补交", f"; the paper follows within {hours} h")


def _condition(reason: Reason) -> Text:
    """What the facts propose is a condition; what a person proposes is in their words."""
    if isinstance(reason, str):
        return Text(f"有人建议：{reason}", f"proposed: {reason}")
    return Text(f"满足条件：{reason.zh}", f"the condition holds: {reason.en}")


def _end(reason: Reason) -> Text:
    why = both(reason)
    return Text(f"建议终止响应：{why.zh}", f"the end is proposed: {why.en}")


def _stale(plan: Plan, event: happened.FactStale, zone: tzinfo) -> Text:
    title = plan.facts[event.fact.removesuffix(".forecast")].title
    seen = event.observed_at.astimezone(zone).strftime("%m-%d %H:%M")
    return Text(
        f"{title.zh}自 {seen} 起无新数据，按未知处理，请核实",
        f"no newer {title.en} since {seen}: it is unknown now; please check",
    )
