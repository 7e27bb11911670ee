"""From scenes and judgements to claims: what this article says of which fact, with the sentence it rests on.

The one rule: several values for one fact in one article are one that is salient and others that are not; never a
chain of changes.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from streams.arabic.fold import Folded
from streams.arabic.sentences import split
from streams.arabic.tokens import Tokens
from streams.extract.ahead import looked_ahead
from streams.extract.amounts import Found
from streams.extract.discovery import UNLISTED
from streams.extract.facts import figure_key, partner_key, status_key
from streams.extract.figures import judge
from streams.extract.mentions import Hit
from streams.extract.owners import KNOWN_BEFORE, owned, spoken_of
from streams.extract.partners import Part, parts_of
from streams.extract.project_state import stand_of
from streams.extract.resolve import Resolved, resolve
from streams.extract.setting import Judged
from streams.extract.skeleton import skeleton_of
from streams.extract.speaker import speaker_of
from streams.extract.staging import stage
from streams.extract.status import Standing, standing_of
from streams.extract.suppliers import NAMED_WITH_IT, supplying
from streams.extract.watched import Known
from streams.records import ClaimKind, ProjectState

_ANNOUNCED = Standing("announced", "affirmed", "standing")

# Parts that are shown and touch no fact: what was known before, what follows from a site, what is only likely.
THROUGH_SITE = "takes part in its site"
SHOWN_ONLY = frozenset((KNOWN_BEFORE, THROUGH_SITE, NAMED_WITH_IT))


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim with its place in the folded text; the reader makes the record of it."""

    kind: ClaimKind
    fact: str | None
    start: int
    end: int
    score: float
    rule: str
    payers: tuple[str, ...] = ()
    to: str | None = None
    amount: int | None = None
    judged: Judged | None = None
    standing: Standing = _ANNOUNCED
    state: ProjectState | None = None
    salient: bool = True
    speaker: str | None = None


# Lines that lead elsewhere: related articles, sharing, comments. What they say is not this article's.
_BOILERPLATE = re.compile(
    r"""
    [\s"'•|>-]* (?:
      (?: مقالات | مواضيع | موضوعات | اخبار ) \s (?: ذات\sصله | متعلقه | مشابهه | اخري )
    | (?: اقرا | اقراوا | اقرووا | شاهد | طالع | انظر ) \s (?: ايضا | المزيد | كذلك )
    | قد \s (?: يهمك | يعجبك )
    | شارك \s (?: هذا | هذه | الخبر | المقال | عبر )
    | تابع (?: نا | وا | ونا )
    | المزيد \s (?: من | عن | حول ) | لمزيد \s من | للمزيد | ذات \s صله | اترك \s رد | نقلا \s عن \s* :
    | read \s (?: also | more ) | also \s read | related
    )
    """,
    re.VERBOSE,
)


def draft(  # noqa: PLR0913 (what was found, and what is known)
    folded: Folded,
    tokens: Tokens,
    hits: Sequence[Hit],
    found: Sequence[Found],
    known: Known,
    *,
    title_end: int,
    year: int,
) -> list[Draft]:
    """Every claim of the text, in its order; a text that names nobody and no money has none."""
    if not hits and not found:
        return []
    sentences = [s for s in split(folded.text) if not _BOILERPLATE.match(folded.text, s.start, s.end)]
    scenes = stage(folded, tokens, sentences, hits, found, title_end=title_end)
    views = resolve(scenes, known)
    judged = judge(views, found, known)
    drafts = [*_figures(folded, views, found, judged, year), *_partners(views, judged, found, known), *_states(views)]
    return _salient(sorted(drafts, key=lambda each: each.start))


def _figures(
    folded: Folded, views: Sequence[Resolved], found: Sequence[Found], judged: Sequence[Judged], year: int
) -> Iterator[Draft]:
    by_amount = {each.amount: each for each in judged}
    for at, view in enumerate(views):
        following = views[at + 1].scene if at + 1 < len(views) else None
        for index in view.scene.amounts:
            each, amount = by_amount[index], found[index]
            standing = standing_of(view, following, amount, each, year)
            # A conversion is the same money said again: its first value is the fact.
            one = Draft(
                "figure",
                None if amount.converts is not None else figure_key(each, amount, each.payers),
                view.scene.sentence.start,
                view.scene.sentence.end,
                each.score,
                each.rule,
                _listed(each.payers),
                next(iter(_listed((each.to,) if each.to else ())), None),
                index,
                each,
                standing,
                speaker=speaker_of(folded, view.scene),
            )
            yield from _each_pays(one, amount)


def _partners(
    views: Sequence[Resolved], judged: Sequence[Judged], found: Sequence[Found], known: Known
) -> Iterator[Draft]:
    """One claim for each organisation and project, from the sentence that says it best."""
    by_amount = {each.amount: each for each in judged}
    best: dict[tuple[str, str], tuple[Part, Resolved]] = {}
    about = None
    ahead = looked_ahead(views)
    skeletons = [skeleton_of(view.scene, found) for view in views]
    for at, view in enumerate(ahead):
        following = views[at + 1] if at + 1 < len(views) else None
        amounts = [by_amount[index] for index in view.scene.amounts]
        about = next(spoken_of(view.scene), about)
        spoken = about or (view.project if view is not views[at] else None)
        for part in parts_of(view, following, amounts, skeletons[at], spoken):
            key = part.organisation, part.project
            if key not in best or part.score > best[key][0].score:
                best[key] = part, view
    told = {part.organisation for part, _ in best.values()}
    for part, view in (*owned(views, known.owners), *supplying(views, skeletons, known.suppliers)):
        key = part.organisation, part.project
        if part.organisation not in told and (key not in best or part.score > best[key][0].score):
            best[key] = part, view
    for part, view in list(best.values()):
        parent = known.parent_of.get(part.project)
        if parent and part.polarity == "affirmed":
            best.setdefault((part.organisation, parent), (replace(part, project=parent, rule=THROUGH_SITE), view))
    yield from (_taking_part(part, view) for part, view in best.values())


def _taking_part(part: Part, view: Resolved) -> Draft:
    shown_only = part.organisation.startswith(UNLISTED) or part.rule in SHOWN_ONLY
    return Draft(
        "partner",
        None if shown_only else partner_key(part.organisation, part.project),
        view.scene.sentence.start,
        view.scene.sentence.end,
        part.score,
        part.rule,
        (part.organisation,),
        part.project,
        standing=Standing("announced", part.polarity, "standing"),
    )


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
            stand.score,
            stand.rule,
            to=stand.project,
            state=stand.state,
        )


def _listed(entities: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the watchlist: an unlisted organisation held its slot, and is nobody that a figure could name."""
    return tuple(entity for entity in entities if not entity.startswith(UNLISTED))


def _each_pays(one: Draft, amount: Found) -> Iterator[Draft]:
    """As in "500 مليون لكل منهما" is one claim for each payer."""
    if one.judged is None or not one.payers[1:] or not (amount.each or one.judged.each):
        yield one
        return
    for payer in one.payers:
        yield replace(one, payers=(payer,), fact=one.fact and figure_key(one.judged, amount, (payer,)))


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
