"""Paragraphs and sentences of a folded text.

A newline ends a paragraph, unless the line plainly goes on: an open quotation, a comma, a preposition or a lone
word at its end, or a continued list at the start of the next. A full stop ends a sentence, unless it stands in a
number, between initials ("إيه.آي") or after a single letter ("ج.م.").
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from streams.arabic.clitics import is_arabic, is_latin


class Sentence(msgspec.Struct, frozen=True):
    """folded.text[start:end], and the number of its paragraph."""

    start: int
    end: int
    paragraph: int


_STOP = re.compile(r"[.!؟\n]")
# A line that ends in one of these cannot be the end of a thought.
_OPEN_END = re.compile(r"(?:[،,:]|\b(?:في|من|الي|علي|عن|مع|بين|و|او|ان|لدي|ضمن|عبر|خلال|نحو|حوالي)(?: \d+)?)\s*$")
_LONE_WORD = re.compile(r"^\s*[ء-ي]{3,}\s*$")
_LIST_GOES_ON = re.compile(
    r"\s*(?:[،,]|و(?!(?:قال|اعلن|اضاف|ذكر|اوضح|اكد|كان|قد|ف[يى]|من|مع|بحسب|وفق|ا[لش]))[ء-ي]{4,}\s+و)"
)
# Characters: more than a sentence of the press has. What follows may be quadratic in a sentence, never in a text.
_LONGEST = 1500
_INITIALS = 3  # a run of letters this short around a full stop is an initial, or the spelling of one


def split(text: str) -> tuple[Sentence, ...]:
    """The sentences of a folded text, in order, without surrounding blanks; blank ones are left out."""
    found: list[Sentence] = []
    start = paragraph = 0
    for match in _STOP.finditer(text):
        place = match.start()
        if text[place] == "\n":
            if _line_goes_on(text, place):
                continue
            paragraph += _add(found, text, (start, place), paragraph)
            start = place + 1
        elif text[place] != "." or _stops(text, place):
            _add(found, text, (start, place + 1), paragraph)
            start = place + 1
    _add(found, text, (start, len(text)), paragraph)
    return tuple(piece for sentence in found for piece in _pieces(text, sentence))


def _pieces(text: str, sentence: Sentence) -> Iterator[Sentence]:
    """The sentence, or where it is no sentence any more its pieces, so that no text makes one that is endless."""
    start = sentence.start
    while sentence.end - start > _LONGEST:
        cut = text.rfind(" ", start + 1, start + _LONGEST)
        cut = cut if cut > start else start + _LONGEST
        yield Sentence(start, cut, sentence.paragraph)
        start = cut + 1 if text[cut] == " " else cut
    yield Sentence(start, sentence.end, sentence.paragraph)


def _add(found: list[Sentence], text: str, span: tuple[int, int], paragraph: int) -> int:
    """Append the stripped span if anything is in it; 1, so that the caller may count paragraphs."""
    piece = text[span[0] : span[1]]
    if any(c.isalnum() for c in piece):
        start = span[0] + len(piece) - len(piece.lstrip())
        found.append(Sentence(start, span[0] + len(piece.rstrip()), paragraph))
    return 1


def _stops(text: str, place: int) -> bool:
    """Whether the full stop at `place` ends a sentence."""
    following = text[place + 1 : place + 2]
    if following == ".":
        return False
    if following.isdigit() and text[place - 1 : place].isdigit():
        return False
    before, after = _run(text, place - 1, -1), _run(text, place + 1, 1)
    if not after:
        return not (0 < len(before) < _INITIALS and text[place - len(before) - 1 : place - len(before)] == ".")
    if before and is_latin(before[-1]):
        return is_arabic(after[0]) and len(after) >= _INITIALS
    return len(before) > _INITIALS and len(after) > _INITIALS


def _run(text: str, place: int, step: int) -> str:
    """The letters that touch `place` in that direction, in reading order."""
    here = place
    while 0 <= here < len(text) and (is_arabic(text[here]) or is_latin(text[here])) and abs(here - place) <= _INITIALS:
        here += step
    return text[place:here] if step > 0 else text[here + 1 : place + 1]


def _line_goes_on(text: str, place: int) -> bool:
    """Whether the newline at `place` only wraps the line."""
    following = text[place + 1 : place + 40]
    if not following.strip() or following[0] == "\n":
        return False
    line = text[text.rfind("\n", max(0, place - 400), place) + 1 : place]
    tail = line[-40:]
    if tail.rstrip().endswith((".", "!", "؟")):
        return False
    if _OPEN_END.search(tail) or _LONE_WORD.match(line) or line.count('"') % 2:
        return True
    return _LIST_GOES_ON.match(following) is not None
