"""Every Prometheus name of the connectors. Labels come from the configuration and `connectors.outcomes` only."""

from __future__ import annotations

from contextlib import suppress

from prometheus_client import Counter, Gauge, Histogram

from connectors.states import FeedState

ARTICLES = Counter("rasid_articles_total", "Article revisions accepted into the archive.", ["source"])
DUPLICATES = Counter("rasid_articles_duplicate_total", "Entries of feeds that were archived already, as they are.")
SKIPPED = Counter("rasid_entries_skipped_total", "Entries of feeds without anything to read.", ["source"])
LAST_SUCCESS = Gauge(
    "rasid_feed_last_success_timestamp_seconds", "When the source was last polled with success.", ["source"]
)
FAILURES = Counter("rasid_feed_failures_total", "Polls and documents that failed.", ["source", "reason"])
LAST_NEWS = Gauge("rasid_feed_last_news_timestamp_seconds", "When the source last brought anything new.", ["source"])
LONGEST_SILENCE = Gauge(
    "rasid_feed_longest_silence_seconds", "The longest time of late that the source brought nothing new.", ["source"]
)
NEXT_POLL = Gauge("rasid_feed_next_poll_timestamp_seconds", "When the source is polled next.", ["source"])
SUSPECT = Gauge(
    "rasid_feed_suspect_entries",
    "Entries of the source's newest document that were probably decoded wrongly.",
    ["source"],
)
FAILING = Gauge("rasid_feed_failing", "1 while the source has failed several times in a row, else 0.", ["source"])
OFFLINE = Gauge("rasid_offline", "1 while no host at all can be reached, else 0.")
SLIP_SECONDS = Histogram("rasid_poll_slip_seconds", "How long after the moment it was due a poll began.")
POLL_SECONDS = Histogram("rasid_poll_seconds", "How long a poll took, from fetching to the broker's acknowledgement.")
PAGES = Counter(
    "rasid_pages_total",
    "Pages of articles that were asked for, by what came of it: text, or why none.",
    ["source", "outcome"],
)
PAGES_WAITING = Gauge("rasid_pages_waiting", "Excerpts that wait for their pages.")
PUSHES = Counter(
    "rasid_pushes_total",
    "What hubs pushed, by what came of it: stored, overtaken by newer ones, forged, or why it cannot be read.",
    ["source", "outcome"],
)
PUSHED = Gauge("rasid_pushed", "1 while the source's hub pushes it, 0 while none does that should.", ["source"])
OUTBOX = Gauge("rasid_outbox_revisions", "Archived revisions that the broker has not acknowledged.")
OUTBOX_BYTES = Gauge("rasid_outbox_bytes", "Bytes of archived revisions that the broker has never acknowledged.")
OUTBOX_LIMIT = Gauge("rasid_outbox_limit_bytes", "So many bytes waiting for the broker, and nothing is polled.")
FORGOTTEN = Counter("rasid_archive_forgotten_total", "Article revisions whose text was kept for long enough.")


def show(state: FeedState) -> None:
    """Set what is shown of a source to its state."""
    times = ((LAST_SUCCESS, state.last_success), (LAST_NEWS, state.last_news), (NEXT_POLL, state.next_poll))
    for gauge, moment in times:
        if moment is not None:
            gauge.labels(state.source_id).set(moment.timestamp())
    if state.longest_silence is not None:
        LONGEST_SILENCE.labels(state.source_id).set(state.longest_silence.total_seconds())
    FAILING.labels(state.source_id).set(state.is_ill)


def hide(source_id: str) -> None:
    """Show nothing of a source that is left alone: nobody is to be woken for it."""
    for gauge in (LAST_SUCCESS, LAST_NEWS, LONGEST_SILENCE, FAILING, NEXT_POLL, SUSPECT):
        with suppress(KeyError):
            gauge.remove(source_id)
