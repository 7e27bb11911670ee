from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.parse.document import parse
from connectors.parse.entries import Document
from connectors.parse.shape import MAX_ATTRIBUTES, MAX_DEPTH, require_shape
from streams.errors import BadInput
from tests.connectors.feeds import item, rss


def nested(levels: int, inside: str = "x") -> str:
    """Elements within elements."""
    return "<a>" * levels + inside + "</a>" * levels


def attributes(count: int, form: str = 'a{}="1"') -> str:
    """A tag with that many attributes."""
    return f"<a {' '.join(form.format(n) for n in range(count))}/>"


REFUSED = {
    "one level too deep": nested(MAX_DEPTH + 1),
    "never closed": "<a>" * (MAX_DEPTH + 1),
    "closed under other names": "<a></b>" * (MAX_DEPTH + 1),
    "a bracket in quotes": '<a b="c>d">' * (MAX_DEPTH + 1),
    "a slash in quotes": '<a b="/">' * (MAX_DEPTH + 1),
    "one attribute too many": attributes(MAX_ATTRIBUTES + 1),
    "attributes without quotes": attributes(MAX_ATTRIBUTES + 1, "attribute{}=1"),
    "attributes without values": attributes(MAX_ATTRIBUTES + 1, "attribute{}"),
    "attributes without spaces": attributes(MAX_ATTRIBUTES + 1).replace('" ', '"'),
    "after a comment": "<!-- <a> -->" + nested(MAX_DEPTH + 1),
    "after text in CDATA": "<![CDATA[ <a> ]]>" + nested(MAX_DEPTH + 1),
}
PASSED = {
    "as deep as may be": nested(MAX_DEPTH),
    "side by side": "<a></a>" * 1_000,
    "empty elements": "<a/>" * 1_000 + '<a b="c>d" />' * 1_000,
    "tags in a comment": f"<!--{'<a>' * 1_000}-->",
    "tags in CDATA": f"<![CDATA[{'<a>' * 1_000}]]>",
    "HTML that somebody forgot to escape": "<p>x<br><img src=x><li>" * 1_000,
    "closing what is not open": "</a>" * 1_000,
    "closing the outer closes the inner": "<a><b></a>" * 1_000,
    "as many attributes as may be": attributes(MAX_ATTRIBUTES),
    "a picture in a tag": f'<a b="data:x;{"A=" * 100_000}"/>',
    "sums": "5 < 6 and 7 > 3 " * 1_000,
    "nothing": "",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_no_feed_looks_like_is_refused(text: str) -> None:
    """By itself and inside a feed, before the parser sees it."""
    for refused in (lambda: require_shape(text), lambda: parse(Document(body=rss(item("1", "t"), text).encode()))):
        with pytest.raises(BadInput) as caught:
            refused()
        assert caught.value.reason == "parse_limit"


@pytest.mark.parametrize("text", PASSED.values(), ids=PASSED)
def test_what_feeds_look_like_passes(text: str) -> None:
    """What is odd and harmless is none of its business."""
    require_shape(text)


@given(st.text(alphabet="<>/!-[]CDAT\"'= abx", max_size=200))
def test_it_judges_any_text(text: str) -> None:
    """So short a text is never refused, and nothing in it makes the pass fail."""
    require_shape(text)


@pytest.mark.parametrize("field", ["author", "managingEditor", "dc:creator", "itunes:author"])
def test_a_long_author_costs_nothing(field: str) -> None:
    """The parser would look for an e-mail address in it, for hours; the text beside it is read as ever."""
    endless = f"<{field}>a@a.{'a.' * 100_000}!</{field}>"
    feed = parse(Document(body=rss(f"<item><title>t</title>{endless}</item>").encode()))
    assert [entry.title for entry in feed.entries] == ["t"]
