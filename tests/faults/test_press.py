"""The generator and the oracle: what it writes is read as it is meant, and the verdict sees what is wrong."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.policy import Policy
from alerts.tables import metadata
from rasid.database import open_engine
from rasid.seeds import make_policy
from streams.extract import watchlist
from streams.extract.reader import Reader
from streams.records import Article, Figure, Known
from tests.faults import names
from tests.faults.press import Item, Press, Told
from tests.faults.verdict import judge

START = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("seed", [1, 2])
def test_without_a_fault_the_press_is_told_as_meant(seed: int) -> None:
    """Read and learned in any order that the waves allow, its articles make exactly the changes of the truth."""
    known = watchlist.load(names.watchlist())
    reader, policy = Reader(known), make_policy(known)
    ledger = _ledger()
    press, got = Press(seed, START), []
    for _ in range(5):
        wave = press.wave(40, 15)
        random.Random(seed).shuffle(wave)
        for item in wave:
            got += _learned(ledger, reader, policy, item)
    assert Counter(got) == Counter(press.truth)
    assert {"figure_new", "figure_changed", "partner_added", "partner_left", "correction"} == {one.kind for one in got}
    assert any(item.revision > 1 for item in press.items)


def test_the_same_seed_writes_the_same() -> None:
    """A seed that failed can be run again."""
    one, two, other = Press(5, START), Press(5, START), Press(6, START)
    assert one.wave(50, 5) == two.wave(50, 5)
    assert one.truth == two.truth
    assert one.wave(50, 5) != other.wave(50, 5)


def test_the_verdict_names_what_is_wrong() -> None:
    """Lost, false and twice are told apart; a repeat under the same id is only counted."""
    one, two, three = (Told("status:zarvolt", number, "status", None, "in") for number in (1, 2, 3))
    seen = {"a": _body(one), "b": _body(one), "c": _body(three)}
    verdict = judge([one, two], seen, 7)
    assert (verdict.lost, verdict.false, verdict.duplicates, verdict.raw) == ((two,), (three,), (one,), 4)
    assert not verdict.clean
    assert judge([one], {"a": _body(one)}, 2).clean


def _ledger() -> Ledger:
    engine = open_engine("sqlite://", "ledger")
    metadata.create_all(engine)
    return Ledger(engine)


def _learned(ledger: Ledger, reader: Reader, policy: Policy, item: Item) -> list[Told]:
    article = Article(
        article_id=item.guid, revision=item.revision, source_id=item.outlet, url=item.url, title=item.title,
        body=item.body, published_at=item.published, fetched_at=START.replace(year=2027),
    )  # fmt: skip
    changes = learn(ledger, reader.read(article), policy, (), START.replace(year=2027))
    return [Told(one.fact, one.number, one.kind, _value(one.old), _value(one.new)) for one in changes]


def _value(known: Known | None) -> int | str | None:
    if known is None:
        return None
    return int(known.value.low or 0) if isinstance(known.value, Figure) else known.value.state


def _body(told: Told) -> dict[str, object]:
    new = {"value": {"state": told.new}}
    return {"data": {"fact": told.fact, "number": told.number, "kind": told.kind, "old": None, "new": new}}
