"""A web page to the article on it: the only module that imports trafilatura.

Trafilatura finds the main text; what an Arabic page puts around and into it (read also, share, captions, lists of
other headlines) is dropped here, a line at a time. One rule: the page's own address is believed only about its own
site, and never when it is the front page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import trafilatura
from lxml import etree, html

from connectors.parse.encoding import decode
from connectors.parse.entries import MAX_TEXT, Document, Page, absolute, same_site
from connectors.parse.plaintext import paragraphs, single_line
from streams.boilerplate import leads_elsewhere
from streams.errors import BadInput

_META_LABEL = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD = 4_096
_SENTENCE_END = re.compile(r"[.!؟?…:»\"”]\s*$")
_HEADLINE = 140  # characters: a line that is longer is a paragraph, not a headline
_HEADING = 30  # and one that leads elsewhere and is no longer than this stands over a list of headlines
_CREDIT = re.compile(
    r"[\s(\[]*(?:رويترز|أ ?ف ?ب|فرانس برس|أسوشيتد برس|الأناضول|غيتي|getty images|reuters|afp)[\s)\]]*", re.I
)


def read_page(document: Document) -> Page:
    """The article on the page in `document`. Raises `BadInput`: `empty`, `not_a_page`, `no_text`."""
    decoded = decode(document.body, _labelled(document))
    tree = _tree(decoded.text.strip("\ufeff\x00 \t\r\n"))
    canonical = _canonical(tree, document.base)
    headlines = {single_line("".join(heading.itertext())) for heading in tree.iter("h1")}
    found = trafilatura.bare_extraction(tree, include_comments=False, favor_precision=True)
    text = getattr(found, "text", None) or ""
    lines = paragraphs(text).split("\n")
    if lines[0] in headlines:  # the article has it as its title
        del lines[0]
    article = "\n".join(article_lines(lines))
    if not article:
        raise BadInput("no_text", "there is no article on the page")
    return Page(text=article[:MAX_TEXT], canonical=canonical, encoding_suspect=decoded.suspect)


def article_lines(lines: list[str]) -> Iterator[str]:
    """The lines that are the article's. After a bare heading like "اقرأ أيضا" the headlines below it go too."""
    skipping = False
    for line in lines:
        bare = line.lstrip("-•*| ").strip()
        if leads_elsewhere(bare):
            skipping = len(bare) < _HEADING
            continue
        skipping = skipping and len(bare) < _HEADLINE and not _SENTENCE_END.search(bare)
        if not skipping and not _CREDIT.fullmatch(bare):
            yield line


def _tree(text: str) -> html.HtmlElement:
    if not text:
        raise BadInput("empty", "the page is empty")
    if not text.startswith("<"):
        raise BadInput("not_a_page", f"not a page: it begins with {text[:40]!r}")
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise BadInput("not_a_page", f"not a page: {error}") from error


def _labelled(document: Document) -> str:
    """The content type, with the encoding that the page itself names where HTTP names none."""
    label = _META_LABEL.search(document.body[:_HEAD])
    if "charset" in document.content_type.lower() or label is None:
        return document.content_type
    return f"{document.content_type}; charset={label[1].decode('ascii')}"


def _canonical(tree: html.HtmlElement, base: str) -> str | None:
    """The address that the page names as its own: by link, else by og:url; None where that cannot be right."""
    named = [
        *tree.xpath("//link[contains(concat(' ', normalize-space(@rel), ' '), ' canonical ')]/@href"),
        *tree.xpath("//meta[@property='og:url' or @name='og:url']/@content"),
    ]
    addresses = (absolute(base, str(link)) for link in named)
    return next((address for address in addresses if address and _is_its_own(address, base)), None)


def _is_its_own(address: str, base: str) -> bool:
    """Whether a page at `base` may call itself so: on the same site, and not the front page of it."""
    if not same_site(base, address):
        return False
    own, other = urlsplit(base), urlsplit(address)
    return bool(other.path.strip("/") or other.query) or not own.path.strip("/")
