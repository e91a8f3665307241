"""The listening socket and the HTTP server behind it; the socket is open when a `Doors` exists."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from service.settings import Server


class PortTakenError(Exception):
    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host, self.port, self.reason = host, port, reason

    def __str__(self) -> str:
        return f"cannot listen on {self.host}:{self.port} ({self.reason}); set another [server] port in tocsin.toml"


class Doors:
    """Error: `PortTakenError`."""

    def __init__(self, app: FastAPI, server: Server) -> None:
        self._socket = _listen(server.host, server.port)
        config = uvicorn.Config(
            app, log_config=None, log_level="warning", lifespan="off", server_header=False, timeout_graceful_shutdown=3
        )
        self._server = _Server(config)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    async def serve(self, once_open: Callable[[], None] = lambda: None) -> None:
        """Until `close`; `once_open` is called when the doors answer."""
        self._server.once_open = once_open
        await self._server.serve(sockets=[self._socket])

    def close(self) -> None:
        self._server.should_exit = True


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.once_open: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.once_open()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the composition root's, which has more to stop than the doors."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=1024)
    except OSError as cause:
        raise PortTakenError(host, port, cause.strerror or str(cause)) from cause
