from __future__ import annotations

from pathlib import Path

import msgspec

from connectors.poll import Checked, check
from connectors.sources import Source
from tests.connectors.feeds import item, rss
from tests.connectors.servers import Press


async def test_a_check_asks_once_and_keeps_nothing(paper: Press, tmp_path: Path) -> None:
    """Format, encoding and the articles as they would be; or why not."""
    paper.pages |= {"/feed": rss(item("1", "a", "نص")), "/portal": "<html/>"}
    source = Source(id="daily", url=paper.url("/feed"), allow_private=True)
    checked = await check(source, contact="x")
    assert [feed.format for feed in checked.feeds] == ["rss20"]
    assert [(one.title, one.body, one.quiet) for one in checked.articles] == [("a", "نص", False)]
    assert len(paper.requests) == 1
    for path, reason in (("/portal", "not_a_feed"), ("/missing", "http_404")):
        failed = (await check(msgspec.structs.replace(source, url=paper.url(path)), contact="x")).failed
        assert failed is not None
        assert failed.reason == reason
    assert await check(Source(id="f", url=str(tmp_path), kind="folder"), contact="x") == Checked()
