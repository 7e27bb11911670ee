"""What people and programs are shown, also when an article is hostile."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import render, words
from alerts.destinations import Destination
from alerts.keys import parse
from alerts.words import FSI, PDI
from streams.records import Change, ChangeKind, Evidence, Figure, Known, Qualifier, State, Status
from tests.alerts.build import NOW, POLICY, STAKE, amount, span

NAMES = POLICY.names
OVERRIDES = "\u202e\u202d\u2066\u2067\u2069\u200f\u061c"


def known(value: Any, sentence: str = "جملة", qualifier: Qualifier = "exact", **fields: Any) -> Known:
    said = amount(value, qualifier)
    status: Status = fields.pop("status", "announced")
    evidence = Evidence(
        sentence=sentence, source_id="outlet", url=fields.pop("url", "https://news.example/a?b=1&c=2"), time=NOW,
        article_id="a", title=fields.pop("title", "عنوان"), span=span(sentence),
    )  # fmt: skip
    figure = Figure(low=said.low, high=said.high, currency="USD", qualifier=said.qualifier, status=status)
    return Known(value=figure, evidence=evidence)


def change(kind: ChangeKind = "figure_changed", fact: str = STAKE, **fields: Any) -> Change:
    given: dict[str, Any] = {"old": known((15, 25), "old sentence", status="negotiating"), "new": known(30, "new one")}
    return Change(change_id="c", fact=fact, number=2, kind=kind, time=NOW, reason="newer_report", **(given | fields))


def state(value: Any) -> Known:
    return Known(value=State(state=value), evidence=known(1).evidence)


MONEY = [
    (500, "exact", f"{FSI}500{PDI} billion USD", f"{FSI}500{PDI} مليار دولار"),
    (1500, "exact", f"{FSI}1.5{PDI} trillion USD", f"{FSI}1.5{PDI} تريليون دولار"),
    (0.25, "exact", f"{FSI}250{PDI} million USD", f"{FSI}250{PDI} مليون دولار"),
    (5, "exact", f"{FSI}5{PDI} billion USD", f"{FSI}5{PDI} مليارات دولار"),
    (10, "about", f"about {FSI}10{PDI} billion USD", f"نحو {FSI}10{PDI} مليارات دولار"),
    (2, "exact", f"{FSI}2{PDI} billion USD", f"{FSI}2{PDI} مليار دولار"),
    (3.5, "exact", f"{FSI}3.5{PDI} billion USD", f"{FSI}3.5{PDI} مليار دولار"),
    (11, "exact", f"{FSI}11{PDI} billion USD", f"{FSI}11{PDI} مليار دولار"),
    (0.103, "exact", f"{FSI}103{PDI} million USD", f"{FSI}103{PDI} ملايين دولار"),
    (3000, "exact", f"{FSI}3{PDI} trillion USD", f"{FSI}3{PDI} تريليونات دولار"),
    ((3, 5), "range", f"{FSI}3\u20135{PDI} billion USD", f"{FSI}\u200f3\u20135{PDI} مليارات دولار"),
    ((5, 15), "range", f"{FSI}5\u201315{PDI} billion USD", f"{FSI}\u200f5\u201315{PDI} مليار دولار"),
    (0.0000005, "exact", f"{FSI}500{PDI} USD", f"{FSI}500{PDI} دولار"),
    ((500, 600), "range", f"{FSI}500\u2013600{PDI} billion USD", f"{FSI}\u200f500\u2013600{PDI} مليار دولار"),
    (100, "up_to", f"up to {FSI}100{PDI} billion USD", f"ما يصل إلى {FSI}100{PDI} مليار دولار"),
    (400, "more_than", f"more than {FSI}400{PDI} billion USD", f"أكثر من {FSI}400{PDI} مليار دولار"),
    (1, "exact", f"{FSI}1{PDI} billion USD", "مليار دولار"),
    (1, "more_than", f"more than {FSI}1{PDI} billion USD", "أكثر من مليار دولار"),
    (1.5, "exact", f"{FSI}1.5{PDI} billion USD", f"{FSI}1.5{PDI} مليار دولار"),
    (0.000000001, "exact", f"{FSI}1{PDI} USD", f"{FSI}1{PDI} دولار"),
    ((None, None), "exact", "nothing known", "لا شيء معروف"),
]


@pytest.mark.parametrize(("value", "qualifier", "english", "arabic"), MONEY)
def test_money(value: Any, qualifier: Qualifier, english: str, arabic: str) -> None:
    """Amounts are said with scale, currency and qualifier, their numbers isolated from the text around them."""
    figure = known(value, qualifier=qualifier).value
    assert isinstance(figure, Figure)

    assert words.money(figure, "en").replace(f"{FSI}USD{PDI}", "USD") == english
    assert words.money(figure, "ar") == arabic


def test_a_currency_without_a_name_is_isolated() -> None:
    """A currency that has no name in the language stands by its code."""
    figure = known(5).value
    assert isinstance(figure, Figure)

    assert words.money(msgspec.structs.replace(figure, currency="NOK"), "ar").endswith(f"{FSI}NOK{PDI}")
    assert words.money(msgspec.structs.replace(figure, currency=None), "ar") == f"{FSI}5{PDI} مليارات"


SUBJECTS = [
    ("figure:total:stargate:USD", "total of Stargate"),
    ("figure:commitment:softbank+openai->stargate:USD", "commitment of SoftBank and OpenAI to Stargate"),
    ("figure:deal:openai:USD", "deal of ? with OpenAI"),
    ("partner:unlisted:Some One@stargate", "Some One in Stargate"),
    ("status:stargate-uk", "stargate-uk"),
]


@pytest.mark.parametrize(("fact", "expected"), SUBJECTS)
def test_subject(fact: str, expected: str) -> None:
    """A fact is named by its parties' names; who has none goes by the id or the name in the text."""
    assert words.subject(parse(fact), NAMES, "en").replace(FSI, "").replace(PDI, "") == expected


