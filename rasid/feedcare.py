"""Looking after the list of feeds: adding one by its address or by that of a page that names it, importing, testing.

Whoever adds a feed asks it once: what came with that is what is judged. One rule: the operator's file keeps every byte
that it had.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from connectors.checking import Checked, check
from connectors.fetch import Fetcher
from connectors.opml import from_opml
from connectors.opml_edit import added
from connectors.sandbox import Sandbox
from connectors.sources import Source, derived_id
from rasid.files import replace
from rasid.progress import Told
from streams.errors import Misconfigured

AT_ONCE = 8


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """What one source came to when it was asked."""

    source: Source
    checked: Checked


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """The sources of a list that are new here, and how many are known by id or address."""

    new: tuple[Source, ...]
    known: int


async def find(source: Source, fetcher: Fetcher) -> tuple[Source, Checked]:
    """The source with what is there; where its address is a web page's, the first feed that the page names instead."""
    sandbox = Sandbox()
    try:
        checked = await check(source, fetcher, sandbox)
        if checked.failed is None or not checked.links:
            return source, checked
        named = msgspec.structs.replace(source.at(checked.links[0]), home=source.home or source.url)
        return named, await check(named, fetcher, sandbox)
    finally:
        await fetcher.close()
        await sandbox.close()


async def ask_all(sources: Sequence[Source], fetcher: Fetcher, told: Told, *, at_once: int = AT_ONCE) -> list[Tested]:
    """Every source asked once, so many at a time; in the order given."""
    sandbox, places, done = Sandbox(), asyncio.Semaphore(at_once), 0

    async def ask(source: Source) -> Tested:
        nonlocal done
        async with places:
            checked = await check(source, fetcher, sandbox)
        done += 1
        told(done, len(sources))
        return Tested(source=source, checked=checked)

    try:
        return await asyncio.gather(*map(ask, sources))
    finally:
        await fetcher.close()
        await sandbox.close()


def completed(source: Source, checked: Checked, given_id: str | None) -> Source:
    """The source as it is added: under its id, or one that follows from its address, with what its feed says of it."""
    feed = checked.feeds[0] if checked.feeds else None
    return msgspec.structs.replace(
        source,
        id=given_id or derived_id(source.url),
        title=source.title or (feed.title.strip() if feed else ""),
        language=source.language or _language(feed.language if feed else None),
    )


def _language(declared: str | None) -> str | None:
    """The first part of a language tag, where it is one."""
    code = (declared or "").partition("-")[0].lower()
    return code if len(code) in {2, 3} and code.isascii() and code.isalpha() else None


def import_from(ours: Sequence[Source], theirs: Iterable[Source]) -> Imported:
    """What another list has that ours has not."""
    ids, addresses = {source.id for source in ours}, {source.url for source in ours}
    listed = tuple(theirs)
    new = tuple(source for source in listed if source.id not in ids and source.url not in addresses)
    return Imported(new=new, known=len(listed) - len(new))


def write(path: Path, sources: Sequence[Source]) -> None:
    """Add the sources to the file, all or none. Raises `Misconfigured`, also where the file cannot be changed."""
    try:
        file = path.resolve(strict=True)  # a link stays one
        replace(file, added(file.read_bytes(), sources))
    except OSError as error:
        raise Misconfigured("feeds", f"{path} cannot be changed: {error}") from error


def read(path: Path) -> tuple[Source, ...]:
    """The sources of an OPML file. Raises `Misconfigured` (reason `feeds`)."""
    try:
        return from_opml(path.read_bytes())
    except OSError as error:
        raise Misconfigured("feeds", f"{path} cannot be read: {error}") from error
