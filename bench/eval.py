"""The real articles through the whole program, and the reader's score on the gold documents.

    python -m bench.eval SHARED

SHARED holds `seeds/` (four articles as text) and `eval/` (gold documents and their scorer). They are not ours to keep
in the project, so this runs outside CI. The articles go through `rasid run` with the embedded broker and SQLite, and
through stages of their own on Apache Kafka and PostgreSQL where both can be had. Exit status 0 when every expectation
holds, 1 when one does not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from typing_extensions import override

from alerts.ledger import Ledger
from bench.gold import main as own_gold
from bench.reading import report
from rasid.database import migrate, open_engine
from tests import services
from tests.integration.way import STAGES

Json = dict[str, Any]

_ROOT = Path(__file__).parents[1]
# Which file is which article, by the number that its name begins with, and when it was published.
_PUBLISHED = {
    "001": datetime(2025, 1, 23, tzinfo=UTC),
    "002": datetime(2025, 1, 30, tzinfo=UTC),
    "000": datetime(2025, 7, 22, tzinfo=UTC),
    "003": datetime(2025, 12, 4, tzinfo=UTC),
}
_BILLION = 1_000_000_000
_STAKE = "figure:stake:softbank->openai:USD"

# (article, fact, kind, low and high of the new value in billions, status)
_MUST: list[tuple[str, str, str, float, float, str | None]] = [
    ("002", "figure:commitment:softbank->stargate:USD", "figure_new", 15, 15, None),
    ("002", _STAKE, "figure_new", 15, 25, "negotiating"),
    ("000", _STAKE, "figure_changed", 30, 30, "completed"),
    ("003", "figure:commitment:openai->stargate:USD", "figure_new", 18, 18, None),
]
# What a careful reader may report besides: (article, beginning of the fact key).
_MAY = [
    ("000", "status:stargate"),
    ("000", "partner:oracle@stargate"),
    ("000", "partner:mgx@stargate"),
    ("001", "partner:crusoe@stargate"),
    ("001", "partner:lancium@stargate"),
    ("001", "partner:unlisted:"),
    ("003", "figure:stake:nvidia->openai:USD"),
    ("003", "figure:deal:nvidia->openai:USD"),
    ("003", "figure:commitment:nvidia->openai:USD"),
    ("003", "figure:deal:openai"),
    ("003", "figure:capex:openai"),
    ("003", "figure:commitment:openai:"),
]


class Feed:
    """An RSS feed on loopback whose items can be added while it is read."""

    def __init__(self) -> None:
        self.items: list[str] = []
        feed = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = feed.document().encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            @override
            def log_message(self, *_args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/feed.xml"

    def document(self) -> str:
        """The feed with the items of now."""
        channel = f"<title>eval</title>{''.join(self.items)}"
        return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{channel}</channel></rss>'

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()


def article_item(number: str, text: str) -> str:
    """One article as an RSS item: its first line the title, a paragraph for each line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f"<item><title>{escape(lines[0])}</title><link>https://articles.example/{number}</link><guid>{number}</guid>"
        f"<pubDate>{format_datetime(_PUBLISHED[number])}</pubDate><description>{escape(paragraphs)}</description></item>"
    )


class Parts(NamedTuple):
    """What the articles go through: which commands, with which settings besides the common ones."""

    name: str
    verbs: tuple[str, ...] = ("run",)
    settings: Json = {}  # noqa: RUF012 - never changed


World = Callable[[], AbstractContextManager[Parts]]


@contextmanager
def embedded() -> Iterator[Parts]:
    """Nothing to start: `rasid run` brings its own."""
    yield Parts("the embedded broker and SQLite, one command")


@contextmanager
def kafka_and_postgresql() -> Iterator[Parts]:
    """Apache Kafka and PostgreSQL, fresh, and each stage a process of its own."""
    with services.kafka_server() as kafka, services.postgres_server() as postgres, postgres.database() as url:
        kafka.start_empty()
        settings = {"kafka": {"bootstrap": kafka.settings.bootstrap}, "archive_url": url, "ledger_url": url}
        yield Parts("Apache Kafka and PostgreSQL, five processes", STAGES, settings)


