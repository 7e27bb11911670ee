"""From scenes and judgements to claims: what this article says of which fact, with the sentence it rests on.

The one rule: several values for one fact in one article are one that is salient and others that are not; never a
chain of changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from streams import boilerplate
from streams.arabic.fold import Folded
from streams.arabic.sentences import split
from streams.arabic.tokens import Tokens
from streams.extract.amounts import Found
from streams.extract.discovery import UNLISTED, Recognise, latin, recognised
from streams.extract.facts import figure_key, partner_key, status_key
from streams.extract.judging import Judged, judge
from streams.extract.mentions import Hit
from streams.extract.partners import parts_of
from streams.extract.project_state import stand_of
from streams.extract.resolve import Resolved, resolve
from streams.extract.scene import Party, Scene
from streams.extract.speaker import speaker_of
from streams.extract.staging import stage
from streams.extract.status import Standing, standing_of
from streams.extract.watched import Known
from streams.records import ClaimKind, ProjectState

_ANNOUNCED = Standing("announced", "affirmed", "standing")


class Draft(msgspec.Struct, frozen=True):
    """A claim with its place in the folded text; the reader makes the record of it."""

    kind: ClaimKind
    fact: str | None
    start: int
    end: int
    share: float
    rule: str
    payers: tuple[str, ...] = ()
    to: str | None = None
    amount: int | None = None
    judged: Judged | None = None
    standing: Standing = _ANNOUNCED
    state: ProjectState | None = None
    salient: bool = True
    speaker: str | None = None


class Seen(msgspec.Struct, frozen=True):
    """A text as everything below the claims sees it: its sentences with who and what stands in them."""

    folded: Folded
    views: Sequence[Resolved]
    found: Sequence[Found]
    known: Known
    recognise: Recognise | None = None


def see(  # noqa: PLR0913 (what was found, and what is known)
    folded: Folded, tokens: Tokens, hits: Sequence[Hit], found: Sequence[Found], *, known: Known, title_end: int
) -> Seen:
    """The text's sentences but the boilerplate; none where it names nobody and no money."""
    if not hits and not found:
        return Seen(folded, (), (), known)
    sentences = [s for s in split(folded.text) if not boilerplate.FOLDED.match(folded.text, s.start, s.end)]
    scenes = stage(folded, tokens, sentences, hits, found, title_end=title_end)
    return Seen(folded, resolve(scenes, known), found, known)


def draft(seen: Seen, year: int) -> list[Draft]:
    """Every claim of the text, in its order; `year` is that of the article."""
    judged = judge(seen.views, seen.found, seen.known)
    figures = one_size(_figures(seen, judged, year), seen.found)
    drafts = [*figures, *_partners(seen, judged), *_states(seen.views)]
    return _salient(sorted(drafts, key=lambda each: each.start))


def _figures(seen: Seen, judged: Sequence[Judged], year: int) -> Iterator[Draft]:
    by_amount = {each.amount: each for each in judged}
    for at, view in enumerate(seen.views):
        following = seen.views[at + 1].scene if at + 1 < len(seen.views) else None
        speaker = speaker_of(seen.folded, view.scene) if view.scene.amounts else None
        for index in view.scene.amounts:
            each, amount = by_amount[index], seen.found[index]
            again = amount.converts is not None  # the same money in another currency: its first value is the fact
            one = Draft(
                "figure",
                None if again else figure_key(each, amount, each.payers),
                view.scene.sentence.start,
                view.scene.sentence.end,
                each.share,
                each.rule,
                _listed(each.payers),
                next(iter(_listed((each.to,) if each.to else ())), None),
                index,
                each,
                standing_of(view, following, amount, each, year),
                speaker=speaker,
                salient=not again,
            )
            yield from _each_pays(one, amount)


_PART = "a larger and surer size of the project is told before"


