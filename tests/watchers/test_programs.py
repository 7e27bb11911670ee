"""Prometheus and Alertmanager as Debian ships them run with the configuration that this project ships."""

from __future__ import annotations

import importlib
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import start_http_server

from rasid.settings import Settings
from tests.processes import Process, free_port
from tests.services import Prometheus, http_ok
from tests.watchers.programs import arguments
from tests.watchers.shipped import DASHBOARDS, STAGES

CONFIG: dict[str, Any] = yaml.safe_load((DASHBOARDS / "prometheus.yml").read_text())


def test_every_stage_is_scraped_where_it_listens() -> None:
    """The targets are the services of docker-compose.yml at the ports of the default settings."""
    settings = Settings()
    ports = {stage: getattr(settings.health, stage) for stage in STAGES[:4]} | {"web": settings.web.port}
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in CONFIG["scrape_configs"]}
    assert {stage: targets[stage] for stage in STAGES} == {stage: [f"{stage}:{ports[stage]}"] for stage in STAGES}


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
        expected, deadline = dict.fromkeys(STAGES, "up"), time.monotonic() + 90
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
