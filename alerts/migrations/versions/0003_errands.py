"""What a destination is to be told besides its alerts: updates of messages that it has, words to the operator."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "errands",
        sa.Column("errand_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("delivery_id", sa.Text, sa.ForeignKey("deliveries.delivery_id", ondelete="CASCADE"), index=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("first_try", _TIME),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", _TIME),
        sa.Index("ix_errands_due", "destination", "next_at"),
    )
