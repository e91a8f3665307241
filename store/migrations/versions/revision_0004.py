"""Names of people beside the journal, so that they can be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for kind, prefix in (("real", "R-"), ("drill", "D-")):
        op.create_table(
            f"{kind}_name",
            sa.Column("response", sa.String(), primary_key=True),
            sa.Column("token", sa.String(), primary_key=True),
            sa.Column("name", sa.String(), nullable=False),
            sa.CheckConstraint(f"response LIKE '{prefix}%'", name=f"{kind}_only"),
        )
