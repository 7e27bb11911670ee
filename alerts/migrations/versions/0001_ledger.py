"""The ledger's first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create them. Written out, because the tables of the newest version are not those of the first."""
    op.create_table(
        "articles",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reader_version", sa.Integer, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("event_time", _TIME, nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("learned_at", _TIME, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("article_id", sa.Text, sa.ForeignKey("articles.article_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("fact", sa.Text, index=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "facts",
        sa.Column("fact", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("present", sa.Text),
        sa.Column("contender", sa.Text),
        sa.Column("contested_until", _TIME, index=True),
        sa.Column("since", _TIME),
        sa.Column("origins", sa.Integer, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
    )
    op.create_table(
        "changes",
        sa.Column("position", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("change_id", sa.Text, nullable=False, unique=True),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("time", _TIME, nullable=False),
        sa.Column("silence", sa.Text),
        sa.Column("record", sa.Text, nullable=False),
        sa.UniqueConstraint("fact", "number"),
    )
    _create_deliveries()
    op.create_table(
        "pauses",
        sa.Column("destination", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", _TIME, nullable=False),
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Text, primary_key=True),
        sa.Column("change_id", sa.Text, sa.ForeignKey("changes.change_id"), nullable=False, index=True),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("published", _TIME, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("first_try", _TIME),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", _TIME),
        sa.Column("finished", _TIME),
        sa.Column("reason", sa.Text),
        sa.Column("receipt", sa.Text),
        sa.Index("ix_deliveries_due", "destination", "state", "next_at"),
        sa.Index("ix_deliveries_order", "destination", "fact", "number"),
    )
