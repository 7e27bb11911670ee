"""The crash model in its long form: pairs of crashes in the longer story, three in the short one, two deaths."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.alerts.build import NOW
from tests.alerts.chain import Chain, Found
from tests.alerts.conftest import fresh
from tests.alerts.test_crashes import LONG, LONG_TRUTH, RULES, SHORT, SHORT_TRUTH
from tests.alerts.world import Durable, beginning

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    """A ledger in memory, which every run sets to where it begins."""
    made = fresh("sqlite://")
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def start(engine: sa.Engine) -> Durable:
    """Before anything was published."""
    return beginning(engine, NOW)


@pytest.mark.parametrize("batch", [1, 2, 8])
def test_pairs_in_the_longer_story(engine: sa.Engine, start: Durable, batch: int) -> None:
    """Any two crashes, with offsets committed after each, after some and after all."""
    _harmless(Chain(engine, LONG, RULES, batch=batch).explore(start, LONG_TRUTH, crashes=2))


def test_three_crashes(engine: sa.Engine, start: Durable) -> None:
    """Any three crashes in the short story."""
    _harmless(Chain(engine, SHORT, RULES).explore(start, SHORT_TRUTH, crashes=3))


def test_two_deaths(engine: sa.Engine, start: Durable) -> None:
    """Any two deaths of single processes in the short story, the others going on."""
    _harmless(Chain(engine, SHORT, RULES).bereave(start, SHORT_TRUTH, deaths=2))


def _harmless(found: Found) -> None:
    sys.stdout.write(f"{found}\n")
    assert (found.lost, found.false, found.disordered) == (0, 0, 0)
    assert found.repeated > 0
