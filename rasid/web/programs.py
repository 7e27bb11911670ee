"""The same for programs: JSON of facts and changes. A change is what a webhook receives, to the letter."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from alerts import render
from alerts.ledger import Fact
from streams.records import Change, Known


def facts_json(facts: Iterable[Fact]) -> bytes:
    """All facts: `{"facts": [{"fact", "kind", "present", …}]}`; values as in a webhook's body."""
    return msgspec.json.encode({"facts": [_fact(fact) for fact in facts]})


def changes_json(changes: Iterable[Change]) -> bytes:
    """The changes: `{"changes": […]}`, each as the body of a webhook."""
    return msgspec.json.encode({"changes": [msgspec.Raw(render.webhook(change).encode()) for change in changes]})


def error_json(message: str) -> bytes:
    """What is wrong with a request."""
    return msgspec.json.encode({"error": message})


def _fact(fact: Fact) -> dict[str, object]:
    return {
        "fact": fact.fact,
        "kind": fact.key.kind,
        "role": fact.key.role,
        "payers": fact.key.payers,
        "to": fact.key.to,
        "currency": fact.key.currency,
        "present": _known(fact.present),
        "contender": _known(fact.contender),
        "since": fact.since,
        "origins": fact.origins,
        "confidence": fact.confidence,
        "changes": fact.changes,
    }


def _known(known: Known | None) -> dict[str, object] | None:
    return {"value": render.plain(known), "evidence": known.evidence} if known else None
