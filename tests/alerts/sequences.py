"""Sequences of articles as data: what a row of `tests/cases/sequences.yaml` says, and how it is run.

An item is one article: `b 2` is article b, published two days after the announcement and learned in this place. Words
after that: `arrives=5` (the day), `quiet`, `from=outlet`, `agency=reuters`, `revision=1`, `reader=2`. An id that comes
again is the article's next revision. What it says is Arabic, read by the real reader, or claims in short:

    total 500 up_to completed     figure:total:stargate:USD, 500 billion; any qualifier, status, polarity, time
    stake:softbank->openai 15-25  with parties; USD where no currency stands
    total denied                  a claim without an amount
    in cisco@stargate             also doubted, out, talks, was, stalls
    stalled stargate              also active, paused, cancelled; with a polarity
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import yaml

from alerts.ledger import Ledger
from alerts.lesson import learn, tick
from alerts.policy import Policy
from rasid.rules import AlertsSection
from rasid.seeds import make_policy
from streams.extract import watchlist
from streams.extract.reader import Reader
from streams.records import Article, Change, Claim, ClaimTime, Polarity, Qualifier, Reading, Status
from tests.alerts.build import START, figure, origin, partner, shown, status, told

_ROOT = Path(__file__).parents[2]
_NAMES = watchlist.load((_ROOT / "seeds" / "watchlist.yaml").read_text(encoding="utf-8"))
READER = Reader(_NAMES)
_PART = {
    "in": {},
    "out": {"polarity": "denied"},
    "doubted": {"polarity": "doubted"},
    "talks": {"status": "negotiating"},
    "stalls": {"status": "stalled"},
    "was": {"time": "past"},
}
_STATES = ("active", "stalled", "paused", "cancelled")
_WORDS = {
    **dict.fromkeys(get_args(Qualifier), "qualifier"),
    **dict.fromkeys(get_args(Status), "status"),
    **dict.fromkeys(get_args(Polarity), "polarity"),
    **dict.fromkeys(get_args(ClaimTime), "time"),
}


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens (`known` quietly, before), by which rules; what is told, what is kept silent and why, how it ends.

    A conflict's window is waited for until the day `until`.
    """

    name: str
    items: tuple[dict[str, str | tuple[str, ...]], ...]
    told: tuple[str, ...]
    ends: dict[str, str | None]
    silent: tuple[str, ...] | None = None
    known: tuple[str, ...] = ()
    rules: dict[str, Any] = {}
    until: float | None = None

    def policy(self) -> Policy:
        """The rules, as an operator would write them."""
        return make_policy(_NAMES, AlertsSection.model_validate(self.rules))

    def readings(self) -> Iterator[Reading]:
        """The items in the order in which they arrive."""
        if self.known:
            yield _reading(_Item(id="known", day=0, quiet=True), self.known, 1)
        seen: dict[str, int] = {}
        arrival = 0.0
        for entry in self.items:
            ((head, said),) = entry.items()
            item = _item(head)
            arrival = max(arrival, item.day, item.arrives)
            item = msgspec.structs.replace(item, arrives=arrival)
            seen[item.id] = seen.get(item.id, 0) + 1
            yield _reading(item, (said,) if isinstance(said, str) else said, seen[item.id])


