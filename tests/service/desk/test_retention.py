"""After the time that the bureau has set, people are gone from a closed response, and its record still holds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from flows.model.events import Closed
from flows.model.state import evolve
from flows.running import journal, rebuilding
from notifications import outbox
from service.desk.retention_desk import Erasure, keep_rule, look
from service.desk.retention_words import lines
from service.record.page import render_record
from service.settings import Retention, read_settings
from service.settings_faults import SettingsError
from service.wiring import Home
from tests.service.field_bureau import OFFICER, FieldBureau

RULE = '[retention]\npersonal_data = "180 d"\nevidence = "365 d"\n'


@pytest.fixture
def bureau(tmp_path: Path, each_database: str) -> Iterator[FieldBureau]:
    home = tmp_path / "home"
    home.mkdir()
    if (address := tmp_path / "postgresql-address").exists():
        address.rename(home / address.name)
    (home / "tocsin.toml").write_text(RULE)
    bureau = FieldBureau(home)
    bureau.flood()
    photo = bureau.home.folder.evidence / bureau.response / "a.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"photo")
    yield bureau
    bureau.home.database.close()


def people_in(home: Home) -> set[str]:
    """Whoever was told, by name or number, wherever the database has them outside the directory."""
    wanted = {each.name for each in home.duty().people.values()}
    wanted |= {address for each in home.duty().people.values() for address in each.addresses.values() if address.isdigit()}
    found = set[str]()
    with home.database.read() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if table.name in ("person", "shift", "plan_version"):
                continue
            rows = "\n".join(str(tuple(row)) for row in connection.execute(select(table)))
            found |= {each for each in wanted if each in rows}
    return found


def close_and_wait(bureau: FieldBureau, days: int) -> None:
    """The record is closed, whatever its plan asks of whoever closes it."""
    now = bureau.clock.now()
    with bureau.home.database.write() as connection:
        head, closed = journal.load(connection, bureau.response), Closed(at=now, by=OFFICER, reason="归档")
        journal.append(connection, head, [closed], evolve(head.state, closed), now)
        rebuilding.rebuild(connection, bureau.response)
    bureau.clock.forward(timedelta(days=days))


def test_people_are_gone_and_the_record_still_verifies_and_reads(bureau: FieldBureau) -> None:
    close_and_wait(bureau, 181)
    assert people_in(bureau.home)

    keep_rule(bureau.home)

    assert people_in(bureau.home) == set()
    with bureau.home.database.read() as connection:
        assert journal.verify(connection, bureau.response)
        assert rebuilding.differences(connection, bureau.response) == []
        states = [each.state for each in outbox.deliveries(connection, bureau.response)]
    record = render_record(bureau.home.engine, bureau.response, bureau.home.zone)
    assert states
    assert "chenzhiyuan" in record
    assert "按保存期限" in record


def test_nothing_goes_before_its_time_nor_from_an_open_response(bureau: FieldBureau) -> None:
    bureau.clock.forward(timedelta(days=400))
    assert keep_rule(bureau.home) == []

    close_and_wait(bureau, 179)

    assert keep_rule(bureau.home) == []


def test_evidence_goes_by_its_own_rule(bureau: FieldBureau) -> None:
    folder = bureau.home.folder.evidence / bureau.response
    close_and_wait(bureau, 200)
    assert {each.files for each in keep_rule(bureau.home)} == {0}
    assert folder.exists()

    bureau.clock.forward(timedelta(days=200))

    assert [each.files for each in keep_rule(bureau.home)] == [1]
    assert not folder.exists()


def test_a_dry_run_says_what_the_real_one_does_and_the_second_finds_nothing(bureau: FieldBureau) -> None:
    close_and_wait(bureau, 366)

    shown = look(bureau.home)

    assert keep_rule(bureau.home) == shown != []
    assert look(bureau.home) == []
    assert keep_rule(bureau.home) == []


def test_without_a_rule_everything_is_kept(bureau: FieldBureau) -> None:
    bureau.home.folder.settings.write_text("")
    close_and_wait(bureau, 4000)

    assert keep_rule(Home(bureau.home.folder, bureau.clock)) == []
    assert "nothing is erased" in next(lines([], Retention(), dry_run=True)).en


def test_both_languages_say_what_goes() -> None:
    (line,) = lines([Erasure("R-1", 3, 4, 5, 6)], Retention(personal_data="1 d"), dry_run=True)

    assert line.zh == "R-1：将清除姓名 3、消息 4、回复 5、文件 6"
    assert line.en == "R-1: would be erased: 3 names, 4 messages, 5 replies, 6 files"


@pytest.mark.parametrize("written", ["180", '"soon"', '"0 d"'])
def test_a_rule_that_is_no_length_of_time_is_refused_in_words(tmp_path: Path, written: str) -> None:
    (tmp_path / "tocsin.toml").write_text(f"[retention]\npersonal_data = {written}\n")

    with pytest.raises(SettingsError, match="expected a number of days"):
        read_settings(tmp_path / "tocsin.toml")
