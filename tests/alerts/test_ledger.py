"""The ledger on both databases: what is shown of it, and what several learners do at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, get_args

import pytest
import sqlalchemy as sa

from alerts.destinations import Destination
from alerts.gauges import Gauges, read, show
from alerts.keys import FactKind
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.metrics import FACT_VALUE, PARTNERS
from alerts.tables import metadata
from rasid.database import migrate, open_engine
from streams.errors import BadInput, Unavailable
from streams.records import Reading, decode
from tests.alerts.build import NOW, POLICY, STAKE, START, TOTAL, figure, learn_all, partner, reading, shown, status

CONSOLE = Destination(id="console", kind="console", language="en")
UAE = Destination(id="uae", kind="console", projects=("stargate-uae",))
LEFT = Destination(id="left", kind="console", kinds=("partner_left",))
STORY = (
    reading("a", 0, figure(TOTAL, 500), partner("softbank@stargate"), partner("openai@stargate")),
    reading("b", 1, figure(TOTAL, 600), figure(None, 7)),
    reading("c", 2, figure(STAKE, (15, 25)), partner("cisco@stargate-uae"), status("stargate", "stalled")),
)


def test_what_is_shown(ledger: Ledger) -> None:
    """Facts, history, changes and claims come back ready to show, with sentence, source, address and time."""
    learn_all(ledger, *STORY)

    facts = {fact.fact: fact for fact in ledger.facts()}
    assert list(facts) == sorted(facts)
    total = facts[TOTAL]
    assert (shown(total.present), total.origins, total.confidence, total.changes) == ("600", 1, 0.9, 2)
    assert total.since == START + timedelta(days=1)
    assert total.present is not None
    assert total.present.evidence.url == "https://news.example/b"
    assert total.key.role == "total"
    assert ledger.fact("status:nowhere") is None
    history = ledger.history(TOTAL, NOW)
    assert [shown(step.known) for step in history.steps] == ["500", "600"]
    assert [report.article_id for report in ledger.claims(TOTAL)] == ["a", "b"]
    assert [report.claim.fact for report in ledger.article("b")] == [TOTAL, None]
    newest, *_ = ledger.changes(1)
    assert ledger.change(newest.change_id) == newest
    assert ledger.change("no such") is None
    assert [change.number for change in ledger.changes(10, TOTAL)] == [2, 1]
    assert ledger.learned() == {("a", 1), ("b", 1), ("c", 1)}
    ledger.check()


def test_one_who_may_only_look_goes_through_all(ledger: Ledger) -> None:
    """All changes and all claims, as one who writes reads them."""
    learn_all(ledger, *STORY)
    looking = open_engine(ledger.engine.url.render_as_string(hide_password=False), "ledger", read_only=True)
    reader = Ledger(looking)
    assert list(reader.all_changes()) == list(ledger.all_changes())
    claims = list(ledger.all_claims())
    assert len(claims) == 8
    assert list(reader.all_claims()) == claims
    looking.dispose()


def test_what_stands_behind_changes(ledger: Ledger) -> None:
    """Only what the articles of the changes themselves say, by fact; others that speak of the fact are not read."""
    learn_all(ledger, *STORY, *(reading(f"again{n}", 3 + n, figure(TOTAL, 600)) for n in range(5)))
    changes = ledger.changes(100)

    behind = ledger.behind(changes)
    assert behind.keys() == {change.fact for change in changes}
    assert [report.article_id for report in behind[TOTAL]] == ["a", "b"]
    assert [report.article_id for report in behind[STAKE]] == ["c"]
    assert ledger.behind(()) == {}


def test_changes_are_told_in_the_order_of_the_text(ledger: Ledger) -> None:
    """The changes of one article come in the order in which it says them."""
    changes = learn_all(ledger, *STORY)

    assert [change.fact for change in changes] == [
        TOTAL,
        "partner:softbank@stargate",
        "partner:openai@stargate",
        TOTAL,
        STAKE,
        "partner:cisco@stargate-uae",
        "status:stargate",
    ]
    assert list(ledger.changes(100)) == changes[::-1]


def test_deliveries_go_where_they_are_wanted(ledger: Ledger) -> None:
    """Each destination gets what is of its projects and its kinds, a site's family included."""
    for one in STORY:
        learn(ledger, one, POLICY, (CONSOLE, UAE, LEFT), NOW)

    assert len(ledger.deliveries(100, destination="console")) == 7
    assert [one.fact for one in ledger.deliveries(destination="uae")] == ["partner:cisco@stargate-uae"]
    assert ledger.deliveries(destination="left") == ()
    change_id = ledger.deliveries(destination="uae")[0].change_id
    assert {one.destination for one in ledger.deliveries(change_id=change_id)} == {"console", "uae"}
    assert ledger.deliveries(state="sent") == ()


