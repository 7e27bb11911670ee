"""The delivery stage as a whole: ledger to receivers, through failures, crashes and stops."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
from prometheus_client import REGISTRY
from typing_extensions import override

from alerts import sender
from alerts.backoff import TRIES
from alerts.deliver import Deliverer, open_sender
from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.outbox import Due, Outbox
from alerts.outcome import Delivered, Outcome
from alerts.sender import Dial
from streams.clock import utc_now
from streams.errors import Misconfigured
from tests.alerts.build import TOTAL
from tests.alerts.receivers import Receiver, serving
from tests.alerts.slack_api import FakeSlack
from tests.alerts.stage import CONSOLE, make_due, running, states, tell, until


async def test_from_a_change_to_its_receiver(ledger: Ledger) -> None:
    """An alert reaches each of its receivers once, in order, with the body that was frozen when it was learned."""
    receiver, slack = Receiver(), FakeSlack()
    async with serving(receiver), serving(slack):
        to = (receiver.destination(), slack.bot(), slack.webhook())
        tell(ledger, to, 500, 600)
        async with running(Deliverer(ledger, to, interval=0.05)):
            await until(lambda: states(ledger) == ["sent"] * 6)

    kinds = [message["type"] for _, message in receiver.raw]
    assert kinds == ["figure.new", "figure.changed"]
    assert len(slack.posts) == 4
    assert len({one.receipt for one in ledger.deliveries(destination="bot")}) == 2


async def test_the_same_id_on_every_try(disk: Ledger) -> None:
    """A receiver that fails, loses the answer and then accepts sees one id three times, and takes it once."""
    receiver = Receiver(500, "lose")
    async with serving(receiver):
        tell(disk, (receiver.destination(),), 500)
        async with running(Deliverer(disk, (receiver.destination(),), interval=0.02)):
            await until(lambda: states(disk) == ["pending"] and len(receiver.raw) == 1)
            make_due(disk)
            await until(lambda: states(disk) == ["unknown"])
            make_due(disk)
            await until(lambda: states(disk) == ["sent"])

    assert len(receiver.raw) == 3
    assert len({delivery for delivery, _ in receiver.raw}) == 1
    assert len(receiver.seen) == 1


async def test_retry_after_is_honoured(disk: Ledger) -> None:
    """A receiver that asks for an hour is left alone for an hour."""
    receiver = Receiver((429, {"Retry-After": "3600"}))
    async with serving(receiver):
        tell(disk, (receiver.destination(),), 500)
        async with running(Deliverer(disk, (receiver.destination(),), interval=0.02)):
            await until(lambda: states(disk) == ["pending"] and len(receiver.raw) == 1)
            await asyncio.sleep(0.2)

    (delivery,) = disk.deliveries()
    assert delivery.reason == "rate_limited"
    assert delivery.next_at - utc_now() > timedelta(minutes=55)
    assert len(receiver.raw) == 1


async def test_a_slow_destination_holds_up_no_other(disk: Ledger) -> None:
    """While one receiver does not answer, the other gets its alerts."""
    slow, quick = _Stuck(), Receiver()
    async with serving(quick):
        to = (CONSOLE, quick.destination())
        tell(disk, to, 500)

        def open_channel(destination: Destination, dial: Dial) -> sender.Sender:
            return slow if destination is CONSOLE else open_sender(destination, dial)

        async with running(Deliverer(disk, to, interval=0.02, open_channel=open_channel)):
            await until(lambda: slow.begun.is_set() and states(disk, "program") == ["sent"])
            assert states(disk, "console") == ["sending"]
            slow.go.set()
            await until(lambda: states(disk, "console") == ["sent"])


async def test_order_is_kept_within_a_fact_only(disk: Ledger) -> None:
    """An alert waits for the one before it on its fact; another fact's does not."""
    receiver = Receiver(500)
    other = "figure:secured:stargate:USD"
    async with serving(receiver):
        to = (receiver.destination(),)
        tell(disk, to, 500, 600)
        tell(disk, to, 400, fact=other)
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: sorted(states(disk)) == ["pending", "pending", "sent"])
            assert [message["data"]["fact"] for _, message in receiver.raw] == [TOTAL, other]
            make_due(disk)
            await until(lambda: states(disk) == ["sent"] * 3)

    values = [message["data"]["new"]["value"]["low"] // 10**9 for _, message in receiver.raw]
    assert values == [500, 400, 500, 600]


async def test_a_dead_alert_does_not_block_the_next(disk: Ledger) -> None:
    """An alert that the receiver refuses is dead, and the next one of its fact is sent."""
    receiver = Receiver(400)
    async with serving(receiver):
        tell(disk, (receiver.destination(),), 500, 600)
        async with running(Deliverer(disk, (receiver.destination(),), interval=0.02)):
            await until(lambda: states(disk) == ["dead", "sent"])


async def test_a_destination_that_is_gone_is_paused(disk: Ledger) -> None:
    """410 stops all sending there and says so; what waited goes out once it is resumed."""
    receiver = Receiver(410)
    async with serving(receiver):
        to = (receiver.destination(),)
        tell(disk, to, 500, 600)
        with structlog.testing.capture_logs() as logs:
            async with running(Deliverer(disk, to, interval=0.02)):
                await until(lambda: bool(disk.pauses()))
                await asyncio.sleep(0.1)
                assert (len(receiver.raw), states(disk)) == (1, ["pending", "pending"])
                assert [(one.destination, one.reason) for one in disk.pauses()] == [("program", "gone")]
                Outbox(disk.engine, "cli").resume("program")
                await until(lambda: states(disk) == ["sent", "sent"])

    said = {"event": "destination_paused", "destination": "program", "reason": "gone", "log_level": "error"}
    assert said in logs
    assert receiver.url not in str(logs)
    assert disk.pauses() == ()


async def test_a_start_lifts_no_pause(disk: Ledger) -> None:
    """However often the stage starts, a paused destination gets nothing, and its operator hears of it once."""
    gone, desk = Receiver(410), Receiver()
    async with serving(gone), serving(desk):
        to = (gone.destination("gone"), desk.destination("desk", operator=True))
        tell(disk, to, 500)
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: len(desk.raw) == 2)
        for day in (1, 2):
            tell(disk, to, 500 + day, day=day)
            async with running(Deliverer(disk, to, interval=0.02)):
                await until(lambda: set(states(disk, "desk")) == {"sent"})

    assert len(gone.raw) == 1
    assert [message["type"] for _, message in desk.raw].count("destination.paused") == 1
    assert [one.reason for one in disk.pauses()] == ["gone"]


