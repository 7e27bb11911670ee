"""Claims and readings for tests, in few words: `figure("total:stargate:USD", 500)` is 500 billion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.policy import Policy
from alerts.reports import Report
from streams.records import Amount, Change, Claim, Figure, Known, Origin, Qualifier, Reading, Span, State

BILLION = 10**9
START = datetime(2025, 1, 21, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)

TOTAL = "figure:total:stargate:USD"
STAKE = "figure:stake:softbank->openai:USD"

POLICY = Policy(
    projects={"stargate": None, "stargate-uae": "stargate"},
    names={
        "stargate": {"ar": "ستارغيت", "en": "Stargate"},
        "softbank": {"ar": "سوفت بنك", "en": "SoftBank"},
        "openai": {"ar": "أوبن إيه آي", "en": "OpenAI"},
    },
)


def span(sentence: str) -> Span:
    return Span(part="body", start=0, end=len(sentence))


def amount(value: Any, qualifier: Qualifier = "exact", **fields: Any) -> Amount:
    """Billions: one number, or a pair for a range; a bound is open on the side that its qualifier leaves open."""
    low, high = value if isinstance(value, tuple) else (value, value)
    if isinstance(value, tuple) and qualifier == "exact":
        qualifier = "range"
    if qualifier in ("up_to", "less_than"):
        low = None
    if qualifier in ("at_least", "more_than"):
        high = None
    ends = [None if end is None else Decimal(str(end)) * BILLION for end in (low, high)]
    return Amount(low=ends[0], high=ends[1], currency="USD", qualifier=qualifier, span=span("x"), surface="x", **fields)


def figure(fact: str | None, value: Any = None, qualifier: Qualifier = "exact", **fields: Any) -> Claim:
    """A figure claim; `value` None is a claim without an amount."""
    sentence = fields.pop("sentence", f"جملة عن {value}")
    said = None if value is None else amount(value, qualifier, period=fields.pop("period", None))
    given: dict[str, Any] = {"role": fact.split(":")[1] if fact else "other", "confidence": 0.9} | fields
    return Claim(kind="figure", fact=fact, amount=said, evidence=span(sentence), sentence=sentence, rule="t", **given)


def partner(fact: str, **fields: Any) -> Claim:
    """A partner claim: `partner("cisco@stargate-uae")`."""
    sentence = f"جملة عن {fact}"
    given: dict[str, Any] = {"confidence": 0.9} | fields
    return Claim(kind="partner", fact=f"partner:{fact}", evidence=span(sentence), sentence=sentence, rule="t", **given)


def status(project: str, state: Any, **fields: Any) -> Claim:
    """A claim on a project's status."""
    sentence = f"جملة عن {project}"
    fact = f"status:{project}"
    given: dict[str, Any] = {"confidence": 0.9} | fields
    return Claim(kind="status", fact=fact, state=state, evidence=span(sentence), sentence=sentence, rule="t", **given)


def reading(article: str, day: float, *claims: Claim, **given: Any) -> Reading:
    """A reading of an article published on that day after the announcement, in an outlet of its own."""
    then = START + timedelta(days=day)
    fields: dict[str, Any] = {"revision": 1, "reader_version": 1, "source_id": f"outlet-{article}"} | given
    return Reading(
        article_id=article,
        url=f"https://news.example/{article}",
        title=f"عنوان {article}",
        event_time=fields.pop("event_time", then),
        first_seen=fields.pop("first_seen", then),
        claims=claims,
        **fields,
    )


def reports(*readings: Reading) -> tuple[Report, ...]:
    """All claims of the readings as reports."""
    return tuple(
        Report(
            article_id=one.article_id,
            source_id=one.source_id,
            url=one.url,
            title=one.title,
            event_time=one.event_time,
            first_seen=one.first_seen,
            origin=one.origin,
            claim=claim,
        )
        for one in readings
        for claim in one.claims
    )


def origin(attribution: str | None = None, sketch: Iterable[int] = ()) -> Origin:
    return Origin(attribution=attribution, sketch=tuple(sketch))


def shown(known: Known | None) -> str | None:
    """A value in a form that rows can be written in: "500", "15-25 negotiating", "up_to 500", "in"."""
    if known is None:
        return None
    value: Figure | State = known.value
    if isinstance(value, State):
        return value.state
    low, high = (None if end is None else f"{float(end) / BILLION:g}" for end in (value.low, value.high))
    number = f"{low}-{high}" if low and high and low != high else (low or high or "nothing")
    words = [] if value.qualifier in ("exact", "range") else [value.qualifier]
    return " ".join([*words, number, *([] if value.status == "announced" else [value.status])])


def told(change: Change) -> str:
    """A change in such a form: "figure_changed 15-25 negotiating > 30 completed"."""
    return f"{change.kind} {shown(change.old)} > {shown(change.new)}"


def learn_all(ledger: Ledger, *readings: Reading, policy: Policy = POLICY) -> list[Change]:
    """Learn the readings in the order given; the changes worth telling."""
    return [change for one in readings for change in learn(ledger, one, policy, (), NOW)]
