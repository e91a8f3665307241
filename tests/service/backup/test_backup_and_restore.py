"""A backup in the middle of a response is restored elsewhere and the response goes on: nothing is lost, nothing sent twice."""

import asyncio
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.errors import BrokenJournalError, FlowError
from flows.model.commands import AddNote, Tick
from notifications import outbox
from notifications.dispatcher import Dispatcher, DispatchSettings
from notifications.message import Outcome, Outgoing, Result
from notifications.states import State
from notifications.testing import FakeChannel, plain_links, plain_templates
from service.backup.bundle import make
from service.backup.errors import BackupError
from service.backup.restoring import restore
from service.desk.duty import Desk
from service.desk.verifying import every_verified
from service.folder import Folder
from service.wiring import Home
from store.copying import NotEmptyError
from store.kinds import Kind
from tests.service.field_bureau import APPROVER, OFFICER, FieldBureau

ROOT = Path(__file__).parents[3]


class Provider(FakeChannel):
    """Remembers what it got, whoever sent it; knows nothing of what never came."""

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:
        if any(each.delivery == message.delivery for each in self.received):
            return Outcome(Result.ACCEPTED, f"p-{message.delivery}")
        return Outcome(Result.FAILED_FOR_NOW)

    @property
    def times(self) -> Counter[str]:
        return Counter(each.delivery for each in self.received)


@pytest.fixture
def bureau(tmp_path: Path, each_database: str) -> Iterator[FieldBureau]:
    home = tmp_path / "home"
    home.mkdir()
    if (address := tmp_path / "postgresql-address").exists():
        address.rename(home / address.name)
    bureau = FieldBureau(home)
    bureau.flood()
    yield bureau
    bureau.home.database.close()


def dispatcher(home: Home, provider: Provider) -> Dispatcher:
    channels = dict.fromkeys(("sms", "wechat", "voice", "email"), provider)
    settings = DispatchSettings(alone=True, limits={})
    return Dispatcher(home.database, {Kind.REAL: channels}, home.clock, plain_templates, plain_links, settings)


def send_all(home: Home, provider: Provider) -> None:
    asyncio.run(dispatcher(home, provider).drain())


def restored(bureau: FieldBureau, file: Path, folder: Path, address: str = "") -> Home:
    restore(file, Folder(folder, address), bureau.clock)
    return Home(Folder(folder, address), bureau.clock)


def test_restored_response_goes_on_to_its_end_and_nobody_hears_anything_twice(bureau: FieldBureau, tmp_path: Path) -> None:
    provider = Provider()
    send_all(bureau.home, provider)
    bureau.clock.forward(timedelta(minutes=5))
    bureau.home.engine.submit(bureau.response, Tick())  # decided and queued, not yet sent
    make(bureau.home, tmp_path / "backup.tar")
    send_all(bureau.home, provider)  # the original goes on for a while, and is lost
    before = provider.times

    home = restored(bureau, tmp_path / "backup.tar", tmp_path / "elsewhere")
    send_all(home, provider)

    with home.database.read() as connection:
        views = outbox.deliveries(connection, bureau.response)
    assert provider.times == before
    assert all(times == 1 for times in provider.times.values())
    assert {view.state for view in views if view.id in before} <= {State.ACCEPTED, State.ANSWERED}
    _finish(home, bureau)
    assert [each.fault for each in every_verified(home.database)] == [""]
    home.database.close()


def _finish(home: Home, bureau: FieldBureau) -> None:
    """Everything that is still open is done, and the record closed."""
    desk, state = Desk(home), home.engine.head(bureau.response).state
    for each in state.assignments.unended:
        desk.complete(bureau.response, each.id, next(iter(each.told)), "test", {}, reason="恢复后补录")
    desk.stand_down(bureau.response, OFFICER, "test", "水退", APPROVER, although="恢复演练")
    desk.close(bureau.response, OFFICER, "test", "归档", "恢复演练")