FOR = [
    ("ستارغيت", f"{FSI}لستارغيت{PDI}"),
    ("المجموعة السعودية", f"{FSI}للمجموعة السعودية{PDI}"),
    ("اللوتس", f"{FSI}للوتس{PDI}"),
    ("ألفابت", f"{FSI}لألفابت{PDI}"),
    ("G42", f"لـ{FSI}G42{PDI}"),
]


@pytest.mark.parametrize(("called", "written"), FOR)
def test_for_is_joined_to_the_name(called: str, written: str) -> None:
    """Arabic writes its "for" on the name, with the article as one; beside other letters it stays by itself."""
    said = words.subject(parse("figure:total:x:USD"), {"x": {"ar": called}}, "ar")
    assert said == f"القيمة الإجمالية {written}"


MOVES: list[tuple[ChangeKind, str, str]] = [
    ("partner_added", "SoftBank in Stargate", "انضمام شريك: سوفت بنك إلى ستارغيت"),
    ("partner_left", "SoftBank out of Stargate", "خروج شريك: سوفت بنك من ستارغيت"),
    ("conflict", "SoftBank in Stargate", "تقارير متعارضة: سوفت بنك في ستارغيت"),
]


@pytest.mark.parametrize(("kind", "english", "arabic"), MOVES)
def test_who_comes_or_goes_does_so_from_somewhere(kind: ChangeKind, english: str, arabic: str) -> None:
    """The words between a partner and a project are those of joining, of leaving, or of being there."""
    moved = change(kind, fact="partner:softbank@stargate", old=None, new=None)
    english_line, arabic_line = (
        render.line(moved, NAMES, language).replace(FSI, "").replace(PDI, "") for language in ("en", "ar")
    )
    assert english in english_line
    assert arabic_line.startswith(arabic)


