"""Real processes on one ledger: two at once, one frozen in the middle of a send, killed, asked to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from aiohttp import web
from typing_extensions import override

from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.lesson import learn
from rasid.database import migrate, open_engine
from streams.clock import utc_now
from tests.alerts.build import POLICY, TOTAL, figure, partner, reading
from tests.alerts.conftest import fresh
from tests.alerts.deliverer import Options
from tests.alerts.receivers import SECRET, Receiver, serving
from tests.alerts.slack_api import FakeSlack
from tests.alerts.stage import states, tell, until

PROJECT = Path(__file__).parents[2]
# A process that starts on a busy machine.
PATIENCE = 60.0


class Holding(Receiver):
    """Takes each message; answers those whose number `held` has only when it is let go."""

    def __init__(self, *held: int) -> None:
        super().__init__()
        self.arrived, self.go = asyncio.Event(), asyncio.Event()
        self._held = held

    @override
    async def handle(self, request: web.Request) -> web.StreamResponse:
        answer = await super().handle(request)
        if len(self.raw) in self._held:
            self.arrived.set()
            await self.go.wait()
        return answer


class HoldingSlack(FakeSlack):
    """Posts each message; answers the first only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived, self.go = asyncio.Event(), asyncio.Event()

    @override
    async def handle(self, request: web.Request) -> web.StreamResponse:
        answer = await super().handle(request)
        if len(self.requests) == 1:
            self.arrived.set()
            await self.go.wait()
        return answer


@asynccontextmanager
async def deliverer(ledger: Ledger, to: Sequence[Destination], **options: Any) -> AsyncIterator[Process]:
    """A delivery stage as a process of its own; killed at the end, if it still runs."""
    given = msgspec.json.encode(Options(destinations=tuple(to), **options)).decode()
    url = ledger.engine.url.render_as_string(hide_password=False)
    async with _program("-m", "tests.alerts.deliverer", url, given) as process:
        yield process


@asynccontextmanager
async def _program(*words: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=PROJECT, stdout=PIPE, stderr=PIPE)
    talking = asyncio.create_task(process.communicate())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await talking


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Ledger]:
    """A ledger on PostgreSQL: a process that is frozen while it writes to SQLite holds up every other writer."""
    engine = fresh(postgres_url)
    yield Ledger(engine)
    engine.dispose()


def tell_partners(ledger: Ledger, to: Sequence[Destination], count: int) -> None:
    """Make an alert due on each of so many facts."""
    joined = [partner(f"partner-{number}@stargate") for number in range(count)]
    assert len(learn(ledger, reading("partners", 0, *joined), POLICY, to, utc_now())) == count


async def test_two_deliverers_on_one_ledger(ledger: Ledger) -> None:
    """Each alert is posted once, whichever of the two processes posts it, and those of one fact in their order."""
    receiver = Receiver()
    async with serving(receiver):
        to = (receiver.destination(allow_private=True),)
        tell_partners(ledger, to, 15)
        tell(ledger, to, 500, 600, 700)
        async with deliverer(ledger, to), deliverer(ledger, to):
            await until(lambda: set(states(ledger)) == {"sent"}, PATIENCE)

    assert len(receiver.raw) == len(receiver.seen) == 18
    totals = [message["data"]["number"] for _, message in receiver.raw if message["data"]["fact"] == TOTAL]
    assert totals == [1, 2, 3]


async def test_frozen_in_the_middle_of_a_post(shared: Ledger) -> None:
    """The second process takes the alert over when the lease has run out; the first, once it wakes, changes nothing.

    The receiver gets the same id twice and takes it once.
    """
    receiver = Holding(1)
    async with serving(receiver):
        to = (receiver.destination(),)
        tell(shared, to, 500, 600)
        async with deliverer(shared, to) as first:
            await asyncio.wait_for(receiver.arrived.wait(), PATIENCE)
            first.send_signal(signal.SIGSTOP)
            async with deliverer(shared, to):
                await until(lambda: states(shared) == ["sent", "sent"], PATIENCE)
            sent = shared.deliveries()
            receiver.go.set()
            first.send_signal(signal.SIGCONT)
            tell(shared, to, 700, day=2)
            await until(lambda: states(shared) == ["sent"] * 3, PATIENCE)

    assert shared.deliveries()[1:] == sent
    assert [message["data"]["number"] for _, message in receiver.raw] == [1, 1, 2, 3]
    assert len(receiver.seen) == 3


async def test_frozen_in_the_middle_of_a_post_to_slack(shared: Ledger) -> None:
    """The second process finds the message that the frozen one posted, and posts none."""
    slack = HoldingSlack()
    async with serving(slack):
        to = (slack.bot(),)
        tell(shared, to, 500)
        async with deliverer(shared, to) as first:
            await asyncio.wait_for(slack.arrived.wait(), PATIENCE)
            first.send_signal(signal.SIGSTOP)
            async with deliverer(shared, to):
                await until(lambda: states(shared) == ["sent"], PATIENCE)
            slack.go.set()
            first.send_signal(signal.SIGCONT)
            tell(shared, to, 600, day=1)
            await until(lambda: states(shared) == ["sent"] * 2, PATIENCE)

    assert len(slack.posts) == 2
    assert shared.deliveries()[1].receipt == f"{slack.posts[0]['channel']}/{slack.posts[0]['ts']}"