def one_size(figures: Iterable[Draft], found: Sequence[Found]) -> Iterator[Draft]:
    """The figures; of a project's sizes a later one that is smaller and less sure than one before is none of it.

    It is a part of it, or another's. What was before a change keeps its size, and so does what is denied.
    """
    told: dict[str, list[tuple[Decimal, float]]] = {}
    parts: set[int] = set()
    for each in figures:
        at, judged = each.amount, each.judged
        size = None if at is None else found[at]
        if at is None or size is None or size.low is None or judged is None or judged.role != "total":
            yield each
            continue
        before = told.setdefault(f"{each.to} {size.currency}", [])
        stands = each.standing.time == "standing" and each.standing.polarity != "denied"
        part = stands and any(low > size.low and share >= each.share for low, share in before)
        if part or size.converts in parts:
            parts.add(at)
            yield replace(each, fact=None, to=None, rule=_PART, judged=replace(judged, role="other", to=None))
            continue
        if stands:
            before.append((size.low, each.share))
        yield each


def _partners(seen: Seen, judged: Sequence[Judged]) -> Iterator[Draft]:
    """One claim for each organisation and project, from the sentence that says it best."""
    for part in parts_of(seen.views, judged, [list(others_of(seen, view.scene)) for view in seen.views]):
        sentence = part.view.scene.sentence
        yield Draft(
            "partner",
            None if part.organisation.startswith(UNLISTED) else partner_key(part.organisation, part.project),
            sentence.start,
            sentence.end,
            part.share,
            part.rule,
            (part.organisation,),
            part.project,
            standing=Standing("announced", part.polarity, "standing"),
        )


_TOLD = 0.87  # how sure a state is that its own words tell


def others_of(seen: Seen, scene: Scene) -> Iterator[Party]:
    """Who may take part and takes no slot: names in Latin letters, and what the recogniser finds besides."""
    named = list(latin(seen.folded, scene))
    yield from named
    for party in recognised(seen.folded, scene, seen.recognise) if seen.recognise else ():
        if not any(party.start < other.end and other.start < party.end for other in named):
            yield party


def _states(views: Sequence[Resolved]) -> Iterator[Draft]:
    """One claim for each project, from the first sentence that tells its state."""
    told: set[str] = set()
    for view in views:
        stand = stand_of(view)
        if stand is None or stand.project in told:
            continue
        told.add(stand.project)
        sentence = view.scene.sentence
        yield Draft(
            "status",
            status_key(stand.project),
            sentence.start,
            sentence.end,
            _TOLD,
            stand.rule,
            to=stand.project,
            state=stand.state,
        )


def _listed(entities: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the watchlist: an unlisted organisation held its slot, and is nobody that a figure could name."""
    return tuple(entity for entity in entities if not entity.startswith(UNLISTED))


def _each_pays(one: Draft, amount: Found) -> Iterator[Draft]:
    """As in "500 مليون لكل منهما" is one claim for each payer."""
    if not (amount.each and one.payers[1:]) or one.judged is None:
        yield one
        return
    for payer in one.payers:
        yield replace(one, payers=(payer,), fact=figure_key(one.judged, amount, (payer,)))


def _salient(drafts: list[Draft]) -> list[Draft]:
    """Of the claims on one fact one speaks for the article: a standing one before others, then the first."""
    best: dict[str, int] = {}
    for at, each in enumerate(drafts):
        if each.fact and (each.fact not in best or _rank(each) > _rank(drafts[best[each.fact]])):
            best[each.fact] = at
    return [
        each if not each.fact or (best[each.fact] == at and _speaks(each)) else replace(each, salient=False)
        for at, each in enumerate(drafts)
    ]


def _speaks(each: Draft) -> bool:
    """Whether a claim tells how things stand today; what was before never speaks for its article."""
    return each.standing.time == "standing"


def _rank(each: Draft) -> tuple[bool, bool]:
    return each.standing.time == "standing", each.standing.polarity == "affirmed"
