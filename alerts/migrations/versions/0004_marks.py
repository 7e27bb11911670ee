"""Claims in the order of their articles, and marks in it, so that one more claim does not cost all of its fact."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TIMES = ("event_time", "first_seen")


def upgrade() -> None:
    """Give each claim the times of its article. Marks make themselves."""
    for name in _TIMES:
        op.add_column("claims", sa.Column(name, _TIME))
        op.execute(
            f"UPDATE claims SET {name} ="  # noqa: S608 - two names, both above
            f" (SELECT {name} FROM articles WHERE articles.article_id = claims.article_id)"
        )
    with op.batch_alter_table("claims") as claims:
        for name in _TIMES:
            claims.alter_column(name, existing_type=_TIME, nullable=False)
        claims.drop_index("ix_claims_fact")
        claims.create_index("ix_claims_place", ["fact", *_TIMES, "article_id"])
    op.create_index("ix_articles_source_id", "articles", ["source_id"])
    op.add_column("facts", sa.Column("rules", sa.Text))
    op.create_table(
        "marks",
        sa.Column("fact", sa.Text, primary_key=True),
        sa.Column("event_time", _TIME, primary_key=True),
        sa.Column("first_seen", _TIME, primary_key=True),
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
