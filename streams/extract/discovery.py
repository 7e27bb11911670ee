"""Organisations that are not on the watchlist, but that the text presents as such.

A name counts when a noun of its kind introduces it ("شركة «…»", "شركة Stoke Space"): in quotes, in Latin letters, or as
the one word after the noun. It also counts as the member of a list, bounded by the list's own signs, right beside a
name of the watchlist ("بين Crusoe وأوراكل"), and after a word of partnership ("بالشراكة مع Crusoe"). It takes its slot
in the sentence, so that no neighbour gets what is said of it, and is reported as `unlisted:<name>` where it is called a
partner.

The one rule: rather a name missed than a word taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from streams.arabic.clitics import is_arabic, is_latin
from streams.arabic.fold import Folded, without_marks
from streams.arabic.tokens import Token
from streams.extract.acts import act_of
from streams.extract.scene import Party, Scene
from streams.extract.words import LEXICON

UNLISTED = "unlisted:"

_NOUNS = frozenset(("شركه", "شركتي", "مجموعه", "صندوق", "بنك", "مصرف", "موسسه"))
_PARTICLES = ("", "و", "ل", "ب", "ول", "وب", "ف", "ك")
_PARTICLE_OF = {particle + noun: particle for noun in _NOUNS for particle in _PARTICLES}
_QUOTES = frozenset("\"'([")
_LONGEST = 5
# Words after the noun that describe instead of naming: an indefinite company still takes its slot, without a name.
_DESCRIPTIONS = frozenset(
    [
        "جديده",
        "ناشيه",
        "اخري",
        "واحده",
        "كبري",
        "كبيره",
        "خاصه",
        "عامه",
        "متخصصه",
        "تابعه",
        "مملوكه",
        "مستقله",
        "منفصله",
        "عالميه",
        "دوليه",
        "محليه",
        "وطنيه",
        "اجنبيه",
        "اميركيه",
        "امريكيه",
        "يابانيه",
        "صينيه",
        "كوريه",
        "اماراتيه",
        "سعوديه",
        "نرويجيه",
        "بريطانيه",
        "مشتركه",
        "في",
        "من",
        "علي",
        "الي",
        "عن",
        "مع",
        "ان",
        "التي",
        "تقنيه",
        "مراكز",
        "بناء",
        "حوسبه",
        "تكنولوجيا",
        "طاقه",
    ]
)


def unlisted(folded: Folded, tokens: Sequence[Token], parties: Sequence[Party]) -> Iterator[tuple[Party, str]]:
    """The unlisted organisations among the tokens, each with the particle glued before its noun."""
    for at, token in enumerate(tokens):
        particle = _PARTICLE_OF.get(token.text)
        if particle is None or any(party.lead <= token.start < party.end for party in parties):
            continue
        last = _name_end(tokens, at + 1)
        if last is None or any(tokens[at + 1].start < p.end and p.start < tokens[last].end for p in parties):
            continue
        first = at + 2 if tokens[at + 1].text in _QUOTES else at + 1
        surface = folded.slice(tokens[first].start, tokens[last].end)
        named = tokens[first].text not in _DESCRIPTIONS
        entities = (UNLISTED + without_marks(surface),) if named else (UNLISTED,)
        yield Party("unlisted", entities, tokens[first].start, tokens[last].end, token.start, word=surface), particle


_NAMED = "\ue001"  # stands for every letter of a name that is known
_LATIN = r"[a-z](?:[a-z0-9.&-]*[a-z0-9])?(?: [a-z0-9](?:[a-z0-9.&-]*[a-z0-9])?){0,3}"
_ARABIC = r"[ء-ي]{2,}(?: [ء-ي0-9]{2,}){0,3}?"
_GLOSS = r"(?: ?\([^()]{2,40}\))?"
_CLOSED = rf"[\"')]*{_GLOSS}"
_NAME = rf'(?P<open>["(]?)(?P<name>{_LATIN}|{_ARABIC}){_CLOSED}'
# Without a mark of its own an Arabic name needs the word "and", or names on both sides: between commas stand others.
_MARKED = rf'(?:(?P<open>["(])(?P<name>{_LATIN}|{_ARABIC})|(?P<latin>{_LATIN})){_CLOSED}'
_OR_COMMA = r"(?:\s*[،,]\s*و?|\s+و)\s*"
_AND = r"\s+و"
_AFTER = r"في|علي|ل[ء-ي]+|الي|ضمن|وفق|خلال|ان|التي|الذي|ب(?:قيمه|نحو|هدف|موجب|استثمار|مبلغ|قدره|واقع|كلفه|تكلفه)"
_END = rf'(?=\s*[،,.؛:()؟!]|\s*$|\s+و\s*["(]*{_NAMED}|\s+(?:{_AFTER})(?:\s|$))'
_BEFORE = r"(?:(?<![ء-ي])(?:مع|بين|من|تضم|يضم|وتضم|ويضم|هي|وهي|هم|وهم|وهما|هما) |: ?)"
_TOGETHER = (
    "شراكه|شراكتها|شراكته|تعاون|تعاونها|تحالف|ايتلاف|مشاركه|شركاء|الشركاء|شركاءها|شريك|الشريك|شريكها|المستثمر"
    "|المستثمرون|المستثمرين|المطور|المورد|الموردين"
)
_PARTNERS = _TOGETHER.split("|")
# Each pattern, and what one of must stand in a sentence that it matches: looking for a word is far cheaper.
_LISTED = tuple(
    (needed, re.compile(pattern))
    for needed, pattern in (
        ([_NAMED], rf"{_NAMED}{_CLOSED}{_AND}{_NAME}{_END}"),
        ([_NAMED], rf"{_NAMED}{_CLOSED}{_OR_COMMA}{_MARKED}{_END}"),
        ([_NAMED], rf'{_NAMED}{_CLOSED}{_OR_COMMA}{_NAME}{_OR_COMMA}["(]*(?={_NAMED})'),
        ([_NAMED], rf'{_BEFORE}{_NAME}{_OR_COMMA}["(]*(?={_NAMED})'),
        (_PARTNERS, rf"(?<![ء-ي])[وف]?(?:ب|ال|بال|في )?(?:{_TOGETHER}) (?:مع |بين |من |هي |هم |مثل ){_NAME}{_END}"),
        (_PARTNERS, rf"(?<![ء-ي])[وف]?(?:ب|ال|بال|في )?(?:{_TOGETHER}) {_MARKED}{_END}"),
        (["شركات"], rf"(?<![ء-ي])[ولب]?(?:ال)?شركات (?:مثل|منها|بينها|ابرزها|هي) ?:? ?{_NAME}{_END}"),
    )
)
# Words that lists and partnerships have beside their names.
_NO_NAMES = frozenset(
    """
    ai gpu gpus cpu gw mw ipo ceo cfo usd llm api it us uk eu agi chatgpt gpt
    غيرها وغيرها غيرهم اخرين اخري اخر عدد كبار كبري عده بعض كل جميع كذلك ايضا ثم قد كما لكن بينما حيث هذا هذه ذلك تلك
    جهات جهه دول دوله حكومه صناديق بنوك مصارف مستثمرين مستثمرون شركاء مطورين موردين مشغلين مقاولين خبراء مسوولين
    اكثر اقل نحو حوالي عام سنه يوم منها منهم بينها بينهم فيها اليها معها عليها به بها لها له وفد طرف اطراف واحد اثنين
    في من علي الي عن مع بين عبر لدي ضد ضمن خلال بعد قبل منذ حتي تحت فوق حول دون ان اضافه فضلا علاوه بالفعل فعلا حاليا
    """.split()  # noqa: SIM905 (a list of words, not of strings)
)
_ROUNDS = 6


def listed(folded: Folded, sentence: tuple[int, int], parties: Sequence[Party]) -> Iterator[Party]:
    """The names that a list or a word of partnership presents in text[start:end], beside the parties known there."""
    start, end = sentence
    masked = folded.text[start:end]
    for party in (p for p in parties if p.kind != "person"):
        masked = _masked(masked, party.start - start, party.end - start)
    for _ in range(_ROUNDS):
        fitting = [pattern for needed, pattern in _LISTED if any(each in masked for each in needed)]
        match = next(filter(None, (_first(pattern, masked, folded, start) for pattern in fitting)), None)
        if match is None:
            return
        first, last = match
        masked = _masked(masked, first, last)
        surface = folded.slice(start + first, start + last)
        yield Party(
            "unlisted", (UNLISTED + without_marks(surface),), start + first, start + last, start + first, word=surface
        )


def _masked(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{_NAMED * (end - start)}{text[end:]}"


def _first(pattern: re.Pattern[str], masked: str, folded: Folded, start: int) -> tuple[int, int] | None:
    """The first name that the pattern finds, if it can be one."""
    for match in pattern.finditer(masked):
        group = "latin" if "latin" in pattern.groupindex and match["latin"] else "name"
        first, last = match.span(group)
        words = match[group].split()
        if is_latin(words[0][0]):
            named = folded.slice(start + first, start + last)[:1].isupper() and words[0] not in _NO_NAMES
        else:
            named = all(_may_name(word, quoted=bool(match["open"])) for word in words) and last - first > _SHORT
        if named:
            return first, last
    return None


_SHORT = 2


def _may_name(word: str, *, quoted: bool) -> bool:
    """Whether a word may be a part of a name: no word that a sentence is made of."""
    if word in _NO_NAMES or word.startswith("ال"):
        return False
    return quoted or not (LEXICON.classes(word) or act_of(word))


def _name_end(tokens: Sequence[Token], at: int) -> int | None:
    """The last token of the name that begins at `at`; None when nothing there can be one."""
    if at >= len(tokens):
        return None
    if tokens[at].text in _QUOTES:
        if tokens[at].start == tokens[at - 1].end:
            return None  # it closes what the noun ends
        closing = next(
            (k for k in range(at + 1, min(at + 2 + _LONGEST, len(tokens))) if tokens[k].text in "\"')]"), None
        )
        return closing - 1 if closing and closing > at + 1 else None
    if is_latin(tokens[at].text[0]):
        last = at
        while (
            last + 1 < len(tokens)
            and is_latin(tokens[last + 1].text[0])
            and tokens[last + 1].start == tokens[last].end + 1
        ):
            last += 1
        return last
    word = tokens[at].text
    plain = is_arabic(word[0]) and not word.startswith("ال") and not LEXICON.classes(word) - {"org_noun"}
    return _goes_on(tokens, at) if plain else None


def _goes_on(tokens: Sequence[Token], at: int) -> int:
    """A name of one word takes the figure or the noun of its kind that follows it ("سوفت بنك", "جي 42")."""
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return at + 1 if following.isdigit() or following in _NOUNS else at


_LATIN_LETTER = re.compile("[a-z]")


def latin(folded: Folded, scene: Scene) -> Iterator[Party]:
    """The names in Latin letters, with a capital, that stand nowhere else in the sentence: they may be partners.

    No name is what goes on with a figure ("GB200"), or what a noun of the press introduces ("شبكة CNBC").
    """
    if not _LATIN_LETTER.search(folded.text, scene.sentence.start, scene.sentence.end):
        return
    tokens = scene.tokens
    free = {word.start for word in scene.words if not word.text.startswith("<")}
    at = 0
    while at < len(tokens):
        after = at + 1
        if tokens[at].start in free and is_latin(tokens[at].text[0]):
            while after < len(tokens) and _joined(tokens[after - 1], tokens[after]) and tokens[after].start in free:
                after += 1
            if _may_stand_alone(tokens, at, after):
                start, end = tokens[at].start, tokens[after - 1].end
                surface = folded.slice(start, end)
                if surface[:1].isupper():
                    yield Party("unlisted", (UNLISTED + without_marks(surface),), start, end, start, word=surface)
        at = after


def _may_stand_alone(tokens: Sequence[Token], at: int, after: int) -> bool:
    """Whether the words can be a partner's name: no product, nobody who is quoted, nobody who only shares a list."""
    before = tokens[at - 1].text if at else ""
    glued = after < len(tokens) and tokens[after].start == tokens[after - 1].end and tokens[after].text.isdigit()
    short = tokens[after - 1].end - tokens[at].start <= _SHORT
    return not (glued or short or tokens[at].text in _NO_NAMES or before in _LIST or before.endswith(_PRESS))


