"""The page, the API and the feed over a ledger with a story in it, asked for over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as Xml

import feedparser
import pytest
import sqlalchemy as sa

from alerts.keys import parse
from alerts.ledger import Fact, Ledger
from connectors.sources import Source
from rasid.database import open_engine
from rasid.web.behind import Behind
from rasid.web.overview import rows_of
from rasid.web.tongue import Tongue
from streams.records import Evidence, Figure, Known
from tests.rasid.pages import PAGES, Client, fetch, plain, select, serving, strings, texts, words
from tests.rasid.story import STAKE, TOTAL, claim, ledger_at, sqlite_url


async def test_the_front_page_tells_what_is_known(client: Client) -> None:
    """Per project: its figures, its money, its partners by state, its sites; everything else apart."""
    assert await texts(client, "/?lang=en", ".project h2") == ["Stargate"]
    assert await texts(client, "/?lang=en", ".project header .status") == ["stalled"]
    assert await texts(client, "/?lang=en", ".known > .project > .tiles strong") == [
        "600 billion USD",
        "100 billion USD",
    ]
    assert await texts(client, "/?lang=en", ".tiles .contender") == ["Also reported: 550 billion USD"]
    rows = await texts(client, "/?lang=en", ".project .rows li")
    assert rows == [
        "SoftBank 15 billion USD 30 January 2025",
        "investment of SoftBank in OpenAI 30 billion USD completed 22 July 2025",
    ]
    partners = await texts(client, "/?lang=en", ".known > .project > .partners div")
    assert partners == ["Taking part OpenAI SoftBank", "In doubt Oracle", "Not taking part MGX"]
    sites = await texts(client, "/?lang=en", ".site summary")
    assert sites == ["Stargate UAE Partners: 2", "Stargate Michigan 7 billion USD"]
    assert await texts(client, "/?lang=en", ".others li a") == ["capital spending of Microsoft"]


async def test_no_fact_is_shown_twice_or_left_out(client: Client, story: Ledger) -> None:
    """Each fact with a value stands once on the front page's left side."""
    links = [str(link.get("href")) for link in select(await fetch(client, "/"), ".known a")]
    shown = [link for link in links if not link.startswith("/project?") and link != "/facts"]
    assert sorted(shown) == sorted({f"/fact?key={quote(fact.fact, safe='')}" for fact in story.facts() if fact.present})


async def test_a_project_has_a_page_with_its_partners_as_a_timeline(client: Client) -> None:
    """A chart for the figure that moved, a line for each partner with its states in order, and its own changes."""
    page = "/project?id=stargate&lang=en"
    assert await texts(client, page, ".known h1") == ["Stargate"]
    headings = await texts(client, page, "h2")
    assert headings[2:] == ["How it changed: Total", "Partners", "Sites", "Latest changes"]
    lives = select(await fetch(client, page), ".lives li")
    states = {words(life): strings(life, ".//rect/@class") for life in lives}
    assert states == {
        "OpenAI taking part": ["in"],
        "SoftBank taking part": ["in"],
        "Oracle in doubt": ["in", "doubted"],
        "MGX not taking part": ["in", "out"],
    }
    mgx = next(life for life in lives if words(life).startswith("MGX"))
    left, right = (float(strings(mgx, ".//rect/@x")[at]) for at in (0, 1))
    assert (left, float(strings(mgx, ".//rect/@width")[0])) == (0, right)
    subjects = await texts(client, page, ".latest h3")
    assert "total of Stargate" in subjects
    assert not [subject for subject in subjects if "Michigan" in subject]


async def test_only_watched_projects_have_a_page(client: Client) -> None:
    """Neither an organisation, nor what nobody watches, nor nothing."""
    for project in ("openai", "nobody", ""):
        await fetch(client, f"/project?id={project}", 404)


