"""A folder as a source: its feeds (`*.xml`, `*.rss`, `*.atom`, `*.json`) and items (`*.jsonl`), or one such file.

It answers like a web server. Names, sizes and times of the files stand for the ETag: while they are the same, nothing
is read. One rule: what is in memory at once is bounded, for each file and for all of them together.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from connectors.outcomes import Answer, Failed, Fetched, Unchanged, Validators
from connectors.parse.entries import Document

_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".json", ".jsonl"})
_MAX_BYTES = 10 * 1024 * 1024
_MAX_TOGETHER = 128 * 1024 * 1024


def read_folder(path: Path, validators: Validators) -> Answer:
    """The files of a folder in the order of their names; every failure comes back as a `Failed`."""
    try:
        files = _files(path)
        if oversized := [file.name for file in files if file.stat().st_size > _MAX_BYTES]:
            return Failed(reason="too_large", detail=f"{path}: more than {_MAX_BYTES} bytes: {', '.join(oversized)}")
        if (size := sum(file.stat().st_size for file in files)) > _MAX_TOGETHER:
            detail = f"{path}: {size} bytes in {len(files)} files, more than {_MAX_TOGETHER}: make it several folders"
            return Failed(reason="too_large", detail=detail)
        state = _state(files)
        if state == validators.etag:
            return Unchanged()
        documents = tuple(Document(body=file.read_bytes(), base=file.name) for file in files)
    except OSError as error:
        return Failed(reason="unreadable", detail=f"{path}: {error.strerror}")
    return Fetched(documents=documents, validators=Validators(etag=state))


def _files(path: Path) -> list[Path]:
    """The file itself, or the folder's files of our kinds. Raises `OSError` where there is neither."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file())


def _state(files: list[Path]) -> str:
    facts = [(file.name, (stat := file.stat()).st_mtime_ns, stat.st_size) for file in files]
    return blake2b(repr(facts).encode(), digest_size=16).hexdigest()
