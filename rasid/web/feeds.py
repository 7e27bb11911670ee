"""Changes for feed readers, as Atom and as JSON Feed, and facts and changes for spreadsheets, as CSV.

One rule: an entry keeps its id for ever (`urn:rasid:change:…`), in every feed and language. A feed of one project or
fact is the same feed with less in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from alerts import keys, listing
from alerts.words import WORDS, Language
from rasid import export
from rasid.web import jsonfeed, operations, programs
from rasid.web.answers import further, render, versioned
from rasid.web.asked import language
from rasid.web.cursor import after, unpack
from rasid.web.labels import LANGUAGES
from rasid.web.lookup import Known, Lookup, cards
from rasid.web.marks import Quote
from rasid.web.operations import Q
from rasid.web.tongue import Tongue
from streams.errors import BadInput
from streams.threads import in_thread

# What no XML document may hold (XML 1.0, production 2): one such character in an article would break the whole feed.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
# With it, spreadsheets know that the text is UTF-8 and do not show Arabic as something else.
_BOM = "\ufeff"

# Rows of a table, and the cursor of the next ones.
Rows = tuple[Sequence[export.Row], str | None]


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed is about: everything, one project or one fact; `page` is its address for people."""

    id: str
    title: str
    page: str
    asked: Mapping[str, str]


