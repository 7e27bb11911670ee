"""The pages under test, by the application's routes: a page that nobody looks at fails the suite."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from tests.browser.ledgers import TOTAL, id_of

# By route, what to ask it for.
PAGES: Mapping[str, tuple[str, ...]] = {
    "/": ("/", "/?as_of=2025-12-01"),
    "/facts": ("/facts",),
    "/deliveries": ("/deliveries",),
    "/changes": ("/changes",),
    "/project": ("/project?id=stargate",),
    "/fact": (f"/fact?key={quote(TOTAL)}", f"/fact?key={quote('partner:openai@stargate')}"),
    "/article": (f"/article?id={id_of('mixed')}", f"/article?id={id_of('unbroken')}"),
    "/state": ("/state",),
    "/search": ("/search?q=OpenAI",),
}
# Pages that say what is wrong, with their status.
PROBLEMS: Mapping[str, int] = {"/nothing": 404, "/?as_of=never": 400}

PATHS = (*(path for paths in PAGES.values() for path in paths), *PROBLEMS)


def is_page(route: str) -> bool:
    """Whether a route leads to something that people look at, by what it is called."""
    return route != "/events" and not route.startswith("/api/") and "." not in route


def in_language(path: str, language: str) -> str:
    """The address of that page in that language."""
    return path if language == "ar" else f"{path}{'&' if '?' in path else '?'}lang={language}"
