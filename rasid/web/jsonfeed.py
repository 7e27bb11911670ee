"""A JSON Feed of changes, by version 1.1 of its specification, as types and as made of cards: pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from rasid.web import shapes

VERSION = "https://jsonfeed.org/version/1.1"


class Author(shapes.Shape, frozen=True, kw_only=True):
    """Who writes the feed."""

    name: str


class Told(shapes.Shape, frozen=True, kw_only=True):
    """What Rasid adds to an item: the change, as webhooks receive it, and where this is described."""

    about: str
    change: shapes.Change


class Item(shapes.Shape, frozen=True, kw_only=True):
    """One change: `url` is its place on our page, `external_url` the article that it rests on."""

    id: str
    url: str
    title: str
    content_text: str
    date_published: datetime
    tags: tuple[str, ...]
    language: str
    rasid: Annotated[Told, Meta()] = msgspec.field(name="_rasid")
    external_url: str | UnsetType = UNSET


class Feed(shapes.Shape, frozen=True, kw_only=True):
    """The feed; `next_url` leads to older items."""

    version: str = VERSION
    title: str
    description: str
    home_page_url: str
    feed_url: str
    language: str
    authors: tuple[Author, ...]
    items: tuple[Item, ...]
    next_url: str | UnsetType = UNSET
