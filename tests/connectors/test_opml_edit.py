from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.opml import from_opml, to_opml
from connectors.opml_edit import added
from connectors.sources import Source
from streams.errors import Misconfigured
from tests.connectors.test_sources import SOURCES

LIST = """<?xml version="1.0" encoding="utf-8"?>
<!-- ours -->
<opml version="2.0" xmlns:r="urn:rasid:opml">
    <head><title>قائمتنا</title></head>
    <body>
        <outline text="أخبار">
            <!-- the first -->
            <outline text='صحيفة'   xmlUrl="https://a.example/feed"
                     r:id="a"/>
        </outline>
    </body>
</opml>
"""
NEW = Source(id="b", url="https://b.example/?x=1&y=2", title='"ب" & <ج>', group="أخبار", country="SA")


def test_a_source_comes_at_the_end_of_its_group_and_all_else_stays() -> None:
    """Comments, quotes, spaces and the list's own prefix for our namespace."""
    lines = LIST.splitlines()
    changed = added(LIST.encode(), [NEW]).decode().splitlines()
    [line] = [line for line in changed if line not in lines]
    assert [line for line in changed if line in lines] == lines
    assert changed[changed.index(line) + 1] == "        </outline>"
    assert line.startswith("          <outline text='\"ب\" &amp; &lt;ج&gt;'")
    assert 'r:id="b"' in line


def test_missing_groups_are_made() -> None:
    """Each part of a path that is not there, inside of those that are."""
    source = Source(id="c", url="https://c.example/", group="أخبار/الخليج/قطر")
    changed = added(LIST.encode(), [source, NEW])
    assert [one.group for one in from_opml(changed)] == ["أخبار", "أخبار/الخليج/قطر", "أخبار"]
    assert b"<!-- the first -->" in changed


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_end_as_they_did(ending: str) -> None:
    """Those of Windows stay so, in a group that is made as well."""
    data = LIST.replace("\n", ending).encode()
    grouped = Source(id="c", url="https://c.example/", group="اقتصاد")
    changed = added(data, [NEW, grouped])
    assert changed.count(b"\n") == data.count(b"\n") + 4
    assert changed.count(b"\r\n") == (changed.count(b"\n") if ending == "\r\n" else 0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LIST.replace("utf-8", "utf-16").encode("utf-16"), "UTF-8"),
        (b"<opml><head/></opml>", "no body"),
        (b"<opml><body/></opml>", "no body"),
        (b"<rss/>", "not OPML"),
        (LIST.replace('r:id="a"', 'r:id="b"').encode(), "the same id"),
        (LIST.replace("https://a.example/feed", "https://b.example/?x=1&amp;y=2").encode(), "the same url"),
    ],
)
def test_what_cannot_be_added_to_is_said(data: bytes, said: str) -> None:
    """And nothing is changed."""
    with pytest.raises(Misconfigured, match=said):
        added(data, [NEW])


@given(st.lists(SOURCES, unique_by=(lambda one: one.id, lambda one: one.url), max_size=2), SOURCES)
def test_whatever_is_added_is_read_back(old: list[Source], new: Source) -> None:
    """Any source to any list of our own writing."""
    taken = {value for one in old for value in (one.id, one.url)} | {new.title}
    if new.id in taken or new.url in taken or any(one.title == one.id for one in old) or not old:
        return
    assert sorted(from_opml(added(to_opml(old), [new])), key=lambda one: one.id) == sorted(
        [*old, new], key=lambda one: one.id
    )
