"""Whether the chains of the records hold: of every open response, and of those that closed last."""

from collections.abc import Callable, Iterator

from sqlalchemy import select

from flows.errors import BrokenJournalError
from flows.model.state import Status
from flows.running import journal, rebuilding
from flows.running.tables import BOOKS
from plans.model import Text
from service.notify.findings import Finding, Verdict, good
from service.wiring import Home

SAMPLE = 20
"""Closed responses of each kind; all of them are for `tocsin response verify --all`."""


def record(home: Home, progress: Callable[[Text], None]) -> Iterator[Finding]:
    wanted = _wanted(home)
    broken = 0
    for number, response in enumerate(wanted, 1):
        progress(Text(f"验真 {response}（{number}/{len(wanted)}）", f"verifying {response} ({number} of {len(wanted)})"))
        for finding in _of(home, response):
            broken += 1
            yield finding
    if not broken:
        zh = f"已验真 {len(wanted)} 个响应的记录（未关闭的全部，已关闭的最近 {SAMPLE} 个），链完整"
        en = f"the chains of {len(wanted)} responses are whole (every open one, of the closed ones the last {SAMPLE})"
        yield good("record", zh, en)


def _wanted(home: Home) -> list[str]:
    found: list[str] = []
    with home.database.read() as connection:
        for book in BOOKS.values():
            heads, is_closed = book.heads, book.heads.c.status == Status.CLOSED.value
            found += connection.execute(select(heads.c.id).where(~is_closed).order_by(heads.c.opened_at)).scalars()
            last = select(heads.c.id).where(is_closed).order_by(heads.c.closed_at.desc()).limit(SAMPLE)
            found += connection.execute(last).scalars()
    return found


def _of(home: Home, response: str) -> Iterator[Finding]:
    """In a transaction of its own, so that nobody waits for a long look."""
    with home.database.read() as connection:
        try:
            journal.verify(connection, response)
            beside = rebuilding.differences(connection, response)
        except BrokenJournalError as fault:
            what = Text(f"记录链已断：{fault}", f"its chain is broken: {fault}")
            zh = f"不要修改数据库；保全现场，与备份或导出比对（tocsin response verify {response}）"
            en = f"change nothing, keep the database, compare it with a backup or an export (tocsin response verify {response})"
            yield Finding(Verdict.FAULT, response, what, Text(zh, en))
            return
    if beside:
        what = Text(
            f"记录完整，但其旁的投影不符：{'；'.join(beside)}", f"whole, but what is kept beside it is not: {'; '.join(beside)}"
        )
        command = f"tocsin response rebuild {response}"
        yield Finding(Verdict.FAULT, response, what, Text(f"运行 {command}", f"run: {command}"))
