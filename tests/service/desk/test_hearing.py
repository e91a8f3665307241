"""From what a person writes back to what the record says and what they hear: a bureau with its phones written into memory."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.model.events import TaskAcknowledged, TaskDeclined
from notifications import outbox, replies, say_back
from notifications.message import Outcome, Reply, Result
from notifications.outbox import DeliveryView
from notifications.say_back import TEMPLATE
from notifications.testing import FakeChannel
from resources import tables as roster
from service.desk.hearing import LEFT_TO_ITS_HOST, Hearing
from store.kinds import Kind
from store.testing import ADDRESS
from store.wakeups import Wakeups
from tests.service.field_bureau import FieldBureau


class Card(FakeChannel):
    """A channel whose buttons can be changed; `takes` says whether it does."""

    def __init__(self, *, takes: bool) -> None:
        super().__init__("wechat")
        self.shown: list[str] = []
        self._result = Result.ACCEPTED if takes else Result.FAILED_FOR_GOOD

    async def confirm(self, response_code: str, people: list[str], text: str) -> Outcome:
        self.shown.append(f"{response_code} {people[0]} {text}")
        return Outcome(self._result)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[FieldBureau]:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    yield bureau
    bureau.home.database.close()


def phone(bureau: FieldBureau, person: str = "chenzhiyuan") -> str:
    return bureau.home.duty().people[person].addresses["sms"]


def hear(bureau: FieldBureau, reply: Reply, card: Card | None = None) -> None:
    channels = {"wechat": card} if card else {}
    asyncio.run(Hearing(bureau.home, dict.fromkeys(Kind, channels)).hear(reply))


def sms(bureau: FieldBureau, text: str, number: int = 1) -> Reply:
    return Reply("sms", f"mo-{number}", phone(bureau), text, bureau.clock.now())


def pressed(bureau: FieldBureau, key: str = "acknowledge") -> Reply:
    card = next(each for each in deliveries(bureau) if each.channel == "wechat" and each.answerable)
    return Reply("wechat", f"click-{key}", card.address, key, bureau.clock.now(), card.id, {"response_code": "rc"})


def deliveries(bureau: FieldBureau) -> tuple[DeliveryView, ...]:
    with bureau.home.database.read() as connection:
        return outbox.deliveries(connection, bureau.response)


def verify(bureau: FieldBureau) -> str:
    """The title of the first task."""
    return bureau.home.engine.plan_of(bureau.home.engine.head(bureau.response)).tasks["verify"].title.zh


def said(bureau: FieldBureau) -> list[tuple[str, str, str, str]]:
    """What was said back: to whom, where, and the words."""
    back = [each for each in deliveries(bureau) if each.template == TEMPLATE]
    return [(each.person, each.channel, each.parameters["reason"], each.parameters["task"]) for each in back]


def test_an_answer_by_sms_is_confirmed_with_what_it_did(bureau: FieldBureau) -> None:
    hear(bureau, sms(bureau, "收到"))

    assert any(isinstance(event, TaskAcknowledged) for event in bureau.history())
    assert said(bureau) == [("chenzhiyuan", "sms", "已记录“收到”", f"01 {verify(bureau)}")]


def test_who_cannot_hears_who_was_called_in_their_place(bureau: FieldBureau) -> None:
    hear(bureau, sms(bureau, "2 01 堵车"))
    bureau.home.engine.tick(bureau.response)

    assert any(isinstance(event, TaskDeclined) for event in bureau.history())
    assert [words for _, _, words, _ in said(bureau)] == ["已记录“不能到”，已叫应林晓梅"]


def test_an_answer_that_comes_too_late_is_told_that_nothing_was_changed(bureau: FieldBureau) -> None:
    late = pressed(bureau)
    bureau.stood_down()
    hear(bureau, late)

    assert [words for _, _, words, _ in said(bureau)] == ["未作更改：任务或响应已有变化，可致电值班室"]


def test_a_button_shows_what_it_did_and_no_message_follows(bureau: FieldBureau) -> None:
    card = Card(takes=True)
    hear(bureau, pressed(bureau), card)

    assert card.shown == ["rc chenzhiyuan 已记录“收到”"]
    assert said(bureau) == []


def test_where_the_button_cannot_show_it_a_message_says_it(bureau: FieldBureau) -> None:
    hear(bureau, pressed(bureau), Card(takes=False))

    assert said(bureau) == [("chenzhiyuan", "wechat", "已记录“收到”", f"01 {verify(bureau)}")]


def test_an_answer_that_a_crash_left_behind_is_passed_on_and_confirmed_once(bureau: FieldBureau) -> None:
    with bureau.home.database.write() as connection:
        replies.receive(connection, sms(bureau, "收到"), bureau.clock.now())

    asyncio.run(until_said(bureau))
    hear(bureau, sms(bureau, "收到"))

    assert sum(isinstance(event, TaskAcknowledged) for event in bureau.history()) == 1
    assert len(said(bureau)) == 1


@pytest.mark.slow
def test_a_reply_that_another_host_has_just_heard_is_left_to_it_for_a_moment(
    tmp_path: Path, new_postgresql: Callable[[], str]
) -> None:
    (tmp_path / ADDRESS).write_text(new_postgresql())
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    with bureau.home.database.write() as connection:
        replies.receive(connection, sms(bureau, "收到"), bureau.clock.now())

    asyncio.run(left_alone_and_then_taken(bureau))

    assert [words for _, _, words, _ in said(bureau)] == ["已记录“收到”"]
    bureau.home.database.close()


async def left_alone_and_then_taken(bureau: FieldBureau) -> None:
    hearing, wakeups = Hearing(bureau.home, {kind: {} for kind in Kind}), Wakeups(bureau.home.database)
    running = asyncio.create_task(hearing.run(wakeups))
    await asyncio.sleep(0.5)
    assert said(bureau) == []

    bureau.clock.forward(LEFT_TO_ITS_HOST)
    with bureau.home.database.write() as connection:
        roster.replace(connection, bureau.home.duty(), bureau.clock.now())  # any commit wakes it

    async with asyncio.timeout(10):
        while not said(bureau):
            await asyncio.sleep(0.01)
    running.cancel()
    wakeups.stop()


async def until_said(bureau: FieldBureau) -> None:
    """What the next process does."""
    hearing = Hearing(bureau.home, {kind: {} for kind in Kind})
    wakeups = Wakeups(bureau.home.database)
    running = asyncio.create_task(hearing.run(wakeups))
    async with asyncio.timeout(10):
        while not said(bureau):
            await asyncio.sleep(0.01)
    running.cancel()
    wakeups.stop()


def test_the_shipped_plan_says_back_what_plans_without_such_a_message_say(bureau: FieldBureau) -> None:
    digest = bureau.home.engine.head(bureau.response).state.digest

    said = {language: bureau.home.template(digest, TEMPLATE, language).short for language in ("zh", "en")}

    assert said == {language: say_back.plain(language) for language in ("zh", "en")}
