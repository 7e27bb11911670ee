"""Webhooks and Slack against real servers on loopback: what each answer comes to, and what is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
import pytest

from alerts.console import ConsoleSender
from alerts.deliver import open_sender
from alerts.destinations import Destination
from alerts.outbox import Due
from alerts.outcome import Delivered, Outcome, Refused, Retry, Unknown
from alerts.sender import Sender
from alerts.slack import SlackBotSender
from streams.errors import Misconfigured
from tests.alerts.build import NOW
from tests.alerts.receivers import CHANNEL, SECRET, TOKEN, Answer, FakeSlack, Receiver, serving

MESSAGE = {"text": "رقم جديد", "blocks": [{"type": "divider"}], "mrkdwn": False}


def due(body: object = MESSAGE, **fields: Any) -> Due:
    given: dict[str, Any] = {"uncertain": False, "sendable_until": time.monotonic() + 60} | fields
    return Due(
        delivery_id="delivery-1",
        change_id="change-1",
        fact="status:x",
        destination="d",
        body=body if isinstance(body, str) else json.dumps(body),
        attempts=1,
        first_try=NOW,
        published=NOW,
        **given,
    )


def dial(_: Destination) -> aiohttp.BaseConnector:
    return aiohttp.TCPConnector()


async def send(sender: Sender, one: Due) -> Outcome:
    try:
        return await sender.send(one)
    finally:
        await sender.close()


RETRY_AFTER: Mapping[str, str] = {"Retry-After": "9"}

WEBHOOK_ROWS: list[tuple[Answer, Outcome]] = [
    (200, Delivered()),
    (302, Retry("redirect")),
    ((429, RETRY_AFTER), Retry("rate_limited", timedelta(seconds=9))),
    (500, Retry("server_error")),
    (410, Refused("gone", pause=True)),
    (400, Refused("rejected")),
    ("drop", Unknown()),
    ("lose", Unknown()),
]


@pytest.mark.parametrize(("answer", "expected"), WEBHOOK_ROWS)
async def test_webhook(answer: Answer, expected: Outcome) -> None:
    """Each answer of a receiver, also none, comes to its outcome; the receiver could verify what it got."""
    receiver = Receiver(answer)
    async with serving(receiver):
        outcome = await send(open_sender(receiver.destination(), dial), due('{"type":"figure.changed"}'))

    assert outcome == expected
    assert receiver.raw == ([] if answer == "drop" else [("delivery-1", {"type": "figure.changed"})])


async def test_a_redirect_is_not_followed() -> None:
    """A receiver that points elsewhere gets a failure, and elsewhere gets nothing."""
    elsewhere = Receiver()
    async with serving(elsewhere):
        receiver = Receiver((307, {"Location": elsewhere.url}))
        async with serving(receiver):
            assert await send(open_sender(receiver.destination(), dial), due("{}")) == Retry("redirect")

    assert elsewhere.raw == []


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook", "slack_bot"])
async def test_nobody_listens(kind: Any, unused_tcp_port: int) -> None:
    """Where no connection comes about, nothing was sent, and that is known."""
    url = f"http://127.0.0.1:{unused_tcp_port}/"
    destination = Destination(id="d", kind=kind, url=url, token=TOKEN, channel=CHANNEL, secrets=(SECRET,))

    assert await send(open_sender(destination, dial), due()) == Retry("unreachable")


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook", "slack_bot"])
async def test_a_lease_that_ran_out_sends_nothing(kind: Any) -> None:
    """A process that was stopped in between does not send late: somebody else may have."""
    receiver = Receiver()
    async with serving(receiver):
        destination = Destination(id="d", kind=kind, url=receiver.url, token=TOKEN, channel=CHANNEL, secrets=(SECRET,))
        outcome = await send(open_sender(destination, dial), due(sendable_until=time.monotonic() - 1))

    assert outcome == Unknown()
    assert receiver.raw == []


async def test_the_bot_posts_with_its_id() -> None:
    """A bot's message goes to the channel with blocks, fallback text and the delivery's id in its metadata."""
    slack = FakeSlack()
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due()) == Delivered("1.0")

    (post,) = slack.posts
    metadata = post["metadata"] if isinstance(post["metadata"], dict) else json.loads(post["metadata"])
    assert post["channel"] == CHANNEL
    assert post["text"] == MESSAGE["text"]
    assert metadata["event_payload"] == {"delivery_id": "delivery-1", "change_id": "change-1"}


BOT_ROWS: list[tuple[Answer, Outcome]] = [
    ((429, RETRY_AFTER), Retry("rate_limited", timedelta(seconds=9))),
    ({"ok": False, "error": "ratelimited"}, Retry("busy")),
    ({"ok": False, "error": "internal_error"}, Unknown()),
    ({"ok": False, "error": "token_revoked"}, Refused("forbidden", pause=True)),
    ({"ok": False, "error": "no_text"}, Refused("rejected")),
    ((503, {}), Retry("busy")),
    ("drop", Unknown()),
    ("lose", Unknown()),
]


@pytest.mark.parametrize(("answer", "expected"), BOT_ROWS)
async def test_bot(answer: Answer, expected: Outcome) -> None:
    """Each error of Slack's API comes to its outcome."""
    slack = FakeSlack(answer)
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due()) == expected


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_bad_blocks_fall_back_to_text(error: str) -> None:
    """A message whose blocks Slack does not take arrives as text."""
    slack = FakeSlack({"ok": False, "error": error})
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due()) == Delivered("1.0")

    assert [post["text"] for post in slack.posts] == [MESSAGE["text"]]
    assert "blocks" not in slack.posts[0]