@pytest.mark.parametrize(("role", "said"), [("secured", "30 billion USD"), ("stake", "30 billion USD (completed)")])
def test_what_is_secured_is_not_called_completed(role: str, said: str) -> None:
    """That the money is there the word "secured" says; of an investment "completed" is news."""
    done = known(30, status="completed")
    fact = f"figure:{role}:stargate:USD" if role == "secured" else STAKE
    line = render.line(change(fact=fact, new=done), NAMES, "en").replace(FSI, "").replace(PDI, "")
    assert f"→ {said} «" in line
    message: Any = render.slack(change(fact=fact, new=done), NAMES, "en")
    assert message["blocks"][1]["fields"][1]["text"].replace(FSI, "").replace(PDI, "") == f"*Now*\n{said}"
    denied = known(30, status="denied")
    assert "(denied)" in render.line(change(fact=fact, new=denied), NAMES, "en")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_word_is_there(language: words.Language) -> None:
    """Each language has a word for everything that can be said."""
    ours, other = words.WORDS[language], words.WORDS["en"]

    for table in ("headline", "subject", "state", "scale", "qualifier", "status", "reason", "label"):
        assert getattr(ours, table).keys() == getattr(other, table).keys()


def test_slack_message() -> None:
    """A message says what changed, what was and is, quotes both sentences and links both sources."""
    message: Any = render.slack(change(), NAMES, "en")
    header, fields, old, new, context = message["blocks"]

    assert header["text"]["text"] == f"Figure changed: investment of {FSI}SoftBank{PDI} in {FSI}OpenAI{PDI}"
    assert [field["text"].partition("\n")[0] for field in fields["fields"]] == ["*Was*", "*Now*"]
    assert "old sentence" in old["text"]["text"]
    assert "new one" in new["text"]["text"]
    assert context["elements"][0]["text"].count("<https://news.example/a?b=1&amp;c=2|outlet>") == 2
    assert "independent reports" in context["elements"][0]["text"]
    assert message["text"].startswith("Figure changed")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_slack_leads_to_the_facts_own_page(language: words.Language) -> None:
    """Where the operator says that people can reach it; nothing of the key takes part in the link's form."""
    message: Any = render.slack(change(), NAMES, language, "https://rasid.example/desk/")
    without: Any = render.slack(change(), NAMES, language)

    address = "https://rasid.example/desk/fact?key=figure%3Astake%3Asoftbank-%3Eopenai%3AUSD"
    link = f"<{address}&amp;lang={language}|{words.WORDS[language].label['page']}>"
    assert message["blocks"][-1]["elements"][0]["text"].endswith(link)
    assert "/fact" not in json.dumps(without)


def test_a_conflict_shows_the_second_value() -> None:
    """The second value of a conflict and the denial of a correction stand beside the others."""
    message: Any = render.slack(change("conflict", other=known(40, "other one")), NAMES, "ar")

    assert len(message["blocks"][1]["fields"]) == 3
    assert "other one" in json.dumps(message)
    assert "other one" in render.line(change("correction", other=known(40, "other one")), NAMES, "ar")


def test_what_still_stands_is_said_once() -> None:
    """In a conflict the old value mostly is the new one; and of a first report nobody says what was unknown before."""
    same = known(30, "the one")
    message: Any = render.slack(change("conflict", old=same, new=same, other=known(40, "other one")), NAMES, "en")
    assert [field["text"].partition("\n")[0] for field in message["blocks"][1]["fields"]] == [
        "*Now*",
        "*Also reported*",
    ]
    assert json.dumps(message["blocks"]).count("the one") == 1
    assert "→" not in message["text"]
    first: Any = render.slack(change("figure_new", old=None), NAMES, "en")
    assert [field["text"].partition("\n")[0] for field in first["blocks"][1]["fields"]] == ["*Now*"]