@contextmanager
def running(folder: Path, feed: Feed, parts: Parts) -> Iterator[Ledger]:
    """Rasid on that feed, with its data in `folder`; gives the ledger to look into. Ends it as SIGTERM does."""
    config = folder / "rasid.yaml"
    source = {
        "id": "eval",
        "url": feed.url,
        "allow_private": True,
        "backfill": "announce",
        "full_text": "never",
        "min_interval": "1s",
        "max_interval": "1s",
    }
    ports = dict.fromkeys(("connect", "work", "learn", "deliver"), 0)
    settings: Json = {
        "data_dir": "data",
        "watchlist": str(_ROOT / "seeds/watchlist.yaml"),
        "baseline": str(_ROOT / "seeds/baseline.yaml"),
        "feeds": None,
        "sources": [source],
        "health": ports,
        "web": {"port": 0},
        **parts.settings,
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    engine = open_engine(settings.get("ledger_url", f"sqlite:///{folder / 'data/ledger.db'}"), "ledger")
    migrate(engine, "alerts", "ledger")
    with (folder / "log").open("w") as log:
        command = [sys.executable, "-m", "rasid", "--config", str(config)]
        children = [subprocess.Popen([*command, verb], stdout=log, stderr=log) for verb in parts.verbs]
        try:
            yield Ledger(engine)
        finally:
            for child in children:
                child.terminate()
            ends = [child.wait(30) for child in children]
            engine.dispose()
    if any(ends):
        raise SystemExit(f"{parts.verbs} ended with {ends}: {(folder / 'log').read_text()[-2000:]}")


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Return when the condition holds; give up after a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited in vain for {what}")
        time.sleep(0.2)


def one_after_the_other(articles: dict[str, str], parts: Parts) -> tuple[list[str], Json]:
    """Serve each article after the last was learned; gives what is wrong and the facts with their histories."""
    wrong: list[str] = []
    reported: list[tuple[str, Json]] = []
    feed = Feed()
    with tempfile.TemporaryDirectory() as name, running(Path(name), feed, parts) as ledger:
        seen = 0
        for number in _PUBLISHED:
            before = len(ledger.learned()) if seen else _settled(ledger)
            feed.items.insert(0, article_item(number, articles[number]))
            wait_for(lambda want=before + 1: len(ledger.learned()) >= want, f"article {number}")  # type: ignore[misc]
            news = ledger.changes(limit=1000)[: len(ledger.changes(limit=1000)) - seen]
            seen += len(news)
            reported += [(number, _flat(change)) for change in reversed(news)]
        state = snapshot(ledger)
    feed.close()
    for number, change in reported:
        print(f"  {number}  {change['kind']:15} {change['fact']:48} {change['old']} -> {change['new']}")
        wrong += _evidence_faults(number, change, articles)
    wrong += _compare(reported)
    return wrong, state


def _settled(ledger: Ledger) -> int:
    """How many articles the ledger holds once the baseline is learned."""
    wait_for(lambda: any(fact.fact == "figure:total:stargate:USD" for fact in ledger.facts()), "the baseline")
    time.sleep(2)
    return len(ledger.learned())


def _flat(change: Any) -> Json:
    def value(known: Any) -> Any:
        if known is None:
            return None
        figure = known.value
        if not hasattr(figure, "low"):
            return figure.state
        low, high = (None if end is None else float(end) / _BILLION for end in (figure.low, figure.high))
        return (low, high, figure.currency, figure.qualifier, figure.status)

    shown = [known for known in (change.old, change.new, change.other) if known]
    return {
        "kind": change.kind,
        "fact": change.fact,
        "old": value(change.old),
        "new": value(change.new),
        "sentences": [(known.evidence.article_id, known.evidence.sentence) for known in shown],
    }


def _evidence_faults(number: str, change: Json, articles: dict[str, str]) -> list[str]:
    texts = [" ".join(text.split()) for text in articles.values()]
    return [
        f"{number} {change['fact']}: the sentence is not in any article: {sentence!r}"
        for article_id, sentence in change["sentences"]
        if article_id is not None and not any(" ".join(sentence.split()) in text for text in texts)
    ]


def _compare(reported: Sequence[tuple[str, Json]]) -> list[str]:
    wrong = []
    left = list(reported)
    for number, fact, kind, low, high, status in _MUST:
        found = next(
            (
                (where, change)
                for where, change in left
                if (where, change["fact"], change["kind"]) == (number, fact, kind)
                and change["new"][:2] == (low, high)
                and status in (None, change["new"][4])
            ),
            None,
        )
        if found is None:
            wrong.append(f"missing: after {number}, {kind} {fact} {low} to {high} {status or ''}")
        else:
            left.remove(found)
    wrong += [
        f"not allowed: after {number}, {change['kind']} {change['fact']} {change['new']}"
        for number, change in left
        if not any(number == where and change["fact"].startswith(start) for where, start in _MAY)
    ]
    return wrong


def snapshot(ledger: Ledger) -> Json:
    """Every fact with its value and the history of its values, by event time."""
    return {
        fact.fact: [repr((step.known.value, step.known.evidence.time)) for step in ledger.history(fact.fact).steps]
        for fact in ledger.facts()
    }


def all_at_once(articles: dict[str, str], parts: Parts) -> Json:
    """Serve all articles together, the newest first; gives the facts with their histories."""
    feed = Feed()
    newest_first = sorted(_PUBLISHED, key=lambda number: _PUBLISHED[number], reverse=True)
    with tempfile.TemporaryDirectory() as name, running(Path(name), feed, parts) as ledger:
        before = _settled(ledger)
        feed.items = [article_item(number, articles[number]) for number in newest_first]
        wait_for(lambda: len(ledger.learned()) >= before + len(articles), "all articles")
        state = snapshot(ledger)
    feed.close()
    return state


def score(shared: Path) -> None:
    """Print the reader's score on the gold documents, those of SHARED and those of our own writing."""
    for gold in (shared / "eval/seeds.jsonl", shared / "eval/dev.jsonl"):
        command = [sys.executable, "-m", "rasid", "extract", "--jsonl", str(gold)]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as found:
            subprocess.run(command, stdout=found, check=True, cwd=_ROOT)
            print(f"{gold.stem}:", flush=True)
            subprocess.run([sys.executable, str(shared / "eval/score.py"), str(gold), found.name], check=True)
    own_gold(())


def main() -> int:
    """Run it all; gives the exit status."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.eval SHARED")
    shared = Path(sys.argv[1]).resolve()
    articles = {path.name[:3]: path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt"))}
    if set(articles) != set(_PUBLISHED):
        sys.exit(f"{shared}/seeds does not hold the four articles")
    score(shared)
    short = report(shared)
    print("\n".join(short) if short else "as many amounts of others right as wanted", flush=True)
    wrong, state = judge(articles, embedded)
    wrong += short
    if lacks := [lack for name, lack in services.missing().items() if name in {"kafka", "postgres"}]:
        print(f"left out, for want of {' and '.join(lacks)}: the same on Apache Kafka and PostgreSQL")
        return 1 if wrong else 0
    wrong_there, there = judge(articles, kafka_and_postgresql)
    if there != state:
        wrong_there.append("facts or histories differ from those on the embedded broker")
    return 1 if wrong or wrong_there else 0


def judge(articles: dict[str, str], world: World) -> tuple[list[str], Json]:
    """Serve the articles in turn, then at once; prints and gives what is wrong, and the facts with their histories."""
    with world() as parts:
        print(f"{parts.name}; one after the other:", flush=True)
        wrong, state = one_after_the_other(articles, parts)
    with world() as parts:
        print("all at once, newest first:", flush=True)
        together = all_at_once(articles, parts)
    if together != state:
        differing = [fact for fact in state.keys() | together.keys() if state.get(fact) != together.get(fact)]
        wrong.append(f"facts or histories differ when served at once: {sorted(differing)}")
    print("\n".join(wrong) if wrong else "as expected", flush=True)
    return wrong, state


if __name__ == "__main__":
    sys.exit(main())
