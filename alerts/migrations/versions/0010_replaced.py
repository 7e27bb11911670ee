"""An index for what an article said before: its page costs what it shows."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it where it is missing: for some hours ledgers of version 0008 were made with it."""
    op.create_index("ix_superseded_article_id", "superseded", ["article_id"], if_not_exists=True)
