"""The configuration: `rasid.yaml`, then `RASID_…` from the environment, then nothing else.

Nested keys are joined by two underscores (`RASID_KAFKA__BOOTSTRAP`). Every secret has a twin that names a file
(`password_file`, `RASID_KAFKA__PASSWORD_FILE`). Relative paths are relative to the configuration file. One rule: all
mistakes are reported at once, each with its place, and a key that nobody knows is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import msgspec
import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from alerts import sign
from alerts.destinations import Destination
from connectors.sources import Source, from_mapping
from connectors.wants import PORTS, agent
from connectors.websub import Endpoint
from rasid.rules import AlertsSection
from rasid.written import Mistakes, Nested, Place, Written, overlay, read_yaml
from streams.breaker import Limits
from streams.errors import Misconfigured
from streams.records import ChangeKind
from streams.topics import Kafka

# A parameter of an address by whose name it is a credential, up to its value: `key=`, `api_key=`, `accessToken=`.
_CREDENTIAL = re.compile(r"([?&;][^=&;#]*(?:key|token|secret|password|passwd|pwd|auth|sig|signature)=)[^&;#]*", re.I)

# Slack shows a channel's history, and changes a message in it, by its id alone.
_CHANNEL = re.compile("[CDG][A-Z0-9]{6,}")

Port = Annotated[int, Field(ge=0, le=65535)]


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _reachable(url: str) -> str:
    if not _is_web_address(url):
        raise ValueError("not an http or https address")
    return url


PublicAddress = Annotated[str, AfterValidator(_reachable)]


class Section(BaseModel):
    """Part of the configuration. Each secret `x` may be given as `x_file`, the path of a file that holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, Mapping):
            return data
        given = dict(data)
        for name, field in cls.model_fields.items():
            if "SecretStr" in str(field.annotation) and f"{name}_file" in given:
                if name in given:
                    raise ValueError(f"both {name} and {name}_file are given")
                secret = _read_secret(given.pop(f"{name}_file"), (info.context or {}).get("base", Path()))
                given[name] = [secret] if "list" in str(field.annotation) else secret
        return given


def _read_secret(path: Any, base: Path) -> str:
    """What the file holds; a relative path is relative to `base`, the folder of the configuration file."""
    try:
        return (base / Path(str(path)).expanduser()).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the secret file cannot be read: {error}") from error


class KafkaSection(Section):
    """Where the broker is. Without `bootstrap`, `rasid run` starts the embedded one."""

    bootstrap: str | None = None
    embedded: bool = False
    security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    username: str | None = None
    password: SecretStr | None = None
    ca_file: str | None = None
    partitions: int = Field(default=4, ge=1)
    replication: int = Field(default=1, ge=1)
    session_timeout: float = Field(default=10.0, ge=6.0)

    def connection(self) -> Kafka:
        """The broker's address for the stages. Raises `Misconfigured` when there is none."""
        if self.bootstrap is None:
            raise Misconfigured(
                "kafka", "kafka.bootstrap is not set: a single stage needs a broker (only `rasid run` brings its own)"
            )
        password = self.password.get_secret_value() if self.password else None
        return Kafka(**self.model_dump(exclude={"password"}), password=password)


class HealthSection(Section):
    """Where each stage serves /healthz, /readyz and /metrics; port 0 takes a free one."""

    host: str = "127.0.0.1"
    connect: Port = 9101
    work: Port = 9102
    learn: Port = 9103
    deliver: Port = 9104


class FetchSection(Section):
    """What may be reached: these ports of public addresses. A source or destination may say `allow_private`."""

    ports: list[Port] = sorted(PORTS)


class BreakerSection(Section):
    """When work and learn stop taking input: see `streams.breaker`. Times in seconds."""

    in_a_row: int = Field(default=20, ge=1)
    share: float = Field(default=0.05, gt=0, le=1)
    at_least: int = Field(default=10, ge=1)
    window: float = Field(default=300.0, gt=0)
    pause: float = Field(default=30.0, gt=0)

    def limits(self) -> Limits:
        """The same as the stages take them."""
        return Limits(**self.model_dump())