def test_a_silent_change_is_kept(ledger: Ledger) -> None:
    """What nobody is told of is a change all the same, and takes a number."""
    learn_all(ledger, reading("a", 0, figure(TOTAL, 500), quiet=True), reading("b", 1, figure(TOTAL, 600)))

    assert [change.number for change in ledger.changes()] == [2]
    assert [change.number for change in ledger.changes(silent=True)] == [2, 1]


def test_why_nobody_was_told_costs_no_second_question(ledger: Ledger) -> None:
    """All changes come with the reasons of their silences by one statement."""
    learn_all(ledger, reading("a", 0, figure(TOTAL, 500), quiet=True), reading("b", 1, figure(TOTAL, 600)))
    asked: list[str] = []
    sa.event.listen(ledger.engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: asked.append(sql))

    assert [(change.number, why) for change, why in ledger.told_or_not(9)] == [(2, None), (1, "quiet")]
    assert sum(sql.startswith("SELECT") for sql in asked) == 1


def test_a_null_character_is_no_poison(ledger: Ledger) -> None:
    """A null character in an article's text is learned on both databases."""
    one = reading("a", 0, figure(TOTAL, 500, sentence="a\0b"))
    broken = Reading(**{name: getattr(one, name) for name in one.__struct_fields__} | {"title": "x\0y", "url": "u\0"})

    assert learn_all(ledger, broken)
    assert ledger.claims(TOTAL)[0].claim.sentence == "a\0b"


def test_a_poisonous_reading_leaves_nothing(ledger: Ledger) -> None:
    """A claim whose key is none is bad input, and nothing of its reading is kept."""
    with pytest.raises(BadInput):
        learn_all(ledger, reading("a", 0, figure(TOTAL, 500), figure("nonsense:x", 1)))

    assert ledger.facts() == ()
    assert ledger.learned() == set()


def test_learners_at_once(ledger: Ledger) -> None:
    """Learners that touch the same facts at the same time, in any order, lose nothing and repeat nothing."""
    readings = [
        reading(
            f"a{number}", number, figure(TOTAL, 500 + number % 3), partner("cisco@stargate"), partner("arm@stargate")
        )
        for number in range(24)
    ]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: learn(ledger, one, POLICY, (), NOW), [*readings, *readings[::-1]]))

    fact = ledger.fact(TOTAL)
    assert fact is not None
    assert shown(fact.present) == "502"
    changes = ledger.changes(100, TOTAL, silent=True)[::-1]
    assert [change.number for change in changes] == list(range(1, len(changes) + 1))
    assert all(change.old != change.new for change in changes)
    assert len(ledger.changes(100, "partner:cisco@stargate")) == 1


def test_revisions_at_once(ledger: Ledger) -> None:
    """Of many revisions of one article, learned at the same time in any order, the newest is what stays."""
    revisions = [reading("a", 0, figure(TOTAL, 500 + number), revision=number) for number in range(1, 25)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: learn(ledger, one, POLICY, (), NOW), [*revisions, *revisions[::-1]]))

    assert ledger.learned() == {("a", 24)}
    assert [report.claim.amount for report in ledger.claims(TOTAL)] == [revisions[-1].claims[0].amount]


