"""Where a destination pointed to when its pause began is not kept: a pause ends by hand, not by a new address."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the fingerprint of the address."""
    op.drop_column("pauses", "address")
