"""What each simulated phone received, in order: the judge of whether a message came once, twice or never.

With a file, a line is written before the provider answers, so that the record outlives the simulator.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    channel: str
    """`sms`, `wechat` (WeCom), `aibot` (its smart bot), `weixin` (an Official Account) or `voice`."""
    address: str
    delivery: str
    """The sender's reference: OutId, task_id, or the reference at the end of a WeCom text."""
    text: str
    at: datetime
    provider_id: str
    form: str
    """The SMS template's code, or WeCom's msgtype."""
    title: str = ""
    link: str = ""
    buttons: tuple[tuple[str, str], ...] = field(default=())
    """(key, label)."""


class Ledger:
    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._received: list[Received] = [] if path is None else _read(path)

    def add(self, received: Received) -> None:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(received), ensure_ascii=False, default=str) + "\n")
        self._received.append(received)

    def all(self) -> tuple[Received, ...]:
        return tuple(self._received)

    def of(self, delivery: str) -> tuple[Received, ...]:
        return tuple(received for received in self._received if received.delivery == delivery)

    def at(self, address: str) -> tuple[Received, ...]:
        return tuple(received for received in self._received if received.address == address)

    def counts(self) -> dict[str, int]:
        """How often each delivery arrived: anything but 1 is a fault of the sender."""
        found: dict[str, int] = {}
        for received in self._received:
            found[received.delivery] = found.get(received.delivery, 0) + 1
        return found


def _read(path: Path) -> list[Received]:
    """A last line that was begun when the process was killed is not a message: its sender never got an answer."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")]
    if len(whole) < len(lines):
        path.write_text("".join(whole), encoding="utf-8")
    return [_received(json.loads(line)) for line in whole]


def _received(fields: dict[str, Any]) -> Received:
    buttons = tuple((key, label) for key, label in fields.pop("buttons"))
    at = datetime.fromisoformat(fields.pop("at"))
    return Received(**fields, at=at, buttons=buttons)
