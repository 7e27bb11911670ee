"""The archive's tables, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from typing_extensions import override


# The ledger has one too: connectors and alerts share the contract of their records and nothing else.
class UtcTime(sa.TypeDecorator[datetime]):
    """An aware time in UTC, on databases that keep the zone and on those that do not."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    @override
    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()

# How each source is doing: `connectors.states.FeedState`, a row each.
feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("content", sa.Text),
    sa.Column("first_success", UtcTime),
    sa.Column("last_success", UtcTime),
    sa.Column("last_poll", UtcTime),
    sa.Column("next_poll", UtcTime),
    sa.Column("interval", sa.Interval),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("held_until", UtcTime),
    sa.Column("cadence", sa.Interval),
    sa.Column("last_news", UtcTime),
    sa.Column("longest_silence", sa.Interval),
    sa.Column("moved_to", sa.Text),
    sa.Column("moved_times", sa.Integer, nullable=False),
    sa.Column("moved_since", UtcTime),
    sa.Column("followed", sa.Text),
)

# The sources that the operator paused.
pauses = sa.Table(
    "pauses",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("since", UtcTime, nullable=False),
)

# How often each source has failed, by reason.
failures = sa.Table(
    "failures",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last", UtcTime, nullable=False),
)

# Every revision of every article, in the order of storing, which is the order of publishing. `content` and `alias` are
# those of `connectors.articles.Candidate`; `record` is the Article as JSON, `size` its bytes. Where the text was kept
# for long enough, the record is empty: the row goes on saying that the article is known. `again` says of one that is
# not published that it was so before.
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("seq", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("alias", sa.Text, index=True),
    sa.Column("stored", UtcTime, nullable=False),
    sa.Column("published", sa.Boolean, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("again", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("article_id", "revision"),
)

# Excerpts that wait for their pages: `connectors.waiting.Waiting`, one an article; `place` is the order of coming.
pages = sa.Table(
    "pages",
    metadata,
    sa.Column("place", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("article_id", sa.Text, nullable=False, unique=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("alias", sa.Text, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_try", UtcTime, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)

# Which hubs push which sources: `connectors.subscriptions.Subscription`.
subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("hub", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("due", UtcTime, nullable=False),
    sa.Column("asked", UtcTime),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("until", UtcTime),
)
