"""Every Prometheus name of the connectors. Labels come from the configuration and `connectors.outcomes` only."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

ARTICLES = Counter("rasid_articles_total", "Article revisions accepted into the archive.", ["source"])
DUPLICATES = Counter("rasid_articles_duplicate_total", "Entries of feeds that were archived already, as they are.")
SKIPPED = Counter("rasid_entries_skipped_total", "Entries of feeds without anything to read.", ["source"])
LAST_SUCCESS = Gauge(
    "rasid_feed_last_success_timestamp_seconds", "When the source was last polled with success.", ["source"]
)
FAILURES = Counter("rasid_feed_failures_total", "Polls and documents that failed.", ["source", "reason"])
POLL_SECONDS = Histogram("rasid_poll_seconds", "How long a poll took, from fetching to the broker's acknowledgement.")
OUTBOX = Gauge("rasid_outbox_revisions", "Archived revisions that the broker has not acknowledged.")
