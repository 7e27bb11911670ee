"""What an amount is of: the nearest word to its left that does more than link the two.

Arabic puts heads first, so an amount's own words are walked back over ("تصل إلى نحو", "التي تبلغ", "البالغ"). What is
reached says what the amount is of: a cost, a share, a loan, the project itself.
"""

# ruff: noqa: RUF001 (Arabic letters are the data here)

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from streams.extract.scene import Scene
from streams.extract.stems import stem

# A word that only links an amount to what it is of.
_LINK = re.compile(
    r"""
      [وف]? (?:
        ال | التي | الذي | هي | هو | هذه | قد | كان | كانت | الي | علي | عن | عند | من | ب | بين | بعد | لدي | اذا | حين
      | نحو | بنحو | حوالي | بحوالي | زهاء | قرابه | بقرابه | اكثر | باكثر | اقل | باقل | حدود | عتبه | حاجز | مستوي
      | ما | بما | مبلغ | بمبلغ | قدره | قدرها | مقداره | مقدارها | لا | لم | لن | سوي | الا
      | حينها | حاليا | الان | اليوم | تقريبا | وحده | وحدها
      )
    | [وفل]? س? [يتن] (?:
        بلغ | قدر | صل | ناهز | تجاوز | تعدي | تعد | تخطي | تخط | قارب | فوق | زيد | قل | كون | تراوح | لامس | ساوي
      | عادل | وازي | رتفع | نخفض | قفز | ستقر | دور | حدد | تضاعف | بقي | ظل | صبح
      ) (?: ان | ها | ه )?
    | [وف]? (?:
        بلغ | قدر | وصل | ناهز | تجاوز | تعدي | تخطي | قارب | فاق | زاد | ارتفع | انخفض | قفز | تراوح | حدد | رفع | خفض
      | عدل | اصبح | صار | ظل | بقي | زال | تضاعف
      ) (?: ت | ها | وها | ه )?
    | [وف]? (?: ال )? (?: بالغ | مقدر | معلن | محدد ) [ها]?
    | [^\w]
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=50_000)
def links(word: str) -> bool:
    """Whether a folded word only links an amount to what it is of ("تصل", "إلى", "نحو", "البالغة")."""
    return _LINK.fullmatch(word) is not None


def walked_back(scene: Scene, floor: int, start: int) -> Iterator[str]:
    """The stems of the words within [floor, start), the nearest first, without those that only link."""
    return (stem(word.text) for word in reversed(scene.words.between(floor, start)) if not links(word.text))
