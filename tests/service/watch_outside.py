"""A server outside: it hears heartbeats, messages over a webhook, and traces."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.service.waiting import until


class Outside:
    """`heard`: path and body of each request, in their order."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        outside = self

        class Hearing(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outside.heard.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keeps quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Hearing)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def bodies(self, path: str) -> list[bytes]:
        return [body for asked, body in tuple(self.heard) if asked == path]

    def wait_for(self, path: str, fits: Callable[[bytes], bool] = lambda _: True, seconds: float = 40) -> bytes:
        until(lambda: any(map(fits, self.bodies(path))), seconds)
        return next(filter(fits, self.bodies(path)))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
