"""Which revisions are published again, and were acknowledged before: they are no news that piles up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; what waits now has never been acknowledged, as far as anybody knows."""
    op.add_column("revisions", sa.Column("again", sa.Boolean, nullable=False, server_default=sa.false()))
