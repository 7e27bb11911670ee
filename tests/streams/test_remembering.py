"""Reading is quick because it remembers and counts ahead: what may not change by that."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from functools import lru_cache

from hypothesis import given
from hypothesis import strategies as st

import streams.extract
from bench.gold import FOLDER, watchlist_of
from streams.arabic.tokens import Token
from streams.extract.reader import Reader
from streams.extract.scene import Breaks
from streams.extract.stems import Words
from tests.streams.conftest import article

_PLACES = st.integers(min_value=0, max_value=30)
_WEIGHTS = st.sampled_from((0.2, 0.5, 1.2))


_REMEMBERING = type(lru_cache(len))


def _forget() -> int:
    """Empty all that the modules of reading remember; how much there was of it."""
    remembered = 0
    for module in pkgutil.iter_modules(streams.extract.__path__, "streams.extract."):
        for owner in _owners(vars(importlib.import_module(module.name))):
            for each in owner.values():
                if isinstance(each, _REMEMBERING):
                    remembered += each.cache_info().currsize
                    each.cache_clear()
    return remembered


def _owners(names: dict[str, object]) -> Iterator[dict[str, object]]:
    """What the module holds, and what its classes do."""
    yield names
    yield from (dict(vars(each)) for each in names.values() if isinstance(each, type))


def test_what_was_remembered_changes_no_reading() -> None:
    """An article reads the same when nothing is remembered as after others, whose patterns it shares."""
    path = FOLDER / "stargate.jsonl"
    reader = Reader(watchlist_of(path))
    articles = [article(json.loads(line)["text"]) for line in path.read_text(encoding="utf-8").splitlines()][:20]
    alone = []
    for each in articles:
        _forget()
        alone.append(reader.read(each))
    _forget()
    assert [reader.read(each) for each in articles] == alone
    assert _forget() > len(articles), "reading remembers"


@given(st.lists(st.tuples(_PLACES, _WEIGHTS), max_size=8), _PLACES, _PLACES)
def test_clauses_are_counted_within_their_place(breaks: list[tuple[int, float]], start: int, end: int) -> None:
    """Those within [start, end) count, each with its weight, and none where the end stands before the start."""
    within = [weight for place, weight in sorted(breaks) if start <= place < end]
    counted = Breaks(sorted(breaks))
    assert counted.count(start, end) == len(within)
    assert counted.weight(start, end) == sum(within)


def test_words_are_told_from_a_place_outwards() -> None:
    """Before it the nearest word comes first, behind it too; quotes and brackets are no words."""
    words = Words([Token(text, at, at + 1) for at, text in enumerate('ab"c(d')])
    assert (list(words.before(4)), list(words.after(4))) == (["c", "b", "a"], ["d"])
    assert (list(words.before(0)), list(words.after(9))) == ([], [])
