"""The embedded default: every message is a line, nothing leaves the machine."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from notifications.channels.console import ConsoleChannel
from notifications.channels.file import FileChannel
from notifications.channels.registry import build, stays_here
from notifications.message import WRITTEN_TO_FILE, Outgoing, Result
from store.clock import RealClock
from store.kinds import Kind

pytestmark = pytest.mark.anyio
Make = Callable[..., Outgoing]


async def test_each_message_is_a_line_that_says_whether_it_is_a_drill(tmp_path: Path, message: Make) -> None:
    channel = FileChannel("voice", tmp_path / "data" / "voice.jsonl")

    await channel.deliver(message())
    await channel.deliver(message(delivery="d-0002", kind=Kind.DRILL))

    lines = [json.loads(line) for line in (tmp_path / "data" / "voice.jsonl").read_text().splitlines()]
    assert [(line["channel"], line["delivery"], line["kind"]) for line in lines] == [
        ("voice", "d-0001", "real"),
        ("voice", "d-0002", "drill"),
    ]


async def test_the_file_is_for_its_owner_alone(tmp_path: Path, message: Make) -> None:
    await FileChannel("sms", tmp_path / "sms.jsonl").deliver(message())

    assert (tmp_path / "sms.jsonl").stat().st_mode & 0o777 == 0o600


async def test_a_line_that_was_cut_off_counts_as_not_written_and_spoils_no_other(tmp_path: Path, message: Make) -> None:
    path = tmp_path / "sms.jsonl"
    path.write_text('{"channel": "sms", "delivery": "d-torn", "ki')
    channel = FileChannel("sms", path)

    await channel.deliver(message())

    torn = await channel.look_up(message(delivery="d-torn"), RealClock().now())
    whole = await channel.look_up(message(), RealClock().now())
    assert torn is not None
    assert whole is not None
    assert (torn.result, whole.result) == (Result.FAILED_FOR_NOW, Result.ACCEPTED)


async def test_a_folder_that_cannot_be_written_is_said_and_not_raised(tmp_path: Path, message: Make) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")

    outcome = await FileChannel("sms", tmp_path / "taken" / "sms.jsonl").deliver(message())

    assert outcome.result is Result.PROVIDER_DOWN
    assert "taken" in outcome.detail


async def test_what_was_only_written_down_is_not_taken_for_sent(tmp_path: Path, message: Make) -> None:
    channel = FileChannel("sms", tmp_path / "sms.jsonl")

    outcome = await channel.deliver(message())

    assert (outcome.result, outcome.code) == (Result.ACCEPTED, WRITTEN_TO_FILE)
    assert "only written to sms.jsonl in the data folder, sent to nobody" in outcome.detail
    assert await channel.look_up(message(), RealClock().now()) == outcome


async def test_the_console_shows_one_line_and_the_file_has_it_all(tmp_path: Path, message: Make) -> None:
    shown = io.StringIO()
    channel = ConsoleChannel("sms", tmp_path / "sms.jsonl", shown)

    outcome = await channel.deliver(message(text="巡堤\x1b[2J查险", link="https://x.example/f/1"))

    assert (outcome.result, outcome.code) == (Result.ACCEPTED, WRITTEN_TO_FILE)
    assert shown.getvalue() == "sms → 138****0001  巡堤 [2J查险 https://x.example/f/1\n"
    assert json.loads((tmp_path / "sms.jsonl").read_text("utf-8"))["delivery"] == "d-0001"


async def test_a_console_that_is_gone_costs_nothing(tmp_path: Path, message: Make) -> None:
    gone = io.StringIO()
    gone.close()

    assert (await ConsoleChannel("sms", tmp_path / "sms.jsonl", gone).deliver(message())).result is Result.ACCEPTED


async def test_what_is_shown_on_the_console_stays_here(tmp_path: Path) -> None:
    assert stays_here("console://")
    assert isinstance(build({"sms": "console://"}, tmp_path)["sms"], ConsoleChannel)
