"""The ledger's records as programs get them: pure. A change is what a webhook receives, to the letter."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

import msgspec

from alerts import render
from alerts.facts import Step
from alerts.ledger import Delivery, Fact
from alerts.listing import Moved
from alerts.reports import Report, known
from rasid.feedhealth import Row
from rasid.web import shapes
from streams.records import Known


def fact(found: Fact) -> shapes.Fact:
    """One fact."""
    key = found.key
    return shapes.Fact(
        fact=found.fact,
        kind=key.kind,
        role=key.role,
        payers=key.payers,
        to=key.to,
        currency=key.currency,
        yearly=key.yearly,
        present=side(found.present) if found.present else None,
        contender=side(found.contender) if found.contender else None,
        since=found.since,
        origins=found.origins,
        confidence=found.confidence,
        changes=found.changes,
    )


def steps(of: Iterable[Step]) -> tuple[shapes.Step, ...]:
    """The steps of a history."""
    return tuple(
        shapes.Step(
            since=step.since,
            value=shown.value,
            evidence=shown.evidence,
            origins=step.voices.origins,
            confidence=step.voices.confidence,
            denied=side(known(step.denied)).evidence if step.denied else None,
        )
        for step in of
        for shown in (side(step.known),)
    )


def change(moved: Moved) -> shapes.Change:
    """One change, as a webhook receives it."""
    told = msgspec.json.decode(render.webhook(moved.change), type=shapes.Change)
    return msgspec.structs.replace(told, silence=moved.silence) if moved.silence else told


def claim(report: Report) -> shapes.Claim:
    """What one article says."""
    said, shown = report.claim, side(known(report))
    return shapes.Claim(
        kind=said.kind,
        role=said.role,
        payers=said.payers,
        to=said.to,
        value=shown.value,
        evidence=shown.evidence,
        polarity=said.polarity,
        time=said.time,
        speaker=said.speaker,
        salient=said.salient,
        confidence=said.confidence,
        rule=said.rule,
        first_seen=report.first_seen,
    )


def delivery(sent: Delivery) -> shapes.Delivery:
    """One delivery, without what the receiver answered."""
    given = {name: getattr(sent, name) for name in shapes.Delivery.__struct_fields__}
    return msgspec.convert(given, shapes.Delivery)


def source(row: Row) -> shapes.Source:
    """One source."""
    names = (name for name in shapes.Source.__struct_fields__ if name != "id")
    return shapes.Source(id=row.source_id, **{name: getattr(row, name) for name in names})


def side(said: Known) -> shapes.Side:
    """A value with its evidence."""
    return msgspec.convert(render.side(said), shapes.Side)


def problem(status: int, detail: str) -> bytes:
    """What is wrong with a request, in English."""
    title = HTTPStatus(status).phrase
    return msgspec.json.encode(shapes.Problem(type="about:blank", title=title, status=status, detail=detail))
