"""Readings of gauges and how far their triggers are; the finding of an assignment."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # folders of version 2 that were opened in between have some of it already
    there = sa.inspect(op.get_bind())
    for table in ("real_assignment", "drill_assignment"):
        if "finding" not in {column["name"] for column in there.get_columns(table)}:
            op.add_column(table, sa.Column("finding", sa.String(), nullable=False, server_default=""))
    if not there.has_table("reading"):
        _readings()
    if not there.has_table("reading_watch"):
        _watches()


def _readings() -> None:
    op.create_table(
        "reading",
        sa.Column("plan", sa.String(), primary_key=True),
        sa.Column("station", sa.String(), primary_key=True),
        sa.Column("fact", sa.String(), primary_key=True),
        sa.Column("forecast", sa.Boolean(), primary_key=True),
        sa.Column("observed_at", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
    )
    op.create_index("reading_newest", "reading", ["plan", "fact", "forecast", "observed_at"])


def _watches() -> None:
    op.create_table(
        "reading_watch",
        sa.Column("plan", sa.String(), primary_key=True),
        sa.Column("trigger", sa.String(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger()),
        sa.Column("seen", sa.BigInteger()),
        sa.Column("conditions", sa.String(), nullable=False),
    )
