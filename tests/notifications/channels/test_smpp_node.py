"""Our SMPP channel against a gateway that we did not write (npm's smpp): what we send is read, what it brings is understood."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from notifications.channels.endpoint import parse
from notifications.channels.smpp import Smpp
from notifications.channels.smpp_receipts import provider_id
from notifications.channels.smpp_settings import FORM, read_smpp_account
from notifications.message import Outgoing, Receipt, ReceiptState, Reply, Result

SMSC = Path(__file__).parents[1] / "smsc"
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("node") and (SMSC / "node_modules").is_dir()),
        reason="no node, or no smpp for it: run tools/install_test_tools.sh",
    ),
]
Make = Callable[..., Outgoing]


class Gateway:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.port = 0

    async def line(self) -> dict[str, Any]:
        """The next thing it says: its port first, then each message that it takes."""
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(await asyncio.wait_for(self._process.stdout.readline(), 20))
        return found


@asynccontextmanager
async def gateway(mode: str) -> AsyncIterator[Gateway]:
    node = shutil.which("node")
    assert node is not None
    process = await asyncio.create_subprocess_exec(node, "smsc.js", mode, cwd=SMSC, stdout=asyncio.subprocess.PIPE)
    running = Gateway(process)
    try:
        running.port = int((await running.line())["port"])
        yield running
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def channel_to(running: Gateway, password: str = "secret") -> AsyncIterator[Smpp]:
    url = f"smppline://tocsin:{password}@127.0.0.1:{running.port}/10690001?sign=%E8%AD%A6%E9%92%9F"
    channel = Smpp("sms", read_smpp_account("sms", parse("sms", url, FORM)))
    try:
        yield channel
    finally:
        await channel.close()


@asynccontextmanager
async def listening(channel: Smpp) -> AsyncIterator["asyncio.Queue[Receipt | Reply]"]:
    heard: asyncio.Queue[Receipt | Reply] = asyncio.Queue()
    task = asyncio.create_task(channel.listen(heard.put, heard.put))
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_message_is_read_as_it_was_written(message: Make) -> None:
    async with gateway("well") as running, channel_to(running) as channel:
        outcome = await channel.deliver(message())

        seen = await running.line()
        assert (outcome.result, outcome.provider_id) == (Result.ACCEPTED, provider_id("M1", "13800000001"))
        assert seen == {"to": "8613800000001", "from": "10690001", "text": "【警钟】巡堤查险，3 号堤段。", "coding": 8, "udh": []}


async def test_a_long_text_comes_in_parts_with_headers_that_belong_together(message: Make) -> None:
    async with gateway("well") as running, channel_to(running) as channel:
        await channel.deliver(message(short="长" * 140))

        parts = [await running.line() for _ in range(3)]
        assert "".join(part["text"] for part in parts) == "【警钟】" + "长" * 140
        assert [part["udh"][-2:] for part in parts] == [[3, 1], [3, 2], [3, 3]]
        assert len({tuple(part["udh"][:-1]) for part in parts}) == 1


@pytest.mark.parametrize("mode", ["well", "first"])
async def test_the_receipt_is_matched_also_where_it_comes_before_the_answer(mode: str, message: Make) -> None:
    async with gateway(mode) as running, channel_to(running) as channel, listening(channel) as heard:
        outcome = await channel.deliver(message())

        receipt = await asyncio.wait_for(heard.get(), 10)
        assert isinstance(receipt, Receipt)
        assert (receipt.delivery, receipt.state) == (outcome.provider_id, ReceiptState.DELIVERED)


async def test_a_persons_answer_comes_over_the_line(message: Make) -> None:
    async with gateway("reply") as running, channel_to(running) as channel, listening(channel) as heard:
        await channel.deliver(message())

        reply = await asyncio.wait_for(heard.get(), 10)
        assert isinstance(reply, Reply)
        assert (reply.address, reply.text) == ("13800000001", "2 07 堵车")


async def test_answers_in_another_order_go_to_whom_they_belong(message: Make) -> None:
    """Sixteen wait at once, and the gateway answers the last one first."""
    async with gateway("window") as running, channel_to(running) as channel:
        numbers = [f"138000000{number:02}" for number in range(16)]
        outcomes = await asyncio.gather(*(channel.deliver(message(address=number)) for number in numbers))

        assert [outcome.provider_id for outcome in outcomes] == [
            provider_id(f"M{16 - place}", number) for place, number in enumerate(numbers)
        ]


@pytest.mark.parametrize(
    ("mode", "password", "result", "code"),
    [
        ("throttle", "secret", Result.FAILED_FOR_NOW, "RTHROTTLED"),
        ("cut", "secret", Result.UNKNOWN, "line-lost"),
        ("well", "wrong", Result.PROVIDER_DOWN, "RINVPASWD"),
    ],
)
async def test_what_is_refused_is_told_from_what_is_in_doubt(
    mode: str, password: str, result: Result, code: str, message: Make
) -> None:
    async with gateway(mode) as running, channel_to(running, password) as channel:
        outcome = await channel.deliver(message())

        assert (outcome.result, outcome.code) == (result, code)
