"""Every Prometheus name of this stage. Labels come from configuration and closed vocabularies, never from content."""

from __future__ import annotations

from typing import get_args

from prometheus_client import Counter, Gauge, Histogram

from streams.records import ClaimKind

READ = Counter("rasid_readings_total", "Articles read and sent on as readings.")
EXTRACT_SECONDS = Histogram(
    "rasid_extract_seconds",
    "Time to read one article.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
)
CLAIMS = Counter("rasid_claims_total", "Claims read in articles.", ["kind"])
DEAD_LETTERS = Counter("rasid_dead_letters_total", "Messages set aside on the dead-letter topic.", ["reason"])
# A series that exists only from its first event on shows no increase for that event.
for _reason in ("schema", "reader_fault", "too_large"):
    DEAD_LETTERS.labels(_reason)
for _kind in get_args(ClaimKind):
    CLAIMS.labels(_kind)
BREAKER = Gauge("rasid_breaker_open", "1 while the stage takes no input because too much of it failed.")
HEARTBEAT_SECONDS = Gauge(
    "rasid_heartbeat_seconds", "How long the last heartbeat took as far as this stage.", ["stage"]
)
LAG = Gauge("rasid_consumer_lag", "Messages waiting on the partitions of this worker.", ["topic"])
