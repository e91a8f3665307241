"""The embedded default: every message is a line, nothing leaves the machine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from notifications.channels.file import FileChannel
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
