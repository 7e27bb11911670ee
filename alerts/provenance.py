"""Where an article stands in the ledger: which revision of it was learned, and who else tells the same.

One rule: it only looks. Two articles tell the same where `corroborate` counts them as one origin.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from alerts.corroborate import WINDOW, Kinship, kinship
from alerts.ledger import Ledger
from alerts.tables import articles, claims, transaction
from streams.records import Origin, decode

_LOOKED_AT = 200


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it was learned: its newest revision, read by that reader, and known since `known_from`."""

    article_id: str
    revision: int
    reader_version: int
    source_id: str
    url: str
    title: str
    event_time: datetime
    learned_at: datetime
    known_from: datetime
    origin: Origin = Origin()


class Kin(msgspec.Struct, frozen=True):
    """Another article, and what it shares with the one asked about."""

    article: Learned
    shares: Kinship


def learned(ledger: Ledger, article_id: str) -> Learned | None:
    """The article as it was learned; None when it was not. Raises `Unavailable`."""
    with transaction(ledger.engine) as connection:
        row = connection.execute(sa.select(articles).where(articles.c.article_id == article_id)).one_or_none()
    return _learned(row) if row else None


def kin(ledger: Ledger, of: Learned, limit: int) -> tuple[Kin, ...]:
    """Up to `limit` articles that tell the same as this one, the oldest first, among those on its facts and near in
    time. Raises `Unavailable`.
    """
    facts = sa.select(claims.c.fact).where(claims.c.article_id == of.article_id, claims.c.fact.is_not(None))
    near = claims.c.event_time.between(of.event_time - WINDOW, of.event_time + WINDOW)
    others = sa.select(claims.c.article_id).where(claims.c.fact.in_(facts), near, claims.c.article_id != of.article_id)
    query = sa.select(articles).where(articles.c.article_id.in_(others))
    with transaction(ledger.engine) as connection:
        rows = connection.execute(query.order_by(articles.c.event_time, articles.c.article_id).limit(_LOOKED_AT)).all()
    found = ((one, kinship(of.origin, one.origin)) for one in map(_learned, rows))
    return tuple(Kin(one, shares) for one, shares in found if shares)[:limit]


def _learned(row: sa.Row[Any]) -> Learned:
    fields = {name: getattr(row, name) for name in Learned.__struct_fields__ if name != "origin"}
    return Learned(**fields, origin=decode(row.origin, Origin))
