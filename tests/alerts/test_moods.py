"""The operator hears of sources that fail, and that they are well again; on both databases."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from alerts import moods, render
from alerts.destinations import Destination
from alerts.errands import Errands
from alerts.ledger import Ledger
from alerts.render import Mood
from alerts.tables import errands
from alerts.words import FSI, PDI
from streams.clock import utc_now
from tests.alerts.build import NOW
from tests.alerts.stage import CONSOLE

DESK = Destination(id="desk", kind="console", language="en", operator=True)
ILL = Mood(source_id="daily", title="صحيفة", failures=5, reason="http_403")
WELL = Mood(source_id="daily", title="صحيفة")
OTHER = Mood(source_id="other", failures=7, reason="dns")


def told(ledger: Ledger) -> list[tuple[str, str]]:
    """What waits to be told, in order: to whom, and the first words."""
    with ledger.engine.connect() as connection:
        rows = connection.execute(sa.select(errands).order_by(errands.c.created)).all()
    return [(row.destination, "again" if "again" in row.body else "cannot") for row in rows]


def test_each_is_told_once(ledger: Ledger) -> None:
    """That it fails, however often it is seen failing; that it is well, once; the next time it fails, again."""
    now, desks = utc_now(), (DESK, CONSOLE)
    for minute, (mood, expected) in enumerate(
        [(WELL, 0), (ILL, 1), (ILL, 1), (WELL, 2), (WELL, 2), (ILL, 3)],
    ):
        moods.tell(ledger.engine, [mood], desks, now + timedelta(minutes=minute))
        assert len(told(ledger)) == expected
    assert told(ledger) == [("desk", "cannot"), ("desk", "again"), ("desk", "cannot")]


def test_two_who_look_tell_it_once(ledger: Ledger) -> None:
    """A second process, or one that starts anew: what one has told, the other does not."""
    now = utc_now()
    assert moods.tell(ledger.engine, [ILL, OTHER], [DESK], now) == [ILL, OTHER]
    assert moods.tell(Ledger(ledger.engine).engine, [OTHER, ILL], [DESK], now + timedelta(seconds=1)) == []
    errand = Errands(ledger.engine, "me").take("desk", now)
    assert errand is not None
    assert (errand.kind, len(told(ledger))) == ("notice", 1)
    assert errand.body.count("cannot read") == 2


def test_without_an_operator_nothing_is_noted(ledger: Ledger) -> None:
    """So that one who is named later still hears of what fails then."""
    now = utc_now()
    assert moods.tell(ledger.engine, [ILL], [CONSOLE], now) == []
    assert moods.tell(ledger.engine, [ILL], [DESK], now) == [ILL]


def test_what_is_said() -> None:
    """Which source, how often, why, and where to look; to programs as fields; of very many the first ones."""
    name = f"{FSI}صحيفة (daily){PDI}"
    assert render.sources([ILL], NOW, DESK) == (
        f"Rasid cannot read {name}: {FSI}5{PDI} times in a row, last because of {FSI}http_403{PDI}. "
        f"What is wrong there: {FSI}rasid feeds check daily{PDI}"
    )
    assert render.sources([WELL], NOW, DESK) == f"Rasid can read {name} again."
    program = Destination(id="p", kind="webhook", language="ar", operator=True)
    message = json.loads(render.sources([ILL], NOW, program))
    assert message["type"] == "sources.failing"
    assert message["data"]["sources"] == [{"source": "daily", "failures": 5, "reason": "http_403"}]
    assert json.loads(render.sources([WELL], NOW, program))["type"] == "sources.recovered"


@pytest.mark.parametrize("kind", ["webhook", "slack_bot", "console"])
def test_very_many_fit_into_a_message(kind: str) -> None:
    """Five hundred at once, with titles of any length, keep within what receivers take."""
    reader = Destination(id="d", kind=kind, operator=True)  # type: ignore[arg-type]
    many = [Mood(source_id=f"{n:064}", title="<!channel>" * 100, failures=5, reason="dns") for n in range(500)]
    said = render.sources(many, NOW, reader)
    assert len(said.encode()) < 20_000
    assert "480" in said
    if kind == "slack_bot":
        assert "<!" not in json.loads(said)["text"]