async def test_frozen_before_the_post(shared: Ledger) -> None:
    """A process that wakes after its lease ran out sends nothing any more: not even to Slack is anything repeated."""
    slack = FakeSlack()
    async with serving(slack):
        to = (slack.bot(),)
        tell(shared, to, 500)
        async with deliverer(shared, to, fault="deliver.after_lease:1:stop") as first:
            await until(lambda: _stopped(first), PATIENCE)
            async with deliverer(shared, to):
                await until(lambda: states(shared) == ["sent"], PATIENCE)
            first.send_signal(signal.SIGCONT)
            tell(shared, to, 600, day=1)
            await until(lambda: states(shared) == ["sent"] * 2, PATIENCE)

    assert len(slack.posts) == len(slack.calls("chat.postMessage")) == 2


def _stopped(process: Process) -> bool:
    """Whether the kernel holds the process, by SIGSTOP."""
    state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "T"


async def test_killed_in_the_middle_of_posts(disk: Ledger) -> None:
    """Killed whenever a post is unanswered, and started again: nothing is lost, and nobody sees an alert twice."""
    receiver, slack = Holding(2, 4, 6), FakeSlack()
    async with serving(receiver), serving(slack):
        to = (receiver.destination(), slack.bot())
        tell_partners(disk, to, 8)
        for _ in range(3):
            async with deliverer(disk, to, lease=1.0, timeout=0.5) as process:
                await asyncio.wait_for(receiver.arrived.wait(), PATIENCE)
                process.kill()
                await process.wait()
            receiver.arrived.clear()
        receiver.go.set()
        async with deliverer(disk, to, lease=1.0, timeout=0.5):
            await until(lambda: set(states(disk)) == {"sent"}, PATIENCE)

    assert len(receiver.seen) == 8
    assert len(receiver.raw) >= 8 + 3  # each kill left a post unanswered
    posted = [post["metadata"]["event_payload"]["delivery_id"] for post in slack.posts]
    assert len(posted) == len(set(posted)) == 8


def settings(folder: Path, receiver: Receiver) -> Path:
    """A configuration file of `rasid` whose only destination is the receiver."""
    destination = {"id": "program", "kind": "webhook", "url": receiver.url, "secrets": [SECRET], "allow_private": True}
    chosen = {
        "data_dir": str(folder),
        "destinations": [destination],
        "feeds": None,
        "watchlist": str(PROJECT / "seeds/watchlist.yaml"),
        "baseline": None,
        "health": {"deliver": 0},
    }
    path = folder / "rasid.yaml"
    path.write_text(yaml.safe_dump(chosen))
    return path


async def asked_to_stop(process: Process) -> int:
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), PATIENCE)


async def test_sigterm_repeats_nothing(tmp_path: Path) -> None:
    """`rasid deliver`, asked to stop with a post under way, waits for its answer; the next start repeats none."""
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}", "ledger")
    migrate(engine, "alerts", "ledger")
    ledger, receiver = Ledger(engine), Holding(1, 3)
    async with serving(receiver):
        config = settings(tmp_path, receiver)
        tell_partners(ledger, (receiver.destination(),), 8)
        for _ in range(2):
            async with _program("-m", "rasid", "--config", str(config), "deliver") as process:
                await asyncio.wait_for(receiver.arrived.wait(), PATIENCE)
                process.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.3)
                receiver.go.set()
                assert await asyncio.wait_for(process.wait(), PATIENCE) == os.EX_OK
            receiver.arrived.clear()
            receiver.go.clear()
        async with _program("-m", "rasid", "--config", str(config), "deliver") as process:
            await until(lambda: set(states(ledger)) == {"sent"}, PATIENCE)
            assert await asked_to_stop(process) == os.EX_OK

    assert len(receiver.raw) == len(receiver.seen) == 8


async def test_unanswered_at_the_end_of_the_grace(tmp_path: Path) -> None:
    """What is still unanswered when the grace of SIGTERM ends is unknown, and is sent again with the same id."""
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}", "ledger")
    migrate(engine, "alerts", "ledger")
    ledger, receiver = Ledger(engine), Holding(1)
    async with serving(receiver):
        config = settings(tmp_path, receiver)
        one = reading("a", 0, figure(TOTAL, 500))
        assert learn(ledger, one, POLICY, (receiver.destination(),), utc_now())
        async with _program("-m", "rasid", "--config", str(config), "deliver") as process:
            await asyncio.wait_for(receiver.arrived.wait(), PATIENCE)
            assert await asked_to_stop(process) == os.EX_OK
        assert states(ledger) == ["unknown"]
        receiver.go.set()
        async with _program("-m", "rasid", "--config", str(config), "deliver"):
            await until(lambda: states(ledger) == ["sent"], PATIENCE)

    assert [message["data"]["number"] for _, message in receiver.raw] == [1, 1]
    assert len(receiver.seen) == 1
