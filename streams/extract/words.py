"""Looking the lexicon's words and phrases up, with the particles and pronouns that Arabic glues to them."""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from streams.arabic.fold import fold_key
from streams.extract.lexicon import CLASSES

_PARTICLES = ("", "و", "ف", "س", "وس", "فس", "ب", "ل", "ك", "وب", "ول", "ال", "وال", "بال", "كال", "فال", "لل", "ولل")
_PRONOUNS = ("", "ه", "ها", "هم", "هما")
_SHORTEST_STEM = 2


_NONE: tuple[frozenset[str], int] = (frozenset(), 0)


class Lexicon:
    """Looks words and phrases up in a table of classes."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self._words: dict[str, set[str]] = defaultdict(set)
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for name, listed in classes.items():
            for entry in listed.split():
                words = tuple(fold_key(word) for word in entry.split("_"))
                if len(words) == 1:
                    self._words[words[0]].add(name)
                else:
                    self._phrases[words[0]].append((words, name))

    @lru_cache(maxsize=50_000)  # noqa: B019 (one lexicon, as long-lived as the program)
    def classes(self, word: str) -> frozenset[str]:
        """The classes of a word, as written or without its particles and pronoun."""
        return frozenset(name for stem in (word, *_stems(word)) for name in self._words.get(stem, ()))

    @lru_cache(maxsize=50_000)  # noqa: B019 (the same)
    def knows(self, word: str) -> bool:
        """Whether the word is in the table, or begins a phrase of it."""
        return bool(self.classes(word) or self._begun(word))

    def phrases(self, words: Sequence[str]) -> tuple[frozenset[str], int]:
        """The classes of the longest phrase that begins at words[0], and how many words it has."""
        begun = self._begun(words[0])
        if not begun or len(words) == 1:
            return _NONE
        second = words[1]
        fitting = [
            (phrase, name) for phrase, name in begun if second.startswith(phrase[1]) and _continues(words, phrase)
        ]
        if not fitting:
            return _NONE
        length = max(len(phrase) for phrase, _ in fitting)
        return frozenset(name for phrase, name in fitting if len(phrase) == length), length

    @lru_cache(maxsize=50_000)  # noqa: B019 (the same)
    def _begun(self, word: str) -> tuple[tuple[tuple[str, ...], str], ...]:
        return tuple(phrase for stem in (word, *_stems(word)) for phrase in self._phrases.get(stem, ()))


def _continues(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    if len(phrase) > len(words):
        return False
    return all(_is(word, part) for word, part in zip(words[1 : len(phrase)], phrase[1:], strict=True))


def _is(word: str, part: str) -> bool:
    return word == part or (word.startswith(part) and word[len(part) :] in _PRONOUNS)


@lru_cache(maxsize=1_000)  # the lexicons are asked for a word one after the other
def _stems(word: str) -> Sequence[str]:
    """The word without each particle and pronoun that it could have; ة before a pronoun is written ت."""
    found = []
    for rest in _without_particles(word):
        for pronoun in (each for each in _PRONOUNS if rest.endswith(each)):
            stem = rest[: len(rest) - len(pronoun)]
            if len(stem) >= _SHORTEST_STEM and stem != word:
                found += [stem, stem[:-1] + "ه"] if pronoun and stem.endswith("ت") else [stem]
    return found


def _without_particles(word: str) -> Iterator[str]:
    for particle in (each for each in _PARTICLES if word.startswith(each)):
        yield word[len(particle) :]
        if particle.endswith("لل"):  # it hides the article: للمشروع is ل and المشروع
            yield "ال" + word[len(particle) :]


LEXICON = Lexicon(CLASSES)
