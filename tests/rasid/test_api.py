"""What programs get: lists in pages, one fact with its history, the past, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from alerts import render
from alerts.ledger import Ledger
from alerts.listing import ChangePlace, ClaimPlace
from rasid.web.cursor import pack, unpack
from streams.errors import BadInput
from tests.rasid.pages import Client
from tests.rasid.story import TOTAL

KEY = quote(TOTAL, safe="")
LISTS = {
    "/api/v1/projects": "projects",
    "/api/v1/facts": "facts",
    "/api/v1/facts?as_of=2025-06-01T00:00:00Z": "facts",
    f"/api/v1/claims?fact={KEY}": "claims",
    "/api/v1/changes?silent=true": "changes",
}
TIMES = st.datetimes(timezones=st.just(UTC))


async def ask(client: Client, path: str, status: int = 200) -> Any:
    """What that address answers."""
    async with client.get(path) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


@pytest.mark.parametrize(("path", "name"), LISTS.items())
async def test_a_list_is_read_page_by_page(client: Client, path: str, name: str) -> None:
    """Two at a time, by the cursor and by the link that say the same, it is the whole list, each row once."""
    joint = "&" if "?" in path else "?"
    whole = (await ask(client, f"{path}{joint}limit=500"))[name]
    found, at = [], f"{path}{joint}limit=2"
    while at:
        async with client.get(at) as answer:
            page = await answer.json()
            assert 1 <= len(page[name]) <= 2
            at = str(URL(str(answer.links["next"]["url"])).relative()) if "next" in answer.links else ""
            assert ("cursor=" in at) == (page["next"] is not None)
        found += page[name]
    assert found == whole
    assert len(whole) > 2


async def test_projects(client: Client) -> None:
    """What is watched, with its names and what it is part of."""
    projects = (await ask(client, "/api/v1/projects"))["projects"]
    assert [(one["id"], one["parent"]) for one in projects] == [
        ("stargate", None),
        ("stargate-michigan", "stargate"),
        ("stargate-uae", "stargate"),
    ]
    assert projects[2]["names"]["en"] == "Stargate UAE"


async def test_facts_of_a_project(client: Client) -> None:
    """By project and kind; the value, the evidence, and what else is reported."""
    facts = (await ask(client, "/api/v1/facts?project=stargate&kind=figure"))["facts"]
    assert [fact["fact"] for fact in facts] == [
        "figure:commitment:softbank->stargate:USD",
        "figure:initial:stargate:USD",
        TOTAL,
    ]
    total = facts[2]
    assert total["present"]["value"]["low"] == 600_000_000_000
    assert total["contender"]["value"]["low"] == 550_000_000_000
    assert total["present"]["evidence"]["source"] == "khaleej"


async def test_one_fact_with_its_history(client: Client) -> None:
    """Every value it had, since when, on whose word."""
    found = await ask(client, f"/api/v1/fact?key={KEY}")
    assert [(step["since"][:10], step["value"]["low"] // 10**9) for step in found["history"]] == [
        ("2025-01-21", 500),
        ("2025-12-04", 600),
        ("2025-12-05", 550),
    ]
    assert (found["fact"]["fact"], found["earlier"]) == (TOTAL, False)
    mgx = await ask(client, "/api/v1/fact?key=partner:mgx@stargate")
    assert [step["value"] for step in mgx["history"]] == [{"state": "in"}, {"state": "out"}]


async def test_the_past(client: Client) -> None:
    """A fact as it was known at a moment; before anybody spoke of it there is none."""
    then = await ask(client, f"/api/v1/fact?key={KEY}&as_of=2025-06-01T00:00:00Z")
    assert (then["fact"]["present"]["value"]["low"], len(then["history"])) == (500_000_000_000, 1)
    assert (await ask(client, f"/api/v1/fact?key={KEY}&as_of=2020-01-01T00:00:00Z", 404))["status"] == 404
    facts = (await ask(client, "/api/v1/facts?project=stargate-michigan&as_of=2025-06-01T00:00:00Z"))["facts"]
    assert facts == []


@pytest.mark.parametrize(
    ("moment", "known"), [("0001-01-01T00:00:00%2B05:00", False), ("9999-12-31T23:59:59-05:00", True)]
)
async def test_a_time_beyond_the_calendar_is_its_end(client: Client, moment: str, known: bool) -> None:  # noqa: FBT001
    """Written as the description allows, it is answered: nothing was known before the first year."""
    async with client.get(f"/api/v1/facts?as_of={moment}") as answer:
        assert answer.status == 200
        assert bool((await answer.json())["facts"]) is known


async def test_changes_are_what_webhooks_receive(client: Client, story: Ledger) -> None:
    """To the letter, and besides only why nobody was told of a silent one."""
    async with client.get("/api/v1/changes?limit=500") as answer:
        body = await answer.text()
    for change in story.changes(500):
        assert render.webhook(change) in body
    silent = (await ask(client, "/api/v1/changes?silent=true&limit=500"))["changes"]
    whys = {one["data"]["change_id"]: one.get("silence") for one in silent}
    assert whys == {change.change_id: why for change, why in story.told_or_not(500)}
    assert any(whys.values())


async def test_changes_are_chosen(client: Client) -> None:
    """By project, fact, kind and time."""
    path = f"/api/v1/changes?fact={KEY}&kind=figure_changed&since=2025-12-01T00:00:00Z&until=2025-12-31T00:00:00Z"
    (change,) = (await ask(client, path))["changes"]
    assert change["data"]["new"]["value"]["low"] == 600_000_000_000
    uae = (await ask(client, "/api/v1/changes?project=stargate-uae"))["changes"]
    assert {one["data"]["fact"] for one in uae} == {"partner:g42@stargate-uae", "partner:cisco@stargate-uae"}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/api/v1/facts?limit=0", "$.limit"),
        ("/api/v1/facts?limit=501", "$.limit"),
        ("/api/v1/facts?limit=5&limit=6", "twice"),
        ("/api/v1/facts?colour=red", "colour"),
        ("/api/v1/facts?kind=rumour", "$.kind"),
        ("/api/v1/facts?project=a%00b", "$.project"),
        ("/api/v1/facts?as_of=2025-01-01", "$.as_of"),
        ("/api/v1/facts?kind=null", "kind is null"),
        ("/api/v1/deliveries?state=NULL", "state is null"),
        ("/changes.csv?since=null", "since is null"),
        ("/api/v1/facts?cursor=x", "cursor"),
        ("/api/v1/fact", "key"),
        ("/api/v1/changes?cursor=" + pack([datetime(2025, 1, 1, tzinfo=UTC), 2**80]), "cursor"),
        ("/api/v1/changes?cursor=" + pack(["2025-01-01T00:00:00", 1]), "cursor"),
    ],
)
async def test_what_is_asked_wrongly_is_refused(client: Client, path: str, says: str) -> None:
    """400 as RFC 9457 has it, with the parameter at fault."""
    async with client.get(path) as answer:
        assert (answer.status, answer.content_type) == (400, "application/problem+json")
        problem = await answer.json()
    assert problem | {"detail": ""} == {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": ""}
    assert says in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/v1/nothing", 404), ("POST", "/api/v1/facts", 405)]
)
async def test_other_problems_are_told_alike(client: Client, method: str, path: str, status: int) -> None:
    """What is not there, and what cannot be done there."""
    async with client.request(method, path) as answer:
        assert (answer.status, answer.content_type) == (status, "application/problem+json")
        assert (await answer.json())["status"] == status
        assert ("Allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    "path",
    ["/openapi.json", "/feed.atom", "/feed.json", "/facts.csv", "/changes.csv", "/api/v1/deliveries", *LISTS],
)
async def test_what_the_client_has_is_not_sent_again(client: Client, path: str) -> None:
    """HEAD and GET give the same version; with it the answer is 304 without a body."""
    async with client.get(path) as first, client.head(path) as head:
        tag = first.headers["ETag"]
        assert (head.status, head.headers["ETag"], await head.read()) == (200, tag, b"")
    async with client.get(path, headers={"If-None-Match": tag}) as again:
        assert (again.status, await again.read()) == (304, b"")


async def test_the_old_addresses_answer_as_the_new_ones(client: Client) -> None:
    """Programs of before there were versions go on."""
    for old, new in (("/api/facts", "/api/v1/facts"), ("/api/changes?limit=3", "/api/v1/changes?limit=3")):
        assert await ask(client, old) == await ask(client, new)


@given(place=st.builds(ChangePlace, TIMES, st.integers(0, 2**31 - 1)))
def test_a_cursor_leads_back(place: ChangePlace) -> None:
    """A place packed and unpacked is the same place."""
    assert unpack(pack(place), ChangePlace) == place


@given(text=st.text(max_size=60) | st.binary(max_size=40).map(lambda data: pack(data.hex())))
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    """Whatever somebody makes up is bad input and nothing worse."""
    with pytest.raises(BadInput):
        unpack(text, ClaimPlace)
