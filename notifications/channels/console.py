"""The embedded default for who tries Tocsin at a terminal: a message is written to the file and shown on the console too."""

import sys
from pathlib import Path
from typing import TextIO

from notifications.channels.file import FileChannel
from notifications.masking import masked
from notifications.message import Outcome, Outgoing, Result

SCHEME = "console"


class ConsoleChannel(FileChannel):
    """`out`: the standard output of this process at the time, where it is None."""

    def __init__(self, kind: str, path: Path, out: TextIO | None = None) -> None:
        super().__init__(kind, path)
        self._out = out

    async def deliver(self, message: Outgoing) -> Outcome:
        """A console that is gone costs nothing: the file has it."""
        outcome = await super().deliver(message)
        if outcome.result is Result.ACCEPTED:
            out = self._out or sys.stdout
            try:
                out.write(f"{self.kind} → {masked(message.address)}  {_one_line(message)}\n")
                out.flush()
            except (OSError, ValueError):
                pass
        return outcome


def _one_line(message: Outgoing) -> str:
    """Nothing that somebody wrote moves the terminal's cursor."""
    link = f" {message.link}" if message.link and message.link not in message.text else ""
    return "".join(character if character.isprintable() else " " for character in f"{message.text}{link}")