def test_accepted_stays_accepted_and_what_was_queued_is_sent_if_the_provider_never_got_it(
    bureau: FieldBureau, tmp_path: Path
) -> None:
    provider = Provider()
    send_all(bureau.home, provider)
    bureau.clock.forward(timedelta(minutes=5))
    bureau.home.engine.submit(bureau.response, Tick())
    make(bureau.home, tmp_path / "backup.tar")  # and the original is lost at once

    found = restore(tmp_path / "backup.tar", Folder(tmp_path / "elsewhere"), bureau.clock)
    home = Home(Folder(tmp_path / "elsewhere"), bureau.clock)
    with home.database.read() as connection:
        doubtful = [view for view in outbox.deliveries(connection, bureau.response) if view.in_doubt]
    send_all(home, provider)  # asks
    bureau.clock.forward(timedelta(seconds=10))
    send_all(home, provider)  # and sends

    assert len(doubtful) == found.in_doubt > 0
    assert all(provider.times[view.id] == 1 for view in doubtful)
    home.database.close()


def test_open_responses_say_that_they_were_restored_and_from_when(bureau: FieldBureau, tmp_path: Path) -> None:
    make(bureau.home, tmp_path / "backup.tar.gz")

    home = restored(bureau, tmp_path / "backup.tar.gz", tmp_path / "elsewhere")

    before = bureau.home.engine.head(bureau.response)
    after = home.engine.head(bureau.response)
    assert (after.version, after.state) == (before.version + 1, before.state)
    home.database.close()


