"""What no feed looks like: seen by one pass over the text, before any parser that could be slow on it.

Tags are found, not parsed: what stands in comments and CDATA is text, a tag ends at its `>` outside of quotation marks.
One rule: time grows with the length of the text and never faster, whatever the text.
"""

from __future__ import annotations

import re

from streams.errors import BadInput

MAX_DEPTH = 256
MAX_ATTRIBUTES = 256

# Every attempt ends at the next "<", so that nothing is looked at more than twice.
_TAG = re.compile(
    r"""
    <(?: (?P<skip> !--|!\[CDATA\[ )
    |    (?P<end> / )? (?P<name> [A-Za-z_][^\s<>/]*+ ) (?P<rest> (?: [^<>"'] | "[^"<]*+" | '[^'<]*+' )*+ ) >
    )""",
    re.VERBOSE,
)
_SKIPPED_UNTIL = {"!--": "-->", "![CDATA[": "]]>"}
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_LONG = 4 * MAX_ATTRIBUTES  # no shorter tag has so many
# Tags of HTML that are never closed: a feed that forgot to escape its texts has any number of them.
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "li", "p", "param", "source", "wbr"})


def require_shape(text: str) -> None:
    """Raises `BadInput` (`parse_limit`) for elements nested deeper, or tags with more attributes, than feeds have."""
    open_tags: list[str] = []
    position = 0
    while match := _TAG.search(text, position):
        position = match.end()
        if skip := match["skip"]:
            end = text.find(_SKIPPED_UNTIL[skip], position)
            if end < 0:
                return
            position = end
        elif match["end"]:
            _close(open_tags, match["name"])
        else:
            _require_few_attributes(match["rest"])
            if not match["rest"].endswith("/") and match["name"].lower() not in _VOID:
                open_tags.append(match["name"])
        if len(open_tags) > MAX_DEPTH:
            raise BadInput("parse_limit", f"elements nested more than {MAX_DEPTH} deep")


def _close(open_tags: list[str], name: str) -> None:
    """Close the innermost element of that name and all within it; a name that is not open closes nothing."""
    for depth in range(len(open_tags) - 1, -1, -1):
        if open_tags[depth] == name:
            del open_tags[depth:]
            return


def _require_few_attributes(tag: str) -> None:
    if len(tag) < _LONG:
        return
    bare = " ".join(_QUOTED.sub(" ", tag.removesuffix("/")).split()).replace(" =", "=").replace("= ", "=")
    if max(bare.count("="), len(bare.split())) > MAX_ATTRIBUTES:
        raise BadInput("parse_limit", f"a tag with more than {MAX_ATTRIBUTES} attributes")
