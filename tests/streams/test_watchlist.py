"""The watchlist: what it compiles to, what it refuses, and that another subject needs no code."""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import pytest

from streams.errors import Misconfigured
from streams.extract.reader import Reader
from streams.extract.spelling import spellings
from streams.extract.watchlist import Watchlist, load
from tests.streams.conftest import article

_PORT = """
projects:
  - id: sidra-port
    name: {ar: ميناء سدرة, en: Sidra Port}
    aliases: [ميناء سدرة, Sidra Port]
    rivals: [رواية]
    context: [أرصفة]
    sites:
      - id: sidra-port-north
        name: {ar: ميناء سدرة الشمالي, en: Sidra Port North}
        places: [الشمالي, North]
organisations:
  - id: gulf-docks
    name: {ar: أرصفة الخليج, en: Gulf Docks}
    aliases: [غلف دوكس, Gulf Docks]
    people: [هالة الساحلي]
  - id: crane-co
    name: {ar: شركة الرافعات, en: Crane Co}
    aliases: [كرين كو]
    supplies: true
"""


def test_the_shipped_watchlist_knows_the_story(watchlist: Watchlist) -> None:
    """Stargate, its sites under it, at least 35 organisations and people for the main ones."""
    parents = {project.id: project.parent for project in watchlist.projects}
    assert parents["stargate"] is None
    assert all(
        parents[f"stargate-{site}"] == "stargate" for site in ("uae", "norway", "uk", "india", "korea", "michigan")
    )
    assert len(watchlist.organisations) >= 35
    people = {each.id: each.people for each in watchlist.organisations}
    assert all(people[each] for each in ("openai", "softbank", "oracle", "microsoft", "nvidia"))
    assert len({name.key for name in watchlist.names}) == len(watchlist.names)


def test_another_project_needs_no_code() -> None:
    """A port, its partners and its figures are read with nothing but another file."""
    reader = Reader(load(_PORT))
    text = (
        "تبلغ كلفة ميناء سدرة 12 مليار ريال سعودي، وينفذ بالشراكة مع غلف دوكس. "
        "والتزمت كرين كو بضخ 3 مليارات ريال سعودي في ميناء سدرة الشمالي."
    )
    facts = {claim.fact for claim in reader.read(article(text)).claims if claim.fact}
    assert facts == {
        "figure:total:sidra-port:SAR",
        "figure:commitment:crane-co->sidra-port-north:SAR",
        "partner:gulf-docks@sidra-port",
        "partner:crane-co@sidra-port-north",
    }
    assert not reader.read(article("قرأت رواية عن ميناء سدرة القديم")).mentions


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("ستار غيت", {"ستارغيت", "ستارجيت", "ستار كيت", "ستار-جيت"}),
        ("سوفت بنك", {"سوفت بانك", "سوفتبنك", "سوفت-بنك"}),
        ("أوبن إيه آي", {"اوبن ايه اي", "اوبن اي.ايه", "اوبن ايه-اي", "اوبن اي اي"}),
        ("إم جي إكس", {"ام.جي.اكس", "امجياكس", "ام-جي-اكس"}),
        ("SB Energy", {"sb energy", "sb-energy", "sbenergy"}),
        ("أُوراكِل", {"اوراكل"}),
    ],
)
def test_spellings_of_the_press_are_derived(name: str, spelled: set[str]) -> None:
    """One name gives the letters, joints and words that papers use for it."""
    assert spelled <= spellings(name)


def test_every_mistake_is_told_with_its_line() -> None:
    """A file with many mistakes is refused once, naming each by its line."""
    bad = _PORT.replace("id: gulf-docks", "id: Gulf Docks").replace("supplies: true", "supply: true")
    bad = bad.replace("aliases: [كرين كو]", "aliases: [ميناء سدرة]").replace(
        "{ar: شركة الرافعات, en: Crane Co}", "{ar: شركة}"
    )
    with pytest.raises(Misconfigured) as refused:
        load(bad)
    told = str(refused.value)
    assert refused.value.reason == "watchlist"
    for part in (
        "line 13: organisations[0].id",
        "unknown key 'supply'",
        "names both sidra-port and crane-co",
        "needs ar and en",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("projects: [", "not YAML"),
        ("projects: " + "[" * 3000, "not YAML"),
        ("", "must be a mapping"),
        ("- a", "must be a mapping"),
        ("projects: {}", "must be a list"),
        ("projects: []", "at least one project"),
        ("projects: [{id: a, name: {ar: ا, en: aa}, aliases: []}]", "'ا' is a single letter"),
        ("projects: [{id: a, name: {ar: ا, en: a}, aliases: ['']}]", "must be a text"),
        ("projects: [{id: a, id: b, name: {ar: ا, en: a}, aliases: [x]}]", "stands twice"),
        (
            "projects: [{id: a, name: {ar: ا, en: a}, aliases: [xx]}]\n"
            "organisations: [{id: b, name: {ar: ب, en: b}, ambiguous: [{alias: bb}]}]",
            "requires must name",
        ),
        (
            "projects: [{id: a, name: {ar: ا, en: a}, aliases: [xx]}]\n"
            "organisations: [{id: a, name: {ar: ب, en: b}, aliases: [bb]}]",
            "'a' stands twice",
        ),
    ],
)
def test_what_cannot_be_watched_is_refused(text: str, told: str) -> None:
    """Each kind of mistake is refused with words that say what to mend."""
    with pytest.raises(Misconfigured) as refused:
        load(text)
    assert told in str(refused.value)


def test_a_derived_spelling_that_collides_is_nobodys() -> None:
    """What two names could both be spelled as is given to neither, and told."""
    watchlist = load(
        "projects: [{id: a, name: {ar: غامارا, en: aa}}]\norganisations: [{id: b, name: {ar: جامارا, en: bb}}]"
    )
    assert {name.key: name.entity for name in watchlist.names} == {"غامارا": "a", "جامارا": "b", "aa": "a", "bb": "b"}
    assert watchlist.collisions == ("'كامارا' could name a or b",)


def test_the_names_that_are_shown_count_as_names() -> None:
    """What an entity is shown by names it also where aliases are listed; an ambiguous one still needs its context."""
    watchlist = load(
        "projects: [{id: pier, name: {ar: رصيف النور, en: Light Pier}, aliases: [رصيف الضياء]}]\n"
        "organisations: [{id: mast, name: {ar: صاري, en: Mast}, aliases: [شركة صاري],"
        " ambiguous: [{alias: صاري, requires: [ميناء]}]}]"
    )
    requires = {name.key: name.requires for name in watchlist.names}
    assert {"رصيف النور", "light pier", "رصيف الضياء", "mast", "شركه صاري"} <= requires.keys()
    assert (requires["صاري"], requires["mast"]) == (("ميناء",), ())
