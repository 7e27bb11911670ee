"""Pages of the ledger: joined they are the whole list, and each costs what it shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from alerts import listing
from alerts.destinations import Destination
from alerts.ledger import Fact, Ledger
from alerts.lesson import learn
from alerts.listing import ChangePlace, Changes, ClaimPlace, Deliveries, DeliveryPlace, Facts, Page
from alerts.past import facts_of, facts_then, reports_then
from alerts.reports import Report
from tests.alerts.build import NOW, POLICY, STAKE, START, TOTAL, figure, partner, reading, status

TO = (Destination(id="one", kind="console"), Destination(id="two", kind="console"))
SITE = "figure:total:stargate-uae:USD"
STORY = (
    reading("a", 0, figure(TOTAL, 500), partner("softbank@stargate"), partner("openai@stargate")),
    reading("b", 1, figure(TOTAL, 600), figure(STAKE, 20), figure("figure:capex:microsoft:USD", 80)),
    reading("c", 2, partner("cisco@stargate-uae"), figure(SITE, 7), status("stargate", "stalled")),
    reading("d", 3, figure(TOTAL, 700), partner("softbank@stargate", polarity="denied")),
    reading("e", 4, figure(TOTAL, 650), figure(TOTAL, 640, salient=False), quiet=True),
)
EVERYTHING = (Changes(silent=True), Changes(silent=True, project="stargate", kind="figure_changed"))


@pytest.fixture
def known(ledger: Ledger) -> Ledger:
    """The story, learned day by day, on each database."""
    for number, one in enumerate(STORY):
        learn(ledger, one, POLICY, TO, START + timedelta(days=number))
    return ledger


def walk(ask: Callable[[Any], Page[Any, Any]]) -> Iterator[Any]:
    """The items of all pages, one page after another."""
    page = ask(None)
    while page.next is not None:
        assert page.items
        yield from page.items
        page = ask(page.next)
    yield from page.items


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_pages_joined_are_the_whole_list(known: Ledger, limit: int) -> None:
    """Nothing is left out and nothing comes twice, however many stand on a page; the newest first, facts by key."""
    moment = (NOW, POLICY.window)

    assert tuple(walk(lambda at: listing.list_facts(known, Facts(), limit, at))) == known.facts()
    assert tuple(walk(lambda at: listing.list_facts_then(known, Facts(), moment, limit, at))) == known.facts()
    said = list(walk(lambda at: listing.list_claims(known, TOTAL, limit, at)))
    assert [one.order() for one in said] == sorted((one.order() for one in known.claims(TOTAL)), reverse=True)
    assert sorted(one.claim.sentence for one in said) == sorted(one.claim.sentence for one in known.claims(TOTAL))
    moved = [
        (one.change, one.silence) for one in walk(lambda at: listing.list_changes(known, EVERYTHING[0], limit, at))
    ]
    assert moved == list(known.told_or_not(100))
    sent = tuple(walk(lambda at: listing.list_deliveries(known, Deliveries(), limit, at)))
    assert sorted(sent, key=lambda one: one.delivery_id) == sorted(
        known.deliveries(100), key=lambda one: one.delivery_id
    )
    assert [one.created for one in sent] == sorted((one.created for one in sent), reverse=True)


def _said_then(ledger: Ledger, when: datetime, limit: int, at: ClaimPlace | None) -> Page[Report, ClaimPlace]:
    return listing.list_claims_then(ledger, TOTAL, when, limit, at)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_claims_of_a_moment_joined_are_all_that_was_known(known: Ledger, limit: int) -> None:
    """What an article says no longer is among them in its place, what came after the moment is not."""
    learn(known, reading("b", 1, figure(TOTAL, 610), revision=2, first_seen=START + timedelta(days=5)), POLICY, TO, NOW)
    for days, count in ((0, 1), (1, 2), (4, 5), (5, 5)):
        when = START + timedelta(days=days)
        said = list(walk(partial(_said_then, known, when, limit)))
        assert len(said) == count
        assert sorted(map(str, said)) == sorted(map(str, reports_then(known, TOTAL, when)))
        assert [one.order() for one in said] == sorted((one.order() for one in said), reverse=True)


def test_facts_are_chosen(known: Ledger) -> None:
    """By what they are about and by their kind, now and at a moment of the past."""
    assert [one.fact for one in listing.list_facts(known, Facts(project="stargate-uae"), 9).items] == [
        SITE,
        "partner:cisco@stargate-uae",
    ]
    assert [one.fact for one in listing.list_facts(known, Facts(project="stargate", kind="partner"), 9).items] == [
        "partner:openai@stargate",
        "partner:softbank@stargate",
    ]
    assert not listing.list_facts(known, Facts(project="nobody"), 9).items
    then = (START + timedelta(hours=1), POLICY.window)
    early = listing.list_facts_then(known, Facts(kind="figure"), then, 9).items
    assert early == tuple(one for one in facts_then(known, *then) if one.key.kind == "figure")
    assert [one.fact for one in early] == [TOTAL]


def test_facts_about_what_is_watched_come_first(known: Ledger) -> None:
    """All about the names given, then so many of the others as wanted."""
    keys = [fact.fact for fact in listing.facts_about(known, ["stargate-uae", "openai"], 1)]
    assert keys == [STAKE, SITE, "partner:cisco@stargate-uae", "figure:capex:microsoft:USD"]
    assert len(listing.facts_about(known, ["stargate-uae", "openai"], 0)) == 3


def test_facts_about_what_was_watched_come_first(known: Ledger) -> None:
    """At the newest moment they are those of now, earlier only those known by then; no more are read than shown."""
    names = ["stargate-uae", "openai"]
    for others in (0, 1, 9):
        now = listing.facts_about_then(known, names, (NOW, POLICY.window), others)
        assert now == listing.facts_about(known, names, others)
    early = (START + timedelta(hours=1), POLICY.window)
    assert listing.facts_about_then(known, names, early, 9) == tuple(facts_then(known, *early)) != ()
    asked: list[str] = []

    def noted(of: Ledger, chosen: list[str], *then: Any) -> Iterator[Fact]:
        asked.extend(chosen)
        return facts_of(of, chosen, *then)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "facts_of", noted)
        listing.facts_about_then(known, names, (NOW, POLICY.window), 1)
    assert asked == [STAKE, SITE, "partner:cisco@stargate-uae", "figure:capex:microsoft:USD"]


def test_changes_are_chosen(known: Ledger) -> None:
    """By fact, project, kind and time, `until` left out; silent ones only when asked for."""

    def seen(**which: Any) -> list[tuple[str, int]]:
        page = listing.list_changes(known, Changes(**which), 99)
        return [(one.change.fact, one.change.number) for one in page.items]

    assert seen(fact=TOTAL) == [(TOTAL, 3), (TOTAL, 2), (TOTAL, 1)]
    assert seen(fact=TOTAL, silent=True)[0] == (TOTAL, 4)
    assert seen(project="stargate-uae") == [(SITE, 1), ("partner:cisco@stargate-uae", 1)]
    assert seen(kind="partner_left") == [("partner:softbank@stargate", 2)]
    assert seen(fact=TOTAL, since=START + timedelta(days=1), until=START + timedelta(days=3)) == [(TOTAL, 2)]
    assert seen(kind="conflict") == []


def test_deliveries_are_chosen(known: Ledger) -> None:
    """By state, destination and change."""
    change = known.changes(1)[0].change_id
    of = listing.list_deliveries(known, Deliveries(change=change), 9).items
    assert {(one.destination, one.state) for one in of} == {("one", "pending"), ("two", "pending")}
    assert not listing.list_deliveries(known, Deliveries(state="sent"), 9).items
    assert {one.destination for one in listing.list_deliveries(known, Deliveries(destination="two"), 9).items} == {
        "two"
    }


def test_what_comes_in_between_moves_nothing(known: Ledger) -> None:
    """A change that is learned while somebody turns pages is on none of them, and pushes none twice onto one."""
    first = listing.list_changes(known, Changes(), 3)
    before = [one.change.change_id for one in walk(lambda at: listing.list_changes(known, Changes(), 3, at))]
    learn(known, reading("f", 6, figure(TOTAL, 900)), POLICY, TO, START + timedelta(days=6))
    rest = walk(lambda at: listing.list_changes(known, Changes(), 3, at or first.next))
    assert [one.change.change_id for one in (*first.items, *rest)] == before


@pytest.mark.parametrize(
    "ask",
    [
        lambda ledger: listing.list_facts(ledger, Facts(project="stargate"), 9, "a"),
        lambda ledger: listing.list_facts(ledger, Facts(), 9, "a"),
        lambda ledger: listing.list_changes(ledger, Changes(), 9, ChangePlace(NOW, 1)),
        lambda ledger: listing.list_changes(ledger, Changes(silent=True), 9, ChangePlace(NOW, 1)),
        lambda ledger: listing.list_changes(ledger, Changes(project="stargate"), 9, ChangePlace(NOW, 1)),
        lambda ledger: listing.list_changes(ledger, Changes(kind="conflict"), 9, ChangePlace(NOW, 1)),
        lambda ledger: listing.list_changes(ledger, Changes(fact=TOTAL, silent=True), 9, ChangePlace(NOW, 1)),
        lambda ledger: listing.list_deliveries(ledger, Deliveries(), 9, DeliveryPlace(NOW, "")),
        lambda ledger: listing.list_deliveries(ledger, Deliveries(state="dead"), 9, DeliveryPlace(NOW, "")),
        lambda ledger: listing.list_claims(ledger, TOTAL, 9, ClaimPlace(NOW, NOW, "", 1)),
    ],
    ids=lambda ask: ask.__code__.co_firstlineno,
)
def test_a_page_costs_what_it_shows(memory: Ledger, ask: Callable[[Ledger], object]) -> None:
    """SQLite finds each page by an index in the order of the list: it sorts nothing that grows."""
    asked: list[tuple[str, Any]] = []
    sa.event.listen(memory.engine, "before_cursor_execute", lambda _c, _cur, sql, given, *_: asked.append((sql, given)))
    ask(memory)
    (query,) = (one for one in asked if one[0].startswith("SELECT"))
    with memory.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        steps = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {query[0]}", query[1])]
    assert any("SEARCH" in step and "INDEX" in step for step in steps), steps
    # The claims of one article on one fact, a handful, are all that may be put in order.
    assert not [step for step in steps if "SCAN" in step or ("B-TREE" in step and "RIGHT PART" not in step)], steps
