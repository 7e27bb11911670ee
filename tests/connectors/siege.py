"""The connector among good feeds alone, then among good and bad ones: `python -m tests.connectors.siege PLAN`.

It polls `tests.connectors.hostile`, which runs in a process of its own, and prints what both phases were like as one
line of JSON. PLAN is a `Plan` as JSON. Every source has a host of its own in 127.0.0.0/8.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import msgspec
from prometheus_client import REGISTRY

from connectors import sandbox
from connectors.archive import Archive
from connectors.fetch import Fetcher
from connectors.poll import Connectors, Tools
from connectors.sources import Source
from connectors.wants import Limits
from rasid.database import migrate, open_engine
from rasid.logs import configure
from streams.topics import Kafka, Message
from tests.connectors.hostile import CASES, path_of

ROOT = Path(__file__).parents[2]
_TICK = 0.01


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How many good feeds, how often each is polled, how long each phase takes; in seconds. Scaled limits, or real.

    `beside` asks for a phase with the good feeds alone, to compare with.
    """

    port: int = 0
    good: int = 200
    interval: float = 8.0
    seconds: float = 12.0
    scaled: bool = True
    beside: bool = False


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """What one phase was like: slips of good polls and lags of the loop in seconds, memory in MiB.

    `busy` is how long the loop's thread computed without a pause, in processor seconds: what of a lag is its own doing,
    and not that of other programs on the machine.
    """

    polls: int
    slip_p50: float
    slip_p99: float
    slip_max: float
    lag_p50: float
    lag_p99: float
    lag_max: float
    busy_p99: float
    busy_max: float
    memory_before: float
    memory_peak: float
    failures: dict[str, int]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Both phases, and which good feeds were not polled among bad ones."""

    alone: Phase | None
    besieged: Phase
    forgotten: list[str]
    bad_sources: int
    bad_polled: int


@contextmanager
def hostile_server() -> Iterator[int]:
    """The server's port, while it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.connectors.hostile"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def run(plan: Plan) -> Report:
    """Carry out a plan: a server and a connector, each in a process of its own."""
    with hostile_server() as port:
        given = msgspec.json.encode(msgspec.structs.replace(plan, port=port)).decode()
        done = subprocess.run(
            [sys.executable, "-m", "tests.connectors.siege", given],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Report)


def limits(*, scaled: bool) -> tuple[Limits, sandbox.Limits]:
    """What one fetch and one document may take: as in production, or so that they end soon."""
    if not scaled:
        return Limits(), sandbox.Limits()
    return Limits(seconds=12, silence=3, patience=2), sandbox.Limits(cpu_seconds=2, wall_seconds=8)


def bad_sources(port: int, interval: float) -> list[Source]:
    """A source for each case, each on a host of its own."""
    return [
        _source(f"bad-{number}", f"{case.scheme}://127.2.0.{number}:{port}{path_of(name)}", interval)
        for number, (name, case) in enumerate(CASES.items(), 1)
    ]


def good_source(port: int, number: int, interval: float) -> Source:
    """A source that does nothing wrong, on a host of its own."""
    url = f"http://127.1.{number // 250}.{number % 250 + 1}:{port}/good/{number}"
    return _source(f"good-{number}", url, interval)


def _source(name: str, url: str, interval: float) -> Source:
    every = timedelta(seconds=interval)
    return Source(id=name, url=url, allow_private=True, min_interval=every, max_interval=every)


class Acknowledges:
    """A broker that keeps nothing."""

    async def publish(self, _message: Message) -> None:
        """Taken."""

    async def check(self) -> None:
        """There."""

    async def close(self) -> None:
        """Nothing is held."""


class _Watch:
    """Lag of the loop, and memory, sampled all the time."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self.busy: list[float] = []
        self.memory: list[float] = []

    async def run(self) -> None:
        while True:
            begun, computed = time.monotonic(), time.thread_time()
            await asyncio.sleep(_TICK)
            self.lags.append(time.monotonic() - begun - _TICK)
            self.busy.append(time.thread_time() - computed)
            self.memory.append(resident())


def resident() -> float:
    """The memory of this process, in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1024**2


