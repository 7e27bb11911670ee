"""The dashboards, rules and configuration of those who watch Rasid fit Rasid's metrics and run in the real programs."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from prometheus_client import start_http_server
from prometheus_client.metrics import MetricWrapperBase

from rasid.settings import Settings
from tests.processes import Process, free_port
from tests.services import Prometheus, http_ok

PROJECT = Path(__file__).parents[1]
DASHBOARDS = PROJECT / "dashboards"
CONFIG: dict[str, Any] = yaml.safe_load((DASHBOARDS / "prometheus.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
PANELS: dict[str, Any] = json.loads((DASHBOARDS / "grafana/dashboards/rasid.json").read_text())
STAGES = ("connect", "work", "learn", "deliver", "web")

# What Prometheus itself adds to every series.
_SCRAPED = {"job", "instance", "le"}
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def defined() -> dict[str, set[str]]:
    """Every series that Rasid's metrics modules define, with its labels."""
    modules: list[ModuleType] = [
        importlib.import_module(f"{package}.metrics") for package in ("connectors", "streams", "alerts")
    ]
    series: dict[str, set[str]] = {}
    for metric in (value for module in modules for value in vars(module).values()):
        if isinstance(metric, MetricWrapperBase):
            family = next(iter(metric.describe()))
            for suffix in _SUFFIXES[family.type]:
                series[family.name + suffix] = {*metric._labelnames}
    return series


def rules() -> list[dict[str, Any]]:
    """All rules, recording and alerting."""
    files = [yaml.safe_load(path.read_text()) for path in sorted((DASHBOARDS / "rules").glob("*.yml"))]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def recorded() -> dict[str, str]:
    """The expression behind each recorded name."""
    return {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression of the rules and the dashboard, with the place where it stands."""
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"]
    for panel in PANELS["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]
    for annotation in PANELS["annotations"]["list"]:
        yield annotation["name"], annotation["expr"]


@pytest.mark.parametrize(("place", "expression"), list(expressions()))
def test_expressions_name_what_exists(place: str, expression: str) -> None:
    """A rule or panel that asks for a metric or label that no stage defines would stay empty for ever."""
    series = defined()
    raw, names = expression, set(re.findall(r"\brasid:[\w:]+", expression))
    assert names <= recorded().keys(), place
    for name in names:
        raw += " " + recorded()[name]
    used = set(re.findall(r"(?<![\w:])rasid_\w+", raw))
    assert used <= series.keys(), place
    labels = {label.strip() for group in re.findall(r"by \(([^)]*)\)", raw) for label in group.split(",")}
    assert labels <= _SCRAPED.union(*(series[name] for name in used)), place


def test_every_alert_says_what_to_do() -> None:
    """Each alert has a severity, a summary, an action and a link to its own heading in the manual."""
    for rule in (rule for rule in rules() if "alert" in rule):
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"runbook_url", "summary", "action"}
        page, anchor = rule["annotations"]["runbook_url"].split("#")
        assert (page, anchor) == (f"{Settings().contact}/blob/main/docs/operating.md", rule["alert"].lower())


def test_every_alert_has_a_heading_in_the_manual() -> None:
    """docs/operating.md says of each alarm, and of no other, what it means, what to look at and what to do."""
    text = (PROJECT / "docs/operating.md").read_text(encoding="utf-8")
    told = re.findall(
        r"^### (Rasid\w+)\n\n([^#]+?)\n\n- \*\*Look at\*\*: ([^#]+?)\n- \*\*Do\*\*: (.+?)\n\n",
        text,
        re.MULTILINE | re.DOTALL,
    )
    assert [name for name, *_ in told] == re.findall(r"^### (Rasid\w+)", text, re.MULTILINE)
    assert sorted(name for name, *_ in told) == sorted(rule["alert"] for rule in rules() if "alert" in rule)


def test_every_alert_has_rows() -> None:
    """Each alert has a moment in the rules' tests at which it fires, and one at which it must not."""
    cases = yaml.safe_load((PROJECT / "tests/cases/rules/alerts_test.yml").read_text())["tests"]
    moments = [moment for case in cases for moment in case.get("alert_rule_test", ())]
    alerts = sorted(rule["alert"] for rule in rules() if "alert" in rule)
    assert sorted({moment["alertname"] for moment in moments if moment["exp_alerts"]}) == alerts
    assert sorted({moment["alertname"] for moment in moments if not moment["exp_alerts"]}) == alerts


def test_every_metric_has_a_row_in_the_manual() -> None:
    """docs/operating.md lists each metric that a stage defines, with its labels, and no other."""
    text = (PROJECT / "docs/operating.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(rasid_\w+)` \|([^|]+)\|[^|]+\|[^|]+\|$", text, re.MULTILINE)
    listed = {name: {label.strip() for label in labels.split(",")} - {"-"} for name, labels in told}
    assert listed == {name.removesuffix("_bucket"): labels for name, labels in defined().items() if not _is_part(name)}


def _is_part(name: str) -> bool:
    """Whether a series is one of several of a histogram, and not the first."""
    return name.endswith(("_sum", "_count"))


def test_every_stage_is_scraped_where_it_listens() -> None:
    """The targets are the services of docker-compose.yml at the ports of the default settings."""
    settings = Settings()
    ports = {stage: getattr(settings.health, stage) for stage in STAGES[:4]} | {"web": settings.web.port}
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in CONFIG["scrape_configs"]}
    assert {stage: targets[stage] for stage in STAGES} == {stage: [f"{stage}:{ports[stage]}"] for stage in STAGES}


