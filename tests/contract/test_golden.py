"""Kafka outlives a deployment: bytes that were written once must be understood for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.errors import BadInput
from streams.records import Article, Change, DeadLetter, Reading, Record, Redriven, decode, encode

_HERE = Path(__file__).parent
_KINDS: dict[str, type[Record]] = {
    "article": Article,
    "reading": Reading,
    "change": Change,
    "dead-letter": DeadLetter,
    "redriven": Redriven,
}
_SAMPLES = sorted(_HERE.glob("v*/*.json"))


def _kind(sample: Path) -> type[Record]:
    return _KINDS[sample.stem.partition(".")[0]]


@pytest.mark.parametrize("sample", _SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_stored_bytes_still_decode(sample: Path) -> None:
    """A record stored by an earlier version decodes, and encodes again to the same content."""
    data = sample.read_bytes()
    record = decode(data, _kind(sample))
    assert msgspec.json.decode(encode(record)) == msgspec.json.decode(data)


def test_every_kind_of_record_has_a_sample() -> None:
    """No record travels without a stored sample of it."""
    assert {_kind(sample) for sample in _SAMPLES} == set(_KINDS.values())


@pytest.mark.parametrize("kind", _KINDS)
def test_a_field_of_tomorrow_is_ignored(kind: str) -> None:
    """A newer writer may add fields; an older reader takes the record without them."""
    sample = _HERE / "v1" / f"{kind}.json"
    fields: dict[str, Any] = msgspec.json.decode(sample.read_bytes())
    assert decode(msgspec.json.encode(fields | {"of_tomorrow": [1]}), _KINDS[kind]) == decode(
        sample.read_bytes(), _KINDS[kind]
    )


@pytest.mark.parametrize("kind", _KINDS)
def test_a_missing_field_is_refused_by_name(kind: str) -> None:
    """A record without a field that it needs is never filled with a silent default."""
    fields: dict[str, Any] = msgspec.json.decode((_HERE / "v1" / f"{kind}.json").read_bytes())
    for name in (field.name for field in msgspec.structs.fields(_KINDS[kind]) if field.required):
        with pytest.raises(BadInput, match=name) as raised:
            decode(msgspec.json.encode({key: value for key, value in fields.items() if key != name}), _KINDS[kind])
        assert raised.value.reason == "schema"
