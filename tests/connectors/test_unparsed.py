"""When documents are parsed again of which one could not be."""

from __future__ import annotations

from datetime import timedelta

from connectors.outcomes import MAY_PASS, Failed
from connectors.sources import Source
from connectors.unparsed import Unparsed
from tests.connectors.fakes import START

SOURCE = Source(id="daily", url="https://daily.example/feed")
OTHER = Source(id="other", url="https://other.example/feed")
PASSING = Failed(reason=min(MAY_PASS), detail="x")
LASTING = Failed(reason="not_a_feed", detail="x")


def wait(unparsed: Unparsed, content: str) -> timedelta:
    """How long those documents are left alone from the start on, to the minute."""
    minutes = (timedelta(minutes=n) for n in range(10_000))
    return next(one for one in minutes if not unparsed.waits(SOURCE, content, START + one))


def test_the_same_documents_are_tried_ever_later() -> None:
    """Each time in vain they wait longer; other documents of the source, and other sources, do not wait."""
    unparsed, waits = Unparsed(), []
    for _ in range(3):
        assert unparsed.note(SOURCE, "a", [LASTING, PASSING], START)
        waits.append(wait(unparsed, "a"))
        assert not unparsed.waits(SOURCE, "b", START)
        assert not unparsed.waits(OTHER, "a", START)
    assert timedelta(0) < waits[0] < waits[1] < waits[2]


def test_changed_documents_begin_anew() -> None:
    """What changed waits as long as at first, however often the documents before were tried."""
    unparsed = Unparsed()
    unparsed.note(SOURCE, "a", [PASSING], START)
    first = wait(unparsed, "a")
    unparsed.note(SOURCE, "a", [PASSING], START)
    unparsed.note(SOURCE, "b", [PASSING], START)
    assert wait(unparsed, "b") == first


def test_what_will_not_pass_is_not_tried_again() -> None:
    """Without a failure that may pass there is nothing to wait for, and what was tried before is forgotten."""
    unparsed = Unparsed()
    unparsed.note(SOURCE, "a", [PASSING], START)
    assert not unparsed.note(SOURCE, "a", [LASTING], START)
    assert not unparsed.waits(SOURCE, "a", START)
    assert not unparsed.note(SOURCE, "a", [], START)
