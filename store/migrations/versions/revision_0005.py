"""What is due in the outbox is found from indexes alone, however much waits there."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    queued, held = sa.text("state = 'queued'"), sa.text("state IN ('sending', 'unknown')")
    for table in ("real_message", "drill_message"):
        op.drop_index(f"{table}_due", table)
        queue = ["priority", "channel", "next_at", "at", "id"]
        op.create_index(f"{table}_queue", table, queue, sqlite_where=queued, postgresql_where=queued)
        op.create_index(f"{table}_late", table, ["expires"], sqlite_where=queued, postgresql_where=queued)
        op.create_index(f"{table}_held", table, ["next_at"], sqlite_where=held, postgresql_where=held)
