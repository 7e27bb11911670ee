"""What a change is of and what it is about in columns of their own, and indexes: so that a page costs what it shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KIND = {"sqlite": "json_extract(record, '$.kind')", "postgresql": "record::json ->> 'kind'"}
_YEARLY = ":per-year"


def upgrade() -> None:
    """Take the kind from the records, what it is about from the facts; those of yearly sums were wrong (0005)."""
    connection = op.get_bind()
    facts = sa.table("facts", sa.column("fact", sa.Text), sa.column("about", sa.Text))
    yearly = sa.select(facts.c.fact).where(facts.c.fact.like(f"figure:%{_YEARLY}"))
    for fact in connection.scalars(yearly).all():
        parties = fact.removesuffix(_YEARLY).split(":", 2)[2].rpartition(":")[0]
        connection.execute(sa.update(facts).where(facts.c.fact == fact).values(about=parties.rpartition("->")[2]))
    # Defaults, because SQLite could make the columns NOT NULL only in a new table, and deliveries point at this one.
    for name in ("kind", "about"):
        op.add_column("changes", sa.Column(name, sa.Text, nullable=False, server_default=""))
    kind = _KIND[connection.dialect.name]
    about = "(SELECT facts.about FROM facts WHERE facts.fact = changes.fact)"
    op.execute(f"UPDATE changes SET kind = {kind}, about = COALESCE({about}, '')")  # noqa: S608 - constants of ours
    told = sa.text("silence IS NULL")
    for name, columns in (("told", ()), ("told_about", ("about",)), ("told_kind", ("kind",))):
        op.create_index(
            f"ix_changes_{name}",
            "changes",
            [*columns, "time", "position"],
            sqlite_where=told,
            postgresql_where=told,
        )
    op.create_index("ix_changes_time", "changes", ["time", "position"])
    op.create_index("ix_changes_of", "changes", ["fact", "time", "position"])
    op.create_index("ix_facts_listed", "facts", ["about", "fact"])
    op.create_index("ix_deliveries_created", "deliveries", ["created", "delivery_id"])
    op.create_index("ix_deliveries_state", "deliveries", ["state", "created", "delivery_id"])