@pytest.mark.parametrize(("role", "said"), [("secured", None), ("initial", "completed"), ("total", "completed")])
def test_money_that_is_there_is_not_called_completed(role: str, said: str | None) -> None:
    """Beside "secured so far" the word would be read as one on the project; beside an investment it is one on that."""
    fact = f"figure:{role}:stargate:USD"
    evidence = Evidence(source_id="s", url="", time=datetime(2025, 9, 24, tzinfo=UTC), sentence="")
    figure = Figure(low=Decimal(1), high=Decimal(1), currency="USD", qualifier="exact", status="completed")
    present = Known(value=figure, evidence=evidence)
    given = Fact(
        fact=fact, key=parse(fact), present=present, contender=None, since=None, origins=1, confidence=1.0, changes=1
    )
    (row,) = rows_of([given], Tongue("en", {}))
    assert row.standing == said


async def test_the_newest_change_stands_before_all_else(client: Client) -> None:
    """In one line that leads to the changes: on a phone they come after everything that is known."""
    page = await fetch(client, "/?lang=en")
    (line,) = select(page, ".newest")
    kind, subject, value = (words(select(page, f".change {one}")[0]) for one in (".kind", ".about", "ins bdi"))
    assert words(line) == f"{kind}: {subject}: {value}"
    assert strings(line, "./a/@href") == ["#latest"]


async def test_a_change_shows_old_and_new_with_their_evidence(client: Client) -> None:
    """The card of a changed figure has both values and both sentences, each with its amount marked, source and day."""
    card = ".latest .figure_changed"
    assert (await texts(client, "/?lang=en", f"{card} .move"))[0] == "Was: 500 billion USD → Now: 600 billion USD"
    assert (await texts(client, "/?lang=en", f"{card} mark"))[:2] == ["500 مليار دولار", "600 مليار دولار"]
    quotes = await texts(client, "/", f"{card} blockquote")
    assert quotes[1] == "ارتفعت القيمة الإجمالية للمشروع إلى 600 مليار دولار، بعد أن كانت 500 مليار دولار."
    sources = await texts(client, "/", f"{card} .source")
    assert sources[:2] == [
        "nashra أربع شركات تعلن مشروع ستارغيت 21 يناير 2025 في المقال كما حُفظ",
        "khaleej ارتفاع قيمة المشروع 4 ديسمبر 2025 في المقال كما حُفظ",
    ]
    said = await texts(client, "/", f"{card} .facts dd")
    assert said[:4] == ["تقرير أحدث", "1", "90%", "2025-12-04 09:24 UTC"]


async def test_the_mark_is_found_in_any_sentence(client: Client) -> None:
    """An amount is marked where it stands, in whichever sentence of its article."""
    path = f"/fact?key={quote('figure:commitment:softbank->stargate:USD')}"
    assert set(await texts(client, path, "mark")) == {"15 مليار دولار"}


async def test_a_conflict_shows_both_values(client: Client) -> None:
    """What stands and what contradicts it are side by side, each with its sentence."""
    assert (await texts(client, "/?lang=en", ".conflict .move")) == [
        "Now: 600 billion USD Also reported: 550 billion USD"
    ]
    assert len(await texts(client, "/?lang=en", ".conflict blockquote")) == 2


async def test_the_newest_change_comes_first(client: Client, story: Ledger) -> None:
    """Cards stand in the ledger's order, a page after the other, each once."""
    ids, path = [], "/changes"
    while path:
        page = await fetch(client, path)
        shown = strings(page, "//article/@id")
        assert len(shown) <= 12
        ids += shown
        path = "".join(strings(page, "//a[@rel='next']/@href"))
    changes = sorted(story.changes(500), key=lambda change: change.time, reverse=True)
    assert [one.removeprefix("change-") for one in ids] == [change.change_id for change in changes]
    assert len(ids) > 12


async def test_a_fact_has_a_page_with_all_its_claims(client: Client) -> None:
    """Its value, how it came to it, and everything said, for and against, the newest first."""
    path = f"/fact?key={quote(TOTAL)}&lang=en"
    assert await texts(client, path, ".fact .figure") == ["600 billion USD Also reported: 550 billion USD"]
    history = await texts(client, path, ".history li")
    assert [line.split(" Reports")[0] for line in history] == [
        "5 December 2025 550 billion USD", "4 December 2025 600 billion USD", "21 January 2025 500 billion USD",
    ]  # fmt: skip
    assert await texts(client, path, ".history .present time") == ["4 December 2025"]
    assert await texts(client, path, ".claim strong") == ["550 billion USD", "600 billion USD", "500 billion USD"]
    stances = await texts(client, f"/fact?key={quote('partner:mgx@stargate')}&lang=en", ".claim .kind")
    assert stances == ["denies", "affirms"]
    assert await texts(client, f"/fact?key={quote(STAKE)}", ".claim .speaker") == ["على لسان: مصدران"]


