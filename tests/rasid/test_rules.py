"""The rules of what is told: from the settings into the policy, with every mistake told at its line."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from alerts.policy import Policy, Rules, Threshold
from rasid.seeds import make_policy, read_all, read_watchlist
from rasid.settings import Settings, dump, load
from streams.errors import Misconfigured

_SEEDS = Path(__file__).parents[2] / "seeds"
_RULES = """\
alerts:
  confirm: 2
  thresholds:
    all: {relative: 5%}
    total: {relative: 0.01, absolute: {USD: 1000000000}}
  projects:
    stargate-uae: {first_sighting: silent}
    stargate: {confirm: trusted, trusted: [sample], conflict_window: 2d, tell: [total, status]}
"""


def _settings(folder: Path, text: str) -> Settings:
    path = folder / "rasid.yaml"
    path.write_text(
        f"watchlist: {_SEEDS / 'watchlist.yaml'}\nbaseline: null\nfeeds: null\n"
        f"sources: [{{id: sample, kind: folder, url: {_SEEDS}}}]\n{text}",
        encoding="utf-8",
    )
    return load(path, {})


def _policy(settings: Settings) -> Policy:
    return make_policy(read_watchlist(settings), settings.alerts)


def test_a_site_s_rules_lie_over_those_of_its_project(tmp_path: Path) -> None:
    """What a project does not say is as for all, what a site does not say is as for its project."""
    policy = _policy(_settings(tmp_path, _RULES))

    thresholds = {
        "all": Threshold(relative=Decimal("0.05")),
        "total": Threshold(relative=Decimal("0.01"), absolute={"USD": Decimal(10**9)}),
    }
    project = Rules(
        confirm="trusted",
        trusted=frozenset({"sample"}),
        conflict_window=timedelta(days=2),
        tell=frozenset({"total", "status"}),
        thresholds=thresholds,
    )
    assert policy.rules == Rules(confirm=2, thresholds=thresholds)
    assert policy.rules_of("stargate") == project
    assert policy.rules_of("stargate-uae").first_sighting == "silent"
    assert policy.rules_of("stargate-uae").confirm == "trusted"


def test_without_rules_the_defaults_hold(tmp_path: Path) -> None:
    """An operator who says nothing is told of every change that the design calls worth telling."""
    assert _policy(_settings(tmp_path, "")).rules == Rules()


def test_rules_that_were_dumped_load_again(tmp_path: Path) -> None:
    """What `--dump-config` prints gives the same rules."""
    settings = _settings(tmp_path, _RULES)
    again = tmp_path / "again.yaml"
    again.write_text(dump(settings), encoding="utf-8")

    assert _policy(load(again, {})) == _policy(settings)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("confirm: 0", "6: alerts.confirm: a number of origins from 1 on, or the word trusted, not 0"),
        ("conflict_window: soon", "6: alerts.conflict_window: a duration like 90s, 15m, 2h or 14d, not 'soon'"),
        ("tell: [total, moon]", "6: alerts.tell.1: Input should be 'total'"),
        ("thresholds: {partners: {relative: 1}}", "6: alerts.thresholds.partners.[key]: no role of a figure: partners"),
        ("thresholds: {total: {relative: -1}}", "6: alerts.thresholds.total.relative: Input should be greater"),
        ("thresholds: {total: {absolute: {dollar: 1}}}", "6: alerts.thresholds.total.absolute.dollar.[key]: String"),
        ("projects: {stargate: {window: 1}}", "6: alerts.projects.stargate.window: no such setting"),
        ("projects: {atlantis: {confirm: 2}}", "6: alerts.projects.atlantis: no such project on the watchlist"),
        ("trusted: [nobody]", "6: alerts.trusted.0: no such source: nobody"),
        ("projects: {stargate: {trusted: [x]}}", "6: alerts.projects.stargate.trusted.0: no such source: x"),
        ("confirm: trusted", "6: alerts.confirm: nobody is trusted, so nothing would ever be told"),
    ],
)
def test_each_mistake_is_told_with_its_line(tmp_path: Path, text: str, mistake: str) -> None:
    """A rule that cannot be meant is one clear line that begins with where it stands."""
    with pytest.raises(Misconfigured) as raised:
        read_all(_settings(tmp_path, f"alerts:\n  {text}\n"))

    assert str(raised.value).startswith(f"{tmp_path / 'rasid.yaml'}:{mistake}")


def test_the_environment_overrides_a_rule(tmp_path: Path) -> None:
    """A rule can come from a variable, and a mistake in it is told by the variable's name."""
    settings = load(None, {"RASID_ALERTS__CONFIRM": "2"})
    assert settings.alerts.confirm == 2
    with pytest.raises(Misconfigured, match=r"^RASID_ALERTS__CONFIRM: a number"):
        load(None, {"RASID_ALERTS__CONFIRM": "two"})
