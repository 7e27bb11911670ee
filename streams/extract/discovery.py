"""Organisations that are not on the watchlist, but that the text presents as such.

A name counts when a noun of its kind introduces it ("شركة «…»", "شركة Stoke Space"): in quotes, in Latin letters, or as
the one word after the noun. It takes its slot in the sentence, so that no neighbour gets what is said of it, and is
reported as `unlisted:<name>` where it is called a partner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streams.arabic.clitics import is_arabic, is_latin
from streams.arabic.fold import Folded, without_marks
from streams.arabic.numerals import Token
from streams.extract.scene import Party
from streams.extract.words import LEXICON

UNLISTED = "unlisted:"

_NOUNS = frozenset(("شركه", "شركتي", "مجموعه", "صندوق", "بنك", "مصرف", "موسسه"))
_PARTICLES = ("", "و", "ل", "ب", "ول", "وب", "ف", "ك")
_PARTICLE_OF = {particle + noun: particle for noun in _NOUNS for particle in _PARTICLES}
_QUOTES = frozenset("\"'([")
_LONGEST = 5
# Words after the noun that describe instead of naming: an indefinite company still takes its slot, without a name.
_DESCRIPTIONS = frozenset(
    [
        "جديده",
        "ناشيه",
        "اخري",
        "واحده",
        "كبري",
        "كبيره",
        "خاصه",
        "عامه",
        "متخصصه",
        "تابعه",
        "مملوكه",
        "مستقله",
        "منفصله",
        "عالميه",
        "دوليه",
        "محليه",
        "وطنيه",
        "اجنبيه",
        "اميركيه",
        "امريكيه",
        "يابانيه",
        "صينيه",
        "كوريه",
        "اماراتيه",
        "سعوديه",
        "نرويجيه",
        "بريطانيه",
        "مشتركه",
        "في",
        "من",
        "علي",
        "الي",
        "عن",
        "مع",
        "ان",
        "التي",
        "تقنيه",
        "تكنولوجيا",
        "طاقه",
    ]
)


def unlisted(folded: Folded, tokens: Sequence[Token], parties: Sequence[Party]) -> Iterator[tuple[Party, str]]:
    """The unlisted organisations among the tokens, each with the particle glued before its noun."""
    for at, token in enumerate(tokens):
        particle = _PARTICLE_OF.get(token.text)
        if particle is None or any(party.lead <= token.start < party.end for party in parties):
            continue
        last = _name_end(tokens, at + 1)
        if last is None or any(tokens[at + 1].start < p.end and p.start < tokens[last].end for p in parties):
            continue
        first = at + 2 if tokens[at + 1].text in _QUOTES else at + 1
        surface = folded.slice(tokens[first].start, tokens[last].end)
        named = tokens[first].text not in _DESCRIPTIONS
        entities = (UNLISTED + without_marks(surface),) if named else (UNLISTED,)
        yield Party("unlisted", entities, tokens[first].start, tokens[last].end, token.start, word=surface), particle


def _name_end(tokens: Sequence[Token], at: int) -> int | None:
    """The last token of the name that begins at `at`; None when nothing there can be one."""
    if at >= len(tokens):
        return None
    if tokens[at].text in _QUOTES:
        closing = next(
            (k for k in range(at + 1, min(at + 2 + _LONGEST, len(tokens))) if tokens[k].text in "\"')]"), None
        )
        return closing - 1 if closing and closing > at + 1 else None
    if is_latin(tokens[at].text[0]):
        last = at
        while (
            last + 1 < len(tokens)
            and is_latin(tokens[last + 1].text[0])
            and tokens[last + 1].start == tokens[last].end + 1
        ):
            last += 1
        return last
    word = tokens[at].text
    plain = is_arabic(word[0]) and not word.startswith("ال") and not LEXICON.classes(word) - {"org_noun"}
    return at if plain else None
