"""`rasid extract`: what was read in a text, as one JSON line for programs or as a page for people.

The one rule: offsets count in the line's own text, so a text without a title is all body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.errors import BadInput
from streams.extract.discovery import UNLISTED
from streams.records import Amount, Article, Claim, Reading, Role, Span

_STYLE = {"affirmed": "green", "doubted": "yellow", "denied": "red"}


def article_of(line: Mapping[str, object], now: datetime) -> Article:
    """The article in an input line `{"id", "text"[, "title", "published"]}`.

    Raises `BadInput` (reason `schema`) when `id` or `text` is missing or no text, or `published` is no date.
    """
    identity, text, title = line.get("id"), line.get("text"), line.get("title") or ""
    if not isinstance(identity, str | int) or not isinstance(text, str) or not isinstance(title, str):
        raise BadInput("schema", "a line needs an id and a text")
    return Article(
        article_id=str(identity),
        revision=1,
        source_id="extract",
        url="",
        title=title,
        body=text,
        fetched_at=now,
        published_at=_date(line.get("published")),
    )


def _date(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(str(value))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput("schema", f"published is no ISO 8601 date: {value!r}") from error


def line_of(reading: Reading) -> dict[str, object]:
    """What was read as the line that `extract --jsonl` prints.

    Where the article has a title, spans in it carry `"part": "title"`. Organisations that are not on the watchlist
    stand apart, under `unlisted`.
    """
    places = {amount.span: index for index, amount in enumerate(reading.amounts)}
    claims = [claim for claim in reading.claims if claim.kind != "status"]
    return {
        "id": reading.article_id,
        "mentions": [{"entity": m.entity, "text": m.surface, **_span(m.span)} for m in reading.mentions],
        "amounts": [_amount(amount) for amount in reading.amounts],
        "claims": [_claim(claim, places) for claim in claims if not _unlisted(claim)],
        "states": [_state(claim) for claim in reading.claims if claim.kind == "status"],
        "unlisted": [_claim(claim, places) for claim in claims if _unlisted(claim)],
    }


def _unlisted(claim: Claim) -> bool:
    return claim.kind == "partner" and any(payer.startswith(UNLISTED) for payer in claim.payers)


def _span(span: Span) -> dict[str, object]:
    place: dict[str, object] = {"start": span.start, "end": span.end}
    return place if span.part == "body" else place | {"part": "title"}


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _amount(amount: Amount) -> dict[str, object]:
    found: dict[str, object] = {
        "text": amount.surface,
        **_span(amount.span),
        "low": _number(amount.low),
        "high": _number(amount.high),
        "currency": amount.currency,
        "qualifier": amount.qualifier,
    }
    return found | ({"period": amount.period} if amount.period else {})


def _claim(claim: Claim, places: Mapping[Span, int]) -> dict[str, object]:
    shared: dict[str, object] = {
        "fact": claim.fact,
        "status": claim.status,
        "polarity": claim.polarity,
        "time": claim.time,
        "confidence": claim.confidence,
        "rule": claim.rule,
        "evidence": _span(claim.evidence),
    }
    if claim.kind == "partner":
        return {"kind": "partner", "project": claim.to, "organisation": "".join(claim.payers)} | shared
    amount = places.get(claim.amount.span) if claim.amount else None
    return {"kind": "figure", "amount": amount, "role": claim.role, "from": list(claim.payers), "to": claim.to} | shared


def _state(claim: Claim) -> dict[str, object]:
    return {"project": claim.to, "state": claim.state, "rule": claim.rule, "evidence": _span(claim.evidence)}


Lost = Mapping[Span, Sequence[tuple[Role, float]]]


def show(reading: Reading, article: Article, lost: Lost, console: Console) -> None:
    """The reading for people: names, every amount, and each claim with what decided, what lost, and its sentence.

    `lost` are the roles that each amount was not given, with their shares.
    """
    named = Table("entity", "times", "written", box=None, header_style="bold", pad_edge=False)
    for entity in dict.fromkeys(mention.entity for mention in reading.mentions):
        surfaces = [mention.surface for mention in reading.mentions if mention.entity == entity]
        named.add_row(Text(entity), str(len(surfaces)), Text(" · ".join(dict.fromkeys(surfaces))))
    console.print(named if reading.mentions else Text("nobody of the watchlist is named", style="dim"))
    claimed = {claim.amount.span for claim in reading.claims if claim.amount}
    for amount in (each for each in reading.amounts if each.span not in claimed):
        console.print(Text(f"\n{_worth(amount)}  {amount.surface}  no claim", style="dim"))
    for claim in reading.claims:
        console.print(_headline(claim))
        console.print(Text(f"  {claim.rule} · {claim.confidence:.2f} · {claim.fact or 'touches no fact'}", style="dim"))
        if claim.amount and (others := _others(lost.get(claim.amount.span, ()))):
            console.print(Text(f"  rather than {others}", style="dim"))
        console.print(_evidence(claim, article))


_WORTH_TELLING = 0.01


def _others(lost: Sequence[tuple[Role, float]]) -> str:
    """As in "commitment 0.12, other 0.03"."""
    return ", ".join(f"{role} {share:.2f}" for role, share in lost if share >= _WORTH_TELLING)


def _headline(claim: Claim) -> Text:
    """As in "commitment  softbank -> stargate  15,000,000,000 USD exact  announced"."""
    parties = " -> ".join(each for each in ("+".join(claim.payers), claim.to or "") if each)
    said = claim.state or (claim.status if claim.polarity == "affirmed" else claim.polarity)
    cells = (claim.role or claim.kind, parties, _worth(claim.amount) if claim.amount else "", said)
    times = [] if claim.time == "standing" else [claim.time]
    line = "  ".join([*filter(None, cells), *times, *([] if claim.salient else ["not salient"])])
    return Text(f"\n{line}", style=f"bold {_STYLE[claim.polarity]}")


def _worth(amount: Amount) -> str:
    ends = [f"{_number(end):,}" for end in dict.fromkeys((amount.low, amount.high)) if end is not None]
    parts = (" to ".join(ends), amount.currency, amount.qualifier, "a year" if amount.period else None)
    return " ".join(part for part in parts if part)


def _evidence(claim: Claim, article: Article) -> Text:
    """The sentence, its amount marked."""
    sentence, place = Text(f"  {claim.sentence}"), claim.evidence
    part = article.title if place.part == "title" else article.body
    if claim.amount and claim.amount.span.part == place.part and part[place.start : place.end] == claim.sentence:
        first = len("  ") - place.start
        sentence.stylize("bold reverse", first + claim.amount.span.start, first + claim.amount.span.end)
    return sentence
