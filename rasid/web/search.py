"""What somebody looks for, and where it stands in a text: pure.

Strategy: words are folded as the reader folds them, so that spelling, vowel marks and digits of either kind make no
difference; a name stands for everything that its entity is called, in any language. Rule: all words have to be there,
each in one of its forms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.words import Names
from rasid.web.text import Text, shown
from streams.arabic.fold import Folded, fold, fold_key

_LONGEST = 200
_WORDS = 8
_AROUND = 90


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: each term in any of its folded forms."""

    terms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """The words around the first term in a text, that term marked."""

    before: Text
    marked: Text
    after: Text


def called(names: Names) -> Mapping[str, tuple[str, ...]]:
    """By each folded name of an entity, all of its names, folded."""
    found: dict[str, set[str]] = defaultdict(set)
    for entity, by_language in names.items():
        forms = {fold_key(one) for one in (*by_language.values(), entity)}
        for form in forms:
            found[form] |= forms
    return {form: tuple(sorted(forms)) for form, forms in found.items() if form}


def question(written: str, called_by: Mapping[str, tuple[str, ...]]) -> Question | None:
    """The question in what somebody wrote; None where it has no word of two letters.

    `called_by` are the names of what is watched. Where the whole is a name, it is looked for as one.
    """
    whole = fold_key(written[:_LONGEST])
    if whole in called_by:
        return Question((called_by[whole],))
    words = [word for word in dict.fromkeys(whole.split()) if sum(map(str.isalnum, word)) > 1][:_WORDS]
    return Question(tuple(called_by.get(word, (word,)) for word in words)) if words else None


def answers(asked: Question, text: str) -> bool:
    """Whether all terms stand in the text."""
    folded = fold_key(text)
    return all(any(form in folded for form in forms) for forms in asked.terms)


def snippet(asked: Question, text: str) -> Snippet | None:
    """Where the first term stands in the text; None where it does not."""
    folded = fold(text)
    # Folded, a line's end is one too, and names may run over it.
    plain = folded.text.replace("\n", " ")
    places = [(plain.find(form), form) for form in asked.terms[0]]
    at, form = min(((at, form) for at, form in places if at >= 0), default=(-1, ""))
    return _cut(folded, at, at + len(form)) if at >= 0 else None


def _cut(folded: Folded, start: int, end: int) -> Snippet:
    first, last = folded.span(start, end)
    text = folded.original
    before, after = text[max(0, first - _AROUND) : first], text[last : last + _AROUND]
    return Snippet(
        before=shown(f"…{before}" if first > _AROUND else before),
        marked=shown(text[first:last]),
        after=shown(f"{after}…" if last + _AROUND < len(text) else after),
    )