# Whom the text quotes or credits.
_PRESS = ("شبكه", "قناه", "وكاله", "صحيفه", "موقع", "مجله", "تلفزيون", "دوريه", "بحسب", "وفق", "وفقا ل", "عن")
_LIST = frozenset("و،,")  # what `listed` has decided


def _joined(token: Token, following: Token) -> bool:
    """Whether two words in Latin letters or figures are one name."""
    return following.start == token.end + 1 and (is_latin(following.text[0]) or following.text.isdigit())


# The words of a sentence as written -> a label for each: "B-ORG" begins an organisation, "I-ORG" goes on with it.
Recognise = Callable[[Sequence[str]], Sequence[str]]
_CARRYING = frozenset(("partnership", "builder", "invest", "launch", "support", "deal"))


def recognised(folded: Folded, scene: Scene, recognise: Recognise) -> Iterator[Party]:
    """The organisations that a recogniser finds where no party stands; only sentences with money or a cue are asked of.

    They take no slot: like the names of `latin` they may be partners.
    """
    if not scene.amounts and not any(cue.classes & _CARRYING for cue in scene.cues):
        return
    tokens = [word for word in scene.words if not word.text.startswith("<")]
    labels = recognise([folded.slice(token.start, token.end) for token in tokens])
    found: list[Token] = []
    for token, label in (*zip(tokens, labels, strict=False), (None, "O")):
        if found and label != "I-ORG":
            yield _named(folded, found)
            found = []
        if token is not None and (label == "B-ORG" or (found and label == "I-ORG")):
            found.append(token)


def _named(folded: Folded, found: Sequence[Token]) -> Party:
    start, end = found[0].start, found[-1].end
    surface = folded.slice(start, end)
    return Party("unlisted", (UNLISTED + without_marks(surface),), start, end, start, word=surface)
