"""What is shipped for those who watch Rasid, read as data: rules, panels, what they ask for; metrics and their manual.

Expressions are looked at by pattern, not parsed: promtool parses them. What a pattern finds here is which names an
expression asks for, which labels it picks by, and which labels its answer has.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import yaml
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

PROJECT = Path(__file__).parents[2]
DASHBOARDS = PROJECT / "dashboards"
STAGES = ("connect", "work", "learn", "deliver", "web")

# What Prometheus itself adds to every series.
SCRAPED = {"job", "instance"}
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}

_NAME = re.compile(r"(?<![\w:$\"])(?:rasid_\w+|rasid:[\w:]+|up)\b(?!\s*\()")
_PICKED = re.compile(r"((?:rasid_\w+|rasid:[\w:]+|up))\{([^}]*)\}")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_GROUPED = re.compile(r"\bby \(([^)]*)\)")
_JOINED = re.compile(r"\b(?:on|ignoring) \(([^)]*)\)")
_TEMPLATE = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")
_VARIABLE = re.compile(r"label_values\((\w+), (\w+)\)")


class Query(NamedTuple):
    """An expression, where it stands, and the labels that the words around it take from its answer."""

    place: str
    expression: str
    told: frozenset[str] = frozenset()


class Described(NamedTuple):
    """What the manual says of a metric."""

    labels: set[str]
    stages: set[str]


@cache
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
                series[family.name + suffix] = {*metric._labelnames, *(("le",) if suffix == "_bucket" else ())}
    return series


def described() -> dict[str, Described]:
    """Every metric of docs/operating.md; a histogram by its bare name."""
    text = (PROJECT / "docs/operating.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(rasid_\w+)` \|([^|]+)\|([^|]+)\|[^|]+\|$", text, re.MULTILINE)
    return {
        name: Described({label.strip() for label in labels.split(",")} - {"-"}, set(re.findall(r"`(\w+)`", stages)))
        for name, labels, stages in rows
    }


def exposed(page: str) -> dict[str, set[str]]:
    """Every metric of Rasid on a stage's /metrics, as the manual names it, with the labels that its samples carry."""
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(page):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        if name.startswith("rasid_") and not name.endswith("_created"):
            found[name] = {label for sample in family.samples for label in sample.labels} - {"le"}
    return found


@cache
def rules() -> tuple[dict[str, Any], ...]:
    """All rules, recording and alerting."""
    files = [yaml.safe_load(path.read_text()) for path in sorted((DASHBOARDS / "rules").glob("*.yml"))]
    return tuple(rule for file in files for group in file["groups"] for rule in group["rules"])


def alerts() -> dict[str, dict[str, Any]]:
    """The alerting rules by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> dict[str, str]:
    """The expression behind each recorded name."""
    return {rule["record"]: rule["expr"] for rule in rules() if "record" in rule}


@cache
def dashboards() -> dict[str, dict[str, Any]]:
    """The dashboards by their file's name."""
    folder = DASHBOARDS / "grafana/dashboards"
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def queries() -> Iterator[Query]:
    """Every expression of the rules and the dashboards."""
    for rule in rules():
        words = " ".join(rule.get("annotations", {}).values())
        yield Query(rule.get("alert") or rule["record"], rule["expr"], frozenset(_TEMPLATE.findall(words)))
    for name, dashboard in dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel.get("targets", ()):
                told = frozenset(_TEMPLATE.findall(target.get("legendFormat", "")))
                yield Query(f"{name}: {panel['title']}", target["expr"], told)
        for mark in dashboard["annotations"]["list"]:
            told = frozenset(_TEMPLATE.findall(mark["titleFormat"]))
            yield Query(f"{name}: {mark['name']}", mark["expr"], told)


def variables() -> Iterator[tuple[str, str, str]]:
    """Each dashboard variable: its place, and the metric and label whose values it lists."""
    for name, dashboard in dashboards().items():
        for variable in dashboard["templating"]["list"]:
            found = _VARIABLE.fullmatch(variable["query"])
            assert found, variable["query"]
            yield f"{name}: ${variable['name']}", found[1], found[2]


def names(expression: str) -> set[str]:
    """The series that an expression asks for, as they stand there."""
    return set(_NAME.findall(_without_texts(expression)))


def labels_of(name: str) -> set[str]:
    """The labels that a series has, raw or recorded. Raises `KeyError` when there is none of that name."""
    if name == "up":
        return SCRAPED
    return defined()[name] | SCRAPED if name.startswith("rasid_") else answered(recorded()[name])


def answered(expression: str) -> set[str]:
    """The labels that the answer to an expression has: those that it groups by, else those of its series."""
    if grouped := _GROUPED.findall(expression):
        return _listed(grouped) - {"le"}
    found = [labels_of(name) for name in names(expression)]
    return set[str]().union(*found) if not re.match(r"\s*-?(?:sum|max|min|count)\(", expression) else set()


def picked(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Each series that an expression picks from, with the labels that it picks by."""
    for name, matchers in _PICKED.findall(expression):
        yield name, set(_MATCHER.findall(_without_texts(matchers)))


def grouped(expression: str) -> set[str]:
    """The labels that an expression groups or joins by."""
    return _listed(_GROUPED.findall(expression)) | _listed(_JOINED.findall(expression))


def plain(expression: str) -> str:
    """An expression as Prometheus itself takes it: Grafana's variables replaced by values."""
    return re.sub(r'"\$\w+"', '".*"', expression.replace("$__rate_interval", "5m"))


def _listed(lists: list[str]) -> set[str]:
    return {label.strip() for each in lists for label in each.split(",") if label.strip()}


def _without_texts(expression: str) -> str:
    return re.sub(r'"[^"]*"', '""', expression)