def test_nothing_any_more() -> None:
    """A fact that lost its value says so."""
    message: Any = render.slack(change("correction", new=None), NAMES, "en")

    assert message["blocks"][1]["fields"][1]["text"] == "*Now*\nnothing known"
    assert "nothing known" in render.line(change("correction", new=None), NAMES, "en")
    assert render.line(change(old=None, new=None), NAMES, "en").endswith("nothing known")


def test_line() -> None:
    """On the terminal a change is one line: what, from what to what, on which sentence, where."""
    line = render.line(change(), NAMES, "en").replace(FSI, "").replace(PDI, "")

    assert line == (
        "Figure changed: investment of SoftBank in OpenAI: 15\u201325 billion USD (in negotiation) → 30 billion USD"
        " « new one » https://news.example/a?b=1&c=2"
    )
    assert render.line(change(new=known(30, "new one", url="")), NAMES, "en").endswith("»")  # from a folder


@pytest.mark.parametrize(("language", "arrow"), [("ar", "←"), ("en", "→")])
def test_what_was_leads_to_what_is(language: words.Language, arrow: str) -> None:
    """The arrow points the way the language runs, in the line and in Slack's notification; a first value has none."""
    message: Any = render.slack(change(), NAMES, language)
    first: Any = render.slack(change("figure_new", old=None), NAMES, language)

    for said in (message["text"], render.line(change(), NAMES, language)):
        assert re.search(f"15.*{arrow}.*30", said)
    assert arrow not in first["text"]
    assert words.WORDS[language].label["nothing"] not in first["text"]
    assert first["text"].endswith(words.value(change().new, language, "stake"))


TYPES: list[tuple[ChangeKind, str, str]] = [
    ("figure_new", STAKE, "figure.new"),
    ("figure_changed", STAKE, "figure.changed"),
    ("conflict", STAKE, "figure.conflict"),
    ("correction", STAKE, "figure.corrected"),
    ("partner_added", "partner:a@b", "partner.added"),
    ("partner_left", "partner:a@b", "partner.left"),
    ("correction", "partner:a@b", "partner.corrected"),
    ("status", "partner:a@b", "partner.changed"),
    ("status", "status:b", "status.changed"),
]


@pytest.mark.parametrize(("kind", "fact", "expected"), TYPES)
def test_webhook_type(kind: ChangeKind, fact: str, expected: str) -> None:
    """Programs are told by dotted types."""
    message = json.loads(render.webhook(change(kind, fact, old=state("in"), new=state("out"))))

    assert message["type"] == expected
    assert message["data"]["new"]["value"] == {"state": "out"}


def test_webhook_data() -> None:
    """A program gets both values as numbers, each with its evidence."""
    message = json.loads(render.webhook(change(old=known(0.0000000015, qualifier="up_to"))))
    data = message["data"]

    assert message["timestamp"] == "2026-06-01T00:00:00+00:00"
    assert data["old"]["value"]["low"] is None
    assert data["old"]["value"]["high"] == 1.5
    assert data["new"]["value"] == {
        "low": 30 * 10**9, "high": 30 * 10**9, "currency": "USD", "qualifier": "exact", "status": "announced",
    }  # fmt: skip
    assert data["new"]["evidence"]["sentence"] == "new one"
    assert data["new"]["evidence"]["span"] == {"part": "body", "start": 0, "end": 7}
    assert data["other"] is None
    assert data["severity"] == "normal"
    assert render.plain(None) is None


LONG = {
    "<long>": "x" * 60_000,
    "<long ampersands>": "&" * 9_000,
    "<long Arabic>": "م" * 30_000,
    "<long emoji>": "😀" * 20_000,
    "<long address>": "https://a.example/" + "y" * 5000,
}
HOSTILE = st.text(min_size=0, max_size=60) | st.sampled_from(
    [
        "<!channel> <@U1> <https://evil.example|click>",
        "*bold* _it_ ~no~ `code` &amp; & < >",
        f"a{OVERRIDES}b\x00\x1b[31m",
        "https://evil.example",
        *LONG,
    ]
)
URLS = st.sampled_from(
    [
        "javascript:alert(1)",
        "https://a.example/|x> <!here>",
        "https://a.example/" + "y" * 1500,
        "https://a.example/" + "y" * 5000,
        "https://a.example/" + "%D8%A7" * 300,
        "ftp://a",
        "",
        "HTTP://a.b",
    ]
)


