"""The dashboards and rules ask for what Rasid's stages have, and for all of it; Prometheus can read what they ask."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.watchers import shipped
from tests.watchers.shipped import DASHBOARDS, PROJECT, SCRAPED, STAGES, Query

QUERIES = list(shipped.queries())
UNITS = {"none", "short", "s", "bytes", "percentunit", "bool_yes_no"}  # ids from Grafana's list of units
SERVICES = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]


def faults(query: Query) -> list[str]:
    """What an expression asks for that is not there: names, labels it picks or groups by, labels its words take."""
    known = shipped.defined().keys() | shipped.recorded().keys() | {"up"}
    asked = shipped.names(query.expression)
    found = [f"no series {name}" for name in sorted(asked - known)]
    if found or not asked:
        return found or ["asks for nothing"]
    for name, labels in shipped.picked(query.expression):
        found += [f"{name} has no label {label}" for label in sorted(labels - shipped.labels_of(name))]
    all_labels = set[str]().union(*map(shipped.labels_of, asked))
    found += [f"grouped by {label}" for label in sorted(shipped.grouped(query.expression) - all_labels)]
    found += [f"told by {label}" for label in sorted(query.told - shipped.answered(query.expression))]
    return found


def test_every_expression_asks_for_what_exists() -> None:
    """A rule or panel that asks for a name or label that no stage has would stay empty for ever."""
    found = {query.place: wrong for query in QUERIES if (wrong := faults(query))}
    assert found == {}
    assert len(QUERIES) > 100


@pytest.mark.parametrize(
    ("expression", "told", "fault"),
    [
        ("rasid_no_such_total", (), "no series rasid_no_such_total"),
        ("rasid:no:such", (), "no series rasid:no:such"),
        ('rasid_articles_total{origin="x"}', (), "rasid_articles_total has no label origin"),
        ('rasid:consumer_lag:sum{source="x"}', (), "rasid:consumer_lag:sum has no label source"),
        ("sum by (source) (rasid_learned_total)", (), "grouped by source"),
        ("sum by (kind) (rasid_changes_total)", ("fact",), "told by fact"),
        ("sum(rasid_changes_total)", ("kind",), "told by kind"),
        ("vector(0)", (), "asks for nothing"),
    ],
)
def test_what_does_not_exist_is_found(expression: str, told: tuple[str, ...], fault: str) -> None:
    """A wrong name, and a wrong label in each place where one can stand, is seen."""
    assert faults(Query("here", expression, frozenset(told))) == [fault]


def test_every_variable_lists_what_exists() -> None:
    """The values of a dashboard's variable are those of a label that a metric has."""
    for place, name, label in shipped.variables():
        assert label in shipped.labels_of(name) - SCRAPED, place


def test_every_metric_is_shown_somewhere() -> None:
    """A metric on no panel and in no rule is one that nobody looks at."""
    asked = set[str]().union(*(shipped.names(query.expression) for query in QUERIES))
    bare = {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in asked}
    assert shipped.described().keys() - bare == set()


def test_every_metric_has_a_row_in_the_manual() -> None:
    """docs/operating.md lists each metric that a stage defines, with its labels, and no other."""
    defined = {
        name.removesuffix("_bucket"): labels - {"le"}
        for name, labels in shipped.defined().items()
        if not name.endswith(("_sum", "_count"))
    }
    assert {name: metric.labels for name, metric in shipped.described().items()} == defined
    assert all(metric.stages and metric.stages <= {*STAGES} for metric in shipped.described().values())


@pytest.mark.prometheus
def test_prometheus_reads_every_expression(tmp_path: Path) -> None:
    """Prometheus' own tool parses every panel's and annotation's expression, as it does the rules'."""
    rules = [{"record": f"panel:{n}", "expr": shipped.plain(query.expression)} for n, query in enumerate(QUERIES)]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    run = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(QUERIES)} rules found" in run.stdout


@pytest.mark.parametrize("name", shipped.dashboards())
def test_a_dashboard_uses_the_provisioned_source(name: str) -> None:
    """Every panel asks the data source that is provisioned; no two share an id, and none lies on another."""
    dashboard = shipped.dashboards()[name]
    source = yaml.safe_load((DASHBOARDS / "grafana/provisioning/datasources/prometheus.yml").read_text())
    panels = dashboard["panels"]
    asking = [*(panel for panel in panels if panel["type"] != "row"), *dashboard["annotations"]["list"]]
    asking += dashboard["templating"]["list"]
    assert {each["datasource"]["uid"] for each in asking} == {source["datasources"][0]["uid"]}
    assert len({panel["id"] for panel in panels}) == len(panels)
    covered = [cell for panel in panels for cell in _cells(panel["gridPos"])]
    assert len(set(covered)) == len(covered)
    assert max(x for x, _ in covered) < 24


@pytest.mark.parametrize("name", shipped.dashboards())
def test_numbers_are_shown_in_a_unit(name: str) -> None:
    """Each panel's numbers have a unit that Grafana knows, and money one that shortens it: 500 Bil, not 12 digits."""
    for panel in shipped.dashboards()[name]["panels"]:
        if panel["type"] != "row":
            unit = panel["fieldConfig"]["defaults"]["unit"]
            set_apart = [one for each in panel["fieldConfig"]["overrides"] for one in each["properties"]]
            own = [one["value"] for one in set_apart if one["id"] == "unit"]
            assert {unit, *own} <= UNITS, panel["title"]
            money = any("rasid_fact_value" in target["expr"] for target in panel["targets"])
            assert not (money and unit == "none"), panel["title"]


def _cells(place: dict[str, int]) -> list[tuple[int, int]]:
    across, down = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
    return [(x, y) for x in across for y in down]


def test_the_dashboards_are_provisioned() -> None:
    """Grafana finds the folder, starts with a dashboard that is there, and no two have one uid."""
    found = shipped.dashboards()
    assert set(found) == {"news", "pipeline", "sources"}
    assert len({dashboard["uid"] for dashboard in found.values()}) == len(found)
    provider = yaml.safe_load((DASHBOARDS / "grafana/provisioning/dashboards/rasid.yml").read_text())["providers"][0]
    folder, grafana = provider["options"]["path"], SERVICES["grafana"]
    assert f"./dashboards/grafana/dashboards:{folder}:ro" in grafana["volumes"]
    home = Path(grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert (str(home.parent), home.stem in found) == (folder, True)
