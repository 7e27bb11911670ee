from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams import failpoints
from streams.errors import Misconfigured, Unavailable
from streams.failpoints import NAMES, Fault, arm, for_stage, parse, reach

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    arm("")


def test_what_a_specification_says() -> None:
    """Several faults by comma, blanks ignored; nothing is no fault."""
    spec = " learn.before_commit:2:kill, work.after_send:1:stop "
    assert parse(spec) == (Fault("learn.before_commit", 2, "kill"), Fault("work.after_send", 1, "stop"))
    assert parse("") == ()


@pytest.mark.parametrize("stage", ["connect", "work", "learn", "deliver"])
def test_each_stage_has_its_own_part(stage: str) -> None:
    """The parts of a specification by stage are the whole, and no stage sees another's."""
    spec = ",".join(f"{name}:1:kill" for name in NAMES)
    mine = parse(for_stage(spec, stage))
    assert mine == tuple(fault for fault in parse(spec) if fault.name.split(".")[0] == stage)
    assert mine


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("learn.nowhere:1:kill", ", ".join(NAMES)),
        ("learn.before_commit", "name:nth:effect"),
        ("learn.before_commit:0:kill", "name:nth:effect"),
        ("learn.before_commit:-1:kill", "name:nth:effect"),
        ("learn.before_commit:٢:kill", "name:nth:effect"),
        ("learn.before_commit:1:explode", "kill, stop, fail"),
    ],
)
def test_what_is_no_fault(spec: str, said: str) -> None:
    """An unknown window is refused with the list of those there are, anything else with the form."""
    with pytest.raises(Misconfigured, match=re.escape(said)):
        arm(spec)


def test_only_the_nth_passing_counts() -> None:
    """The passings before and after it go by, and so does every other window."""
    arm("learn.before_commit:2:fail")
    reach("learn.after_commit")
    reach("learn.before_commit")
    with pytest.raises(Unavailable, match=r"learn\.before_commit"):
        reach("learn.before_commit")
    reach("learn.before_commit")


def test_unarmed_nothing_falls() -> None:
    """Without a specification a window is passed for ever, and what was armed before is forgotten."""
    arm("learn.before_commit:1:fail")
    arm("")
    reach("learn.before_commit")


@pytest.mark.parametrize(("effect", "number"), [("kill", signal.SIGKILL), ("stop", signal.SIGSTOP)])
def test_the_process_is_killed_or_stopped(effect: str, number: signal.Signals) -> None:
    """The signal that `kill -9`, or a machine that freezes the process, would send."""
    code = f"from streams.failpoints import *; arm('work.after_send:1:{effect}'); reach('work.after_send'); print('on')"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    if effect == "stop":
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        assert os.WSTOPSIG(status) == number
        child.send_signal(signal.SIGCONT)
        assert child.communicate()[0] == b"on\n"
    else:
        assert child.communicate()[0] == b""
        assert child.returncode == -number


def test_every_window_has_one_place() -> None:
    """Each name is reached in exactly one place of the code, by the stage that it is named after."""
    package = {"connect": "connectors", "work": "streams", "learn": "alerts", "deliver": "alerts"}
    places = Counter[str]()
    for folder in ("connectors", "streams", "alerts", "rasid"):
        for path in (ROOT / folder).rglob("*.py"):
            if path != Path(failpoints.__file__):
                reached = re.findall(r'"((?:connect|work|learn|deliver)\.[a-z_]+)"', path.read_text(encoding="utf-8"))
                assert all(package[name.split(".")[0]] == folder for name in reached), path
                places.update(reached)
    assert places == Counter(NAMES)


def test_the_operator_finds_every_window() -> None:
    """docs/guarantees.md has a row for each name, and no other."""
    text = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `((?:connect|work|learn|deliver)\.[a-z_]+)` \|", text, re.MULTILINE) == list(NAMES)
