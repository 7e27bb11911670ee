"""The configuration: where values come from, and that every mistake is told at once with its place."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from connectors.websub import Endpoint
from rasid.sections import Section
from rasid.settings import Settings, dump, load
from streams.errors import Misconfigured

_SECRET = f"whsec_{base64.b64encode(b'canary' * 5).decode()}"


def _write(folder: Path, text: str) -> Path:
    path = folder / "rasid.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _mistakes(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(Misconfigured) as raised:
        load(_write(folder, text), environ or {})
    return str(raised.value).replace(f"{folder}/", "").splitlines()


def test_defaults_need_no_file() -> None:
    """Without a file and without environment there is a working configuration: SQLite, loopback, console."""
    settings = load(None, {})
    assert settings.database_url("ledger") == "sqlite:///.rasid/ledger.db"
    assert (settings.web.host, settings.web.port, settings.health.connect) == ("127.0.0.1", 8080, 9101)
    assert [outlet.kind for outlet in settings.outlets()] == ["console"]


def test_environment_overrides_the_file(tmp_path: Path) -> None:
    """Two underscores go one section deeper; what the environment says wins; lists are JSON."""
    path = _write(tmp_path, "kafka: {bootstrap: 'a:1', partitions: 8}\nweb: {port: 80}\n")
    settings = load(path, {"RASID_KAFKA__BOOTSTRAP": "b:2", "RASID_WEB__ALLOWED_HOSTS": '["x.example"]', "HOME": "/"})
    assert (settings.kafka.bootstrap, settings.kafka.partitions, settings.web.port) == ("b:2", 8, 80)
    assert settings.web.allowed_hosts == ["x.example"]


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """A configuration can be moved together with the files it names."""
    (tmp_path / "secret").write_text("s3cret\n")
    kafka = "kafka: {bootstrap: 'b:1', password_file: secret}"
    path = _write(tmp_path, f"watchlist: w.yaml\nsources: [{{id: s, kind: folder, url: articles}}]\n{kafka}\n")
    settings = load(path, {})
    assert settings.kafka.connection().password == "s3cret"
    assert settings.watchlist == tmp_path / "w.yaml"
    assert settings.sources[0].url == str(tmp_path / "articles")
    assert settings.database_url("archive") == f"sqlite:///{tmp_path / '.rasid/archive.db'}"


@pytest.mark.parametrize("by_environment", [True, False])
def test_each_secret_can_come_from_a_file(tmp_path: Path, *, by_environment: bool) -> None:
    """`x_file` and `RASID_X_FILE` give a secret without its showing in the file or the environment."""
    (tmp_path / "secret").write_text("s3cret\n")
    named = str(tmp_path / "secret")
    if by_environment:
        settings = load(None, {"RASID_KAFKA__PASSWORD_FILE": named, "RASID_KAFKA__BOOTSTRAP": "b:1"})
    else:
        settings = load(_write(tmp_path, f"kafka: {{password_file: {named}, bootstrap: 'b:1'}}"), {})
    assert settings.kafka.connection().password == "s3cret"


def test_secrets_of_a_destination_reach_it(tmp_path: Path) -> None:
    """A webhook's signing secret may be a file too; the destination gets its text."""
    (tmp_path / "whsec").write_text(f"{_SECRET}\n")
    text = f"destinations: [{{id: d, kind: webhook, url: 'https://r.example', secrets_file: {tmp_path / 'whsec'}}}]"
    (outlet,) = load(_write(tmp_path, text), {}).outlets()
    assert (outlet.url, outlet.secrets) == ("https://r.example", (_SECRET,))


def test_nothing_printed_holds_a_secret(tmp_path: Path) -> None:
    """The dump masks every secret, and so does the settings' own representation."""
    text = f"""
ledger_url: postgresql+psycopg://u:canary-1@db/rasid
kafka: {{bootstrap: 'b:1', password: canary-2}}
destinations:
  - {{id: d, kind: webhook, url: 'https://r.example/canary-3', secrets: [{_SECRET}]}}
  - {{id: s, kind: slack_bot, token: canary-5, channel: C1234567}}
sources:
  - {{id: s, url: 'https://canary-6:canary-7@press.example/feed?q=a&apiKey=canary-8;Access_Token=canary-9#x'}}
"""
    settings = load(_write(tmp_path, text), {})
    for shown in (
        dump(settings),
        repr(settings),
        str(settings),
        repr(settings.outlets()),
        repr(settings.kafka.connection()),
    ):
        assert "canary" not in shown
        assert _SECRET not in shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:hush@x.example/feed?key=hush", "https://x.example/feed?key=***"),
        ("https://x.example/?a=1&api_key=hush&keyword=b#c", "https://x.example/?a=1&api_key=***&keyword=b#c"),
        ("https://x.example/?X-Amz-Signature=hush&token=", "https://x.example/?X-Amz-Signature=***&token=***"),
        ("https://x.example/key=a/b", "https://x.example/key=a/b"),
    ],
)
def test_the_dump_masks_what_addresses_hold_and_stays_a_configuration(tmp_path: Path, url: str, shown: str) -> None:
    """User, password and parameters that are credentials by name are masked; the rest loads again as it was."""
    settings = load(_write(tmp_path, f"sources: [{{id: s, url: '{url}', max_interval: 2h}}]\n"), {})
    assert settings.sources[0].url == url
    (again,) = load(_write(tmp_path, dump(settings)), {}).sources
    assert again == msgspec.structs.replace(settings.sources[0], url=shown)