class WebsubSection(Section):
    """Being pushed to by hubs: off without `callback`, the public address that leads to `host` and `port`."""

    callback: PublicAddress | None = None
    host: str = "127.0.0.1"
    port: Port = 9105

    def endpoint(self) -> Endpoint | None:
        """The same as the stage takes it; None where it is off."""
        return Endpoint(callback=self.callback, host=self.host, port=self.port) if self.callback else None


class ArchiveSection(Section):
    """What the connectors keep: days of articles (null: for ever), and megabytes that may wait for the broker."""

    keep_days: Annotated[int, Field(ge=1)] | None = 400
    waiting_mb: int = Field(default=1024, ge=1)


class LedgerSection(Section):
    """What the alerts keep: days of finished deliveries (null: for ever). What was known is never forgotten."""

    keep_days: Annotated[int, Field(ge=1)] | None = 400


class WebSection(Section):
    """Where the page is served, what has to be shown for it (nothing on loopback, elsewhere `token`), and how often.

    `rate` is how many requests a second each client may make in the long run; ten seconds' worth may come at once.
    `url` is where people reach it, for the links in messages.
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    allowed_hosts: list[str] = []
    token: SecretStr | None = Field(default=None, min_length=16)
    rate: Annotated[float, Field(gt=0)] | None = 30.0
    url: PublicAddress | None = None


class DestinationSection(Section):
    """Somebody to tell. Which of the fields are needed depends on `kind`."""

    id: str
    kind: Literal["slack_webhook", "slack_bot", "webhook", "console"]
    url: SecretStr | None = None
    token: SecretStr | None = None
    channel: str | None = None
    secrets: list[SecretStr] = []
    language: Literal["ar", "en"] = "ar"
    projects: list[str] = []
    kinds: list[ChangeKind] = []
    severity: Literal["low", "normal", "high"] = "low"
    changes: bool = True
    operator: bool = False
    when_unsure: Literal["repeat", "drop"] = "repeat"
    allow_private: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if found := list(self._unfit()):
            raise Mistakes(found)
        return self

    def _unfit(self) -> Iterator[tuple[Place, str]]:
        """What is wrong with the values taken together. Says nothing of what a secret holds."""
        needed = {"slack_webhook": ("url",), "slack_bot": ("token", "channel"), "webhook": ("url", "secrets")}
        missing = [name for name in needed.get(self.kind, ()) if not getattr(self, name)]
        if missing:
            yield (), f"a destination of kind {self.kind} needs {' and '.join(missing)}"
        if self.channel and not _CHANNEL.fullmatch(self.channel):
            yield ("channel",), "a channel is named by its id, such as C0123456789 (in Slack: the channel's details)"
        if self.url and not _is_web_address(self.url.get_secret_value()):
            yield ("url",), "not an http or https address"
        for number, secret in enumerate(self.secrets):
            try:
                sign.key(secret.get_secret_value())
            except Misconfigured as error:
                yield ("secrets", str(number)), str(error)


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or {"http": 80}.get(parts.scheme, 443)


def _tell_apart(given: list[DestinationSection]) -> list[DestinationSection]:
    """The destinations, or a mistake for each whose id another has: deliveries and pauses go by it."""
    ids = [one.id for one in given]
    twice = [number for number, one in enumerate(ids) if one in ids[:number]]
    if twice:
        raise Mistakes([((str(number), "id"), f"another destination has the id {ids[number]}") for number in twice])
    return given


def _read_sources(given: list[Any]) -> list[Source]:
    """The sources of the list, or a mistake for each line that is wrong in one."""
    found: list[Source] = []
    mistakes: list[tuple[Place, str]] = []
    for number, fields in enumerate(given):
        try:
            found.append(from_mapping(fields) if isinstance(fields, Mapping) else _refuse(fields))
        except Misconfigured as error:
            mistakes += [((str(number),), line) for line in str(error).splitlines()]
    if mistakes:
        raise Mistakes(mistakes)
    return found


def _refuse(value: Any) -> Source:
    raise Misconfigured("sources", f"a mapping is expected, not {value!r}")


class Settings(Section):
    """All of it."""

    data_dir: Path = Path(".rasid")
    watchlist: Path = Path("seeds/watchlist.yaml")
    baseline: Path | None = Path("seeds/baseline.yaml")
    feeds: Path | None = Path("seeds/feeds.opml")
    sources: Annotated[list[Any], AfterValidator(_read_sources), Field(repr=False)] = []
    entity_recognition: Path | None = None
    contact: str = "https://github.com/rasid-monitor/rasid"
    archive_url: SecretStr | None = None
    ledger_url: SecretStr | None = None
    kafka: KafkaSection = KafkaSection()
    heartbeat: float = Field(default=60.0, ge=0)
    breaker: BreakerSection = BreakerSection()
    health: HealthSection = HealthSection()
    fetch: FetchSection = FetchSection()
    websub: WebsubSection = WebsubSection()
    archive: ArchiveSection = ArchiveSection()
    ledger: LedgerSection = LedgerSection()
    web: WebSection = WebSection()
    alerts: AlertsSection = AlertsSection()
    destinations: Annotated[list[DestinationSection], AfterValidator(_tell_apart)] = [
        DestinationSection(id="console", kind="console")
    ]
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _reaches(self) -> Self:
        """Every destination is where the guard lets it be reached, or it would be tried for three days in vain."""
        found: list[tuple[Place, str]] = []
        for number, section in enumerate(self.destinations):
            if section.allow_private or not section.url:
                continue
            if (port := _port(section.url.get_secret_value())) not in self.fetch.ports:
                found.append((("destinations", str(number), "url"), f"port {port} is not one of fetch.ports"))
        if found:
            raise Mistakes(found)
        return self

    _written: Written = PrivateAttr(default_factory=Written)

    def where(self, *place: str) -> str:
        """Where that place is set, for the message about a mistake in it."""
        return self._written.where(place)

    def database_url(self, name: Literal["archive", "ledger"]) -> str:
        """The URL of that database; without one, an SQLite file in `data_dir`."""
        url: SecretStr | None = getattr(self, f"{name}_url")
        return url.get_secret_value() if url else f"sqlite:///{self.data_dir / f'{name}.db'}"

    def outlets(self) -> tuple[Destination, ...]:
        """The destinations as the delivery stage takes them."""
        ours, page = agent(self.contact), self.web.url
        return tuple(Destination(**_plain(section), agent=ours, page=page) for section in self.destinations)


def _plain(section: DestinationSection) -> Nested:
    fields = {name: getattr(section, name) for name in DestinationSection.model_fields}
    for name, value in fields.items():
        if isinstance(value, SecretStr):
            fields[name] = value.get_secret_value()
        elif isinstance(value, list):
            fields[name] = tuple(item.get_secret_value() if isinstance(item, SecretStr) else item for item in value)
    return fields


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings from the YAML file at `path` (none: defaults) and the environment.

    Raises `Misconfigured` with one line per mistake.
    """
    given, lines = read_yaml(path) if path else ({}, {})
    overlay(given, environ)
    written = Written(path, lines, environ)
    try:
        settings = Settings.model_validate(given, context={"base": path.parent if path else Path()})
    except ValidationError as error:
        raise Misconfigured("settings", "\n".join(written.told(error))) from None
    settings._written = written  # noqa: SLF001 - pydantic's private fields are set from outside
    return _resolve(settings, path.parent if path else Path())