class _Item(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    day: float
    arrives: float = 0
    quiet: bool = False
    source: str = ""
    agency: str | None = None
    revision: int = 0
    reader: int = 1


def load() -> list[tuple[str, Row]]:
    """All rows, with the pattern that each stands for."""
    text = (_ROOT / "tests" / "cases" / "sequences.yaml").read_text(encoding="utf-8")
    return [(group, msgspec.convert(row, Row)) for group, rows in yaml.safe_load(text).items() for row in rows]


# Every Arabic sentence of the rows.
SENTENCES = sorted(
    {
        text
        for _, row in load()
        for item in row.items
        for said in item.values()
        for text in ((said,) if isinstance(said, str) else said)
        if not text.isascii()
    }
)


def run(ledger: Ledger, row: Row, readings: list[Reading]) -> list[Change]:
    """Learn them as they arrive, the ledger ticking before each; what is told."""
    heard: list[Change] = []
    policy = row.policy()
    for one in readings:
        heard += tick(ledger, policy, (), one.first_seen)
        heard += learn(ledger, one, policy, (), one.first_seen)
    if row.until is not None:
        heard += tick(ledger, policy, (), START + timedelta(days=row.until))
    return heard


def line(change: Change) -> str:
    """A change in the words of the rows."""
    second = f" ({shown(change.other)})" if change.kind == "conflict" else ""
    return f"{_short(change.fact)} {told(change)}{second}"


def fact_key(short: str) -> str:
    """The key that the rows' short form stands for."""
    if "@" in short:
        return f"partner:{short}"
    if short.startswith("status:"):
        return short
    yearly = ":per-year" if short.endswith(":per-year") else ""
    role, *rest = short.removesuffix(yearly).split(":")
    about, currency = (*rest, "USD")[:2] if rest else ("stargate", "USD")
    return f"figure:{role}:{about}:{currency}{yearly}"


def _short(key: str) -> str:
    yearly = ":per-year" if key.endswith(":per-year") else ""
    short = key.removesuffix(yearly).removeprefix("partner:").removeprefix("figure:").removesuffix(":USD")
    return short.removesuffix(":stargate") + yearly if key.startswith("figure:") else short


def _item(head: str) -> _Item:
    name, day, *words = head.split()
    given: dict[str, Any] = {"id": name, "day": float(day)}
    for word in words:
        key, _, value = word.partition("=")
        match key:
            case "arrives":
                given[key] = float(value)
            case "revision" | "reader":
                given[key] = int(value)
            case "from":
                given["source"] = value
            case "agency":
                given[key] = value
            case _:
                given[{"quiet": "quiet"}[key]] = True
    return _Item(**given)


def _reading(item: _Item, said: tuple[str, ...], count: int) -> Reading:
    source = item.source or f"outlet-{item.id}"
    published, seen = (START + timedelta(days=day) for day in (item.day, max(item.day, item.arrives)))
    revision = item.revision or count
    if said and not said[0].isascii():
        article = Article(
            article_id=item.id,
            revision=revision,
            source_id=source,
            url=f"https://news.example/{item.id}",
            title="",
            body="\n".join(said),
            published_at=published,
            fetched_at=seen,
            quiet=item.quiet,
        )
        return READER.read(article)
    return Reading(
        article_id=item.id,
        revision=revision,
        reader_version=item.reader,
        source_id=source,
        url=f"https://news.example/{item.id}",
        title="",
        event_time=published.astimezone(UTC),
        first_seen=seen.astimezone(UTC),
        quiet=item.quiet,
        claims=tuple(_claim(one) for one in said if one),
        origin=origin(item.agency),
    )


def _claim(said: str) -> Claim:
    head, *words = said.split()
    if head in _PART:
        return partner(words[0], **_PART[head])
    if head in _STATES:
        return status(words[0], head, **_fields(words[1:]))
    key = None if head == "nothing" else fact_key(head)
    numbers = [word for word in words if word[0].isdigit()]
    fields = _fields([word for word in words if word not in numbers])
    if key and key.endswith(":per-year"):
        fields["period"] = "year"
    if not numbers:
        return figure(key, None, **fields)
    low, _, high = numbers[0].partition("-")
    return figure(key, (float(low), float(high)) if high else float(low), fields.pop("qualifier", "exact"), **fields)


def _fields(words: list[str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for word in words:
        if word == "minor":
            given["salient"] = False
        elif word == "yearly":
            given["period"] = "year"
        else:
            given[_WORDS[word]] = word
    return given


def end_of_time() -> datetime:
    """Later than any row."""
    return START + timedelta(days=10_000)
