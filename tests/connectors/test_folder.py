from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors import folder
from connectors.folder import read_folder
from connectors.outcomes import Failed, Fetched, Unchanged, Validators


def files(path: Path, validators: Validators | None = None) -> Fetched:
    """What the folder holds."""
    answer = read_folder(path, validators or Validators())
    assert isinstance(answer, Fetched)
    return answer


def test_the_files_of_our_kinds_by_name(tmp_path: Path) -> None:
    """Feeds and items in the order of their names; other files and folders are not ours."""
    for name in ("b.xml", "a.jsonl", "c.JSON", "notes.txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / "d.xml").mkdir()
    documents = files(tmp_path).documents
    assert [(one.base, one.body) for one in documents] == [
        ("a.jsonl", b"a.jsonl"),
        ("b.xml", b"b.xml"),
        ("c.JSON", b"c.JSON"),
    ]


def test_one_file_is_a_folder_of_one(tmp_path: Path) -> None:
    """Whatever it is called."""
    path = tmp_path / "story.feed"
    path.write_text("x")
    assert [one.body for one in files(path).documents] == [b"x"]


def test_an_unchanged_folder_is_not_read(tmp_path: Path) -> None:
    """A new file, a new size, a new time or a file less is a change."""
    path = tmp_path / "a.xml"
    path.write_text("one")
    os.utime(path, (1, 1))
    state = files(tmp_path).validators
    assert read_folder(tmp_path, state) == Unchanged()
    os.utime(path, (2, 2))
    state = files(tmp_path, state).validators
    path.write_text("other")
    os.utime(path, (2, 2))
    state = files(tmp_path, state).validators
    (tmp_path / "b.xml").write_text("two")
    state = files(tmp_path, state).validators
    path.unlink()
    assert [one.base for one in files(tmp_path, state).documents] == ["b.xml"]


def test_what_is_too_large_together_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As much as may be is read; with one byte more nothing is, and the operator hears what to do."""
    monkeypatch.setattr(folder, "_MAX_TOGETHER", 6)
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text("one")
    assert len(files(tmp_path).documents) == 2
    (tmp_path / "c.xml").write_text("1")
    large = read_folder(tmp_path, Validators())
    assert isinstance(large, Failed)
    assert (large.reason, "make it several folders" in large.detail) == ("too_large", True)


def test_what_cannot_be_read_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is not there, and a file that is too large, each by name."""
    missing = read_folder(tmp_path / "missing", Validators())
    assert isinstance(missing, Failed)
    assert (missing.reason, "missing" in missing.detail) == ("unreadable", True)
    monkeypatch.setattr(folder, "_MAX_BYTES", 3)
    (tmp_path / "big.xml").write_text("four")
    big = read_folder(tmp_path, Validators())
    assert isinstance(big, Failed)
    assert (big.reason, "big.xml" in big.detail) == ("too_large", True)