@pytest.mark.parametrize("path", ["/fact", "/fact?key=", "/fact?key=figure:total:nobody:USD", "/nothing", "/static/"])
async def test_unknown_pages(client: Client, path: str) -> None:
    """What is not there is a page that says so."""
    async with client.get(path) as answer:
        assert answer.status == 404
        assert "لا توجد صفحة بهذا العنوان" in await answer.text()


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "", "\u0665", "9" * 5000])
async def test_bad_limits(client: Client, limit: str) -> None:
    """A limit that is none is refused, in the form of the address asked."""
    async with client.get("/api/changes", params={"limit": limit}) as answer:
        assert answer.status == 400
        assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "language", "direction"), [("/", "ar", "rtl"), ("/?lang=en", "en", "ltr"), ("/?lang=de", "ar", "rtl")]
)
async def test_language_and_direction(client: Client, path: str, language: str, direction: str) -> None:
    """Arabic first; English when asked for; links stay in the language of the page."""
    page = await fetch(client, path)
    assert (page.get("lang"), page.get("dir")) == (language, direction)
    links = strings(page, "//main//a[starts-with(@href, '/')]/@href")
    assert {"lang=en" in link for link in links} == {language == "en"}


async def test_the_other_language_of_the_same_page(client: Client) -> None:
    """The switch keeps what was asked for."""
    page = await fetch(client, f"/fact?key={quote(STAKE)}")
    (other,) = strings(page, "//nav/a[@hreflang='en']/@href")
    assert (await texts(client, other, "h1")) == ["investment of SoftBank in OpenAI"]


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/api/facts", "/api/changes", "/style.css"])
async def test_an_answer_that_the_client_has_is_not_sent_again(client: Client, path: str) -> None:
    """The ETag of an answer, sent back, brings 304 without a body; another one brings the answer."""
    async with client.get(path) as first:
        tag, body = first.headers["ETag"], await first.read()
    async with client.get(path, headers={"If-None-Match": f'"other", {tag}'}) as again:
        assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)
    async with client.get(path, headers={"If-None-Match": '"other"'}) as other:
        assert (other.status, await other.read()) == (200, body)


async def test_facts_for_programs(client: Client) -> None:
    """Every fact with its parts, its value as JSON numbers and its evidence."""
    async with client.get("/api/facts") as answer:
        facts = {fact["fact"]: fact for fact in (await answer.json())["facts"]}
    total = facts[TOTAL]
    assert total["present"]["value"] == {
        "low": 600_000_000_000, "high": 600_000_000_000, "currency": "USD", "qualifier": "exact", "status": "announced",
    }  # fmt: skip
    assert total["present"]["evidence"]["url"] == "https://news.example/6?a=1&b=2"
    assert total["contender"]["value"]["low"] == 550_000_000_000
    assert (total["role"], total["to"], total["changes"]) == ("total", "stargate", 3)
    assert facts["partner:mgx@stargate"]["present"]["value"] == {"state": "out"}


async def test_changes_for_programs(client: Client) -> None:
    """Each change as a webhook receives it, the newest first, of one fact when asked for."""
    async with client.get("/api/changes", params={"fact": STAKE}) as answer:
        changed, new = (await answer.json())["changes"]
    assert (changed["type"], new["type"]) == ("figure.changed", "figure.new")
    assert changed["data"]["old"]["value"]["low"] == 15_000_000_000
    assert changed["data"]["new"]["evidence"]["sentence"].startswith("وأتمت سوفت بنك")
    async with client.get("/api/changes?limit=1") as answer:
        assert len((await answer.json())["changes"]) == 1


