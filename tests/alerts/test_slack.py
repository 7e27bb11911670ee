"""Slack against its API as documented, on loopback: threads, look-ups, updates, errors, and incoming webhooks."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import pytest

from alerts.deliver import open_sender
from alerts.outcome import Delivered, Outcome, Refused, Retry, Unknown
from alerts.slack import SlackBotSender
from tests.alerts.receivers import Answer, Json, serving
from tests.alerts.sending import MESSAGE, RETRY_AFTER, dial, due, send
from tests.alerts.slack_api import CHANNEL, FakeSlack

FIRST, SECOND = (Delivered(f"{CHANNEL}/{4_000_000_000 + number}.000100") for number in range(2))


async def test_the_bot_posts_with_its_id() -> None:
    """A bot's message goes to the channel with blocks, fallback text and the delivery's id in its metadata."""
    slack = FakeSlack()
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due()) == FIRST

    (post,) = slack.posts
    assert post["channel"] == CHANNEL
    assert post["text"] == MESSAGE["text"]
    assert post["metadata"]["event_payload"] == {"delivery_id": "delivery-1", "change_id": "change-1"}


def refused(error: str) -> Json:
    return {"ok": False, "error": error}


BOT_ROWS: list[tuple[Answer, Outcome]] = [
    ((429, RETRY_AFTER), Retry("rate_limited", timedelta(seconds=9))),
    (429, Retry("rate_limited")),
    (refused("ratelimited"), Retry("rate_limited")),
    (refused("message_limit_exceeded"), Retry("rate_limited")),
    (refused("request_timeout"), Retry("busy")),
    (refused("team_added_to_org"), Retry("busy")),
    (refused("internal_error"), Unknown("server_error")),
    (refused("fatal_error"), Unknown("server_error")),
    (refused("service_unavailable"), Unknown("server_error")),
    (500, Unknown("server_error")),
    ((503, RETRY_AFTER), Unknown("server_error", timedelta(seconds=9))),
    (302, Retry("redirect")),
    (404, Refused("not_found", pause=True)),
    (400, Refused("rejected")),
    (refused("token_revoked"), Refused("forbidden", pause=True)),
    (refused("invalid_auth"), Refused("forbidden", pause=True)),
    (refused("is_archived"), Refused("forbidden", pause=True)),
    (refused("not_in_channel"), Refused("forbidden", pause=True)),
    (refused("missing_scope"), Refused("forbidden", pause=True)),
    (refused("restricted_action_read_only_channel"), Refused("forbidden", pause=True)),
    (refused("no_text"), Refused("rejected")),
    (refused("msg_too_long"), Refused("rejected")),
    (refused("something_new"), Refused("rejected")),
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
    slack = FakeSlack(refused(error))
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due()) == FIRST

    assert [post["text"] for post in slack.posts] == [MESSAGE["text"]]
    assert "blocks" not in slack.posts[0]


async def test_bad_blocks_and_bad_text() -> None:
    """A message that Slack takes in no form is refused, alone."""
    slack = FakeSlack(refused("invalid_blocks"), refused("no_text"))
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
    assert again == FIRST
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
        assert await send(open_sender(slack.bot(), dial), due(uncertain=True)) == Delivered(f"{CHANNEL}/3.0")

    assert slack.posts == []


async def test_a_history_without_end_is_left() -> None:
    """The search ends after some pages, whatever the cursor says."""
    slack = FakeSlack(history=lambda: {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}})
    async with serving(slack):
        outcome = await send(SlackBotSender(slack.bot(), dial, shows_after=0.01), due(uncertain=True))

    assert outcome == FIRST


async def test_a_bot_that_may_not_look_says_so() -> None:
    """Without the right to read the history, the repeat is marked as one."""
    slack = FakeSlack(history=lambda: refused("missing_scope"))
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due(uncertain=True)) == FIRST

    assert slack.posts[0]["text"].endswith("(قد تكون مكررة)")


async def test_a_look_that_fails_leaves_it_open() -> None:
    """While the history cannot be had, nothing is repeated."""
    slack = FakeSlack(history=lambda: refused("internal_error"))
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due(uncertain=True)) == Unknown()

    assert slack.posts == []


async def test_a_message_that_does_not_show_at_once() -> None:
    """What was posted and does not show yet is found by the second look, a moment later."""
    slack = FakeSlack("lose", hidden=1)
    async with serving(slack):
        await send(open_sender(slack.bot(), dial), due())
        again = await send(SlackBotSender(slack.bot(), dial, shows_after=0.01), due(uncertain=True))

    assert again == FIRST
    assert len(slack.posts) == 1


async def test_later_alerts_of_a_fact_reply_in_its_thread() -> None:
    """The reply stands in the thread of the first message and is shown in the channel too."""
    slack = FakeSlack()
    async with serving(slack):
        await send(open_sender(slack.bot(), dial), due())
        assert await send(open_sender(slack.bot(), dial), due(thread=FIRST.receipt)) == SECOND

    first, reply = slack.posts
    assert "thread_ts" not in first
    assert (reply["thread_ts"], reply["reply_broadcast"]) == (first["ts"], True)


@pytest.mark.parametrize("thread", ["C0OTHER/4000000000.000100", "4000000000.000100"])
async def test_a_thread_of_another_channel_is_none(thread: str) -> None:
    """After the operator moved the destination to another channel, a fact begins anew there."""
    slack = FakeSlack()
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due(thread=thread)) == FIRST

    assert "thread_ts" not in slack.posts[0]


async def test_a_thread_that_is_gone() -> None:
    """Where somebody deleted the first message, the next alert of the fact is a message of its own."""
    slack = FakeSlack()
    gone = f"{CHANNEL}/1.0"
    async with serving(slack):
        assert await send(open_sender(slack.bot(), dial), due(thread=gone)) == FIRST
        sender = SlackBotSender(slack.bot(), dial, shows_after=0.01)
        assert await send(sender, due(delivery_id="delivery-2", thread=gone, uncertain=True)) == SECOND

    assert all("thread_ts" not in post for post in slack.posts)


async def test_a_reply_is_looked_for_in_its_thread() -> None:
    """A reply that arrived and whose answer was lost is found, also where the channel's history does not show it."""
    slack = FakeSlack()
    async with serving(slack):
        await send(open_sender(slack.bot(), dial), due())
        slack.posts.append(
            slack.posts[0] | {"ts": SECOND.receipt.rpartition("/")[2], "thread_ts": slack.posts[0]["ts"]}
        )
        slack.posts[1]["metadata"] = {"event_payload": {"delivery_id": "delivery-2"}}
        again = due(delivery_id="delivery-2", uncertain=True, thread=FIRST.receipt)
        assert await send(open_sender(slack.bot(), dial), again) == SECOND

    assert len(slack.posts) == 2


