"""Replies: kept first, then understood or handed to the desk; each sender hears what became of it, a stranger hears nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications import inbound_desk, outbox, replies, say_back
from notifications.channels.text_limits import SMS_VARIABLE
from notifications.codes import OpenCode
from notifications.inbound_desk import Made
from notifications.message import Answer, Call, Priority, Recipient, Reply, Verb
from notifications.outbox import DeliveryView
from notifications.rendering import Renderer, TemplateText
from notifications.replies import Became, Heard, Ignored, NeedsDesk, Understood
from notifications.say_back import Sentence
from store.database import Database
from store.testing import place_in

pytestmark = pytest.mark.usefixtures("each_database")

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
PHONE = "+86 138-1234-0001"
AS_THE_PROVIDER_WRITES_IT = "8613812340001"
DONE = Became(Sentence("已记录“收到”", "Recorded: received"))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(place_in(tmp_path))
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


def said(database: Database, response: str = "R-1") -> list[DeliveryView]:
    """What was said back, in the order of the replies."""
    with database.read() as connection:
        found = outbox.deliveries(connection, response)
    return sorted((each for each in found if each.template == say_back.TEMPLATE), key=lambda each: int(each.step.split("/")[1]))


def as_read(view: DeliveryView) -> str:
    """The SMS as it leaves the house, by a plan that has no template of its own for it."""

    def source(plan_digest: str, template: str, language: str) -> TemplateText:
        return TemplateText("", say_back.plain(language), say_back.plain(language))

    return Renderer(source, lambda _: "")(view).outgoing.short


def confirm(database: Database, became: Became, external_id: str = "mo-1") -> None:
    with database.write() as connection:
        replies.settled(connection, "sms", external_id, NOW, became)
        replies.confirm(connection, "sms", external_id, became, NOW)


def answer(assignment: str = "patrol", verb: Verb = Verb.ACKNOWLEDGE, **more: str) -> Answer:
    return Answer(more.get("response", "R-1"), assignment, "chen", verb, more.get("via", "sms"), NOW, more.get("reason", ""))


def test_a_bare_1_answers_the_only_open_call(database: Database) -> None:
    told(database, "patrol")

    heard = receive(database, sms("1"))

    assert heard == Heard(Understood(answer()))


def test_a_code_names_the_call_among_several(database: Database) -> None:
    told(database, "patrol")
    told(database, "levee")

    assert receive(database, sms("2 02 堵车")).meaning == Understood(answer("levee", Verb.DECLINE, reason="堵车"))


def test_a_bare_1_with_several_open_calls_is_answered_with_their_list(database: Database) -> None:
    told(database, "patrol", "巡堤查险")
    told(database, "levee", "转移群众")

    heard = receive(database, sms("1"))

    assert heard.meaning == NeedsDesk("no code, and 2 are open")
    assert as_read(said(database)[0]) == "未看懂，已转值班员。收到回“1 01”，不能到回“2 01”：01 巡堤查险；02 转移群众"


def test_a_code_that_is_not_open_is_answered_with_those_that_are(database: Database) -> None:
    told(database, "patrol")

    heard = receive(database, sms("1 09"))

    assert heard.meaning == NeedsDesk("no open code 09")
    assert "01 巡堤查险" in as_read(said(database)[0])


def test_an_answer_after_the_close_goes_to_the_desk(database: Database) -> None:
    told(database, "patrol")
    with database.write() as connection:
        outbox.close_codes(connection, "R-1")

    heard = receive(database, sms("1"))

    assert heard.meaning == NeedsDesk("no code, and 0 are open")
    assert as_read(said(database)[0]) == "没有等您回复的任务，已转值班员查看"


def test_a_stranger_hears_nothing_but_is_kept(database: Database) -> None:
    told(database, "patrol")

    assert receive(database, sms("1", address="13900000000")) == Heard(Ignored("a stranger"))
    assert said(database) == []


def test_what_is_not_understood_waits_for_the_desk_until_it_has_dealt_with_it(database: Database) -> None:
    told(database, "patrol")
    receive(database, sms("水已经漫到二楼了"))

    with database.write() as connection:
        (item,) = inbound_desk.for_desk(connection)
        first = inbound_desk.settle(connection, item, "zhao", Made(reason="phoned"), NOW)
        second = inbound_desk.settle(connection, item, "qian", Made(verb="note"), NOW)
        left = inbound_desk.for_desk(connection)
        settled = inbound_desk.desk_reply(connection, item.number)

    assert (item.text, item.address, item.why) == ("水已经漫到二楼了", "13812340001", "not understood")
    assert item.calls == (OpenCode("chen", "13812340001", 1, "R-1", "patrol"),)
    assert (first, second, left) == (True, False, ())
    assert settled is not None
    assert (settled.settled_by, settled.made) == ("zhao", Made(reason="phoned"))


def test_the_desk_sees_what_was_last_asked_of_somebody_who_writes_after_the_close(database: Database) -> None:
    told(database, "patrol")
    with database.write() as connection:
        outbox.close_codes(connection, "R-1")
    receive(database, sms("水退了"))

    with database.read() as connection:
        (item,) = inbound_desk.for_desk(connection)

    assert ([call.assignment for call in item.calls], item.still_open) == (["patrol"], False)


def test_the_same_reply_twice_means_the_same_and_says_nothing_back_again(database: Database) -> None:
    told(database, "patrol")
    first = receive(database, sms("1"))

    told(database, "levee")
    second = receive(database, sms("1"))

    assert second == Heard(first.meaning, is_repeated=True)


def test_the_same_reply_twice_is_answered_once(database: Database) -> None:
    told(database, "patrol")
    receive(database, sms("什么？"))
    receive(database, sms("什么？"))

    assert len(said(database)) == 1


def test_what_is_said_back_goes_once_by_the_channel_they_wrote_by_and_asks_for_no_answer(database: Database) -> None:
    told(database, "patrol")
    receive(database, Reply("wechat", "text-1", "chen.jg", "什么？", NOW))

    (only,) = said(database)

    assert (only.channel, only.address, only.person, only.answerable) == ("wechat", "chen.jg", "chen", False)


def test_an_answer_waits_until_it_has_been_passed_on(database: Database) -> None:
    told(database, "patrol")
    receive(database, sms("1"))

    with database.write() as connection:
        before = replies.waiting(connection)
        replies.settled(connection, "sms", "mo-1", NOW, DONE)
        after = replies.waiting(connection)

    assert (before, after) == ((("sms", "mo-1", answer()),), ())


def test_two_automatic_systems_do_not_answer_each_other_for_ever(database: Database) -> None:
    told(database, "patrol")

    for number in range(7):
        receive(database, sms("自动回复", f"mo-{number}"))
    at_once = len(said(database))
    receive(database, sms("自动回复", "mo-later"), NOW + timedelta(hours=1))

    assert (at_once, len(said(database))) == (5, 6)


def test_every_answer_that_does_something_is_confirmed_however_many_there_are(database: Database) -> None:
    for number in range(7):
        told(database, f"task-{number}")
        receive(database, sms(f"1 {number + 1:02d}", f"mo-{number}"))
        confirm(database, DONE, f"mo-{number}")

    assert len(said(database)) == 7


def test_answers_that_change_nothing_count_among_the_few(database: Database) -> None:
    told(database, "patrol")
    for number in range(7):
        receive(database, sms("1", f"mo-{number}"))
        confirm(database, Became(DONE.sentence, "it was recorded before"), f"mo-{number}")

    assert len(said(database)) == 5


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "已记录“收到”：01 巡堤查险"), ("en", "Recorded: received: 01 Levee patrol")]
)
def test_an_answer_is_confirmed_in_the_language_of_the_person(database: Database, language: str, words: str) -> None:
    told(database, "patrol", "巡堤查险" if language == "zh" else "Levee patrol", language=language)
    receive(database, sms("1"))
    confirm(database, DONE)

    assert as_read(said(database)[0]) == words


def test_a_confirmation_outlives_the_task_and_the_response(database: Database) -> None:
    told(database, "patrol")
    receive(database, sms("1"))
    confirm(database, DONE)

    with database.write() as connection:
        outbox.withdraw(connection, "R-1", NOW, "patrol")
        outbox.withdraw(connection, "R-1", NOW, "")

    assert [each.state for each in said(database)] == ["queued"]


def test_a_drill_is_confirmed_with_its_mark(database: Database) -> None:
    told(database, "patrol", response="D-1")
    receive(database, sms("1"))
    confirm(database, DONE)

    assert as_read(said(database, "D-1")[0]) == "【演练】已记录“收到”：01 巡堤查险【演练】"


def test_while_something_real_waits_the_drill_is_not_spoken_of(database: Database) -> None:
    told(database, "patrol", "巡堤查险", response="D-1")
    told(database, "levee", "转移群众", response="R-1")
    receive(database, sms("什么？"))

    assert said(database, "D-1") == []
    assert as_read(said(database, "R-1")[0]).endswith("：02 转移群众")


def test_a_list_of_drills_alone_is_marked_as_a_whole(database: Database) -> None:
    told(database, "patrol", response="D-1", language="en")
    receive(database, sms("what"))

    words = as_read(said(database, "D-1")[0])

    assert words.startswith("[EXERCISE] Not understood")
    assert words.endswith("[EXERCISE]")


def test_a_long_list_says_how_much_more_there_is(database: Database) -> None:
    for number in range(7):
        told(database, f"task-{number}", f"任务{number}")
    receive(database, sms("什么？"))

    assert as_read(said(database)[0]).endswith("05 任务4；另有 2 项")


def test_each_sentence_fits_into_one_variable_of_a_provider() -> None:
    how = say_back.how_to_answer([OpenCode("chen", None, 107, "R-1", "patrol")])

    assert max(len(each) for words in (how, say_back.NOTHING_OPEN) for each in (words.zh, words.en)) <= SMS_VARIABLE


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
