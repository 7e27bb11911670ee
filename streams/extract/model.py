"""How the readings of an amount are scored: what its signs, and those of each party, count for each role.

The one rule: a role that no candidate can fill is no reading. Whoever fits weights brings a model of his own
(`bench.fit`), which may still change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from streams.extract.weights import ALL, Signs, Strongest, Table, Weights, load
from streams.records import Role, Status

ROLES: tuple[Role, ...] = (
    "total",
    "initial",
    "secured",
    "commitment",
    "stake",
    "deal",
    "capex",
    "valuation",
    "revenue",
    "other",
)
PAID: frozenset[Role] = frozenset(("commitment", "stake", "deal", "capex"))
TO_PROJECT: frozenset[Role] = frozenset(("total", "initial", "secured", "commitment"))
TO_COMPANY: frozenset[Role] = frozenset(("stake", "deal", "valuation", "revenue"))
STATUSES: tuple[Status, ...] = ("announced", "planned", "negotiating", "completed", "stalled", "denied")


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """Somebody who may pay or receive, with the signs of it; no entities: nobody, or several."""

    entities: tuple[str, ...]
    signs: tuple[Signs, ...]


class Case(msgspec.Struct, frozen=True):
    """One amount, with everything that its readings are made of.

    `companies` are the payers once more, with the same signs, as those who may receive: there several are nobody.
    """

    signs: tuple[Signs, ...]
    payers: tuple[Candidate, ...]
    projects: tuple[Candidate, ...]
    companies: tuple[Candidate, ...]


# For each role that a case allows: what speaks for the role, for each payer and for each receiver.
Parts = dict[Role, tuple[float, Sequence[float], Sequence[float]]]
_NOBODY: Sequence[float] = (0.0,)


class Model(Protocol):
    """Scores the readings of a case."""

    def parts(self, case: Case) -> Parts:
        """What speaks for each reading of the case."""
        ...


def _listed(roles: frozenset[Role]) -> list[Role]:
    return [role for role in ROLES if role in roles]


# The rows that a party's signs are counted for: paying, being the project, being the company, each in some roles.
_PARTY_ROWS = [
    (what, role)
    for what, roles in (("payer", PAID), ("project", TO_PROJECT), ("company", TO_COMPANY))
    for role in _listed(roles)
]
_PAYS = {role: at for at, (what, role) in enumerate(_PARTY_ROWS) if what == "payer"}
_IS_PROJECT = {role: at for at, (what, role) in enumerate(_PARTY_ROWS) if what == "project"}
_IS_COMPANY = {role: at for at, (what, role) in enumerate(_PARTY_ROWS) if what == "company"}


def of_amounts(tables: Mapping[str, Weights]) -> Table:
    """The table that an amount's signs are counted with: for each role, then for each status."""
    return Table([(tables["amount"], role) for role in ROLES] + [(tables["status"], each) for each in STATUSES])


def of_parties(tables: Mapping[str, Weights]) -> Table:
    """The table that a party's signs are counted with."""
    return Table([(tables[what], role) for what, role in _PARTY_ROWS])


class Packed:
    """Scores readings by what their signs carry; the tables are those that the signs were counted with."""

    def __init__(self, amounts: Table, parties: Table) -> None:
        self._amounts, self._parties = amounts, parties

    def parts(self, case: Case) -> Parts:
        """What speaks for each reading of the case."""
        parties = [self._parties.hundredths(each.signs) for each in case.payers]
        projects = [self._parties.hundredths(each.signs) for each in case.projects]
        pay, receive = _columns(parties, _PAYS), _columns(parties, _IS_COMPANY) | _columns(projects, _IS_PROJECT)
        return {
            role: (base / 100, pay.get(role, _NOBODY), receive.get(role, _NOBODY))
            for role, base in zip(ROLES, self._amounts.hundredths(case.signs), strict=False)
            if projects or role not in TO_PROJECT
        }


def _columns(counted: Sequence[Sequence[int]], rows: Mapping[Role, int]) -> dict[Role, Sequence[float]]:
    """What speaks for each candidate in each role of the `rows`."""
    return {role: [each[row] / 100 for each in counted] for role, row in rows.items()}


def statuses(signs: Iterable[Signs]) -> Sequence[int]:
    """What the signs of an amount count for each of `STATUSES`, in hundredths."""
    return AMOUNTS.hundredths(signs)[len(ROLES) :]


_SHIPPED = load()
AMOUNTS, PARTIES = of_amounts(_SHIPPED), of_parties(_SHIPPED)
PARTS = Table([(_SHIPPED["part"], ALL)])
WHY, WHY_PART = Strongest(_SHIPPED["amount"]), Strongest(_SHIPPED["part"])
MODEL = Packed(AMOUNTS, PARTIES)
del _SHIPPED
