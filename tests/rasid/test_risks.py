"""What `rasid doctor` says of parts that answer and could still lose something: the sentences, and on real servers."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from rasid import risks
from rasid.doctor import examine
from rasid.risks import Topic
from rasid.settings import Settings, load
from streams.topics import READINGS, Kafka
from tests.services import KafkaServer, Postgres

_SAFE = {
    "cleanup.policy": "delete",
    "unclean.leader.election.enable": "false",
    "max.message.bytes": "1010000",
    "min.insync.replicas": "2",
    "retention.ms": "2592000000",
    "retention.bytes": "-1",
}
_TABLE = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 0:40 / /srv/far rw,relatime shared:1 - nfs4 server:/x rw
31 22 0:41 / /srv/with\\040space rw - tmpfs tmpfs rw
32 30 8:2 / /srv/far/near rw - ext4 /dev/sdb1 rw
"""


@pytest.mark.parametrize(
    ("replicas", "differently", "said"),
    [
        (3, {}, []),
        (1, {"flush.messages": "1", "min.insync.replicas": "1"}, []),
        (1, {"min.insync.replicas": "1"}, ["flush.messages=1"]),
        (3, {"min.insync.replicas": "1"}, ["min.insync.replicas=2"]),
        (3, {"cleanup.policy": "compact"}, ["cleanup.policy=delete"]),
        (3, {"unclean.leader.election.enable": "true"}, ["unclean.leader.election.enable=false"]),
        (3, {"max.message.bytes": "1000"}, ["max.message.bytes"]),
        (3, {"retention.ms": "86400000"}, ["for 1 days"]),
        (3, {"retention.ms": "-1"}, []),
        (3, {"retention.bytes": "1000000"}, ["retention.bytes=-1"]),
    ],
)
def test_a_topic_says_what_it_could_lose(replicas: int, differently: dict[str, str], said: list[str]) -> None:
    """One sentence for each setting that could lose something, none for topics as Rasid makes them."""
    found = list(risks.of_topic(Topic(partitions=4, replicas=replicas, settings=_SAFE | differently)))
    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/var/lib/rasid/ledger.db", None),
        ("/srv/far/rasid/ledger.db", "network disk (nfs4)"),
        ("/srv/far/near/ledger.db", None),
        ("/srv/farther/ledger.db", None),
        ("/srv/with space/ledger.db", "in memory"),
    ],
)
def test_a_folder_is_judged_by_the_innermost_mount(path: str, part: str | None) -> None:
    """A network disk or memory is a risk for SQLite; a local disk mounted below it, or beside it, is none."""
    found = list(risks.of_folder(Path(path), _TABLE))
    assert (part is None and not found) or (part is not None and part in found[0])


@pytest.mark.parametrize(("seconds", "part"), [(0, None), (-4, None), (60, "60 s ahead"), (-60, "60 s behind")])
def test_clocks_that_differ_are_said(seconds: int, part: str | None) -> None:
    """A few seconds harm nothing; a minute does, either way."""
    found = list(risks.of_clocks(timedelta(seconds=seconds)))
    assert (part is None and not found) or (part is not None and part in found[0])


DISKS = [
    (5_000_000_000, False, None, None),
    (400_000_000, False, "400 MB left", None),
    (3_000_000, False, None, "full"),
    (5_000_000_000, True, None, "read-only"),
    (0, True, None, "read-only"),
]


@pytest.mark.parametrize(("free", "read_only", "risk", "fault"), DISKS)
def test_a_disk_that_takes_nothing_is_a_fault(free: int, read_only: bool, risk: str | None, fault: str | None) -> None:  # noqa: FBT001 - a row's value
    """Full or mounted read-only it stops everything; a little room left is a risk; never both."""
    said = risks.why_nothing_is_kept(free, read_only=read_only)
    assert (said is None and fault is None) or (fault is not None and said is not None and fault in said)
    assert [risk in one for one in risks.of_room(free) if risk] == ([True] if risk else [])


def test_doctor_looks_at_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both databases can still be read on a full disk; doctor says that nothing is kept any more, and its status."""
    settings = load(None, {"RASID_DATA_DIR": str(tmp_path)})
    status, said = _examined(settings, tmp_path, capsys)
    assert (status, "full" in said) == (0, False), said
    real = os.statvfs(tmp_path)
    full = os.statvfs_result((*real[:3], 0, 0, *real[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    status, said = _examined(settings, tmp_path, capsys)
    assert status == os.EX_UNAVAILABLE
    assert [line.split()[1] for line in said.splitlines() if "disk is full" in line] == ["archive", "ledger"]


def _examined(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    return examine(settings, tmp_path, lambda *_: None), capsys.readouterr().out


def test_doctor_names_what_topics_could_lose(
    kafka_server: KafkaServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of topics that Rasid made; of one that somebody has set otherwise each risk. The status is still 0."""
    kafka = kafka_server.settings
    settings = load(None, {"RASID_DATA_DIR": str(tmp_path), "RASID_KAFKA__BOOTSTRAP": kafka.bootstrap})
    status, said = _examined(settings, tmp_path, capsys)
    assert (status, "ok      kafka" in said, "risk    kafka" in said) == (0, True, False), said
    asyncio.run(_set(kafka, READINGS, {"cleanup.policy": "compact"}))
    status, said = _examined(settings, tmp_path, capsys)
    assert status == 0
    assert "risk    kafka     rasid.readings keeps only the newest message of each source" in said
    assert "risk    kafka     rasid.readings has one copy" in said
    assert "rasid.articles" not in said


def test_doctor_names_what_a_careless_postgresql_could_lose(
    postgres: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server of the tests writes nothing through to the disk: doctor says so of both databases."""
    with postgres.database() as url:
        settings = load(None, {"RASID_ARCHIVE_URL": url, "RASID_LEDGER_URL": url, "RASID_DATA_DIR": str(tmp_path)})
        _, said = _examined(settings, tmp_path, capsys)
    for name in ("archive", "ledger"):
        assert f"risk    {name:9} a power cut can ruin it: set fsync=on" in said
    assert "clock" not in said


async def _set(kafka: Kafka, topic: str, settings: dict[str, str]) -> None:
    """Give a topic these settings and otherwise the broker's own."""
    admin = AIOKafkaAdminClient(**kafka.client_options())
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, settings)])
    finally:
        await admin.close()
