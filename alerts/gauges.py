"""What is known, as gauges: the figures that people are told of, and how many take part in each project.

Only what the watchlist names is read, so that what is known of everybody else costs nothing. One rule: reading takes
its time and happens in a thread, showing happens at once in the event loop that answers Prometheus: nobody ever sees
some gauges without the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from alerts import keys, metrics
from alerts.decide import worth
from alerts.ledger import Ledger
from alerts.policy import Policy
from streams.records import Figure, Known, State


class Gauges(msgspec.Struct, frozen=True):
    """How many take part in each project, and the figure of each fact."""

    partners: Mapping[str, int]
    figures: Mapping[str, float]


def read(ledger: Ledger, policy: Policy) -> Gauges:
    """The gauges as the ledger has them. A fact that names somebody who is not on the watchlist has none.

    Raises `Unavailable` when the database does not answer.
    """
    partners = ledger.standing("partner", policy.projects)
    taking_part = [keys.parse(fact) for fact, known in partners if _takes_part(known)]
    members: dict[str, set[str]] = {}
    for key in taking_part:
        members.setdefault(policy.family(key.to), set()).update(key.payers)
    # What people are told of is about a watched project or one of its partners.
    about = set(policy.projects).union(members, *members.values())
    found = ledger.standing("figure", about)
    figures = ((fact, _middle(known)) for fact, known in found if worth(keys.parse(fact), policy, members))
    return Gauges(
        partners=Counter(key.to for key in taking_part),
        figures={fact: middle for fact, middle in figures if middle is not None},
    )


def show(gauges: Gauges) -> None:
    """Set the gauges to these, and have no others. In the event loop, without waiting for anything."""
    metrics.PARTNERS.clear()
    for project, count in gauges.partners.items():
        metrics.PARTNERS.labels(project).set(count)
    metrics.FACT_VALUE.clear()
    for fact, middle in gauges.figures.items():
        metrics.FACT_VALUE.labels(fact).set(middle)


def _takes_part(known: Known) -> bool:
    return isinstance(known.value, State) and known.value.state != "out"


def _middle(known: Known) -> float | None:
    if not isinstance(known.value, Figure):
        return None
    ends = [end for end in (known.value.low, known.value.high) if end is not None]
    return float(sum(ends) / len(ends)) if ends else None