def test_the_dashboard_uses_the_provisioned_source() -> None:
    """Every panel asks the data source that is provisioned, and no two panels share an id or a place."""
    source = yaml.safe_load((DASHBOARDS / "grafana/provisioning/datasources/prometheus.yml").read_text())
    panels = PANELS["panels"]
    uids = {panel["datasource"]["uid"] for panel in panels if panel["type"] != "row"}
    assert uids == {source["datasources"][0]["uid"]}
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}) == len(panels)
    path = yaml.safe_load((DASHBOARDS / "grafana/provisioning/dashboards/rasid.yml").read_text())
    mount = f"./dashboards/grafana/dashboards:{path['providers'][0]['options']['path']}:ro"
    assert mount in SERVICES["grafana"]["volumes"]


@pytest.mark.prometheus
@pytest.mark.parametrize(
    "command",
    [
        ["promtool", "check", "config", "dashboards/prometheus.yml"],
        ["promtool", "test", "rules", "tests/cases/rules/alerts_test.yml"],
        ["amtool", "check-config", "dashboards/alertmanager.yml"],
    ],
)
def test_the_tools_find_nothing(command: list[str]) -> None:
    """Prometheus' own tools accept the configuration and the rules, and the rules fire when they should."""
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def arguments(service: str, folder: Path, port: int) -> list[str]:
    """The arguments that docker-compose.yml gives a watcher, with this machine's paths and a free port."""
    places = {"/etc/prometheus": folder, "/etc/alertmanager": folder, "/prometheus": folder / "data"}
    places |= {"/alertmanager": folder / "silences"}
    given = [
        re.sub(r"=(/\w+/\w+|/\w+)", lambda found: f"={places[found[1]]}", word) for word in SERVICES[service]["command"]
    ]
    return [*given, f"--web.listen-address=127.0.0.1:{port}"]


@pytest.mark.prometheus
def test_prometheus_scrapes_every_stage(tmp_path: Path) -> None:
    """A real Prometheus, with the shipped configuration and command but for addresses and pace, reads all stages."""
    for package in ("connectors", "streams", "alerts"):
        importlib.import_module(f"{package}.metrics")
    server, thread = start_http_server(0, "127.0.0.1")
    port, stage = free_port(), f"127.0.0.1:{server.server_port}"
    text = re.sub(
        r'"(?:connect|work|learn|deliver|web):\d+"', f'"{stage}"', (DASHBOARDS / "prometheus.yml").read_text()
    )
    text = text.replace("15s", "1s").replace("localhost:9090", f"127.0.0.1:{port}").replace("alertmanager:9093", stage)
    (tmp_path / "prometheus.yml").write_text(text)
    (tmp_path / "rules").symlink_to(DASHBOARDS / "rules")
    process = Process(["prometheus", *arguments("prometheus", tmp_path, port)], tmp_path / "log")
    prometheus = Prometheus(f"http://127.0.0.1:{port}")
    try:
        process.start(lambda: http_ok(f"{prometheus.url}/-/ready"))
        expected, deadline = dict.fromkeys(STAGES, "up"), time.monotonic() + 30
        while not expected.items() <= (health := prometheus.targets()).items() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert expected.items() <= health.items()
        assert prometheus.query("sum(prometheus_rule_evaluation_failures_total)") in ({}, {"{}": 0.0})
    finally:
        process.stop()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.prometheus
def test_alertmanager_starts(tmp_path: Path) -> None:
    """A real Alertmanager takes the shipped configuration and command."""
    (tmp_path / "alertmanager.yml").symlink_to(DASHBOARDS / "alertmanager.yml")
    port = free_port()
    process = Process(["prometheus-alertmanager", *arguments("alertmanager", tmp_path, port)], tmp_path / "log")
    try:
        process.start(lambda: http_ok(f"http://127.0.0.1:{port}/-/ready"))
    finally:
        process.stop()
