"""Stories at the door of alerts, on a real database with the real engine and a clock that is moved."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.ledger import Verdict
from alerts.profile import Profile, local_profile
from alerts.samples import flood_cancel, flood_update, flood_warning
from alerts.testing import OPEN, cap, info, written
from flows.errors import ConflictError, UnknownNameError
from flows.model.commands import Close, OpenResponse, StandDown
from flows.model.events import both
from flows.proposals import door
from flows.proposals.desk import EngineDesk
from flows.proposals.door import Alerts, Report
from flows.proposals.model import News, Proposal, ProposalState
from flows.proposals.table import ProposalDecidedError
from flows.testing.night import START, Night, small_plan
from notifications import outbox
from plans.model import Level, Text, Trigger

pytestmark = pytest.mark.usefixtures("each_database")

MINUTE = timedelta(minutes=1)
FLOOD = 'alert.event.contains("洪水") || alert.event.contains("Flood")'


def flood_plan():
    levels = {Level.I: 4, Level.II: 3, Level.III: 0}
    triggers = tuple(
        Trigger(f"flood.{level.name}", "cap", f"({FLOOD}) && alert.severity_rank >= {rank}", level, {"flow": "1500.0"})
        for level, rank in levels.items()
    )
    return replace(small_plan(), name="flood", triggers=triggers)


class BusyDesk(EngineDesk):
    """While it is busy, other writers are always first."""

    is_busy = False

    def tell(self, response: str, news: News, change: Text, /) -> None:
        if self.is_busy:
            raise ConflictError(response, 1)
        super().tell(response, news, change)


class Bureau:
    """A night with alerts."""

    def __init__(self, folder: Path) -> None:
        self.plan = flood_plan()
        self.night = Night(folder, self.plan)
        self.database, self.clock = self.night.database, self.night.clock
        profiles = {"feed": OPEN, "strict": Profile("strict", ("nobody",)), "local": local_profile()}
        self.desk = BusyDesk(self.night.engine, lambda: self.night.duty)
        self.alerts = Alerts(self.database, lambda: (self.plan,), profiles, self.clock, self.desk)

    def take(self, raw: bytes, source: str = "feed") -> Report:
        (report,) = self.alerts.ingest(raw, source)
        return report

    def proposals(self) -> list[Proposal]:
        with self.database.read() as connection:
            return door.list_proposals(connection)

    def called(self, proposal: str) -> list[str]:
        with self.database.read() as connection:
            sent = [each for each in outbox.deliveries(connection, proposal) if each.channel == "sms"]
        return [f"{each.step} {each.person} {each.state}" for each in sent]

    def accept(self, proposal: Proposal) -> str:
        def mark(connection, response: str) -> None:
            door.mark_accepted(connection, proposal.id, response, "zhao", self.clock.now())

        opening = OpenResponse(
            incident="flood", level=Level.III, by="zhao", approved_by="sun", proposal=proposal.id, facts={"flow": 2500.0}
        )
        self.night.response = self.night.engine.open("flood", opening, proposal.id, mark).response
        return self.night.response

    def heard(self) -> list[tuple[str, str]]:
        return [(event.news, event.text) for event in self.night.history if event.kind == "alert_noticed"]


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau(tmp_path)


def states(proposals: Sequence[Proposal]) -> list[tuple[str, str]]:
    return [(each.level.name, each.state.value) for each in proposals]


def test_a_warning_is_proposed_and_the_duty_officer_is_called_in_the_same_breath(bureau: Bureau) -> None:
    report = bureau.take(flood_warning(START))

    (proposal,) = report.proposals
    assert (proposal.level, proposal.state) == (Level.II, ProposalState.OPEN)
    assert bureau.called(proposal.id) == ["round-1 zhao queued"]


def test_the_same_warning_again_calls_nobody_again_and_shows_the_proposal(bureau: Bureau) -> None:
    bureau.take(flood_warning(START))
    report = bureau.take(flood_warning(START))

    assert report.result.verdict is Verdict.DUPLICATE
    assert len(report.proposals) == 1
    assert len(bureau.called(report.proposals[0].id)) == 1


def test_26_four_hands_that_bring_one_alert_make_one_proposal(bureau: Bureau) -> None:
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        bureau.take(flood_warning(START))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(bureau.proposals()) == 1


def test_an_unanswered_proposal_is_called_again_and_then_its_approvers_too(bureau: Bureau) -> None:
    (proposal,) = bureau.take(flood_warning(START)).proposals

    rounds = []
    for minutes in (4, 1, 5, 5, 5):
        bureau.clock.forward(minutes * MINUTE)
        bureau.alerts.refresh()
        rounds.append(len(bureau.called(proposal.id)))

    assert rounds == [1, 2, 4, 4, 6]


def test_after_an_outage_one_round_is_called_not_all_that_were_missed(bureau: Bureau) -> None:
    (proposal,) = bureau.take(flood_warning(START)).proposals

    bureau.clock.forward(60 * MINUTE)
    bureau.alerts.refresh()
    bureau.alerts.refresh()

    assert len(bureau.called(proposal.id)) == 2


def test_an_update_to_red_revises_the_proposal_and_begins_the_calls_again(bureau: Bureau) -> None:
    (first,) = bureau.take(flood_warning(START)).proposals
    bureau.clock.forward(3 * MINUTE)

    (revised,) = bureau.take(flood_update(bureau.clock.now(), START)).proposals

    assert (revised.id, revised.level, revised.rise) == (first.id, Level.I, 2)
    assert len(bureau.called(first.id)) == 2


def test_55_a_cancel_withdraws_the_proposal_and_the_calls_that_have_not_left(bureau: Bureau) -> None:
    bureau.take(flood_warning(START))

    (proposal,) = bureau.take(flood_cancel(START + MINUTE, START)).proposals

    assert proposal.state is ProposalState.WITHDRAWN
    assert bureau.called(proposal.id) == ["round-1 zhao withdrawn"]
    assert bureau.alerts.next_due() != START + 5 * MINUTE


def test_60_a_cancel_that_came_first_leaves_nothing_to_propose(bureau: Bureau) -> None:
    bureau.take(flood_cancel(START + MINUTE, START))
    report = bureau.take(flood_warning(START))

    assert report.chain is not None
    assert report.chain.end == "cancelled"
    assert bureau.proposals() == []


def test_51_and_55_the_running_response_hears_of_update_and_cancel_once_and_stays_open(bureau: Bureau) -> None:
    bureau.accept(bureau.take(flood_warning(START)).proposals[0])

    bureau.take(flood_update(START + MINUTE, START))
    bureau.take(flood_update(START + MINUTE, START))
    bureau.take(flood_cancel(START + 2 * MINUTE, START))
    bureau.alerts.refresh()

    assert [news for news, _ in bureau.heard()] == ["changed", "source_cancelled"]
    assert "level II → I" in both(bureau.heard()[0][1]).en
    assert len(bureau.proposals()) == 1
    assert bureau.night.head.state.status.value != "closed"


def test_news_that_could_not_be_told_is_told_at_the_next_refresh(bureau: Bureau) -> None:
    bureau.accept(bureau.take(flood_warning(START)).proposals[0])
    bureau.desk.is_busy = True
    bureau.take(flood_cancel(START + MINUTE, START))
    assert bureau.heard() == []

    bureau.desk.is_busy = False
    bureau.alerts.refresh()

    assert [news for news, _ in bureau.heard()] == ["source_cancelled"]


def test_an_alert_whose_response_has_closed_troubles_nobody(bureau: Bureau) -> None:
    bureau.accept(bureau.take(flood_warning(START)).proposals[0])
    bureau.night.submit(StandDown(by="zhao", via="test", reason="over", approved_by="sun", although="all is dealt with"))
    bureau.night.submit(Close(by="zhao", via="test", reason="over", although="all is dealt with"))

    bureau.take(flood_cancel(START + MINUTE, START))

    assert bureau.heard() == []


def test_accepting_or_declining_twice_is_refused_and_changes_nothing(bureau: Bureau) -> None:
    (proposal,) = bureau.take(flood_warning(START)).proposals
    bureau.accept(proposal)

    with pytest.raises(ProposalDecidedError, match="already accepted by zhao"), bureau.database.write() as connection:
        door.decline(connection, proposal.id, "zhao", "no", bureau.clock.now())
    assert bureau.proposals()[0].state is ProposalState.ACCEPTED


def test_a_declined_proposal_is_kept_with_its_reason_and_nobody_is_called_again(bureau: Bureau) -> None:
    (proposal,) = bureau.take(flood_warning(START)).proposals
    with bureau.database.write() as connection:
        door.decline(connection, proposal.id, "zhao", "gauge is falling", bureau.clock.now())
    bureau.clock.forward(30 * MINUTE)
    bureau.alerts.refresh()

    (kept,) = bureau.proposals()
    assert (kept.state, kept.decided_by, kept.reason) == (ProposalState.DECLINED, "zhao", "gauge is falling")
    assert bureau.called(proposal.id) == ["round-1 zhao withdrawn"]


def test_39_time_alone_closes_a_proposal_also_when_nobody_looked_for_days(bureau: Bureau) -> None:
    bureau.take(flood_warning(START))
    bureau.clock.forward(timedelta(days=3))

    bureau.alerts.refresh()

    assert states(bureau.proposals()) == [("II", "expired")]


def test_37_time_alone_begins_a_scheduled_alert(bureau: Bureau) -> None:
    block = info(effective=written(START + 10 * MINUTE), expires="")
    assert bureau.take(cap(sent=START, infos=block)).proposals == ()
    assert bureau.alerts.next_due() == START + 10 * MINUTE

    bureau.clock.forward(10 * MINUTE)
    bureau.alerts.refresh()

    assert states(bureau.proposals()) == [("II", "open")]


def test_34_an_old_alert_from_a_person_is_a_question_that_calls_nobody_and_runs_out(bureau: Bureau) -> None:
    assert bureau.take(flood_warning(START - timedelta(days=9)), "feed").proposals == ()

    (asked,) = bureau.take(flood_warning(START - timedelta(days=8), "2"), "local").proposals
    assert asked.content.needs_confirmation
    assert bureau.called(asked.id) == []

    bureau.clock.forward(timedelta(hours=25))
    bureau.alerts.refresh()
    assert states(bureau.proposals()) == [("II", "expired")]


def test_24_the_same_warning_under_another_name_is_withheld_and_keeps_the_one_proposal(bureau: Bureau) -> None:
    bureau.take(flood_warning(START))
    for serial in ("7", "8", "9"):
        bureau.clock.forward(timedelta(seconds=1))
        assert bureau.take(flood_warning(START, serial)).result.verdict is Verdict.WITHHELD

    (proposal,) = bureau.proposals()
    assert proposal.state is ProposalState.OPEN
    assert len(bureau.called(proposal.id)) == 1


def test_28_an_unknown_sender_is_withheld_and_proposes_nothing(bureau: Bureau) -> None:
    report = bureau.take(flood_warning(START), "strict")

    assert report.result.verdict is Verdict.WITHHELD
    assert bureau.proposals() == []


def test_42_an_exercise_is_shown_and_starts_nothing(bureau: Bureau) -> None:
    report = bureau.take(flood_warning(START).replace(b">Actual<", b">Exercise<"))

    assert report.is_exercise_without_drill
    assert bureau.proposals() == []


def test_14_one_bad_alert_of_a_feed_does_not_lose_the_others(bureau: Bureau) -> None:
    good, bad = cap("good", sent=START), cap("bad", sent="never")

    reports = bureau.alerts.ingest(b"<feed>" + bad + good + b"</feed>", "feed")

    assert [report.result.verdict for report in reports] == [Verdict.WITHHELD, Verdict.ACCEPTED]
    assert len(bureau.proposals()) == 1


def test_an_unknown_source_is_refused_by_name(bureau: Bureau) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'feed'"):
        bureau.alerts.ingest(cap(), "fed")


def test_112_replaying_in_the_order_of_arrival_gives_the_same_proposals(bureau: Bureau, tmp_path: Path) -> None:
    raws = [flood_warning(START), flood_update(START + MINUTE, START)]
    raws += [flood_warning(START, "7"), flood_cancel(START + 2 * MINUTE, START)]
    for raw in raws:
        bureau.take(raw)
    other = Bureau(tmp_path / "again")
    for raw in raws:
        other.take(raw)

    assert sorted(states(other.proposals())) == sorted(states(bureau.proposals()))
    assert {each.content.why.message for each in other.proposals()} == {each.content.why.message for each in bureau.proposals()}


def test_a_replay_changes_nothing_here(bureau: Bureau, tmp_path: Path) -> None:
    from store.database import Database

    replay = bureau.alerts.replay(Database(tmp_path / "replay.db"), bureau.clock)

    (report,) = replay.ingest(flood_warning(START), "feed")

    assert len(report.proposals) == 1
    assert bureau.proposals() == []
