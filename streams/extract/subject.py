"""Which country a text is about, of several whose currencies share a name.

Strategy: a national agency in the dateline ("عمّان 3 أيار (بترا) -") settles it, as it writes of money at home without
saying whose; else the country whose places and adjectives the text names most, a dateline's place once more.

The one rule: a tie is no country; a sum without a currency is better than one in a neighbour's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from streams.arabic.clitics import name_ends, particles
from streams.arabic.fold import fold_key
from streams.extract.currency_names import ADJECTIVES
from streams.extract.places import AGENCIES, BEFORE_ANOTHER, PLACES

# What an adjective is without its ending: "مغرب" of مغربي, مغربية, مغربيا. A place has no ending.
_ENDINGS = ("ي", "يه", "يا")
_WHOLE = ("",)


def _folded(listed: str) -> frozenset[str]:
    return frozenset(fold_key(each.replace("_", " ")) for each in listed.split())


_PLACES = {country: _folded(listed) for country, listed in PLACES.items()}
_ANOTHER = {country: tuple(_folded(listed)) for country, listed in BEFORE_ANOTHER.items()}
_AGENCIES = {each: country for country, listed in AGENCIES.items() for each in _folded(listed)}


def _either(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


# A place that opens a line, and what only a dateline goes on with: "عمان 3 مايو (", "الرباط/", "المنامة في 3", "دبي -".
# Only of countries with an agency of their own: the Arabic press writes from London about everybody's money.
_HOMES = _either(frozenset().union(*(_PLACES[country] for country in AGENCIES)))
_DATELINE = re.compile(rf"^[(\"]?(?P<place>{_HOMES})(?= ?[-:/(،,\"]| في \d| \d)", re.MULTILINE)
_SIGNED = re.compile(rf"[-(/:،\"] ?(?P<agency>{_either(_AGENCIES)}) ?[-)/:\"]")
_HEAD = 60  # characters of a dateline


def country_of_text(text: str, countries: Collection[str]) -> str:
    """The one of the countries that the folded text is about; "" for none or a tie."""
    dateline = _DATELINE.search(text)
    place = dateline["place"] if dateline else ""
    if dateline:
        signed = _SIGNED.search(text, dateline.end(), dateline.end() + _HEAD)
        home = _AGENCIES[signed["agency"]] if signed else ""
        if home in countries:
            return home
    counts = sorted((_named(text, country) + (place in _PLACES[country]), country) for country in _known(countries))
    clear = counts and counts[-1][0] and (len(counts) == 1 or counts[-1][0] > counts[-2][0])
    return counts[-1][1] if clear else ""


def _known(countries: Collection[str]) -> Collection[str]:
    return countries & _PLACES.keys()


def _named(text: str, country: str) -> int:
    """How often the text names the country, or what is its own."""
    another = _ANOTHER.get(country, ())
    return sum(_count(text, stem, endings, another) for stem, endings in _words(country))


@lru_cache
def _words(country: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    """The words that name the country or what is its own, each with the endings it may have."""
    adjectives = _folded(" ".join(ADJECTIVES.get(country, ())))
    places = {place.removeprefix("ال") for place in _PLACES[country]}
    stems = sorted({form.removesuffix("ي") for form in adjectives if form.endswith("ي")})
    return [(stem, _ENDINGS) for stem in stems] + [(place, _WHOLE) for place in sorted(places - adjectives)]


def _count(text: str, stem: str, endings: tuple[str, ...], another: tuple[str, ...]) -> int:
    """How often the text has the word with one of the endings, with particles or without, and as no other's name."""
    count, at = 0, text.find(stem)
    while at >= 0:
        end = at + len(stem)
        ends = any(text.startswith(ending, end) and name_ends(text, end + len(ending)) for ending in endings)
        glued = particles(text, at) if ends else None
        if glued is not None:
            before = text[: at - len(glued)].rstrip(" ")
            count += not before.endswith(another)
        at = text.find(stem, end)
    return count
