"""Where excerpts wait for the pages of their articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it, empty."""
    op.create_table(
        "pages",
        sa.Column("place", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("article_id", sa.Text, nullable=False, unique=True),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("alias", sa.Text),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Index("ix_pages_alias", "alias"),
        sa.Index("ix_pages_next_try", "next_try"),
    )
