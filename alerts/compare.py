"""When two values of a fact are one, and when the second says nothing that the first does not.

Qualifiers drift from one outlet to the next ("500", "up to 500", "about 500"): what counts are the ends of a figure. A
looser one is news only where it does not fit the value in force.
"""

from __future__ import annotations

from decimal import Decimal

from streams.records import Figure, State

Value = Figure | State

# "about" covers this much to either side.
_ABOUT = Decimal("0.05")
# Sums in another currency are rounded anew.
_ROUNDED = Decimal("0.02")


def same(one: Value, other: Value) -> bool:
    """Whether two values are one: equal states, or figures with the same ends, whatever qualifies them."""
    if isinstance(one, Figure) and isinstance(other, Figure):
        return one.currency == other.currency and ends(one) == ends(other)
    return one == other


def restates(new: Value, held: Value) -> bool:
    """Whether `new` says nothing that `held` does not: the same, or something looser that fits it."""
    if same(new, held):
        return True
    if not isinstance(new, Figure) or not isinstance(held, Figure) or new.currency != held.currency:
        return False
    low, high = ends(held)
    new_low, new_high = ends(new)
    match new.qualifier:
        case "about":
            return low * (1 - _ABOUT) <= new_low and new_high <= high * (1 + _ABOUT)
        case "at_least" | "more_than":
            return new_low <= low
        case "less_than":
            return new_high >= high
        case "up_to":
            return low < high == new_high
        case "range":
            return new_low <= low and high <= new_high
        case _:
            return False


def in_step(one: tuple[Value, Value], other: tuple[Value, Value]) -> bool:
    """Whether two moves, each from a value to a value, are by the same share: one move in two currencies."""
    shares = [_share(old, new) for old, new in (one, other)]
    return all(
        mine is not None and theirs is not None and abs(mine - theirs) <= _ROUNDED * theirs
        for mine, theirs in zip(*shares, strict=True)
    )


def _share(old: Value, new: Value) -> tuple[Decimal | None, Decimal | None]:
    """By how much each end was multiplied; None where there is nothing to multiply."""
    if not isinstance(old, Figure) or not isinstance(new, Figure):
        return None, None
    low, high = (after / before if before else None for before, after in zip(ends(old), ends(new), strict=True))
    return low, high


def ends(figure: Figure) -> tuple[Decimal, Decimal]:
    """The two ends of a figure; an open one ("up to 500") is as good as the other."""
    low = figure.low if figure.low is not None else figure.high
    high = figure.high if figure.high is not None else figure.low
    return low or Decimal(0), high or Decimal(0)
