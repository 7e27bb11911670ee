"""Sequences of articles with a known answer: what is told, in order, and what is known in the end."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from alerts.ledger import Ledger
from streams.records import Qualifier, Reading
from tests.alerts.build import STAKE, TOTAL, figure, learn_all, partner, reading, shown, status, told

UAE = "partner:cisco@stargate-uae"
STATUS = "status:stargate"
SECURED = "figure:secured:stargate:USD"


class Row(NamedTuple):
    """What happens; which changes of the fact are told; which value it ends with."""

    name: str
    fact: str
    readings: tuple[Reading, ...]
    told: list[str]
    present: str | None


def total(article: str, day: float, value: Any, qualifier: Qualifier = "exact", **fields: Any) -> Reading:
    """An article that gives the total of Stargate."""
    return reading(article, day, figure(TOTAL, value, qualifier, **fields))


def denied(article: str, day: float) -> Reading:
    """An article that denies the figure without naming it."""
    return reading(article, day, figure(TOTAL, None, polarity="denied"))


NEW = "figure_new None > 500"
TO_600 = "figure_changed 500 > 600"

REPETITION = [
    Row("the same article twice", TOTAL, (total("a", 0, 500), total("a", 0, 500)), [NEW], "500"),
    Row("another article says it again", TOTAL, (total("a", 0, 500), total("b", 1, 500)), [NEW], "500"),
    Row("another unit, the same sum", TOTAL, (total("a", 0, 500), total("b", 1, 500.0)), [NEW], "500"),
    Row("twice in one article", TOTAL, (reading("a", 0, figure(TOTAL, 500), figure(TOTAL, 500)),), [NEW], "500"),
]

QUALIFIERS = [
    Row("up to, after exact", TOTAL, (total("a", 0, 500), total("b", 1, 500, "up_to")), [NEW], "up_to 500"),
    Row(
        "exact, after up to",
        TOTAL,
        (total("a", 0, 500, "up_to"), total("b", 1, 500)),
        ["figure_new None > up_to 500"],
        "500",
    ),
    Row(
        "about, after more than",
        TOTAL,
        (total("a", 0, 400, "more_than"), total("b", 1, 400, "about")),
        ["figure_new None > more_than 400"],
        "about 400",
    ),
    Row("more than something smaller fits", TOTAL, (total("a", 0, 500), total("b", 1, 400, "more_than")), [NEW], "500"),
    Row("less than something bigger fits", TOTAL, (total("a", 0, 500), total("b", 1, 600, "less_than")), [NEW], "500"),
    Row(
        "more than something bigger does not fit",
        TOTAL,
        (total("a", 0, 500), total("b", 1, 600, "more_than")),
        [NEW, "figure_changed 500 > more_than 600"],
        "more_than 600",
    ),
    Row(
        "about something near fits",
        TOTAL,
        (total("a", 0, 490), total("b", 1, 500, "about")),
        ["figure_new None > 490"],
        "490",
    ),
    Row(
        "about something far does not",
        TOTAL,
        (total("a", 0, 400), total("b", 1, 500, "about")),
        ["figure_new None > 400", "figure_changed 400 > about 500"],
        "about 500",
    ),
    Row(
        "the exact value of a rounded one is known, not told",
        TOTAL,
        (total("a", 0, 30, "about"), total("b", 1, 29.7)),
        ["figure_new None > about 30"],
        "29.7",
    ),
    Row(
        "a ceiling raised",
        TOTAL,
        (total("a", 0, 500), total("b", 1, 600, "up_to")),
        [NEW, "figure_changed 500 > up_to 600"],
        "up_to 600",
    ),
    Row(
        "a floor made exact",
        TOTAL,
        (total("a", 0, 400, "at_least"), total("b", 1, 500)),
        ["figure_new None > at_least 400", "figure_changed at_least 400 > 500"],
        "500",
    ),
    Row("a range around the value fits", TOTAL, (total("a", 0, 500), total("b", 1, (450, 550))), [NEW], "500"),
    Row(
        "the upper end of a range",
        TOTAL,
        (total("a", 0, (15, 25)), total("b", 1, 25, "up_to")),
        ["figure_new None > 15-25"],
        "15-25",
    ),
    Row("a vague amount", TOTAL, (total("a", 0, 500), total("b", 1, 2, "vague")), [NEW], "500"),
    Row("an amount without ends", TOTAL, (total("a", 0, 500), total("b", 1, (None, None))), [NEW], "500"),
    Row("per year is not the whole", TOTAL, (total("a", 0, 500), total("b", 1, 100, period="year")), [NEW], "500"),
    Row(
        "per year beside the whole",
        "figure:commitment:softbank->stargate:USD:per-year",
        (
            reading("a", 0, figure("figure:commitment:softbank->stargate:USD", 15)),
            reading("b", 1, figure("figure:commitment:softbank->stargate:USD:per-year", 4, period="year")),
        ),
        ["figure_new None > 15", "figure_new None > 4"],
        "4",
    ),
]

MOVES = [
    Row("a new value", TOTAL, (total("a", 0, 500), total("b", 1, 600)), [NEW, TO_600], "600"),
    Row("range to another point", STAKE,
        (reading("a", 1, figure(STAKE, (15, 25), status="negotiating")),
         reading("b", 2, figure(STAKE, 30, status="completed"))),
        ["figure_new None > 15-25 negotiating", "figure_changed 15-25 negotiating > 30 completed"], "30 completed"),
    Row("range to a point within", STAKE,
        (reading("a", 1, figure(STAKE, (15, 25))), reading("b", 2, figure(STAKE, 20))),
        ["figure_new None > 15-25", "figure_changed 15-25 > 20"], "20"),
    Row("there and back", TOTAL, (total("a", 0, 500), total("b", 1, 600), total("c", 2, 500)),
        [NEW, TO_600, "figure_changed 600 > 500"], "500"),
    Row("a status alone", TOTAL, (total("a", 0, 500), total("b", 1, 500, status="completed")), [NEW], "500 completed"),
    Row("a stale article, late", TOTAL, (total("a", 1, 500), total("b", 5, 600), total("c", 3, 550)),
        [NEW, TO_600], "600"),
    Row("a superseded value", TOTAL, (total("a", 0, 500), total("b", 1, 400, time="superseded")), [NEW], "500"),
    Row("a past event", TOTAL, (total("a", 0, 500), total("b", 1, 1, time="past")), [NEW], "500"),
    Row("a critic's doubt", TOTAL, (total("a", 0, 500), total("b", 1, 10, "less_than", polarity="doubted")),
        [NEW], "500"),
    Row("the salient one of several", TOTAL,
        (reading("a", 0, figure(TOTAL, 400, salient=False), figure(TOTAL, 500), figure(TOTAL, 100, salient=False)),),
        [NEW], "500"),
    Row("secured so far is no cut of the total", TOTAL,
        (total("a", 0, 500), reading("b", 1, figure(SECURED, 400, "more_than"))),
        [NEW, "figure_new None > more_than 400"], "500"),
]  # fmt: skip

TAKEN_BACK = [
    Row("denied", TOTAL, (total("a", 0, 500), total("b", 1, 600), total("c", 2, 600, polarity="denied")),
        [NEW, TO_600, "correction 600 > 500"], "500"),
    Row("denied, whatever it was", TOTAL, (total("a", 0, 500), total("b", 1, 600), denied("c", 2)),
        [NEW, TO_600, "correction 600 > 500"], "500"),
    Row("denied, and nothing was known before", TOTAL, (total("a", 0, 500), total("b", 1, 500, status="denied")),
        [NEW, "correction 500 > None"], None),
    Row("a denial of something else", TOTAL, (total("a", 0, 500), total("b", 1, 700, polarity="denied")), [NEW], "500"),
    Row("an earlier value denied", TOTAL,
        (total("a", 0, 500), total("b", 1, 600), total("c", 2, 500, polarity="denied")), [NEW, TO_600], "600"),
    Row("denied and corrected in one article", TOTAL,
        (total("a", 0, 7), total("b", 1, 17), reading("c", 2, figure(TOTAL, 17, polarity="denied"), figure(TOTAL, 7))),
        ["figure_new None > 7", "figure_changed 7 > 17", "correction 17 > 7"], "7"),
    Row("denied and said again in one article: the salient one speaks", TOTAL,
        (total("a", 0, 500), reading("b", 1, figure(TOTAL, 500, polarity="denied"), figure(TOTAL, 500, salient=False))),
        [NEW, "correction 500 > None"], None),
    Row("said again after the denial", TOTAL,
        (total("a", 0, 500), total("b", 1, 500, polarity="denied"), total("c", 2, 500)),
        [NEW, "correction 500 > None", NEW], "500"),
    Row("withdrawn by an edit", TOTAL,
        (total("a", 0, 500), total("b", 1, 600), reading("b", 1, revision=2)),
        [NEW, TO_600, "correction 600 > 500"], "500"),
    Row("corrected by an edit", TOTAL,
        (total("a", 0, 500), total("b", 1, 600), reading("b", 1, figure(TOTAL, 650), revision=2)),
        [NEW, TO_600, "correction 600 > 650"], "650"),
    Row("withdrawn, but others say so too", TOTAL,
        (total("a", 0, 500), total("b", 1, 600), total("c", 2, 600), reading("c", 2, revision=2)),
        [NEW, TO_600], "600"),
    Row("an edit that changes nothing", TOTAL,
        (total("a", 0, 500), reading("a", 0, figure(TOTAL, 500), revision=2)), [NEW], "500"),
    Row("the same revision with another text is not taken", TOTAL,
        (total("a", 0, 500), total("a", 0, 400)), [NEW], "500"),
    Row("an older revision, late", TOTAL,
        (reading("a", 0, figure(TOTAL, 500), revision=2), reading("a", 0, figure(TOTAL, 400))), [NEW], "500"),
    Row("the last word on a fact withdrawn", TOTAL, (total("a", 0, 500), reading("a", 0, revision=2)),
        [NEW, "correction 500 > None"], None),
    Row("moved to another fact by an edit", TOTAL,
        (total("a", 0, 500), reading("a", 0, figure(SECURED, 500), revision=2)),
        [NEW, "figure_new None > 500", "correction 500 > None"], None),
]  # fmt: skip

CISCO = partner("cisco@stargate-uae")
NOT_CISCO = partner("cisco@stargate-uae", polarity="denied")
PERHAPS_CISCO = partner("cisco@stargate-uae", polarity="doubted")
JOINED = "partner_added None > in"

PARTNERS = [
    Row("joins a site", UAE, (reading("a", 1, CISCO),), [JOINED], "in"),
    Row("named again", UAE, (reading("a", 1, CISCO), reading("b", 2, CISCO)), [JOINED], "in"),
    Row("leaves", UAE, (reading("a", 1, CISCO), reading("b", 2, NOT_CISCO)), [JOINED, "partner_left in > out"], "out"),
    Row("comes back", UAE,
        (reading("a", 1, CISCO), reading("b", 2, partner("cisco@stargate-uae", status="denied")),
         reading("c", 3, CISCO)),
        [JOINED, "partner_left in > out", "partner_added out > in"], "in"),
    Row("is doubted and confirmed", UAE,
        (reading("a", 1, CISCO), reading("b", 2, PERHAPS_CISCO), reading("c", 3, CISCO)),
        [JOINED, "status in > doubted", "status doubted > in"], "in"),
    Row("stalls", UAE, (reading("a", 1, CISCO), reading("b", 2, partner("cisco@stargate-uae", status="stalled"))),
        [JOINED, "status in > doubted"], "doubted"),
    Row("still in talks", UAE, (reading("a", 1, partner("cisco@stargate-uae", status="negotiating")),), [], None),
    Row("was a partner once", UAE, (reading("a", 1, partner("cisco@stargate-uae", time="past")),), [], None),
    Row("never was one and is not", UAE, (reading("a", 1, NOT_CISCO),), [], "out"),
    Row("out, then in doubt", UAE, (reading("a", 1, NOT_CISCO), reading("b", 2, PERHAPS_CISCO)),
        [], "doubted"),
    Row("out, in doubt, then in", UAE,
        (reading("a", 1, NOT_CISCO), reading("b", 2, PERHAPS_CISCO), reading("c", 3, CISCO)),
        ["partner_added doubted > in"], "in"),
    Row("in doubt, then out", UAE, (reading("a", 1, PERHAPS_CISCO), reading("b", 2, NOT_CISCO)), [], "out"),
    Row("in, in doubt, then out", UAE,
        (reading("a", 1, CISCO), reading("b", 2, PERHAPS_CISCO), reading("c", 3, NOT_CISCO)),
        [JOINED, "status in > doubted", "partner_left doubted > out"], "out"),
    Row("absent from a site has not left the project", "partner:openai@stargate",
        (reading("a", 1, partner("openai@stargate"), partner("openai@stargate-uae")),
         reading("b", 2, partner("openai@stargate-uae", polarity="denied"))),
        [JOINED, JOINED, "partner_left in > out"], "in"),
]  # fmt: skip

STALLED = status("stargate", "stalled")
STOPS = "status None > stalled"

STATUSES = [
    Row("a project stalls", STATUS, (reading("a", 1, STALLED),), [STOPS], "stalled"),
    Row("a project that runs is no news", STATUS, (reading("a", 1, status("stargate", "active")),), [], "active"),
    Row("stalled, then active", STATUS, (reading("a", 1, STALLED), reading("b", 2, status("stargate", "active"))),
        [STOPS, "status stalled > active"], "active"),
    Row("a status denied", STATUS,
        (reading("a", 1, STALLED), reading("b", 2, status("stargate", "stalled", polarity="denied"))),
        [STOPS, "correction stalled > None"], None),
    Row("a status doubted", STATUS, (reading("a", 1, status("stargate", "stalled", polarity="doubted")),), [], None),
    Row("without a state", STATUS, (reading("a", 1, status("stargate", None)),), [], None),
]  # fmt: skip

SILENCE = [
    Row("somebody else's project", "figure:total:other:USD", (reading("a", 1, figure("figure:total:other:USD", 5)),),
        [], "5"),
    Row("a company's own spending", "figure:capex:microsoft:USD:per-year",
        (reading("a", 1, figure("figure:capex:microsoft:USD:per-year", 80, period="year")),), [], "80"),
    Row("a stake between strangers", STAKE, (reading("a", 1, figure(STAKE, 15)),), [], "15"),
    Row("a claim without a key", TOTAL, (reading("a", 1, figure(None, 15)),), [], None),
    Row("quiet", TOTAL, (total("a", 0, 500), reading("b", 1, figure(TOTAL, 600), quiet=True), total("c", 2, 700)),
        [NEW, "figure_changed 600 > 700"], "700"),
    Row("a newer reader reads otherwise", TOTAL,
        (total("a", 0, 500), reading("a", 0, figure(TOTAL, 450), reader_version=2)), [NEW], "450"),
    Row("the same sum in another currency", "figure:total:stargate:SAR",
        (total("a", 0, 500), reading("b", 1, figure("figure:total:stargate:SAR", 1875))), [NEW], "1875"),
]  # fmt: skip

ROWS = [*REPETITION, *QUALIFIERS, *MOVES, *TAKEN_BACK, *PARTNERS, *STATUSES, *SILENCE]
WITH_PARTNERS = {"range to another point", "range to a point within"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_sequence(memory: Ledger, row: Row) -> None:
    """Each sequence tells exactly what it should and ends with the value it should."""
    if row.name in WITH_PARTNERS:
        known = reading("known", 0, partner("softbank@stargate"), partner("openai@stargate"), quiet=True)
        assert learn_all(memory, known) == []

    changes = learn_all(memory, *row.readings)

    fact = memory.fact(row.fact)
    assert [told(change) for change in changes] == row.told
    assert shown(fact.present if fact else None) == row.present
