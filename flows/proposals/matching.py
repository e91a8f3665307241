"""Whether a plan's triggers match what an alert chain says now, and what follows. Pure; a person decides what becomes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.chains import Chain, ChainState, End, TargetState
from alerts.display import one_line
from alerts.jurisdiction import Standing
from alerts.model import DefectSeverity
from alerts.view import alert_map
from flows.proposals.model import Content, Value, Why
from plans.errors import ExpressionError
from plans.expressions import Truth, alert_holds, alert_value
from plans.model import Plan, Text, Trigger

ASKED_FOR = timedelta(hours=24)
"""How long the question about an alert that was handed in expired stays open."""

_SHOWN = ("status", "type", "event", "severity", "severity_rank", "urgency", "certainty", "color", "level", "response_types")


@dataclass(frozen=True)
class _Match:
    trigger: Trigger
    state: TargetState
    alert: Mapping[str, object]
    truth: Truth


def match(plan: Plan, chain: Chain, now: datetime) -> Content | None:
    """The highest level that a trigger of `plan` calls for; None when none does, or nothing is in force."""
    if not chain.is_real:
        return None
    stale = is_asked_though_expired(chain, now)
    states = [state for state in (chain.targets if stale else chain.active) if state.overlap.standing is not Standing.OUTSIDE]
    matches = sorted(_matches(plan, states), key=lambda found: (found.truth is not Truth.TRUE, found.trigger.propose))
    if not matches:
        return None
    return _content(chain, matches, chain.newest.received + ASKED_FOR if stale else None, is_stale=stale)


def is_asked_though_expired(chain: Chain, now: datetime) -> bool:
    """A person handed in an old alert: they are shown what it would have meant, and asked whether it still holds."""
    newest = chain.newest
    if chain.state is not ChainState.ENDED or chain.end is not End.EXPIRED or not newest.asks_when_expired:
        return False
    return chain.had_expired_on_arrival(newest) and now < newest.received + ASKED_FOR


def _matches(plan: Plan, states: Sequence[TargetState]) -> Iterator[_Match]:
    for state in states:
        alert = alert_map(state)
        for trigger in plan.triggers:
            if trigger.on != "cap":
                continue
            truth = _truth(trigger.when, alert)
            if truth is not Truth.FALSE:
                yield _Match(trigger, state, alert, truth)


def _truth(condition: str, alert: Mapping[str, object]) -> Truth:
    """A condition that cannot be evaluated is unknown, and that is a question for a person, never a "no"."""
    try:
        return alert_holds(condition, alert)
    except ExpressionError:
        return Truth.UNKNOWN


def _content(chain: Chain, matches: Sequence[_Match], until: datetime | None, *, is_stale: bool) -> Content:
    """`matches` come best first: those that surely hold, the highest level leading."""
    sure = [found for found in matches if found.truth is Truth.TRUE]
    counted = sure or list(matches)
    states = list({id(found.state): found.state for found in counted}.values())
    ends = [state.target.until for state in states]
    if not is_stale:
        until = None if None in ends else max(end for end in ends if end is not None)
    return Content(
        level=counted[0].trigger.propose,
        facts=_facts(sure),
        areas=_areas(states),
        why=_why(chain, counted[0]),
        until=until,
        question=_joined([*_questions(chain, matches, states, is_stale=is_stale)]),
        messages=tuple(sorted(head.key for head in chain.heads)),
        is_silent=is_stale,
    )


def _facts(matches: Sequence[_Match]) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for found in matches:
        for name, expression in found.trigger.facts.items():
            value = _value(expression, found.alert)
            if value is not None:
                facts.setdefault(name, value)
    return facts


def _value(expression: str, alert: Mapping[str, object]) -> Value | None:
    try:
        return alert_value(expression, alert)
    except ExpressionError:
        return None


def _areas(states: Sequence[TargetState]) -> tuple[str, ...]:
    names = [name for state in states for name in state.overlap.areas]
    return tuple(dict.fromkeys(one_line(name) for name in names))


def _why(chain: Chain, found: _Match) -> Why:
    message, overlap = found.state.message, found.state.overlap
    serious = (DefectSeverity.ERROR, DefectSeverity.WARNING, DefectSeverity.FATAL)
    return Why(
        rule=found.trigger.name,
        condition=found.trigger.when,
        values={key: _spelled(found.alert[key]) for key in _SHOWN},
        message=message.key,
        sender=one_line(message.alert.sender),
        identifier=one_line(message.alert.identifier),
        headline=str(found.alert["headline"] or found.alert["event"]),
        defects=tuple(Text(fault.zh, fault.en) for fault in message.defects if fault.severity in serious),
        overlap=f"{overlap.standing} ({overlap.basis})",
        share=overlap.share,
        note=_reopened(chain),
    )


def _spelled(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _reopened(chain: Chain) -> Text | None:
    if chain.cancelled_at is None:
        return None
    moment = chain.cancelled_at.isoformat()
    return Text(f"此前曾于 {moment} 取消", f"it was cancelled at {moment} and has been issued again since")


def _questions(chain: Chain, matches: Sequence[_Match], states: Sequence[TargetState], *, is_stale: bool) -> Iterator[Text]:
    yield from (Text(caution.zh, caution.en) for caution in chain.cautions)
    if is_stale and (ended := chain.newest.until):
        moment = ended.isoformat()
        yield Text(
            f"收到时已于 {moment} 失效：现在仍有效吗？",
            f"It had expired at {moment} before it was handed in: does it still hold?",
        )
    if any(state.overlap.standing is Standing.UNKNOWN for state in states):
        yield Text(
            "无法判断影响区域是否在本辖区：请核实。", "Its area cannot be compared with this jurisdiction: does it concern us?"
        )
    unsure = sorted({found.trigger.name for found in matches if found.truth is Truth.UNKNOWN})
    if unsure:
        names = ", ".join(unsure)
        yield Text(f"条件 {names} 无法判定：请人工研判。", f"The condition {names} could not be evaluated: please judge.")


def _joined(questions: Sequence[Text]) -> Text | None:
    if not questions:
        return None
    return Text("".join(question.zh for question in questions), " ".join(question.en for question in questions))