_MISTAKES: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "unknown key": ("wacthlist: x.yaml\n", {}, ["rasid.yaml:1: wacthlist: no such setting; did you mean watchlist?"]),
    "unknown key deep down": (
        "web:\n  port: 1\n  prot: 2\n",
        {},
        ["rasid.yaml:3: web.prot: no such setting; did you mean port?"],
    ),
    "wrong type": ("web:\n  port: eighty\n", {}, ["rasid.yaml:2: web.port: Input should be a valid integer"]),
    "out of bounds": (
        "web: {port: 70000}",
        {},
        ["rasid.yaml:1: web.port: Input should be less than or equal to 65535"],
    ),
    "unknown variable": ("", {"RASID_KAKFA__X": "1"}, ["RASID_KAKFA: no such setting; did you mean kafka?"]),
    "unknown key of a destination": (
        "destinations:\n  - id: a\n    kind: console\n    langauge: en\n",
        {},
        ["rasid.yaml:4: destinations.0.langauge: no such setting; did you mean language?"],
    ),
    "unknown rule of a project": (
        "alerts: {projects: {stargate: {conflict_windw: 1d}}}",
        {},
        ["rasid.yaml:1: alerts.projects.stargate.conflict_windw: no such setting; did you mean conflict_window?"],
    ),
    "unknown key of a source": (
        "sources:\n  - {id: s, url: 'https://s.example/', timzone: Asia/Riyadh}\n",
        {},
        ["rasid.yaml:2: sources.0: s: unknown attribute timzone; did you mean timezone?"],
    ),
    "bad value in the environment": (
        "web: {port: 1}",
        {"RASID_WEB__PORT": "x"},
        ["RASID_WEB__PORT: Input should be a valid integer"],
    ),
    "missing secret file": (
        "kafka:\n  password_file: /nowhere/secret\n",
        {},
        ["rasid.yaml:1: kafka: the secret file cannot be read: "],
    ),
    "secret twice": (
        "kafka: {password: a, password_file: b}",
        {},
        ["kafka: both password and password_file are given"],
    ),
    "destination without what it needs": (
        "destinations:\n  - {id: a, kind: console}\n  - {id: b, kind: slack_bot}\n",
        {},
        ["rasid.yaml:3: destinations.1: a destination of kind slack_bot needs token and channel"],
    ),
    "a channel by its name": (
        "destinations:\n  - {id: b, kind: slack_bot, token: x, channel: '#news'}\n",
        {},
        ["rasid.yaml:2: destinations.0.channel: a channel is named by its id"],
    ),
    "two destinations with one id": (
        "destinations:\n  - {id: a, kind: console}\n  - {id: b, kind: console}\n  - id: a\n    kind: console\n",
        {},
        ["rasid.yaml:4: destinations.2.id: another destination has the id a"],
    ),
    "a kind of change that is none": (
        "destinations:\n  - id: a\n    kind: console\n    kinds: [conflict, figure_change]\n",
        {},
        ["rasid.yaml:4: destinations.0.kinds.1: Input should be 'figure_new', "],
    ),
    "an address and a secret that are none": (
        "destinations:\n  - id: a\n    kind: webhook\n    url: r.example/canary\n    secrets: [whsec_canary]\n",
        {},
        [
            "rasid.yaml:4: destinations.0.url: not an http or https address",
            "rasid.yaml:5: destinations.0.secrets.0: a webhook secret is 'whsec_' and the base64",
        ],
    ),
    "a Slack address that is none": (
        "destinations:\n  - {id: a, kind: slack_webhook, url: 'http://[canary'}\n",
        {},
        ["rasid.yaml:2: destinations.0.url: not an http or https address"],
    ),
    "a port that is not open": (
        f"""fetch: {{ports: [443]}}
destinations:
  - {{id: a, kind: webhook, url: 'http://r.example/', secrets: [{_SECRET}]}}
  - {{id: b, kind: webhook, url: 'https://r.example:9000/', secrets: [{_SECRET}]}}
  - {{id: c, kind: webhook, url: 'https://r.example:9000/', secrets: [{_SECRET}], allow_private: true}}
  - {{id: d, kind: webhook, url: 'https://r.example/', secrets: [{_SECRET}]}}
""",
        {},
        [
            "rasid.yaml:3: destinations.0.url: port 80 is not one of fetch.ports",
            "rasid.yaml:4: destinations.1.url: port 9000 is not one of fetch.ports",
        ],
    ),
    "a page that nobody can reach": (
        "web:\n  url: rasid.example\n",
        {},
        ["rasid.yaml:2: web.url: not an http or https address"],
    ),
    "a callback that no hub can reach": (
        "websub:\n  callback: ftp://me.example/\n",
        {},
        ["rasid.yaml:2: websub.callback: not an http or https address"],
    ),
    "destinations of the environment": (
        "log_level: info\ndestinations: []\n",
        {"RASID_DESTINATIONS": '[{"id": "a", "kind": "console"}, {"id": "a", "kind": "console"}]'},
        ["RASID_DESTINATIONS: 1.id: another destination has the id a"],
    ),
    "sources with mistakes": (
        "sources:\n  - {id: s}\n  - {url: 'http://x.example/', colour: red, paused: maybe}\n  - x\n",
        {},
        [
            "rasid.yaml:2: sources.0: s: a source needs a url",
            "rasid.yaml:3: sources.1: http://x.example/: unknown attribute colour",
            "rasid.yaml:3: sources.1: http://x.example/: paused: true or false",
            "rasid.yaml:4: sources.2: a mapping is expected, not 'x'",
        ],
    ),
    "all at once": (
        "web: {port: x}\nnothing: 1\nlog_level: loud\n",
        {},
        ["web.port", "rasid.yaml:2: nothing", "rasid.yaml:3: log_level"],
    ),
    "not a mapping": ("- a\n", {}, ["a mapping is expected, not a list"]),
    "not YAML": ("a: [\n", {}, ["is not YAML"]),
    "a date that no calendar has": ("contact: 2026-13-45\n", {}, ["is not YAML: month must be in 1..12"]),
    "nested without end": ("a: " + "[" * 3000, {}, ["is not YAML"]),
    "not JSON in the environment": ("", {"RASID_SOURCES": "[x"}, ["RASID_SOURCES: not JSON"]),
    "a section where a value stands": ("log_level: info", {"RASID_LOG_LEVEL__X": "1"}, ["log_level is not a section"]),
}


