"""docker-compose.yml and Dockerfile, checked as far as it goes without a Docker engine.

The file fits the Compose specification's schema, its references point at something, each variable is one that its image
knows, and the commands are run where their programs can be had.
"""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typing_extensions import override

from rasid import settings
from tests.brokers import KafkaServer, answers, java
from tests.processes import Process, free_port

PROJECT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
STAGES = ("connect", "work", "learn", "deliver", "web")
DOCKERFILE = (PROJECT / "Dockerfile").read_text()

# A source that nobody can reach: the connectors are as ready without it.
FEEDS = """\
<opml version="2.0"><body><outline type="rss" text="nobody" xmlUrl="https://feeds.invalid/rss"/></body></opml>
"""

# What each image's own documentation names; Kafka's and Rasid's are asked of the programs themselves, below.
DOCUMENTED = {
    "postgres": {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"},
    "grafana": {
        "GF_SECURITY_ADMIN_PASSWORD__FILE",
        "GF_AUTH_ANONYMOUS_ENABLED",
        "GF_AUTH_ANONYMOUS_ORG_ROLE",
        "GF_ANALYTICS_REPORTING_ENABLED",
        "GF_ANALYTICS_CHECK_FOR_UPDATES",
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES",
        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH",
    },
}


def test_the_file_fits_the_specification() -> None:
    """Every key and value is one that the Compose specification allows."""
    schema = json.loads((PROJECT / "tests/cases/compose/compose-spec.json").read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(COMPOSE)] == []
    broken = COMPOSE | {"services": {"kafka": {"imaeg": "apache/kafka"}}}
    assert not validator.is_valid(broken)


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_refers_to_is_there(name: str) -> None:
    """Volumes, networks, files and other services that a service names exist; who is waited for can become healthy."""
    service = SERVICES[name]
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        assert (PROJECT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
    assert set(service.get("networks", ())) <= COMPOSE["networks"].keys()
    for other, rule in service.get("depends_on", {}).items():
        assert rule["condition"] == "service_completed_successfully" or "healthcheck" in SERVICES[other]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_open_to_the_network(name: str) -> None:
    """Every published port is bound to loopback, and every image has a version."""
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))
    assert re.search(r":v?\d", SERVICES[name]["image"])


@pytest.mark.parametrize("name", DOCUMENTED)
def test_variables_are_documented(name: str) -> None:
    """Every variable handed to a foreign image is one that its documentation names."""
    assert SERVICES[name]["environment"].keys() <= DOCUMENTED[name]


def test_every_volume_is_used() -> None:
    """No volume is declared that nobody mounts."""
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert COMPOSE["volumes"].keys() <= mounted


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_understands_its_settings(stage: str, tmp_path: Path) -> None:
    """Rasid accepts the environment that the image and the service give a stage, and listens where it is asked."""
    secret = tmp_path / "url"
    secret.write_text("postgresql+psycopg://rasid:x@postgres:5432/rasid")
    (tmp_path / "page_token").write_text("0123456789abcdef")
    environment = image_environment() | SERVICES[stage]["environment"]
    given = {key: str(value).replace("/run/rasid", str(tmp_path)) for key, value in environment.items()}
    loaded = settings.load(None, given)
    assert loaded.kafka.connection().bootstrap == "kafka:9092"
    assert loaded.database_url("archive") == loaded.database_url("ledger") == secret.read_text()
    assert (loaded.web.host, loaded.health.host) == ("0.0.0.0", "0.0.0.0")
    port = loaded.web.port if stage == "web" else getattr(loaded.health, stage)
    assert SERVICES[stage]["healthcheck"]["test"] == ["CMD", "healthcheck", str(port)]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_a_verb_of_the_command(stage: str) -> None:
    """`rasid` knows the verb that each service runs."""
    assert SERVICES[stage]["command"] == [stage]
    run = subprocess.run(
        [sys.executable, "-m", "rasid", stage, "--help"], cwd=PROJECT, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.postgres
def test_every_stage_runs_by_its_command(kafka_server: KafkaServer, postgres_url: str, tmp_path: Path) -> None:
    """Each stage becomes ready on Kafka and PostgreSQL by its own command and environment, and ends when asked to."""
    (tmp_path / "url").write_text(postgres_url)
    (tmp_path / "page_token").write_text("0123456789abcdef")
    (tmp_path / "feeds.opml").write_text(FEEDS)
    (tmp_path / "seeds").symlink_to(PROJECT / "seeds")
    ports = {stage: free_port() for stage in STAGES}
    here = {f"RASID_HEALTH__{stage.upper()}": str(port) for stage, port in ports.items() if stage != "web"}
    here |= {"RASID_WEB__PORT": str(ports["web"]), "RASID_FEEDS": "feeds.opml", "PYTHONPATH": str(PROJECT)}
    here |= {"HOME": str(tmp_path), "RASID_DATA_DIR": str(tmp_path)}
    places = {f"/run/rasid/{name}": str(tmp_path / name) for name in ("url", "page_token")}
    places |= {"kafka:9092": kafka_server.settings.bootstrap}
    processes = {}
    with ExitStack() as stack:
        for stage in STAGES:
            environment = image_environment() | SERVICES[stage]["environment"]
            environment = {
                key: places.get(value, value).replace("0.0.0.0", "127.0.0.1") for key, value in environment.items()
            }
            command = [sys.executable, "-m", "rasid", *SERVICES[stage]["command"]]
            process = Process(command, tmp_path / f"{stage}.log", environment=environment | here)
            stack.callback(process.stop)
            process.start(partial(is_ready, ports[stage]))
            processes[stage] = process
        assert {stage: process.stop() for stage, process in processes.items()} == dict.fromkeys(STAGES, 0)


def kafka_properties() -> dict[str, str]:
    """The broker's properties, made from the variables as the image makes them: KAFKA_A_B is a.b."""
    environment = SERVICES["kafka"]["environment"]
    names = [name for name in environment if name != "KAFKA_HEAP_OPTS"]  # read by the start script
    return {name.removeprefix("KAFKA_").replace("_", ".").lower(): str(environment[name]) for name in names}


@pytest.mark.kafka
def test_kafka_knows_its_properties() -> None:
    """Each variable of the broker is a property that this very version of Apache Kafka documents."""
    page = subprocess.run(java("kafka.server.KafkaConfig"), capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r'id="brokerconfigs_([^"]+)"', page))
    assert len(known) > 100
    assert kafka_properties().keys() <= known