class Feeds:
    """The handlers."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._ledger = lookup.ledger
        self._titles = lookup.behind.titles()

    def join(self, app: web.Application) -> None:
        """Serves them."""
        app.router.add_get(operations.ATOM.path, self.atom)
        app.router.add_get(operations.JSON_FEED.path, self.json)
        app.router.add_get(operations.FACTS_CSV.path, _table(operations.AskedFactTable, self._facts))
        app.router.add_get(operations.CHANGES_CSV.path, _table(operations.AskedTable, self._changes))

    async def atom(self, request: web.Request) -> web.Response:
        """The newest changes as an Atom feed."""
        asked = _asked(request)
        known, cursor = await in_thread(self._known, asked)
        tongue = Tongue(language(request), self._lookup.policy.names, self._titles)
        view = {
            "channel": channel(asked, tongue),
            "cards": cards(known, tongue),
            "updated": known.changes[0].time if known.changes else datetime.fromtimestamp(0, UTC),
            "itself": str(request.rel_url),
            "further": str(request.rel_url.update_query(cursor=cursor)) if cursor else None,
        }
        return versioned(request, _NOT_XML.sub("", render(request, "feed.xml", view)), operations.ATOM.media)

    async def json(self, request: web.Request) -> web.Response:
        """The same as a JSON Feed."""
        asked = _asked(request)
        known, cursor = await in_thread(self._known, asked)
        tongue = Tongue(language(request), self._lookup.policy.names, self._titles)
        about = channel(asked, tongue)
        site = f"{request.scheme}://{request.host}"
        feed = jsonfeed.Feed(
            title=about.title,
            description=tongue.labels["slogan"],
            home_page_url=f"{site}{_address(about.page, about.asked, tongue.language)}",
            feed_url=f"{site}{request.rel_url}",
            language=tongue.language,
            authors=(jsonfeed.Author(name=tongue.labels["name"]),),
            items=tuple(_items(known, tongue, site)),
            next_url=f"{site}{request.rel_url.update_query(cursor=cursor)}" if cursor else msgspec.UNSET,
        )
        return versioned(request, msgspec.json.encode(feed), operations.JSON_FEED.media)

    def _known(self, asked: operations.AskedFeed) -> tuple[Known, str | None]:
        """The changes of that page of the feed with what they rest on, and the cursor of the next page."""
        which = listing.Changes(project=asked.project, fact=asked.fact)
        start = unpack(asked.cursor, listing.ChangePlace) if asked.cursor else None
        page = listing.list_changes(self._ledger, which, asked.limit, start)
        changes = [moved.change for moved in page.items]
        known = Known(facts=(), changes=changes, reports=self._ledger.behind(changes))
        return known, after(page.next)

    def _facts(self, asked: operations.AskedFactTable) -> Rows:
        start = unpack(asked.cursor, str) if asked.cursor else None
        which = listing.Facts(project=asked.project, kind=asked.kind)
        page = listing.list_facts(self._ledger, which, asked.limit, start)
        return list(map(export.fact_row, page.items)), after(page.next)

    def _changes(self, asked: operations.AskedTable) -> Rows:
        start = unpack(asked.cursor, listing.ChangePlace) if asked.cursor else None
        page = listing.list_changes(self._ledger, operations.which(asked), asked.limit, start)
        return [export.change_row(moved.change, moved.silence) for moved in page.items], after(page.next)


def _asked(request: web.Request) -> operations.AskedFeed:
    """Which feed. Raises what answers 404 where there can be none: of a fact whose key is none."""
    asked = operations.read(request.query.items(), operations.AskedFeed)
    try:
        keys.parse(asked.fact or "status:any")
    except BadInput as error:
        raise web.HTTPNotFound from error
    return asked


def channel(asked: operations.AskedFeed, tongue: Tongue) -> Channel:
    """What a feed is about: its id says the same in every language. Raises `BadInput` for what is no fact key."""
    name, latest = tongue.labels["name"], tongue.labels["latest"]
    if asked.fact:
        subject = tongue.subject(keys.parse(asked.fact))
        urn = f"urn:rasid:changes:fact:{quote(asked.fact, safe=':@+')}"
        return Channel(urn, f"{name}: {subject}", "/fact", {"key": asked.fact})
    if asked.project:
        urn = f"urn:rasid:changes:project:{quote(asked.project, safe=':')}"
        return Channel(urn, f"{name}: {tongue.name(asked.project)}", "/project", {"id": asked.project})
    return Channel("urn:rasid:changes", f"{name}: {latest}", "/", {})


def _items(known: Known, tongue: Tongue, site: str) -> Iterator[jsonfeed.Item]:
    for change, card in zip(known.changes, cards(known, tongue), strict=True):
        shown = change.new or change.other or change.old
        article = shown.evidence.url if shown else ""
        said = (f"{side.label}: {side.value}" + (f" «{_words(side.quote)}» {side.quote.source}" if side.quote else "")
                for side in (card.old, card.new, card.other) if side)  # fmt: skip
        yield jsonfeed.Item(
            id=f"urn:rasid:change:{card.change_id}",
            url=f"{site}{_address('/fact', {'key': card.fact}, tongue.language)}#change-{card.change_id}",
            external_url=article if _ADDRESS.match(article) else msgspec.UNSET,
            title=card.line(WORDS[tongue.language].arrow),
            content_text="\n".join((*said, f"{tongue.labels['reason']}: {card.reason}")),
            date_published=change.time,
            tags=(change.kind,),
            language=tongue.language,
            rasid=jsonfeed.Told(about=f"{site}/openapi.json", change=programs.change(listing.Moved(change, None))),
        )


def _words(shown: Quote) -> str:
    return f"{shown.before}{shown.marked}{shown.after}"


def _address(path: str, asked: Mapping[str, str], language: Language) -> str:
    query = dict(asked) | ({} if language == LANGUAGES[0] else {"lang": language})
    return f"{path}?{urlencode(query)}" if query else path


def _table(kind: type[Q], rows: Callable[[Q], Rows]) -> Handler:
    """Serves a table of what `rows` finds: of no rows, not even its head."""

    async def handle(request: web.Request) -> web.Response:
        found, cursor = await in_thread(rows, operations.read(request.query.items(), kind))
        out = io.StringIO(newline="")
        export.write(found, "csv", out)
        response = versioned(request, f"{_BOM}{out.getvalue()}", "text/csv")
        return further(request, response, cursor)

    return handle
