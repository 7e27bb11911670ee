"""Adding sources to an operator's OPML by its text: every byte that stands there stays, comments and layout too.

Strategy: the parser only says where a group ends; the new lines go in front of that, indented like what stands before.
One rule: what comes out is read again, and it must be the old sources and the new ones, or nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from connectors.opml import attributes_of, from_opml, group_title
from connectors.sources import NAMESPACE, Source
from streams.errors import Misconfigured

_STEP = b"  "


class _Places:
    """Where each group of a document ends, by its path (the body's is empty), and the prefix of our namespace."""

    def __init__(self, data: bytes) -> None:
        self.ends: dict[str, int] = {}
        self.prefix = ""
        self._open: list[str | None] = []
        self._parser = parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(data, True)  # noqa: FBT003 - expat has no name for it

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if value == NAMESPACE and name.startswith("xmlns:"):
                self.prefix = name.removeprefix("xmlns:") + ":"
        self._open.append(self._path(tag, attributes))

    def _path(self, tag: str, attributes: dict[str, str]) -> str | None:
        """The path of the group that an element is; None where it is none."""
        if tag == "body":
            return ""
        parent = self._open[-1] if self._open else None
        title = group_title(attributes)
        if tag != "outline" or parent is None or not title or "xmlUrl" in attributes:
            return None
        return "/".join(filter(None, (parent, title)))

    def _end(self, tag: str) -> None:
        path = self._open.pop()
        if path is not None and (tag == "body" or path):
            self.ends.setdefault(path, self._parser.CurrentByteIndex)


def added(data: bytes, new: Iterable[Source]) -> bytes:
    """The document with the sources at the end of their groups, which are made where they are missing.

    Raises `Misconfigured` (reason `feeds`) when it is no OPML in UTF-8, or when a source has the id or the address of
    another.
    """
    sources = tuple(new)
    before = from_opml(data)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise Misconfigured("feeds", f"only a feed list in UTF-8 can be added to: {error}") from error
    for source in sources:
        data = _with(data, source)
    if sorted(from_opml(data), key=_id) != sorted((*before, *sources), key=_id):
        raise Misconfigured("feeds", "this feed list cannot be added to: write the sources into it by hand")
    return data


def _with(data: bytes, source: Source) -> bytes:
    places = _Places(data)
    if not data.startswith(b"</body", places.ends.get("", 0)):
        raise Misconfigured("feeds", "this feed list has no body to add to: write <body></body>")
    known = source.group
    missing: list[str] = []
    while known not in places.ends:
        known, _, title = known.rpartition("/")
        missing.insert(0, title)
    own = {_named(name, places.prefix): value for name, value in attributes_of(source).items()}
    line = "<outline " + " ".join(f"{name}={quoteattr(value)}" for name, value in own.items()) + "/>"
    for title in reversed(missing):
        line = f"<outline text={quoteattr(title)}>\n" + _indented(line) + "\n</outline>"
    return _inserted(data, places.ends[known], line)


def _named(name: str, prefix: str) -> str:
    return name.replace(f"{{{NAMESPACE}}}", prefix)


def _indented(text: str) -> str:
    return re.sub("^", _STEP.decode(), text, flags=re.MULTILINE)


def _inserted(data: bytes, at: int, text: str) -> bytes:
    """The document with the lines in front of the closing tag at that place, one step further in than it."""
    ending = b"\r\n" if b"\r\n" in data else b"\n"
    start = data.rfind(b"\n", 0, at) + 1
    before, indent = data[:at], data[start:at]
    if indent.strip():  # the closing tag stands behind something
        before, indent = data[:at] + ending, b""
    else:
        before = data[:start]
    lines = ending.join(indent + _STEP + line.encode() for line in text.split("\n"))
    return before + lines + ending + indent + data[at:]


def _id(source: Source) -> str:
    return source.id
