"""What programs may ask, as a table: each address with its parameters as a type and its answer as a type.

One rule: the types are all there is. A request is read by them, so what they do not allow is refused; the description
at /openapi.json is made of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from alerts import listing
from alerts.keys import LONGEST, FactKind
from rasid.web import shapes
from rasid.web.jsonfeed import Feed
from streams.errors import BadInput
from streams.records import ChangeKind

BASE = "/api/v1"
MOST = 500

# PostgreSQL takes no null character, and nothing here is called anything with one.
_PLAIN = r"^[^\x00-\x1f\x7f]+$"
Name = Annotated[str, Meta(pattern=_PLAIN, max_length=LONGEST)]
Key = Annotated[
    str, Meta(pattern=_PLAIN, max_length=LONGEST, description="A fact's key.", examples=["figure:total:stargate:USD"])
]
Project = Annotated[str, Meta(pattern=_PLAIN, max_length=LONGEST, description="The id of a project, site or company.")]
Limit = Annotated[int, Meta(ge=1, le=MOST, description="How many at most.")]
Rows = Annotated[int, Meta(ge=1, le=5000, description="How many at most.")]
Told = Annotated[int, Meta(ge=1, le=MOST, description="From how many of the newest claims its history is told.")]
Cursor = Annotated[str, Meta(pattern=_PLAIN, max_length=2000, description="The `next` of the page before.")]
When = Annotated[datetime, Meta(tz=True)]
AsOf = Annotated[datetime, Meta(tz=True, description="As it was known at that moment.")]


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what may be asked."""


class Paged(Query, frozen=True, kw_only=True):
    """A list, a page at a time."""

    limit: Limit = 50
    cursor: Cursor | None = None


class AskedFacts(Paged, frozen=True, kw_only=True):
    """Which facts."""

    project: Project | None = None
    kind: FactKind | None = None
    as_of: AsOf | None = None


class AskedFact(Query, frozen=True, kw_only=True):
    """Which fact."""

    key: Key
    as_of: AsOf | None = None
    limit: Annotated[
        int, Meta(ge=1, le=MOST, description="From how many of the newest claims to tell its history.")
    ] = 50


class AskedClaims(Paged, frozen=True, kw_only=True):
    """Of which fact."""

    fact: Key


class AskedChanges(Paged, frozen=True, kw_only=True):
    """Which changes."""

    project: Project | None = None
    fact: Key | None = None
    kind: ChangeKind | None = None
    since: Annotated[When | None, Meta(description="Noticed at that moment or later.")] = None
    until: Annotated[When | None, Meta(description="Noticed before that moment.")] = None
    silent: Annotated[bool, Meta(description="Those too that nobody was told of.")] = False


class AskedDeliveries(Paged, frozen=True, kw_only=True):
    """Which deliveries."""

    state: Literal["pending", "sending", "sent", "unknown", "dead"] | None = None
    destination: Name | None = None
    change: Annotated[Name | None, Meta(description="The id of a change.")] = None


class AskedTable(AskedChanges, frozen=True, kw_only=True):
    """Which changes, for a spreadsheet."""

    limit: Rows = 1000


class AskedFactTable(AskedFacts, frozen=True, kw_only=True):
    """Which facts, for a spreadsheet."""

    limit: Rows = 1000


class AskedFeed(Paged, frozen=True, kw_only=True):
    """Which changes, for a feed reader, and in which language; any that there is none of is Arabic."""

    limit: Limit = 30
    project: Project | None = None
    fact: Key | None = None
    lang: Annotated[Name | None, Meta(description="`ar` or `en`.")] = None


Q = TypeVar("Q", bound=Query)
A = TypeVar("A", bound=shapes.Shape)


@dataclass(frozen=True, slots=True)
class Operation(Generic[Q, A]):
    """One address. `single`: it answers 404 where there is no such thing."""

    name: str
    path: str
    summary: str
    query: type[Q]
    answer: type[A]
    media: str = "application/json"
    single: bool = False


class Text(shapes.Shape, frozen=True):
    """What stands for an answer that is no JSON."""


PROJECTS = Operation("listProjects", f"{BASE}/projects", "What is watched.", Paged, shapes.Projects)
FACTS = Operation(
    "listFacts", f"{BASE}/facts", "What is known, or was known at a moment of the past.", AskedFacts, shapes.Facts
)
FACT = Operation(
    "getFact", f"{BASE}/fact", "One fact and how it came to its value.", AskedFact, shapes.History, single=True
)
CLAIMS = Operation(
    "listClaims", f"{BASE}/claims", "All that articles say of a fact, for and against.", AskedClaims, shapes.Claims
)
CHANGES = Operation("listChanges", f"{BASE}/changes", "What changed.", AskedChanges, shapes.Changes)
DELIVERIES = Operation(
    "listDeliveries", f"{BASE}/deliveries", "Who was told of what.", AskedDeliveries, shapes.Deliveries
)
SOURCES = Operation("listSources", f"{BASE}/sources", "What is read, and how it is.", Paged, shapes.Sources)
ATOM = Operation(
    "readAtom",
    "/feed.atom",
    "The newest changes as an Atom feed.",
    AskedFeed,
    Text,
    "application/atom+xml",
    single=True,
)
JSON_FEED = Operation(
    "readJsonFeed",
    "/feed.json",
    "The newest changes as a JSON Feed.",
    AskedFeed,
    Feed,
    "application/feed+json",
    single=True,
)
FACTS_CSV = Operation(
    "tabulateFacts", "/facts.csv", "What is known, for spreadsheets.", AskedFactTable, Text, "text/csv"
)
CHANGES_CSV = Operation(
    "tabulateChanges", "/changes.csv", "What changed, for spreadsheets.", AskedTable, Text, media="text/csv"
)
JSON: tuple[Operation[Any, Any], ...] = (PROJECTS, FACTS, FACT, CLAIMS, CHANGES, DELIVERIES, SOURCES)
ALL: tuple[Operation[Any, Any], ...] = (*JSON, ATOM, JSON_FEED, FACTS_CSV, CHANGES_CSV)


_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def read(given: Collection[tuple[str, str]], kind: type[Q]) -> Q:
    """What is asked for, times in UTC. Raises `BadInput` (reason `query`) that names the parameter at fault."""
    named = dict(given)
    if len(named) < len(given):
        raise BadInput("query", "a parameter is given twice")
    try:
        asked = msgspec.convert(named, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("query", str(error)) from error
    # To the converter the word "null" is nothing, and what filters would filter no more.
    if nothing := next((name for name in named if getattr(asked, name, ...) is None), None):
        raise BadInput("query", f"{nothing} is null: leave it out")
    given_times = ((name, getattr(asked, name)) for name in kind.__struct_fields__)
    times = {name: _in_utc(value) for name, value in given_times if isinstance(value, datetime)}
    return msgspec.structs.replace(asked, **times)


def _in_utc(time: datetime) -> datetime:
    """The time in UTC; before the first year or after the last it is their first or last moment."""
    try:
        return time.astimezone(UTC)
    except OverflowError:
        return _LAST if time.year > 1 else _FIRST


def which(asked: AskedChanges) -> listing.Changes:
    """The changes asked for, as the ledger is asked for them."""
    return listing.Changes(
        project=asked.project,
        fact=asked.fact,
        kind=asked.kind,
        since=asked.since,
        until=asked.until,
        silent=asked.silent,
    )
