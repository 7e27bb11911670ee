"""WebSub, the subscriber's side of it: what the W3C Recommendation says, as functions.

A feed names its hub and its own address (the topic); we ask the hub to push the topic to an address that nobody can
guess, with a secret; it asks us back whether that is so; from then on what it pushes is signed with the secret. One
rule: what is not signed with our secret was never said.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from connectors.parse.entries import MAX_KEY, Feed, absolute

LEASE = timedelta(days=5)  # what we ask for
ANSWER_TIME = timedelta(hours=1)  # within which a hub must ask back
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=30)
_RETRIES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"[^"]*"|[^\s",;<>]*))?)*)')
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^\s",;<>]*))')


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where hubs reach us: `callback` is the public address, `host` and `port` what it leads to on this machine."""

    callback: str
    host: str = "127.0.0.1"
    port: int = 0


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says of being pushed: at which hub, and under which address of its own."""

    hub: str
    topic: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A hub's request to confirm what somebody asked it for. `lease` is in seconds as it is written."""

    mode: str
    topic: str
    challenge: str
    lease: str = ""
    reason: str = ""


def offered(links: Iterable[str], feeds: Iterable[Feed], base: str) -> Offer | None:
    """What an answer's Link headers offer, else its feeds; None where hub or topic is missing or no web address.

    `base` is the address that the feed was fetched from.
    """
    named = list(_named(",".join(links)))
    hubs = [absolute(base, target) for target, relation in named if relation == "hub"]
    topics = [absolute(base, target) for target, relation in named if relation == "self"]
    for feed in feeds:
        hubs += feed.hubs
        topics.append(feed.topic)
    hub, topic = next(filter(_is_web, hubs), None), next(filter(_is_web, topics), None)
    return Offer(hub=hub, topic=topic) if hub and topic else None


def request(offer: Offer, callback: str, secret: str) -> dict[str, str]:
    """The form that asks a hub to push; `callback` is where to."""
    return {
        "hub.mode": "subscribe",
        "hub.topic": offer.topic,
        "hub.callback": callback,
        "hub.secret": secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }


def question(query: Mapping[str, str]) -> Question:
    """What a hub asks, from the parameters of its request."""
    return Question(
        mode=query.get("hub.mode", ""),
        topic=query.get("hub.topic", ""),
        challenge=query.get("hub.challenge", ""),
        lease=query.get("hub.lease_seconds", ""),
        reason=query.get("hub.reason", "")[:300],
    )


def confirms(asked: Question, topic: str, asked_at: datetime | None, now: datetime) -> bool:
    """Whether that is what we asked for lately: this topic, to subscribe."""
    pending = asked_at is not None and now - asked_at <= ANSWER_TIME
    return pending and asked.mode == "subscribe" and asked.topic == topic and 0 < len(asked.challenge) <= MAX_KEY


def lease(asked: Question) -> timedelta:
    """For how long the hub will push; what we asked for where it does not say."""
    if not re.fullmatch(r"[0-9]{1,9}", asked.lease):
        return LEASE
    return max(_SHORTEST, min(timedelta(seconds=int(asked.lease)), _LONGEST))


def renewal(granted: timedelta, now: datetime) -> datetime:
    """When to ask again for a lease that was granted now: when a fifth of it is left."""
    return now + 0.8 * granted


def retry(tries: int, now: datetime) -> datetime:
    """When to ask a hub again that has not confirmed after `tries` requests."""
    return now + _RETRIES[min(tries, len(_RETRIES)) - 1]


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether an X-Hub-Signature header signs that body with that secret. Takes the same time for any wrong one."""
    method, _, signature = header.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode("utf-8", "replace"))


def _named(header: str) -> Iterable[tuple[str, str]]:
    """The targets of a Link header with each of their relations."""
    for link in _LINK.finditer(header[:MAX_KEY]):
        for name, quoted, plain in _PARAMETER.findall(link[2]):
            if name.lower() == "rel":
                yield from ((link[1].strip(), relation) for relation in (quoted or plain).lower().split())


def _is_web(address: str | None) -> bool:
    if address is None:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(address) <= MAX_KEY
    except ValueError:
        return False
