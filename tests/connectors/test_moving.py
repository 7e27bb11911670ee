from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.moving import LASTING, TIMES, Move, after_failure, after_feed
from tests.connectors.fakes import START

OLD, NEW, OTHER = "https://old.example/feed", "https://new.example/feed", "https://other.example/feed"
DAY = timedelta(days=1)


def polls(*answers: str | None, url: str = OLD, apart: timedelta = LASTING / (TIMES - 1)) -> Move:
    """What is known after polls with these answers, that far apart."""
    move = Move()
    for number, answer in enumerate(answers):
        move = after_feed(move, url, answer, START + number * apart)
    return move


@pytest.mark.parametrize(
    ("answers", "followed"),
    [
        ([NEW] * TIMES, NEW),
        ([NEW] * (TIMES - 1), None),
        ([NEW] * (TIMES - 1) + [None], None),
        ([NEW] * (TIMES - 1) + [OTHER], None),
        ([NEW] * 5 + [None] + [NEW] * 5, None),
        ([OTHER] + [NEW] * TIMES, NEW),
    ],
)
def test_a_move_counts_when_it_lasts(answers: list[str | None], followed: str | None) -> None:
    """Ten polls in a row with the same answer, over two days."""
    assert polls(*answers).followed == followed


def test_ten_times_in_an_hour_is_no_move() -> None:
    """A host that was hijacked for a day does not keep a feed."""
    assert polls(*[NEW] * 100, apart=timedelta(minutes=20)).followed is None
    assert polls(*[NEW] * 200, apart=timedelta(minutes=20)).followed == NEW


@pytest.mark.parametrize(("url", "to"), [(OLD, "http://new.example/feed"), ("https://me:secret@old.example/feed", NEW)])
def test_some_moves_are_never_followed(url: str, to: str) -> None:
    """Not out of encryption, and not away from where credentials are for."""
    assert polls(*[to] * 50, url=url) == Move()


def test_a_step_up_is_followed() -> None:
    """From http to https, as most moves are."""
    assert polls(*[NEW] * TIMES, url="http://new.example/feed").followed == NEW


def test_what_is_followed_stays_until_it_fails() -> None:
    """The new address answers without a redirect; its first failure leads back."""
    move = polls(*[NEW] * TIMES)
    assert after_feed(move, NEW, None, START + 9 * DAY).followed == NEW
    assert after_failure() == Move()
