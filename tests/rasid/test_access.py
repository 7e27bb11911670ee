"""Who may see the page: on loopback everybody, elsewhere whoever shows the token."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer

from rasid import settings
from rasid.database import migrate, open_engine
from rasid.health import add_routes
from rasid.stages import build
from rasid.tables import open_read_only
from rasid.web.access import is_loopback
from rasid.web.app import make_app
from rasid.web.limits import Rate
from streams.errors import Misconfigured, RasidError
from tests.rasid.pages import Client
from tests.rasid.story import POLICY, ledger_at, sqlite_url

TOKEN = "a token, long enough"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """A client of a page that asks for the token, without cookies that would outlive a request."""
    with ledger_at(sqlite_url(tmp_path)) as ledger:
        async with TestClient(TestServer(make_app(ledger, POLICY, token=TOKEN))) as client:
            yield client


@pytest.mark.parametrize(
    "path", ["/", "/changes", "/api/facts", "/feed.atom", "/events", "/nothing", "//", "/./?token="]
)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Cookie": f"rasid={TOKEN}"},
        {"Cookie": "rasid="},
    ],
)
async def test_without_the_token_nothing_is_shown(client: Client, path: str, headers: dict[str, str]) -> None:
    """Neither a page nor whether there is one; the refusal holds nothing of the ledger."""
    async with client.get(path, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "500" not in await answer.text()


@pytest.mark.parametrize("path", ["/style.css", "/live.js"])
async def test_what_makes_a_refusal_look_like_ours_is_open(client: Client, path: str) -> None:
    """Style and script hold nothing that is not in the source."""
    assert (await client.get(path)).status == 200


async def test_a_program_shows_the_token_in_a_header(client: Client) -> None:
    """As a bearer token, whatever the case of the word."""
    for scheme in ("Bearer", "bearer"):
        answer = await client.get("/api/facts", headers={"Authorization": f"{scheme} {TOKEN}"})
        assert answer.status == 200


async def test_a_person_shows_the_token_once(client: Client) -> None:
    """It leaves the address at once, and the browser keeps a cookie that is not the token itself."""
    answer = await client.get("/changes", params={"lang": "en", "token": TOKEN}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/changes?lang=en")
    cookie = answer.cookies["rasid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert TOKEN not in cookie.value
    assert (await client.get("/changes?lang=en", headers={"Cookie": f"rasid={cookie.value}"})).status == 200


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example/", "/\\\\evil.example/", "/%5Cevil.example/"])
async def test_a_token_never_leads_to_another_site(client: Client, path: str) -> None:
    """The address after the token is a path of ours, also when what was asked for looks like a host."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(f"GET {path}?token={quote(TOKEN)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    location = re.search("Location: (.*)\r", answer)
    assert location is not None
    assert re.match(r"/(?![/\\])", location[1])  # browsers read any run of slashes as the beginning of a host


@pytest.mark.parametrize(
    ("host", "ours"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.168.1.4", False), ("rasid.example", False), ("", False)],
)  # fmt: skip
def test_where_only_this_machine_can_ask(host: str, *, ours: bool) -> None:
    """Loopback in all its spellings, and nothing else."""
    assert is_loopback(host) is ours


def test_elsewhere_it_does_not_start_without_a_token(tmp_path: Path) -> None:
    """The stage refuses in one line that says what to set; with a token it is built."""
    given = {"RASID_DATA_DIR": str(tmp_path), "RASID_WEB__HOST": "0.0.0.0"}
    with pytest.raises(Misconfigured, match=r"web\.host 0\.0\.0\.0 can be reached by others: set web\.token"):
        build("web", settings.load(None, given))
    given["RASID_WEB__TOKEN"] = TOKEN
    assert build("web", settings.load(None, given)).address == ("0.0.0.0", 8080)


def test_a_short_token_is_a_mistake() -> None:
    """Fifteen characters are too few; what they are is not said."""
    with pytest.raises(Misconfigured, match=r"RASID_WEB__TOKEN") as refused:
        settings.load(None, {"RASID_WEB__TOKEN": "canary-canary-c"})
    assert "canary" not in str(refused.value)


async def test_bytes_that_are_no_text_are_a_wrong_token(client: Client) -> None:
    """A header may hold any bytes: they are refused like any other wrong token."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\xe9\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")


async def no_problems() -> list[str]:
    """All is well."""
    return []


async def test_who_asks_too_often_has_to_wait(tmp_path: Path) -> None:
    """After the burst 429 says when to come back, to people and to programs; health and metrics answer all the same."""
    with ledger_at(sqlite_url(tmp_path), ()) as ledger:
        app = make_app(ledger, POLICY, token=TOKEN, rate=Rate(0.001, 3))
        add_routes(app, no_problems)
        async with TestClient(TestServer(app)) as client:
            for _ in range(3):  # guesses at the token count too
                assert (await client.get("/", headers={"Authorization": "Bearer guess"})).status == 401
            refused = await client.get("/")
            assert (refused.status, refused.content_type) == (429, "text/html")
            assert 0 < int(refused.headers["Retry-After"]) <= 1000
            told = await client.get("/api/v1/facts")
            assert (told.status, told.content_type) == (429, "application/problem+json")
            assert "Content-Security-Policy" in told.headers
            assert (await client.get("/healthz")).status == 200


WRITES = (
    "INSERT INTO pauses VALUES ('x', 'y', '2025-01-01 00:00:00')",
    "UPDATE facts SET kind = 'x'",
    "DELETE FROM changes",
    "CREATE TABLE x (y integer)",
    "DROP TABLE marks",
)


def test_the_page_cannot_write(database_url: str) -> None:
    """What writes is refused by the database itself, on both, over the connection that the page has."""
    given = settings.load(None, {"RASID_LEDGER_URL": database_url})
    writing = open_engine(database_url, "ledger")
    migrate(writing, "alerts", "ledger")
    writing.dispose()
    engine = open_read_only(given, "ledger")
    for statement in WRITES:
        with pytest.raises(sa.exc.DBAPIError, match=r"read-only|readonly"), engine.begin() as connection:
            connection.execute(sa.text(statement))
    engine.dispose()


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    """Nobody is sent to start a stage that cannot mend it."""
    (tmp_path / "ledger.db").write_bytes(b"damaged " * 2000)
    given = settings.load(None, {"RASID_LEDGER_URL": f"sqlite:///{tmp_path / 'ledger.db'}"})
    with pytest.raises(RasidError, match="not a database") as raised:
        open_read_only(given, "ledger")
    assert "start `rasid learn`" not in str(raised.value)
