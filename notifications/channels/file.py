"""The embedded default: a message becomes a line in a file of the data folder, and nothing leaves the machine."""

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from notifications.message import WRITTEN_TO_FILE, Outcome, Outgoing, Result

SCHEME = "file"


class FileChannel:
    resend_is_safe = False

    def __init__(self, kind: str, path: Path) -> None:
        self.kind = kind
        self._path = path

    async def deliver(self, message: Outgoing) -> Outcome:
        line = json.dumps({"channel": self.kind} | asdict(message), ensure_ascii=False) + "\n"
        try:
            self._append(line.encode())
        except OSError as cause:
            return Outcome(Result.PROVIDER_DOWN, code="file", detail=f"{self._path}: {cause.strerror}")
        return self._written(message)

    async def look_up(self, message: Outgoing, sent: datetime) -> Outcome | None:  # noqa: ARG002 - the file is read whole
        """A line that was begun and not ended counts as not written: the next one begins on a line of its own."""
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            lines = []
        reference = json.dumps({"delivery": message.delivery})[1:-1].encode()
        if any(reference in line and line.endswith(b"}\n") for line in lines):
            return self._written(message)
        return Outcome(Result.FAILED_FOR_NOW, code="file", detail=f"not in {self._path}")

    async def close(self) -> None:
        pass

    def _written(self, message: Outgoing) -> Outcome:
        detail = (
            f"只写入数据目录中的 {self._path.name}，未发出 / only written to {self._path.name} in the data folder, sent to nobody"
        )
        return Outcome(Result.ACCEPTED, provider_id=message.delivery, code=WRITTEN_TO_FILE, detail=detail)

    def _append(self, line: bytes) -> None:
        """One write of the whole line, so that two processes never mix theirs."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            data = b"\n" + line if torn else line
            if os.write(descriptor, data) != len(data):
                raise OSError(28, "the disk is full")
        finally:
            os.close(descriptor)
