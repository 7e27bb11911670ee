"""The sample story through every stage: told as expected, told once, whatever is restarted, replayed or killed."""

from __future__ import annotations

import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from streams import topics
from streams.topics import Kafka
from tests.integration.receiver import Receiver, receiving
from tests.integration.way import ROOT, STAGES, Story, Way, alive, descendants, on_the_way
from tests.kafka_client import rewind
from tests.services import prometheus_server
from tests.watchers import shipped


@pytest.fixture(scope="module")
def story() -> Story:
    """The sample story."""
    return Story()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook receiver that verifies and remembers."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def embedded_way(tmp_path: Path, receiver: Receiver) -> Iterator[Way]:
    """`rasid run` with the embedded broker and SQLite."""
    with on_the_way(tmp_path, receiver, {}) as way:
        yield way


@pytest.fixture
def kafka_way(tmp_path: Path, receiver: Receiver, kafka: Kafka, postgres_url: str) -> Iterator[Way]:
    """Stages of their own on Apache Kafka and PostgreSQL."""
    settings = {
        "kafka": {"bootstrap": kafka.bootstrap, "session_timeout": 6},
        "archive_url": postgres_url,
        "ledger_url": postgres_url,
    }
    with on_the_way(tmp_path, receiver, settings) as way:
        yield way


def _check(way: Way, story: Story) -> None:
    """Exactly the expected changes, each delivered under an id of its own."""
    way.wait(lambda: way.learned() == len(story.items), "every article learned")
    way.wait(lambda: len(way.receiver.bodies) >= len(story.expected), "every alert delivered")
    assert way.changes() == story.expected
    assert len(way.receiver.bodies) == len(story.expected)


@pytest.mark.embedded
def test_run_tells_the_story_once(embedded_way: Way, story: Story) -> None:
    """`rasid run` tells exactly what is expected; stopped, restarted and replayed it tells nothing more."""
    way = embedded_way
    way.serve(story.feed(story.items))
    way.start("run")
    _check(way, story)
    children = descendants(way._children["run"].pid)
    assert len(children) >= len(STAGES) + 1
    started = time.monotonic()
    assert way.stop(signal_number=signal.SIGINT) == {"run": 0}
    assert time.monotonic() - started < 30
    assert not any(alive(child) for child in children)

    way.start("run")
    way.ask("replay")
    way.wait(lambda: '"articles_queued_again"' in way.log("run"), "the second start")
    _until_nothing_is_queued(way, story)
    assert way.changes() == story.expected
    assert set(way.receiver.tries.values()) == {1}


def _until_nothing_is_queued(way: Way, story: Story) -> None:
    """A planted marker at the end: when it is learned, all that was queued before it is through."""
    marker = "<item><title>marker</title><guid>marker</guid><description>nothing</description></item>"
    before = way.learned()
    way.serve(story.feed([*story.items, marker]))
    way.wait(lambda: way.learned() == before + 1, "the marker")


@pytest.mark.embedded
@pytest.mark.prometheus
def test_the_page_and_prometheus_show_it(embedded_way: Way, story: Story) -> None:
    """While it runs, every stage is ready, the page shows the facts, and Prometheus, as shipped, sees it all move."""
    way = embedded_way
    way.start("run")
    way.wait(lambda: all(_answers(way, stage) for stage in STAGES), "every stage to be ready")
    with prometheus_server(_scrape_config(way)) as prometheus:
        way.wait(lambda: set(prometheus.targets().values()) == {"up"}, "Prometheus to reach every stage")
        assert set(prometheus.targets()) == set(STAGES)
        assert sum(prometheus.query("rasid_changes_total").values()) == 0
        way.serve(story.feed(story.items))
        _check(way, story)
        told = len(story.expected)
        way.wait(lambda: sum(prometheus.query("rasid_changes_total").values()) == told, "the changes in Prometheus")
        for query in shipped.queries():
            prometheus.query(shipped.plain(query.expression))  # raises where it cannot be answered
        for name in ("poll", "extract", "learn", "delivery"):
            assert sum(prometheus.query(f"rasid_{name}_seconds_count").values()) > 0, name
    page = _get(f"http://127.0.0.1:{way.ports['web']}/")
    assert 'dir="rtl"' in page
    assert "ستارغيت" in page
    for stage in STAGES:
        exposed = _get(f"http://127.0.0.1:{way.ports[stage]}/metrics")
        check = subprocess.run(
            ["promtool", "check", "metrics"], input=exposed, capture_output=True, text=True, check=False
        )
        assert (check.returncode, check.stderr) == (0, ""), stage
        _check_exposed(stage, exposed)


def _check_exposed(stage: str, page: str) -> None:
    """A stage exposes all that the manual says of it, and nothing, not one label, that the manual does not say."""
    described, found = shipped.described(), shipped.exposed(page)
    assert {name for name, metric in described.items() if stage in metric.stages} <= found.keys(), stage
    assert {name: labels for name, labels in found.items() if labels not in (described[name].labels, set())} == {}


def _answers(way: Way, stage: str) -> bool:
    with suppress(OSError):
        return _get(f"http://127.0.0.1:{way.ports[stage]}/readyz") == "ready\n"
    return False


def _scrape_config(way: Way) -> Path:
    """The shipped configuration, but for addresses and pace, and without what watches the watchers."""
    shipped = yaml.safe_load((ROOT / "dashboards/prometheus.yml").read_text(encoding="utf-8"))
    shipped["global"] = {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"}
    shipped["rule_files"] = [str(ROOT / "dashboards" / pattern) for pattern in shipped["rule_files"]]
    shipped["alerting"] = {}
    jobs = [job for job in shipped["scrape_configs"] if job["job_name"] in STAGES]
    for job in jobs:
        job["static_configs"] = [{"targets": [f"127.0.0.1:{way.ports[job['job_name']]}"]}]
    shipped["scrape_configs"] = jobs
    path = way.folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(shipped), encoding="utf-8")
    return path


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        return str(response.read().decode())


@pytest.mark.kafka
@pytest.mark.postgres
def test_stages_of_their_own_survive_a_kill_each(kafka_way: Way, story: Story) -> None:
    """On Kafka and PostgreSQL, kill -9 of each stage in the middle of the story changes nothing of what is told."""
    way = kafka_way
    way.start(*STAGES)
    share = len(story.items) // len(STAGES)
    for number, stage in enumerate(STAGES, 1):
        count = number * share if number < len(STAGES) else len(story.items)
        way.serve(story.feed(story.items[:count]))
        least = (number - 1) * share
        way.wait(lambda least=least: way.learned() > least, f"the beginning of part {number}")  # type: ignore[misc]
        way.kill(stage)
        way.start(stage)
    _check(way, story)
    assert way.stop() == dict.fromkeys(STAGES, 0)


@pytest.mark.kafka
@pytest.mark.postgres
async def test_replaying_the_topics_changes_nothing(kafka_way: Way, story: Story, kafka: Kafka) -> None:
    """With every group's offsets back at the beginning, each message comes again and nothing is told again."""
    way = kafka_way
    way.serve(story.feed(story.items))
    way.start(*STAGES)
    _check(way, story)
    assert way.stop() == dict.fromkeys(STAGES, 0)
    await rewind(kafka, "rasid-streams", topics.ARTICLES)
    await rewind(kafka, "rasid-learn", topics.READINGS)
    way.start(*STAGES)
    _until_nothing_is_queued(way, story)
    assert way.changes() == story.expected
    assert set(way.receiver.tries.values()) == {1}
