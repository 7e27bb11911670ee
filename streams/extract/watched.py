"""What the watchlist says of the kinds of its entities, as far as judging needs it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Known(msgspec.Struct, frozen=True):
    """What the watchlist says of its entities: suppliers, funds, and each site's project.

    `countries` are where the organisations are at home, as far as it says.
    """

    suppliers: frozenset[str]
    funds: frozenset[str]
    parent_of: Mapping[str, str]
    countries: Mapping[str, str] = {}
