"""Sequences of articles with a known answer: what is told, what is kept silent and why, how it ends."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from alerts.facts import timeline
from alerts.ledger import Ledger
from alerts.tables import changes
from streams.records import Change, Reading, decode
from tests.alerts.build import reports, shown
from tests.alerts.sequences import Row, end_of_time, fact_key, line, load, run

ROWS = [pytest.param(row, id=f"{group}: {row.name}") for group, row in load()]
# The patterns that the rows have to cover.
PATTERNS = {
    "repeat", "reword", "unit change", "range to point", "qualifier drift", "there and back", "conflict and its end",
    "correction", "denial", "edit with the same guid", "stale article late", "partner joins", "partner leaves",
    "partner is doubted", "partner joins a site", "absent from a site", "homonym", "another company's same number",
    "progress that is no cut", "currency restated", "per year against total",
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_sequence(blank: Ledger, row: Row) -> None:
    """Each sequence tells exactly what it should, keeps silent about what it should, and ends with what is so."""
    readings = list(row.readings())

    heard = run(blank, row, readings)

    assert [line(change) for change in heard] == list(row.told)
    if row.silent is not None:
        assert silences(blank) == list(row.silent)
    for short, expected in row.ends.items():
        fact = blank.fact(fact_key(short))
        assert (short, shown(fact.present if fact else None)) == (short, expected)
    assert again(blank, row, readings) == silences(blank)
    whole(blank, row, readings)


def silences(ledger: Ledger) -> list[str]:
    """What nobody was told of that was no history, each with the reason."""
    query = sa.select(changes.c.record, changes.c.silence).where(changes.c.silence.is_not(None))
    with ledger.engine.begin() as connection:
        rows = connection.execute(query.order_by(changes.c.position)).all()
    return [f"{line(decode(row.record, Change))}: {row.silence}" for row in rows if row.silence != "quiet"]


def again(ledger: Ledger, row: Row, readings: list[Reading]) -> list[str]:
    """Everything a second time, which tells nobody anything."""
    assert run(ledger, row, readings) == []
    return silences(ledger)


def whole(ledger: Ledger, row: Row, readings: list[Reading]) -> None:
    """What the ledger holds is what all claims give when they are taken together at once."""
    newest: dict[str, Reading] = {}
    for one in readings:
        held = newest.get(one.article_id)
        if held is None or (one.revision, one.reader_version) > (held.revision, held.reader_version):
            newest[one.article_id] = one
    everything = reports(*newest.values())
    for fact in ledger.facts():
        said = [report for report in everything if report.claim.fact == fact.fact]
        now = end_of_time() if fact.contender is None else readings[-1].first_seen
        history = timeline(said, now, row.policy().window(fact.key))
        assert fact.present == (history.present.known if history.present else None)


def test_every_pattern_has_its_rows() -> None:
    """There are at least three rows for each pattern that has to be covered, and 120 in all."""
    count = Counter(group for group, _ in load())

    assert {pattern for pattern in PATTERNS if count[pattern] < 3} == set()
    assert sum(count.values()) >= 120