@pytest.mark.kafka
def test_kafka_starts_with_its_properties(tmp_path: Path) -> None:
    """Apache Kafka formats its folder and answers with the service's own settings, but for addresses and folder."""
    version = re.search(r"kafka_2\.13-([\d.]+)\.jar", " ".join(path.name for path in (PROJECT / ".kafka").iterdir()))
    assert version is not None
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{version[1]}"
    ports = {"9092": str(free_port()), "9093": str(free_port())}
    text = "\n".join(f"{key}={value}" for key, value in kafka_properties().items())
    text = re.sub(r":(909[23])\b", lambda found: f":{ports[found[1]]}", text)
    text = text.replace("kafka:", "127.0.0.1:").replace("//:", "//127.0.0.1:")
    config = tmp_path / "server.properties"
    config.write_text(text.replace("/var/lib/kafka/data", str(tmp_path / "data")))
    command = java(
        "kafka.tools.StorageTool", "format", "--cluster-id", "cmFzaWQtdGVzdHMtb25seQ", "--config", str(config)
    )
    subprocess.run(command, capture_output=True, check=True)
    broker = Process(java("kafka.Kafka", str(config)), tmp_path / "log")
    try:
        broker.start(lambda: answers(f"127.0.0.1:{ports['9092']}"))
    finally:
        broker.stop()


def test_secrets_are_made_once(tmp_path: Path) -> None:
    """The script makes a password and a URL that holds it, differently on each machine and never again on the same."""
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        for part in ("database", "grafana"):
            (folder / part).mkdir(parents=True)
    first, second, again = (make_secrets(folder) for folder in (*folders, folders[0]))
    assert first == again
    assert not set(first) & set(second)
    password, url, admin, page = first
    assert len(password) == len(admin) == len(page) == 48
    assert url == f"postgresql+psycopg://rasid:{password}@postgres:5432/rasid"


def make_secrets(folder: Path) -> tuple[str, ...]:
    """Run the script of the service `secrets` on the folders and read what it made."""
    shell, script, *targets = SERVICES["secrets"]["entrypoint"]
    assert (shell, script, targets) == ("/bin/sh", "/secrets.sh", ["/database", "/grafana"])
    database, grafana = folder / "database", folder / "grafana"
    subprocess.run([str(shell), str(PROJECT / "deploy/secrets.sh"), str(database), str(grafana)], check=True)
    made = (database / "password", database / "url", grafana / "admin_password", database / "page_token")
    return tuple(path.read_text() for path in made)


@contextmanager
def stage_that_answers(status: int) -> Iterator[int]:
    """A web server that gives that status on every path; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(b"kafka does not answer\n")

        @override
        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "code", "words"), [(200, 0, ""), (503, 1, "kafka does not answer")])
def test_healthcheck_says_whether_a_stage_is_ready(status: int, code: int, words: str) -> None:
    """The container's health is the stage's readiness, and its words are what is wrong."""
    with stage_that_answers(status) as port:
        assert healthcheck(port) == (code, words)


def test_healthcheck_of_a_stage_that_is_not_there() -> None:
    """Nobody on the port: not healthy."""
    code, words = healthcheck(free_port())
    assert code == 1
    assert "refused" in words


def is_ready(port: int) -> bool:
    """Whether the container's health check would be content."""
    return healthcheck(port)[0] == 0


def healthcheck(port: int) -> tuple[int, str]:
    """The exit status and the words of the container's health check."""
    command = [sys.executable, str(PROJECT / "deploy/healthcheck.py"), str(port)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.returncode, run.stderr.strip()


def image_environment() -> dict[str, str]:
    """The variables that the Dockerfile sets."""
    block = re.findall(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)[-1]
    return dict(pair.split("=", 1) for pair in block.replace("\\\n", " ").split())


def copied() -> list[str]:
    """What the Dockerfile takes from the project."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


@pytest.mark.parametrize("source", copied())
def test_the_image_can_be_built_from_what_is_there(source: str) -> None:
    """What the Dockerfile copies exists and is let through by .dockerignore."""
    assert (PROJECT / source).exists()
    allowed = [line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert any(fnmatch.fnmatch(source, pattern) for pattern in allowed)


def test_the_image_holds_all_packages() -> None:
    """The wheel's packages and the seeds are in the image."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {*packages, "seeds"} <= set(copied())


def test_the_image_does_not_run_as_root() -> None:
    """The last user named is an ordinary one, and the data folder is his."""
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["rasid"]
    assert "install -d -o rasid -g rasid /data" in DOCKERFILE
