"""The rules of a watch: what is material, who has to confirm, and what is told of what was kept back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from prometheus_client import REGISTRY

from alerts.compare import Value
from alerts.keys import parse
from alerts.ledger import Ledger
from alerts.policy import Policy, Rules, Threshold
from streams.records import Figure, Reading
from tests.alerts.build import POLICY, TOTAL, figure, learn_all, origin, partner, reading, told

TENTH = Threshold(relative=Decimal("0.1"))
TWENTY = Threshold(absolute={"USD": Decimal(20)})
BOTH = Threshold(relative=Decimal("0.1"), absolute={"USD": Decimal(20)})


def usd(low: float | None, high: float | None = None) -> Figure:
    ends = [None if end is None else Decimal(str(end)) for end in (low, low if high is None else high)]
    return Figure(low=ends[0], high=ends[1], currency="USD", qualifier="exact", status="announced")


@pytest.mark.parametrize(
    ("threshold", "old", "new", "reached"),
    [
        (Threshold(), usd(100), usd(101), True),
        (TENTH, usd(100), usd(109), False),
        (TENTH, usd(100), usd(110), True),
        (TENTH, usd(100), usd(90), True),
        (TENTH, usd(100, 200), usd(100, 219), False),
        (TENTH, usd(100, 200), usd(111, 200), True),
        (TENTH, usd(0), usd(1), True),
        (TENTH, None, usd(1), True),
        (TENTH, usd(1), None, True),
        (TWENTY, usd(100), usd(119), False),
        (TWENTY, usd(100), usd(120), True),
        (BOTH, usd(100), usd(115), False),
        (BOTH, usd(1000), usd(1050), False),
        (BOTH, usd(1000), usd(1100), True),
    ],
)
def test_what_is_material(threshold: Threshold, old: Value | None, new: Value | None, *, reached: bool) -> None:
    """A move is material when one end of the figure reaches every threshold that is set."""
    assert threshold.reached(old, new) is reached


def test_a_currency_without_a_threshold_has_none() -> None:
    """A sum of money says nothing about another currency."""
    riyal = Figure(low=Decimal(100), high=Decimal(100), currency="SAR", qualifier="exact", status="announced")
    more = Figure(low=Decimal(101), high=Decimal(101), currency="SAR", qualifier="exact", status="announced")

    assert TWENTY.reached(riyal, more)


def test_rules_come_from_the_nearest_watch() -> None:
    """A site has its own rules, those of its project, or those of all."""
    project, everybody = Rules(confirm=2), Rules(confirm=3)
    policy = Policy(projects={"stargate": None, "stargate-uae": "stargate"}, rules=everybody, of={"stargate": project})

    assert [policy.rules_of(one) for one in ("stargate-uae", "stargate", "other")] == [project, project, everybody]


def test_what_a_watch_does_not_tell_concerns_it_not() -> None:
    """A project that tells of partners only is not concerned by its total, its site with rules of its own is."""
    policy = Policy(
        projects={"stargate": None, "stargate-uae": "stargate"},
        rules=Rules(tell=frozenset({"partners"})),
        of={"stargate-uae": Rules(tell=frozenset({"total"}))},
    )

    assert policy.watches(parse(TOTAL), {}) == frozenset()
    assert policy.watches(parse("figure:total:stargate-uae:USD"), {}) == {"stargate-uae"}


def test_a_company_s_own_figures_concern_those_it_takes_part_in() -> None:
    """Spending, revenue and valuation are told where a watch asks for them and the company is a partner."""
    policy = Policy(projects={"stargate": None}, rules=Rules(tell=frozenset({"capex"})))
    capex = parse("figure:capex:microsoft:USD:per-year")

    assert policy.watches(capex, {"stargate": {"microsoft"}}) == {"stargate"}
    assert policy.watches(capex, {"stargate": {"oracle"}}) == frozenset()


def silences(ledger: Ledger, rules: Rules, *readings: Reading) -> list[str]:
    """Everything that moved, each with the reason why nobody was told of it."""
    policy = Policy(projects=POLICY.projects, rules=rules)
    heard = {change.change_id for change in learn_all(ledger, *readings, policy=policy)}
    return [
        f"{told(change)}: {change.reason if change.change_id in heard else 'silent'}"
        for change in ledger.changes(100, silent=True)[::-1]
    ]


def totals(*given: Any) -> list[Reading]:
    """One article a day, each with its total."""
    return [reading(f"a{day}", day, figure(TOTAL, value)) for day, value in enumerate(given)]


MATERIAL = Rules(thresholds={"all": Threshold(relative=Decimal("0.05"))})
CONFIRMED = Rules(confirm=2)
TRUSTING = Rules(confirm=2, trusted=frozenset({"outlet-a1"}))
ONLY = Rules(confirm="trusted", trusted=frozenset({"outlet-a2"}))
FIRST = "figure_new None > 500: first_report"

ROWS: list[tuple[str, Rules, list[Reading], list[str]]] = [
    ("a small move is kept back", MATERIAL, totals(500, 510), [FIRST, "figure_changed 500 > 510: silent"]),
    ("a creeping figure is told once the sum is material, from what was told", MATERIAL,
     totals(500, 510, 520, 530, 540),
     [FIRST, "figure_changed 500 > 510: silent", "figure_changed 510 > 520: silent",
      "figure_changed 500 > 530: newer_report", "figure_changed 530 > 540: silent"]),
    ("a figure that creeps back was never told", MATERIAL, totals(500, 510, 500, 530),
     [FIRST, "figure_changed 500 > 510: silent", "figure_changed 510 > 500: silent",
      "figure_changed 500 > 530: newer_report"]),
    ("a threshold of another role", Rules(thresholds={"stake": Threshold(relative=Decimal(1))}), totals(500, 510),
     [FIRST, "figure_changed 500 > 510: newer_report"]),
    ("one origin is not enough, the second one tells, the third one nothing",
     CONFIRMED, totals(500, 500, 500),
     ["figure_new None > 500: silent", "figure_new None > 500: corroborated"]),
    ("the second origin tells from what was told", CONFIRMED, totals(500, 500, 600, 700, 700),
     ["figure_new None > 500: silent", "figure_new None > 500: corroborated", "figure_changed 500 > 600: silent",
      "figure_changed 600 > 700: silent", "figure_changed 500 > 700: corroborated"]),
    ("what nobody confirmed and is over was never told", CONFIRMED, totals(500, 500, 600, 500, 500),
     ["figure_new None > 500: silent", "figure_new None > 500: corroborated", "figure_changed 500 > 600: silent",
      "figure_changed 600 > 500: silent"]),
    ("a reprint confirms nothing", CONFIRMED,
     [reading(name, 0, figure(TOTAL, 500), origin=origin("agency")) for name in "abc"],
     ["figure_new None > 500: silent"]),
    ("a trusted source is enough", TRUSTING, totals(500, 500),
     ["figure_new None > 500: silent", "figure_new None > 500: corroborated"]),
    ("a trusted source is enough at once", TRUSTING, [reading("a1", 1, figure(TOTAL, 500))], [FIRST]),
    ("only trusted sources", ONLY, totals(500, 500, 500),
     ["figure_new None > 500: silent", "figure_new None > 500: corroborated"]),
    ("what was told and no longer stands is taken back at once", CONFIRMED,
     [*totals(500, 500), reading("b", 3, figure(TOTAL, None, polarity="denied"))],
     ["figure_new None > 500: silent", "figure_new None > 500: corroborated", "correction 500 > None: denied"]),
    ("a denial of what was never told is silent", CONFIRMED,
     [*totals(500), reading("b", 3, figure(TOTAL, None, polarity="denied"))],
     ["figure_new None > 500: silent", "correction 500 > None: silent"]),
    ("history confirms, the next article tells", CONFIRMED,
     [*totals(500), reading("b", 1, figure(TOTAL, 500), quiet=True), reading("c", 2, figure(TOTAL, 500))],
     ["figure_new None > 500: silent", "figure_new None > 500: corroborated"]),
    ("a first sighting that is not announced is what people go by", Rules(first_sighting="silent", confirm=2),
     totals(500, 600, 600),
     ["figure_new None > 500: silent", "figure_changed 500 > 600: silent", "figure_changed 500 > 600: corroborated"]),
    ("a partner waits for a second origin too", CONFIRMED,
     [reading(name, day, partner("cisco@stargate-uae")) for day, name in enumerate("abc")],
     ["partner_added None > in: silent", "partner_added None > in: corroborated"]),
    ("a partner who came and went unconfirmed", CONFIRMED,
     [reading("a", 0, partner("cisco@stargate-uae")),
      reading("b", 1, partner("cisco@stargate-uae", polarity="denied"))],
     ["partner_added None > in: silent", "partner_left in > out: silent"]),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "rules", "readings", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_kept_back(
    blank: Ledger, _name: str, rules: Rules, readings: list[Reading], expected: list[str]
) -> None:
    """What is kept back is recorded, and told from what people heard last as soon as there is enough to it."""
    assert silences(blank, rules, *readings) == expected


def test_the_reason_of_a_silence_is_recorded(ledger: Ledger) -> None:
    """The ledger says why nobody was told."""
    policy = Policy(projects=POLICY.projects, rules=Rules(confirm=2, thresholds=MATERIAL.thresholds))
    learn_all(ledger, *totals(500, 500, 510, 500, 600), policy=policy)

    with ledger.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT silence FROM changes ORDER BY position").scalars().all()
    assert rows == ["unconfirmed", None, "immaterial", "as_told", "unconfirmed"]


def test_a_confirmed_change_says_by_how_many(blank: Ledger) -> None:
    """The change that a second origin brings carries both, and is surer than one alone."""
    (change,) = learn_all(blank, *totals(500, 500), policy=Policy(projects=POLICY.projects, rules=CONFIRMED))

    assert (change.origins, change.confidence) == (2, 0.99)


def test_silences_are_counted_by_their_reasons(blank: Ledger) -> None:
    """The operator sees how much is kept back, and why."""

    def counted() -> float:
        return REGISTRY.get_sample_value("rasid_changes_silent_total", {"reason": "unconfirmed"}) or 0.0

    before = counted()
    learn_all(blank, *totals(500, 600), policy=Policy(projects=POLICY.projects, rules=CONFIRMED))

    assert counted() - before == 2
