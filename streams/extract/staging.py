"""From a text's sentences, names and amounts to its scenes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from streams.arabic.fold import Folded
from streams.arabic.sentences import Sentence
from streams.arabic.tokens import Token, Tokens
from streams.extract.acts import act_of
from streams.extract.amounts import Found
from streams.extract.mentions import Hit
from streams.extract.parties import find_parties
from streams.extract.scene import Acting, Breaks, Cue, Party, Scene
from streams.extract.stems import Words
from streams.extract.words import LEXICON
from streams.records import Role

_STRONG = frozenset(
    (
        "فيما",
        "بينما",
        "حيث",
        "لكن",
        "ولكن",
        "كما",
        "ثم",
        "غير",
        "الا",
        "اذ",
        "في حين",
        "اما",
        "ومن",
        "وكان",
        "وكانت",
        "وقد",
    )
)
_COMMAS, _BREAKING = frozenset("،,"), frozenset("،,؛:")
_RELATIVES = frozenset(("الذي", "التي", "وهو", "وهي", "والذي", "والتي"))
_RELATIVE_BREAK, _COMMA, _STRONG_BREAK = 0.2, 0.5, 1.2


# A sentence that names nobody, but what the one before spoke of.
_POINTS_BACK = re.compile("المشروع|المبادر[هت]|المجمع|الموقع|الشرك[هت]|فيها?(?= )")


def stage(  # noqa: PLR0913 (a text and what was found in it)
    folded: Folded,
    tokens: Tokens,
    sentences: Sequence[Sentence],
    hits: Sequence[Hit],
    found: Sequence[Found],
    *,
    title_end: int,
) -> list[Scene]:
    """The scenes of a folded text's sentences, in order; `title_end` is where its headline ends."""
    starts, amount_starts = [hit.start for hit in hits], [amount.start for amount in found]
    scenes: list[Scene] = []
    for sentence in sentences:
        named = hits[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        indices = range(bisect_left(amount_starts, sentence.start), bisect_left(amount_starts, sentence.end))
        after_amount = bool(scenes and scenes[-1].amounts)
        goes_on = bool(scenes and scenes[-1].parties) and _POINTS_BACK.search(folded.text, sentence.start, sentence.end)
        if not (named or indices or after_amount or goes_on):
            # Nobody and nothing: no claim can come of it, but perhaps what the next sentence answers.
            asks, undertaking = _asks(folded.text, sentence), _undertaking(folded.text, sentence)
            scenes.append(Scene(sentence, (), (), (), Breaks(), (), asks=asks, undertaking=undertaking))
            continue
        spoken = tokens.between(sentence.start, sentence.end)
        headline = sentence.end <= title_end
        scene = _scene(folded, sentence, spoken, named, found, indices, headline=headline)
        scenes.append(replace(scene, asks=_asks(folded.text, sentence)))
    return scenes


_COST = re.compile(r"كلف|ميزاني|موازن|بكم|(?<![ء-ي])ثمن|(?<![ء-ي])سعر")
_FIRST = re.compile(r"(?:مرحله|دفعه|شريحه) (?:ال)?(?:اولي|عاجله)|البدايه")


_UNDERTAKING = re.compile(
    r"(?<![ء-ي])[وفبل]?(?:مشروعا?|مجمعا?|مركزا?|منشاه|مصنعا?|حرما?|عقدا?|اتفاقا?|صفقه|قرضا?)(?![ء-ي])"
)


def _undertaking(text: str, sentence: Sentence) -> bool:
    """Whether the sentence tells of a plant, a project or a deal that it does not call by an article."""
    return _UNDERTAKING.search(text, sentence.start, sentence.end) is not None


def _asks(text: str, sentence: Sentence) -> Role | None:
    """What a question asks for: what something costs, or its first part."""
    if text[sentence.end - 1] != "؟":
        return None
    if _FIRST.search(text, sentence.start, sentence.end):
        return "initial"
    return "total" if _COST.search(text, sentence.start, sentence.end) else None


def _scene(  # noqa: PLR0913, PLR0917 (a sentence and what was found in it)
    folded: Folded,
    sentence: Sentence,
    tokens: Sequence[Token],
    hits: Sequence[Hit],
    found: Sequence[Found],
    indices: range,
    *,
    headline: bool,
) -> Scene:
    taken = [(hit.start, hit.end) for hit in hits] + [(found[at].start, found[at].end) for at in indices]
    cues = list(_cues(list(_free(tokens, taken))))
    sums = [(found[at].start, found[at].end) for at in indices]
    sums_as_words = [(start, end, "<amount>") for start, end in sums]
    parties = tuple(
        party
        for party in find_parties(folded, tokens, hits, cues)
        if party.kind != "unlisted" or not any(party.start < end and start < party.end for start, end in sums)
    )
    outside = (cue for cue in cues if not any(p.start < cue.start and cue.end <= p.end for p in parties))
    return Scene(
        sentence,
        parties,
        tuple(outside),
        tuple(indices),
        Breaks(_breaks(tokens, parties)),
        tuple(tokens),
        Words(_words(tokens, sorted([(p.start, p.end, f"<{p.kind}>") for p in parties] + sums_as_words))),
        headline=headline,
        acts=tuple(_acts(tokens)),
    )


def _acts(tokens: Sequence[Token]) -> Iterator[Acting]:
    for token in tokens:
        act = act_of(token.text)
        if act is not None:
            yield Acting(act, token.start, token.end)


def _words(tokens: Sequence[Token], places: Sequence[tuple[int, int, str]]) -> Iterator[Token]:
    """The tokens with one word for each place; a particle glued to its first token stays a word of its own."""
    at, until = 0, -1
    for token in tokens:
        while at < len(places) and places[at][1] <= token.start:
            at += 1
        if at < len(places) and places[at][0] < token.end and places[at][0] >= until:
            start, until, word = places[at]
            if token.start < start:
                yield Token(token.text[: start - token.start], token.start, start)
            yield Token(word, start, until)
            at += 1
        elif token.start >= until:
            yield token


def _free(tokens: Sequence[Token], taken: Sequence[tuple[int, int]]) -> Iterator[Token]:
    """The tokens that no taken place touches."""
    ends = sorted(taken, reverse=True)
    until = -1  # the furthest end of the places that began before the token's own end
    for token in tokens:
        while ends and ends[-1][0] < token.end:
            until = max(until, ends.pop()[1])
        if token.start >= until:
            yield token


_PHRASE = 40  # characters


def _cues(tokens: Sequence[Token]) -> Iterator[Cue]:
    words = [token.text for token in tokens]
    done = 0
    for at, word in enumerate(words):
        if at < done or not LEXICON.knows(word):
            continue
        classes, length = LEXICON.phrases(words[at : at + 4])
        near = length and tokens[at + length - 1].end - tokens[at].start < _PHRASE
        if not near:
            classes, length = LEXICON.classes(word), 1
        if classes:
            last = tokens[at + length - 1]
            yield Cue(classes, tokens[at].start, last.end, " ".join(words[at : at + length]))
        done = at + length


def _breaks(tokens: Sequence[Token], parties: Sequence[Party]) -> Iterator[tuple[int, float]]:
    """Where clauses end, and how much each end weighs; a list of names has none."""
    for at, token in enumerate(tokens):
        if not (token.text in _BREAKING or token.text in _STRONG) or any(
            party.start <= token.start < party.end for party in parties
        ):
            continue
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.text in _COMMAS:
            yield token.start, _RELATIVE_BREAK if following in _RELATIVES else _COMMA
        else:
            yield token.start, _STRONG_BREAK
