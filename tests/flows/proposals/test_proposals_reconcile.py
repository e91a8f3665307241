"""What alerts propose, revise, withdraw and tell: one chain, at most one open proposal or running response for each plan."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from alerts.chains import fold
from alerts.jurisdiction import Jurisdiction
from alerts.lineage import Message
from alerts.profile import Profile
from alerts.testing import NOON, OPEN, cap, hours, info, message, named, written
from flows.proposals.matching import match
from flows.proposals.model import (
    Effect,
    Proposal,
    ProposalState,
    Propose,
    Revise,
    RunningResponse,
    TellResponse,
    Withdraw,
)
from flows.proposals.reconcile import marker, reconcile
from flows.testing.night import small_plan
from plans.model import Level, Plan, Trigger

RANKS = {Level.I: 4, Level.II: 3, Level.III: 2}


def plan(*triggers: Trigger) -> Plan:
    flood = 'alert.status == "Actual" && alert.event == "Flood Warning"'
    chosen = triggers or tuple(
        Trigger(f"flood.{level.name}", "cap", f"{flood} && alert.severity_rank >= {rank}", level, {"flow": "1500.0"})
        for level, rank in RANKS.items()
    )
    return replace(small_plan(), triggers=chosen)


PLAN = plan()


def alert(name: str = "one", at: float = 0, profile: Profile = OPEN, received: datetime | None = None, **more) -> Message:
    return message(cap(name, sent=hours(at), **more), profile, received or hours(at))


def update(name: str, at: float, of: str = "one", since: float = 0, **block: str) -> Message:
    return alert(name, at, kind="Update", references=[(of, hours(since))], infos=info(**block))


def cancel(at: float, of: str = "one", since: float = 0) -> Message:
    return alert("cancel", at, kind="Cancel", references=[(of, hours(since))], infos="")


def settle(
    messages: Sequence[Message],
    proposals: Sequence[Proposal] = (),
    responses: Sequence[RunningResponse] = (),
    at: float = 3,
    used: Plan = PLAN,
) -> list[Effect]:
    return reconcile([used], fold(messages, hours(at)).chains, proposals, responses, hours(at))


def proposed(messages: Sequence[Message], at: float = 3, used: Plan = PLAN) -> Proposal:
    (effect,) = settle(messages, at=at, used=used)
    assert isinstance(effect, Propose)
    content = effect.content
    return Proposal("P-1", effect.plan, effect.plan_digest, content, ProposalState.OPEN, hours(at), frozenset(content.messages))


def accepted(proposal: Proposal) -> tuple[Proposal, RunningResponse]:
    decided = replace(proposal, state=ProposalState.ACCEPTED, response="R-1", told=marker(proposal.content))
    return decided, RunningResponse("R-1", proposal.plan, proposal.id)


def declined(proposal: Proposal) -> Proposal:
    return replace(proposal, state=ProposalState.DECLINED, decided_by="zhao", decided_at=hours(1), reason="small")


def test_41_an_actual_alert_that_matches_is_proposed_at_the_highest_level_of_its_triggers() -> None:
    proposal = proposed([alert()])

    assert (proposal.level, proposal.content.until, proposal.content.areas) == (Level.II, hours(24), ("Town",))
    assert proposal.content.facts == {"flow": 1500.0}
    assert not proposal.content.needs_confirmation


def test_104_a_proposal_tells_its_whole_why() -> None:
    raw = cap("one", infos=info("<area><areaDesc>Town</areaDesc><polygon>1,1 2,2</polygon></area>"))
    why = proposed([message(raw)]).content.why

    assert why.rule == "flood.II"
    assert "severity_rank >= 3" in why.condition
    assert (why.values["severity"], why.values["event"]) == ("Severe", "Flood Warning")
    assert why.message.startswith("A-")
    assert [defect.en for defect in why.defects] == ["a polygon has fewer than 4 points; dropped"]
    assert why.overlap == "inside (everywhere)"


def test_no_match_proposes_nothing() -> None:
    assert settle([alert(infos=info(event="Snow"))]) == []


@pytest.mark.parametrize("status", ["Exercise", "Test", "System", "Draft", "Unheard", ""])
def test_42_to_45_a_status_that_is_not_actual_proposes_nothing(status: str) -> None:
    lax = plan(Trigger("any", "cap", "true", Level.I))

    assert settle([alert(status=status)], used=lax) == []


@pytest.mark.parametrize("kind", ["Cancel", "Ack", "Error", "Shout", ""])
def test_45_and_56_a_type_that_is_no_alert_proposes_nothing(kind: str) -> None:
    lax = plan(Trigger("any", "cap", "true", Level.I))

    assert settle([alert(kind=kind, infos=info(severity="Extreme"))], used=lax) == []


@pytest.mark.parametrize("status", ["actual", "ACTUAL"])
def test_45_a_status_in_another_spelling_is_a_question(status: str) -> None:
    assert proposed([alert(status=status)]).content.needs_confirmation


def test_46_an_actual_alert_that_says_it_is_a_drill_is_a_question() -> None:
    content = proposed([alert(infos=info(headline="防汛演练"))]).content

    assert content.question is not None
    assert "演练" in content.question.zh
    assert "演练" in content.question.en


@pytest.mark.parametrize("parts", [{"responseType": "AllClear"}, {"urgency": "Past"}])
def test_66_all_clear_and_past_propose_nothing_whatever_the_severity(parts: dict[str, str]) -> None:
    assert settle([alert(infos=info(severity="Extreme", **parts))]) == []


def test_34_an_alert_that_had_expired_when_it_came_proposes_nothing() -> None:
    assert settle([alert(received=hours(30))], at=30) == []


def test_34_one_that_a_person_hands_in_is_shown_as_a_question_and_nobody_is_called() -> None:
    asking = Profile("local", ("*",), when_expired="ask")
    old = [alert(profile=asking, received=hours(30))]

    content = proposed(old, at=30).content

    assert content.question is not None
    assert content.is_silent
    assert content.until == hours(54)
    assert settle(old, at=55) == []


def test_34_an_alert_that_ran_out_here_is_not_asked_about() -> None:
    asking = Profile("local", ("*",), when_expired="ask")

    assert settle([alert(profile=asking)], at=25) == []


def test_37_a_scheduled_alert_is_proposed_when_it_begins() -> None:
    scheduled = [alert(infos=info(effective=written(hours(4))))]

    assert settle(scheduled, at=3) == []
    assert isinstance(settle(scheduled, at=4)[0], Propose)


def test_65_each_block_matches_with_its_own_area() -> None:
    blocks = info("<area><areaDesc>A</areaDesc></area>") + info("<area><areaDesc>B</areaDesc></area>", event="Snow")

    assert proposed([alert(infos=blocks)]).content.areas == ("A",)


def test_83_an_area_that_cannot_be_judged_is_a_question_and_one_outside_is_nothing() -> None:
    baoji = Profile("city", ("*",), jurisdiction=Jurisdiction(geocodes=("610300",)))
    outside = f"<area><areaDesc>Chengdu</areaDesc>{named('geocode', 'GB/T 2260', '510100')}</area>"

    content = proposed([alert(profile=baoji)]).content

    assert content.question is not None
    assert "jurisdiction" in content.question.en
    assert settle([alert(profile=baoji, infos=info(outside))]) == []


def test_a_condition_that_cannot_be_evaluated_is_a_question_not_a_no() -> None:
    broken = plan(Trigger("broken", "cap", "alert.areas[7] == 'x'", Level.III))

    content = proposed([alert()], used=broken).content

    assert content.question is not None
    assert "broken" in content.question.en


def test_70_and_105_asking_again_with_the_proposal_at_hand_does_nothing() -> None:
    messages = [alert(infos=info(language="zh-CN") + info(language="en-US"))]

    assert settle(messages, [proposed(messages)]) == []


def test_51_an_update_revises_the_open_proposal_and_says_what_changed() -> None:
    proposal = proposed([alert()])
    area = "<area><areaDesc>Village</areaDesc></area>"
    newer = update("two", 1, area=area, severity="Extreme", expires=written(hours(30)))

    (effect,) = settle([alert(), newer], [proposal])

    assert isinstance(effect, Revise)
    assert (effect.proposal, effect.content.level, effect.rises) == ("P-1", Level.I, True)
    for said in ("level II → I", "areas added: Village", "areas dropped: Town", "until"):
        assert said in effect.change.en


def test_80_a_downgrade_revises_without_calling_again() -> None:
    (effect,) = settle([alert(), update("two", 1, severity="Moderate")], [proposed([alert()])])

    assert isinstance(effect, Revise)
    assert (effect.content.level, effect.rises) == (Level.III, False)


def test_51_an_update_that_no_longer_matches_withdraws_the_open_proposal() -> None:
    (effect,) = settle([alert(), update("two", 1, severity="Minor")], [proposed([alert()])])

    assert isinstance(effect, Withdraw)
    assert effect.state is ProposalState.WITHDRAWN


def test_51_an_update_that_only_begins_later_does_not_withdraw() -> None:
    later = update("two", 1, effective=written(hours(9)))

    assert settle([alert(), later], [proposed([alert()])]) == []


def test_55_a_cancel_withdraws_the_open_proposal() -> None:
    (effect,) = settle([alert(), cancel(1)], [proposed([alert()])])

    assert isinstance(effect, Withdraw)
    assert (effect.proposal, effect.state) == ("P-1", ProposalState.WITHDRAWN)
    assert "cancelled" in effect.reason.en


def test_39_expiry_closes_the_proposal_and_never_the_response() -> None:
    proposal = proposed([alert()])
    (closing,) = settle([alert()], [proposal], at=25)
    decided, response = accepted(proposal)
    (telling,) = settle([alert()], [decided], [response], at=25)

    assert isinstance(closing, Withdraw)
    assert closing.state is ProposalState.EXPIRED
    assert isinstance(telling, TellResponse)
    assert telling.kind == "source_ended"


def test_51_an_update_is_told_to_the_running_response_and_opens_no_second() -> None:
    proposal, response = accepted(proposed([alert()]))

    (effect,) = settle([alert(), update("two", 1, severity="Extreme")], [proposal], [response])

    assert isinstance(effect, TellResponse)
    assert (effect.response, effect.kind) == ("R-1", "changed")
    assert "level II → I" in effect.change.en


def test_55_a_cancel_is_told_to_the_running_response_as_a_question_about_its_end() -> None:
    proposal, response = accepted(proposed([alert()]))

    (effect,) = settle([alert(), cancel(1)], [proposal], [response])

    assert isinstance(effect, TellResponse)
    assert effect.kind == "source_cancelled"
    assert "decide whether the response ends" in effect.change.en


def test_what_a_response_was_told_is_not_told_again() -> None:
    proposal, response = accepted(proposed([alert()]))
    for messages in ([alert(), cancel(1)], [alert(), update("two", 1, severity="Extreme")]):
        (effect,) = settle(messages, [proposal], [response])
        assert isinstance(effect, TellResponse)
        told = replace(proposal, told=effect.told, messages=proposal.messages | {message.key for message in messages})

        assert settle(messages, [told], [response]) == []


def test_61_after_a_cancel_an_update_is_a_new_proposal_that_mentions_it() -> None:
    messages = [alert(), cancel(1), update("three", 2)]
    withdrawn = replace(proposed([alert()]), state=ProposalState.WITHDRAWN)

    (effect,) = settle(messages, [withdrawn])

    assert isinstance(effect, Propose)
    assert effect.content.why.note is not None
    assert "was cancelled at" in effect.content.why.note.en


def test_after_a_decline_only_something_graver_is_proposed_and_the_decline_is_mentioned() -> None:
    before = declined(proposed([alert()]))

    assert settle([alert()], [before]) == []
    assert settle([alert(), update("two", 2, headline="still high")], [before]) == []
    (effect,) = settle([alert(), update("two", 2, severity="Extreme")], [before])
    assert isinstance(effect, Propose)
    assert effect.content.why.note is not None
    assert "declined by zhao" in effect.content.why.note.en


def test_after_the_response_closed_only_a_new_message_is_proposed() -> None:
    closed, _ = accepted(proposed([alert()]))

    assert settle([alert()], [closed]) == []
    assert isinstance(settle([alert(), update("two", 1)], [closed])[0], Propose)


def test_52_two_open_proposals_whose_chains_merge_become_one() -> None:
    other = alert("other", infos=info(headline="Other river"))
    first = proposed([alert()])
    second = replace(proposed([other]), id="P-2", opened=hours(4))
    merging = message(cap("three", sent=hours(1), kind="Update", references=[("one", NOON), ("other", NOON)]))

    effects = settle([alert(), other, merging], [first, second])

    assert [effect.proposal for effect in effects if isinstance(effect, Withdraw)] == ["P-2"]
    assert not [effect for effect in effects if isinstance(effect, Propose)]


def test_two_plans_are_proposed_apart() -> None:
    other = replace(PLAN, name="other")

    effects = reconcile([PLAN, other], fold([alert()], NOON).chains, [], [], NOON)

    assert [effect.plan for effect in effects if isinstance(effect, Propose)] == [PLAN.name, "other"]


def test_12_formula_text_in_an_alert_is_never_evaluated() -> None:
    hostile = [alert(infos=info(headline='" || true || "', description="{{ 7*7 }}", event="Snow"))]

    assert settle(hostile) == []


def test_27_matching_does_not_depend_on_the_order_of_arrival() -> None:
    messages = [alert(), update("two", 1, severity="Extreme"), update("three", 2, of="two", since=1, severity="Moderate")]
    chains = [fold(order, hours(3)).chains[0] for order in (messages, messages[::-1])]

    assert match(PLAN, chains[0], hours(3)) == match(PLAN, chains[1], hours(3))
