"""What goes to Kafka: keys, headers, and connection settings that never show a password."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams import topics
from streams.errors import Misconfigured
from streams.records import Article, DeadLetter, Reading, decode
from streams.topics import Kafka

_TIME = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
_ARTICLE = Article(
    article_id="a1",
    revision=2,
    source_id="paper",
    url="https://example.com/1",
    title="عنوان",
    body="نص",
    fetched_at=_TIME,
)
_READING = Reading(
    article_id="a1",
    revision=2,
    reader_version=7,
    source_id="paper",
    url="https://example.com/1",
    title="عنوان",
    event_time=_TIME,
    first_seen=_TIME,
)


def test_article_and_its_reading_share_a_key() -> None:
    """One source's articles and readings stay in order: both are keyed by the source."""
    article, reading = topics.article_message(_ARTICLE), topics.reading_message(_READING)
    assert (article.topic, article.key) == ("rasid.articles", b"paper")
    assert (reading.topic, reading.key) == ("rasid.readings", b"paper")
    assert decode(article.value, Article) == _ARTICLE
    assert decode(reading.value, Reading) == _READING


def test_headers_are_cloud_events_in_binary_mode() -> None:
    """A consumer can route by the headers without decoding the value; the id is that of the revision and reader."""
    headers = dict(topics.reading_message(_READING).headers)
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"a1:2:7",
        "ce_type": b"rasid.reading.v1",
        "ce_source": b"urn:rasid:paper",
        "ce_time": b"2025-03-01T08:00:00+00:00",
        "ce_subject": b"a1:2:7",
        "content-type": b"application/json",
    }


@pytest.mark.parametrize(("key", "expected"), [("paper", b"paper"), (None, b"learn")])
def test_dead_letter_keeps_the_key_of_what_failed(key: str | None, expected: bytes) -> None:
    """A dead letter is keyed like the message that failed, or by its stage when that had no key."""
    letter = DeadLetter(
        stage="learn", topic="rasid.readings", key=key, reason="schema", detail="", payload="{", time=_TIME
    )
    message = topics.dead_letter_message(letter)
    assert (message.topic, message.key) == ("rasid.dead-letter", expected)
    assert decode(message.value, DeadLetter) == letter


def test_password_is_never_shown() -> None:
    """However a connection is printed, its password is not in it."""
    kafka = Kafka(bootstrap="broker:9092", security="SASL_PLAINTEXT", username="rasid", password="s3cret")
    assert "s3cret" not in repr(kafka)
    assert kafka.client_options()["sasl_plain_password"] == "s3cret"


@pytest.mark.parametrize(
    ("security", "tls", "sasl"),
    [("PLAINTEXT", False, False), ("SSL", True, False), ("SASL_PLAINTEXT", False, True), ("SASL_SSL", True, True)],
)
def test_client_options_follow_the_security_protocol(security: str, *, tls: bool, sasl: bool) -> None:
    """TLS brings a context that checks certificates, SASL brings credentials, and neither comes uncalled."""
    options = Kafka(bootstrap="b:1", security=security, username="u", password="p").client_options()  # type: ignore[arg-type]
    assert ("ssl_context" in options, "sasl_plain_username" in options) == (tls, sasl)
    if tls:
        assert options["ssl_context"].verify_mode == ssl.CERT_REQUIRED


def test_missing_ca_file_is_the_operators_to_mend(tmp_path: Path) -> None:
    """A CA file that cannot be read is named in a clear error."""
    kafka = Kafka(bootstrap="b:1", security="SSL", ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(Misconfigured, match=r"none\.pem"):
        kafka.client_options()


@pytest.mark.parametrize(("embedded", "idempotent"), [(True, False), (False, True)])
def test_producer_is_idempotent_wherever_the_broker_can(*, embedded: bool, idempotent: bool) -> None:
    """Apache Kafka gets an idempotent producer; the embedded broker knows none. Both acknowledge for all replicas."""
    options = Kafka(bootstrap="b:1", embedded=embedded).producer_options()
    assert (options["enable_idempotence"], options["acks"]) == (idempotent, "all")
