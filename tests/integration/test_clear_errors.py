"""What an operator sees when something is wrong: one clear line, and an exit status that says who must act."""

from __future__ import annotations

import fcntl
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
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


@pytest.mark.parametrize("verb", ["run", "learn"])
def test_a_fault_in_a_window_that_is_none(tmp_path: Path, verb: str) -> None:
    """A RASID_FAULT that names no window: status 2 and the windows there are, before anything is started."""
    ended = _rasid(verb, RASID_FAULT="learn.nowhere:1:kill", RASID_DATA_DIR=str(tmp_path))
    assert ended.returncode == 2
    assert "learn.before_commit" in _said(ended)[0]
    assert not list(tmp_path.iterdir())


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
    """A full disk under the ledger: status 69 and one line that says so and where, no traceback."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.fail("this machine has no /dev/full")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "ledger.db").symlink_to(full)
    ended = _rasid("facts", RASID_DATA_DIR=str(folder))
    assert ended.returncode == 69
    (line,) = _said(ended)
    assert str(folder / "ledger.db") in line
    assert "disk is full" in line


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


@pytest.mark.embedded
def test_a_second_run_on_one_data_folder(tmp_path: Path) -> None:
    """Two runs would share the archive and not the broker: the second is refused at once, the first goes on."""
    lock = tmp_path / "run.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ended = _rasid("--config", "seeds/sample.yaml", "run", RASID_DATA_DIR=str(tmp_path))
    assert ended.returncode == 2
    assert str(lock) in _said(ended)[0]


@pytest.mark.parametrize("verb", ["run", "learn"])
def test_a_data_folder_that_takes_no_files(verb: str) -> None:
    """One line that names the folder and why, as for a disk that is mounted read-only; it is the operator's to mend."""
    ended = _rasid("--config", "seeds/sample.yaml", verb, RASID_DATA_DIR="/proc/self", RASID_KAFKA__BOOTSTRAP="x:1")
    assert ended.returncode == 2
    [said] = _said(ended)
    assert "the folder /proc/self takes no files" in said


def test_all_seeds_are_looked_at(tmp_path: Path) -> None:
    """Three files that are not there: three lines at once."""
    config = tmp_path / "rasid.yaml"
    config.write_text("watchlist: a\nbaseline: b\nfeeds: c\n", encoding="utf-8")
    ended = _rasid("--config", str(config), "check-config")
    assert ended.returncode == 2
    assert [line.split()[2] for line in _said(ended)] == ["watchlist", "baseline", "feeds"]


def test_each_mistake_in_seeds_names_its_file(tmp_path: Path) -> None:
    """One line for each, that begins with where to look."""
    names = ["watchlist.yaml", "baseline.yaml", "feeds.opml"]
    for name, content in zip(names, ("a: [", "x: 1", "<opml><body><outline xmlUrl='x'/></body></opml>"), strict=True):
        (tmp_path / name).write_text(content, encoding="utf-8")
    config = tmp_path / "rasid.yaml"
    config.write_text("watchlist: watchlist.yaml\nbaseline: baseline.yaml\nfeeds: feeds.opml\n", encoding="utf-8")
    ended = _rasid("--config", str(config), "check-config")
    assert ended.returncode == 2
    assert [line.split()[1] for line in _said(ended)] == [f"{tmp_path / name}:" for name in names]


@pytest.mark.parametrize("content", ["garbage", "newer"])
def test_a_ledger_that_is_none_of_ours(tmp_path: Path, content: str) -> None:
    """A file that is no database, and one that a later version wrote: status 2, the file in the line."""
    ledger = tmp_path / "ledger.db"
    if content == "garbage":
        ledger.write_bytes(b"this is no database at all" * 100)
    else:
        with closing(sqlite3.connect(ledger)) as connection:
            connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.execute("INSERT INTO alembic_version VALUES ('9999')")
            connection.commit()
    ended = _rasid("facts", RASID_DATA_DIR=str(tmp_path))
    assert ended.returncode == 2
    assert str(ledger) in _said(ended)[0]


def test_a_feed_that_does_not_answer() -> None:
    """`feeds check` says why a source cannot be read, status 69; an id that is none is the operator's mistake."""
    ended = _rasid("feeds", "check", "http://127.0.0.1:8080/feed")
    assert (ended.returncode, "refused_address" in ended.stdout) == (69, True)
    assert _rasid("feeds", "check", "no-such-id").returncode == 2


@pytest.mark.parametrize(("verb", "status"), [("run", 0), ("deliver", 0), ("facts", 130)])
def test_an_interrupt_before_anything_runs(verb: str, status: int) -> None:
    """Ctrl-C while the files are still being read: no traceback; a stage ends well, another verb failed."""
    code = (
        "import os, signal, sys\n"
        "from rasid import settings\n"
        "settings.load = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        f"sys.argv[1:] = ['{verb}']\n"
        "from rasid.__main__ import main\n"
        "main()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (status, "")


def test_an_interrupt_while_modules_are_imported() -> None:
    """Ctrl-C in the first second: no traceback, and the status of a command that a signal ended."""
    code = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_): name == 'typer' and os.kill(os.getpid(), signal.SIGTERM)\n"
        "from rasid.__main__ import main\n"
        "sys.meta_path.insert(0, Finder())\n"
        "main()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (143, "")
