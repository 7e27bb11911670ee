"""The sections of the configuration: what each may say, and what must fit together within one.

Every secret has a twin that names a file (`password_file`). One rule: a section is checked without looking at another;
what spans several is checked in `rasid.settings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, model_validator

from alerts import sign
from connectors.addresses import is_web_address
from connectors.wants import PORTS
from connectors.websub import Endpoint
from rasid.written import Mistakes, Place
from streams.breaker import Limits
from streams.errors import Misconfigured
from streams.records import ChangeKind
from streams.topics import Kafka

# Slack shows a channel's history, and changes a message in it, by its id alone.
_CHANNEL = re.compile("[CDG][A-Z0-9]{6,}")

Port = Annotated[int, Field(ge=0, le=65535)]


def _reachable(url: str) -> str:
    if not is_web_address(url):
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
        if self.url and not is_web_address(self.url.get_secret_value()):
            yield ("url",), "not an http or https address"
        for number, secret in enumerate(self.secrets):
            try:
                sign.key(secret.get_secret_value())
            except Misconfigured as error:
                yield ("secrets", str(number)), str(error)
