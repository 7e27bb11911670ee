"""The manual: its links lead somewhere, its commands are commands, and its examples do what it says of them."""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from rasid.cli import app
from rasid.settings import load
from tests.processes import Process, free_port

PROJECT = Path(__file__).parents[1]
PAGES = [*sorted((PROJECT / "docs").glob("*.md")), *sorted(PROJECT.glob("*.md"))]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_IN_LINE = re.compile(r"`rasid ([^`]+)`")


def blocks(page: str, language: str) -> list[str]:
    """What stands in the page's fences of that language."""
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    return [body for given, body in _FENCE.findall(text) if given == language]


@functools.cache
def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Each relative link of a page is a file that is there, and its anchor a heading on it."""
    broken = []
    for link in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    """docs/README.md leads to each page of the manual."""
    linked = {link.partition("#")[0] for link in _LINK.findall((PROJECT / "docs/README.md").read_text())}
    assert {page.name for page in (PROJECT / "docs").glob("*.md")} - {"README.md"} <= linked


def commands() -> list[tuple[str, str]]:
    """Each call of `rasid` in the pages, in a sentence or on a line of a fence, with the page where it stands."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        fenced = "\n".join(body for _, body in _FENCE.findall(text))
        calls = re.findall(r"^rasid (.+)$", fenced, re.MULTILINE)
        calls += [" ".join(call.split()) for call in _IN_LINE.findall(_FENCE.sub("", text))]
        found += [(page.name, re.sub(r"\s+#.*|…", "", call)) for call in calls]
    return found


def fault(call: str) -> str | None:
    """What is wrong with a call, by the words of the verbs and the names of their options alone."""
    command = typer.main.get_command(app)
    words = shlex.split(call.split(" | ", maxsplit=1)[0])
    while words and isinstance(command, TyperGroup):
        if words[0].startswith("-"):
            break
        known = command.commands.get(words.pop(0))
        if known is None:
            return "no such verb"
        command = known
    known_options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    wrong = [word for word in words if word.startswith("--") and word not in known_options | {"--help"}]
    return f"no option {wrong[0]}" if wrong else None


def test_every_command_is_one() -> None:
    """No page calls a verb or an option that `rasid` does not have."""
    assert [(page, call, fault(call)) for page, call in commands() if fault(call)] == []
    assert len(commands()) > 80
    assert fault("no-such-verb") == "no such verb"
    assert fault("feeds no-such") == "no such verb"
    assert fault("facts --no-such") == "no option --no-such"


@pytest.mark.parametrize("page", ["start.md", "receivers.md"])
def test_every_example_of_a_configuration_loads(page: str, tmp_path: Path) -> None:
    """What a page would have in `rasid.yaml` has no mistake."""
    (tmp_path / "webhook_secret").write_text(SECRET)
    for block in blocks(page, "yaml"):
        (tmp_path / "rasid.yaml").write_text(block, encoding="utf-8")
        assert load(tmp_path / "rasid.yaml", {}).destinations


def test_the_example_of_another_project_is_told(tmp_path: Path) -> None:
    """The watchlist and the item of the manual give the alerts that it says, by the command that it names."""
    (watchlist,), (item,) = blocks("watching.md", "yaml"), blocks("watching.md", "json")
    (tmp_path / "nawras.yaml").write_text(watchlist, encoding="utf-8")
    (tmp_path / "items.jsonl").write_text(item, encoding="utf-8")
    (tmp_path / "rasid.yaml").write_text("{baseline: null, feeds: null}")
    command = [sys.executable, "-m", "rasid", "--config", "rasid.yaml", "backtest", "items.jsonl"]
    run = subprocess.run(
        [*command, "--watchlist", "nawras.yaml"],
        cwd=tmp_path,
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    (told,) = (block.split() for block in blocks("watching.md", "") if block.startswith("figure:"))
    assert sorted(json.loads(line)["fact"] for line in run.stdout.splitlines()) == sorted(told)


def test_the_receivers_have_what_is_theirs(tmp_path: Path) -> None:
    """The manual's receiver has the alert that `rasid alert test` sends, once, and turns away what is forged; its
    printer shows what Slack would get.
    """
    slack, port = free_port(), free_port()
    _write_receivers(tmp_path, slack, port)
    environment = _environment() | {"SECRET": SECRET, "PORT": str(port)}
    printer = Process([sys.executable, "printer.py"], tmp_path / "slack")
    receiver = Process([sys.executable, "receiver.py"], tmp_path / "log", environment=environment)
    try:
        printer.start(lambda: _answer(slack, {}) == 200)
        receiver.start(lambda: _answer(port, {}) == 401)
        command = [sys.executable, "-m", "rasid", "--config", str(tmp_path / "rasid.yaml"), "alert", "test"]
        run = subprocess.run(
            command, cwd=PROJECT, env=_environment(), capture_output=True, text=True, check=False, timeout=300
        )
        assert (run.returncode, run.stdout) == (0, "mine: has it\ndesk: has it\n"), run.stderr
        forged = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
        assert _answer(port, forged) == 401
    finally:
        receiver.stop()
        printer.stop()
    said = [line for line in (tmp_path / "log").read_text().splitlines() if line.startswith("figure.")]
    assert said == ["figure.changed figure:total:rasid-test:USD"]
    posted = [json.loads(line) for line in (tmp_path / "slack").read_text().splitlines() if line.startswith("{")]
    assert [one["blocks"][0]["type"] for one in posted if one] == ["header"]


def _write_receivers(folder: Path, slack: int, port: int) -> None:
    """The two programs of the page and a configuration with both as destinations, at these ports."""
    printer, receiver = blocks("receivers.md", "python")
    assert len(list(filter(None, receiver.splitlines()))) <= 20
    (folder / "printer.py").write_text(printer.replace("8000", str(slack)), encoding="utf-8")
    (folder / "receiver.py").write_text(receiver, encoding="utf-8")
    (folder / "webhook_secret").write_text(SECRET)
    (folder / "seeds").symlink_to(PROJECT / "seeds")
    (config,) = blocks("receivers.md", "yaml")
    (desk,) = re.findall(r"`(- \{.*\})`", (PROJECT / "docs/receivers.md").read_text(encoding="utf-8"))
    written = f"{config.replace(':8000/', f':{port}/')}  {desk.replace(':8000/', f':{slack}/')}\n"
    (folder / "rasid.yaml").write_text(written, encoding="utf-8")


def _answer(port: int, headers: dict[str, str]) -> int | None:
    """The status of an unsigned POST; None where nobody listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=b"{}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(PROJECT)}  # noqa: TID251 - the child needs PATH and HOME
