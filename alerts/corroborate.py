"""Who says so independently: ten reprints of one agency text are one origin.

Two reports are of one origin when they come from one outlet, or when within seven days they credit the same agency or
their texts overlap. What hangs together in any way is one origin, so the order of arrival plays no part.

Rule: what is kept of the reports does not grow with their number. As an outlet is one origin with itself for ever, the
outlets are what hangs together; of an agency only the latest report can tie it to the next one, and of the texts only
those of the last seven days, at most `TEXTS` different ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

from streams.records import SKETCH_SIZE, Claim, Origin

WINDOW = timedelta(days=7)
# Reprints follow their original within hours: so many different texts on one value are days of reporting.
TEXTS = 32
# Sketches of a lightly edited reprint overlap by about 0.8, those of different texts on one subject hardly at all.
_REPRINT = 0.5
_FEW = 5
_HIGHEST = 2**32
_SURE = 0.99


# What makes two reports one origin, besides one outlet.
Kinship = Literal["text", "agency"]


class Told(Protocol):
    """What is needed of a report."""

    @property
    def source_id(self) -> str: ...
    @property
    def event_time(self) -> datetime: ...
    @property
    def origin(self) -> Origin: ...
    @property
    def claim(self) -> Claim: ...


class Voice(msgspec.Struct, frozen=True, array_like=True):
    """An outlet: its surest report, and its origin, which goes by the first outlet, by name, that belongs to it."""

    confidence: float
    origin: str


class Last(msgspec.Struct, frozen=True, array_like=True):
    """The latest report with something to recognise it by."""

    source: str
    time: datetime


class Text(msgspec.Struct, frozen=True, array_like=True):
    """A text, by its sketch, and who published it last."""

    last: Last
    sketch: tuple[int, ...]


class Voices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All who say the same, by outlet; the agencies that they credited, and their texts of the last seven days."""

    sources: Mapping[str, Voice] = {}
    credited: Mapping[str, Last] = {}
    texts: tuple[Text, ...] = ()

    @property
    def origins(self) -> int:
        """How many of them are independent of each other."""
        return len({voice.origin for voice in self.sources.values()})

    @property
    def confidence(self) -> float:
        """How sure they make it: each origin counts once, by its surest report, and errors are independent."""
        surest: dict[str, float] = {}
        for voice in self.sources.values():
            surest[voice.origin] = max(voice.confidence, surest.get(voice.origin, 0.0))
        doubt = 1.0
        for _, confidence in sorted(surest.items()):
            doubt *= 1 - confidence
        return round(min(1 - doubt, max([_SURE, *surest.values()])), 4)

    def independent(self, report: Told) -> bool:
        """Whether `report`, which is none of them, shares no origin with any."""
        return report.source_id not in self.sources and not any(self._kin(report))

    def joined(self, report: Told) -> Voices:
        """They, and a report that is newer than theirs."""
        own = report.source_id
        kin = {self.sources[one].origin for one in (own, *self._kin(report)) if one in self.sources}
        origin = min(kin | {own})
        sources = {
            name: Voice(voice.confidence, origin) if voice.origin in kin else voice
            for name, voice in self.sources.items()
        }
        known = sources.get(own, Voice(0.0, origin))
        sources[own] = Voice(max(report.claim.confidence, known.confidence), origin)
        last = Last(own, report.event_time)
        agency = report.origin.attribution
        return Voices(
            sources=sources,
            credited={**self.credited, agency: last} if agency else self.credited,
            texts=self._texts(report, last),
        )

    def after(self, latest: datetime) -> Voices:
        """They, as far as reports at that moment and later can still be reprints of theirs."""
        oldest = latest - WINDOW
        kept = tuple(text for text in self.texts if text.last.time >= oldest)
        return self if kept == self.texts else msgspec.structs.replace(self, texts=kept)

    def _kin(self, report: Told) -> Iterator[str]:
        """The outlets of earlier reports that share an agency or a text with this one."""
        oldest = report.event_time - WINDOW
        credited = self.credited.get(report.origin.attribution or "")
        if credited and credited.time >= oldest:
            yield credited.source
        if ours := frozenset(report.origin.sketch):
            yield from (one.last.source for one in self.texts if one.last.time >= oldest and _reprint(ours, one.sketch))

    def _texts(self, report: Told, last: Last) -> tuple[Text, ...]:
        """The texts that later ones may be reprints of; of one that came again, its last time says all."""
        sketch, oldest = report.origin.sketch, report.event_time - WINDOW
        kept = (text for text in self.texts if text.last.time >= oldest and text.sketch != sketch)
        return (*kept, Text(last, sketch))[-TEXTS:] if sketch else tuple(kept)


NOBODY = Voices()


def heard(reports: Iterable[Told]) -> Voices:
    """All reports of one value, in any order."""
    voices = NOBODY
    for report in sorted(reports, key=lambda one: (one.event_time, one.source_id)):
        voices = voices.joined(report)
    return voices


def kinship(ours: Origin, theirs: Origin) -> Kinship | None:
    """What two reports near in time share that makes them one origin; None when nothing does."""
    if _reprint(frozenset(ours.sketch), theirs.sketch):
        return "text"
    return "agency" if ours.attribution and ours.attribution == theirs.attribution else None


def _reprint(ours: frozenset[int], theirs: tuple[int, ...]) -> bool:
    """Whether of the shorter text's shingles the other has enough too, so that an excerpt is a reprint.

    A sketch holds the smallest hashes of its text: up to where both reach, it has all of them. What both have there
    must be a few, or the estimate would be chance.
    """
    if ours.isdisjoint(theirs):  # as sketches of different texts mostly are
        return False
    reach = min(_reach(ours), _reach(theirs))
    mine, others = ({item for item in sketch if item <= reach} for sketch in (ours, theirs))
    common = len(mine & others)
    return 0 < common >= max(min(_FEW, len(mine | others)), _REPRINT * min(len(mine), len(others)))


def _reach(sketch: Collection[int]) -> int:
    return max(sketch) if len(sketch) >= SKETCH_SIZE else _HIGHEST
