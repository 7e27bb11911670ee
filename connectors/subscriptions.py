"""The subscriptions to hubs: a row for each source that its hub pushes, or is asked to."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from connectors.feedbook import FeedBook
from connectors.tables import subscriptions


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """One with `hub` for `topic`. `token` is the last part of our address for it, `secret` what pushes are signed with.

    `asked` is when the hub was asked last, for the `tries`th time without an answer, and `due` when it will be again.
    It pushes until `until`; None where it has not agreed.
    """

    source_id: str
    hub: str
    topic: str
    token: str
    secret: str
    due: datetime
    asked: datetime | None = None
    tries: int = 0
    until: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the hub pushes now."""
        return self.until is not None and now < self.until


class Subscriptions(FeedBook):
    """The subscriptions' part of the archive. Every method raises `Unavailable` as those of the book do."""

    def subscriptions(self) -> list[Subscription]:
        """All of them, by source."""
        with self._transaction() as connection:
            found = connection.execute(sa.select(subscriptions).order_by(subscriptions.c.source_id))
            return [Subscription(**row._asdict()) for row in found]

    def save_subscription(self, subscription: Subscription) -> None:
        """Remember how the source's subscription stands."""
        values = msgspec.structs.asdict(subscription)
        own = subscriptions.c.source_id == subscription.source_id
        with self._transaction() as connection:
            if not connection.execute(sa.update(subscriptions).where(own).values(values)).rowcount:
                connection.execute(sa.insert(subscriptions).values(values))

    def drop_subscription(self, source_id: str) -> None:
        """Forget the source's subscription: what is still pushed for it is nobody's."""
        with self._transaction() as connection:
            connection.execute(sa.delete(subscriptions).where(subscriptions.c.source_id == source_id))
