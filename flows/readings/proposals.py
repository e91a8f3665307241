"""What triggers over readings propose to a person: one open proposal for each plan, none while a response of it runs. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.deciding.facts import FORECAST
from flows.proposals.model import Content, Effect, Proposal, ProposalState, Propose, Revise, Value, Why, Withdraw
from flows.proposals.reconcile import difference
from flows.readings.model import Known
from flows.readings.triggers import Fired, Watches, standing, values_at
from plans import expressions
from plans.model import Plan, Text, Trigger

RECENT = timedelta(hours=24)
"""Older readings are history: nobody is called for them, a person is asked whether they still hold."""


def key_of(plan: str) -> str:
    """Stands where an alert's proposal has the keys of its messages."""
    return f"reading:{plan}"


def propose(
    plan: Plan,
    watches: Watches,
    known: Known,
    fired: Sequence[Fired],
    prior: Sequence[Proposal],
    now: datetime,
    *,
    is_running: bool,
) -> list[Effect]:
    """`prior` are the plan's earlier proposals from readings, newest first.

    What has fired proposes; a higher trigger raises the open proposal; when none stands any more it is withdrawn. After a decline
    only what fires anew proposes again: what was released meanwhile, a higher trigger, or another event.
    """
    up, opened = standing(plan, watches), next((proposal for proposal in prior if proposal.is_open), None)
    events = sorted((each.trigger for each in fired if each.trigger.event), key=lambda trigger: trigger.propose)
    if opened:
        is_event = any(each.event and each.name == opened.content.why.rule for each in plan.triggers)
        return (
            _of_event(plan, opened, (*up, *events), known, now) if is_event or events else _of_open(plan, opened, up, known, now)
        )
    news = [trigger for trigger in up if any(each.trigger.name == trigger.name for each in fired)]
    news = sorted((*news, *events), key=lambda trigger: trigger.propose)
    if is_running or not news:
        return []
    since = next(each.at for each in reversed(fired) if each.trigger.name == news[0].name)
    return [Propose(plan.name, plan.digest, _content(plan, news[0], known, since, now, _declined(prior)))]


def _of_event(plan: Plan, opened: Proposal, up: Sequence[Trigger], known: Known, now: datetime) -> list[Effect]:
    """What has happened is not undone by a smaller event after it: a proposal about it only rises, until a person decides."""
    highest = min(up, key=lambda trigger: trigger.propose, default=None)
    if highest is None or highest.propose >= opened.level:
        return []
    content = _content(plan, highest, known, now, now, None)
    return [Revise(opened.id, plan.digest, content, difference(opened.content, content), True)]


def _of_open(plan: Plan, opened: Proposal, up: Sequence[Trigger], known: Known, now: datetime) -> list[Effect]:
    if not up:
        reason = Text("读数已回落", "the readings have fallen back")
        return [Withdraw(opened.id, ProposalState.WITHDRAWN, reason)]
    if up[0].propose is opened.level:
        return []
    content = _content(plan, up[0], known, now, now, None)
    return [Revise(opened.id, plan.digest, content, difference(opened.content, content), up[0].propose < opened.level)]


def _content(plan: Plan, trigger: Trigger, known: Known, held_at: datetime, now: datetime, note: Text | None) -> Content:
    values = values_at(plan, known, now)
    facts: dict[str, Value] = {name: value for name, value in values.facts.items() if value is not None}
    facts |= {name + FORECAST: value for name, value in values.forecasts.items()}
    stations = tuple(dict.fromkeys(seen.station for seen in known.latest.values() if seen.station))
    is_history = held_at + RECENT < now
    why = Why(
        rule=trigger.name,
        condition=trigger.when,
        values={name: _spelled(known, name, value) for name, value in facts.items()},
        message=key_of(plan.name),
        sender="、".join(stations) or "reading",
        identifier=f"{plan.name}/{trigger.name}",
        headline=_headline(plan, trigger, facts, stations),
        defects=(),
        overlap="",
        share=None,
        note=note,
    )
    question = _old(held_at) if is_history else None
    return Content(trigger.propose, facts, stations, why, None, question, (why.message,), is_silent=is_history)


def _headline(plan: Plan, trigger: Trigger, facts: dict[str, Value], stations: tuple[str, ...]) -> str:
    """What was read, in a line: `魏家堡 流量 2600 m3/s`; the facts of the condition that are measured."""
    words = []
    for name in expressions.facts_in(plan, trigger.when):
        fact = plan.facts[name]
        for key, kind in ((name, ""), (name + FORECAST, "预报")):
            if key in facts:
                words.append(f"{fact.title.zh}{kind} {_plain(facts[key])} {fact.unit}".rstrip())
    return " ".join((*stations, "，".join(words))) or plan.title.zh


def _spelled(known: Known, name: str, value: Value) -> str:
    return f"{_plain(value)} ({known.latest[name].observed_at.isoformat()})"


def _plain(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _old(held_at: datetime) -> Text:
    moment = held_at.isoformat(timespec="minutes")
    return Text(f"读数满足条件是在 {moment}：现在仍有效吗？", f"The readings met the condition at {moment}: does it still hold?")


def _declined(prior: Sequence[Proposal]) -> Text | None:
    last = prior[0] if prior else None
    if last is None or last.state is not ProposalState.DECLINED:
        return None
    zh = f"{last.id} 曾被 {last.decided_by} 否决（{last.reason}）"
    return Text(zh, f"{last.id} was declined by {last.decided_by} ({last.reason})")
