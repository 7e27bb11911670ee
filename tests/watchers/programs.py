"""Prometheus and Alertmanager as Debian ships them, with the shipped configuration, commands and rules at another pace.

One rule: of what is shipped only addresses and waiting times change, and the operator's receiver is filled in.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from typing_extensions import override

from tests.processes import NotReady, Process, free_port
from tests.services import Prometheus, http_ok
from tests.watchers.scaled import scaled
from tests.watchers.shipped import DASHBOARDS, PROJECT

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]

Labels = tuple[tuple[str, str], ...]


class Operator:
    """Whom Alertmanager wakes: every alert that it said anything of, and what it said last."""

    def __init__(self) -> None:
        self.url = ""
        self._said: dict[Labels, str] = {}
        self._lock = threading.Lock()

    def hear(self, message: dict[str, Any]) -> None:
        """One message of Alertmanager's, which may speak of several alerts."""
        with self._lock:
            for alert in message["alerts"]:
                assert alert["annotations"]["runbook_url"].endswith(f"#{alert['labels']['alertname'].lower()}")
                self._said[tuple(sorted(alert["labels"].items()))] = alert["status"]

    def state(self, alertname: str, **labels: str) -> str:
        """What was said last of that alert: firing, resolved, or nothing at all."""
        wanted = {"alertname": alertname, **labels}.items()
        with self._lock:
            said = [status for told, status in self._said.items() if wanted <= dict(told).items()]
        return "firing" if "firing" in said else said[-1] if said else ""


@contextmanager
def operator() -> Iterator[Operator]:
    """An operator who listens on loopback."""
    listening = Operator()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            listening.hear(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        @override
        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield listening
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def arguments(service: str, folder: Path, port: int) -> list[str]:
    """The arguments that docker-compose.yml gives a watcher, with this machine's paths and a free port."""
    places = {"/etc/prometheus": folder, "/etc/alertmanager": folder, "/prometheus": folder / "data"}
    places |= {"/alertmanager": folder / "silences"}
    given = [
        re.sub(r"=(/\w+/\w+|/\w+)", lambda found: f"={places[found[1]]}", word) for word in SERVICES[service]["command"]
    ]
    return [*given, f"--web.listen-address=127.0.0.1:{port}"]


@contextmanager
def watched(folder: Path, stages: Mapping[str, int], factor: float) -> Iterator[Operator]:
    """Both programs over the stages at these ports of loopback; gives who hears what they find. Raises `NotReady`."""
    ports = {"prometheus": free_port(), "alertmanager": free_port()}
    addresses = {stage: f"127.0.0.1:{port}" for stage, port in {**stages, **ports}.items()}
    with ExitStack() as stack:
        listening = stack.enter_context(operator())
        _write(folder, addresses, factor, listening.url)
        for service, program in (("alertmanager", "prometheus-alertmanager"), ("prometheus", "prometheus")):
            command = [program, *arguments(service, folder, ports[service])]
            process = Process(command, folder / f"{service}.log")
            stack.callback(process.stop)
            ready = f"http://{addresses[service]}/-/ready"
            process.start(partial(http_ok, ready))
        prometheus = Prometheus(f"http://{addresses['prometheus']}")
        deadline = time.monotonic() + 60
        while prometheus.targets() != dict.fromkeys(addresses, "up"):
            if time.monotonic() > deadline:
                raise NotReady(f"Prometheus does not reach all: {prometheus.targets()}")
            time.sleep(0.1)
        yield listening


def _write(folder: Path, addresses: Mapping[str, str], factor: float, url: str) -> None:
    """What both programs read, into the folder."""
    (folder / "rules").mkdir()
    for path in (DASHBOARDS / "rules").glob("*.yml"):
        (folder / "rules" / path.name).write_text(yaml.safe_dump(scaled(_read(path), factor)))
    text = (DASHBOARDS / "prometheus.yml").read_text()
    text = re.sub(r'"localhost:9090"', f'"{addresses["prometheus"]}"', text)
    text = re.sub(r'"(\w+):\d+"', lambda found: f'"{addresses[found[1]]}"', text)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(scaled(yaml.safe_load(text), factor)))
    config = scaled(_read(DASHBOARDS / "alertmanager.yml"), factor)
    (receiver,) = [each for each in config["receivers"] if each["name"] == "operator"]
    receiver["webhook_configs"] = [{"url": url}]
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(config))


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
