"""A person whom no channel reaches cannot answer: the next rung is called at once, and the record says why."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.model.events import LadderAdvanced, PersonUnreached, StepFired, both
from flows.running.reaching import Reaching
from flows.testing.night import START, Night, duty_of, minutes, only, person, small_duty, small_plan, steps, task
from notifications import receipts
from notifications.dispatcher import Dispatcher
from notifications.message import Outcome, Outgoing, Receipt, ReceiptState, Result
from notifications.testing import FakeChannel, plain_links, plain_templates
from plans.model import Text
from resources.model import Duty
from store.database import Database
from store.kinds import Kind
from store.wakeups import Wakeups


class Gateway(FakeChannel):
    """Knows no number of the people in `gone`; `said` is its answer for them."""

    def __init__(self, kind: str, said: Outcome, *gone: str) -> None:
        super().__init__(kind)
        self._said = said
        self._gone = {address for who in gone for address in person(who).addresses.values()}

    async def deliver(self, message: Outgoing) -> Outcome:
        return self._said if message.address in self._gone else await super().deliver(message)


class Unwatched(Wakeups):
    """For stories that ask `report` themselves."""

    def __init__(self, database: Database) -> None:
        self.database = database


NO_SUCH_NUMBER = Outcome(Result.FAILED_FOR_GOOD, code="isv.MOBILE_NUMBER_ILLEGAL", detail="no such number")
BUSY = Outcome(Result.FAILED_FOR_NOW, code="throttled")


def deliver(
    night: Night, *gone: str, said: Outcome = NO_SUCH_NUMBER, only_by: tuple[str, ...] = ("sms", "wechat", "voice")
) -> None:
    """Everything that is due goes to the gateways, and what came of it to the engine."""
    channels = {name: Gateway(name, said, *(gone if name in only_by else ())) for name in ("sms", "wechat", "voice")}
    dispatcher = Dispatcher(night.database, dict.fromkeys(Kind, channels), night.clock, plain_templates, plain_links)
    asyncio.run(dispatcher.drain())
    report(night)


def report(night: Night) -> None:
    Reaching(night.engine, Unwatched(night.database)).report()


def climbed(night: Night) -> list[tuple[str, tuple[str, ...]]]:
    return steps(night.history)


@pytest.fixture
def patrol(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path, small_plan([task("patrol", "patrol", late="late")]))
    night.activate()
    yield night
    night.database.close()


def two_on_patrol() -> Duty:
    people = [person(name) for name in ("wang", "ma", "qian", "sun", "zhao")]
    return duty_of(people, patrol=("wang", "ma"), duty_leader="qian", deputy_commander="sun", duty_officer="zhao")


def test_number_that_fails_for_good_calls_the_next_rung_at_once_and_says_why(patrol: Night) -> None:
    deliver(patrol, "wang")

    assert climbed(patrol) == [("call", ("wang",)), ("again", ("wang",))]
    assert only(StepFired, patrol.history)[-1].at == START
    (unreached,) = only(PersonUnreached, patrol.history)
    assert (unreached.person, unreached.step) == ("wang", "call")
    assert unreached.reason == Text(
        "短信：回执代码 isv.MOBILE_NUMBER_ILLEGAL；微信：回执代码 isv.MOBILE_NUMBER_ILLEGAL",
        "sms: no such number; wechat: no such number",
    )
    (advanced,) = only(LadderAdvanced, patrol.history)
    assert both(advanced.reason).en == "Wang cannot be reached at step call: sms: no such number; wechat: no such number"


def test_ladder_climbs_from_one_dead_number_to_the_first_living_one(patrol: Night) -> None:
    for _ in range(3):
        deliver(patrol, "wang", "li")

    assert [step for step, _ in climbed(patrol)] == ["call", "again", "deputy", "leader"]
    assert patrol.clock.now() == START
    # the rest of the ladder keeps its distances: the commander hears seven minutes after the leader
    assert steps(patrol.forward(minutes(7)))[-1] == ("command", ("sun",))


def test_one_channel_that_takes_the_message_is_enough(patrol: Night) -> None:
    deliver(patrol, "wang", only_by=("sms",))

    assert climbed(patrol) == [("call", ("wang",))]
    assert only(PersonUnreached, patrol.history) == []


def test_gateway_that_is_only_busy_is_waited_for(patrol: Night) -> None:
    deliver(patrol, "wang", said=BUSY)

    assert climbed(patrol) == [("call", ("wang",))]


def test_ladder_waits_while_one_of_those_told_was_reached(tmp_path: Path) -> None:
    night = Night(tmp_path, small_plan([task("patrol", "patrol", need="all")]), two_on_patrol())
    night.activate()

    deliver(night, "wang")

    assert [event.person for event in only(PersonUnreached, night.history)] == ["wang"]
    assert climbed(night) == [("call", ("wang", "ma"))]
    night.decline("ma", "patrol.1", "I am in hospital")
    assert [step for step, _ in climbed(night)] == ["call", "again"]


def test_receipt_of_the_carrier_that_comes_later_counts_as_well(patrol: Night) -> None:
    deliver(patrol)
    for message in patrol.messages:
        with patrol.database.write() as connection:
            receipts.record(
                connection, Receipt(message.id, ReceiptState.FAILED, patrol.clock.now(), "UNDELIV"), patrol.clock.now()
            )

    report(patrol)

    assert climbed(patrol)[-1] == ("again", ("wang",))
    assert only(PersonUnreached, patrol.history)[0].reason == Text(
        "短信：回执代码 UNDELIV；微信：回执代码 UNDELIV", "sms: UNDELIV; wechat: UNDELIV"
    )


def test_receipt_for_a_call_before_the_last_changes_nothing(patrol: Night) -> None:
    deliver(patrol)
    patrol.forward(minutes(2))
    before = len(patrol.history)
    for message in patrol.messages:
        if message.step == "acknowledge/call":
            with patrol.database.write() as connection:
                receipt = Receipt(message.id, ReceiptState.FAILED, patrol.clock.now(), "UNDELIV")
                receipts.record(connection, receipt, patrol.clock.now())

    report(patrol)

    assert len(patrol.history) == before


def test_person_without_any_address_is_passed_over_at_once(tmp_path: Path) -> None:
    duty = small_duty()
    nowhere = replace(duty, people={**duty.people, "wang": replace(duty.people["wang"], addresses={})})
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]), nowhere)
    night.activate()

    report(night)
    report(night)

    assert climbed(night)[-1] == ("deputy", ("li",))
    assert only(PersonUnreached, night.history)[0].reason == Text("没有可用的联系方式", "no address to reach them at")


def test_number_of_a_phone_that_a_gateway_quotes_is_not_in_the_record(patrol: Night) -> None:
    quoting = replace(NO_SUCH_NUMBER, detail=f"{person('wang').addresses['sms']} is not a number")

    deliver(patrol, "wang", said=quoting)

    assert "sms: … is not a number" in both(only(PersonUnreached, patrol.history)[0].reason).en


def test_looking_again_tells_the_engine_nothing_new(patrol: Night) -> None:
    deliver(patrol, "wang", only_by=("sms", "wechat"))
    before = len(patrol.history)

    for _ in range(3):
        report(patrol)

    assert len(patrol.history) == before


def test_watcher_hears_of_it_by_itself(patrol: Night) -> None:
    async def story() -> None:
        wakeups = Wakeups(patrol.database)
        watching = asyncio.create_task(Reaching(patrol.engine, wakeups).run())
        async with asyncio.timeout(10):
            while len(climbed(patrol)) < 2:
                await wakeups.wait(wakeups.next_change(), minutes(1))
        watching.cancel()
        wakeups.stop()

    channels = {name: Gateway(name, NO_SUCH_NUMBER, "wang") for name in ("sms", "wechat")}
    dispatcher = Dispatcher(patrol.database, dict.fromkeys(Kind, channels), patrol.clock, plain_templates, plain_links)
    asyncio.run(dispatcher.drain())
    asyncio.run(story())

    assert climbed(patrol) == [("call", ("wang",)), ("again", ("wang",))]
