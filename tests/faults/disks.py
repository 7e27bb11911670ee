"""A disk that can be full: a small file system in memory. Making one takes root."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PIECE = 4096


class SmallDisk:
    """A file system of some megabytes, mounted at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    def fill(self) -> None:
        """Leave not a single page free."""
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * _PIECE)
            except OSError:
                return

    def free(self) -> None:
        """Give the space back."""
        self._ballast.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A disk of that size that every user can reach, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="rasid-disk-") as path:
        Path(path).chmod(0o755)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", path], check=True)
        try:
            yield SmallDisk(Path(path))
        finally:
            subprocess.run(["umount", "--lazy", path], check=True)
