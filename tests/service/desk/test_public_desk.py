"""The public is told behind everybody on duty, each phone once, and the record says who stood for the words."""

import asyncio
from pathlib import Path

import pytest

from flows.errors import FactValueError, NotAuthorisedError
from flows.running import journal
from notifications import outbox
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.message import Priority
from notifications.states import State
from notifications.testing import FakeBatchChannel
from resources.errors import RosterFaultsError
from service.desk.public_desk import PublicDesk, read_notice
from service.record.page import render_record
from store.kinds import Kind
from tests.service.field_bureau import APPROVER, OFFICER, FieldBureau

_words = "渭河水位上涨，河滩人员立即撤离。"


def _list(count: int) -> bytes:
    return "\n".join(["手机,姓名,语言", *(f"139{number:08d},村民{number}," for number in range(count))]).encode()


@pytest.fixture
def bureau(tmp_path: Path) -> FieldBureau:
    return FieldBureau(tmp_path)


def test_every_phone_is_told_once_in_batches_and_after_those_on_duty(bureau: FieldBureau) -> None:
    response = bureau.flood().response
    notice = read_notice(_words, "河滩", "list.csv", _list(1200) + b"\n13900000000,\n")

    queued = PublicDesk(bureau.home).tell(response, notice, OFFICER, "cli", APPROVER)
    channel = FakeBatchChannel()
    asyncio.run(_dispatched(bureau, channel))

    assert queued == {State.QUEUED: 1200}
    assert PublicDesk(bureau.home).told(response) == {notice.step: {State.ACCEPTED: 1200}}
    assert [size for size in channel.requests if size > 1] == [100] * 12
    public = [place for place, message in enumerate(channel.received) if message.address.startswith("139")]
    assert len({channel.received[place].address for place in public}) == 1200
    assert public[0] == len(channel.received) - 1200
    assert _words in channel.received[-1].short


def test_said_again_it_goes_on_and_tells_nobody_twice(bureau: FieldBureau) -> None:
    response = bureau.flood().response
    desk = PublicDesk(bureau.home)
    notice = read_notice(_words, "河滩", "list.csv", _list(700))
    desk.tell(response, notice, OFFICER, "cli", APPROVER)
    asyncio.run(_dispatched(bureau, channel := FakeBatchChannel()))
    _forget_last(bureau, response, 200)

    again = desk.tell(response, notice, OFFICER, "cli", APPROVER)

    assert again == {State.ACCEPTED: 500, State.QUEUED: 200}
    assert len([message for message in channel.received if message.address.startswith("139")]) == 700
    with bureau.home.database.read() as connection:
        told = [each for each in journal.entries(connection, response) if each.event.kind == "public_told"]
    assert len(told) == 1


def test_the_record_says_who_told_how_many_and_who_approved(bureau: FieldBureau) -> None:
    response = bureau.flood().response
    PublicDesk(bureau.home).tell(response, read_notice(_words, "河滩", "list.csv", _list(3)), OFFICER, "cli", APPROVER)

    record = render_record(bureau.home.engine, response, bureau.home.zone)

    assert f"名单“河滩”3人：{_words}" in record
    assert "13900000001" not in record


def test_the_words_take_somebody_who_may_approve_the_level(bureau: FieldBureau) -> None:
    response = bureau.flood().response
    notice = read_notice(_words, "河滩", "list.csv", _list(3))

    with pytest.raises(NotAuthorisedError, match="may not tell the public"):
        PublicDesk(bureau.home).tell(response, notice, OFFICER, "cli")

    assert PublicDesk(bureau.home).told(response) == {}


def test_a_list_with_a_wrong_phone_tells_nobody() -> None:
    with pytest.raises(RosterFaultsError, match=r"list.csv:3:手机: '123' is no phone number"):
        read_notice(_words, "河滩", "list.csv", "手机\n13900000001\n123\n".encode())
    with pytest.raises(FactValueError, match="what the public is to know"):
        read_notice(" ", "河滩", "list.csv", _list(1))


async def _dispatched(bureau: FieldBureau, channel: FakeBatchChannel) -> None:
    home = bureau.home
    kinds = dict.fromkeys(("sms", "wechat", "voice", "email"), channel)
    settings = DispatchSettings(alone=True)
    await Dispatcher(home.database, dict.fromkeys(Kind, kinds), home.clock, home.template, home.link_for, settings).drain()


def _forget_last(bureau: FieldBureau, response: str, count: int) -> None:
    """As if the process had died before the last rows were written."""
    table = outbox.message_table(Kind.of(response))
    with bureau.home.database.write() as connection:
        last = table.select().where(table.c.priority == int(Priority.MASS)).order_by(table.c.id).limit(count)
        gone = [row.id for row in connection.execute(last)]
        connection.execute(table.delete().where(table.c.id.in_(gone)))
