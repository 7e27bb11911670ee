"""Writing an operator's file: whole or not at all, its owner and rights as they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rasid.files import replace, replacing


def test_rights_and_owner_stay(tmp_path: Path) -> None:
    """Whoever could read the file before can read it after somebody else has written it."""
    file = tmp_path / "watchlist.yaml"
    file.write_text("old")
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 12_345, 12_346)
    before = file.stat()
    replace(file, "جديد".encode())
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert file.read_text(encoding="utf-8") == "جديد"


def test_an_error_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """What was there yesterday is still there, and nothing lies beside it, when the new content fails half-way."""
    file = tmp_path / "facts.csv"
    file.write_text("yesterday")
    with pytest.raises(RuntimeError):
        _write_half(file)
    assert file.read_text() == "yesterday"
    assert [path.name for path in tmp_path.iterdir()] == ["facts.csv"]


def _write_half(file: Path) -> None:
    with replacing(file) as out:
        out.write("half")
        raise RuntimeError


def test_a_new_file_has_the_rights_of_any(tmp_path: Path) -> None:
    """As a file that is simply opened for writing."""
    (tmp_path / "plain").write_text("")
    with replacing(tmp_path / "new") as out:
        out.write("a\r\nb")
    assert (tmp_path / "new").read_bytes() == b"a\r\nb"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it leads to has the new content."""
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    replace(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    """A pipe is not replaced by a file of its name."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    replace(pipe, b"new")
    assert os.read(reading, 10) == b"new"
    os.close(reading)
    assert pipe.is_fifo()
