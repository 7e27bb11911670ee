"""`rasid alert test`: one made-up alert to each destination, through its real channel, so that a mistake shows now."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from alerts.deliver import open_sender
from alerts.destinations import Destination
from alerts.keys import digest
from alerts.outbox import TIMEOUT, Due
from alerts.outcome import Delivered, Outcome
from alerts.render import body
from alerts.sender import Dial
from alerts.words import Names
from streams.records import Change, Evidence, Figure, Known

_FACT = "figure:total:rasid-test:USD"
_SENTENCE = "هذه رسالة تجريبية من راصد، لا خبر فيها. (This is a test from Rasid; there is no news in it.)"


def rehearse(destinations: Sequence[Destination], names: Names, now: datetime, dial: Dial) -> int:
    """Send a test alert to each; prints how each went. Exit status 0 when all have it, else 69."""
    outcomes = asyncio.run(_all(destinations, names, now, dial))
    for destination, outcome in zip(destinations, outcomes, strict=True):
        said = "has it" if isinstance(outcome, Delivered) else f"{type(outcome).__name__.lower()}: {outcome.reason}"
        sys.stdout.write(f"{destination.id}: {said}\n")
    return os.EX_OK if all(isinstance(outcome, Delivered) for outcome in outcomes) else os.EX_UNAVAILABLE


async def _all(destinations: Sequence[Destination], names: Names, now: datetime, dial: Dial) -> list[Outcome]:
    return list(await asyncio.gather(*(_one(destination, names, now, dial) for destination in destinations)))


async def _one(destination: Destination, names: Names, now: datetime, dial: Dial) -> Outcome:
    change = made_up(now)
    sender = open_sender(destination, dial)
    try:
        return await sender.send(
            Due(
                delivery_id=digest(change.change_id, destination.id),
                change_id=change.change_id,
                fact=change.fact,
                destination=destination.id,
                body=body(change, destination, names),
                attempts=1,
                uncertain=False,
                first_try=now,
                published=now,
                sendable_until=time.monotonic() + TIMEOUT,
            )
        )
    finally:
        await sender.close()


def made_up(now: datetime) -> Change:
    """A change of a project that does not exist, with an id that no real change can have."""

    def known(billions: int) -> Known:
        amount = Decimal(billions) * 10**9
        value = Figure(low=amount, high=amount, currency="USD", qualifier="exact", status="announced")
        return Known(value=value, evidence=Evidence(sentence=_SENTENCE, source_id="rasid", url="", time=now))

    return Change(
        change_id=digest(_FACT, now.isoformat()),
        fact=_FACT,
        number=1,
        kind="figure_changed",
        old=known(1),
        new=known(2),
        time=now,
        reason="newer_report",
    )
