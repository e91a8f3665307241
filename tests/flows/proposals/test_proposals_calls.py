"""Who is called about a proposal, and when again."""

from dataclasses import replace
from datetime import timedelta

from alerts.chains import fold
from alerts.testing import NOON, cap, info, message
from flows.proposals.calls import calls_for, next_call
from flows.proposals.matching import match
from flows.proposals.model import Proposal, ProposalState
from flows.testing.night import small_duty, small_plan
from notifications.message import Priority
from plans.model import Level, Trigger
from resources.model import Duty
from store.kinds import Kind

PLAN = replace(small_plan(), triggers=(Trigger("flood", "cap", "true", Level.III),))
DUTY = small_duty()


def proposal(**changes) -> Proposal:
    (chain,) = fold([message(cap(infos=info(headline="River {{ high }}")))], NOON).chains
    content = match(PLAN, chain, NOON)
    assert content is not None
    plain = Proposal("P-1", PLAN.name, PLAN.digest, content, ProposalState.OPEN, NOON, frozenset(content.messages))
    return replace(plain, **changes)


def called(number: int, duty: Duty = DUTY) -> list[str]:
    return [call.recipient.person for call in calls_for(proposal(), PLAN, duty, number, NOON)]


def test_the_alert_roles_are_called_first_and_the_approvers_join_in_the_third_round() -> None:
    assert (called(1), called(2)) == (["zhao"], ["zhao"])
    assert set(called(3)) == {"zhao", "sun"}
    assert set(called(7)) == {"zhao", "sun"}


def test_with_nobody_in_the_alert_roles_the_approvers_are_called_at_once() -> None:
    empty = Duty(DUTY.people, tuple(shift for shift in DUTY.shifts if shift.role != "duty_officer"))

    assert called(1, empty) == ["sun"]


def test_rounds_come_at_once_after_5_after_10_and_then_every_10_minutes() -> None:
    now, gaps, current = NOON, [], proposal()
    for number in range(1, 6):
        due = next_call(current)
        assert due is not None
        gaps.append((due - now) / timedelta(minutes=1))
        now, current = due, replace(current, round=number, called_at=due)

    assert gaps == [0, 5, 5, 10, 10]


def test_a_decided_or_silent_proposal_calls_nobody_any_more() -> None:
    decided = proposal(state=ProposalState.DECLINED)
    silent = proposal()
    silent = replace(silent, content=replace(silent.content, is_silent=True))

    assert (next_call(decided), next_call(silent)) == (None, None)


def test_each_series_and_round_is_another_call_to_the_outbox() -> None:
    first, second = (calls_for(proposal(), PLAN, DUTY, number, NOON)[0] for number in (1, 2))
    (risen,) = calls_for(proposal(rise=2), PLAN, DUTY, 1, NOON)

    assert len({(call.step, call.epoch) for call in (first, second, risen)}) == 3


def test_a_call_is_a_real_one_over_every_channel_and_text_of_the_alert_is_a_parameter() -> None:
    (call,) = calls_for(proposal(), PLAN, DUTY, 1, NOON)

    assert (call.kind, call.template, call.assignment) == (Kind.REAL, "proposal", "proposal")
    assert set(call.channels) >= {"wechat", "sms", "voice", "email"}
    assert call.parameters["incident"] == "River {{ high }}"
    assert call.parameters["level"] == "III"
    assert "P-1" in call.parameters["reason"]


def test_a_high_level_is_called_before_ordinary_work() -> None:
    high = proposal()
    high = replace(high, content=replace(high.content, level=Level.I))

    (urgent,), (plain,) = (calls_for(each, PLAN, DUTY, 1, NOON) for each in (high, proposal()))

    assert (urgent.priority, plain.priority) == (Priority.LIFE_SAFETY, Priority.OPERATION)
