"""Snapshots have a table of their own: a head is written with every entry, a large state is not."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for kind, prefix in (("real", "R-"), ("drill", "D-")):
        op.create_table(
            f"{kind}_snapshot",
            sa.Column("response", sa.String(), primary_key=True),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("state", sa.LargeBinary(), nullable=False),
            sa.CheckConstraint(f"response LIKE '{prefix}%'", name=f"{kind}_only"),
        )
        op.execute(f"INSERT INTO {kind}_snapshot SELECT id, version, snapshot FROM {kind}_response")  # noqa: S608 - constants
        op.drop_column(f"{kind}_response", "snapshot")
