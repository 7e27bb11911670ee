"""The page of one article: its text as archived with all that was read in it, its revisions, and who tells the same.

Strategy: what was learned of the revision comes from the ledger, to the letter; names and amounts, which the ledger
does not keep, are read anew, and so are the claims of a revision that was not learned. The page says which it is. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from alerts.keys import Key, parse
from alerts.provenance import Kin, Learned
from alerts.reports import Report
from alerts.words import clean
from rasid.web.factpage import Said, said
from rasid.web.marks import fingerprint, web_address
from rasid.web.segments import Kind, Mark, Segment, part
from rasid.web.tongue import Tongue
from streams.errors import BadInput
from streams.records import Amount, Article, Figure, Reading, Span

Standing = Literal["learned", "replaced", "not_learned"]
Where = Literal["title", "body"]

_BUDGET = 48_000  # bytes of a page for the text and the list of what it says
_TITLE = 500
_NAMES = 30
_MOST_READ = 60
_LEAD = 600  # letters before the place asked for
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,2}")
_PLACE = re.compile(r"(title|body)-([0-9]{1,9})-([0-9]{1,9})-([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence that somebody wants to see: where it stood, and its fingerprint."""

    span: Span
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Case:
    """All that is at hand of one article. `archived` are its revisions, oldest first, `shown` the one to show."""

    article_id: str
    archived: Sequence[Article]
    shown: Article | None
    reading: Reading | None
    learned: Learned | None
    reports: Sequence[Report]
    kin: Sequence[Kin]
    archive_at_hand: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: its number, when it was seen, whether it is the one on the page and the one that was learned."""

    number: int
    seen: datetime
    shown: bool
    learned: bool


@dataclass(frozen=True, slots=True)
class Read:
    """One claim, numbered as in the text. `fact` is the one that it told, None where it told none."""

    fact: str | None
    subject: str
    said: Said


@dataclass(frozen=True, slots=True)
class Relative:
    """Another article that tells the same, and what both share (a label)."""

    article_id: str
    source: str
    title: str
    time: datetime
    shares: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The page. `missing` names why there is no text, `standing` whose reading it is; both are labels."""

    article_id: str
    title: tuple[Segment, ...]
    plain_title: str
    source: str
    url: str | None
    language: str | None
    published: datetime | None
    seen: datetime | None
    notes: tuple[str, ...]
    missing: str | None
    standing: Standing
    revision: int | None
    revisions: tuple[Revision, ...]
    lines: tuple[tuple[Segment, ...], ...]
    start: int
    next: int | None
    reads: tuple[Read, ...]
    amounts: tuple[str, ...]
    names: tuple[tuple[str, int], ...]
    agency: str | None
    relatives: tuple[Relative, ...]


def place_of(written: str) -> Place:
    """The place as a link names it. Raises `BadInput`."""
    found = _PLACE.fullmatch(written)
    if found is None:
        raise BadInput("place", "not a place in an article")
    where: Where = "title" if found[1] == "title" else "body"
    return Place(Span(part=where, start=int(found[2]), end=int(found[3])), found[4])


def choose(archived: Sequence[Article], revision: int | None, place: Place | None) -> Article | None:
    """The revision to show: the one asked for, or the newest that has the sentence asked for, or the newest.

    None when there is none, or not the one asked for.
    """
    if revision is not None:
        return next((one for one in archived if one.revision == revision), None)
    having = (one for one in reversed(archived) if place and _has(one, place))
    return next(having, archived[-1] if archived else None)


def _has(article: Article, place: Place) -> bool:
    return fingerprint(_text(article, place.span.part)[place.span.start : place.span.end]) == place.fingerprint


def _text(article: Article, where: str) -> str:
    return article.title if where == "title" else article.body


def article_page(case: Case, tongue: Tongue, place: Place | None = None, start: int | None = None) -> ArticlePage:
    """The page, its text from `start` on; without one from its beginning, or shortly before the place asked for."""
    shown, learned = case.shown, case.learned
    standing = _standing(case)
    reports = _reports(case, standing)
    here = place if shown and place and _has(shown, place) else None
    begin = _begin(shown, here) if start is None else start
    marks = list(_marks(case.reading, reports, here, tongue))
    body = part(shown.body if shown else "", _in("body", marks), min(begin, len(shown.body) if shown else 0), _BUDGET)
    numbers = {number for line in body.lines for segment in line for number in segment.claims}
    title = _title(shown, _in("title", marks))
    numbers |= {number for segment in title for number in segment.claims}
    if shown is None:
        numbers = set(range(1, len(reports) + 1))
    return ArticlePage(
        article_id=case.article_id,
        title=title,
        plain_title=clean(shown.title if shown else learned.title if learned else "", 160),
        source=tongue.source(shown.source_id if shown else learned.source_id if learned else ""),
        url=web_address(shown.url if shown else learned.url if learned else ""),
        language=shown.language if shown and _LANGUAGE.fullmatch(shown.language or "") else None,
        published=shown.published_at if shown else learned.event_time if learned else None,
        seen=shown.fetched_at if shown else learned.known_from if learned else None,
        notes=tuple(_notes(shown)),
        missing=None if shown else "text_gone" if case.archive_at_hand else "no_archive",
        standing=standing,
        revision=shown.revision if shown else None,
        revisions=tuple(_revision(one, case) for one in case.archived),
        lines=body.lines,
        start=begin,
        next=body.next,
        reads=tuple(_read(number, reports[number - 1], tongue) for number in sorted(numbers)[:_MOST_READ]),
        amounts=_amounts(case.reading, begin, body.next, tongue),
        names=_names(case.reading, tongue),
        agency=learned.origin.attribution if learned else None,
        relatives=tuple(_relative(one, tongue) for one in case.kin),
    )


