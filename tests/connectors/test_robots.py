from __future__ import annotations

from datetime import timedelta

from connectors.outcomes import Failed
from connectors.robots import Known, Memory
from tests.connectors.fakes import START

TOMORROW = START + timedelta(days=1)


def sites(memory: Memory, count: int) -> list[int]:
    """The numbers of those sites that are remembered."""
    return [number for number in range(count) if memory.get(f"https://{number}.example", START)]


def test_few_sites_are_remembered() -> None:
    """Those that were asked last; one that is asked again counts as new, and once."""
    memory = Memory(sites=3)
    for number in (0, 1, 2, 0, 3):
        memory.put(f"https://{number}.example", Known(b"", TOMORROW))
    assert sites(memory, 4) == [0, 2, 3]


def test_few_bytes_are_remembered() -> None:
    """However many sites: long rules push out the oldest, and the count of bytes stays true."""
    memory = Memory(size=1_000)
    for number in range(10):
        memory.put(f"https://{number}.example", Known(b"x" * 300, TOMORROW))
    assert (sites(memory, 10), memory.size) == ([7, 8, 9], 900)
    memory.put("https://8.example", Known(Failed(reason="http_5xx", detail="HTTP 500"), TOMORROW))
    assert (sites(memory, 10), memory.size) == ([7, 8, 9], 600)
    memory.put("https://11.example", Known(b"x" * 1_001, TOMORROW))
    assert (sites(memory, 12), memory.size) == ([], 0)


def test_rules_count_for_their_time() -> None:
    """What is too old is asked for again."""
    memory = Memory()
    memory.put("https://0.example", Known(b"x", TOMORROW))
    assert memory.get("https://0.example", TOMORROW) is None