async def test_the_feed_is_read_by_a_feed_reader(client: Client, story: Ledger) -> None:
    """A feed reader that is not ours finds every change with its own id, time and link."""
    async with client.get("/feed.atom?lang=en") as answer:
        assert answer.content_type == "application/atom+xml"
        data = await answer.read()
    feed = feedparser.parse(data)
    assert not feed.bozo
    changes = story.changes(30)
    assert [entry.id for entry in feed.entries] == [f"urn:rasid:change:{change.change_id}" for change in changes]
    assert plain(feed.entries[2].title) == "Figure changed: total of Stargate: 500 billion USD → 600 billion USD"
    assert "600 مليار دولار" in feed.entries[2].summary
    path = feed.entries[2].link.removeprefix(str(client.make_url("")).rstrip("/"))
    assert await texts(client, path, "h1") == ["total of Stargate"]


async def test_an_empty_ledger(tmp_path: Path) -> None:
    """Before the first article the pages say so and where to look, or that nothing was known then; a feed is a feed."""
    with ledger_at(sqlite_url(tmp_path), ()) as ledger:
        async with serving(ledger) as client:
            assert await texts(client, "/?lang=en", ".nothing") == [
                "Nothing is known yet. What the sources say of what is watched stands here as soon as it is read."
                " How they are doing: Sources",
                "No change has been seen yet.",
            ]
            then = await texts(client, "/?as_of=2020-01-01&lang=en", ".nothing")
            assert then[0] == "Nothing was known yet on that day."
            assert await texts(client, "/deliveries?lang=en", ".nothing") == ["No alert has been sent yet."]
            assert await texts(client, "/deliveries?state=dead&lang=en", ".nothing") == ["Nothing in this state."]
            async with client.get("/feed.atom") as answer:
                assert Xml.fromstring(await answer.read()).find("{http://www.w3.org/2005/Atom}entry") is None


async def test_a_database_that_is_away(tmp_path: Path) -> None:
    """The page says so with 503, to people and to programs, and shows nothing of the database's words."""
    ledger = Ledger(open_engine(sqlite_url(tmp_path / "missing"), "alerts", read_only=True))
    async with serving(ledger) as client:
        async with client.get("/?lang=en") as answer:
            assert answer.status == 503
            assert "The database does not answer now" in await answer.text()
        async with client.get("/api/facts") as answer:
            assert (answer.status, (await answer.json())["title"]) == (503, "Service Unavailable")


@pytest.mark.postgres
async def test_the_same_from_postgres(postgres_url: str, story: Ledger) -> None:
    """PostgreSQL gives the same page as SQLite, over a connection that cannot write."""
    with ledger_at(postgres_url) as ledger:
        async with serving(ledger) as ours, serving(story) as theirs:
            for path in PAGES:
                async with ours.get(path) as one, theirs.get(path) as other:
                    assert await one.text() == await other.text()
        with pytest.raises(sa.exc.DBAPIError), ledger.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM facts"))


async def test_a_partner_without_an_amount_has_no_mark(client: Client) -> None:
    """Nothing is marked in the sentence of a claim that names no amount."""
    assert claim("partner:cisco@stargate-uae", "س").amount is None
    assert await texts(client, f"/fact?key={quote('partner:cisco@stargate-uae')}", "mark") == []


async def test_a_source_is_called_by_its_title(story: Ledger) -> None:
    """On cards, on a fact's page and in feeds; one without a title, or that is not listed any more, by its id."""
    paths = ("/changes?lang=en", f"/fact?key={quote(TOTAL)}&lang=en")
    async with serving(story) as client:
        bare = {path: await texts(client, path, ".source .outlet") for path in paths}
    ids = sorted({one for found in bare.values() for one in found})
    titled = Source(id=ids[0], url="https://one.example/", title="The First")
    untitled = Source(id=ids[1], url="https://two.example/")
    async with serving(story, behind=Behind(sources=(titled, untitled))) as client:
        for path in paths:
            shown = await texts(client, path, ".source .outlet")
            assert shown == ["The First" if one == ids[0] else one for one in bare[path]]
        async with client.get("/feed.atom?lang=en") as answer:
            assert "The First" in await answer.text()
