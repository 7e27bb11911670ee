"""The records on the wire: what one stage hands to the next.

One rule: a record says what was read, never what follows from it. Records are frozen, built by keyword, and travel as
JSON; fields that a reader does not know are ignored, so that two versions can run side by side. Old bytes must still
decode: `tests/contract` keeps samples of every version.

Times are aware datetimes in UTC. Money is `Decimal`, on the wire a string. Offsets count Python characters.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar

import msgspec

from streams.errors import BadInput

Qualifier = Literal["exact", "about", "at_least", "more_than", "up_to", "less_than", "range", "vague"]
Status = Literal["announced", "planned", "negotiating", "completed", "stalled", "denied"]
Role = Literal["total", "initial", "commitment", "secured", "stake", "capex", "deal", "valuation", "revenue", "other"]
Polarity = Literal["affirmed", "denied", "doubted"]
ClaimTime = Literal["standing", "superseded", "past"]
ClaimKind = Literal["figure", "partner", "status"]
ProjectState = Literal["active", "stalled", "paused", "cancelled"]
PartnerState = Literal["in", "doubted", "out"]
ChangeKind = Literal[
    "figure_new", "figure_changed", "partner_added", "partner_left", "conflict", "correction", "status"
]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of everything on the wire."""


class Article(Record, frozen=True, kw_only=True):
    """One revision of one news item, as a source published it.

    `revision` counts from 1; a changed text is the next one. `published_at` is null where the source named no usable
    date: it is never the time of fetching. `excerpt` marks a body that is only what the feed gave of a longer article,
    because its page could not be had. `quiet` marks history (a feed's first poll, an old item): it is learned and
    alerts nobody. `country` (ISO 3166, two letters) is the outlet's, for currencies named without one.
    """

    article_id: str
    revision: int
    source_id: str
    url: str
    title: str
    body: str
    fetched_at: datetime
    published_at: datetime | None = None
    published_precision: Literal["second", "day"] = "second"
    language: str | None = None
    country: str | None = None
    encoding_suspect: bool = False
    quiet: bool = False
    excerpt: bool = False


class Span(Record, frozen=True, kw_only=True):
    """`getattr(article, part)[start:end]` is the evidence."""

    part: Literal["title", "body"]
    start: int
    end: int


class Mention(Record, frozen=True, kw_only=True):
    """Where an entity of the watchlist is named; `surface` is the name as written, without clitics."""

    entity: str
    span: Span
    surface: str


class Amount(Record, frozen=True, kw_only=True):
    """A quantity of money as written. `low` and `high` are equal for one value; null means open on that side.

    The span runs from the number to the currency, without the qualifier. `period` is "year" or null; `equivalent_of` is
    the amount that this one converts, where the text gives both ("21 مليار ريال (5.6 مليار دولار)").
    """

    low: Decimal | None
    high: Decimal | None
    currency: str | None
    qualifier: Qualifier
    span: Span
    surface: str
    period: str | None = None
    equivalent_of: Amount | None = None


class Claim(Record, frozen=True, kw_only=True):
    """What one article says of one fact: a figure, a partner, or a project's status.

    `fact` is the key of the fact it speaks of, or null when a party that the key needs is not named: such a claim is
    shown and touches nothing. `payers` is empty where the text names none; for a partner claim `to` is the project and
    `payers` the one organisation. `salient` marks the claim that speaks for its article where several give one fact a
    value. `sentence` is the evidence, `evidence` its place, `confidence` between 0 and 1, `rule` what decided.
    """

    kind: ClaimKind
    fact: str | None
    evidence: Span
    sentence: str
    confidence: float
    rule: str
    role: Role | None = None
    payers: tuple[str, ...] = msgspec.field(default=(), name="from")
    to: str | None = None
    amount: Amount | None = None
    state: ProjectState | None = None
    polarity: Polarity = "affirmed"
    status: Status = "announced"
    time: ClaimTime = "standing"
    speaker: str | None = None
    salient: bool = True


# How many hashes a sketch has; one that has fewer has all of its text's.
SKETCH_SIZE = 64


class Origin(Record, frozen=True, kw_only=True):
    """What tells independent reporting from a reprint: the agency credited, and a sketch that keeps the numbers."""

    attribution: str | None = None
    sketch: tuple[int, ...] = ()


class Reading(Record, frozen=True, kw_only=True):
    """All that was read in one article revision, also when that is nothing.

    `event_time` is when the news happened as far as the source says (see `streams.extract.reader`); `first_seen` is
    when Rasid fetched this revision. `watchlist` is the fingerprint of the watchlist that it was read with, `read_at`
    when: of two readings of one revision by the same reader with other watchlists the later one counts.
    """

    article_id: str
    revision: int
    reader_version: int
    source_id: str
    url: str
    title: str
    event_time: datetime
    first_seen: datetime
    published_at: datetime | None = None
    quiet: bool = False
    encoding_suspect: bool = False
    mentions: tuple[Mention, ...] = ()
    amounts: tuple[Amount, ...] = ()
    claims: tuple[Claim, ...] = ()
    origin: Origin = Origin()
    watchlist: str = ""
    read_at: datetime | None = None


class Figure(Record, frozen=True, kw_only=True, tag="figure"):
    """The value of a figure fact. Both ends null: nothing is known any more."""

    low: Decimal | None
    high: Decimal | None
    currency: str | None
    qualifier: Qualifier
    status: Status


class State(Record, frozen=True, kw_only=True, tag="state"):
    """The value of a partner fact (in, doubted, out) or of a project's status."""

    state: PartnerState | ProjectState


class Evidence(Record, frozen=True, kw_only=True):
    """The sentence that a value rests on, and where it stands. A baseline has a source and a date, no article."""

    sentence: str
    source_id: str
    url: str
    time: datetime
    article_id: str | None = None
    title: str = ""
    span: Span | None = None


class Known(Record, frozen=True, kw_only=True):
    """A value with the evidence that it rests on."""

    value: Figure | State
    evidence: Evidence


class Change(Record, frozen=True, kw_only=True):
    """A fact's value moved: the `number`-th change in that fact's history, seen at `time`.

    `other` is the second value of a conflict. `origins` counts independent reports of the new value, `reason` names
    the rule that decided.
    """

    change_id: str
    fact: str
    number: int
    kind: ChangeKind
    old: Known | None
    new: Known | None
    time: datetime
    reason: str
    other: Known | None = None
    origins: int = 1
    confidence: float = 1.0


class DeadLetter(Record, frozen=True, kw_only=True):
    """A message that a stage could not use, with the reason, so that an operator can look at it and send it again.

    `payload` is the message; where it is not `whole`, it was cut, or is no text, and cannot be sent again.
    """

    stage: str
    topic: str
    key: str | None
    reason: str
    detail: str
    payload: str
    time: datetime
    whole: bool = True


class Redriven(Record, frozen=True, kw_only=True):
    """The mark on the dead-letter topic that a letter (`partition-offset`) was sent again."""

    letter: str
    time: datetime


R = TypeVar("R", bound=Record)

_ENCODER = msgspec.json.Encoder(decimal_format="string", order="deterministic")


def encode(record: Record) -> bytes:
    """The record as JSON bytes, the same bytes for equal records."""
    return _ENCODER.encode(record)


def decode(data: bytes | str, kind: type[R]) -> R:
    """The record of that kind in JSON `data`.

    Raises `BadInput` (reason `schema`) naming the field that does not fit.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput("schema", f"no valid {kind.__name__}: {error}") from error
