from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import websub
from connectors.parse.document import parse
from connectors.parse.entries import Document, Feed
from connectors.websub import Offer, Question, confirms, is_signed, offered, question, request
from tests.connectors.fakes import START
from tests.connectors.feeds import item, rss
from tests.connectors.hub import signature

BASE = "https://paper.example/feed"
HUB, TOPIC = "https://hub.example/", "https://paper.example/rss"
OFFER = Offer(hub=HUB, topic=TOPIC)
ATOM = 'xmlns:a="http://www.w3.org/2005/Atom"'


@pytest.mark.parametrize(
    "links",
    [
        (f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"',),
        (f"<{HUB}>; rel=hub", f"<{TOPIC}>;rel=self"),
        (f'<{TOPIC}>; title="a, b; rel=hub"; rel="alternate Self"', f'<{HUB}>; type="x"; REL="HUB"'),
        (f'<{HUB}>; rel="hub"', '</rss>; rel="self"'),
    ],
)
def test_the_answers_headers_name_hub_and_topic(links: tuple[str, ...]) -> None:
    """In one header or in several, quoted or not, with other parameters, relative to where the feed is."""
    assert offered(links, (), BASE) == OFFER


FEEDS = {
    "RSS": rss(f'<a:link {ATOM} rel="hub" href="{HUB}"/><a:link {ATOM} rel="self" href="/rss"/>', item("1", "t")),
    "Atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
    f'<link rel="hub" href="{HUB}"/><link rel="self" href="{TOPIC}"/><link href="/"/></feed>',
    "JSON Feed": f'{{"version": "https://jsonfeed.org/version/1.1", "items": [], "feed_url": "{TOPIC}",'
    f'"hubs": [{{"type": "rssCloud", "url": "https://x.example"}}, {{"type": "WebSub", "url": "{HUB}"}}]}}',
}


@pytest.mark.parametrize("body", FEEDS.values(), ids=FEEDS.keys())
def test_the_feed_names_hub_and_topic(body: str) -> None:
    """Each format in its own way; what the headers say comes first."""
    feed = parse(Document(body=body.encode(), base=BASE))
    assert offered((), (feed,), BASE) == OFFER
    other = offered(('<https://other.example/>; rel="hub"',), (feed,), BASE)
    assert other == Offer(hub="https://other.example/", topic=TOPIC)


@pytest.mark.parametrize(
    "links",
    [
        (),
        (f"<{HUB}>; rel=hub",),
        (f"<{TOPIC}>; rel=self",),
        ("<javascript:x>; rel=hub", f"<{TOPIC}>; rel=self"),
        ("<http://[x>; rel=hub", f"<{TOPIC}>; rel=self"),
        ("<" * 10_000,),
    ],
)
def test_without_both_there_is_no_offer(links: tuple[str, ...]) -> None:
    """Nor with what is no address of the web."""
    assert offered(links, (Feed(format="rss20", entries=()),), "https://paper.example/") is None


def test_what_a_hub_is_asked() -> None:
    """To push that topic there, signed with the secret, for five days."""
    assert request(OFFER, "https://me.example/websub/x", "s") == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": "https://me.example/websub/x",
        "hub.secret": "s",
        "hub.lease_seconds": "432000",
    }


ASKED = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c", "hub.lease_seconds": "60"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"hub.topic": TOPIC + "/"}, False),
        ({"hub.mode": "unsubscribe"}, False),
        ({"hub.mode": "denied"}, False),
        ({"hub.mode": "x"}, False),
        ({"hub.challenge": ""}, False),
        ({"hub.challenge": "c" * 5_000}, False),
    ],
)
def test_only_what_we_asked_for_is_confirmed(change: dict[str, str], expected: bool) -> None:  # noqa: FBT001 - a row
    """This topic, to subscribe, with something to give back."""
    assert confirms(question(ASKED | change), TOPIC, START, START) is expected


def test_a_question_nobody_asked_for_is_not_confirmed() -> None:
    """Never asked, or so long ago that somebody else must be trying."""
    asked = question(ASKED)
    assert not confirms(asked, TOPIC, None, START)
    assert confirms(asked, TOPIC, START, START + timedelta(hours=1))
    assert not confirms(asked, TOPIC, START, START + timedelta(hours=1, seconds=1))


@pytest.mark.parametrize(
    ("said", "granted"),
    [
        ("3600", timedelta(hours=1)),
        ("", timedelta(days=5)),
        ("-1", timedelta(days=5)),
        ("x", timedelta(days=5)),
        ("1", timedelta(minutes=5)),
        ("999999999", timedelta(days=30)),
        ("9" * 400, timedelta(days=5)),
    ],
)
def test_leases(said: str, granted: timedelta) -> None:
    """As the hub says, within bounds; renewed while a fifth is left."""
    assert websub.lease(Question(mode="subscribe", topic=TOPIC, challenge="c", lease=said)) == granted
    assert websub.renewal(granted, START) == START + granted * 0.8


def test_a_silent_hub_is_asked_ever_more_rarely() -> None:
    """From ten minutes to a day."""
    delays = [websub.retry(tries, START) - START for tries in (1, 2, 3, 4, 9)]
    assert delays == [
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(days=1),
        timedelta(days=1),
    ]


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
@given(st.binary(max_size=300), st.text(max_size=200).filter(lambda text: text.isprintable()))
def test_signatures(method: str, body: bytes, secret: str) -> None:
    """Each method of the Recommendation, against another implementation; a changed body or secret does not pass."""
    header = signature(method, body, secret.encode())
    assert is_signed(body, header, secret)
    assert is_signed(body, header.upper(), secret)
    assert not is_signed(body + b" ", header, secret)
    assert not is_signed(body, header, secret + "x")
    assert not is_signed(body, header[:-1], secret)


@pytest.mark.parametrize(
    "header", ["", "sha256", "sha256=", "md5=d41d8cd98f00b204e9800998ecf8427e", "=x", "sha1=\ud800", "sha1=é"]
)
def test_what_is_no_signature_signs_nothing(header: str) -> None:
    """Nor does it fail."""
    assert not is_signed(b"", header, "s")