async def test_a_word_to_the_operator_that_is_given_up_is_counted(disk: Ledger) -> None:
    """A destination that refuses to pass a warning on shows in the metric, which was there, at zero, before."""
    gone, deaf = Receiver(410), Receiver(400)
    async with serving(gone), serving(deaf):
        to = (gone.destination("gone"), deaf.destination("deaf", operator=True, changes=False))
        tell(disk, to, 500)
        async with running(Deliverer(disk, to, interval=0.02)):
            await until(lambda: _given_up("notice", "deaf") == 1)

    assert _given_up("notice", "gone") == 0
    assert len(deaf.raw) == 1


def _given_up(kind: str, destination: str) -> float | None:
    labels = {"kind": kind, "destination": destination, "outcome": "dead"}
    return REGISTRY.get_sample_value("rasid_errands_total", labels)


async def test_stopped_in_the_middle_of_a_send(disk: Ledger) -> None:
    """What is under way when the stage is asked to stop may finish; nothing else is begun."""
    slow = _Stuck()
    tell(disk, (CONSOLE,), 500, 600)
    stage = Deliverer(disk, (CONSOLE,), interval=0.02, open_channel=lambda _one, _dial: slow)
    async with running(stage) as task:
        await until(slow.begun.is_set)
        task.cancel()
        await asyncio.sleep(0.05)
        slow.go.set()

    assert states(disk) == ["sent", "pending"]
    assert slow.closed


