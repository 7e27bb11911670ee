"""From one name as its owner writes it, the spellings that the Arabic press uses for it.

camel-tools says what a letter variant is (diacritics, alef, ya, teh marbuta); our own fold does the rest. The
variants are patterns of transcription: g is غ, ج or ك; bank is بنك or بانك; the letters A and I of an acronym are
إيه, أيه, إي, آي; initials stand apart, joined by dots or hyphens, or together. Only this module imports
camel-tools, and only where a watchlist is compiled.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from camel_tools.utils.dediac import dediac_ar
from camel_tools.utils.normalize import normalize_alef_ar, normalize_alef_maksura_ar, normalize_teh_marbuta_ar

from streams.arabic.fold import fold_key

_INITIALS = frozenset(
    (
        "ايه",
        "اي",
        "بي",
        "سي",
        "دي",
        "اف",
        "جي",
        "غي",
        "اتش",
        "ال",
        "ام",
        "ان",
        "او",
        "كيو",
        "ار",
        "اس",
        "تي",
        "يو",
        "في",
        "اكس",
        "واي",
    )
)
_SPOKEN_AI = frozenset(("ايه", "اي"))
_G = re.compile("[غج]")
_MOST_G = 3
_WORD_JOINTS = (" ", "-", "")
_INITIAL_JOINTS = (" ", ".", "-", ". ", "")


def reference_fold(text: str) -> str:
    """`text` as camel-tools normalises it: no diacritics, one alef, one ya, ة as ه."""
    return str(normalize_teh_marbuta_ar(normalize_alef_maksura_ar(normalize_alef_ar(dediac_ar(text)))))


def spellings(name: str) -> frozenset[str]:
    """Every folded spelling under which the press may write `name`, the name itself among them."""
    tokens = re.split(r"[\s.\-]+", fold_key(reference_fold(name)))
    tokens = [token for token in tokens if token]
    if not tokens:
        return frozenset()
    found = {fold_key(name)}
    for words in itertools.product(*(sorted(_variants(token)) for token in tokens)):
        found.update(_joined(words))
    return frozenset(spelling for spelling in found if spelling)


def _variants(token: str) -> set[str]:
    if token in _SPOKEN_AI:
        return set(_SPOKEN_AI)
    found = {token}
    if token in {"بنك", "بانك"}:
        found |= {"بنك", "بانك"}
    places = [m.start() for m in _G.finditer(token)]
    if places and len(places) <= _MOST_G:
        for letters in itertools.product("غجك", repeat=len(places)):
            spelled = list(token)
            for place, letter in zip(places, letters, strict=True):
                spelled[place] = letter
            found.add("".join(spelled))
    return found


def _joined(words: tuple[str, ...]) -> Iterator[str]:
    """The words with each kind of joint, the same kind between all words and the same between all initials."""
    for word_joint, initial_joint in itertools.product(_WORD_JOINTS, _INITIAL_JOINTS):
        text = words[0]
        for before, word in itertools.pairwise(words):
            initials = _initial(before) and _initial(word)
            text += (initial_joint if initials else word_joint) + word
        yield text


def _initial(word: str) -> bool:
    return word in _INITIALS or (len(word) == 1 and word.isalpha())
