"""The heartbeat: an article of a watch of its own that travels the whole way, so that silence can be told from death.

The connectors publish one every minute, readers read it like any other, learn notes it in a table of its own and
deliver ticks it off there. One rule: nobody but the stages themselves ever sees one. It is no news: not archived, no
part of any fact, count, list or export. Its source's name has a dot, which no configured source can have.
"""

from __future__ import annotations

from datetime import datetime

from streams.records import Article

SOURCE = "rasid.heartbeat"
KEY = SOURCE.encode()

# How many may be missed before something is wrong.
LATE = 3

_TITLE = "نبضة راصد"
_BODY = "هذه نبضة يرسلها راصد إلى نفسه كل دقيقة ليعرف أن الطريق مفتوح، ولا خبر فيها."


def beat(now: datetime) -> Article:
    """The heartbeat that sets out at `now`."""
    return Article(
        article_id=f"{SOURCE}:{now.timestamp():.6f}",
        revision=1,
        source_id=SOURCE,
        url="urn:rasid:heartbeat",
        title=_TITLE,
        body=_BODY,
        fetched_at=now,
        published_at=now,
        language="ar",
        quiet=True,
    )
