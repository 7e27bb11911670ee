"""Feedparser's own test feeds through our parser: `python -m bench.suite feedparser-6.0.14.tar.gz`.

The files are not ours to keep: `pip download --no-binary :all: --no-deps feedparser` brings them. Each goes through the
sandbox, as it would in a poll. What a file holds is counted without feedparser: by lxml where the file is XML, and by
its tags where it is not. Printed is what came of the files by folder, and every file that came to something else than
it holds; the exit status is 1 when a child was killed, or a well-formed feed lost or won an item.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from connectors.parse.encoding import decode
from connectors.parse.entries import Document
from connectors.sandbox import Sandbox
from streams.errors import BadInput

_FOLDERS = {"wellformed", "illformed", "encoding", "entities", "compression", "http"}
_HEADER = re.compile(rb"^Header:\s*Content-type:\s*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_TAG = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_NOT_ITEMS = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)


class File(NamedTuple):
    """A test feed: its folder and name, and the document as a server would have sent it."""

    folder: str
    name: str
    document: Document


class Result(NamedTuple):
    """What came of one: how many items it holds and how many were found, or why there are none."""

    file: File
    holds: int
    found: int
    reason: str


def files(archive: str) -> Iterator[File]:
    """The test feeds in feedparser's source distribution."""
    with tarfile.open(archive) as packed:
        for member in packed:
            _, _, path = member.name.partition("/tests/")
            folder = path.partition("/")[0]
            content = packed.extractfile(member) if member.isfile() and folder in _FOLDERS else None
            if content is not None:
                body = content.read()
                header = _HEADER.search(body[:2_000])
                content_type = header[1].decode("ascii", "replace").strip() if header else ""
                yield File(folder, path, Document(body=body, base="http://127.0.0.1:8097/", content_type=content_type))


def holds(document: Document) -> int:
    """How many items a document holds, as lxml sees it, or as its tags say where it is no XML."""
    try:
        root = etree.fromstring(document.body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return len(_TAG.findall(_NOT_ITEMS.sub("", decode(document.body, document.content_type).text)))
    return sum(1 for element in root.iter("{*}*") if etree.QName(element).localname.lower() in {"item", "entry"})


async def parse(sandbox: Sandbox, file: File) -> Result:
    """One file through the sandbox."""
    expected = holds(file.document)
    try:
        feed = await sandbox.parse(file.document)
    except BadInput as error:
        return Result(file, expected, 0, f"{error.reason}: {error}")
    return Result(file, expected, len(feed.entries) + feed.skipped, "")


async def run(archive: str) -> list[Result]:
    """All files, one after the other."""
    sandbox = Sandbox()
    try:
        return [await parse(sandbox, file) for file in files(archive)]
    finally:
        await sandbox.close()


def show(results: list[Result]) -> bool:
    """Print the table and the odd ones; gives whether all is well."""
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    killed = [one for one in results if one.reason.startswith(("parse_limit", "internal"))]
    odd = [one for one in results if not one.reason and one.found != one.holds]
    for one in results:
        kind = one.reason.partition(":")[0] or (
            "as many items as it holds" if one.found == one.holds else "another number"
        )
        table[one.file.folder][kind] += 1
    for folder, counts in sorted(table.items()):
        print(
            f"{folder:12} {sum(counts.values()):5} files: "
            + ", ".join(f"{n} {kind}" for kind, n in counts.most_common())
        )
    for one in (*killed, *odd):
        print(f"  {one.file.name}: holds {one.holds}, found {one.found} {one.reason[:80]}")
    held, found = sum(one.holds for one in results), sum(one.found for one in results)
    refused = sum(one.holds for one in results if one.reason)
    print(f"{held} items, {found} found, {refused} in files that were refused")
    print(f"{len(results)} files, {len(killed)} children lost, {len(odd)} with another number of items")
    return not killed and not any(one.file.folder == "wellformed" for one in odd)


def main(arguments: list[str]) -> str | bool:
    """Run it on the one file named; gives what stands for the exit status."""
    match arguments:
        case [archive] if Path(archive).is_file():
            return not show(asyncio.run(run(archive)))
        case _:
            return "which file? python -m bench.suite feedparser-….tar.gz, as `pip download` brings it"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
