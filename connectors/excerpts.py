"""Feeds that give only the beginning of their articles: which these are, and when a page takes a summary's place.

One rule: nothing is worse than the summary. A page that says less than it, or something else (a wall, a consent form,
an error in the clothes of an article), does not replace it.
"""

from __future__ import annotations

import re
from datetime import timedelta

from connectors.sources import FullText

# After a page could not be had: when to try it again, and then no more.
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))

_WHOLE = 500  # characters: a shorter text is a summary, or a flash whose page says no more
_END = 200  # characters from the end: all that is looked at to see how a text ends, however long it is
_ELLIPSIS = r"(?:…|\.{3,9}|\[\s?(?:…|\.{2,9})\s?\])\s*$"
_CUT = re.compile(_ELLIPSIS)
_LAST_NUMBER = re.compile(rf"\s?[$€£]?\d[\d.,\u066b\u066c]*(?=\s*{_ELLIPSIS})")
_MORE = re.compile(
    r"(?:المزيد|(?:أكمل|تابع|لمتابعة|مواصلة|متابعة) القراءة|للمزيد|التفاصيل|read more|continue reading)[\s.…»>←→]*$",
    re.IGNORECASE,
)
# What blogs' feeds end with: a line that leads back to themselves.
_BACK = re.compile(
    r"^(?:The post .* appeared first on .*|ظهرت? (?:ال)?(?:مقالة?|تدوينة|مشاركة) .* على .*)$",
    re.MULTILINE | re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{3,}")
_GLUED = re.compile(r"^(?:[وفبك]?ال|لل)(?=\w{3})")
_ALIKE = 0.5


def is_excerpt(text: str) -> bool:
    """Whether a feed's text of an article reads as its beginning only: short, cut, or ending in "read more"."""
    own = _BACK.sub("", text).strip()
    end = own[-_END:]
    return len(own) < _WHOLE or bool(_CUT.search(end)) or bool(_MORE.search(end))


def wants_page(full_text: FullText, text: str) -> bool:
    """Whether the page of an article is to be fetched, by the source's setting and what its feed gives."""
    return full_text == "always" or (full_text == "auto" and is_excerpt(text))


def readable(text: str) -> str:
    """The text without a number that it breaks off in or behind: "$50…" may have been the beginning of 500 billion."""
    return text[:-_END] + _LAST_NUMBER.sub("", text[-_END:])


def replaces(page: str, title: str, summary: str) -> bool:
    """Whether a page's text may take the summary's place: it is no shorter, and it speaks of the same."""
    said = _BACK.sub("", summary).strip()
    said = said[:-_END] + _CUT.sub("", said[-_END:])
    words = _words(f"{title} {said}")
    return len(page) >= len(said) and len(words & _words(page)) >= _ALIKE * len(words)


def _words(text: str) -> set[str]:
    """The words to compare texts by, without the article and what is glued before it."""
    return {_GLUED.sub("", word) for word in _WORDS.findall(text.lower())}
