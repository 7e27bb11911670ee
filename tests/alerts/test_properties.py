"""What holds for any readings in any order: facts are a function of a set, changes of an order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from alerts.facts import History, timeline
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.policy import EVERY, Policy, Rules, Threshold
from alerts.reports import BASELINE
from streams.records import Article, Change, Claim, Known, Qualifier, Reading
from tests.alerts.build import (
    NOW,
    POLICY,
    STAKE,
    START,
    TOTAL,
    figure,
    learn_all,
    origin,
    partner,
    reading,
    reports,
    status,
)
from tests.alerts.conftest import emptied
from tests.alerts.sequences import READER, SENTENCES

FACTS = (TOTAL, STAKE, "partner:cisco@stargate-uae", "partner:softbank@stargate", "status:stargate")
KEEPING = Policy(
    projects=POLICY.projects,
    rules=Rules(confirm=2, thresholds={EVERY: Threshold(relative=Decimal("0.05"))}, conflict_window=timedelta(days=1)),
)
WITH_CONFLICTS = Policy(projects=POLICY.projects, rules=Rules(conflict_window=timedelta(days=2)))

# The examples share a ledger, which each of them empties.
_ONE_LEDGER = [HealthCheck.function_scoped_fixture]

values = st.sampled_from([100, 400, 410, 500, 600, (400, 600), (15, 25)])
QUALIFIERS: list[Qualifier] = ["exact", "exact", "about", "more_than", "up_to", "less_than", "vague"]
qualifiers = st.sampled_from(QUALIFIERS)
polarities = st.sampled_from(["affirmed", "affirmed", "affirmed", "denied", "doubted"])
times = st.sampled_from(["standing", "standing", "standing", "superseded", "past"])


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    fact = draw(st.sampled_from(FACTS))
    fields: dict[str, Any] = {"polarity": draw(polarities), "time": draw(times), "salient": draw(st.booleans())}
    if fact.startswith("figure:"):
        return figure(fact, draw(values), draw(qualifiers), **fields)
    if fact.startswith("partner:"):
        return partner(fact.removeprefix("partner:"), **fields)
    return status("stargate", draw(st.sampled_from(["active", "stalled", "paused"])), **fields)


@st.composite
def stories(draw: st.DrawFn) -> list[Reading]:
    """Up to eight readings: revisions of five articles by three outlets, some of one agency, some at the same time."""
    keys = draw(
        st.lists(st.tuples(st.sampled_from("abcde"), st.integers(1, 3), st.integers(1, 2)), max_size=8, unique=True)
    )
    days = {article: draw(st.integers(0, 6)) for article in "abcde"}
    return [
        reading(
            article,
            days[article],
            *draw(st.lists(claims(), max_size=3)),
            revision=revision,
            reader_version=reader,
            source_id=f"outlet-{draw(st.integers(1, 3))}",
            origin=origin(draw(st.sampled_from([None, "agency"]))),
        )
        for article, revision, reader in keys
    ]


def known(ledger: Ledger, window: timedelta = timedelta(0)) -> dict[str, tuple[object, ...]]:
    """All that is known, without the number of changes, which belongs to the order."""
    return {
        fact: (one.present, one.contender, one.since, one.origins, one.confidence, ledger.history(fact, NOW, window))
        for fact in FACTS
        if (one := ledger.fact(fact)) is not None and (one.present or one.contender)
    }


@settings(max_examples=80, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(story=stories(), data=st.data(), policy=st.sampled_from([POLICY, WITH_CONFLICTS]))
def test_facts_are_a_function_of_a_set(
    blank: Ledger, story: list[Reading], data: st.DataObject, policy: Policy
) -> None:
    """Any order and any repetition of the same readings give the same facts and the same histories."""
    learn_all(emptied(blank), *story, policy=policy)
    expected = known(blank, policy.rules.conflict_window)
    repeated = data.draw(st.lists(st.sampled_from(story), max_size=4)) if story else []

    learn_all(emptied(blank), *data.draw(st.permutations(story + repeated)), policy=policy)

    assert known(blank, policy.rules.conflict_window) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(story=stories(), data=st.data(), policy=st.sampled_from([POLICY, WITH_CONFLICTS, KEEPING]))
def test_changes_are_a_function_of_the_order(
    blank: Ledger, story: list[Reading], data: st.DataObject, policy: Policy
) -> None:
    """Repeating readings that were learned, in between or afterwards, adds no change and changes none."""
    learn_all(emptied(blank), *story, policy=policy)
    expected = blank.changes(100, silent=True)
    again = [one for place, new in enumerate(story) for one in (new, *story[: data.draw(st.integers(0, place + 1))])]

    learn_all(emptied(blank), *again, policy=policy)

    assert blank.changes(100, silent=True) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(story=stories())
def test_incremental_is_full_recomputation(blank: Ledger, story: list[Reading]) -> None:
    """What the ledger holds of each fact is what its newest claims give when they are taken together at once."""
    learn_all(emptied(blank), *story)
    newest: dict[str, Reading] = {}
    for one in story:
        held = newest.get(one.article_id)
        if held is None or (one.revision, one.reader_version) > (held.revision, held.reader_version):
            newest[one.article_id] = one
    everything = reports(*newest.values())

    for fact in FACTS:
        history = timeline([report for report in everything if report.claim.fact == fact], NOW)
        row = blank.fact(fact)
        assert (row.present if row else None) == (history.present.known if history.present else None)


@settings(max_examples=100, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(story=stories(), newest=claims(), late=st.lists(claims(), min_size=1, max_size=3), day=st.integers(-1, 6))
def test_a_late_older_claim_moves_nothing(
    blank: Ledger, story: list[Reading], newest: Claim, late: list[Claim], day: int
) -> None:
    """An article older than the one that an exact value rests on neither moves the value nor tells of it."""
    exact: dict[str, Any] = {"polarity": "affirmed", "time": "standing"}
    newest = msgspec.structs.replace(newest, **exact)
    if newest.amount:
        newest = figure(newest.fact, 777)
    learn_all(emptied(blank), *story, reading("newest", 7, newest))
    before = blank.fact(newest.fact or "")
    about_it = [one for one in late if one.fact == newest.fact]

    told = learn_all(blank, reading("late", day, *about_it))

    after = blank.fact(newest.fact or "")
    assert told == []
    assert before is not None
    assert after is not None
    assert after.present == before.present


@settings(max_examples=60, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(story=stories())
def test_every_change_is_one_move(blank: Ledger, story: list[Reading]) -> None:
    """The changes of a fact are numbered without a gap, and each starts where the fact stood after the last."""
    learn_all(emptied(blank), *story)

    for fact in FACTS:
        changes = blank.changes(100, fact, silent=True)[::-1]
        assert [change.number for change in changes] == list(range(1, len(changes) + 1))
        for change in changes:
            assert change.old != change.new
            assert all(side.evidence.source_id != BASELINE for side in (change.old, change.new) if side)


@settings(max_examples=100, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(story=stories())
def test_what_is_told_is_material_and_confirmed(blank: Ledger, story: list[Reading]) -> None:
    """With a threshold and two origins asked for, only what no longer stands is told with less."""
    told = learn_all(emptied(blank), *story, policy=KEEPING)

    for change in told:
        values = [side.value if side else None for side in (change.old, change.other or change.new)]
        assert change.kind == "correction" or change.origins >= 2
        assert change.kind == "correction" or KEEPING.rules.threshold("total").reached(*values)


@settings(max_examples=100, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(figures=st.lists(st.sampled_from([400, 410, 420, 500, 510, 600]), max_size=12))
def test_what_is_told_begins_where_people_were_left(blank: Ledger, figures: list[int]) -> None:
    """Whatever was kept back in between, each alert's old value is the new one of the alert before."""
    story = [reading(f"a{day}", day, figure(TOTAL, value)) for day, value in enumerate(figures)]

    told = learn_all(emptied(blank), *story, policy=KEEPING)

    olds, news = ([side.value if side else None for side in sides] for sides in _sides(told))
    assert olds == [None, *news[:-1]][: len(told)]


