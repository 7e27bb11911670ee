"""What articles said before their last revision, from when until when, and with which watchlist they were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What was replaced before this version is gone: an article counts as known since it was first seen as it is."""
    op.add_column("articles", sa.Column("watchlist", sa.Text, nullable=False, server_default=""))
    op.add_column("articles", sa.Column("read_at", _TIME))
    # A default, because SQLite could make the column NOT NULL only in a new table, and claims point at this one.
    op.add_column(
        "articles", sa.Column("known_from", _TIME, nullable=False, server_default="1970-01-01 00:00:00+00:00")
    )
    op.execute("UPDATE articles SET known_from = first_seen")
    op.create_table(
        "superseded",
        sa.Column("position", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("event_time", _TIME, nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("fact", sa.Text, index=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("known_from", _TIME, nullable=False),
        sa.Column("known_until", _TIME, nullable=False),
    )
