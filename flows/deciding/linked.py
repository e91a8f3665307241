"""What a response hears of those that were opened from its links: it is written down and people are told, nothing changes. Pure.

Ending a city's response because its counties have ended theirs stays a person's decision.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flows.deciding.authority import alert_roles
from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.model import events as happened
from flows.model.events import ENGINE, Event, Heard, LinkedNoticed
from flows.model.level_commands import NoticeLinked
from flows.model.level_events import LinkedNews
from flows.model.state import ResponseState
from plans.model import Level, Plan, Text

TELLING = ("response_opened", "level_changed", "step_fired", "stood_down", "closed")
"""Kinds of event that a response above may hear of."""


def notice_linked(draft: Draft, command: NoticeLinked) -> None:
    """Once for each entry there, whoever tells it: of two that do at a time one loses, and finds here that it has been heard."""
    heard = command.heard
    if draft.state.situation.heard.get(heard.response, 0) != command.after:
        return
    roles = alert_roles(draft.plan)
    if heard.news != "closed":
        # an archive is nothing to decide about
        roles = (*roles, *draft.plan.levels[draft.state.level].approve)
    draft.add(LinkedNoticed(at=draft.now, by=ENGINE, via="link", heard=heard, told=tell_roles(draft.duty, roles, draft.now)))


def news_of_linked(
    response: str, link: str, plan: Plan, state: ResponseState, history: Iterable[tuple[int, Event]]
) -> tuple[Heard, ...]:
    """What a response above is to hear of these numbered entries; tasks that nobody answers one after the other are one piece."""
    news: list[Heard] = []
    for number, event in history:
        level, before = _level(state, event)
        for kind, unanswered in _kind(plan, state, event):
            heard = Heard(
                response=response,
                link=link,
                entry=number,
                happened_at=event.at,
                title=plan.title,
                news=kind,
                level=level,
                before=before,
                unanswered=unanswered,
            )
            if news and news[-1].news == kind == "unanswered":
                heard = replace(heard, unanswered=tuple(dict.fromkeys((*news.pop().unanswered, *unanswered))))
            news.append(heard)
    return tuple(news)


def told_of(heard: Heard) -> Text:
    """In words, for a message and for the record."""
    zh, en = f"联动响应 {heard.response}（{heard.title.zh}）", f"linked response {heard.response} ({heard.title.en})"
    level = heard.level.name
    match heard.news:
        case "opened":
            return Text(f"{zh}已启动，{level}级", f"{en} has been opened at level {level}")
        case "level_changed":
            before = heard.before.name if heard.before else level
            return Text(f"{zh}级别由{before}级调整为{level}级", f"{en}: level {before} → {level}")
        case "unanswered":
            tasks = Text("、".join(each.zh for each in heard.unanswered), ", ".join(each.en for each in heard.unanswered))
            return Text(f"{zh}有任务无人应答：{tasks.zh}", f"{en}: nobody has answered {tasks.en}")
        case "stood_down":
            return Text(f"{zh}已终止响应", f"{en} has stood down")
        case "closed":
            return Text(f"{zh}已归档", f"{en} has been closed")


def _level(state: ResponseState, event: Event) -> tuple[Level, Level | None]:
    """Of an entry that says none, the level as it stands."""
    match event:
        case happened.ResponseOpened():
            return event.level, None
        case happened.LevelChanged():
            return event.level, event.before
        case _:
            return state.level, None


def _kind(plan: Plan, state: ResponseState, event: Event) -> Iterator[tuple[LinkedNews, tuple[Text, ...]]]:
    match event:
        case happened.ResponseOpened():
            yield "opened", ()
        case happened.LevelChanged():
            yield "level_changed", ()
        case happened.StepFired(manual=True):
            yield "unanswered", (plan.tasks[state.assignments[event.assignment].task].title,)
        case happened.StoodDown():
            yield "stood_down", ()
        case happened.Closed():
            yield "closed", ()
        case _:
            pass