def _resolve(settings: Settings, base: Path) -> Settings:
    """The same with every relative path made relative to `base`."""
    paths = {
        name: base / value
        for name in ("data_dir", "watchlist", "baseline", "feeds", "entity_recognition")
        if (value := getattr(settings, name)) is not None
    }
    sources = [
        msgspec.structs.replace(source, url=str(base / source.url)) if source.kind == "folder" else source
        for source in settings.sources
    ]
    return settings.model_copy(update={**paths, "sources": sources})


def _written(source: Source) -> Nested:
    """The source as `from_mapping` reads it back, without the credentials that may be in its address."""
    fields = {name: getattr(source, name) for name in Source.__struct_fields__}
    if source.kind == "feed":
        fields["url"] = _CREDENTIAL.sub(r"\1***", source.address)
    return {
        name: f"{value.total_seconds():.6f}s" if isinstance(value, timedelta) else value
        for name, value in fields.items()
        if value is not None
    }


def dump(settings: Settings) -> str:
    """The settings as YAML, secrets as asterisks, also those in the addresses of sources."""
    shown = settings.model_dump(mode="json", exclude={"sources"})
    shown["sources"] = [_written(source) for source in settings.sources]
    return yaml.safe_dump(shown, allow_unicode=True, sort_keys=False)
