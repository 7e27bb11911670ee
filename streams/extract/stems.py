"""Words without what Arabic glues to them, so that one sign stands for all forms of a word.

The one rule: cheap and crude. A stem is only ever compared with stems, never shown.
"""

# ruff: noqa: RUF001 (Arabic letters are the data here)

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Self

from streams.arabic.tokens import Token

_ARTICLES = ("ال", "لل", "بال", "سي", "ست", "سن")
_ENDINGS = ("اتها", "اتهم", "هما", "تها", "ته", "ها", "هم", "ات", "ين", "ون", "ان", "تا", "وا", "ه", "ا", "ت", "ي")
_SHORTEST = 3  # letters that a stem keeps
SHORT = 4  # letters of a particle, which is its own stem
_QUOTES = frozenset("\"'()")


@lru_cache(maxsize=50_000)
def bare(word: str) -> str:
    """The folded word without its conjunction, and without a preposition before a longer word."""
    if len(word) > _SHORTEST and word[0] in "وف":
        word = word[1:]
    if len(word) > _SHORTEST + 1 and word[0] in "بل" and word[1] != "ا":
        word = word[1:]
    return word


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The folded word without particles, article, the letters of the present tense, and its ending."""
    if word.startswith("<"):
        return word  # it stands for a party or an amount
    word = bare(word)
    article = next((a for a in _ARTICLES if word.startswith(a) and len(word) - len(a) >= _SHORTEST), "")
    word = word[len(article) :]
    if not article and len(word) > _SHORTEST and word[0] in "يتن":
        word = word[1:]
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= _SHORTEST), "")
    return word.removesuffix(ending)


class Words(tuple[Token, ...]):
    """The words of a sentence, looked up by place."""

    starts: Sequence[int]
    _spoken: Sequence[str]
    _spoken_starts: Sequence[int]

    def __new__(cls, tokens: Iterable[Token] = ()) -> Self:
        """The tokens, which are in order."""
        words = super().__new__(cls, tokens)
        words.starts = [token.start for token in words]
        spoken = [token for token in words if token.text not in _QUOTES]
        words._spoken = [token.text for token in spoken]
        words._spoken_starts = [token.start for token in spoken]
        return words

    def index_at(self, place: int) -> int:
        """The index of the first word that begins at `place` or later."""
        return bisect_left(self.starts, place)

    def between(self, start: int, end: int) -> tuple[Token, ...]:
        """The words that begin within [start, end)."""
        return self[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def before(self, place: int) -> Sequence[str]:
        """The words that begin before `place`, the nearest first, without quotes and brackets."""
        return self._spoken[: bisect_left(self._spoken_starts, place)][::-1]

    def after(self, place: int) -> Sequence[str]:
        """The words that begin at `place` or later, the nearest first, without quotes and brackets."""
        return self._spoken[bisect_left(self._spoken_starts, place) :]
