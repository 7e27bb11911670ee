from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.opml import from_opml, to_opml
from connectors.sources import Source, derived_id, from_mapping
from streams.errors import Misconfigured

OPML = """<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0" xmlns:rasid="urn:rasid:opml" xmlns:other="urn:other">
  <body>
    <outline text="أخبار">
      <outline text="الخليج">
        <outline type="rss" text="صحيفة" xmlUrl="https://news.example/feed" rasid:id="daily" timezone="Asia/Riyadh"
                 country="sa" language="ar" rasid:minInterval="90s" max-interval="2h" rasid:max_age="3d"
                 backfill="announce" allowPrivate="yes" paused="true" other:note="x" htmlUrl="https://news.example"/>
      </outline>
    </outline>
    <outline type="folder" text="Samples" path="seeds/articles"/>
    <outline text="Bare" xmlUrl="http://www.other.example:8080/rss?x=1"/>
  </body>
</opml>"""


def test_opml_gives_sources_with_groups_settings_and_defaults() -> None:
    """Own attributes count with and without the namespace; the outlines around a source are its group."""
    daily, folder, bare = from_opml(OPML.encode())
    assert daily == Source(
        id="daily",
        url="https://news.example/feed",
        title="صحيفة",
        group="أخبار/الخليج",
        min_interval=timedelta(seconds=90),
        max_interval=timedelta(hours=2),
        timezone="Asia/Riyadh",
        country="SA",
        language="ar",
        backfill="announce",
        max_age=timedelta(days=3),
        allow_private=True,
        paused=True,
        home="https://news.example",
    )
    assert (folder.kind, folder.url, folder.min_interval) == ("folder", "seeds/articles", timedelta(seconds=2))
    assert (bare.kind, bare.group, bare.id) == ("feed", "", derived_id("http://www.other.example:8080/rss?x=1"))
    assert bare.id.startswith("other-example-")


def test_all_mistakes_are_reported_at_once() -> None:
    """An operator sees every mistake in one go, each with the source it is in."""
    opml = b"""<opml><body>
      <outline xmlUrl="ftp://x.example/a"/>
      <outline type="rss" text="lost"/>
      <outline xmlUrl="http://a.example/" id="UPPER" timezone="Asia" backfill="maybe" maxAge="soon" minInterval="0"/>
      <outline xmlUrl="http://b.example/" timzone="UTC" paused="perhaps" country="SAU" language="1"/>
      <outline xmlUrl="http://c.example/" minInterval="1h" maxInterval="1m" xmlns:r="urn:rasid:opml" r:colour="red"/>
      <outline xmlUrl="http://[::1/" minIntervall="2h"/>
      <outline xmlUrl="http://d.example/" id="same"/><outline xmlUrl="http://d.example/" id="same"/>
    </body></opml>"""
    with pytest.raises(Misconfigured) as caught:
        from_opml(opml)
    report = str(caught.value)
    for mistake in (
        "ftp://x.example/a: url: not an http or https address",
        "a source without a url: a source needs a url",
        "id: lower-case a to z",
        "timezone: a time zone like Asia/Riyadh, not 'Asia'",
        "backfill: silent or announce, not 'maybe'",
        "max_age: a duration like 90s",
        "min_interval: between one second and thirty days",
        "unknown attribute timzone; did you mean timezone?",
        "unknown attribute minIntervall; did you mean minInterval?",
        "paused: true or false, not 'perhaps'",
        "country: a country code of two letters",
        "language: a language code like ar",
        "max_interval is shorter than min_interval",
        "unknown attribute colour",
        "http://[::1/: url: not an http or https address",
        "same: another source has the same id",
        "same: another source has the same url",
    ):
        assert mistake in report
    assert caught.value.reason == "feeds"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<rss/>",
        b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body/></opml>',
        b'<!DOCTYPE opml SYSTEM "http://evil.example/x.dtd"><opml/>',
    ],
)
def test_what_is_no_opml_is_one_clear_mistake(data: bytes) -> None:
    """Broken XML, another format and document types are refused without being expanded."""
    with pytest.raises(Misconfigured, match="not OPML"):
        from_opml(data)


def test_no_body_is_no_sources() -> None:
    """An empty list is a list."""
    assert from_opml(b"<opml/>") == ()


def test_a_mapping_means_the_same_as_opml() -> None:
    """YAML's values of any type are read by the same rules; null is absence."""
    source = from_mapping(
        {"id": "x", "url": "http://x.example/", "min_interval": 30, "allow_private": True, "country": None}
    )
    assert source == Source(id="x", url="http://x.example/", min_interval=timedelta(seconds=30), allow_private=True)
    with pytest.raises(Misconfigured, match=r"unknown attribute colour\n.*timezone"):
        from_mapping({"id": "x", "url": "http://x.example/", "colour": "red", "timezone": "Mars"})
    with pytest.raises(Misconfigured, match="needs a url"):
        from_mapping({"id": "x"})
    with pytest.raises(Misconfigured, match="did you mean min_interval"):  # OPML would call it minInterval
        from_mapping({"url": "http://x.example/", "min_intervall": "5m"})


def test_intervals_never_cross() -> None:
    """One interval given moves the other's default out of its way."""
    slow = from_mapping({"url": "http://x.example/", "min_interval": "3h"})
    fast = from_mapping({"url": "http://x.example/", "max_interval": "1m"})
    assert slow.min_interval == slow.max_interval == timedelta(hours=3)
    assert fast.min_interval == fast.max_interval == timedelta(minutes=1)


TITLES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1).map(str.strip)
SOURCES = st.builds(
    Source,
    id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True),
    url=st.sampled_from(["http://a.example/", "https://b.example/?q=1&r=<2>"]),
    kind=st.sampled_from(["feed", "folder"]),
    title=TITLES,
    group=st.lists(TITLES.map(lambda t: t.replace("/", "")).filter(bool), max_size=2).map("/".join),
    min_interval=st.integers(1, 100).map(lambda n: timedelta(seconds=n / 2 + 1)),
    max_interval=st.integers(1, 30).map(lambda n: timedelta(days=n)),
    timezone=st.sampled_from(["UTC", "Asia/Riyadh"]),
    country=st.sampled_from([None, "AE"]),
    language=st.sampled_from([None, "ar", "ar-EG"]),
    backfill=st.sampled_from(["silent", "announce"]),
    max_age=st.integers(1, 1000).map(lambda n: timedelta(hours=n)),
    allow_private=st.booleans(),
    paused=st.booleans(),
    home=st.sampled_from(["", "https://a.example/"]),
    description=TITLES | st.just(""),
    retry_after=st.sampled_from(["host", "feed"]),
)


@given(SOURCES)
def test_opml_round_trip(source: Source) -> None:
    """What is exported is read back as the same."""
    if source.title == source.id:
        return
    assert from_opml(to_opml([source])) == (source,)


def test_the_shipped_list_is_sound() -> None:
    """The feeds that Rasid comes with can be read."""
    assert len(from_opml((Path(__file__).parents[2] / "seeds/feeds.opml").read_bytes())) > 10
