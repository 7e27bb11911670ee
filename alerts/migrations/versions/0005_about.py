"""What a fact is about in a column of its own, so that the facts of a project are found without looking at all."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# figure:role:payers->ABOUT:currency, with or without payers and :per-year; partner:payer@ABOUT; status:ABOUT.
_ABOUT = re.compile(
    r"(?:figure:[^:]+:(?:.*->)?(?P<figure>.+):[^:]+?(?::per-year)?|partner:.*@(?P<partner>.*)|status:(?P<status>.+))"
)


def upgrade() -> None:
    """Take it from the keys."""
    op.add_column("facts", sa.Column("about", sa.Text))
    connection = op.get_bind()
    facts = sa.table("facts", sa.column("fact", sa.Text), sa.column("about", sa.Text))
    for fact in connection.scalars(sa.select(facts.c.fact)).all():
        found = _ABOUT.fullmatch(fact)
        about = next(part for part in found.groups() if part is not None) if found else ""
        connection.execute(sa.update(facts).where(facts.c.fact == fact).values(about=about))
    with op.batch_alter_table("facts") as table:
        table.alter_column("about", existing_type=sa.Text, nullable=False)
        table.create_index("ix_facts_about", ["kind", "about"])
