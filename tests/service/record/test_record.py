"""The record: whole from one file, in plain words, safe with hostile ones, and written even where it was altered."""

import asyncio
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from flows.errors import UnknownNameError
from flows.model.commands import AddNote
from flows.running import journal
from flows.running.tables import book_of
from flows.testing.night import Night, minutes
from notifications import outbox
from notifications.channels import registry
from notifications.dispatcher import Dispatcher
from notifications.sending import Channels
from notifications.tables import message_table
from service.record.page import render_record, write_record
from store.kinds import Kind
from tests.service.field_bureau import OFFICER, FieldBureau

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path)
    yield night
    night.database.close()


def record(bureau: FieldBureau) -> str:
    return render_record(bureau.home.engine, bureau.response, bureau.home.zone)


def words(page: str) -> str:
    """What a person reads, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.partition("</style>")[2])).split())


def section(page: str, heading: str) -> str:
    """From one heading to the next."""
    return words("</style>" + page[page.index(f"<h2>{heading}") :].split("<h2>")[1])


def body_of(bureau: FieldBureau, entry: int) -> str:
    table = book_of(bureau.response).entries
    with bureau.home.database.read() as connection:
        return str(connection.execute(select(table.c.body).where(table.c.entry == entry)).scalar_one())


def tamper(bureau: FieldBureau, statement: str, *values: object) -> None:
    """With the triggers out of the way, as somebody with the file in hands could do."""
    with closing(sqlite3.connect(bureau.home.folder.database)) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS real_entry_no_update")
        connection.execute("DROP TRIGGER IF EXISTS real_entry_no_delete")
        connection.execute(statement, values)


def rewrite(bureau: FieldBureau, entry: int, body: str) -> None:
    tamper(bureau, "UPDATE real_entry SET body = ? WHERE entry = ?", body, entry)


def test_the_head_says_what_was_opened_by_whom_and_on_what_grounds(bureau: FieldBureau) -> None:
    read = words(record(bureau))
    plan = bureau.home.engine.plan_of(bureau.home.engine.head(bureau.response))

    for expected in (
        bureau.response,
        "真实 real",
        f"防汛应急预案 Flood response plan ({plan.version}, {plan.owner}) {plan.digest}",
        "级别 level III",
        "状态 status 响应中 open",
        "地点 place 城东堤段",
        "2026-09-04 02:00:00 , 陈志远",
        "批准 approved by 梁文博",
        "flow >= large_flow",
        "3300 m3/s",
        "Asia/Shanghai",
    ):
        assert expected in read


def test_an_oral_approval_is_marked(bureau: FieldBureau) -> None:
    bureau.flood(incident="泾河洪水", oral=True)

    assert "批准 approved by 梁文博（口头 oral）" in words(record(bureau))


def test_a_closed_response_says_when_it_was_closed(bureau: FieldBureau) -> None:
    bureau.clock.forward(timedelta(hours=30))
    bureau.closed()

    read = words(record(bureau))

    assert "状态 status 已归档 closed" in read
    assert "归档 closed 2026-09-05 08:00:00" in read


def test_a_drill_is_marked_at_both_ends_and_in_the_title_and_a_real_record_nowhere(bureau: FieldBureau) -> None:
    real = record(bureau)
    bureau.drill()
    drill = record(bureau)

    assert "演练" not in real
    assert "<title>【演练】EXERCISE " in drill
    assert drill.count('<p class="drill">') == 2
    assert "【演练】 EXERCISE" in words(drill)


def test_the_timeline_tells_every_entry_in_chinese_and_english(bureau: FieldBureau) -> None:
    bureau.desk.acknowledge(bureau.response, "verify.1", OFFICER, "test")

    timeline = section(record(bureau), "时间线")

    assert "陈志远启动III级响应：渭河洪水（城东堤段），梁文博批准" in timeline
    assert "opened the response at level III" in timeline
    assert "接收并核实水情险情信息：陈志远收到" in timeline
    assert "acknowledged" in timeline
    assert record(bureau).count("<details>") == len(bureau.history())


def test_an_answer_written_down_later_says_when(bureau: FieldBureau) -> None:
    at = bureau.clock.now() + timedelta(minutes=1)
    bureau.clock.forward(timedelta(minutes=4))
    bureau.desk.acknowledge(bureau.response, "verify.1", OFFICER, "test", at)

    assert "2026-09-04 02:01:00 补录 entered 2026-09-04 02:04:00" in section(record(bureau), "时间线")


def test_a_step_that_fired_late_is_marked(bureau: FieldBureau) -> None:
    bureau.clock.forward(timedelta(minutes=4))
    bureau.home.engine.tick(bureau.response)

    assert "迟 late" in section(record(bureau), "时间线")


def test_a_task_shows_its_people_its_times_its_evidence_and_what_is_missing(bureau: FieldBureau) -> None:
    bureau.clock.forward(timedelta(minutes=1))
    bureau.desk.acknowledge(bureau.response, "verify.1", OFFICER, "test")
    bureau.clock.forward(timedelta(minutes=2, seconds=5))
    evidence = {"source": "巡堤员电话", "received": "2026-09-04T02:01+08:00"}
    bureau.desk.complete(bureau.response, "verify.1", OFFICER, "test", evidence, "no signal")

    tasks = section(record(bureau), "任务")

    assert "F01 接收并核实水情险情信息" in tasks
    assert "陈志远 2026-09-04 02:00:00 +1:00 +3:05 已办结 done" in tasks
    assert "信息来源: 巡堤员电话" in tasks
    assert "缺 missing: 地点（桩号）" in tasks


def test_late_answers_and_late_work_are_marked_on_the_task(night: Night) -> None:
    night.activate()
    night.forward(minutes(45))

    tasks = section(render_record(night.engine, night.response, ZONE), "任务")

    assert "确认超时 not acknowledged in time" in tasks
    assert "办结超时 not done in time" in tasks


def test_yes_and_no_are_words(bureau: FieldBureau) -> None:
    patrol = bureau.patrolled()
    bureau.desk.complete(bureau.response, patrol, bureau.called(patrol)[0], "test", {"clear": "false"}, "later")

    assert "未见异常: 否 no" in section(record(bureau), "任务")


def test_deliveries_name_person_channel_and_state_and_no_telephone_number(bureau: FieldBureau) -> None:
    with bureau.home.database.write() as connection:
        (sms,) = [each for each in outbox.deliveries(connection, bureau.response) if each.channel == "sms"]
        changed = {
            "state": "unknown",
            "in_doubt": True,
            "accepted_at": bureau.clock.now(),
            "detail": f"no answer for {sms.address}",
            "provider_id": "biz-7",
        }
        table = message_table(Kind.REAL)
        connection.execute(update(table).where(table.c.id == sms.id).values(**changed))

    page = record(bureau)
    deliveries = section(page, "通知")

    assert "短信 SMS 结果不明 unknown 存疑 in doubt no answer for …" in deliveries
    assert "网关已收 09-04 02:00:00" in deliveries
    assert "biz-7" in deliveries
    assert "1 待发 queued" in deliveries
    for person in bureau.home.duty().people.values():
        for channel, address in person.addresses.items():
            if channel in ("sms", "voice"):
                assert address not in page


def test_the_chain_can_be_checked_from_the_file_alone(bureau: FieldBureau) -> None:
    bureau.desk.note(bureau.response, OFFICER, "test", 'quotes " and <tags> & \\ and 中文\n')
    bureau.patrolled()

    page = record(bureau)
    hashes = re.findall(r'<span class="en hash">(\w{64})</span>', page)
    moments = re.findall(r'<p class="mono recorded">([^<]*)</p>', page)
    bodies = re.findall(r'<pre class="body">([^<]*)</pre>', page)

    before = hashlib.sha256(bureau.response.encode()).hexdigest()
    assert len(hashes) == len(bureau.history())
    for number, (moment, body, expected) in enumerate(zip(moments, bodies, hashes, strict=True), 1):
        covered = [before, number, unescape(moment), unescape(body)]
        before = hashlib.sha256(json.dumps(covered, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
        assert before == expected
    assert f"记录链完整 the chain is whole: {len(hashes)} 条 entries, {before}" in words(page)


def test_an_altered_entry_is_named_and_the_rest_is_still_told(bureau: FieldBureau) -> None:
    rewrite(bureau, 3, body_of(bureau, 3).replace(OFFICER, "someone"))

    page = record(bureau)

    assert '<p class="broken" role="alert">' in page
    assert "记录链断裂 the chain is broken" in words(page)
    assert "journal entry 3" in words(page)
    assert "the chain is whole" not in words(page)
    assert "陈志远启动III级响应" in section(page, "时间线")


@pytest.mark.parametrize(
    "body",
    [
        "not JSON at all <b>",
        '{"kind":"never_heard_of"}',
        '{"kind":"task_withdrawn","at":"2026-09-03T18:00:00Z","assignment":"nothing.1","reason":"x"}',
    ],
)
def test_an_entry_that_makes_no_sense_is_shown_as_it_is(bureau: FieldBureau, body: str) -> None:
    rewrite(bureau, 2, body)

    page = record(bureau)

    assert "journal entry 2" in words(page)
    assert "此条无法读出" in section(page, "时间线")
    assert body in unescape(page)


def test_a_missing_entry_is_named(bureau: FieldBureau) -> None:
    tamper(bureau, "DELETE FROM real_entry WHERE entry = 1")

    read = words(record(bureau))

    assert "the chain is broken" in read
    assert "journal entry 1" in read


def test_a_chain_written_anew_with_fitting_hashes_is_still_found(bureau: FieldBureau) -> None:
    body = '{"kind":"never_heard_of"}'
    with bureau.home.database.read() as connection:
        first = next(journal.entries(connection, bureau.response))
    rewrite(bureau, 1, body)
    fitting = journal.chained(journal.genesis(bureau.response), 1, first.recorded_at, body)
    tamper(bureau, "UPDATE real_entry SET hash = ? WHERE entry = 1", fitting)

    assert "no event that this version knows" in words(record(bureau))


HOSTILE = '</pre></details><script>alert("x")</script><img src=x onerror=alert(1)>'


def test_hostile_words_stay_words(bureau: FieldBureau) -> None:
    bureau.flood(incident=HOSTILE)
    bureau.home.engine.submit(bureau.response, AddNote(by=OFFICER, text=HOSTILE))
    bureau.desk.decline(bureau.response, "verify.1", OFFICER, "test", HOSTILE)

    page = record(bureau)

    assert "<script" not in page
    assert "<img" not in page
    assert page.count("</pre>") == len(bureau.history())
    assert "&lt;script&gt;" in page


def test_the_file_asks_for_nothing_from_outside(bureau: FieldBureau, tmp_path: Path) -> None:
    output = tmp_path / "record.html"

    write_record(bureau.home.engine, bureau.response, bureau.home.zone, output)

    page = output.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    for outside in ("http:", "https:", "src=", "href=", "<script", "<link", "url(", "@import"):
        assert outside not in page


def test_a_response_that_does_not_exist_has_no_record(bureau: FieldBureau, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="R-000000-000000"):
        write_record(bureau.home.engine, "R-000000-000000", bureau.home.zone, tmp_path / "record.html")

    assert list(tmp_path.glob("*.html")) == []


def test_names_come_from_the_record_itself_which_outlives_the_directory(bureau: FieldBureau) -> None:
    before = words(record(bureau))
    bureau.clock.forward(timedelta(minutes=9))
    bureau.home.engine.tick(bureau.response)

    called = bureau.called("verify.1")
    leader = bureau.task().told[called[-1]]
    page = words(record(bureau))

    assert "批准 approved by 梁文博" in before
    assert leader.name not in before
    assert leader.name in page


def test_what_was_only_written_to_a_file_is_not_said_to_be_sent(bureau: FieldBureau) -> None:
    channels = dict.fromkeys(Kind, registry.build(bureau.home.settings.channel_urls(), bureau.home.folder.path))
    asyncio.run(_dispatched(bureau, channels))

    deliveries = section(record(bureau), "通知 Deliveries")

    assert "只写入文件，未发出 only written to a file, not sent" in deliveries
    assert "only written to sms.jsonl in the data folder, sent to nobody" in deliveries
    assert "网关已收" not in deliveries


async def _dispatched(bureau: FieldBureau, channels: Channels) -> None:
    home = bureau.home
    await Dispatcher(home.database, channels, home.clock, home.template, home.link_for).drain()
