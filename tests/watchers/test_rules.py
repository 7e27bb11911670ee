"""Every alert says what to do, where the manual has more, and fires at its real times: no sooner, no later."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
import yaml

from rasid.settings import Settings
from tests.watchers import shipped
from tests.watchers.shipped import DASHBOARDS, PROJECT

CASES: list[dict[str, Any]] = yaml.safe_load((PROJECT / "tests/cases/rules/alerts_test.yml").read_text())["tests"]


def test_every_alert_says_what_to_do() -> None:
    """Each alert has a severity, a summary, an action and a link to its own heading in the manual."""
    for name, rule in shipped.alerts().items():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"runbook_url", "summary", "action"}
        page, anchor = rule["annotations"]["runbook_url"].split("#")
        assert (page, anchor) == (f"{Settings().contact}/blob/main/docs/operating.md", name.lower())


def test_every_alert_has_a_heading_in_the_manual() -> None:
    """docs/operating.md says of each alarm, and of no other, what it means, what to look at and what to do."""
    text = (PROJECT / "docs/operating.md").read_text(encoding="utf-8")
    told = re.findall(
        r"^### (Rasid\w+)\n\n([^#]+?)\n\n- \*\*Look at\*\*: ([^#]+?)\n- \*\*Do\*\*: (.+?)\n\n",
        text,
        re.MULTILINE | re.DOTALL,
    )
    assert [name for name, *_ in told] == re.findall(r"^### (Rasid\w+)", text, re.MULTILINE)
    assert sorted(name for name, *_ in told) == sorted(shipped.alerts())


def test_every_alert_has_rows() -> None:
    """Each alert has a moment in the rules' tests at which it fires, and one at which it must not."""
    moments = [moment for case in CASES for moment in case.get("alert_rule_test", ())]
    assert {moment["alertname"] for moment in moments if moment["exp_alerts"]} == shipped.alerts().keys()
    assert {moment["alertname"] for moment in moments if not moment["exp_alerts"]} == shipped.alerts().keys()


def test_every_recorded_name_has_a_row() -> None:
    """Each recorded name is asked for in the rules' tests, with the value it must have."""
    asked = {query["expr"] for case in CASES for query in case.get("promql_expr_test", ()) if query["exp_samples"]}
    assert asked == shipped.recorded().keys()


@pytest.mark.prometheus
@pytest.mark.parametrize(
    "command",
    [
        ["promtool", "check", "config", str(DASHBOARDS / "prometheus.yml")],
        ["promtool", "test", "rules", "tests/cases/rules/alerts_test.yml"],
        ["amtool", "check-config", str(DASHBOARDS / "alertmanager.yml")],
    ],
)
def test_the_tools_find_nothing(command: list[str]) -> None:
    """Prometheus' own tools accept the configuration and the rules, and the rules fire when they should."""
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
