"""Who says it: the subject of the sentence's verb of saying, or whom "بحسب" credits.

The one rule: the words of the text, never an inference. A sentence that credits nobody has no speaker.
"""

from __future__ import annotations

from streams.arabic.fold import Folded
from streams.extract.scene import Scene

_SAID = "قال اعلن اكد ذكر افاد اوضح اضاف كشف نفي صرح اشار توقع قدر ابلغ"
_SAYS = frozenset(each + ending for each in _SAID.split(" ") for ending in ("", "ت")) | frozenset(
    ("نفت", "يقول", "تقول", "يتوقع", "تتوقع")
)
_CREDITS = frozenset(("بحسب", "حسب", "وفق", "وفقا", "نقلا"))
_TELLS = _SAYS | _CREDITS
_LINKS = frozenset(("ل", "عن", "من", '"', "'"))
_KINDS = """
مصدر مصادر مصدران مصدرين متحدث متحدثه مسوول مسوولون مسوولين محللون محللين وزير الوزير وزاره الوزاره الحكومه تقرير وثيقه
"""
_SOURCES = frozenset(_KINDS.split())
_NEXT = 2  # a blank, and a quote


def speaker_of(folded: Folded, scene: Scene) -> str | None:
    """The speaker as written, the first of the sentence."""
    for at, token in enumerate(scene.tokens):
        word = token.text
        if word in _TELLS or (word[0] in "وف" and word[1:] in _TELLS):
            said = _named(folded, scene, at + 1)
            if said:
                return said
    return None


def _named(folded: Folded, scene: Scene, at: int) -> str | None:
    """The party or the kind of source that begins at token `at`, behind what links it."""
    tokens = scene.tokens
    while at < len(tokens) and tokens[at].text in _LINKS:
        at += 1
    if at >= len(tokens):
        return None
    here = tokens[at]
    party = next((p for p in scene.parties if p.payer and p.lead - _NEXT <= here.start < p.end), None)
    if party:
        return folded.slice(party.start, party.end)
    known = here.text in _SOURCES or here.text.removeprefix("ل") in _SOURCES
    return folded.slice(here.start, here.end).removeprefix("ل") if known else None
