"""The Kafka topics, their keys and headers, and how to reach the broker.

Both main topics are keyed by source, so that one source's articles stay in order. Headers are CloudEvents 1.0 in the
Kafka protocol binding's binary mode, so that a consumer can route without decoding.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from typing_extensions import override

from streams.errors import Misconfigured
from streams.records import Article, DeadLetter, Reading, encode

ARTICLES = "rasid.articles"
READINGS = "rasid.readings"
DEAD_LETTER = "rasid.dead-letter"
TOPICS = (ARTICLES, READINGS, DEAD_LETTER)

MAX_MESSAGE_BYTES = 1_000_000

Header = tuple[str, bytes]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One record ready to be produced."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[Header, ...]


class Kafka(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the broker. `embedded` marks the one that `rasid run` starts: it knows no idempotent producer."""

    bootstrap: str
    embedded: bool = False
    security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    username: str | None = None
    password: str | None = None
    ca_file: str | None = None
    partitions: int = 4
    replication: int = 1
    session_timeout: float = 10.0

    @override
    def __repr__(self) -> str:
        return f"Kafka(bootstrap={self.bootstrap!r}, security={self.security!r})"

    def client_options(self) -> dict[str, Any]:
        """The keyword arguments that every aiokafka client takes.

        Raises `Misconfigured` when the CA file cannot be read.
        """
        options: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": self.security}
        if "SSL" in self.security.split("_"):
            options["ssl_context"] = self._tls()
        if self.security.startswith("SASL"):
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return options

    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured("kafka_ca", f"kafka.ca_file {self.ca_file}: {error}") from error

    def producer_options(self) -> dict[str, Any]:
        """The same for a producer: every replica acknowledges; where the broker can, no batch is expired or doubled."""
        return self.client_options() | {
            "acks": "all",
            "enable_idempotence": not self.embedded,
            "linger_ms": 5,
            "max_request_size": MAX_MESSAGE_BYTES,
        }


def article_message(article: Article) -> Message:
    """The article on its topic, keyed by source."""
    event_id = f"{article.article_id}:{article.revision}"
    return _message(ARTICLES, "rasid.article.v1", article, event_id, article.fetched_at)


def reading_message(reading: Reading) -> Message:
    """The reading on its topic, keyed by source like the article it came from."""
    event_id = f"{reading.article_id}:{reading.revision}:{reading.reader_version}"
    return _message(READINGS, "rasid.reading.v1", reading, event_id, reading.first_seen)


def _message(topic: str, kind: str, record: Article | Reading, event_id: str, time: datetime) -> Message:
    return Message(
        topic=topic,
        key=record.source_id.encode(),
        value=encode(record),
        headers=headers(kind, event_id, record.source_id, time),
    )


def dead_letter_message(letter: DeadLetter) -> Message:
    """The dead letter on its topic, keyed like the message that failed."""
    key = letter.key or letter.stage
    event_id = f"{letter.stage}:{letter.topic}:{letter.time.timestamp():.6f}"
    return Message(
        topic=DEAD_LETTER,
        key=key.encode(),
        value=encode(letter),
        headers=headers("rasid.dead-letter.v1", event_id, key, letter.time),
    )


def headers(kind: str, event_id: str, source: str, time: datetime) -> tuple[Header, ...]:
    """The CloudEvents headers of one event of that kind."""
    fields = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": kind,
        "ce_source": f"urn:rasid:{source}",
        "ce_time": time.astimezone(UTC).isoformat(),
        "ce_subject": event_id,
        "content-type": "application/json",
    }
    return tuple((name, value.encode()) for name, value in fields.items())
