"""The interface for programs held to its own description, by requests that follow it and by requests that do not.

Each operation is asked a dozen times or two; `make api` asks each of them a thousand times.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from rasid.health import serving
from rasid.web.app import make_app
from rasid.web.operations import ALL
from tests.rasid.story import POLICY, ledger_at, sqlite_url

PATHS = [operation.path for operation in ALL]
_LONGEST = 1500  # characters; an address of more than 8,190 is refused before anybody of ours sees it


@contextmanager
def running(app: web.Application) -> Iterator[str]:
    """The address of the application, served by a thread of its own."""
    loop = asyncio.new_event_loop()
    ready: asyncio.Future[int] = loop.create_future()
    over = asyncio.Event()

    async def serve() -> None:
        async with serving(app, "127.0.0.1", 0) as port:
            ready.set_result(port)
            started.set()
            await over.wait()

    started = threading.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait()
    yield f"http://127.0.0.1:{ready.result()}"
    loop.call_soon_threadsafe(over.set)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the story."""
    with ledger_at(sqlite_url(tmp_path_factory.mktemp("api"))) as ledger, running(make_app(ledger, POLICY)) as site:
        yield site


@pytest.fixture(scope="module")
def described(site: str) -> schemathesis.BaseSchema:
    """The description, as the server gives it."""
    return schemathesis.openapi.from_url(f"{site}/openapi.json")


@pytest.fixture
def cases() -> int:
    """How often each operation is asked: few times, or as the profile says that was asked for."""
    return settings().max_examples if settings.get_current_profile_name() == "thorough" else 10


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, path: str, mode: GenerationMode, cases: int
) -> None:
    """What is asked as described is answered as described; what is not, is refused as described; nothing breaks."""

    @settings(max_examples=cases, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(described[path]["GET"].as_strategy(mode))
        if mode is GenerationMode.POSITIVE and "cursor" in case.query:  # which only the server can make
            case.query.pop("cursor")
        assume(len(str(case.query)) < _LONGEST)
        case.call_and_validate()

    ask()
