"""What the amounts before were taken for, and who dealt in them, as far as a text has been read.

The press names parties once and goes on: "Microsoft gets 250, Amazon 38" is still the same payer, and a valuation
behind a stake is that of whoever the stake was in.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from streams.extract.amounts import Found
from streams.records import Role

Part = Literal["paid", "received", "neither"]


class Settled(msgspec.Struct, frozen=True):
    """What an amount was taken for: its role, who pays it and who receives it."""

    role: Role
    payers: tuple[str, ...] = ()
    to: str | None = None

    def part_of(self, entities: Sequence[str]) -> Part:
        """What any of the entities does in it."""
        if any(each in self.payers for each in entities):
            return "paid"
        return "received" if self.to in entities else "neither"


_NEVER: frozenset[str] = frozenset()


class Past(msgspec.Struct):
    """The amounts before: the last one, how many, what each value was first taken for, and the last value of each role.

    `dealings` are what each entity did in them ("paid deal", "received stake").
    """

    last: Settled | None = None
    count: int = 0
    told: dict[tuple[object, ...], Settled] = msgspec.field(default_factory=dict)
    latest: dict[tuple[str | None, Role], Decimal] = msgspec.field(default_factory=dict)
    dealings: dict[str, frozenset[str]] = msgspec.field(default_factory=dict)

    def note(self, amount: Found, what: Settled) -> None:
        """The next amount was that."""
        self.last = what
        self.count += 1
        if what.role != "other":
            self.told.setdefault(_value(amount), what)
            if amount.low is not None:
                self.latest[amount.currency, what.role] = amount.low
        for payer in what.payers:
            self._did(payer, f"paid {what.role}")
        if what.to is not None:
            self._did(what.to, f"received {what.role}")

    def _did(self, entity: str, dealing: str) -> None:
        self.dealings[entity] = self.dealings.get(entity, _NEVER) | {dealing}

    def same(self, amount: Found) -> Settled | None:
        """What the same value was taken for when the text first told it."""
        return self.told.get(_value(amount))

    def dealings_of(self, entities: Sequence[str]) -> frozenset[str]:
        """What the entities did before."""
        return _NEVER.union(*[self.dealings.get(each, _NEVER) for each in entities])


def _value(amount: Found) -> tuple[object, ...]:
    return amount.low, amount.high, amount.currency