def _sides(told: list[Change]) -> tuple[list[Known | None], list[Known | None]]:
    return [change.old for change in told], [change.new for change in told]


@settings(max_examples=40, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(data=st.data())
def test_every_piece_of_evidence_slices_from_its_article(blank: Ledger, data: st.DataObject) -> None:
    """Each side of each change quotes a sentence that stands, at its place, in a revision of its article."""
    emptied(blank)
    texts: dict[str, list[dict[str, str]]] = {}
    sentences = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3)
    for day, name in enumerate(data.draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=5))):
        revisions = texts.setdefault(name, [])
        revisions.append({"title": data.draw(st.sampled_from(SENTENCES)), "body": "\n".join(data.draw(sentences))})
        learn_all(blank, read(name, day, revisions))

    changes = blank.changes(100, silent=True)
    for side in (side for change in changes for side in (change.old, change.new, change.other) if side):
        place = side.evidence.span
        assert place is not None
        cut = [one[place.part][place.start : place.end] for one in texts[side.evidence.article_id or ""]]
        assert side.evidence.sentence in cut


def read(name: str, day: int, revisions: list[dict[str, str]]) -> Reading:
    """The newest revision, as the real reader reads it."""
    then = START + timedelta(days=day)
    return READER.read(
        Article(
            article_id=name,
            revision=len(revisions),
            source_id=f"outlet-{name}",
            url=f"https://news.example/{name}",
            published_at=then,
            fetched_at=then,
            title=revisions[-1]["title"],
            body=revisions[-1]["body"],
        )
    )


class Crash(Exception):
    """The process ends here."""


@settings(max_examples=15, deadline=None, suppress_health_check=_ONE_LEDGER)
@given(story=stories())
def test_every_crash_leaves_all_or_nothing(blank: Ledger, story: list[Reading]) -> None:
    """Killed before any statement of the last lesson and run again, the ledger ends as if nothing had happened."""
    assume(story)
    *before, last = story
    learn_all(emptied(blank), *story)
    expected = known(blank), blank.changes(100, silent=True)
    for crash_at in range(1, 60):
        learn_all(emptied(blank), *before)
        if not _crashes(blank, last, crash_at):
            assert crash_at > 2
            return
        learn_all(blank, last)
        assert (known(blank), blank.changes(100, silent=True)) == expected
    pytest.fail("a lesson has more statements than were tried")


def _crashes(ledger: Ledger, last: Reading, crash_at: int) -> bool:
    """Learn `last`, failing before its statement number `crash_at`; False when it has fewer."""
    statements = iter(range(1, 1000))

    def count(*_: object) -> None:
        if next(statements) == crash_at:
            raise Crash

    sa.event.listen(ledger.engine, "before_cursor_execute", count)
    try:
        learn(ledger, last, POLICY, (), NOW)
    except Crash:
        return True
    finally:
        sa.event.remove(ledger.engine, "before_cursor_execute", count)
    return False


def test_no_reports_no_history() -> None:
    """Without reports there are no steps and no value."""
    assert timeline((), NOW) == History()
