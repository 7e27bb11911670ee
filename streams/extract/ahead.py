"""A project that the text names only after it has told of one of its sites.

The one rule: only a site that is then said to be the project's is taken for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from streams.extract.resolve import Resolved

_AHEAD = 2  # sentences that a site may be told of before the text says whose it is
_PART_OF = ("جزء", "ضمن", "احد", "باكوره", "اول", "تحت", "يحمل", "تحمل")


def looked_ahead(views: Sequence[Resolved]) -> list[Resolved]:
    """The views, where those before the first project speak of it if then "the site" is called a part of it.

    As in "تبني X مركزا لحساب Y. … الموقع جزء من مشروع P".
    """
    first = next((at for at, view in enumerate(views) if view.project_age == 0), len(views))
    project = linked(views[first]) if first < len(views) else None
    if project is None:
        return list(views)
    return [
        replace(view, project=project, project_age=1) if first - _AHEAD <= at < first else view
        for at, view in enumerate(views)
    ]


def linked(following: Resolved) -> str | None:
    """The project of which the sentence says that the site of the sentences before is a part."""
    scene = following.scene
    named = next((p for p in scene.parties if p.kind == "project"), None)
    site = next((p for p in scene.parties if p.kind == "the_site"), None)
    if named is None or site is None or site.start > named.start:
        return None
    between = [token.text.lstrip("وكل") for token in scene.tokens if site.end <= token.start < named.lead]
    return named.entities[0] if any(word.startswith(_PART_OF) for word in between) else None
