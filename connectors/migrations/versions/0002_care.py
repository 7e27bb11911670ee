"""What looking after feeds takes: rhythm, moves and holds, pauses, failures by class; the size of a revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_SIZES = {
    "sqlite": "UPDATE revisions SET size = length(CAST(record AS BLOB))",
    "postgresql": "UPDATE revisions SET size = octet_length(record)",
}


def upgrade() -> None:
    """Add them. What is archived already gets its size."""
    for column in (
        sa.Column("held_until", _TIME),
        sa.Column("cadence", sa.Interval),
        sa.Column("last_news", _TIME),
        sa.Column("longest_silence", sa.Interval),
        sa.Column("moved_to", sa.Text),
        sa.Column("moved_times", sa.Integer, nullable=False, server_default="0"),
        sa.Column("moved_since", _TIME),
        sa.Column("followed", sa.Text),
    ):
        op.add_column("feeds", column)
    op.create_table(
        "pauses",
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("since", _TIME, nullable=False),
    )
    op.create_table(
        "failures",
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last", _TIME, nullable=False),
    )
    op.add_column("revisions", sa.Column("size", sa.Integer, nullable=False, server_default="0"))
    op.execute(_SIZES[op.get_bind().dialect.name])
    op.create_index(
        "ix_revisions_kept",
        "revisions",
        ["stored"],
        sqlite_where=sa.text("size > 0"),
        postgresql_where=sa.text("size > 0"),
    )
    op.drop_index("ix_revisions_outbox", "revisions")
    op.create_index(
        "ix_revisions_outbox",
        "revisions",
        ["source_id", "seq", "size"],
        sqlite_where=sa.text("NOT published"),
        postgresql_where=sa.text("NOT published"),
    )
