"""A delivery remembers which of several gateways took it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    known = sa.text("provider IS NOT NULL")
    for table in ("real_message", "drill_message"):
        op.add_column(table, sa.Column("provider", sa.String(), nullable=True))
        columns = ["provider", "accepted_at"]
        op.create_index(f"{table}_carried", table, columns, sqlite_where=known, postgresql_where=known)
