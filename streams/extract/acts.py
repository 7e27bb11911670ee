"""The acts of money: verbs and their nouns, each with what it does, found in one word with all that is glued to it.

A word is an act in any form that papers print: past and present, with a conjunction, a future "س", a preposition
before the noun ("باستثمار", "لشراء") and a pronoun behind ("ضختها", "استثماراتها").

The one rule: an act says what happens to money, never who does it; signs (`party_signs`) tell that.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from functools import lru_cache
from typing import Literal, get_args

import msgspec

from streams.arabic.fold import fold_key

Deed = Literal[
    "invest",  # money into a project or a company, or else one's own spending
    "pledge",  # the same, promised; its noun of action may follow ("التزمت بضخ")
    "join_in",  # a share of a sum that others give too
    "spend",
    "acquire",  # a company or shares of it
    "buy",  # goods or services of somebody
    "sell",
    "pay",
    "receive",
    "supply",
    "contract",
    "lend",
    "borrow",
    "gather",  # money collected from others
    "part",  # what money is parted with for: fines, gifts
]
Form = Literal["verb", "noun"]
Tense = Literal["", "past", "now", "future"]


class Act(msgspec.Struct, frozen=True):
    """A word that tells an act; `back` is the pronoun behind it ("" for none), `led` the preposition before it."""

    deed: Deed
    form: Form
    back: str = ""
    led: str = ""
    tense: Tense = ""


# Past, present without its first letter, and nouns of action.
_WORDS: dict[Deed, str] = {
    "invest": """
        استثمر/ستثمر:استثمار,استثمارا,استثمارات,استثماري ضخ/ضخ:ضخ,ضخا ضخت/ضخ: وضع/ضع: اودع/ودع:ايداع وظف/وظف:
        حول/حول:تحويل مول/مول:تمويل,تمويلا وجه/وجه: كرس/كرس:
    """,
    "pledge": """
        التزم/لتزم:التزام,التزاما,التزامات تعهد/تعهد:تعهد,تعهدا,تعهدات خصص/خصص:تخصيص رصد/رصد:رصد وعد/عد: اعتمد/عتمد:
    """,
    "join_in": "ساهم/ساهم:مساهمه أسهم/سهم:اسهام شارك/شارك:مشاركه اكتتب/كتتب:اكتتاب",
    "spend": "أنفق/نفق:انفاق,انفاقا,نفقات صرف/صرف:صرف",
    "acquire": "استحوذ/ستحوذ:استحواذ,استحواذا اقتنى/قتني:اقتناء اشترى/شتري:شراء ابتاع/بتاع:",
    "buy": "استأجر/ستأجر:استئجار حجز/حجز:حجز طلب/طلب:",
    "sell": "باع/بيع:بيع تخارج/تخارج:تخارج تنازل/تنازل:تنازل طرح/طرح:طرح أصدر/صدر:اصدار",
    "pay": "دفع/دفع:دفع سدد/سدد:سداد,تسديد",
    "receive": """
        تلقى/تلقي:تلقي حصل/حصل:حصول نال/نال:نيل قبض/قبض:قبض تسلم/تسلم:تسلم فاز/فوز:فوز تقاضى/تقاضي: ظفر/ظفر: حاز/حوز:
        جنى/جني:طلبيه,طلبيات
    """,
    "supply": "زود/زود:تزويد ورد/ورد:توريد وفر/وفر:توفير",
    "contract": "وقع/وقع:توقيع أبرم/برم:ابرام تعاقد/تعاقد:تعاقد اتفق/تفق: عقد/عقد: توصل/توصل:توصل",
    "lend": "أقرض/قرض:اقراض منح/منح:منح رتب/رتب:ترتيب قدم/قدم:تقديم",
    "borrow": "اقترض/قترض:اقتراض استدان/ستدين:استدانه",
    "gather": "جمع/جمع:جمع أغلق/غلق:اغلاق",
    "part": "تبرع/تبرع:تبرع غرم/غرم: خسر/خسر: تكبد/تكبد: ربح/ربح:",
}
_ENDS_PAST = ("", "ت", "ا", "تا", "وا")
_ENDS_NOW = ("", "ان", "ون", "وا", "ا")
_PRONOUNS = ("ها", "هما", "هم", "ه")
_LEADS = ("ب", "ل", "ك")
_SHORTEST = 3
# With the article the others only name a sum ("الاستثمارات", "التمويل").
_NAMED_WITH_ARTICLE = frozenset(("acquire", "spend"))


# Verbs that are written like a commoner noun: "أسهم" are shares.
_RATHER_NOUNS = ("اسهم", "اسهما")


def _weak(past: str) -> tuple[str, ...]:
    """The past of a verb whose last letter is weak loses it before the feminine ending ("اشترت")."""
    return (past, f"{past[:-1]}ت", f"{past[:-1]}تا", f"{past[:-1]}وا", f"{past}ا")


def _table() -> tuple[dict[str, tuple[Deed, Tense]], dict[str, Deed]]:
    verbs: dict[str, tuple[Deed, Tense]] = {}
    nouns: dict[str, Deed] = {}
    for deed in get_args(Deed):
        for entry in _WORDS[deed].split():
            forms, _, listed = entry.partition(":")
            past, _, present = (fold_key(each) for each in forms.partition("/"))
            for each in _weak(past) if past.endswith("ي") else tuple(past + end for end in _ENDS_PAST):
                verbs.setdefault(each, (deed, "past"))
            for first in "يت" if present else "":
                for end in _ENDS_NOW:
                    verbs.setdefault(first + present + end, (deed, "now"))
                    verbs.setdefault("س" + first + present + end, (deed, "future"))
            for noun in filter(None, listed.split(",")):
                nouns.setdefault(fold_key(noun), deed)
    for each in _RATHER_NOUNS:
        verbs.pop(each, None)
    return verbs, nouns


_VERBS, _NOUNS = _table()


@lru_cache(maxsize=50_000)
def act_of(word: str) -> Act | None:
    """The act that a folded word tells, or None."""
    if word.endswith("دفعه"):
        return None  # an instalment, far oftener than his payment
    for bare in (word, word[1:]) if word[:1] in {"و", "ف"} else (word,):
        if bare in _NOUNS:
            return Act(_NOUNS[bare], "noun")
        if bare in _VERBS:
            return Act(_VERBS[bare][0], "verb", tense=_VERBS[bare][1])
        found = _led(bare) or _with_pronoun(bare) or _definite(bare)
        if found:
            return found
    return None


def _led(bare: str) -> Act | None:
    """A noun behind a preposition: "باستثمار", "للاستثمار"."""
    for lead in ("لل", "بال", *_LEADS):
        if bare.startswith(lead) and bare[len(lead) :] in _NOUNS:
            return Act(_NOUNS[bare[len(lead) :]], "noun", led=lead[0])
    return None


def _definite(bare: str) -> Act | None:
    noun = _NOUNS.get(bare.removeprefix("ال"))
    return Act(noun, "noun") if noun in _NAMED_WITH_ARTICLE else None


def _with_pronoun(bare: str) -> Act | None:
    for pronoun in _PRONOUNS:
        stem = bare.removesuffix(pronoun)
        if stem == bare or len(stem) < _SHORTEST - 1:
            continue
        if stem in _VERBS:
            return Act(_VERBS[stem][0], "verb", pronoun, tense=_VERBS[stem][1])
        for lead in ("", *_LEADS):
            noun = stem.removeprefix(lead)
            for each in (noun, noun[:-1] + "ه" if noun.endswith("ت") else noun):
                if (not lead or stem.startswith(lead)) and each in _NOUNS:
                    return Act(_NOUNS[each], "noun", pronoun, lead)
    return None
