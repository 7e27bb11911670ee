"""The configuration: `rasid.yaml`, then `RASID_…` from the environment, then nothing else.

Nested keys are joined by two underscores (`RASID_KAFKA__BOOTSTRAP`). Relative paths are relative to the configuration
file. One rule: all mistakes are reported at once, each with its place, and a key that nobody knows is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import msgspec
import yaml
from pydantic import AfterValidator, Field, PrivateAttr, SecretStr, ValidationError, model_validator

from alerts.destinations import Destination
from connectors.sources import Source, from_mapping
from connectors.wants import agent
from rasid.rules import AlertsSection
from rasid.sections import (
    ArchiveSection,
    BreakerSection,
    DestinationSection,
    FetchSection,
    HealthSection,
    KafkaSection,
    LedgerSection,
    Section,
    WebSection,
    WebsubSection,
)
from rasid.written import Mistakes, Nested, Place, Written, overlay, read_yaml
from streams.errors import Misconfigured

# A parameter of an address by whose name it is a credential, up to its value: `key=`, `api_key=`, `accessToken=`.
_CREDENTIAL = re.compile(r"([?&;][^=&;#]*(?:key|token|secret|password|passwd|pwd|auth|sig|signature)=)[^&;#]*", re.I)


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


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or {"http": 80}.get(parts.scheme, 443)


class Settings(Section):
    """All of it."""

    data_dir: Path = Path(".rasid")
    watchlist: Path = Path("seeds/watchlist.yaml")
    baseline: Path | None = Path("seeds/baseline.yaml")
    feeds: Path | None = Path("seeds/feeds.opml")
    sources: Annotated[list[Any], AfterValidator(_read_sources)] = Field(default=[], repr=False)
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
    destinations: Annotated[list[DestinationSection], AfterValidator(_tell_apart)] = Field(
        default=[DestinationSection(id="console", kind="console")]
    )
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
        raise Misconfigured("settings", "\n".join(written.told(error, Settings))) from None
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
