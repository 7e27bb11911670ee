"""What is known, as gauges: the figures that people are told of, and how many take part in each project."""

from __future__ import annotations

from collections import Counter

from alerts import metrics
from alerts.decide import worth
from alerts.ledger import Fact, Ledger
from alerts.policy import Policy
from streams.records import Figure, State


def refresh(ledger: Ledger, policy: Policy) -> None:
    """Set the gauges from the ledger. A fact that names somebody who is not on the watchlist has none."""
    listed = [fact for fact in ledger.facts() if fact.key.listed()]
    taking_part = [fact for fact in listed if fact.key.kind == "partner" and _takes_part(fact)]
    partners = Counter(fact.key.to for fact in taking_part if fact.key.to in policy.projects)
    members: dict[str, set[str]] = {}
    for fact in taking_part:
        members.setdefault(policy.family(fact.key.to), set()).update(fact.key.payers)
    metrics.PARTNERS.clear()
    for project, count in partners.items():
        metrics.PARTNERS.labels(project).set(count)
    metrics.FACT_VALUE.clear()
    for fact in listed:
        middle = _middle(fact)
        if middle is not None and worth(fact.key, policy, members):
            metrics.FACT_VALUE.labels(fact.fact).set(middle)


def _takes_part(fact: Fact) -> bool:
    return fact.present is not None and isinstance(fact.present.value, State) and fact.present.value.state != "out"


def _middle(fact: Fact) -> float | None:
    if fact.present is None or not isinstance(fact.present.value, Figure):
        return None
    ends = [end for end in (fact.present.value.low, fact.present.value.high) if end is not None]
    return float(sum(ends) / len(ends)) if ends else None
