"""The bytes of an answer as they come in: uncompressed under a cap, never faster than asked, never half.

Only gzip is asked for, so only gzip and none are accepted, and one coding, not several. A file that is gzip by itself
(sitemaps are, often) is opened where it was sent as it is. One rule: what is counted is
what comes out of the decompressor, so a small answer that swells is stopped at the same cap as a large one, and sooner
where it swells more than any text does.
"""

from __future__ import annotations

import zlib

from streams.errors import BadInput

ACCEPTED = "gzip"
_MAGIC = b"\x1f\x8b"  # how every gzip file begins
_GZIP = 31  # zlib's word for: gzip framing, largest window
_STEP = 64 * 1024
_RATIO = 200  # times; feeds shrink to a tenth, seldom to a fiftieth
_RATIO_FROM = 1024 * 1024  # bytes: a small document may be all blanks


class Body:
    """Collects the answer's content, piece by piece."""

    def __init__(self, coding: str, cap: int, *, opens: bool = False) -> None:
        """`coding` is the Content-Encoding header; without one, content that is a gzip file is opened if it `opens`.

        Raises `BadInput` (`decode_error`) for a coding that is not accepted.
        """
        coding = coding.strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip"}:
            raise BadInput("decode_error", f"content coding {coding[:40]!r}, which was not asked for")
        self._inflate = zlib.decompressobj(_GZIP) if coding.endswith("gzip") else None
        self._begun: bytes | None = b"" if opens and self._inflate is None else None
        self._cap = cap
        self._content = bytearray()
        self._taken = 0

    def add(self, piece: bytes) -> int:
        """Take the next piece; returns the size of the content so far.

        Raises `BadInput`: `too_large` above the cap, `decode_bomb` where it swells beyond measure, `decode_error` for a
        corrupt stream.
        """
        self._taken += len(piece)
        if self._begun is not None:
            piece = self._looked_at(self._begun + piece)
        if self._inflate is None:
            self._take(piece)
        else:
            self._expand(self._inflate, piece)
        return len(self._content)

    def _looked_at(self, beginning: bytes) -> bytes:
        """What to go on with: all there is once it is seen whether it is a gzip file, and until then nothing."""
        if len(beginning) < len(_MAGIC):
            self._begun = beginning
            return b""
        self._begun = None
        if beginning.startswith(_MAGIC):
            self._inflate = zlib.decompressobj(_GZIP)
        return beginning

    def _take(self, content: bytes) -> None:
        self._content += content
        if len(self._content) > self._cap:
            raise BadInput("too_large", f"more than {self._cap} bytes")
        if len(self._content) > max(_RATIO_FROM, _RATIO * self._taken):
            raise BadInput("decode_bomb", f"{self._taken} bytes that swell to more than {_RATIO} times as much")

    def _expand(self, inflate: zlib._Decompress, piece: bytes) -> None:
        """In small steps, each judged before the next: a bomb is never there at once."""
        more = True
        while more:
            step = min(_STEP, self._cap + 1 - len(self._content))
            try:
                content = inflate.decompress(piece, step)
            except zlib.error as error:
                raise BadInput("decode_error", f"not gzip: {error}") from error
            self._take(content)
            if inflate.unused_data:  # zlib would keep all of it
                raise BadInput("decode_error", "something follows the end of the compressed answer")
            piece = inflate.unconsumed_tail
            more = bool(piece) or len(content) == step

    def content(self) -> bytes:
        """The whole content, handed over: nothing of it is kept here.

        Raises `BadInput` (`decode_error`) when the compressed stream has not come to its end.
        """
        if self._inflate is not None and not self._inflate.eof:
            raise BadInput("decode_error", "the compressed answer breaks off")
        content = self._begun or bytes(self._content)
        self._content.clear()
        return content
