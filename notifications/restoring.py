"""The outbox after a restore: what was due at the backup may have gone out since, so that the provider is asked before anything.

Accepted messages stay accepted. The others stand as a killed process would have left them (`notifications.claims.take_over`).
"""

from datetime import datetime

from sqlalchemy import Connection, func, literal, update

from notifications.states import State
from notifications.tables import message_table
from store.kinds import Kind
from store.types import Moment

_NOBODY = "before the restore"


def put_in_doubt(connection: Connection, made_at: datetime, now: datetime) -> int:
    """Returns how many messages may have gone out since."""
    count = 0
    for kind in Kind:
        table = message_table(kind)
        due = update(table).where(table.c.state == State.QUEUED, table.c.next_at.is_not(None), table.c.at <= now)
        sending_at = func.coalesce(table.c.sending_at, literal(made_at, Moment))
        moved = {"state": State.SENDING, "claimed_by": _NOBODY, "sending_at": sending_at, "next_at": now, "in_doubt": True}
        count += connection.execute(due.values(moved)).rowcount
        open_claims = update(table).where(table.c.state.in_((State.SENDING, State.UNKNOWN)), table.c.claimed_by != _NOBODY)
        left = {"claimed_by": _NOBODY, "next_at": now, "look_ups": 0, "in_doubt": True}
        count += connection.execute(open_claims.values(left)).rowcount
    return count
