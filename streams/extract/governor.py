"""Which word governs an amount: the first to its left that does more than tell how much.

Arabic puts heads first, so an amount's own words are walked back over: "تصل إلى نحو", "التي تبلغ", "البالغ". What is
reached says what the amount is of: a cost, a share, a loan, the project itself.
"""

# ruff: noqa: RUF001 (Arabic letters are the data here)

from __future__ import annotations

import re

# A word that only links an amount to what it is of, as part of a larger pattern; it ends with a space.
LINK_WORD = (
    "(?:[وف]?(?:ال|التي|الذي|هي|هو|هذه|قد|كان|كانت|:|الي|علي|عن|عند|من|ب|نحو|بنحو|حوالي|بحوالي|زهاء|قرابه|بقرابه|ما|بما|بين|مبلغ|بمبلغ|قدره|قدرها"
    "|مقداره|مقدارها|اكثر|باكثر|اقل|باقل|لا|لم|لن|سوي|الا|حينها|حاليا|الان|اليوم|تقريبا|حدود|عتبه|حاجز|مستوي|وحده|وحدها|بعد|اذا|حين|لدي)"
    "|[وفل]?(?:س)?[يتن](?:بلغ|قدر|صل|ناهز|تجاوز|تعدي|تعد|تخطي|تخط|قارب|فوق|زيد|قل|كون|تراوح|لامس|ساوي|عادل|وازي|رتفع|نخفض|قفز|ستقر|دور"
    "|حدد|تضاعف|بقي|ظل|صبح)(?:ان|ها|ه)?"
    "|[وف]?(?:بلغ|قدر|وصل|ناهز|تجاوز|تعدي|تخطي|قارب|فاق|زاد|ارتفع|انخفض|قفز|تراوح|حدد|رفع|خفض|عدل|اصبح|صار|ظل|بقي|زال|تضاعف)(?:ت|ها|وها|ه)?"
    "|[وف]?(?:ال)?(?:بالغ|مقدر|معلن|محدد)(?:ه|ا)?|تتغير|يتغير|تزال|يزال|زالت) "
)
_LINKS = re.compile(LINK_WORD)


def governor(line: str, amount: int) -> tuple[str, str]:
    """The word of a skeleton's line that governs amount number `amount`, and the one before it; "" for none."""
    place = line.find(f" M{amount} ")
    words = line[: max(place, 0)].split()
    while words and (_LINKS.fullmatch(f"{words[-1]} ") or words[-1] in _SIGNS):
        words.pop()
    return (words[-1] if words else ""), (words[-2] if len(words) > 1 else "")


_SIGNS = frozenset((")", "(", '"'))