async def test_unanswered_when_the_grace_ends(disk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is still unanswered when the grace ends is unknown, and is handled as such next time."""
    monkeypatch.setattr("alerts.deliver._GRACE", 0.05)
    slow = _Stuck()
    tell(disk, (CONSOLE,), 500)
    async with running(Deliverer(disk, (CONSOLE,), open_channel=lambda _one, _dial: slow)):
        await until(slow.begun.is_set)

    assert states(disk) == ["unknown"]


async def test_a_fault_of_ours_stops_nothing(disk: Ledger) -> None:
    """A sender that raises leaves its alert unknown, and the stage goes on."""
    tell(disk, (CONSOLE,), 500)
    with structlog.testing.capture_logs() as logs:
        async with running(Deliverer(disk, (CONSOLE,), interval=0.02, open_channel=lambda _one, _dial: _Broken())):
            await until(lambda: states(disk) == ["unknown"])

    assert "delivery_fault" in {entry["event"] for entry in logs}
    assert disk.deliveries()[0].reason == "unexpected"


async def test_the_ledger_goes_away(disk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the ledger does not answer the stage waits, says that it is not ready, and then goes on."""
    monkeypatch.setattr("alerts.deliver.WHEN_AWAY", 0.01)
    monkeypatch.setattr("alerts.lane.WHEN_AWAY", 0.01)
    tell(disk, (CONSOLE,), 500)
    away = True

    def fail(*_: object) -> None:
        if away:
            raise sa.exc.OperationalError("", {}, Exception("gone"))

    sa.event.listen(disk.engine, "before_cursor_execute", fail)
    stage = Deliverer(disk, (CONSOLE,), interval=0.02)
    async with running(stage):
        await asyncio.sleep(0.1)
        assert await stage.problems() == ["the ledger does not answer: gone"]
        away = False
        await until(lambda: states(disk) == ["sent"])
        assert await stage.problems() == []


async def test_an_outcome_is_written_when_the_ledger_is_back(disk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert that went out while the ledger was away is not sent again: its outcome is written as soon as it can."""
    monkeypatch.setattr("alerts.lane.WHEN_AWAY", 0.01)
    slow = _Stuck()
    tell(disk, (CONSOLE,), 500)
    failures = iter([True, True, True])

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if slow.go.is_set() and statement.startswith("UPDATE deliveries") and next(failures, False):
            raise sa.exc.OperationalError("", {}, Exception("gone"))

    sa.event.listen(disk.engine, "before_cursor_execute", fail)
    async with running(Deliverer(disk, (CONSOLE,), interval=0.02, open_channel=lambda _one, _dial: slow)):
        await until(slow.begun.is_set)
        slow.go.set()
        await until(lambda: states(disk) == ["sent"])

    assert slow.sends == 1


async def test_one_that_cannot_be_closed_leaves_no_other_open(disk: Ledger) -> None:
    """The others are closed, and the log says which it was."""
    closed: list[str] = []

    class Stuck(_Broken):
        def __init__(self, name: str) -> None:
            self.name = name

        @override
        async def close(self) -> None:
            if self.name == "first":
                raise OSError("stuck")
            closed.append(self.name)

    to = tuple(Destination(id=name, kind="console") for name in ("first", "second"))
    stage = Deliverer(disk, to, open_channel=lambda one, _dial: Stuck(one.id))
    with structlog.testing.capture_logs() as logs:
        async with running(stage):
            await asyncio.sleep(0)
    assert closed == ["second"]
    assert [line["destination"] for line in logs if line["event"] == "sender_not_closed"] == ["first"]


async def test_a_destination_that_is_none() -> None:
    """A destination that lacks something ends the stage with a clear error."""
    with pytest.raises(Misconfigured):
        await Deliverer(_no_ledger(), (Destination(id="d", kind="webhook"),)).run()


async def test_ten_tries_and_no_more(disk: Ledger) -> None:
    """A receiver that always fails is tried ten times; then the alert is dead and can be delivered by hand."""
    receiver = Receiver(*[500] * 20)
    async with serving(receiver):
        tell(disk, (receiver.destination(),), 500)
        async with running(Deliverer(disk, (receiver.destination(),), interval=0.01)):
            await until(lambda: make_due(disk) or states(disk) == ["dead"])

    assert states(disk) == ["dead"]
    assert len(receiver.raw) == TRIES


def _no_ledger() -> Ledger:
    return Ledger(sa.create_engine("sqlite://"))


class _Stuck:
    """Begins to send and does not end before it is let go."""

    pace = 0.0

    def __init__(self) -> None:
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.sends = 0
        self.closed = False

    async def send(self, due: Due) -> Outcome:
        self.begun.set()
        self.sends += 1
        await self.go.wait()
        return Delivered(due.delivery_id)

    async def close(self) -> None:
        self.closed = True


class _Broken:
    pace = 0.0

    async def send(self, due: Due) -> Outcome:
        raise KeyError(due.delivery_id)

    async def close(self) -> None:
        """Nothing is held."""
