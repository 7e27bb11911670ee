"""What the agent does with one message: decode, read, answer with the one message that must be sent.

Delivery: at least once. `answer` is pure but for the clock, and total: whatever an article does to it, there is a
message to send, a Reading or a dead letter. The agent acknowledges an article only after the broker has acknowledged
that message. On replay the same article gives the same Reading, read later, which the ledger knows already.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import perf_counter

import structlog
from msgspec.structs import replace

from streams import metrics, topics
from streams.errors import BadInput
from streams.extract.reader import Reader
from streams.heartbeat import SOURCE
from streams.letters import Failure, dead_letter
from streams.records import Article, decode
from streams.topics import Message

Clock = Callable[[], datetime]

_LOG = structlog.get_logger()


def answer(value: bytes | None, key: bytes | None, reader: Reader, clock: Clock) -> Message:
    """The message that a message of `rasid.articles` leads to."""
    try:
        return _read(value or b"", reader, clock)
    except BadInput as error:
        return _set_aside(error.reason, error, value, key, clock)
    except Exception as error:  # the article set off a fault of ours: it must stop neither the others nor be lost
        _LOG.exception("reader_failed", key=(key or b"").decode("utf-8", "replace"))
        return _set_aside("reader_fault", error, value, key, clock)


def _read(value: bytes, reader: Reader, clock: Clock) -> Message:
    article = decode(value, Article)
    started = perf_counter()
    reading = replace(reader.read(article), read_at=clock())
    metrics.EXTRACT_SECONDS.observe(perf_counter() - started)
    message = topics.reading_message(reading)
    if len(message.value) > topics.MAX_MESSAGE_BYTES:
        raise BadInput("too_large", f"the reading of {article.article_id} has {len(message.value)} bytes")
    if article.source_id == SOURCE:
        metrics.HEARTBEAT_SECONDS.labels("work").set((clock() - article.fetched_at).total_seconds())
        return message
    metrics.READ.inc()
    for claim in reading.claims:
        metrics.CLAIMS.labels(claim.kind).inc()
    return message


def _set_aside(reason: str, error: Exception, value: bytes | None, key: bytes | None, clock: Clock) -> Message:
    metrics.DEAD_LETTERS.labels(reason).inc()
    failure = Failure(stage="work", topic=topics.ARTICLES, key=key, value=value, reason=reason, error=error)
    letter = dead_letter(failure, clock())
    _LOG.warning("dead_letter", stage=letter.stage, reason=reason, key=letter.key, detail=letter.detail)
    return topics.dead_letter_message(letter)
