from __future__ import annotations

import msgspec
import pytest

from tests.connectors.feeds import item
from tests.connectors.servers import Press
from tests.connectors.stages import Stage

LINK = "https://paper.example/1"
TEXT = "نص الخبر كاملا كما نشر أول مرة. " * 20
OTHER = "نص آخر بعد التصحيح، كاملا كذلك. " * 20


def news(guid: str | None, title: str, text: str = TEXT, link: str = "") -> str:
    """An item whose text is whole."""
    return item(guid, title, text, link=link)


def live(number: int, guid: str = "") -> str:
    """An item of a live page, which has the title and the address of all the others."""
    return news(guid or str(number), "عاجل", f"{number}: {TEXT}", LINK)


# What a feed shows from poll to poll, and what is published of it: titles with the numbers of their revisions. What a
# guid is worth differs from outlet to outlet: none, the same for all, reused, another one each time.
CASES: dict[str, tuple[list[list[str]], list[tuple[str, int]]]] = {
    "one guid twice in a feed": ([[news("g", "الأخير"), news("g", "الأول")]], [("الأخير", 1)]),
    "no guid, a link": ([[news(None, "أ", link=LINK)], [news(None, "ب", link=LINK)]], [("أ", 1), ("ب", 2)]),
    "no guid, no link": ([[news(None, "أ")], [news(None, "أ")], [news(None, "ب")]], [("أ", 1), ("ب", 1)]),
    "an empty guid": ([["<item><guid> </guid><title>أ</title></item>"]] * 2, [("أ", 1)]),
    "a guid that changes each time": ([[news(str(n), "أ", link=LINK)] for n in range(3)], [("أ", 1)]),
    "and then the text": (
        [[news("1", "أ", link=LINK)], [news("2", "أ", OTHER, LINK)], [news("3", "أ", OTHER, LINK)]],
        [("أ", 1), ("أ", 2)],
    ),
    "a live page, an item a poll": (
        [[live(n) for n in range(last, max(-1, last - 3), -1)] for last in range(5)],
        [("عاجل", 1)] * 5,
    ),
    "a live page, all at once": ([[live(n) for n in range(4)]] * 2, [("عاجل", 1)] * 4),
    "a live page, two of two others": ([[live(1), live(0)], [live(3), live(2)]], [("عاجل", 1)] * 4),
    "a live page, two after one": ([[live(0)], [live(2), live(1)]], [("عاجل", 1)] * 3),
    "a live page whose guids change each time": (
        [[live(0, f"a{n}"), live(1, f"b{n}")] for n in range(3)],
        [("عاجل", 1)] * 2,
    ),
    "a link with other tracking each time": (
        [[news(None, "أ", link=f"{LINK}?utm_source={n}&fbclid={n}#x{n}")] for n in range(3)],
        [("أ", 1)],
    ),
    "reused for another story": ([[news("g", "أ")], [news("g", "ب", OTHER)]], [("أ", 1), ("ب", 2)]),
    "changed and changed back": (
        [[news("g", "أ")], [news("g", "أ", OTHER)], [news("g", "أ")], [news("g", "أ")]],
        [("أ", 1), ("أ", 2), ("أ", 3)],
    ),
    "gone and back again": ([[news("g", "أ")], [news("h", "ب")], [news("g", "أ")]], [("أ", 1), ("ب", 1)]),
    "the same guid, the same text, another date": (
        [[item("g", "أ", TEXT, date="2026-02-27")], [item("g", "أ", TEXT, date="2026-02-28")]],
        [("أ", 1)],
    ),
}


@pytest.mark.parametrize(("polls", "expected"), CASES.values(), ids=CASES.keys())
async def test_what_one_article_is(stage: Stage, polls: list[list[str]], expected: list[tuple[str, int]]) -> None:
    """Each is told once, each change of it once, whatever its outlet does with guids."""
    for items in polls:
        await stage.serve(*items)
    assert [(one.title, one.revision) for one in stage.broker.articles] == expected


async def test_the_same_article_of_two_sources_stays_with_both(stage: Stage, paper: Press) -> None:
    """Same guid, address and text: two reports, because who reports is half of what is known."""
    await stage.serve(news("g", "أ", link=LINK))
    stage.source = msgspec.structs.replace(stage.source, id="wire")
    await stage.serve(news("g", "أ", link=LINK))
    first, second = stage.broker.articles
    assert (first.source_id, second.source_id) == ("daily", "wire")
    assert (first.url, first.body) == (second.url, second.body)
    assert first.article_id != second.article_id


async def test_a_date_that_cannot_be_right_orders_nothing(stage: Stage) -> None:
    """Far in the future, missing, impossible: unknown, in the order of the feed; never the time of fetching."""
    dates = ["2999-01-01", "", "Sun, 31 Feb 2026 00:00:00 GMT", "Sat, 28 Feb 2026 10:00:00 +9999", "28 فبراير 2026"]
    await stage.serve(*(item(str(n), str(n), TEXT, date=date) for n, date in enumerate(dates)))
    found = {one.title: one.published_at for one in stage.broker.articles}
    assert [found[str(n)] for n in range(4)] == [None] * 4
    assert str(found["4"]) == "2026-02-27 21:00:00+00:00"
    assert [one.title for one in stage.broker.articles] == ["4", "3", "2", "1", "0"]
