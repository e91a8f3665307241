"""What is wrong with Tocsin itself just now: loops that hang, clocks nobody fires, a database that takes nothing, no room."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from flows.running.projections import due_responses
from plans.model import Text
from service.settings_watching import Watchdog
from service.watch.pulse import Pulse
from store import schema
from store.clock import Clock
from store.database import Database
from store.errors import StoreError

PATIENCE_SECONDS = 2
"""Behind another process: whoever watches must not wait as long as the work may."""
LEAST_ROOM = 200 * 1024 * 1024
"""Bytes: below that a response may not be able to write down what happens."""
_TOUCHED = text(f"UPDATE {schema.TABLE} SET version_num = version_num")  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Trouble:
    """`name` tells it from others, and is the same as long as it lasts; no person is named."""

    name: str
    what: Text


class Looking:
    """Looks with a connection of its own, so that it waits for none of the work that it looks at. From any thread."""

    def __init__(self, place: Path | str, folder: Path, clock: Clock, pulse: Pulse, rules: Watchdog) -> None:
        self._place, self._folder, self._clock = place, folder, clock
        self._pulse, self._rules = pulse, rules
        self._database: Database | None = None

    def troubles(self) -> list[Trouble]:
        """All of them; none: all is well."""
        return [*self.hanging(), *self.database(), *self._overdue(), *self._room()]

    def close(self) -> None:
        if self._database:
            self._database.close()

    def hanging(self) -> Iterator[Trouble]:
        for loop, silence in self._pulse.silent(self._rules.silent).items():
            seconds = silence.total_seconds()
            what = Text(f"循环 {loop} 已 {seconds:.0f} 秒没有动静", f"the loop {loop!r} has not come round for {seconds:.0f} s")
            yield Trouble(f"loop {loop}", what)

    def database(self) -> Iterator[Trouble]:
        """Whether it can be written, and has the tables of this version: proved by a change that is taken back."""
        try:
            with self._own().write() as connection:
                connection.execute(_TOUCHED)
                connection.rollback()
        except StoreError as fault:
            yield Trouble("database", Text(f"数据库无法写入：{fault}", f"nothing can be written: {fault}"))

    def _overdue(self) -> Iterator[Trouble]:
        now, late = self._clock.now(), self._clock.after(-self._rules.overdue)
        try:
            with self._own().read() as connection:
                due = due_responses(connection, late)
        except StoreError as fault:
            yield Trouble("clocks", Text(f"无法读取时钟：{fault}", f"the clocks cannot be read: {fault}"))
            return
        for response, moment in due.items():
            seconds = (now - moment).total_seconds()
            what = Text(
                f"响应 {response} 的时钟已超时 {seconds:.0f} 秒", f"a clock of response {response} is {seconds:.0f} s late"
            )
            yield Trouble(f"clock {response}", what)

    def _room(self) -> Iterator[Trouble]:
        free = shutil.disk_usage(self._folder).free
        if free < LEAST_ROOM:
            megabytes = free // 1024**2
            what = Text(f"{self._folder} 所在磁盘仅剩 {megabytes} MB", f"{megabytes} MB are left on the disk of {self._folder}")
            yield Trouble("disk", what)

    def _own(self) -> Database:
        if self._database is None:
            self._database = Database(self._place, PATIENCE_SECONDS, PATIENCE_SECONDS)
        return self._database
