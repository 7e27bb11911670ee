"""What a site asks of robots: the only module that imports Protego.

Runs in the child like every parser, because its patterns become regular expressions that a hostile site could make
slow. One rule: what cannot be understood forbids nothing (RFC 9309).
"""

from __future__ import annotations

from protego import Protego

from connectors.parse.entries import Document, Permission

AGENT = "Rasid"
_LONGEST_DELAY = 60.0


def permission(document: Document) -> Permission:
    """What the rules in `document` say of its `base`, an address of the same site. Total."""
    rules = Protego.parse(str(document.body, "utf-8", "replace"))
    delay = rules.crawl_delay(AGENT) or 0.0
    return Permission(allowed=rules.can_fetch(document.base, AGENT), delay=min(max(delay, 0.0), _LONGEST_DELAY))
