"""What programs are answered, as types: the answers are made of them, and so is the description at /openapi.json.

One rule: a field says here what it means, in which unit, and when it is null; nothing says it a second time.
Money is a plain number in the currency's unit; times are RFC 3339.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from alerts.keys import FactKind
from rasid.feedhealth import Health
from streams.records import (
    ChangeKind,
    ClaimKind,
    ClaimTime,
    PartnerState,
    Polarity,
    ProjectState,
    Qualifier,
    Role,
    Status,
)

Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Cursor = Annotated[str | None, Meta(description="What to ask for the next page with; null on the last one.")]
Number = int | float | None
Share = Annotated[float, Meta(description="Between 0 and 1.", ge=0, le=1)]
Key = Annotated[str, Meta(description="The fact's key.", examples=["figure:total:stargate:USD"])]
Origins = Annotated[int, Meta(description="How many independent reports say so.")]


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all of them."""


class Value(Shape, frozen=True, kw_only=True):
    """A value: of a figure `low`, `high`, `currency`, `qualifier` and `status`; of a partner or a project `state`.

    `low` and `high` are equal for one value, and null on a side that is open; both null: nothing is known any more.
    """

    low: Number | UnsetType = UNSET
    high: Number | UnsetType = UNSET
    currency: str | UnsetType | None = UNSET
    qualifier: Qualifier | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    state: PartnerState | ProjectState | UnsetType = UNSET


class Span(Shape, frozen=True, kw_only=True):
    """Where a sentence stands in its article, in characters."""

    part: Literal["title", "body"]
    start: int
    end: int


class Evidence(Shape, frozen=True, kw_only=True):
    """The sentence that a value rests on, shortened where it is very long, and its article; a baseline has none."""

    sentence: str
    source: str
    url: str
    title: str
    time: Annotated[Moment, Meta(description="When it happened, as far as the source says.")]
    article_id: str | None
    span: Span | None


class Side(Shape, frozen=True, kw_only=True):
    """A value with the evidence that it rests on."""

    value: Value
    evidence: Evidence


class Fact(Shape, frozen=True, kw_only=True):
    """What is known of one fact.

    `present` is the value in force, null when nothing is known any more; `contender` is the other one while reports
    conflict. `changes` counts how often the value moved.
    """

    fact: Key
    kind: FactKind
    role: str | None
    payers: tuple[str, ...]
    to: Annotated[str, Meta(description="The project, site or company.")]
    currency: str | None
    yearly: bool
    present: Side | None
    contender: Side | None
    since: datetime | None
    origins: Origins
    confidence: Share
    changes: int


class Facts(Shape, frozen=True, kw_only=True):
    """Some facts, by key."""

    facts: tuple[Fact, ...]
    next: Cursor


class Step(Shape, frozen=True, kw_only=True):
    """A value that a fact held from `since` on; `denied` is what took it back, if anything did."""

    since: datetime
    value: Value
    evidence: Evidence
    origins: Origins
    confidence: Share
    denied: Evidence | None


class History(Shape, frozen=True, kw_only=True):
    """One fact and how it came to its value, oldest step first.

    `earlier` says that there are older steps than those shown.
    """

    fact: Fact
    history: tuple[Step, ...]
    earlier: bool


class Claim(Shape, frozen=True, kw_only=True):
    """What one article says of one fact. `salient`: it speaks for its article where that gives several values."""

    kind: ClaimKind
    role: Role | None
    payers: tuple[str, ...]
    to: str | None
    value: Value
    evidence: Evidence
    polarity: Polarity
    time: Annotated[ClaimTime, Meta(description="Whether it stands, is given as superseded, or is a past event.")]
    speaker: str | None
    salient: bool
    confidence: Share
    rule: Annotated[str, Meta(description="What decided how it was read.")]
    first_seen: datetime


class Claims(Shape, frozen=True, kw_only=True):
    """Some of what articles say of one fact, for and against, the newest first."""

    claims: tuple[Claim, ...]
    next: Cursor


class ChangeData(Shape, frozen=True, kw_only=True):
    """How a fact's value moved: the `number`-th change of that fact. `other` is the second value of a conflict."""

    change_id: str
    fact: Key
    number: int
    kind: ChangeKind
    severity: Literal["low", "normal", "high"]
    reason: Annotated[str, Meta(description="The rule that decided.")]
    origins: Origins
    confidence: Share
    old: Side | None
    new: Side | None
    other: Side | None


class Change(Shape, frozen=True, kw_only=True):
    """A change, to the letter as webhooks receive it.

    `silence` says why nobody was told; what was told has none.
    """

    type: Annotated[str, Meta(examples=["figure.changed", "partner.left"])]
    timestamp: Annotated[Moment, Meta(description="When it was noticed.")]
    data: ChangeData
    silence: str | UnsetType = UNSET


class Changes(Shape, frozen=True, kw_only=True):
    """Some changes, the newest first."""

    changes: tuple[Change, ...]
    next: Cursor


class Project(Shape, frozen=True, kw_only=True):
    """A watched project or site; a site's `parent` is its project. `names` are by language."""

    id: str
    parent: str | None
    names: dict[str, str]


class Projects(Shape, frozen=True, kw_only=True):
    """Some projects, by id."""

    projects: tuple[Project, ...]
    next: Cursor


class Delivery(Shape, frozen=True, kw_only=True):
    """One alert to one destination and how it went; `reason` is why it did not go at once, or at all."""

    delivery_id: str
    change_id: str
    fact: Key
    destination: str
    state: Literal["pending", "sending", "sent", "unknown", "dead"]
    attempts: int
    created: datetime
    next_at: Annotated[datetime, Meta(description="When it is tried next, while it is pending.")]
    finished: datetime | None
    reason: str | None


class Deliveries(Shape, frozen=True, kw_only=True):
    """Some deliveries, the newest first."""

    deliveries: tuple[Delivery, ...]
    next: Cursor


class Source(Shape, frozen=True, kw_only=True):
    """A configured source and how it is. Spans of time are in seconds.

    `failures` counts those in a row, `reason` is the last one's; `by_reason` counts all there ever were. `cadence` is
    the usual time between two items. Its address stays with the operator: some hold a key.
    """

    id: str
    title: str
    group: str
    health: Health
    last_success: datetime | None
    next_poll: Annotated[datetime | None, Meta(description="Null while it is paused, and before the first poll.")]
    cadence: float | None
    failures: int
    reason: str | None
    by_reason: dict[str, int]


class Sources(Shape, frozen=True, kw_only=True):
    """Some sources, by id. `at_hand` is false where the list of sources or their archive cannot be seen from here."""

    sources: tuple[Source, ...]
    at_hand: bool
    next: Cursor


class Problem(Shape, frozen=True, kw_only=True):
    """What is wrong with a request, by RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
