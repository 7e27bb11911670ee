"""The reader on the gold documents: those that it was fitted to, and those that it never saw."""

from __future__ import annotations

import pytest

from bench.gold import FOLDER, UNSEEN, Score, score_file

_FITTED = [p for p in sorted(FOLDER.glob("*.jsonl")) if not p.stem.endswith(UNSEEN)]


@pytest.mark.parametrize("name", [path.stem for path in _FITTED])
def test_what_was_fitted_to_is_read(name: str) -> None:
    """Most claims and partners are right, and hardly a figure is false; a new subject's currencies cost some."""
    found = score_file(FOLDER / f"{name}.jsonl")
    assert found.figures.precision >= (0.65 if name == "trades" else 0.9)
    assert found.claim >= (0.6 if name == "trades" else 0.8)
    assert min(found.partners.precision, found.partners.recall) >= 0.85


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("press_unseen", 0.65),
        ("agency_unseen", 0.75),
        ("daily_unseen", 0.7),
        ("fresh_unseen", 0.7),
        ("trades_unseen", 0.45),
        ("wire_unseen", 0.65),
        ("works_unseen", 0.5),
    ],
)
def test_what_was_never_fitted_to_is_read_no_worse_than_before(name: str, least: float) -> None:
    """Floors a little under what docs/reading.md reports: they tell that something broke."""
    found = score_file(FOLDER / f"{name}.jsonl")
    assert found.claim >= least
    assert found.figures.precision >= 0.7
    assert found.partners.precision >= 0.85


def test_a_score_counts_what_is_missed_and_what_is_false() -> None:
    """A wrong figure lowers both; nothing found is no false thing."""
    score = Score()
    assert (score.claim, score.figures.precision, score.figures.recall) == (1.0, 1.0, 1.0)
    score.figures.add({"a", "b"}, {"b", "c"})
    assert (score.figures.precision, score.figures.recall) == (0.5, 0.5)
