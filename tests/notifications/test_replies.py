"""Replies: kept first, then understood; a stranger hears nothing; the same reply twice has one effect."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications import outbox, replies
from notifications.message import Answer, Call, Priority, Recipient, Reply, Verb
from notifications.replies import Heard, Ignored, NeedsDesk, Understood
from store.database import Database

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
PHONE = "+86 138-1234-0001"
AS_THE_PROVIDER_WRITES_IT = "8613812340001"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "tocsin.db")
    yield opened
    opened.close()


def told(
    database: Database, assignment: str, task: str = "巡堤查险", response: str = "R-1", person: str = "chen", language: str = "zh"
) -> Call:
    addresses = {"sms": PHONE, "wechat": "chen.jg"}
    recipient = Recipient(person, person, language, addresses)
    until = NOW + timedelta(hours=1)
    call = Call(
        response,
        "digest",
        assignment,
        "call",
        0,
        recipient,
        ("sms", "wechat"),
        "call",
        {"task": task},
        Priority.FLASH,
        NOW,
        until,
    )
    with database.write() as connection:
        outbox.add(connection, [call], NOW)
    return call


def sms(text: str, external_id: str = "mo-1", address: str = AS_THE_PROVIDER_WRITES_IT) -> Reply:
    return Reply("sms", external_id, address, text, NOW)


def receive(database: Database, reply: Reply, now: datetime = NOW) -> Heard:
    with database.write() as connection:
        return replies.receive(connection, reply, now)


def answer(assignment: str = "patrol", verb: Verb = Verb.ACKNOWLEDGE, **more: str) -> Answer:
    return Answer(more.get("response", "R-1"), assignment, "chen", verb, more.get("via", "sms"), NOW, more.get("reason", ""))


def test_a_bare_1_answers_the_only_open_call(database: Database) -> None:
    told(database, "patrol")

    heard = receive(database, sms("1"))

    assert heard == Heard(Understood(answer()), "已记录：01 巡堤查险，收到。")


def test_a_code_names_the_call_among_several(database: Database) -> None:
    told(database, "patrol")
    told(database, "levee")

    assert receive(database, sms("2 02 堵车")).meaning == Understood(answer("levee", Verb.DECLINE, reason="堵车"))


def test_a_bare_1_with_several_open_calls_is_answered_with_their_list(database: Database) -> None:
    told(database, "patrol", "巡堤查险")
    told(database, "levee", "转移群众")

    heard = receive(database, sms("1"))

    assert heard.meaning == NeedsDesk("no code, and 2 are open")
    assert "01 巡堤查险；02 转移群众" in heard.say_back


def test_a_code_that_is_not_open_is_answered_with_those_that_are(database: Database) -> None:
    told(database, "patrol")

    heard = receive(database, sms("1 09"))

    assert heard.meaning == NeedsDesk("no open code 09")
    assert "01 巡堤查险" in heard.say_back


def test_an_answer_after_the_close_goes_to_the_desk(database: Database) -> None:
    told(database, "patrol")
    with database.write() as connection:
        outbox.close_codes(connection, "R-1")

    heard = receive(database, sms("1"))

    assert heard.meaning == NeedsDesk("no code, and 0 are open")
    assert "Nothing waits" in heard.say_back


def test_a_stranger_hears_nothing_but_is_kept(database: Database) -> None:
    told(database, "patrol")

    assert receive(database, sms("1", address="13900000000")) == Heard(Ignored("a stranger"))


def test_what_is_not_understood_waits_for_the_desk_until_it_has_dealt_with_it(database: Database) -> None:
    told(database, "patrol")
    receive(database, sms("水已经漫到二楼了"))

    with database.write() as connection:
        (item,) = replies.for_desk(connection)
        replies.settled(connection, item.channel, item.external_id, NOW)
        left = replies.for_desk(connection)

    assert (item.text, item.address, item.why) == ("水已经漫到二楼了", "13812340001", "not understood")
    assert left == ()


def test_the_same_reply_twice_means_the_same_and_says_nothing_back_again(database: Database) -> None:
    told(database, "patrol")
    first = receive(database, sms("1"))

    told(database, "levee")
    second = receive(database, sms("1"))

    assert second == Heard(first.meaning, "", is_repeated=True)


def test_an_answer_waits_until_it_has_been_passed_on(database: Database) -> None:
    told(database, "patrol")
    receive(database, sms("1"))

    with database.write() as connection:
        before = replies.waiting(connection)
        replies.settled(connection, "sms", "mo-1", NOW)
        after = replies.waiting(connection)

    assert (before, after) == ((("sms", "mo-1", answer()),), ())


def test_two_automatic_systems_do_not_answer_each_other_for_ever(database: Database) -> None:
    told(database, "patrol")

    heard = [receive(database, sms("自动回复", f"mo-{n}")) for n in range(7)]
    later = receive(database, sms("自动回复", "mo-later"), NOW + timedelta(hours=1))

    assert [bool(one.say_back) for one in heard] == [True] * 5 + [False] * 2
    assert later.say_back


def test_a_drill_is_confirmed_with_its_mark(database: Database) -> None:
    told(database, "patrol", response="D-1")

    assert receive(database, sms("1")).say_back == "【演练】已记录：01 巡堤查险，收到。【演练】"


def test_in_a_list_of_both_kinds_only_the_drill_is_marked(database: Database) -> None:
    told(database, "patrol", "巡堤查险", response="D-1")
    told(database, "levee", "转移群众", response="R-1")

    assert "【演练】01 巡堤查险【演练】；02 转移群众" in receive(database, sms("什么？")).say_back


def test_a_list_of_drills_alone_is_marked_as_a_whole(database: Database) -> None:
    told(database, "patrol", response="D-1", language="en")

    said = receive(database, sms("what")).say_back

    assert said.startswith("[EXERCISE] Not understood")
    assert said.endswith("[EXERCISE]")


@pytest.mark.parametrize(
    ("text", "verb"), [("acknowledge", Verb.ACKNOWLEDGE), ("decline", Verb.DECLINE), ("1", Verb.ACKNOWLEDGE)]
)
def test_a_button_answers_its_own_delivery(database: Database, text: str, verb: Verb) -> None:
    call = told(database, "patrol")
    told(database, "levee")
    button = Reply("wechat", "click-1", "chen.jg", text, NOW, delivery=outbox.delivery_id(call, "wechat"))

    assert receive(database, button).meaning == Understood(answer(verb=verb, via="wechat"))


def test_a_text_in_the_chat_is_understood_like_an_sms(database: Database) -> None:
    told(database, "patrol")
    told(database, "levee")

    heard = receive(database, Reply("wechat", "text-1", "chen.jg", "收到 02", NOW))

    assert heard.meaning == Understood(answer("levee", via="wechat"))


def test_a_button_pressed_by_somebody_else_is_ignored(database: Database) -> None:
    call = told(database, "patrol")
    button = Reply("wechat", "click-1", "li.mei", "acknowledge", NOW, delivery=outbox.delivery_id(call, "wechat"))

    assert isinstance(receive(database, button).meaning, Ignored)


def test_a_button_of_no_delivery_of_ours_is_ignored(database: Database) -> None:
    button = Reply("wechat", "click-1", "chen.jg", "acknowledge", NOW, delivery="r-00000000000000000000")

    assert isinstance(receive(database, button).meaning, Ignored)


@pytest.mark.parametrize("written", ["13812340001", "+8613812340001", "008613812340001", "138 1234 0001"])
def test_one_phone_is_one_phone_however_it_is_written(database: Database, written: str) -> None:
    told(database, "patrol")

    assert isinstance(receive(database, sms("1", address=written)).meaning, Understood)