@pytest.mark.parametrize(("text", "environ", "expected"), _MISTAKES.values(), ids=_MISTAKES.keys())
def test_every_mistake_is_a_line_with_its_place(
    tmp_path: Path, text: str, environ: dict[str, str], expected: list[str]
) -> None:
    """The error has one line for each mistake, which names the place and what is wrong there."""
    lines = sorted(_mistakes(tmp_path, text, environ))
    assert len(lines) == len(expected), lines
    for said in expected:
        assert any(said in line for line in lines), (said, lines)
    assert not any("canary" in line for line in lines)


def test_messages_lead_to_the_page_where_people_reach_it() -> None:
    """Each destination knows it, and only where the operator says so."""
    assert [one.page for one in load(None, {}).outlets()] == [None]
    chosen = load(None, {"RASID_WEB__URL": "https://rasid.example/"})
    assert [one.page for one in chosen.outlets()] == ["https://rasid.example/"]


def test_hubs_can_reach_us_only_where_a_callback_is_set() -> None:
    """Nothing listens for them otherwise."""
    assert load(None, {}).websub.endpoint() is None
    chosen = load(None, {"RASID_WEBSUB__CALLBACK": "https://me.example/", "RASID_WEBSUB__PORT": "8443"})
    assert chosen.websub.endpoint() == Endpoint(callback="https://me.example/", host="127.0.0.1", port=8443)


def test_unreadable_file_is_a_clear_error(tmp_path: Path) -> None:
    """A configuration that is not there is named."""
    with pytest.raises(Misconfigured, match=r"cannot be read.*none\.yaml"):
        load(tmp_path / "none.yaml", {})


def test_a_stage_without_a_broker_says_what_to_set() -> None:
    """A single stage cannot guess the broker."""
    with pytest.raises(Misconfigured, match=r"kafka\.bootstrap"):
        load(None, {}).kafka.connection()


def test_every_setting_is_documented() -> None:
    """docs/configuration.md names every setting there is, so that none can be added in silence."""
    text = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    names = _names(Settings)
    assert {"data_dir", "kafka.bootstrap", "web.port"} <= set(names)
    assert not [name for name in names if f"`{name}`" not in text]


def _names(section: type[Section], prefix: str = "") -> list[str]:
    names: list[str] = []
    for name, field in section.model_fields.items():
        kind = field.annotation
        if inspect.isclass(kind) and issubclass(kind, Section):
            names += _names(kind, f"{prefix}{name}.")
        else:
            names.append(f"{prefix}{name}")
    return names