async def test_bad_blocks_and_bad_text() -> None:
    """A message that Slack takes in no form is refused, alone."""
    slack = FakeSlack({"ok": False, "error": "invalid_blocks"}, {"ok": False, "error": "no_text"})
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due()) == Refused("rejected")


@pytest.mark.parametrize("arrived", [True, False])
async def test_the_bot_looks_before_it_repeats(*, arrived: bool) -> None:
    """After a try that may have gone through, a message that is there is not sent again, and one that is not is."""
    slack = FakeSlack("lose" if arrived else "drop")
    async with serving(slack):
        first = await send(open_sender(slack.bot(), dial), due())
        again = await send(SlackBotSender(slack.bot(), dial, shows_after=0.01), due(uncertain=True))

    assert first == Unknown()
    assert again == Delivered("1.0")
    assert len(slack.posts) == 1
    looks = [path for path, _ in slack.requests if path.endswith("history")]
    assert len(looks) == (1 if arrived else 2)


async def test_the_bot_looks_through_all_pages() -> None:
    """A message on a later page of the history is found."""
    pages = iter(
        [
            {"ok": True, "messages": [{"ts": "9.0"}], "response_metadata": {"next_cursor": "more"}},
            {"ok": True, "messages": [{"ts": "3.0", "metadata": {"event_payload": {"delivery_id": "delivery-1"}}}]},
        ]
    )
    slack = FakeSlack(history=lambda: next(pages))
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due(uncertain=True)) == Delivered("3.0")

    assert slack.posts == []


async def test_a_history_without_end_is_left() -> None:
    """The search ends after some pages, whatever the cursor says."""
    slack = FakeSlack(history=lambda: {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}})
    async with serving(slack):
        outcome = await send(SlackBotSender(slack.bot(), dial, shows_after=0.01), due(uncertain=True))

    assert outcome == Delivered("1.0")


async def test_a_bot_that_may_not_look_says_so() -> None:
    """Without the right to read the history, the repeat is marked as one."""
    slack = FakeSlack(history=lambda: {"ok": False, "error": "missing_scope"})
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due(uncertain=True)) == Delivered("1.0")

    assert slack.posts[0]["text"].endswith("(قد تكون مكررة)")


async def test_a_look_that_fails_leaves_it_open() -> None:
    """While the history cannot be had, nothing is repeated."""
    slack = FakeSlack(history=lambda: {"ok": False, "error": "internal_error"})
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due(uncertain=True)) == Unknown()

    assert slack.posts == []


HOOK_ROWS: list[tuple[Answer, Outcome]] = [
    (200, Delivered()),
    ((429, RETRY_AFTER), Retry("rate_limited", timedelta(seconds=9))),
    (404, Refused("not_found", pause=True)),
    (500, Retry("server_error")),
    ("lose", Unknown()),
]


@pytest.mark.parametrize(("answer", "expected"), HOOK_ROWS)
async def test_incoming_webhook(answer: Answer, expected: Outcome) -> None:
    """Each answer to an incoming webhook comes to its outcome."""
    slack = FakeSlack(answer)
    async with serving(slack):
        assert await send(open_sender(slack.webhook(), dial), due()) == expected


async def test_an_incoming_webhook_marks_its_repeat() -> None:
    """It cannot look, so the second message says that it may be one; the first does not."""
    slack = FakeSlack()
    async with serving(slack):
        await send(open_sender(slack.webhook(), dial), due())
        await send(open_sender(slack.webhook(), dial), due(uncertain=True))

    first, second = slack.posts
    assert first["text"] == MESSAGE["text"]
    assert second["text"] == f"{MESSAGE['text']} (may repeat)"
    assert second["blocks"][-1]["elements"][0]["text"] == "(may repeat)"


async def test_an_incoming_webhook_that_would_rather_miss_one() -> None:
    """With `when_unsure: drop` what may have arrived is not sent again: it is given up, and that is alarmed of."""
    slack = FakeSlack()
    async with serving(slack):
        destination = msgspec.structs.replace(slack.webhook(), when_unsure="drop")
        assert await send(open_sender(destination, dial), due()) == Delivered()
        assert await send(open_sender(destination, dial), due(uncertain=True)) == Refused("perhaps_sent")

    assert len(slack.posts) == 1


async def test_console(capsys: pytest.CaptureFixture[str]) -> None:
    """The terminal shows the line."""
    sender = ConsoleSender()
    assert await send(sender, due("one line")) == Delivered()
    assert capsys.readouterr().out == "one line\n"


INCOMPLETE = [
    Destination(id="d", kind="webhook", url="ftp://x", secrets=(SECRET,)),
    Destination(id="d", kind="webhook", url="https://x.example"),
    Destination(id="d", kind="webhook", url="https://x.example", secrets=("hunter2",)),
    Destination(id="d", kind="slack_webhook"),
    Destination(id="d", kind="slack_bot", channel="C0"),
    Destination(id="d", kind="slack_bot", token=TOKEN),
]


@pytest.mark.parametrize("destination", INCOMPLETE)
async def test_an_incomplete_destination(destination: Destination) -> None:
    """A destination that lacks what its kind needs is a mistake of the operator, told without its secrets."""
    with pytest.raises(Misconfigured) as caught:
        open_sender(destination, dial)
    assert "hunter2" not in str(caught.value)


def test_a_destination_shows_no_secret() -> None:
    """Neither its text nor that of a copy gives a URL, a token or a secret away."""
    destination = Destination(
        id="d", kind="webhook", url="https://x.example/s3cret", token="s3cret", secrets=("s3cret",)
    )
    shown = f"{destination!r} {destination} {msgspec.structs.replace(destination, id='e')!r}"

    assert "s3cret" not in shown
