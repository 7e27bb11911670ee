"""The archive's first tables."""

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
        "feeds",
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("content", sa.Text),
        sa.Column("first_success", _TIME),
        sa.Column("last_success", _TIME),
        sa.Column("last_poll", _TIME),
        sa.Column("next_poll", _TIME),
        sa.Column("interval", sa.Interval),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("gone", sa.Boolean, nullable=False),
    )
    op.create_table(
        "revisions",
        sa.Column("seq", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("alias", sa.Text),
        sa.Column("stored", _TIME, nullable=False),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.UniqueConstraint("article_id", "revision"),
        sa.Index("ix_revisions_alias", "alias"),
        sa.Index("ix_revisions_source", "source_id", "seq"),
    )
    op.create_index(
        "ix_revisions_outbox",
        "revisions",
        ["source_id", "seq"],
        sqlite_where=sa.text("NOT published"),
        postgresql_where=sa.text("NOT published"),
    )
