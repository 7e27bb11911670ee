"""What Rasid stands on may answer and still not keep what it was given: what can be lost, as far as one can see.

Functions of what was seen, without asking anybody. One rule: each risk is one sentence that says what may come of it
and what to set; what is merely unusual is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from streams.topics import MAX_MESSAGE_BYTES

# A stage that is away over a long weekend must find what it missed.
_SHORTEST_RETENTION = timedelta(days=7)
# Of the 90 seconds of a lease 75 are for sending: what comes near to the rest lets two deliver the same.
_LARGEST_SKEW = timedelta(seconds=5)

_MB = 1_000_000
_FULL, _SCARCE = 10 * _MB, 1_000 * _MB

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "lustre", "afs", "fuse.sshfs", "fuse.glusterfs"}
)
_PASSING = {"tmpfs": "is in memory", "ramfs": "is in memory", "overlay": "belongs to the container"}


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic as its broker describes it: its partitions, the copies of each, its settings in force."""

    partitions: int
    replicas: int
    settings: Mapping[str, str]

    def number(self, name: str) -> int:
        """A setting that is a whole number; -1, which is no limit, where the broker has none of that name."""
        return int(self.settings.get(name, "-1"))


def of_topic(topic: Topic) -> Iterator[str]:
    """What may be lost on a topic, and which of its settings to change."""
    if topic.settings.get("cleanup.policy", "delete") != "delete":
        yield "keeps only the newest message of each source: set cleanup.policy=delete"
    if topic.settings.get("unclean.leader.election.enable") == "true":
        yield "may go on without what it acknowledged: set unclean.leader.election.enable=false"
    if 0 <= topic.number("max.message.bytes") < MAX_MESSAGE_BYTES:
        yield f"refuses long articles: set max.message.bytes={MAX_MESSAGE_BYTES + 10_000}"
    yield from _copies(topic)
    yield from _retention(topic)


def _copies(topic: Topic) -> Iterator[str]:
    if topic.replicas > 1 and topic.number("min.insync.replicas") < 2:  # noqa: PLR2004 - one copy and another
        yield "acknowledges what only one broker has: set min.insync.replicas=2"
    if topic.replicas == 1 and topic.number("flush.messages") != 1:
        yield "has one copy, which a power cut can take: set flush.messages=1, or give it three replicas"


def _retention(topic: Topic) -> Iterator[str]:
    kept = topic.number("retention.ms")
    if 0 <= kept < _SHORTEST_RETENTION / timedelta(milliseconds=1):
        days = timedelta(milliseconds=kept) / timedelta(days=1)
        yield f"keeps messages for {days:g} days, and a stage that is away longer misses some: set retention.ms"
    if topic.number("retention.bytes") >= 0:
        yield "drops messages for their size, read or not: set retention.bytes=-1"


def of_postgres(settings: Mapping[str, str]) -> Iterator[str]:
    """What the settings of a PostgreSQL server may lose."""
    for name in ("fsync", "full_page_writes"):
        if settings.get(name) == "off":
            yield f"a power cut can ruin it: set {name}=on"


def of_clocks(ahead: timedelta) -> Iterator[str]:
    """What comes of a clock that is so much `ahead` of the database's, or behind."""
    if abs(ahead) > _LARGEST_SKEW:
        way = "ahead of" if ahead > timedelta(0) else "behind"
        yield f"this machine's clock is {abs(ahead).total_seconds():.0f} s {way} its own: keep both by NTP"


def of_room(free: int) -> Iterator[str]:
    """What comes of a disk with so many bytes left, as long as something can be written."""
    if _FULL <= free < _SCARCE:
        yield f"has {free / _MB:.0f} MB left on its disk: make room before all stands still"


def why_nothing_is_kept(free: int, *, read_only: bool) -> str | None:
    """Why nothing can be written on a disk with so many bytes left, and what to do; None where it can."""
    if read_only:
        return "its disk takes no writing (mounted read-only): the kernel's log says why; mount it for writing again"
    if free < _FULL:
        return f"its disk is full ({free / _MB:.0f} MB left): make room; what waits goes on by itself"
    return None


def of_folder(path: Path, mounts: str) -> Iterator[str]:
    """What may become of an SQLite database at an absolute path, by the kernel's table of mounts (mountinfo)."""
    kind = _filesystem(path, mounts)
    if kind in _NETWORK:
        yield f"is on a network disk ({kind}), where SQLite's locks do not hold: use a local disk, or PostgreSQL"
    if kind in _PASSING:
        yield f"{_PASSING[kind]} ({kind}) and goes with it: put data_dir on a disk or a volume"


def _filesystem(path: Path, mounts: str) -> str:
    """The kind of file system of the innermost mount that a path lies in; empty where the table does not say."""
    best, kind = Path(), ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split(" ")[4].encode().decode("unicode_escape"))
        if path.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, kind = point, after.split(" ")[0]
    return kind
