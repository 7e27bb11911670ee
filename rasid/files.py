"""Writing a file of an operator's: at once or not at all, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def replace(file: Path, content: bytes) -> None:
    """Give the file this content, its owner and rights as they are. Raises `OSError`."""
    with replacing(file) as out:
        out.write(content.decode())


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[IO[str]]:
    """What is written within the block becomes the file's content at its end; an error leaves the file as it was.

    Owner and rights stay, and a link stays one; a new file has the rights that any file gets. What is no file (a pipe,
    a device) is written to as it comes. Raises `OSError`.
    """
    if file.exists() and not file.is_file():
        with file.open("w", encoding="utf-8", newline="") as out:
            yield out
        return
    file = file.resolve()
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=file.parent, prefix=f".{file.name}.", delete=False
    ) as written:
        new = Path(written.name)
        try:
            yield written.file
            written.flush()
            os.fsync(written.fileno())
            _take_over(file, new)
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)


def _take_over(file: Path, new: Path) -> None:
    """Give the new file the owner and the rights of the old, without which those who read it could not any more."""
    try:
        old = file.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o666 & ~mask)
        return
    with contextlib.suppress(PermissionError):  # somebody who may write here, and is neither root nor the owner
        os.chown(new, old.st_uid, old.st_gid)
    new.chmod(old.st_mode)
