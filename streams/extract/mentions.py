"""Where the watchlist's names stand in a text.

Strategy: one automaton finds every spelling; a hit counts when only particles stand before it and no letter
follows; of hits that overlap the longest counts, so a site's name is not its project's and a homonym hides the name
inside it. Names that need context are dropped when the text has none.

The one rule: boundaries first, then the longest. The other way round, a long wrong hit hides a right one.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from streams.arabic.clitics import name_ends, particles
from streams.arabic.fold import Folded
from streams.extract.automaton import Automaton
from streams.extract.watchlist import Name, NameKind, Project, Watchlist


class Hit(msgspec.Struct, frozen=True):
    """A name in a folded text; `particles` is what is glued before it ("و", "لل"…)."""

    start: int
    end: int
    entity: str
    kind: NameKind
    particles: str = ""


class Finder:
    """Finds the names of one watchlist. `anchors` are further folded words to look for in the same pass."""

    def __init__(self, watchlist: Watchlist, anchors: Iterable[str] = ()) -> None:
        self._names = watchlist.names
        self._projects = {project.id: project for project in watchlist.projects}
        self._automaton = Automaton([name.key for name in self._names] + list(anchors))

    def find(self, folded: Folded) -> tuple[list[Hit], list[tuple[int, int]]]:
        """The names in the text, in order, and the places of the anchors."""
        hits: list[tuple[Hit, Name]] = []
        anchors: list[tuple[int, int]] = []
        for index, start, end in self._automaton.find(folded):
            anchor = index >= len(self._names)
            if anchor and not folded.text[end - 1].isalpha():
                anchors.append((start, end))  # a sign needs no boundary
                continue
            before = particles(folded.text, start)
            if before is None or not name_ends(folded.text, end):
                continue
            if anchor:
                anchors.append((start, end))
            else:
                name = self._names[index]
                hits.append((Hit(start, end, name.entity, name.kind, before), name))
        return self._meant(folded.text, _longest(hits)), anchors

    def _meant(self, text: str, hits: list[tuple[Hit, Name]]) -> list[Hit]:
        """Without homonyms, and without names whose context is missing."""
        homonym = any(hit.kind == "homonym" for hit, _ in hits)
        named = {hit.entity for hit, _ in hits} & self._projects.keys()
        other = {each for each in named if _other_subject(text, self._projects[each], homonym=homonym)}
        return [
            hit
            for hit, name in hits
            if hit.kind != "homonym"
            and hit.entity not in other
            and (not name.requires or any(word in text for word in name.requires))
        ]


def _other_subject(text: str, project: Project, *, homonym: bool) -> bool:
    """Whether the text has words of a rival subject, or a homonym, and none of the project's own."""
    if not homonym and not any(rival in text for rival in project.rivals):
        return False
    return not any(word in text for word in project.context)


def _longest(hits: list[tuple[Hit, Name]]) -> list[tuple[Hit, Name]]:
    """Of overlapping hits the longest, the first of equals; in order."""
    kept: list[tuple[Hit, Name]] = []
    free_from = -1
    for hit in sorted(hits, key=lambda pair: (pair[0].start, -pair[0].end)):
        if kept and hit[0].start < free_from:
            last = kept[-1][0]
            if hit[0].end - hit[0].start > last.end - last.start:
                kept[-1] = hit
                free_from = hit[0].end
            continue
        kept.append(hit)
        free_from = hit[0].end
    return kept
