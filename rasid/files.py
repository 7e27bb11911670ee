"""Writing into an operator's file: at once or not at all, whatever happens in between."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace(file: Path, content: bytes) -> None:
    """Give the file this content, its rights as they are. Raises `OSError`."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as written:
        new = Path(written.name)
        try:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
            new.chmod(file.stat().st_mode)
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
