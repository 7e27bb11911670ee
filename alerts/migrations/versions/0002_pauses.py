"""A pause ends with the next start of the stage: where the destination pointed to when it began is not kept."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the fingerprint of the address."""
    op.drop_column("pauses", "address")
