"""A landslide dams a river: the flood plan is proposed to a person, once, and nothing starts by itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.model.commands import Close, OpenDrill, OpenResponse, RecordFact, StandDown
from flows.model.events import LinkConditionBroken, LinkProposed
from flows.proposals import table as proposal_table
from flows.proposals.desk import EngineDesk
from flows.proposals.door import Alerts
from flows.proposals.model import Proposal
from flows.running.engine import Engine, Turn
from flows.testing.night import Night, minutes, only, small_plan, task
from notifications import outbox
from plans.errors import UnknownPlanError
from plans.model import Fact, FactType, Level, Link, Plan, Text
from store.database import Database

REASON = Text("滑坡堵江，上游水位上涨", "the slide dams the river and the water behind it rises")


def landslide(level: Level | None = Level.III) -> Plan:
    plan = replace(small_plan([task("verify", "duty_officer")]), name="landslide", title=Text("地质灾害", "Landslide"))
    facts = {
        **plan.facts,
        "dammed": Fact("dammed", Text("堵江", "river dammed"), FactType.BOOLEAN),
        "inflow": Fact("inflow", Text("入流", "inflow"), FactType.NUMBER, "m3/s"),
        "note": Fact("note", Text("备注", "note"), FactType.TEXT),
    }
    return replace(
        plan, facts=facts, links={"dam": Link("dam", "flood", "dammed", REASON, level, {"flow": "inflow", "reach": "note"})}
    )


class TwoPlans:
    def __init__(self, *plans: Plan) -> None:
        self.plans = {plan.name: plan for plan in plans}

    def named(self, name: str) -> Plan:
        if name not in self.plans:
            raise UnknownPlanError(name, tuple(self.plans))
        return self.plans[name]


class SlideNight(Night):
    """A landslide response beside which the flood plan could be opened."""

    def __init__(self, folder: Path, *others: Plan, plan: Plan | None = None) -> None:
        self.two = TwoPlans(plan or landslide(), *others)
        super().__init__(folder)
        self.alerts = Alerts(
            self.database, lambda: self.two.plans.values(), {}, self.clock, EngineDesk(self.engine, lambda: self.duty)
        )

    def another_engine(self, database: Database) -> Engine:
        engine = super().another_engine(database)
        return Engine(database, self.two, lambda: self.duty, self.clock, engine.zone)

    def slide(self) -> None:
        opening = OpenResponse(incident="G244 滑坡", place="K875+800", level=Level.IV, by="zhao", approved_by="sun")
        self.response = self.engine.open("landslide", opening).response

    def dammed(self, value: bool = True) -> Turn:  # the value of a fact
        return self.submit(RecordFact(by="zhao", name="dammed", value=value))

    def proposals(self) -> list[Proposal]:
        with self.database.read() as connection:
            return proposal_table.list_proposals(connection)

    def accept(self, proposal: Proposal) -> Turn:
        def mark(connection, response: str) -> None:
            proposal_table.mark_accepted(connection, proposal.id, response, "zhao", self.clock.now())

        opening = OpenResponse(
            incident=proposal.content.why.headline,
            level=proposal.level,
            facts=dict(proposal.content.facts),
            by="zhao",
            approved_by="sun",
            proposal=proposal.id,
        )
        return self.engine.open(proposal.plan, opening, "", mark)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[SlideNight]:
    night = SlideNight(tmp_path, replace(small_plan(), name="flood"))
    night.slide()
    yield night
    night.database.close()


def test_the_flood_plan_is_proposed_with_what_is_known_and_where_it_comes_from(night: SlideNight) -> None:
    night.submit(RecordFact(by="zhao", name="inflow", value=2300.0))

    linked = only(LinkProposed, night.dammed().events)

    assert [(event.plan, event.facts, [told.person for told in event.told]) for event in linked] == [
        ("flood", {"flow": 2300.0}, ["zhao"])
    ]
    (proposal,) = night.proposals()
    assert (proposal.plan, proposal.level, proposal.content.facts) == ("flood", Level.III, {"flow": 2300.0})
    assert proposal.content.why.headline == "G244 滑坡：滑坡堵江，上游水位上涨"
    assert (proposal.content.why.sender, proposal.content.areas) == (night.response, ("K875+800",))


def test_nothing_starts_by_itself_and_the_alert_roles_are_called_until_somebody_decides(night: SlideNight) -> None:
    night.dammed()
    for _ in range(3):
        night.alerts.refresh()
        night.clock.forward(minutes(5))

    (proposal,) = night.proposals()
    with night.database.read() as connection:
        sent = [each for each in outbox.deliveries(connection, proposal.id) if each.channel == "sms"]
    assert sorted(f"{each.step} {each.person}" for each in sent) == [
        "round-1 zhao",
        "round-2 zhao",
        "round-3 sun",
        "round-3 zhao",
    ]
    assert proposal.is_open


def test_it_is_proposed_once_however_often_the_fact_is_recorded(night: SlideNight) -> None:
    night.dammed()
    night.dammed()
    night.flow(500)

    assert len(night.proposals()) == 1
    assert len(only(LinkProposed, night.history)) == 1


def test_the_ordinary_door_opens_what_was_proposed(night: SlideNight) -> None:
    night.dammed()

    opened = night.accept(night.proposals()[0])

    assert opened.state.plan == "flood"
    assert [proposal.state.value for proposal in night.proposals()] == ["accepted"]


def test_a_second_rise_proposes_again_only_when_nothing_waits_and_nothing_runs(night: SlideNight) -> None:
    night.dammed()
    assert only(LinkConditionBroken, night.dammed(False).events)
    night.dammed()
    assert len(night.proposals()) == 1  # it still waits

    opened = night.accept(night.proposals()[0])
    night.dammed(False)
    night.dammed()
    assert len(night.proposals()) == 1  # it runs

    night.engine.submit(opened.response, StandDown(by="zhao", reason="over", approved_by="sun", although="all is dealt with"))
    night.engine.submit(opened.response, Close(by="zhao", reason="over", although="all is dealt with"))
    night.dammed(False)
    night.dammed()
    assert [proposal.state.value for proposal in night.proposals()].count("open") == 1


def test_a_drill_proposes_nothing_real(tmp_path: Path) -> None:
    night = SlideNight(tmp_path, replace(small_plan(), name="flood"))
    night.response = night.engine.open("landslide", OpenDrill(incident="演练", level=Level.IV, by="zhao")).response

    assert only(LinkProposed, night.dammed().events)

    assert night.proposals() == []


def test_a_plan_that_cannot_be_opened_is_proposed_with_the_reason(tmp_path: Path) -> None:
    night = SlideNight(tmp_path)
    night.slide()

    night.dammed()

    question = night.proposals()[0].content.question
    assert question is not None
    assert "plan flood cannot be activated now: there is no plan 'flood'" in question.en


def test_without_a_level_the_other_plans_facts_decide(tmp_path: Path) -> None:
    night = SlideNight(tmp_path, replace(small_plan(), name="flood"), plan=landslide(level=None))
    night.slide()
    night.submit(RecordFact(by="zhao", name="inflow", value=3300.0))

    night.dammed()

    assert [proposal.level for proposal in night.proposals()] == [Level.II]


def test_without_facts_the_lowest_level_is_proposed(tmp_path: Path) -> None:
    night = SlideNight(tmp_path, replace(small_plan(), name="flood"), plan=landslide(level=None))
    night.slide()

    night.dammed()

    assert [proposal.level for proposal in night.proposals()] == [Level.IV]