async def test_a_message_is_brought_up_to_date_in_place() -> None:
    """An update replaces text and blocks of the message that the receipt names; no new one appears; twice is once."""
    slack = FakeSlack()
    newer = {"text": "newer", "blocks": [{"type": "divider"}], "mrkdwn": False}
    async with serving(slack):
        sender = SlackBotSender(slack.bot(), dial, shows_after=0.01)
        await sender.send(due())
        for _ in range(2):
            assert await sender.revise(FIRST.receipt, json.dumps(newer)) == FIRST
        assert await send(sender, due(uncertain=True)) == FIRST

    (post,) = slack.posts
    assert post["text"] == "newer"
    assert post["metadata"]["event_payload"]["delivery_id"] == "delivery-1"
    assert [given["parse"] for given in slack.calls("chat.update")] == ["none", "none"]


UPDATE_ROWS: list[tuple[Answer, Outcome]] = [
    (refused("message_not_found"), Refused("rejected")),
    (refused("cant_update_message"), Refused("rejected")),
    (refused("edit_window_closed"), Refused("rejected")),
    (refused("token_revoked"), Refused("forbidden", pause=True)),
    ((429, RETRY_AFTER), Retry("rate_limited", timedelta(seconds=9))),
    (500, Unknown("server_error")),
    ("lose", Unknown()),
]


@pytest.mark.parametrize(("answer", "expected"), UPDATE_ROWS)
async def test_updates_that_fail(answer: Answer, expected: Outcome) -> None:
    """A message that is gone or cannot be changed stays as it is; all else is tried again, or pauses."""
    slack = FakeSlack(200, answer)
    async with serving(slack):
        sender = SlackBotSender(slack.bot(), dial)
        await sender.send(due())
        assert await sender.revise(FIRST.receipt, json.dumps(MESSAGE)) == expected
        await sender.close()


async def test_a_wrong_token_pauses() -> None:
    """With a token that Slack does not know nothing is posted, and the destination is at fault."""
    slack = FakeSlack()
    async with serving(slack):
        wrong = msgspec.structs.replace(slack.bot(), token="xoxb-other")
        assert await send(open_sender(wrong, dial), due()) == Refused("forbidden", pause=True)

    assert slack.posts == []


HOOK_ROWS: list[tuple[list[Answer], Outcome]] = [
    ([200], Delivered()),
    ([(429, RETRY_AFTER)], Retry("rate_limited", timedelta(seconds=9))),
    ([403], Refused("forbidden", pause=True)),
    ([404], Refused("not_found", pause=True)),
    ([410], Refused("gone", pause=True)),
    ([500], Retry("server_error")),
    ([503], Retry("server_error")),
    ([504], Unknown("server_error")),
    ([307], Retry("redirect")),
    ([400, 200], Delivered()),
    ([400, 400], Refused("rejected")),
    (["lose"], Unknown()),
    (["drop"], Unknown()),
]


@pytest.mark.parametrize(("answers", "expected"), HOOK_ROWS)
async def test_incoming_webhook(answers: list[Answer], expected: Outcome) -> None:
    """Each answer comes to its outcome; what a webhook does not take is sent once more as text alone."""
    slack = FakeSlack(*answers)
    async with serving(slack):
        assert await send(open_sender(slack.webhook(), dial), due()) == expected

    assert len(slack.requests) == len(answers)
    assert ["blocks" in given for _, given in slack.requests] == [True, False][: len(answers)]


async def test_text_alone_is_not_sent_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the lease ran out while a webhook refused the blocks, the text alone is left to whoever took over."""
    ours = iter([True, False])
    monkeypatch.setattr("alerts.slack_hook.still_ours", lambda _due: next(ours))
    slack = FakeSlack(400)
    async with serving(slack):
        assert await send(open_sender(slack.webhook(), dial), due()) == Unknown()

    assert len(slack.requests) == 1


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
        dropped = await send(open_sender(destination, dial), due(uncertain=True))

    assert dropped == Refused("perhaps_sent", asked=False)
    assert len(slack.posts) == 1
