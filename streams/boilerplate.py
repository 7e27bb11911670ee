"""Lines that lead elsewhere: related articles, sharing, following, comments. What they say is not the article's.

Both who reads an article and who takes one from a web page ask here, so that there is one list. The pattern is over
folded letters (`ا` for every alef, `ه` for `ة`, `ي` for `ى` and `ئ`, `و` for `ؤ`, no vowel marks), which is what
`streams.arabic.fold` makes; `leads_elsewhere` folds for those who do not.
"""

# ruff: noqa: RUF001 (Arabic letters are the data here)

from __future__ import annotations

import re

FOLDED = re.compile(
    r"""
    [\s"'•|>\[(*-]* (?:
      (?: مقالات | مواضيع | موضوعات | اخبار ) \s (?: ذات\sصله | متعلقه | مشابهه | اخري )
    | (?: اقرا | اقراوا | اقرووا | شاهد | طالع | انظر ) \s (?: ايضا | المزيد | كذلك )
    | قد \s (?: يهمك | يعجبك )
    | شارك \s (?: هذا | هذه | الخبر | المقال | عبر )
    | تابع (?: نا | وا | ونا )
    | المزيد \s (?: من | عن | حول ) | لمزيد \s من | للمزيد | ذات \s صله | اترك \s رد | نقلا \s عن \s* :
    | (?: اشترك | اشتركوا | انضم | انضموا ) \s (?: في | الي ) \s (?: قناتنا | نشرتنا | النشره | خدمه ) | حمل \s تطبيق
    | (?: جميع | كل ) \s الحقوق \s محفوظه | اخر \s تحديث \s* : | (?: الكلمات \s )? المفتاحيه | كلمات \s دلاليه
    | (?: ال )? (?: صوره | صور ) \s* : | تصوير \s* :
    | read \s (?: also | more ) | also \s read | related | share \s this | follow \s us | all \s rights \s reserved
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)

_LETTERS = str.maketrans("أإآٱىئةؤ", "ااااييهو")
_MARKS = re.compile("[\u0640\u064b-\u0655\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c]")


def leads_elsewhere(line: str) -> bool:
    """Whether a line of plain text begins as those do that belong to the page and not to its article."""
    return FOLDED.match(_MARKS.sub("", line).translate(_LETTERS)) is not None
