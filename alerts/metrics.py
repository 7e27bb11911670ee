"""Every Prometheus name of learn and deliver. Labels come from configuration and closed lists, never from content.

Some of the names are those of other stages too, each in a process of its own. `_Shared` lets them stand side by side
where one process imports several stages, as tests and small commands do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from streams.records import ChangeKind


class _Shared(Collector):
    """Exposes a metric without claiming its name."""

    def __init__(self, metric: Counter | Gauge) -> None:
        self._metric = metric

    @override
    def collect(self) -> Iterable[Metric]:
        return self._metric.collect()

    def describe(self) -> Iterable[Metric]:
        """No names to claim."""
        return ()


LEARNED = Counter("rasid_learned_total", "Readings learned.")
LEARN_SECONDS = Histogram(
    "rasid_learn_seconds",
    "Time to learn one reading, its transaction included.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)
CHANGES = Counter("rasid_changes_total", "Changes worth telling.", ["kind"])
SILENT = Counter("rasid_changes_silent_total", "Changes that nobody is told of, by the reason.", ["reason"])
DELIVERIES = Counter("rasid_deliveries_total", "Tries to deliver, by how they went.", ["destination", "outcome"])
# How a try can go; `lease_lost`: somebody else took it over meanwhile.
OUTCOMES = ("sent", "pending", "unknown", "dead", "lease_lost")
DELIVERY_SECONDS = Histogram(
    "rasid_delivery_seconds",
    "How long a receiver took over one try.",
    ["destination"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
ERRANDS = Counter(
    "rasid_errands_total",
    "Messages brought up to date and words to the operator, by how they went.",
    ["kind", "destination", "outcome"],
)
OLDEST_PENDING = Gauge(
    "rasid_delivery_oldest_pending_seconds", "Age of the oldest unfinished delivery to a configured destination."
)
PAUSED = Gauge("rasid_destination_paused", "1 while a destination that refused is left alone.", ["destination"])
PUBLISHED_TO_ALERT = Histogram(
    "rasid_published_to_alert_seconds",
    "From an article's publication to its alert's delivery.",
    buckets=(1, 5, 15, 60, 300, 900, 3600, 6 * 3600, 86400, 7 * 86400),
)
FACT_VALUE = Gauge("rasid_fact_value", "The figure in force (of a range, its middle).", ["fact"])
PARTNERS = Gauge("rasid_partners", "Organisations that take part.", ["project"])
DEAD_LETTERS = Counter(
    "rasid_dead_letters_total", "Messages set aside on the dead-letter topic.", ["reason"], registry=None
)
BREAKER = Gauge("rasid_breaker_open", "1 while the stage takes no input because too much of it failed.", registry=None)
LAG = Gauge("rasid_consumer_lag", "Messages waiting on the partitions of this worker.", ["topic"], registry=None)

HEARTBEAT_AGE = Gauge(
    "rasid_heartbeat_age_seconds", "Since the newest heartbeat that went the whole way set out; 0 without heartbeats."
)
HEARTBEAT_INTERVAL = Gauge("rasid_heartbeat_interval_seconds", "How often a heartbeat sets out; 0 without heartbeats.")
HEARTBEAT_SECONDS = Gauge(
    "rasid_heartbeat_seconds", "How long the last heartbeat took as far as this stage.", ["stage"], registry=None
)

# A series that exists only from its first event on shows no increase for that event.
for _kind in get_args(ChangeKind):
    CHANGES.labels(_kind)

for _metric in (DEAD_LETTERS, BREAKER, LAG, HEARTBEAT_SECONDS):
    REGISTRY.register(_Shared(_metric))
