"""What an operator sees when something is wrong: one clear line, and an exit status that says who must act."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def _rasid(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """One `rasid` command in the project's folder, with these variables besides the environment."""
    environ: Mapping[str, str] = {**os.environ, **variables}  # noqa: TID251 - the child needs PATH and HOME
    command = [sys.executable, "-m", "rasid", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, cwd=_ROOT, env=environ, check=False)


def _said(ended: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines meant for the operator."""
    assert "Traceback" not in ended.stderr, ended.stderr
    return [line for line in ended.stderr.splitlines() if line.startswith("rasid: ")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("nothing_known: 1\n", "rasid.yaml:1: nothing_known: no such setting"),
        ("web: {port: x}\n", "rasid.yaml:1: web.port: Input should be a valid integer"),
        ("kafka: {password_file: /nowhere/x}\n", "the secret file cannot be read"),
        ("watchlist: none.yaml\n", "the watchlist file cannot be read"),
        ("watchlist: rasid.yaml\n", "watchlist"),
        ("a: [\n", "is not YAML"),
    ],
)
def test_a_mistake_in_the_configuration(tmp_path: Path, text: str, line: str) -> None:
    """Status 2 and a line that names file, line and mistake, before anything is started."""
    config = tmp_path / "rasid.yaml"
    config.write_text(text, encoding="utf-8")
    ended = _rasid("--config", str(config), "run")
    assert ended.returncode == 2
    assert any(line in said for said in _said(ended)), ended.stderr


def test_an_unreadable_configuration() -> None:
    """A configuration that is not there: status 2, its name in the line."""
    ended = _rasid("--config", "/nowhere/rasid.yaml", "check-config")
    assert (ended.returncode, len(_said(ended))) == (2, 1)
    assert "/nowhere/rasid.yaml" in _said(ended)[0]


def test_an_unknown_verb() -> None:
    """A verb that is none: status 2."""
    assert _rasid("wrok").returncode == 2


def test_a_stage_whose_broker_is_away(tmp_path: Path) -> None:
    """Nobody listens at kafka.bootstrap: status 69 after half a minute of asking, and the address in the line."""
    variables = {"RASID_KAFKA__BOOTSTRAP": "127.0.0.1:1", "RASID_DATA_DIR": str(tmp_path), "RASID_HEALTH__WORK": "0"}
    ended = _rasid("work", **variables)
    assert ended.returncode == 69
    assert "127.0.0.1:1" in _said(ended)[0]


@pytest.mark.parametrize("verb", ["learn", "deliver", "web", "facts"])
def test_a_database_that_is_away(tmp_path: Path, verb: str) -> None:
    """Nobody listens at the ledger's address: status 69, the address in the line, the password not."""
    ended = _rasid(
        verb,
        RASID_LEDGER_URL="postgresql+psycopg://u:canary@127.0.0.1:1/x",
        RASID_KAFKA__BOOTSTRAP="127.0.0.1:1",
        RASID_DATA_DIR=str(tmp_path),
    )
    assert ended.returncode == 69
    assert "127.0.0.1:1" in _said(ended)[0]
    assert "canary" not in ended.stderr


def test_no_space_left(tmp_path: Path) -> None:
    """A full disk under the ledger: a clear line, no traceback, and not status 0."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.fail("this machine has no /dev/full")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "ledger.db").symlink_to(full)
    ended = _rasid("facts", RASID_DATA_DIR=str(folder))
    assert ended.returncode in {2, 69}
    assert _said(ended)


@pytest.mark.embedded
def test_a_taken_port_ends_run(tmp_path: Path) -> None:
    """`rasid run` with another program on the page's port: one line with the address, and status 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = _rasid(
            "--config",
            "seeds/sample.yaml",
            "run",
            RASID_DATA_DIR=str(tmp_path),
            RASID_WEB__PORT=str(port),
            **{f"RASID_HEALTH__{stage}": "0" for stage in ("CONNECT", "WORK", "LEARN", "DELIVER")},
        )
    assert ended.returncode == 2
    assert any(f"cannot listen on 127.0.0.1:{port}" in line for line in _said(ended))
