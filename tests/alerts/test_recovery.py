"""Receivers that go away, ask for patience, refuse for good or are slow: what waits, what goes out, who hears of it."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import partial

import msgspec
import pytest
from aiohttp import web
from typing_extensions import override

from alerts.deliver import Deliverer
from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.outbox import Due, Outbox
from alerts.outcome import Delivered, Outcome
from tests.alerts.build import TOTAL
from tests.alerts.receivers import Receiver, serving
from tests.alerts.slack_api import FakeSlack
from tests.alerts.stage import running, states, tell, until
from tests.alerts.test_upkeep import hear, updates

FACTS = [f"figure:commitment:softbank->{site}:USD" for site in ("stargate", "stargate-uae")]


async def test_back_after_an_outage(disk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for its time, hours away, goes out in order once one try ahead of time gets through."""
    monkeypatch.setattr("alerts.condition._SOONEST", 0.05)
    monkeypatch.setattr("alerts.backoff.SCHEDULE", (timedelta(hours=5),) * 9)
    receiver = Receiver(*[503] * 4)
    async with serving(receiver):
        to = (receiver.destination(),)
        for fact in (TOTAL, *FACTS):
            tell(disk, to, 500, 600, fact=fact)
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: states(disk) == ["sent"] * 6)

    answered = receiver.raw[4:]
    assert [(one["data"]["fact"], one["data"]["number"]) for _, one in answered if one["data"]["fact"] == TOTAL] == [
        (TOTAL, 1),
        (TOTAL, 2),
    ]
    assert len(answered) == len({delivery for delivery, _ in answered}) == 6
    assert all(one.attempts <= 2 for one in disk.deliveries())  # one by its time, one ahead of it: not counted


async def test_a_start_tries_what_waits(disk: Ledger) -> None:
    """Whoever starts the stage again need not wait for hours: what waits is tried at once, and takes no try away."""
    receiver = Receiver(500, 500)

    def tried(times: int) -> bool:
        return len(receiver.raw) == times and states(disk) == ["pending"]

    async with serving(receiver):
        to = (receiver.destination(),)
        tell(disk, to, 500)
        for starts in (1, 2):
            async with running(Deliverer(disk, to, interval=0.02)):
                await until(partial(tried, starts))
        assert disk.deliveries()[0].attempts == 1
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: states(disk) == ["sent"])


async def test_patience_holds_the_whole_destination(disk: Ledger) -> None:
    """A receiver that asks for an hour gets no other alert meanwhile; other destinations do."""
    throttled, free = Receiver((429, {"Retry-After": "3600"})), Receiver()
    async with serving(throttled), serving(free):
        to = (throttled.destination("throttled"), free.destination("free"))
        tell(disk, to, 500)
        tell(disk, to, 7, fact=FACTS[0])
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: states(disk, "free") == ["sent"] * 2 and len(throttled.raw) == 1)
            await asyncio.sleep(0.2)

    assert len(throttled.raw) == 1
    assert states(disk, "throttled") == ["pending"] * 2


async def test_the_operator_hears_of_a_pause(disk: Ledger) -> None:
    """A destination that refuses for good is told of through those that are for the operator, once, and resumes."""
    gone, desk, team = Receiver(410, 410), Receiver(), FakeSlack()
    async with serving(gone), serving(desk), serving(team):
        operator = desk.destination("desk", changes=False, operator=True)
        to = (gone.destination("gone"), operator, team.bot("team", changes=False, operator=True, language="en"))
        tell(disk, to, 500)
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: len(desk.raw) == len(team.posts) == 1)
            assert states(disk, "gone") == ["pending"]
            assert Outbox(disk.engine, "cli").resume("gone") == 1
            await until(lambda: len(desk.raw) == len(team.posts) == 2)
            assert Outbox(disk.engine, "cli").resume("gone") == 1
            await until(lambda: states(disk, "gone") == ["sent"])

    kinds = [(message["type"], message["data"]["destination"], message["data"]["reason"]) for _, message in desk.raw]
    assert kinds == [("destination.paused", "gone", "gone")] * 2
    assert "rasid alert resume gone" in team.posts[0]["text"]
    assert states(disk, "desk") == []


