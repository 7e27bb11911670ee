"""Logs: one JSON object per event whatever is in it, and no secret in any."""

from __future__ import annotations

import io
import json
import logging
import re
import threading
from collections.abc import Iterator

import pytest
import structlog
from typing_extensions import override

from rasid.logs import Hush, clean, configure


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the logs of the test go; the root logger is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure("info", "test", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    ['"\n{"level":"critical"}', "\x1b[2J\x1b[1;1H", "a\r\nb", "\u202eevil\u2066", "\x00\x07", "\u2028line"],
)
def test_no_text_forges_a_line_or_moves_the_cursor(stream: io.StringIO, text: str) -> None:
    """Control characters and direction marks come out escaped: one event stays one JSON line."""
    structlog.get_logger().info("feed", title=text)
    (line,) = stream.getvalue().splitlines()
    title = json.loads(line)["title"]
    assert title == "".join(c if c.isprintable() and c not in "\u202e\u2066" else f"\\u{ord(c):04x}" for c in text)


@pytest.mark.parametrize(
    "text",
    [
        "https://hooks.slack.com/services/T0/B0/canary",
        "whsec_canary",
        "xoxb-canary-1",
        "postgresql+psycopg://u:canary@db/x",
        "https://feed.example/rss?token=canary&x=1",
        "https://feed.example/rss?a=1&key=canary",
    ],
)
def test_no_secret_is_logged_even_by_others(stream: io.StringIO, text: str) -> None:
    """What looks like a credential is masked in events, in the library's own messages and in tracebacks."""
    structlog.get_logger().warning("failed", error=text)
    logging.getLogger("some.library").warning("cannot reach %s", text)
    structlog.get_logger().error("failed", exc_info=ValueError(text))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == 3
    assert "canary" not in stream.getvalue()
    assert all("***" in json.dumps(line) for line in lines)


def test_fields_are_bounded() -> None:
    """A field of a log line holds at most 2,000 characters of what came in."""
    assert len(clean("س" * 50_000)) == 2_000


def test_events_carry_stage_level_and_time(stream: io.StringIO) -> None:
    """Each line says which stage, how bad and when."""
    structlog.get_logger().info("hello", count=3)
    event = json.loads(stream.getvalue())
    assert (event["event"], event["count"], event["stage"], event["level"]) == ("hello", 3, "test", "info")
    assert event["timestamp"].endswith("Z")


def test_each_line_says_its_stage_in_every_thread(stream: io.StringIO) -> None:
    """Also what a library says in a thread that it started by itself."""
    thread = threading.Thread(target=logging.getLogger("aiokafka").error, args=("no broker",))
    thread.start()
    thread.join()
    assert json.loads(stream.getvalue())["stage"] == "test"


def _said(text: str, *filled: object, at: float) -> None:
    """A library says something at that second."""
    record = logging.LogRecord("aiokafka", logging.ERROR, "file.py", 1, text, filled, None)
    record.created = at
    logging.getLogger("aiokafka").handle(record)


def test_a_library_says_the_same_five_times_a_minute(stream: io.StringIO) -> None:
    """Whatever it fills in; then how often it was held back is told. Other messages, and our own, all go through."""
    for count in range(100):
        _said("no answer from node %s", count, at=1_000.0 + count / 10)
        structlog.get_logger().warning("broker_unreachable")
    _said("another thing", at=1_011.0)
    for count in range(2):
        _said("no answer from node %s", 7, at=1_060.0 + count)
    lines = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert lines.count("broker_unreachable") == 100
    assert [line for line in lines if line != "broker_unreachable"] == [
        *(f"no answer from node {count}" for count in range(5)),
        "another thing",
        "no answer from node 7 (and 95 times more, not written)",
        "no answer from node 7",
    ]


def test_what_never_repeats_is_not_remembered_for_ever(stream: io.StringIO) -> None:
    """A library that writes a new text each time is let through, and does not fill the memory."""
    hush = Hush()
    record = logging.LogRecord("lib", logging.ERROR, "file.py", 1, "", (), None)
    for count in range(5_000):
        record.msg = f"text {count}"
        assert hush.filter(record)
    assert len(hush._said) <= 1_000
    assert stream.getvalue() == ""


class _Screen(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_an_event_is_one_line_for_people(stream: io.StringIO) -> None:
    """Time of day, stage, what happened and its fields; a warning says that it is one; nothing steers the terminal."""
    screen = _Screen()
    configure("info", "connect", screen)
    structlog.get_logger().info("feed_moved", source="daily", host="b.example", detail=None)
    structlog.get_logger().warning("poll_failed", detail="\x1b[2J\u202e")
    plain = re.sub("\x1b\\[\\d+m", "", screen.getvalue())
    moved, failed = plain.splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d connect  feed moved  source=daily  host=b.example", moved)
    assert re.fullmatch(r"\d\d:\d\d:\d\d connect  warning: poll failed  detail=\\u001b\[2J\\u202e", failed)
    assert stream.getvalue() == ""
