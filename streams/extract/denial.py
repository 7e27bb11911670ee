"""How a sentence stands to a sum: it denies it, leaves it open, or neither.

Strategy: go back from the sum over the words of money, names and small words to what reaches it: a negated verb of
money ("لن تستثمر X 5 مليارات"), a refusal or a denial ("رفضت X دفع 5 مليارات"), a condition or a question. Behind the
sum only its own predicate counts ("رقم الـ500 مليار وهم").

The one rule: a comparison that is negated denies no sum: who "will not pay more than 5" may pay 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from streams.arabic.tokens import Token
from streams.extract.acts import act_of
from streams.extract.amounts import Found
from streams.extract.lexicon import verb
from streams.extract.reach import WORDS, bound, said
from streams.extract.scene import Scene
from streams.extract.words import LEXICON, Lexicon

_MONEY = frozenset(("invest", "measure", "spend", "purchase", "reach", "aim", "deal", "stake", "support", "raise"))
_OF_SUMS = Lexicon(
    {
        "compares": f"""
            {verb("تجاوز", "تجاوز")} {verb("زاد", "زيد")} {verb("قل", "قل")} {verb("فاق", "فوق")} يتعد تتعد يتخط
            تتخط تزد يزد يتعدى تتعدى يتخطى تتخطى
        """,
        "moves": f"""
            {verb("ارتفع", "رتفع")} {verb("انخفض", "نخفض")} {verb("قفز", "قفز")} {verb("صعد", "صعد")}
            {verb("تقلص", "تقلص")} {verb("هبط", "هبط")} {verb("وصل", "صل")} {verb("بلغ", "بلغ")} {verb("أصبح", "صبح")}
            {verb("تضاعف", "تضاعف")} {verb("تراجع", "تراجع")} {verb("زاد", "زيد")} رفعت رفع خفضت خفض
        """,
        "baseless": "صحة أساس",
        "unreal": "خيال خيالي وهم وهمي خرافة كذبة اختلاق مختلق ملفق هراء عار خاطئ شائعة",
        "also": "لما أي أية هذا هذه المبلغ مبلغ نحو حوالي قرابة زهاء",
    }
)


def denial_of(scene: Scene, sum_start: int) -> Literal["denied", "doubted"] | None:
    """How the sentence stands to the sum that begins there; None where it says no more than what is told."""
    words = scene.words
    if _belied(words, words.index_at(sum_start) + 1):
        return "denied"
    compared = False
    for at in range(words.index_at(sum_start) - 1, -1, -1):
        word = words[at]
        ideas = WORDS.classes(word.text)
        if "only" in ideas or bound(words, at):
            return None
        if "supposed" in ideas:
            return "doubted"
        if "negation" in ideas:
            return None if compared else _negated(words, at)
        if "deny" in ideas and _takes_back(words, at):
            return None if compared and "ستبعد" in word.text else _unless_negated(words, at)
        compared = compared or _of_sum(word, "compares")
        if not _passed(word.text):
            return None
    return None


def _belied(words: Sequence[Token], behind: int) -> bool:
    """Whether what is told of the sum right behind it is that it is none: "رقم الـ500 مليار وهم", "غير صحيح"."""
    told = [word for word in words[behind : behind + _PREDICATE] if word.text not in _LEADING]
    if not told:
        return False
    false = len(told) > 1 and told[0].text == "غير" and told[1].text.startswith("صحيح")
    return false or _of_sum(told[0], "unreal")


_PREDICATE = 5  # words behind a sum, quotes and "هو" among them, in which its predicate begins
_LEADING = frozenset(('"', "'", "هو", "هي", "وهو", "وهي", "مجرد", "المعلن", "المتداول", "المزعوم", "<project>", "ل"))


def _negated(words: Sequence[Token], at: int) -> Literal["denied", "doubted"] | None:
    """What a negation says of the sum: "لن تستثمر", "ليست", "لا صحة" deny it, "لم تؤكد" leaves it open."""
    if at + 1 == len(words):
        return None  # nothing follows that it could deny
    following = words[at + 1]
    if said(following, "still"):
        return None
    if said(following, "confirm"):
        return "doubted"
    denies = words[at].text.startswith("ليس") or act_of(following.text) or _of_sum(following, "moves")
    return "denied" if denies or _of_sum(following, "baseless") or said(following, "being") else None


def _takes_back(words: Sequence[Token], at: int) -> bool:
    """Whether that word denies at all: a cost that fell ("تراجعت الكلفة إلى") is not taken back ("تراجعت X عن دفع")."""
    return "تراجع" not in words[at].text or any(word.text == "عن" for word in words[at + 1 : at + 3])


def _unless_negated(words: Sequence[Token], at: int) -> Literal["denied", "doubted"]:
    return "doubted" if at > 0 and said(words[at - 1], "negation") else "denied"


@lru_cache(maxsize=50_000)
def _passed(word: str) -> bool:
    """Whether a denial reaches over that word; "<organisation>" and the like stand for names."""
    if word in "\"'()" or WORDS.classes(word) & {"small", "being", "confirm"}:
        return True
    if word.startswith("<") and word != "<amount>":
        return True
    return bool(LEXICON.classes(word) & _MONEY or act_of(word) or _OF_SUMS.classes(word))


def _of_sum(word: Token, idea: str) -> bool:
    return idea in _OF_SUMS.classes(word.text)


def overtaken(scene: Scene, amount: Found) -> bool:
    """Whether the sum is what was before the next one: "كانت الكلفة 5 مليارات قبل أن ترتفع إلى 9 مليارات"."""
    words = scene.words
    at = words.index_at(amount.start)
    upto = next((i for i in range(at + 1, len(words)) if words[i].text == "<amount>"), None)
    if upto is None or not words[upto - 1].text.startswith(("الي", "ل")):
        return False
    was = any(word.text.lstrip("وف") in {"كان", "كانت"} for word in words[max(0, at - _BACK) : at])
    return was and any(_of_sum(word, "moves") for word in words[at + 1 : upto])


_BACK = 8  # words