async def test_a_word_to_the_operator_is_tried_again(disk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice that a webhook with `when_unsure: drop` did not take comes with the next try: it may come twice."""
    monkeypatch.setattr("alerts.backoff.SCHEDULE", (timedelta(0),) * 9)
    monkeypatch.setattr("alerts.slack_hook.SlackWebhookSender.pace", 0.02)
    gone, team = Receiver(410), FakeSlack(503)
    async with serving(gone), serving(team):
        operator = team.webhook("team", changes=False, operator=True, when_unsure="drop")
        to = (gone.destination("gone"), operator)
        tell(disk, to, 500)
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: len(team.posts) == 1)

    assert len(team.requests) == 2
    assert team.requests[0][1]["text"] == team.posts[0]["text"]


async def test_what_is_dropped_unsent_proves_no_receiver_back(disk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert that is given up without asking leaves the outage as it was: what waits is still tried ahead."""
    monkeypatch.setattr("alerts.condition._SOONEST", 0.05)
    monkeypatch.setattr("alerts.backoff.SCHEDULE", (timedelta(hours=5),) * 9)
    monkeypatch.setattr("alerts.slack_hook.SlackWebhookSender.pace", 0.02)
    slack = FakeSlack("lose", 503)
    async with serving(slack):
        to = (slack.webhook(when_unsure="drop"),)
        for fact in FACTS:
            tell(disk, to, 500, fact=fact)
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: states(disk) == ["dead", "sent"])

    assert [one.reason for one in disk.deliveries(state="dead")] == ["perhaps_sent"]
    assert len(slack.requests) == 3


class Slow(Receiver):
    """Takes every message, and answers after a while."""

    @override
    async def handle(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return await super().handle(request)


async def test_one_slow_destination_of_five(disk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one of five receivers does not answer, the other four have all of their alerts."""
    monkeypatch.setattr("alerts.deliver._GRACE", 0.05)
    slow, quick = Slow(), [Receiver() for _ in range(4)]
    async with serving(slow), serving(quick[0]), serving(quick[1]), serving(quick[2]), serving(quick[3]):
        to = (slow.destination("slow"), *(one.destination(f"quick-{number}") for number, one in enumerate(quick)))
        tell(disk, to, *range(500, 510))
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: all(states(disk, one.id) == ["sent"] * 10 for one in to[1:]), seconds=20)
            assert states(disk, "slow")[0] == "sending"

    assert [len(one.seen) for one in quick] == [10] * 4


class Paced:
    """Notes when each send began and ended."""

    pace = 0.2

    def __init__(self, began: list[float], ended: list[float]) -> None:
        self._began, self._ended = began, ended

    async def send(self, due: Due) -> Outcome:
        self._began.append(time.monotonic())
        await asyncio.sleep(0)
        self._ended.append(time.monotonic())
        return Delivered(due.delivery_id)

    async def close(self) -> None:
        """Nothing is held."""


async def test_destinations_of_one_channel_take_turns(disk: Ledger) -> None:
    """Two destinations that lead into one Slack channel keep its pace together, not each on its own."""
    began: list[float] = []
    ended: list[float] = []
    to = [Destination(id=name, kind="slack_bot", channel="C0123456789", token="x") for name in ("ar", "en")]
    tell(disk, to, 500, 600)
    stage = Deliverer(disk, to, interval=0.01, open_channel=lambda _one, _dial: Paced(began, ended))
    async with running(stage):
        await until(lambda: states(disk) == ["sent"] * 4)

    assert all(later - earlier >= 0.19 for earlier, later in zip(ended, began[1:], strict=False))


async def test_destinations_of_one_channel_are_patient_together(disk: Ledger) -> None:
    """When Slack asks one of two destinations of a channel to wait, the other sends nothing there either."""
    slack = FakeSlack((429, {"Retry-After": "3600"}))
    async with serving(slack):
        to = (slack.webhook("ar"), slack.webhook("en"))
        tell(disk, to, 500)
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: len(slack.requests) > 0)
            await asyncio.sleep(1.5)  # longer than the pace

    assert len(slack.requests) == 1
    assert {one.destination: one.state for one in disk.deliveries()} == {"ar": "pending", "en": "pending"}


async def test_two_secrets_while_they_rotate(disk: Ledger) -> None:
    """Through the stage: a receiver that knows only the old or only the new secret verifies what it gets."""
    receiver = Receiver()
    other = "whsec_" + "b3RoZXItb3RoZXItb3RoZXItb3RoZXItMTIzNDU2"
    async with serving(receiver):
        both = msgspec.structs.replace(receiver.destination("both"), secrets=(other, *receiver.destination().secrets))
        tell(disk, (both,), 500)
        async with running(Deliverer(disk, (both,), interval=0.02)):
            await until(lambda: states(disk) == ["sent"])

    assert len(receiver.seen) == 1


async def test_an_errand_that_a_destination_cannot_run(disk: Ledger) -> None:
    """An update for a destination that became another kind meanwhile is dropped, and does not come back."""
    slack = FakeSlack()
    async with serving(slack):
        bot = slack.bot("desk")
        tell(disk, (bot,), 500)
        async with running(Deliverer(disk, (bot,), interval=0.02)):
            await until(lambda: states(disk) == ["sent"])
        hear(disk, (bot,), "second")
        async with running(Deliverer(disk, (Destination(id="desk", kind="console"),), interval=0.02)):
            await until(lambda: not updates(disk))

    assert slack.calls("chat.update") == []
