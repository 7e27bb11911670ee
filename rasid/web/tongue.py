"""How facts and changes are said on a page: `alerts.words`, `labels` and `times`, bound to one language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alerts import words
from alerts.keys import Key
from alerts.words import WORDS, Language
from rasid.web.labels import LABELS
from rasid.web.times import Unit, counted, day
from streams.records import ChangeKind, Figure, Known

_UNTITLED: Mapping[str, str] = {}


class Tongue:
    """How things are said on a page of that language; `titles` are those of the sources, by id."""

    def __init__(self, language: Language, names: words.Names, titles: Mapping[str, str] = _UNTITLED) -> None:
        self.language = language
        self.titles = titles
        self.labels = LABELS[language]
        self._names = names

    def name(self, entity: str) -> str:
        """What an entity is called."""
        return words.name(entity, self._names, self.language)

    def subject(self, key: Key, kind: ChangeKind | None = None) -> str:
        """What a fact is about; with `kind` as it stands behind the headline of such a change."""
        return words.subject(key, self._names, self.language, kind)

    def source(self, source_id: str) -> str:
        """What a source is called: its title, without one its id."""
        return words.clean(self.titles.get(source_id) or source_id, 80)

    def parties(self, key: Key) -> str:
        """Who pays."""
        return WORDS[self.language].joined.join(map(self.name, key.payers))

    def value(self, said: Known | None, role: str | None) -> str:
        """A value in words, of a fact of that role."""
        return words.value(said, self.language, role)

    def amount(self, said: Known | None) -> str:
        """A value in words, without the status of a figure."""
        return self.money(said.value) if said and isinstance(said.value, Figure) else self.value(said, None)

    def money(self, figure: Figure) -> str:
        """An amount of money in words."""
        return words.money(figure, self.language)

    def standing(self, said: Known | None, role: str | None) -> str | None:
        """The status of a figure of that role, where it is worth a word: planned, negotiating, completed."""
        return words.standing(said.value, self.language, role) if said and isinstance(said.value, Figure) else None

    def headline(self, kind: ChangeKind) -> str:
        """What kind of change it is."""
        return WORDS[self.language].headline[kind]

    def reason(self, reason: str) -> str:
        """Why it was decided so."""
        return WORDS[self.language].reason.get(reason, reason)

    def span(self, seconds: float | None) -> str:
        """A span of time in its largest unit; empty where there is none."""
        if seconds is None:
            return ""
        sizes: tuple[tuple[int, Unit], ...] = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))
        size, unit = next((one for one in sizes if abs(seconds) >= 2 * one[0]), (1, "seconds"))
        return counted(round(seconds / size), unit, self.language)

    def day(self, time: datetime) -> str:
        """The day."""
        return day(time, self.language)