@settings(max_examples=150, deadline=None)
@given(sentence=HOSTILE, title=HOSTILE, url=URLS, partner=HOSTILE, language=st.sampled_from(["ar", "en"]))
def test_hostile_text(sentence: str, title: str, url: str, partner: str, language: Any) -> None:
    """Whatever an article says, a message keeps within the limits and holds no live mention, link or direction mark."""
    sentence, title, url, partner = (LONG.get(text, text) for text in (sentence, title, url, partner))
    side = known(5, sentence, url=url, title=title)
    fact = f"partner:unlisted:{partner[:400]}@stargate" if "@" not in partner else STAKE
    told = change("conflict", fact, old=side, new=side, other=side)

    message: Any = render.slack(told, NAMES, language)
    texts = [one["text"] for one in _text_objects(message["blocks"])] + [message["text"]]
    quoted = [one["text"] for one in _text_objects(message["blocks"]) if one["type"] == "plain_text"]
    assert len(message["blocks"][0]["text"]["text"]) <= 150
    assert max(map(len, texts)) <= 3000
    assert all(len(field["text"]) <= 2000 for field in message["blocks"][1]["fields"])
    assert not re.search("[<>]", "".join([*quoted, message["text"]]))
    links = re.findall("<([^<>]*)>", " ".join(one["text"] for one in message["blocks"][-1]["elements"]))
    assert all(re.fullmatch(r"(?i)https?://[^\s|]+\|outlet", link) for link in links)
    assert not set(OVERRIDES) - {PDI} & set("".join(texts))
    assert all(text.count(FSI) == text.count(PDI) for text in texts)

    body = render.webhook(told)
    assert len(body.encode()) < 20_000
    assert json.loads(body)["data"]["new"]["value"]["low"] == 5 * 10**9
    assert "\n" not in render.line(told, NAMES, language)


@pytest.mark.parametrize("address", ["https://a.example/" + "y" * 1500, "https://a.example/" + "%D8%A7" * 300])
def test_long_addresses_keep_their_links(address: str) -> None:
    """Where they are too long for one text together, as the slugs of Arabic headlines are, each has one of its own."""
    side = known(5, "كلفته 5 مليارات", url=address)
    message: Any = render.slack(change("conflict", STAKE, old=known(4), new=side, other=side), NAMES, "ar")
    sources = [one["text"] for one in message["blocks"][-1]["elements"]]
    assert sum(text.count(f"<{address}|outlet>") for text in sources) == 2
    assert max(map(len, sources)) <= 3000
    assert len(sources) <= 10


def _text_objects(node: Any) -> list[dict[str, str]]:
    if isinstance(node, list):
        return [found for item in node for found in _text_objects(item)]
    if not isinstance(node, dict):
        return []
    if isinstance(node.get("text"), str):
        return [node]
    return [found for item in node.values() for found in _text_objects(item)]


@pytest.mark.parametrize("text", ["a<b", "&&&&&&&&&&", "x" * 100, ""])
def test_escape_cuts_what_it_escaped(text: str) -> None:
    """The limit holds for the escaped text, and no entity is cut in two."""
    escaped = render.escape(text, 12)

    assert len(escaped) <= 12
    assert re.fullmatch("(?:&(?:amp|lt|gt);|[^&<>])*", escaped)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("webhook", '{"type"'), ("console", "Figure"), ("slack_bot", '{"text"'), ("slack_webhook", "{")],
)
def test_body(kind: Any, expected: str) -> None:
    """Each kind of destination gets its own form."""
    destination = Destination(id="d", kind=kind, language="en")

    assert render.body(change(), destination, NAMES).startswith(expected)
