"""From a text's sentences, names and amounts to its scenes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from streams.arabic.fold import Folded
from streams.arabic.numerals import Token, tokenise
from streams.arabic.sentences import Sentence
from streams.extract.amounts import Found
from streams.extract.mentions import Hit
from streams.extract.parties import find_parties
from streams.extract.scene import Cue, Party, Scene
from streams.extract.words import LEXICON

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
_COMMA, _STRONG_BREAK = 0.5, 1.2


def stage(
    folded: Folded, sentences: Sequence[Sentence], hits: Sequence[Hit], found: Sequence[Found], *, title_end: int
) -> list[Scene]:
    """The scenes of a folded text's sentences, in order; `title_end` is where its headline ends."""
    starts, amount_starts = [hit.start for hit in hits], [amount.start for amount in found]
    scenes: list[Scene] = []
    for sentence in sentences:
        named = hits[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        indices = range(bisect_left(amount_starts, sentence.start), bisect_left(amount_starts, sentence.end))
        after_amount = bool(scenes and scenes[-1].amounts)
        if not named and not indices and not after_amount:
            scenes.append(Scene(sentence, (), (), (), (), ()))  # nobody and nothing: no claim can come of it
            continue
        scenes.append(_scene(folded, sentence, named, found, indices, headline=sentence.end <= title_end))
    return scenes


def _scene(  # noqa: PLR0913 (a sentence and what was found in it)
    folded: Folded,
    sentence: Sentence,
    hits: Sequence[Hit],
    found: Sequence[Found],
    indices: range,
    *,
    headline: bool,
) -> Scene:
    tokens = tokenise(folded.text, sentence.start, sentence.end)
    taken = [(hit.start, hit.end) for hit in hits] + [(found[at].start, found[at].end) for at in indices]
    free = [token for token in tokens if not any(start < token.end and token.start < end for start, end in taken)]
    cues = list(_cues(free))
    parties = find_parties(folded, tokens, hits, cues)
    outside = (cue for cue in cues if not any(p.start < cue.start and cue.end <= p.end for p in parties))
    return Scene(
        sentence,
        parties,
        tuple(outside),
        tuple(indices),
        tuple(_breaks(tokens, parties)),
        tuple(tokens),
        headline=headline,
    )


_PHRASE = 40  # characters


def _cues(tokens: Sequence[Token]) -> Iterator[Cue]:
    words = [token.text for token in tokens]
    at = 0
    while at < len(tokens):
        classes, length = LEXICON.phrases(words[at : at + 4])
        near = length and tokens[at + length - 1].end - tokens[at].start < _PHRASE
        if not near:
            classes, length = LEXICON.classes(words[at]), 1
        if classes:
            last = tokens[at + length - 1]
            yield Cue(classes, tokens[at].start, last.end, " ".join(words[at : at + length]))
        at += length if near else 1


def _breaks(tokens: Sequence[Token], parties: Sequence[Party]) -> Iterator[tuple[int, float]]:
    """Where clauses end, and how much each end weighs; a list of names has none."""
    for at, token in enumerate(tokens):
        if any(party.start <= token.start < party.end for party in parties):
            continue
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.text in "،,":
            relative = following in {"الذي", "التي", "وهو", "وهي", "والذي", "والتي"}
            yield token.start, 0.2 if relative else _COMMA
        elif token.text in "؛:" or token.text in _STRONG:
            yield token.start, _STRONG_BREAK
