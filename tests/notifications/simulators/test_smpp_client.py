"""npm's smpp, which we did not write, is a client of the simulated gateway: it binds, sends, and reads receipts and replies."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from notifications.simulators.simulators import Simulators

SMSC = Path(__file__).parents[1] / "smsc"
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("node") and (SMSC / "node_modules").is_dir()),
        reason="no node, or no smpp for it: run tools/install_test_tools.sh",
    ),
]


class Client:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def at(cls, port: int, password: str) -> "Client":
        node = shutil.which("node")
        assert node is not None
        words = (node, "esme.js", str(port), password, "巡堤查险，3 号堤段")
        return cls(await asyncio.create_subprocess_exec(*words, cwd=SMSC, stdout=asyncio.subprocess.PIPE))

    async def says(self, count: int) -> dict[str, Any]:
        """The next things that it has seen, together."""
        assert self._process.stdout is not None
        found: dict[str, Any] = {}
        for _ in range(count):
            found |= json.loads(await asyncio.wait_for(self._process.stdout.readline(), 20))
        return found

    async def leave(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


async def test_npms_client_binds_sends_and_reads_the_receipt_and_a_reply(simulators: Simulators) -> None:
    client = await Client.at(simulators.smpp_port, simulators.settings.smpp.password)
    try:
        seen = await client.says(5)
        (received,) = simulators.ledger.all()
        assert await simulators.reply("smpp", "13800000001", "收到")
        written = await client.says(1)
    finally:
        await client.leave()

    assert (seen["bound"], seen["there"], seen["taken"], seen["refused"]) == (0, 0, 0, 0x0B)
    assert (received.text, received.provider_id) == ("巡堤查险，3 号堤段", seen["id"])
    assert seen["brought"].startswith(f"id:{seen['id']} ")
    assert "stat:DELIVRD" in seen["brought"]
    assert seen["esm_class"] == 4
    assert (written["brought"], written["from"]) == ("收到", "13800000001")


async def test_npms_client_with_a_wrong_password_is_not_bound(simulators: Simulators) -> None:
    client = await Client.at(simulators.smpp_port, "wrong")
    try:
        assert await client.says(1) == {"bound": 0x0E}
    finally:
        await client.leave()
