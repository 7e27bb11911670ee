"""Patterns that are tried only where they can match find all that they would find everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.extract import giving, taking_part
from streams.extract.constructions import Constructions, needs_of

_TABLES = {
    "taking part": [row.pattern for row in taking_part.TABLE],
    "giving": [row.pattern for row in giving.TABLE],
}
_COMPILED = {name: Constructions(table) for name, table in _TABLES.items()}
_WORDS = sorted({word for table in _TABLES.values() for row in table for word in re.findall("[ء-ي]{2,}", row.pattern)})
_LINES = st.lists(
    st.sampled_from(_WORDS) | st.sampled_from(["O1", "O2", "P3", "N4", "M5", "في", "ل", "من", "،"]), max_size=14
)


@pytest.mark.parametrize("name", _TABLES)
@settings(deadline=None)
@given(words=_LINES)
def test_nothing_is_missed(name: str, words: list[str]) -> None:
    """On any line of the tables' own words the same matches are found, in the same order."""
    patterns, line = _TABLES[name], f" {' '.join(words)} "
    found = [(at, match.span()) for at, match in _COMPILED[name].find(line)]
    assert found == [(at, match.span()) for at, row in enumerate(patterns) for match in row.finditer(line)]


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("ab", [{"ab"}]),
        ("ab?c", [{"a"}, {"c"}]),
        ("(?:ab|cd)e", [{"ab", "cd"}, {"e"}]),
        ("(?:ab|)e", [{"e"}]),
        ("(?:ab)?(?P<n>cd)", [{"cd"}]),
        ("(?:ab){0,2}c(?:de){1,2}", [{"c"}, {"de"}]),
        ("a(?!bc)[xy]d", [{"a"}, {"d"}]),
        (r"[P]\d+\(", [{"P"}, {"("}]),
        ("a|", []),
    ],
)
def test_what_every_match_holds_is_read_off_the_pattern(pattern: str, needs: list[set[str]]) -> None:
    """Runs of letters and groups that cannot be left out are needed; whatever may be absent is not."""
    assert needs_of(pattern) == needs
