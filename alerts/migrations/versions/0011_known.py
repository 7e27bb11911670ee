"""Since when what leads to a mark is known, so that the past too can be taken up from one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The marks that are there do not know: they go, and make themselves anew."""
    op.execute("DELETE FROM marks")
    op.execute("UPDATE facts SET rules = NULL")
    op.add_column("marks", sa.Column("known_from", sa.DateTime(timezone=True)))
    place = ("fact", "event_time", "first_seen", "article_id")
    op.create_index("ix_marks_known", "marks", [*place, "known_from"])  # a mark itself is long
