"""A gateway on loopback that takes every message after a given time, as cheaply as Python can: what is measured is the sender."""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

_LIFE_SECONDS = 900
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"


@contextmanager
def gateway(latency: float) -> Iterator[Address]:
    """In a process of its own, with SMS as Alibaba Cloud takes it; `latency` in seconds."""
    command = [sys.executable, "-m", "bench.gateway", "--latency", str(latency)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Address("127.0.0.1", int(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait()


class _Taking(asyncio.Protocol):
    """HTTP/1.1 with keep-alive: a whole request in, `OK` with a new number out."""

    numbers = count(1)

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._come = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._come += data
        while (end := self._come.find(b"\r\n\r\n")) >= 0:
            head = self._come[:end].lower()
            at = head.find(_LENGTH)
            whole = end + 4 + (int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0)
            if len(self._come) < whole:
                return
            self._come = self._come[whole:]
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        if self._transport.is_closing():
            return
        body = b'{"Code":"OK","Message":"OK","BizId":"%d","RequestId":"0"}' % next(self.numbers)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def _serve(latency: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Taking(latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.sleep(_LIFE_SECONDS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    asyncio.run(_serve(parser.parse_args().latency))