def _standing(case: Case) -> Standing:
    """Whether what the page shows is what was learned."""
    if case.learned is None:
        return "not_learned"
    if case.shown is None or case.shown.revision == case.learned.revision:
        return "learned"
    return "replaced" if case.shown.revision < case.learned.revision else "not_learned"


def _reports(case: Case, standing: Standing) -> Sequence[Report]:
    """What the article says: as it was learned, or else as it is read now."""
    if standing == "learned" or case.reading is None:
        return case.reports if standing == "learned" else ()
    common = ("article_id", "source_id", "url", "title", "event_time", "first_seen", "origin")
    article = {name: getattr(case.reading, name) for name in common}
    return [Report(**article, claim=claim) for claim in case.reading.claims]


def _begin(shown: Article | None, place: Place | None) -> int:
    """Where the part of the body begins that shows the place: at a line's start, a little before it."""
    if shown is None or place is None or place.span.part == "title" or place.span.start <= _LEAD:
        return 0
    near = place.span.start - _LEAD
    return max(near, shown.body.rfind("\n", near, place.span.start) + 1)


def _marks(
    reading: Reading | None, reports: Sequence[Report], place: Place | None, tongue: Tongue
) -> Iterator[tuple[Where, Mark]]:
    """Everything to mark, each with the part of the article that it stands in."""
    for number, report in enumerate(reports, 1):
        yield _mark("claim", report.claim.evidence, number=number)
    if place:
        yield _mark("said", place.span)
    for amount in reading.amounts if reading else ():
        yield _mark("amount", amount.span, tongue.money(_figure(amount)))
    for mention in reading.mentions if reading else ():
        yield _mark("name", mention.span, tongue.name(mention.entity))


def _mark(kind: Kind, span: Span, title: str = "", number: int = 0) -> tuple[Where, Mark]:
    return span.part, Mark(kind, span.start, span.end, title, number)


def _in(where: Where, marks: Sequence[tuple[Where, Mark]]) -> list[Mark]:
    return [mark for part_of, mark in marks if part_of == where]


def _title(shown: Article | None, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    title = shown.title if shown else ""
    cut = title if len(title) <= _TITLE else f"{title[:_TITLE]}…"
    lines = part(cut, [mark for mark in marks if mark.start < _TITLE], 0, _BUDGET).lines
    return tuple(segment for line in lines for segment in line)


def _notes(shown: Article | None) -> Iterator[str]:
    if shown and shown.excerpt:
        yield "excerpt"
    if shown and shown.encoding_suspect:
        yield "suspect"
    if shown and shown.quiet:
        yield "quiet_article"


def _revision(one: Article, case: Case) -> Revision:
    return Revision(
        number=one.revision,
        seen=one.fetched_at,
        shown=case.shown is not None and one.revision == case.shown.revision,
        learned=case.learned is not None and one.revision == case.learned.revision,
    )


def _read(number: int, report: Report, tongue: Tongue) -> Read:
    claim = report.claim
    whose = Key(kind=claim.kind, to=claim.to or "?", payers=claim.payers, role=claim.role)
    return Read(claim.fact, tongue.subject(parse(claim.fact) if claim.fact else whose), said(number, report, tongue))


def _amounts(reading: Reading | None, start: int, end: int | None, tongue: Tongue) -> tuple[str, ...]:
    """What the amounts of this part say, each once."""
    if reading is None:
        return ()
    here = (
        amount
        for amount in reading.amounts
        if amount.span.part == "title" or (amount.span.start >= start and (end is None or amount.span.start < end))
    )
    return tuple(dict.fromkeys(tongue.money(_figure(amount)) for amount in here))[:_NAMES]


def _figure(amount: Amount) -> Figure:
    return Figure(
        low=amount.low, high=amount.high, currency=amount.currency, qualifier=amount.qualifier, status="announced"
    )


def _names(reading: Reading | None, tongue: Tongue) -> tuple[tuple[str, int], ...]:
    """Who is named in the article, and how often, the most frequent first."""
    counted = Counter(mention.entity for mention in reading.mentions) if reading else Counter[str]()
    return tuple((tongue.name(entity), count) for entity, count in counted.most_common(_NAMES))


def _relative(one: Kin, tongue: Tongue) -> Relative:
    return Relative(
        article_id=one.article.article_id,
        source=tongue.source(one.article.source_id),
        title=clean(one.article.title, 160),
        time=one.article.event_time,
        shares=f"same_{one.shares}",
    )
