"""OPML: the feed list as every reader writes it, with Rasid's own attributes beside those of the format.

What an outline says of its source is read by the one table of `connectors.sources`; here is only where outlines stand:
those around a source are its group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors.sources import NAMESPACE, Source, camel, field_of, given, read, repeated, written
from streams.errors import Misconfigured

_TYPES = {"feed": "rss", "folder": "folder"}


def from_opml(data: bytes) -> tuple[Source, ...]:
    """The sources of an OPML document, in its order; the outlines around one become its `group`.

    Rasid's own attributes (`minInterval`, `timezone`, `backfill` …) may stand with or without the namespace
    `urn:rasid:opml`; those of other programs are left alone. Raises `Misconfigured` (reason `feeds`) with every
    mistake, one a line.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Misconfigured("feeds", f"the feed list is not OPML: {error}") from error
    if root.tag != "opml":
        raise Misconfigured("feeds", f"the feed list is not OPML: its root is <{root.tag}>")
    mistakes: list[str] = []
    sources = [source for fields in _outlines(root.find("body"), "") if (source := read(fields, mistakes))]
    mistakes += repeated(sources)
    if mistakes:
        raise Misconfigured("feeds", "\n".join(mistakes))
    return tuple(sources)


def to_opml(sources: Iterable[Source]) -> bytes:
    """The sources as an OPML document that `from_opml` reads back as the same."""
    register_namespace("rasid", NAMESPACE)
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Rasid"
    groups = {"": SubElement(root, "body")}
    for source in sources:
        SubElement(_group(groups, source.group), "outline", attributes_of(source))
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _outlines(parent: Element | None, group: str) -> Iterator[dict[str, str]]:
    """The attributes of every outline that is a source: it has an address, or a type and nothing inside."""
    for outline in () if parent is None else parent.findall("outline"):
        names = {field_of(name) for name in outline.attrib}
        if "url" in names or ("kind" in names and not len(outline)):
            yield {"group": group, **outline.attrib}
        else:
            yield from _outlines(outline, "/".join(filter(None, (group, group_title(outline.attrib)))))


def group_title(attributes: Mapping[str, str]) -> str:
    """What a group is called that an outline with these attributes is; a slash parts groups and cannot be in one."""
    return (attributes.get("text") or attributes.get("title") or "").replace("/", " ").strip()


def _group(groups: dict[str, Element], path: str) -> Element:
    if path not in groups:
        parent, _, title = path.rpartition("/")
        groups[path] = SubElement(_group(groups, parent), "outline", text=title)
    return groups[path]


def attributes_of(source: Source) -> dict[str, str]:
    """The outline that a source is; names of ours stand with their namespace in braces."""
    named = {"text": source.title or source.id, "xmlUrl": source.url, "type": _TYPES[source.kind]}
    told = {"htmlUrl": source.home, "description": source.description}
    own = {f"{{{NAMESPACE}}}{camel(name)}": written(value) for name, value in given(source)}
    return named | {name: text for name, text in told.items() if text} | own
