"""Open responses say themselves that they were restored: what happened after the backup is not in their journals."""

from datetime import datetime

from sqlalchemy import Connection, select

from flows.model.events import NoteAdded
from flows.model.state import evolve
from flows.running import journal
from flows.running.tables import BOOKS
from plans.model import Text


def note_restored(connection: Connection, made_at: datetime, now: datetime) -> list[str]:
    """An entry in each open response; returns which."""
    noted = []
    for book in BOOKS.values():
        wanted = select(book.heads.c.id).where(book.heads.c.status != "closed").order_by(book.heads.c.opened_at)
        for response in connection.execute(wanted).scalars().all():
            head = journal.load(connection, response)
            note = NoteAdded(at=now, via="restore", text=_words(made_at))
            journal.append(connection, head, [note], evolve(head.state, note), now)
            noted.append(response)
    return noted


def _words(made_at: datetime) -> Text:
    at = made_at.isoformat(timespec="seconds")
    return Text(
        f"本响应由 {at} 的备份恢复，此后的情况不在记录中；其间到期的叫应会再次发出。",
        f"Restored from the backup of {at}; what happened since is not in this record; calls that fell due since go out again.",
    )
