"""`rasid learn`: readings into the ledger."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from alerts.learn import Learner
from alerts.ledger import Ledger
from rasid.kafka import ensure_topics
from rasid.seeds import make_policy, read_baseline, read_watchlist
from rasid.settings import Settings
from rasid.stages import Hosted
from rasid.tables import open_tables


def build(settings: Settings) -> Hosted:
    """The learn stage, over the ledger."""
    kafka = settings.kafka.connection()
    stage = Learner(
        kafka,
        Ledger(open_tables(settings, "ledger")),
        make_policy(read_watchlist(settings), settings.alerts),
        settings.outlets(),
        baseline=read_baseline(settings),
        limits=settings.breaker.limits(),
        keep=timedelta(days=days) if (days := settings.ledger.keep_days) else None,
    )
    return Hosted(stage, (settings.health.host, settings.health.learn), partial(ensure_topics, kafka))