@asynccontextmanager
async def _running(*stages: Connectors) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(stage.run()) for stage in stages]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _phase(plan: Plan) -> tuple[Phase, set[str]]:
    """As long as planned, and on until each good feed was polled; where that takes ten times as long, it gives up."""
    watch, failures = _Watch(), _failures()
    watching, before, begun = asyncio.create_task(watch.run()), resident(), time.monotonic()
    slips: list[float] = []
    seen: set[str] = set()
    for _ in range(10):
        await asyncio.sleep(plan.seconds)
        slips, seen = _slips(await asyncio.to_thread(_log, plan.port), plan, begun, time.monotonic())
        if len(seen) == plan.good:
            break
    watching.cancel()
    lags = statistics.quantiles(watch.lags, n=100)
    return Phase(
        polls=len(slips),
        slip_p50=statistics.median(slips),
        slip_p99=statistics.quantiles(slips, n=100)[98],
        slip_max=max(slips),
        lag_p50=lags[49],
        lag_p99=lags[98],
        lag_max=max(watch.lags),
        busy_p99=statistics.quantiles(watch.busy, n=100)[98],
        busy_max=max(watch.busy),
        memory_before=before,
        memory_peak=max(watch.memory),
        failures=dict(_failures() - failures),
    ), seen


def _log(port: int) -> dict[str, list[float]]:
    with urlopen(f"http://127.0.0.1:{port}/log") as answer:
        return msgspec.json.decode(answer.read(), type=dict[str, list[float]])


def _slips(log: dict[str, list[float]], plan: Plan, begun: float, ended: float) -> tuple[list[float], set[str]]:
    """By how much longer than its interval each good feed waited for each poll of a phase; and which were polled.

    What is still waited for at the end counts too: nobody is forgotten.
    """
    slips, seen = [], set()
    for path, moments in log.items():
        if path.startswith("/good/"):
            pairs = zip(moments, [*moments[1:], ended], strict=True)
            waits = [after - before for before, after in pairs if begun <= after and before >= begun - plan.interval]
            slips += [max(0.0, wait - plan.interval) for wait in waits]
            seen |= {path} if any(begun <= moment <= ended for moment in moments) else set()
    return slips, seen


def _failures() -> Counter[str]:
    """How many polls of bad sources have failed so far, by reason."""
    found: Counter[str] = Counter()
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name == "rasid_feed_failures_total":
                found[sample.labels["reason"]] += int(sample.value)
    return found


async def besiege(plan: Plan, folder: Path) -> Report:
    """Poll the good feeds until each has been polled, then bad ones as well, and measure that."""
    engine = open_engine(f"sqlite:///{folder}/archive.db", "archive")
    migrate(engine, "connectors", "archive")
    fetching, parsing = limits(scaled=plan.scaled)
    pool = sandbox.Sandbox(parsing)

    def stage(sources: list[Source]) -> Connectors:
        tools = Tools(fetcher=Fetcher(contact="x", limits=fetching), sandbox=pool, publisher=Acknowledges())
        return Connectors(sources, Archive(engine), Kafka(bootstrap="nowhere:1"), contact="x", tools=tools)

    good = [good_source(plan.port, number, plan.interval) for number in range(plan.good)]
    bad = bad_sources(plan.port, plan.interval)
    every = {f"/good/{number}" for number in range(plan.good)}
    async with _running(stage(good)):
        while not every <= (await asyncio.to_thread(_log, plan.port)).keys():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)
        alone = (await _phase(plan))[0] if plan.beside else None
        async with _running(stage(bad)):
            besieged, seen = await _phase(plan)
    log = await asyncio.to_thread(_log, plan.port)
    return Report(
        alone=alone,
        besieged=besieged,
        forgotten=sorted(every - seen),
        bad_sources=len(bad),
        bad_polled=sum(path_of(name) in log for name in CASES),
    )


if __name__ == "__main__":
    configure("error", "siege")
    with tempfile.TemporaryDirectory() as kept:
        outcome = asyncio.run(besiege(msgspec.json.decode(sys.argv[1], type=Plan), Path(kept)))
    sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")
