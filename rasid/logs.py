"""Logging: one line per event, for people on a terminal, as JSON otherwise; nothing from a feed can forge a line.

What a library says over and over is said a few times a minute: while a broker is away its client complains hundreds of
times a second, which fills disks and hides the lines that say what to do.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any, TextIO

import structlog
from typing_extensions import override

_OURS = "rasid"
_MAX_FIELD = 2_000
# Control characters, line separators and direction marks: a terminal or a log reader would act on them.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# Secrets that a library may put into a message on its own.
_SECRETS = re.compile(
    r"""
    (?<=hooks\.slack\.com/services/) [^\s'"]+   # a Slack webhook's path is its password
    | (?<=whsec_) [^\s'"]+                       # a signing secret
    | \b xox[a-z]- [^\s'"]+                      # a Slack token
    | (?<=://) [^/\s@]+ (?=@)                    # credentials in a URL
    | (?<=[?&](?:key=)) [^\s'"&]+
    | (?<=[?&](?:token=)) [^\s'"&]+
    | (?<=[?&](?:secret=)) [^\s'"&]+
    """,
    re.VERBOSE,
)

# How often a library may say the same within so many seconds, and how many different things are remembered.
_SAME = 5
_SPAN = 60.0
_KINDS = 1_000

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_COLOURS = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}

Event = MutableMapping[str, Any]


def clean(text: str) -> str:
    """`text` without what could forge a line or reveal a secret, at most 2,000 characters."""
    text = _SECRETS.sub("***", text)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text[:_MAX_FIELD])


def _clean_event(_logger: object, _method: str, event: Event) -> Event:
    for name, value in event.items():
        if name != "exception" and not isinstance(value, bool | int | float | None):
            event[name] = clean(str(value))
    if "exception" in event:
        event["exception"] = _SECRETS.sub("***", str(event["exception"]))
    return event


class Hush(logging.Filter):
    """Lets the same message of a library through five times a minute; the first of the next minute tells how many more
    there were. The same is what one line of its code says, whatever it fills in. Our own events all go through.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        if record.name == _OURS:
            return True
        kind = record.name, str(record.msg)
        since, times = self._said.get(kind, (record.created, 0))
        if record.created - since >= _SPAN:
            if times > _SAME:
                record.msg, record.args = f"{record.getMessage()} (and {times - _SAME} times more, not written)", ()
            since, times = record.created, 0
        if len(self._said) >= _KINDS:
            self._said.clear()
        self._said[kind] = since, times + 1
        return times < _SAME


def readable(_logger: object, _method: str, event: Event) -> str:
    """An event as one line for people: the time of day, who says it, what, its fields; in colour where it matters."""
    moment = datetime.fromisoformat(str(event.pop("timestamp"))).astimezone()
    level, stage, said = (str(event.pop(name, "")) for name in ("level", "stage", "event"))
    trace = f"\n{event.pop('exception')}" if "exception" in event else ""
    fields = "".join(f"  {name}={value}" for name, value in event.items() if value is not None)
    colour = _COLOURS.get(level, "")
    mark = f"{level}: " if colour else ""
    return f"{_DIM}{moment:%H:%M:%S}{_PLAIN} {stage:8} {colour}{mark}{said.replace('_', ' ')}{_PLAIN}{fields}{trace}"


def _of(stage: str) -> structlog.typing.Processor:
    """Says of which stage an event is, in whatever thread a library brings it up."""

    def name(_logger: object, _method: str, event: Event) -> Event:
        event.setdefault("stage", stage)
        return event

    return name


def configure(level: str, stage: str, stream: TextIO = sys.stderr) -> None:
    """Send the logs of everything (structlog and the standard library's) in this process to `stream`."""
    shared: list[structlog.typing.Processor] = [
        _of(stage),
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: structlog.typing.Processor = readable if stream.isatty() else structlog.processors.JSONRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _clean_event,
            render,
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(Hush())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)  # libraries speak up only when something is wrong
    logging.getLogger(_OURS).setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=_named,
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _named(*_args: object) -> logging.Logger:
    return logging.getLogger(_OURS)
