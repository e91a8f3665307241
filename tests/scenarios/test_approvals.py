"""Proposals climb until somebody decides; who proposes may not approve; oral approvals owe a paper. Silence approves nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.errors import (
    NotAuthorisedError,
    ReasonRequiredError,
    ReferenceRequiredError,
    TwoPeopleError,
    UnknownNameError,
    UnnamedPaperError,
    WrongStateError,
)
from flows.model.commands import ChangeLevel, Close, FilePaper, OpenResponse, ProposeLevel, RefuseEnd, StandDown
from flows.model.events import (
    EndProposed,
    Event,
    LevelChanged,
    LevelProposalLapsed,
    LevelProposed,
    PaperFiled,
    PaperMissed,
    ProposalStepFired,
    ProposalStepPassed,
    ResponseOpened,
    StoodDown,
)
from flows.model.state import Status
from flows.objection_errors import ObjectionsError
from flows.running.engine import Turn
from flows.testing.night import SIGN_OFF, START, Night, duty_of, minutes, only, person, small_plan, task
from plans.model import Level, Plan, Rung

HOUR = timedelta(hours=1)


def signed(*, two_person: bool = False, paper: timedelta | None = 24 * HOUR) -> Plan:
    """Levels and the end are signed by the deputy commander; unanswered, his deputy, then the duty leader."""
    plan = small_plan([task("verify", "duty_officer")])
    rules = {level: replace(rule, sign="sign_off", two_person=two_person, paper=paper) for level, rule in plan.levels.items()}
    return replace(plan, levels=rules, ladders={**plan.ladders, "sign_off": SIGN_OFF}, end=replace(plan.end, sign="sign_off"))


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    people = [person("zhao"), person("qian"), person("sun", "li"), person("li"), person("wang")]
    duty = duty_of(people, duty_officer="zhao", duty_leader="qian", deputy_commander="sun", patrol="wang")
    night = Night(tmp_path, signed(), duty)
    night.activate(Level.IV, flow=1500)
    night.acknowledge("zhao", "verify.1")
    yield night
    night.database.close()


def climbed(events: Iterable[Event]) -> list[tuple[str, list[str]]]:
    return [(event.step, [told.person for told in event.told]) for event in only(ProposalStepFired, events)]


def propose(night: Night, level: Level, by: str = "zhao", reason: str = "the levee seeps") -> Turn:
    return night.submit(ProposeLevel(by=by, level=level, reason=reason))


def approve(night: Night, level: Level, by: str, *, oral: bool = False, entered_by: str = "zhao") -> Turn:
    return night.submit(ChangeLevel(by=entered_by, level=level, reason="approved", approved_by=by, oral=oral))


def said(night: Night, template: str) -> list[tuple[str, str]]:
    return [
        (each.person, each.parameters["reason"]) for each in night.messages if each.template == template and each.channel == "sms"
    ]


def test_an_unanswered_proposal_climbs_to_the_next_approver_and_then_asks_for_oral_approval(night: Night) -> None:
    risen = night.flow(2100)
    assert climbed(risen.events) == [("call", ["sun"])]

    assert climbed(night.forward(minutes(60))) == [("deputy", ["li"]), ("next", ["qian"]), ("manual", ["zhao"])]

    assert night.head.state.level is Level.IV  # silence approves nothing
    last_person, last_words = said(night, "proposal")[-1]
    assert last_person == "zhao"
    assert "无人签批：请电话取得口头批准" in last_words
    assert "书面件 24 小时内补交" in last_words


def test_a_decision_ends_the_climb(night: Night) -> None:
    night.flow(2100)
    night.forward(minutes(6))

    approve(night, Level.III, "sun")

    assert climbed(night.forward(HOUR)) == []


def test_facts_that_fall_back_end_the_climb(night: Night) -> None:
    night.flow(2100)

    fallen = night.flow(1500)

    assert [event.level for event in only(LevelProposalLapsed, fallen.events)] == [Level.III]
    assert climbed(night.forward(HOUR)) == []


def test_whom_the_ladder_has_reached_may_sign_and_nobody_before(night: Night) -> None:
    night.flow(2100)
    with pytest.raises(NotAuthorisedError, match=r"qian may not approve level III.*deputy_commander \(now: Sun \(sun\)\)"):
        approve(night, Level.III, "qian")

    night.forward(minutes(10))

    assert [event.approved_by for event in only(LevelChanged, approve(night, Level.III, "qian").events)] == ["qian"]


def test_who_is_asked_to_telephone_is_no_approver(night: Night) -> None:
    night.flow(2100)
    night.forward(minutes(20))

    with pytest.raises(NotAuthorisedError):
        approve(night, Level.III, "zhao")


def test_a_signature_for_one_level_is_none_for_another(night: Night) -> None:
    night.flow(2100)
    night.forward(minutes(10))

    with pytest.raises(NotAuthorisedError):
        approve(night, Level.I, "qian")


def test_a_rung_that_reaches_nobody_brings_the_next_one_forward(night: Night) -> None:
    night.duty = duty_of(
        [person("zhao"), person("qian"), person("sun")], duty_officer="zhao", duty_leader="qian", deputy_commander="sun"
    )
    night.flow(2100)

    events = night.forward(minutes(5))

    assert [(event.step, event.earlier) for event in only(ProposalStepPassed, events)] == [("deputy", minutes(5))]
    assert climbed(events) == [("next", ["qian"])]
    assert climbed(night.forward(minutes(5))) == [("manual", ["zhao"])]


def test_a_higher_call_begins_its_own_climb(night: Night) -> None:
    night.flow(2100)
    night.forward(minutes(10))

    risen = night.flow(3100)

    assert [event.level for event in only(LevelProposed, risen.events)] == [Level.II]
    assert climbed(risen.events) == [("call", ["sun"])]
    with pytest.raises(NotAuthorisedError):
        approve(night, Level.II, "qian")


def test_a_restart_climbs_on_where_it_was(night: Night) -> None:
    night.flow(2100)
    night.forward(minutes(6))
    night.restart()

    assert climbed(night.forward(minutes(5))) == [("next", ["qian"])]


def test_a_person_may_propose_and_the_facts_do_not_take_it_back(night: Night) -> None:
    proposed = propose(night, Level.II)
    assert [(event.level, event.by) for event in only(LevelProposed, proposed.events)] == [(Level.II, "zhao")]

    events = [*night.flow(2100).events, *night.flow(1200).events]

    assert only(LevelProposed, events) == []
    assert night.head.state.proposed_level is Level.II


def test_proposing_the_same_again_changes_nothing(night: Night) -> None:
    propose(night, Level.II)

    assert propose(night, Level.II).events == ()
    assert propose(night, Level.IV).events == ()  # it is the present one


def test_who_has_no_part_in_the_plan_may_not_propose(night: Night) -> None:
    with pytest.raises(NotAuthorisedError, match="li may not propose level II"):
        propose(night, Level.II, by="li")
    with pytest.raises(ReasonRequiredError):
        propose(night, Level.II, reason=" ")


def test_the_record_of_a_proposal_names_its_proposer(night: Night) -> None:
    assert [event.names for event in only(LevelProposed, propose(night, Level.III).events)] == [{"zhao": "Zhao"}]


def test_who_proposed_may_not_approve_where_the_plan_wants_two(tmp_path: Path) -> None:
    night = Night(tmp_path, signed(two_person=True))
    night.activate(Level.IV)
    propose(night, Level.II, by="sun")

    with pytest.raises(TwoPeopleError, match=r"sun may not approve level II: sun proposed it.*deputy_commander"):
        approve(night, Level.II, "sun")
    assert night.head.state.level is Level.IV


def test_one_person_alone_neither_changes_nor_opens_where_the_plan_wants_two(tmp_path: Path) -> None:
    night = Night(tmp_path, signed(two_person=True))
    alone = OpenResponse(incident="渭河洪水", level=Level.IV, by="sun", approved_by="sun")
    with pytest.raises(TwoPeopleError):
        night.engine.open("small", alone)
    night.activate(Level.IV)

    with pytest.raises(TwoPeopleError, match="nobody else proposed it"):
        approve(night, Level.II, "sun", entered_by="sun")


def test_what_another_proposed_one_person_may_approve_also_after_refusing_it(tmp_path: Path) -> None:
    night = Night(tmp_path, signed(two_person=True))
    night.activate(Level.IV)
    propose(night, Level.II, by="zhao")
    night.refuse_level("sun")

    assert only(LevelChanged, approve(night, Level.II, "sun", entered_by="sun").events)


def test_who_proposed_what_was_refused_may_still_not_approve_it(tmp_path: Path) -> None:
    night = Night(tmp_path, signed(two_person=True))
    night.activate(Level.IV)
    propose(night, Level.II, by="sun")
    night.refuse_level("sun")

    with pytest.raises(TwoPeopleError, match="sun proposed it"):
        approve(night, Level.II, "sun", entered_by="zhao")


def test_what_the_facts_proposed_one_person_may_approve(tmp_path: Path) -> None:
    night = Night(tmp_path, signed(two_person=True))
    night.activate(Level.IV, flow=1500)
    night.flow(2100)

    assert only(LevelChanged, approve(night, Level.III, "sun", entered_by="sun").events)
    assert approve(night, Level.III, "sun", entered_by="sun").events == ()  # said twice


def test_a_missed_paper_of_an_oral_approval_is_told_once(night: Night) -> None:
    approve(night, Level.III, "sun", oral=True)
    assert [event.paper_by for event in only(LevelChanged, night.history)] == [START + 24 * HOUR]

    assert only(PaperMissed, night.forward(23 * HOUR)) == []
    missed = only(PaperMissed, night.forward(3 * HOUR))

    assert [(event.paper, event.due, [told.person for told in event.told]) for event in missed] == [
        ("level-1", START + 24 * HOUR, ["zhao", "sun"])
    ]
    assert {who for who, words in said(night, "notice") if "书面件逾期未补" in words} == {"zhao", "sun"}
    assert only(PaperMissed, night.forward(48 * HOUR)) == []


def test_a_filed_paper_is_not_missed_and_filing_twice_is_once(night: Night) -> None:
    approve(night, Level.III, "sun", oral=True)

    filed = night.submit(FilePaper(by="zhao", reference="宝汛〔2026〕12号"))

    assert [(event.paper, event.reference) for event in only(PaperFiled, filed.events)] == [("level-1", "宝汛〔2026〕12号")]
    assert night.submit(FilePaper(by="zhao", reference="宝汛〔2026〕12号")).events == ()
    assert only(PaperMissed, night.forward(25 * HOUR)) == []


def test_a_late_paper_is_still_taken(night: Night) -> None:
    approve(night, Level.III, "sun", oral=True)
    night.forward(30 * HOUR)

    assert only(PaperFiled, night.submit(FilePaper(by="zhao", reference="12")).events)
    assert night.head.state.situation.owed() == {}


def test_paper_that_nobody_owes_is_refused_in_these_words(night: Night) -> None:
    with pytest.raises(UnnamedPaperError, match="no paper is owed on this response"):
        night.submit(FilePaper(by="zhao", reference="12"))


def test_opening_change_and_end_each_owe_their_paper(tmp_path: Path) -> None:
    night = Night(tmp_path, signed(paper=2 * HOUR))
    opening = OpenResponse(incident="渭河洪水", level=Level.IV, by="zhao", approved_by="sun", oral=True)
    opened = night.engine.open("small", opening)
    night.response = opened.response
    approve(night, Level.III, "sun", oral=True)
    night.submit(StandDown(by="zhao", reason="over", approved_by="sun", oral=True, although="the water has gone"))

    assert [event.paper_by for event in only(ResponseOpened, opened.events)] == [START + 2 * HOUR]
    assert [event.paper_by for event in only(StoodDown, night.history)] == [START + 2 * HOUR]
    assert list(night.head.state.situation.owed()) == ["opening", "level-1", "end-1"]
    assert len(only(PaperMissed, night.forward(3 * HOUR))) == 3  # also after the stand-down


def test_a_paper_must_be_named_where_several_are_owed_and_found_again(night: Night) -> None:
    approve(night, Level.III, "sun", oral=True)
    approve(night, Level.II, "sun", oral=True)

    with pytest.raises(UnnamedPaperError, match=r"2 papers are owed \(level-1, level-2\)"):
        night.submit(FilePaper(by="zhao", reference="12"))
    with pytest.raises(UnknownNameError, match="did you mean 'level-1'"):
        night.submit(FilePaper(by="zhao", reference="12", paper="level1"))
    with pytest.raises(ReferenceRequiredError, match="expected its number or file name"):
        night.submit(FilePaper(by="zhao", reference=" ", paper="level-1"))


def test_closing_while_a_paper_is_owed_takes_a_confirmation_and_the_paper_may_still_come(night: Night) -> None:
    approve(night, Level.III, "sun", oral=True)
    night.stand_down()

    with pytest.raises(ObjectionsError, match=r"paper of an oral approval is owed \(level-1\)"):
        night.submit(Close(by="zhao", reason="over"))
    night.close("the commander has retired")
    night.submit(FilePaper(by="zhao", reference="宝应急〔2026〕12号"))

    assert not night.head.state.situation.owed()
    assert night.head.state.status is Status.CLOSED


def test_an_oral_approval_is_recorded_where_the_plan_sets_no_time_for_the_paper(tmp_path: Path) -> None:
    night = Night(tmp_path, signed(paper=None))
    night.activate(Level.IV)

    changed = approve(night, Level.III, "sun", oral=True)

    assert [(event.oral, event.paper_by) for event in only(LevelChanged, changed.events)] == [(True, None)]


def test_the_proposed_end_climbs_as_well_and_whom_it_reached_may_sign(night: Night) -> None:
    night.flow(800)
    proposed = night.forward(minutes(60))
    assert only(EndProposed, proposed)
    assert climbed(proposed) == [("call", ["sun"])]

    assert climbed(night.forward(minutes(30))) == [("deputy", ["li"]), ("next", ["qian"]), ("manual", ["zhao"])]

    assert night.head.state.status.value == "open"
    assert only(StoodDown, night.stand_down(approved_by="li").events)


def test_a_refused_end_is_proposed_again_only_when_its_condition_is_met_anew(night: Night) -> None:
    night.flow(800)
    night.forward(minutes(61))

    night.submit(RefuseEnd(by="sun", reason="rain is forecast"))
    assert night.submit(RefuseEnd(by="sun", reason="rain is forecast")).events == ()
    night.flow(700)
    events = night.forward(5 * HOUR)
    assert only(EndProposed, events) == []
    assert climbed(events) == []

    night.flow(1200)
    night.flow(800)
    assert only(EndProposed, night.forward(minutes(60)))


def test_an_end_that_nobody_proposed_cannot_be_refused(night: Night) -> None:
    with pytest.raises(WrongStateError, match="without a proposed end"):
        night.submit(RefuseEnd(by="sun", reason="no"))


def test_a_ladder_without_a_last_rung_ends_and_approves_nothing(tmp_path: Path) -> None:
    plan = signed()
    short = replace(SIGN_OFF, rungs=(Rung("call", minutes(0), "assignee"),))
    night = Night(tmp_path, replace(plan, ladders={**plan.ladders, "sign_off": short}))
    night.activate(Level.IV, flow=1500)
    night.flow(2100)

    assert climbed(night.forward(10 * HOUR)) == []
    assert night.head.state.level is Level.IV