def test_evidence_plans_and_settings_come_along_and_secrets_do_not(bureau: FieldBureau, tmp_path: Path) -> None:
    folder = bureau.home.folder
    for path, text in (
        (folder.evidence / bureau.response / "a.jpg", "photo"),
        (folder.plans / "own.yaml", "plan"),
        (folder.settings, '[server]\nport = 8800\n[channels]\nsms = "smpp://u:SECRET@h"\n'),
        (folder.path / "keys" / "api-token", "SECRET"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    make(bureau.home, tmp_path / "backup.tar")
    make(bureau.home, tmp_path / "whole.tar", with_secrets=True)

    assert (tmp_path / "backup.tar").stat().st_mode & 0o777 == 0o600
    assert b"SECRET" not in (tmp_path / "backup.tar").read_bytes()
    home = restored(bureau, tmp_path / "backup.tar", tmp_path / "elsewhere")
    assert (home.folder.evidence / bureau.response / "a.jpg").read_text() == "photo"
    assert (home.folder.plans / "own.yaml").read_text() == "plan"
    assert home.settings.server.port == 8800
    home.database.close()
    restored(bureau, tmp_path / "whole.tar", tmp_path / "third").database.close()
    assert (tmp_path / "third" / "keys" / "api-token").read_text() == "SECRET"


@pytest.mark.slow
def test_backup_under_load_is_one_moment_of_the_database(bureau: FieldBureau, tmp_path: Path) -> None:
    """Made by the real command, while four writers write as fast as they can."""
    stop, written = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            bureau.home.engine.submit(bureau.response, AddNote(by=OFFICER, via="test", text="仍在写"))
            written[0] += 1

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        environment = {
            **os.environ,
            "TOCSIN_HOME": str(bureau.home.folder.path),
            "TOCSIN_DATABASE_URL": bureau.home.folder.database_url,
        }
        command = [sys.executable, "-m", "service", "backup", "--output", str(tmp_path / "backup.tar"), "--json"]
        before = written[0]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        during = written[0] - before
    finally:
        stop.set()
        for writer in writers:
            writer.join()

    home = restored(bureau, tmp_path / "backup.tar", tmp_path / "elsewhere")
    assert json.loads(done.stdout)["files"]
    assert during > 0
    assert [each.fault for each in every_verified(home.database)] == [""]
    assert home.engine.head(bureau.response).version <= bureau.home.engine.head(bureau.response).version
    home.database.close()


@pytest.mark.slow
def test_a_backup_fills_an_empty_server_and_only_an_empty_one(
    bureau: FieldBureau, tmp_path: Path, new_postgresql: Callable[[], str]
) -> None:
    make(bureau.home, tmp_path / "backup.tar")
    address = new_postgresql()

    home = restored(bureau, tmp_path / "backup.tar", tmp_path / "elsewhere", address)

    assert not home.folder.database.exists()
    assert home.engine.submit(bureau.response, AddNote(by=OFFICER, text="在服务器上继续")).events
    home.database.close()
    with pytest.raises(NotEmptyError):
        restore(tmp_path / "backup.tar", Folder(tmp_path / "third", address), bureau.clock)
    assert not (tmp_path / "third").exists()


def test_folder_that_is_not_empty_is_refused_and_left_alone(bureau: FieldBureau, tmp_path: Path) -> None:
    make(bureau.home, tmp_path / "backup.tar")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine").write_text("mine")

    with pytest.raises(BackupError, match="is not empty"):
        restore(tmp_path / "backup.tar", Folder(tmp_path / "used"), bureau.clock)

    assert [path.name for path in (tmp_path / "used").iterdir()] == ["mine"]


def test_a_backup_is_not_written_over_another(bureau: FieldBureau, tmp_path: Path) -> None:
    make(bureau.home, tmp_path / "backup.tar")

    with pytest.raises(BackupError, match="is there already"):
        make(bureau.home, tmp_path / "backup.tar")


def rewritten(file: Path, name: str, change: Callable[[bytes], bytes], *, under: str = "") -> Path:
    """The same archive with one file of it changed."""
    out = file.with_name("changed.tar")
    with tarfile.open(file) as tar, tarfile.open(out, "w") as other:
        for member in tar.getmembers():
            content = tar.extractfile(member).read()  # type: ignore[union-attr]  # only files are in it
            if member.name == name:
                content, member.name = change(content), under or member.name
                member.size = len(content)
            other.addfile(member, io.BytesIO(content))
    return out


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("tocsin.db", lambda content: content[:-4096], "damaged or altered"),
        ("manifest.json", lambda content: content.replace(b"tocsin-backup-1", b"tocsin-backup-9"), "of another form"),
        ("manifest.json", lambda content: content.replace(b'"tocsin.db"', b'"../../outside"'), "none of a data folder"),
        ("manifest.json", lambda content: content.replace(b'"tocsin.db"', b'"plans/absent"'), "has no database"),
        ("manifest.json", lambda _: b"{}", "has no manifest"),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_is_left_behind(
    bureau: FieldBureau, tmp_path: Path, name: str, change: Callable[[bytes], bytes], fault: str
) -> None:
    make(bureau.home, tmp_path / "backup.tar")

    with pytest.raises(BackupError, match=fault):
        restore(rewritten(tmp_path / "backup.tar", name, change), Folder(tmp_path / "elsewhere"), bureau.clock)

    assert not (tmp_path / "elsewhere").exists()


def test_no_archive_at_all_is_refused_in_words(bureau: FieldBureau, tmp_path: Path) -> None:
    (tmp_path / "other.tar").write_text("something else")

    with pytest.raises(BackupError, match="cannot be read as a backup"):
        restore(tmp_path / "other.tar", Folder(tmp_path / "elsewhere"), bureau.clock)


def test_backup_of_a_broken_journal_is_made_and_not_restored(bureau: FieldBureau, tmp_path: Path) -> None:
    table = "real_response"
    with bureau.home.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET hash = 'x'")
    make(bureau.home, tmp_path / "backup.tar")

    with pytest.raises((BrokenJournalError, FlowError)):
        restore(tmp_path / "backup.tar", Folder(tmp_path / "elsewhere"), bureau.clock)

    assert not (tmp_path / "elsewhere").exists()
