"""What `tocsin response` and `tocsin task` show a person: the bureau's own time, in which it is tomorrow already."""

import asyncio
import re

import pytest
from typer import Typer
from typer.testing import CliRunner

from notifications.channels import registry
from notifications.dispatcher import Dispatcher
from service.cli import response, task
from store.kinds import Kind
from tests.service.field_bureau import OFFICER, FieldBureau


class Terminal:
    """At the bureau's data folder; a wide one unless it is said."""

    def __init__(self, bureau: FieldBureau, columns: str = "200") -> None:
        self.response = bureau.response
        self._runner = CliRunner(env={"TOCSIN_HOME": str(bureau.home.folder.path), "COLUMNS": columns})

    def ran(self, app: Typer, *words: str) -> str:
        return self._runner.invoke(app, list(words), catch_exceptions=False).stdout


@pytest.fixture
def terminal(bureau: FieldBureau) -> Terminal:
    return Terminal(bureau)


def test_a_response_is_shown_in_the_bureaus_time_and_says_which_that_is(terminal: Terminal) -> None:
    shown = terminal.ran(response.app, "show", terminal.response)

    assert "opened 2026-09-04 02:00:00 (Asia/Shanghai)" in shown
    assert "2026-09-04 02:10:00" in shown, "the task is due in the bureau's time too"
    assert "2026-09-03" not in shown


@pytest.mark.parametrize("words", [("show",), ("show", "--lang", "zh"), ("show", "--lang", "en"), ("list",)], ids=" ".join)
def test_narrow_terminal_folds_titles_and_never_the_names_that_commands_take(bureau: FieldBureau, words: tuple[str, ...]) -> None:
    bureau.desk.complete(bureau.response, "verify.1", OFFICER, "test", {}, "by phone")
    narrow = Terminal(bureau, columns="80")

    shown = narrow.ran(task.app if words == ("list",) else response.app, words[0], narrow.response, *words[1:])

    assignments = bureau.home.engine.head(bureau.response).state.assignments
    assert any(len(name) > len("verify.1") for name in assignments)
    assert [name for name in assignments if name not in shown] == []
    assert "…" not in shown


def test_messages_that_reached_nobody_are_not_counted_as_accepted(bureau: FieldBureau, terminal: Terminal) -> None:
    home = bureau.home
    channels = dict.fromkeys(Kind, registry.build(home.settings.channel_urls(), home.folder.path))
    asyncio.run(Dispatcher(home.database, channels, home.clock, home.template, home.link_for).drain())

    shown = terminal.ran(response.app, "show", terminal.response)

    assert "only written to a file (no gateway, sent to nobody)" in shown
    assert "accepted" not in shown.rpartition("messages: ")[2]


def test_the_list_of_responses_is_in_the_same_time(terminal: Terminal) -> None:
    shown = terminal.ran(response.app, "list")

    assert "III  open        2026-09-04 02:00:00  渭河洪水" in shown


def test_the_tasks_alone_are_shown_in_the_same_time(terminal: Terminal) -> None:
    shown = terminal.ran(task.app, "list", terminal.response)

    assert "verify.1" in shown
    assert "2026-09-04 02:10:00" in shown


def test_the_journal_is_shown_in_the_same_time(terminal: Terminal) -> None:
    shown = terminal.ran(response.app, "journal", terminal.response)

    assert shown.splitlines()[0].startswith("   1  2026-09-04 02:00:00  response_opened")


def test_the_zone_is_the_one_that_the_bureau_sets(bureau: FieldBureau, terminal: Terminal) -> None:
    bureau.home.folder.settings.write_text('zone = "Asia/Urumqi"\n', "utf-8")

    assert "opened 2026-09-04 00:00:00 (Asia/Urumqi)" in terminal.ran(response.app, "show", terminal.response)


def test_programs_are_told_the_time_in_utc_as_before(terminal: Terminal) -> None:
    assert '"opened_at": "2026-09-03T18:00:00+00:00"' in terminal.ran(response.app, "show", terminal.response, "--json")


@pytest.mark.parametrize("width", [60, 80])
def test_names_and_dates_stay_whole_on_a_narrow_terminal(bureau: FieldBureau, width: int) -> None:
    shown = Terminal(bureau, str(width)).ran(response.app, "show", bureau.response)

    assert max(len(line) for line in shown.splitlines()) <= width
    for whole in (OFFICER, "2026-09-04", "verify.1"):
        assert re.search(rf"(^|\s){whole}(\s|$)", shown, re.MULTILINE), shown
