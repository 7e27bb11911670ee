"""Sums whose currency is left out: "استثمرت 8 مليارات دولار وشريكتها 5 مليارات", "مشروع الـ500 مليار".

A number of millions or more takes the currency of its sentence when nothing else is counted: no noun follows that
Arabic would count with it, and no word before says that people or things are. From outside its sentence it takes only
the one currency that the whole text has, and only when a word of money stands before it or the text gives the same sum
with its currency, or its own form says so: a known sum ("بقية الخمسمئة مليار"), trillions, a line of a list.

The one rule: in doubt it is no amount; most great numbers in the news are people, parts and square metres.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from decimal import Decimal

import msgspec

from streams.arabic.number_words import BILLION, MILLIARD, MILLION
from streams.extract.pieces import Piece

# Words with which a sentence goes on after a sum; a counted noun is none of them.
_GOING_ON = (
    "الي في من علي عن ل ب خلال بحلول هذا هذه التي الذي لكن بينما فيما مع حتي عبر سنويا قبل بعد او"
    " عند عندما حين منذ كان كانت كانوا كما بحسب وفق وفقا منها منه منهما منهم اليها عليها فيها فيه بها"
    " به لها له لهما لكل كل ما لا لم لن قد تم يتم يجري ليس غير سوي فقط حسب حسبما اذا اذ حيث لان رغم"
    " بسبب بفضل ضمن لدي ثم بل ايضا حاليا بدل بدلا مقابل تقريبا اضافيه اضافي اخري اخر متبقيه متبقي"
    " باقيه كامله كامل جديده مماثله مقرره مقدمه مجمعه ونيف عام سنه هي هو كدفعه كشريحه كمرحله كقرض كحد"
    " كتمويل كاستثمار"
)
_ON = frozenset(_GOING_ON.split())
# Verbs that say what becomes of a sum.
_VERB = re.compile(
    r"س[يتن][ء-ي]{3,}|(?:اعلن|خصص|رصد|دفع|ضخ|جمع|انفق)[ء-ي]*"
    r"|[يت](?:ذهب|اتي|حتاج|خصص|عود|مثل|شمل|وزع|دفع)[ء-ي]*"
)
# Nouns that are counted in millions, by their beginnings: also those that only look like words of the above.
_COUNTED = re.compile(
    r"(?:ال)?(?:مستخدم|شباب|شاب|نساء|رجال|مطور|راكب|ركاب|زوج|اسرا|مشترك|مستهلك|مشاهد|متابع|زائر|زوار|زبون|زباين|عميل|عملاء|شخص|اشخاص|نسمه|انسان|فرد|طفل|اطفال|طالب|طلاب|عامل"
    r"|عمال|موظف|وظيف|وظائف|لاجئ|ناخب|مواطن|ساكن|سكان|اسره|رقاق|رقائق|شريح|شرائح|معالج|خادم|خوادم|وحد|جهاز|اجهز|هاتف|هواتف"
    r"|سيار|بطاق|برميل|براميل|طن(?![ء-ي])|اطنان|متر|امتار|كيلو|قدم(?:ا|ين)?(?![ء-ي])|اقدام|هكتار|فدان|دونم|لتر|غالون|واط|ميغا|غيغا|جيجا|سعره(?![ء-ي])|وات|سهم|اسهم"
    r"|رمز|رموز|توكن|سنتيم|معامل|عمليه|عمليات|طلب|طلبات|نسخ|صور|كلم|صفح|ساع|يوما?(?![ء-ي])|عام(?:ا|ه)|رحل|حاوي|شجر|راسا?(?![ء-ي])|بيت|بايت|مره|مرات|نقط|صوت|اصوات|حساب|منزل"
    r"|منازل|بذر|بصم|جرع|لقاح|ليره لا|وثيق|ورق|واحد|ولد|وجب|ستره|ستاره|سيد(?:ه|ات))"
)
# A word that begins with و, ب or ل goes on with the sentence, but for nouns of which that is the first letter.
_GLUED = frozenset("وبل")
_NOUN = re.compile(
    r"و(?:حد|اط|رق|ثيق|ظيف|جب|افد|لد|سيط|ات(?![ء-ي])|رد|صل|عاء|زن)|ل(?:تر|اجي|قاح|اعب|يره|يل|وح|غ[همات]|حظ|قط|عب|بن[اه]|يبي)"
    r"|ب(?:رميل|راميل|طاق|يت|ايت|اقه|اقات|صم|ذر|لاغ|قر|رنامج|نت(?![ء-ي])|ير|دل[هات]|الغ|حار|حث|وص|ند|ضاع|دو|ريطاني|رازيل"
    r"|حريني|لجيكي|ولند|نغ)"
)
_COUNTED_AFTER = re.compile(r' *"?(?:من )?' + _COUNTED.pattern)
# What is told of before the number: people and things, unless a word of money stands nearer.
_COUNTS = re.compile(
    r"(?:عدد|سكان|نسمه|مستخدم|مشترك|مشاهد|متابع|زوار|عملاء|وظائف|موظف|ناخب|لاجئ|رقائق|[يت]سكن|[يت]قطن|[يت]عيش|سافر|[يت]سافر|زار|[يت]زور|نزح|تاثر|تضرر|اصيب|قتل|شاهد|صوت|يضم|تضم|تنتج|ينتج|توظف|يوظف)[ء-ي]*"
    r"[^،,؛.:\d]{0,40}$"
)
_MONEY = re.compile(
    r"(?:قيم|كلف|تكلف|مبلغ|مبالغ|استثمار|انفاق|قرض|قروض|اقتر|تقتر|يقتر|تمويل|مول|صفق|عقد|عقود|دين|ديون|ايراد|عائد|عوائد|ميزاني|موازن|خسار|خسر"
    r"|ارباح|ربح|سند|سقف|دفع|ضخ|[يتن]ضخ|[يتن]دفع|انفق|[يتن]نفق|استثمر|[يتن]ستثمر|جمع|[يت]جمع|حزم|عربون|التزام|تعهد|[يت]تعهد|ثمن|سعر"
    r"|فاتور|غلاف|مشروع|خط[هتط]|برنامج|صندوق|رقم|مخصص|رسم|رسوم|منح|غرام|تعويض|رهان|اصول|حص[هت]|كلفت|سدد|[يت]سدد|اكتتاب|تقييم|ساهم|[يت]ساهم|مساهم|صرف|[يت]صرف|راسمال|سيول|خزين|خزائن|حصيل|رتب|ضمان)[ء-ي]*"
)
# What only a price follows, so near that nothing else is counted; and what closes a sum.
_PRICED = re.compile(
    r"(?<![ء-ي])(?:[وفبل]?(?:ال)?(?:قيم|كلف|تكلف|مبلغ|ثمن|سعر)[ء-ي]*|[وف]?(?:س?[تين])?(?:صرف|دفع|سدد|در)[ء-ي]{0,3}|مقابل)"
    r"(?: (?:منها|منه|عليها|عليه|لها|له|نحو|حوالي|بلغت?|قدره?ا?))* ب?$"
)
_CLOSES = re.compile(r" *(?:[.،؛!؟)\n]|$|(?:سنويا|في السنه|في العام|لا غير|فقط)(?![ء-ي]))")
_MONEY_NEAR = 45  # characters before the number
_ACCUSATIVE = ("مليارا", "تريليونا", "ترليونا", "بليونا", "مليونا")
# What an amount is compared with is money too, whatever follows ("من أصل 12 مليارا يحتاج إليها").
_COMPARED = re.compile(
    r"(?:من اصل|ارتفاعا من|صعودا من|زياده (?:عن|من)|انخفاضا من|هبوطا من|تراجعا من|نزولا من|بدلا من|عوضا عن"
    r"|مقارنه (?:ب|مع)|مقدره? ب|مقدرا ب|قدرت ب|تقدر ب|محدده? ب|وليس|لا)(?: (?:نحو|حوالي|قرابه|اكثر من))? ?$"
)
# The word behind a sum and what closes it; a quote behind a space opens another phrase ("الـ500 مليار «وهم»").
_WORD = re.compile(r'(?:[")»]| +[)»])?(?: *\([^()]{0,30}\))? *([ء-يa-z%$]+)?')
_SENTENCE_END = re.compile(r"[.!؟] ")
_NEIGHBOURS = 8  # numbers on either side that may lend their currency
_DAILY = frozenset(("يوميا", "اسبوعيا", "شهريا"))
_ADVERB = 4  # letters of the shortest accusative that tells how
_OTHERS = frozenset(("الاخري", "الاضافيه", "المتبقيه", "الباقيه"))


class Lender(msgspec.Struct, frozen=True):
    """The only currency of a text (None when it has several), and the values that it has in it."""

    only: str | None
    values: Container[Decimal | None]


def lender(pieces: Iterable[Piece]) -> Lender:
    """What the numbers of a text may lend to those among them that leave out their currency."""
    money = [piece for piece in pieces if piece.money]
    codes = {piece.code for piece in money}
    return Lender(codes.pop() if len(codes) == 1 else None, {piece.value for piece in money})


def shared_currency(text: str, pieces: Sequence[Piece], at: int, line: int, lender: Lender) -> str | None:
    """The currency that pieces[at] leaves out, of its sentence or of the whole text; None for none."""
    piece = pieces[at]
    if piece.scale < MILLION:
        return None
    before = text[max(line, piece.start - 70) : piece.start]
    if piece.value is None and not _definite_sums(text, piece):
        return None
    code = _of_sentence(text, pieces, at)
    if code:
        compared = piece.value and _COMPARED.search(before)
        return code if compared or uncounted(text, piece, before) else None
    return lender.only if lender.only and _of_whole_text(text, piece, before, lender) else None


def _of_whole_text(text: str, piece: Piece, before: str, lender: Lender) -> bool:
    """Whether a number whose sentence has no currency is a sum all the same."""
    if piece.scale < MILLIARD:
        return _PRICED.search(before) is not None and _CLOSES.match(text, piece.end) is not None
    if before.endswith("ال") and not (_COUNTED_AFTER.match(text, piece.end) or _told_of_things(before)):
        return True  # a known one: "بقية الخمسمئة مليار"
    if not uncounted(text, piece, before):
        return False
    listed = before.endswith(": ") and _CLOSES.match(text, piece.end) and not _told_of_things(before[:-2])
    known = piece.value in lender.values or piece.scale >= BILLION or bool(listed)
    return known or _speaks_of_money(text, piece, before)


def _of_sentence(text: str, pieces: Sequence[Piece], at: int) -> str | None:
    """The currency of the nearest amount in the same sentence, the following one first."""
    here = pieces[at]
    before = pieces[max(0, at - _NEIGHBOURS) : at]
    for other in (*pieces[at + 1 : at + 1 + _NEIGHBOURS], *reversed(before)):
        low, high = (here.start, other.start) if here.start < other.start else (other.start, here.start)
        if other.money and not _SENTENCE_END.search(text, low, high):
            return other.code
    return None


def _definite_sums(text: str, piece: Piece) -> bool:
    """Whether a vague plural is one of sums: "عشرات المليارات", "عشرات الملايين الأخرى"; millions alone are people."""
    _, _, scale = text[piece.start : piece.end].partition(" ")
    if not scale.startswith("ال"):
        return False
    following = _following(text, piece.end)
    return piece.scale >= MILLIARD or following in _OTHERS


def _following(text: str, end: int) -> str:
    match = _WORD.match(text, end)
    return match[1] or "" if match else ""


def uncounted(text: str, piece: Piece, before: str) -> bool:
    """Whether the number counts nothing: by the word after it, and by what the clause before it speaks of."""
    if _COUNTED_AFTER.match(text, piece.end) or _told_of_things(before):
        return False
    match = _WORD.match(text, piece.end)
    word = match[1] if match else None
    if not word or (_accusative(text, piece) and word not in _DAILY):
        return True
    if word in _DAILY or not "ء" <= word[0] <= "ي":
        return False
    if word[0] in _GLUED and word not in _ON:
        return _NOUN.match(word) is None
    plain = word.removeprefix("ف")
    adverb = word[-1] == "ا" and len(word) >= _ADVERB and text[piece.end - 1] != "ا"
    return word in _ON or plain in _ON or adverb or word.startswith("ال") or _VERB.fullmatch(plain) is not None


def _told_of_things(before: str) -> bool:
    counts = _COUNTS.search(before)
    return counts is not None and _MONEY.search(before, counts.start()) is None


def _speaks_of_money(text: str, piece: Piece, before: str) -> bool:
    """Whether the number is a sum by its own form, or by a word of money in its sentence before it."""
    by_itself = piece.value is None or _accusative(text, piece)
    return by_itself or _MONEY.search(_SENTENCE_END.split(before)[-1][-_MONEY_NEAR:]) is not None


def _accusative(text: str, piece: Piece) -> bool:
    """Whether the number ends in an accusative, after which Arabic counts nothing but with من: "12 مليارا"."""
    return text[piece.start : piece.end].endswith(_ACCUSATIVE)
