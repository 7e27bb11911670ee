"""What the archive forgets: the text of revisions that were kept for long enough.

Strategy: a revision that a newer one of its article has replaced goes altogether; of the latest one its row stays,
without the text, some two hundred bytes that say: this article is known. One rule: what the broker has not
acknowledged is never touched, and nothing that a feed still serves is ever taken for news because of this.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from connectors.tables import revisions


def forget(connection: sa.Connection, before: datetime, limit: int) -> int:
    """Forget up to `limit` texts stored before that moment, the oldest first; how many. Within a transaction."""
    kept = revisions.c.published & (revisions.c.size > 0) & (revisions.c.stored < before)
    old = sa.select(revisions.c.seq, revisions.c.article_id, revisions.c.revision).where(kept)
    rows = connection.execute(old.order_by(revisions.c.stored).limit(limit)).all()
    newest = sa.select(revisions.c.article_id, sa.func.max(revisions.c.revision))
    named = revisions.c.article_id.in_({article_id for _, article_id, _ in rows})
    latest = dict(iter(connection.execute(newest.where(named).group_by(revisions.c.article_id))))
    replaced = [seq for seq, article_id, number in rows if number < latest[article_id]]
    emptied = [seq for seq, article_id, number in rows if number == latest[article_id]]
    connection.execute(sa.delete(revisions).where(revisions.c.seq.in_(replaced)))
    connection.execute(sa.update(revisions).where(revisions.c.seq.in_(emptied)).values(record="", size=0))
    return len(rows)
