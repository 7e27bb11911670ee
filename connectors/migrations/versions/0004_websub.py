"""Where subscriptions to hubs are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create it, empty."""
    op.create_table(
        "subscriptions",
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("hub", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("due", _TIME, nullable=False),
        sa.Column("asked", _TIME),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("until", _TIME),
    )