def test_a_read_only_ledger(disk: Ledger) -> None:
    """The page's connection reads and cannot write."""
    learn_all(disk, *STORY)
    engine = open_engine(str(disk.engine.url), "ledger", read_only=True)
    try:
        assert len(Ledger(engine).facts()) == len(disk.facts())
        with pytest.raises(Unavailable, match="readonly"):
            learn_all(Ledger(engine), reading("x", 9, figure(TOTAL, 1)))
    finally:
        engine.dispose()


def test_migrating_twice_is_harmless(ledger: Ledger) -> None:
    """A ledger that is new enough stays what it is."""
    learn_all(ledger, *STORY)
    migrate(ledger.engine, "alerts", "ledger")

    assert len(ledger.learned()) == 3


def test_the_tables_are_those_of_the_migrations(ledger: Ledger) -> None:
    """What the code takes the tables to be is what the migrations made of them."""
    inspector = sa.inspect(ledger.engine)
    for table in metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        assert {index["name"] for index in inspector.get_indexes(table.name)} >= {one.name for one in table.indexes}


def test_gauges(memory: Ledger) -> None:
    """Prometheus sees the figures that people are told of and the number of partners, nothing that a text named."""
    learn_all(
        memory,
        *STORY,
        reading("d", 3, figure("figure:commitment:unlisted:x->stargate:USD", 1), figure("figure:capex:x:USD", 1)),
    )
    show(read(memory, POLICY))

    values = {sample.labels["fact"]: sample.value for metric in FACT_VALUE.collect() for sample in metric.samples}
    partners = {sample.labels["project"]: sample.value for metric in PARTNERS.collect() for sample in metric.samples}
    assert values == {TOTAL: 600e9, STAKE: 20e9}
    assert partners == {"stargate": 2, "stargate-uae": 1}


def test_gauges_read_what_the_watchlist_names(memory: Ledger) -> None:
    """However much is known of others, only the facts about watched projects and their partners are read."""
    others = [figure(f"figure:stake:fund-{n}->startup-{n}:USD", n + 1) for n in range(40)]
    unlisted = [partner(f"unlisted:firm {n}@stargate") for n in range(40)]
    learn_all(memory, *STORY, reading("d", 3, *others, *unlisted))
    show(read(memory, POLICY))

    about = {*POLICY.projects, "openai", "softbank"}
    found = {fact for kind in get_args(FactKind) for fact, _ in memory.standing(kind, about)}
    listed = [fact for fact in memory.facts() if fact.key.listed() and fact.present]
    assert found == {fact.fact for fact in listed if fact.key.to in about}
    assert len(found) < 10
    assert _gauged() == {TOTAL: 600e9, STAKE: 20e9}


def test_gauges_stand_while_others_are_read(memory: Ledger) -> None:
    """Whoever asks meanwhile, be it in the middle of it, sees all that was shown last."""
    learn_all(memory, *STORY)
    show(Gauges(partners={"stargate": 7}, figures={TOTAL: 1.0}))
    seen: list[dict[str, float]] = []
    sa.event.listen(memory.engine, "after_cursor_execute", lambda *_: seen.append(_gauged()))
    found = read(memory, POLICY)
    seen.append(_gauged())
    assert seen == [{TOTAL: 1.0}] * len(seen)
    show(found)
    assert _gauged() == {TOTAL: 600e9, STAKE: 20e9}


def _gauged() -> dict[str, float]:
    return {sample.labels["fact"]: sample.value for metric in FACT_VALUE.collect() for sample in metric.samples}


def test_one_more_article_reads_the_partners_that_it_names(memory: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether money moves between partners is asked of those who pay and get it, not of all who take part."""
    members = ["softbank", "openai", *map(str, range(60))]
    learn_all(memory, reading("a", 0, *(partner(f"{member}@stargate") for member in members)))
    read: list[object] = []

    def counted(record: str, kind: Any) -> Any:
        read.append(record)
        return decode(record, kind)

    monkeypatch.setattr("alerts.told.decode", counted)
    (told,) = learn(memory, reading("b", 1, figure(STAKE, 20)), POLICY, (), NOW)
    assert told.fact == STAKE
    assert 0 < len(read) < 10
