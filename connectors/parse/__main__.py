"""The child that parses: documents in on standard input, what they say out on standard output, under hard limits.

`connectors.sandbox` starts it as `python -m connectors.parse MEMORY_BYTES CPU_SECONDS`. Messages are MessagePack behind
four bytes of length, a document's body comes behind it in the same way, as it is; an empty message says that the child
is ready. It ends when its input does, so that it never
outlives its parent, and it ends itself after a document that exhausted its memory.
"""

from __future__ import annotations

import resource
import sys
from typing import BinaryIO

import msgspec

from connectors.parse.document import parse
from connectors.parse.entries import Document, Reply
from connectors.parse.robots import permission
from connectors.parse.sitemapindex import read_index
from streams.errors import BadInput

_LENGTH = 4


def frame(payload: bytes) -> bytes:
    """The payload behind its length."""
    return len(payload).to_bytes(_LENGTH) + payload


def read(document: Document) -> Reply:
    """What is in a document, by what it is to be read as. Raises `BadInput` as the parsers do.

    The parser of pages is loaded when the first one comes: most children never need it.
    """
    if document.kind == "feed":
        return Reply(feed=parse(document))
    if document.kind == "robots":
        return Reply(permission=permission(document))
    if document.kind == "sitemaps":
        return Reply(sitemaps=read_index(document))
    from connectors.parse.page import read_page  # noqa: PLC0415 - see above

    return Reply(page=read_page(document))


def answer(document: Document) -> Reply:
    """The reply to a document; the last one, where the parser is not to be trusted with another."""
    try:
        return read(document)
    except BadInput as error:
        return Reply(reason=error.reason, detail=str(error))
    except (MemoryError, RecursionError) as error:
        return Reply(reason="parse_limit", detail=f"the parser ran out of bounds: {type(error).__name__}", last=True)
    except Exception as error:  # a bug in a parser must cost one document and be named, not look like a hostile feed
        return Reply(reason="internal", detail=f"{type(error).__name__}: {error}"[:500], last=True)


def serve(source: BinaryIO, sink: BinaryIO, cpu_seconds: int) -> None:
    """Answer documents until the input ends."""
    _send(sink, b"")
    last = False
    while not last and (header := source.read(_LENGTH)):
        described = msgspec.msgpack.decode(source.read(int.from_bytes(header)), type=Document)
        body = source.read(int.from_bytes(source.read(_LENGTH)))
        document = msgspec.structs.replace(described, body=body)
        _allow_cpu(cpu_seconds)
        reply = answer(document)
        _send(sink, msgspec.msgpack.encode(reply))
        last = reply.last


def _send(sink: BinaryIO, payload: bytes) -> None:
    sink.write(frame(payload))
    sink.flush()


def _allow_cpu(seconds: int) -> None:
    """Let the kernel end this process when it has used so many seconds more than until now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def main(memory: int, cpu_seconds: int) -> None:
    """Bind this process to its limits, then serve standard input."""
    parse(Document(body=b"<rss/>"))  # what is loaded on first use is loaded before memory is short
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sink, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints must not end up in a message
    serve(sys.stdin.buffer, sink, cpu_seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
