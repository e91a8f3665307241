"""What the doctor says is wrong, where, and how to mend it: with and without a service, and with hardly anything left to ask."""

import json
import os
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.backup.bundle import make
from service.folder import Folder
from service.notify.findings import Finding, Verdict
from service.settings import read_settings
from service.watch.checks import ground, skew, work, written
from service.watch.checks.record import record
from service.watch.doctor import examined, exit_code
from service.wiring import Home
from store.clock import RealClock
from tests.service.field_bureau import OFFICER, FieldBureau
from tests.service.notify_bureau import bureau_with

ROOT = Path(__file__).parents[3]
NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)


def about(findings: list[Finding], name: str) -> Finding:
    return next(each for each in findings if each.about == name)


def everything(home: Home) -> list[Finding]:
    return list(examined(home, lambda _: None))


def test_every_part_is_looked_at_and_each_fault_says_how_to_mend_it(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()

    found = everything(bureau.home)

    parts = {each.about for each in found}
    assert {"database", "clocks", "proposals", "replies", "sms", "service", "outbox", "record", "disk", "backup"} <= parts
    assert {"prefect", "watchdog", "heartbeat", "plans", "clock"} <= parts
    assert [each.about for each in found if each.verdict in (Verdict.FAULT, Verdict.WARNING) and not each.remedy] == []


def test_a_clock_that_nobody_fires_is_a_fault_of_its_response(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    on_time = list(work.clocks(bureau.home))
    bureau.clock.forward(timedelta(minutes=20))

    (late,) = work.clocks(bureau.home)

    assert [each.verdict for each in on_time] == [Verdict.GOOD]
    assert (late.verdict, late.about) == (Verdict.FAULT, bureau.response)
    assert "min late: nobody drives it" in late.what.en


@pytest.mark.usefixtures("each_database")
def test_a_chain_that_somebody_has_broken_is_a_fault_and_the_others_are_verified_all_the_same(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood("渭河洪水")
    whole = bureau.response
    bureau.flood("清姜河洪水")
    progress: list[str] = []
    drop = "DROP TRIGGER real_entry_no_update"
    with bureau.home.database.write() as connection:
        if not bureau.home.database.is_of_one_machine:
            drop = f"{drop} ON real_entry"
        connection.execute(text(drop))
        connection.execute(text("UPDATE real_entry SET body = '{}' WHERE response = :r AND entry = 2"), {"r": bureau.response})

    (broken,) = record(bureau.home, lambda what: progress.append(what.en))

    assert (broken.verdict, broken.about) == (Verdict.FAULT, bureau.response)
    assert "entry 2" in broken.what.en
    assert broken.remedy
    assert "change nothing" in broken.remedy.en
    assert [each.partition(" (")[0] for each in progress] == [f"verifying {whole}", f"verifying {bureau.response}"]


def test_what_is_beside_a_whole_chain_and_does_not_follow_from_it_is_said(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    with bureau.home.database.write() as connection:
        connection.execute(text("DELETE FROM real_clock"))

    (found,) = record(bureau.home, lambda _: None)

    assert found.verdict is Verdict.FAULT
    assert found.remedy
    assert found.remedy.en == f"run: tocsin response rebuild {bureau.response}"


def test_a_locked_database_is_a_fault_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    other = sqlite3.connect(bureau.home.folder.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    found = everything(bureau.home)
    other.close()

    assert about(found, "database").verdict is Verdict.FAULT
    assert "locked by another process" in about(found, "database").what.en
    assert about(found, "record").verdict is Verdict.GOOD


def test_a_database_that_is_none_hides_nothing_that_can_be_known_without_it(tmp_path: Path) -> None:
    (tmp_path / "tocsin.db").write_bytes(b"this is no database" * 100)

    found = everything(Home(Folder(tmp_path)))

    assert found[0].verdict is Verdict.FAULT
    assert "file is not a database" in found[0].what.en
    assert {"disk", "plans", "clock"} <= {each.about for each in found}


def test_settings_that_cannot_be_read_are_said_with_every_fault(tmp_path: Path) -> None:
    (tmp_path / "tocsin.toml").write_text("[watchdg]\n", "utf-8")

    (found,) = everything(Home(Folder(tmp_path)))

    assert (found.verdict, found.about) == (Verdict.FAULT, "tocsin.toml")
    assert "did you mean 'watchdog'?" in found.what.en


def test_a_plan_that_does_not_check_and_sources_that_cannot_be_read_are_faults(tmp_path: Path) -> None:
    home = bureau_with(tmp_path, "")
    home.folder.plans.mkdir()
    (home.folder.plans / "ours.yaml").write_text("plan: ours\n", "utf-8")
    home.folder.alert_sources.write_text("[[", "utf-8")

    (plan, *_), (source,) = list(written.plans(home)), list(written.alert_sources(home))

    assert (plan.verdict, source.verdict) == (Verdict.FAULT, Verdict.FAULT)
    assert "ours.yaml" in plan.what.en


def test_a_watchdog_that_would_reach_nobody_is_a_fault_and_one_that_would_is_named(tmp_path: Path) -> None:
    settings = f'[watchdog]\ntell = ["{OFFICER}"]\nchannel = "email"\ngateway = "json://127.0.0.1:9"\n'
    (tmp_path / "a").mkdir()
    mute, heard = bureau_with(tmp_path, settings, without=("email",)), bureau_with(tmp_path / "a", settings)

    (nobody, _), (somebody, gateway, _) = list(written.watchdog(mute)), list(written.watchdog(heard))

    assert (nobody.verdict, somebody.verdict) == (Verdict.FAULT, Verdict.GOOD)
    assert somebody.what.en == "it would tell 陈志远"
    assert (gateway.about, gateway.verdict) == ("watchdog gateway, email json", Verdict.FAULT)
    assert "it cannot be reached" in gateway.what.en


def test_a_backup_is_missed_until_it_is_made_and_again_after_a_week(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path / "bureau")
    (before,) = ground.backup(bureau.home)
    make(bureau.home, tmp_path / "night.tar")
    (made,) = ground.backup(bureau.home)
    bureau.clock.forward(timedelta(days=8))
    (old,) = ground.backup(bureau.home)

    assert [each.verdict for each in (before, made, old)] == [Verdict.WARNING, Verdict.GOOD, Verdict.WARNING]
    assert old.what.en == "the last one was made 8 days ago"


@contextmanager
def ntp(ahead: timedelta, stratum: int = 2) -> Iterator[str]:
    """A clock on the network, as RFC 5905 has it answer."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))

    def answer() -> None:
        _, asker = line.recvfrom(512)
        seconds = (RealClock().now() + ahead - NTP_EPOCH).total_seconds()
        stamp = struct.pack("!II", int(seconds), int(seconds % 1 * 2**32))
        line.sendto(bytes([0x24, stratum, 6, 0xEC]) + bytes(12) + stamp * 4, asker)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield f"ntp://127.0.0.1:{line.getsockname()[1]}"
    thread.join(5)
    line.close()


@pytest.mark.parametrize(
    ("ahead", "verdict", "said"),
    [
        (timedelta(0), Verdict.GOOD, "0.0 s"),
        (timedelta(seconds=5), Verdict.WARNING, "5.0 s behind"),
        (timedelta(hours=-1), Verdict.FAULT, "3600.0 s ahead"),
    ],
)
def test_a_clock_is_compared_with_one_of_the_network(tmp_path: Path, ahead: timedelta, verdict: Verdict, said: str) -> None:
    with ntp(ahead) as url:
        home = bureau_with(tmp_path, f'[doctor]\ntime = "{url}"\n')

        (found,) = skew.outside_clock(home)

    assert found.verdict is verdict
    assert said in found.what.en


def test_a_clock_that_is_not_set_itself_or_does_not_answer_is_honestly_not_compared_with(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with ntp(timedelta(0), stratum=16) as url:
        (unset,) = skew.outside_clock(bureau_with(tmp_path, f'[doctor]\ntime = "{url}"\n'))
    (dead,) = skew.outside_clock(bureau_with(tmp_path / "a", '[doctor]\ntime = "http://127.0.0.1:9"\n'))

    assert (unset.verdict, dead.verdict) == (Verdict.UNPROVEN, Verdict.UNPROVEN)
    assert "not compared" in dead.what.en


@pytest.mark.slow
def test_the_clock_of_a_postgresql_server_is_compared_with_ours(tmp_path: Path, new_postgresql: Callable[[], str]) -> None:
    home = Home(Folder(tmp_path, new_postgresql()))

    (found,) = skew.database_clock(home)

    assert (found.verdict, found.about) == (Verdict.GOOD, "clock of the database")


def test_the_exit_code_is_that_of_the_worst_finding() -> None:
    def codes(*verdicts: Verdict) -> int:
        return exit_code(Finding(each, "", written.Text("", "")) for each in verdicts)

    assert codes(Verdict.GOOD, Verdict.UNPROVEN) == 0
    assert codes(Verdict.GOOD, Verdict.WARNING) == 1
    assert codes(Verdict.WARNING, Verdict.FAULT, Verdict.GOOD) == 2


def test_the_command_says_it_in_both_languages_and_in_json(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    assert read_settings(bureau.home.folder.settings)

    def said(*options: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "TOCSIN_HOME": str(tmp_path), "TOCSIN_DATABASE_URL": ""}
        command = [sys.executable, "-m", "service", "doctor", *options]
        return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)

    english, chinese, machine = said(), said("--lang", "zh"), said("--json")

    assert "good  disk:" in english.stdout
    assert "正常  disk:" in chinese.stdout
    found = json.loads(machine.stdout)
    assert {each.returncode for each in (english, chinese, machine)} == {2}
    assert found["verdict"] == "fault"
    assert {"verdict", "about", "what", "remedy"} == found["findings"][0].keys()
    assert english.stderr == ""
