"""Fact keys taken apart: `figure:stake:softbank->openai:USD`, `partner:cisco@stargate-uae`, `status:stargate-uk`.

The key says what a fact is about; nothing else has to be looked up.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from streams.errors import BadInput

# Longer ones cannot be indexed by every database; no names are that long.
LONGEST = 500

YEARLY = ":per-year"

# Before the name of a party that is not on the watchlist: as the text gives it.
UNLISTED = "unlisted:"

FactKind = Literal["figure", "partner", "status"]


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a key. `to` is the project, site or company; `payers` are the parties that pay, or the partner.

    A sum for each year is `yearly`: another fact than the same parties' sum as a whole.
    """

    kind: FactKind
    to: str
    payers: tuple[str, ...] = ()
    role: str | None = None
    currency: str | None = None
    yearly: bool = False

    def parties(self) -> tuple[str, ...]:
        """Everybody that the key names."""
        return (*self.payers, self.to)

    def listed(self) -> bool:
        """Whether every party is on the watchlist: others are known by the name that the text gives them."""
        return not any(party.startswith(UNLISTED) for party in self.parties())


def parse(key: str) -> Key:
    """The parts of a fact key. Raises `BadInput` (reason `fact_key`) for anything else."""
    kind, _, rest = key.partition(":")
    if len(key) > LONGEST:
        raise BadInput("fact_key", f"too long for a fact key: {key[:80]!r}…")
    match kind:
        case "figure":
            return _figure(key, rest)
        case "partner" if "@" in rest:
            payer, _, project = rest.rpartition("@")
            return Key(kind="partner", payers=(payer,), to=project)
        case "status" if rest:
            return Key(kind="status", to=rest)
        case _:
            raise BadInput("fact_key", f"not a fact key: {key!r}")


def partner(organisation: str, project: str) -> str:
    """The key of the fact that an organisation takes part in a project."""
    return f"partner:{organisation}@{project}"


def _figure(key: str, rest: str) -> Key:
    role, _, about = rest.removesuffix(YEARLY).partition(":")
    parties, _, currency = about.rpartition(":")
    if not role or not parties or not currency:
        raise BadInput("fact_key", f"not a fact key: {key!r}")
    payers, arrow, to = parties.rpartition("->")
    named = tuple(payers.split("+")) if arrow else ()
    return Key(kind="figure", role=role, payers=named, to=to, currency=currency, yearly=rest.endswith(YEARLY))


def digest(*parts: str) -> str:
    """An id that is the same wherever and whenever it is made of the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
