"""Words that stand beside acts of money and decide what they move: shares, debts, contracts, instalments…

All are folded, in the forms that the press prints. `lexicon` has the cues that are scored by nearness; these are
looked for between an act and its amount only.
"""

# ruff: noqa: RUF001 (Arabic letters and signs are the data here)

from __future__ import annotations

from streams.arabic.fold import fold_key


def words_of(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(map(fold_key, text.split()))


PROJECTS = words_of("project the_project the_site")
INTO = words_of("في ل الي لدعم لصالح لتمويل لتطوير لبناء لانشاء لتسريع لفايده ضمن علي")
INTO_A_COMPANY = words_of("في الي لدعم لصالح لتمويل")
# Pronouns that point back to where money goes, and the nouns that carry them.
BACK = words_of("فيها فيه فيهما اليها اليه لها له عليها عليه جولتها جولته راسمالها راسماله")
SHARES = words_of("حصه حصتها حصته حصتهما حصص حصصا حصصها اسهم اسهما سهما سهم اسهمها الاسهم نصيب نصيبها ملكيه راسمال")
DEBT = words_of(
    """
    قرض قرضا قروض قروضا قرضين القرض القروض تسهيلات تسهيلا سند سندا سندات السندات دين دينا ديون ديونا الديون
    ايتمان ايتمانا ايتماني اقتراض صكوك صكوكا
    """
)
CONTRACTS = words_of(
    """
    عقد عقدا عقود عقودا عقدها عقدين بعقد بعقود صفقه صفقات بصفقه بصفقات اتفاق اتفاقا اتفاقيه اتفاقيات اتفاقات
    طلبيه طلبيات بطلبيه مناقصه تعاقدا
    """
)
ROUNDS = words_of("جوله الجوله جولتها جولته تمويل تمويلا راسمال")
FUNDS = words_of("استثمار استثمارا استثمارات تمويل تمويلا ضخ دعم دعما")
# Behind one of these an amount is no longer what the act before it moves.
OTHER_MATTER = words_of(
    """
    تقييم بتقييم تقييما تقييمها تقييمه التقييم قيمتها قيمته السوقيه ايرادات ايراداتها ايراداته ارباح ارباحها
    خسائر خسائرها مبيعات مبيعاتها كلفه تكلفه بكلفه بتكلفه كلفته كلفتها تكلفته تكلفتها ميزانيته ميزانيتها
    بميزانيه ثروته عايدات دخل دخلها دخله غرامه رسوما ضرايب
    """
)
ITS_WORTH = words_of("قيمتها قيمته قيمتهما قيمه")
# What an act before one of these does not reach behind it.
BREAKS = words_of("؛ . بينما فيما لكن ولكن ولكنها حيث بعدما عندما حين وسط اذ كما ثم اما والذي والتي غير")
# Between a project and an amount they make the amount the project's own.
SIZED = words_of("بقيمه قيمه بكلفه بتكلفه البالغ البالغه قيمته قيمتها كلفته كلفتها تكلفته بميزانيه الذي التي")
INSTALMENTS = words_of("دفعه الدفعه دفعات بدفعه شريحه الشريحه قسط القسط الاقساط تبدا مساهمه")
TALKS = words_of("مفاوضات محادثات مباحثات مناقشات نقاشات محادثاتها مفاوضاتها تتفاوض يتفاوض تفاوضت تبحث يبحث")
OFFERS = words_of("عرض عرضت يعرض تعرض عرضا اقترح اقترحت")
IN_RETURN = words_of("مقابل لقاء نظير ثمنا")
PRICED = IN_RETURN | words_of("قيمه ثمن هي")
PERCENT = words_of("% المئه المايه")
# What may stand between a member of a list and its amount.
IN_LISTS = words_of(
    """
    ( : - – ب بنحو بمبلغ بما بقيمه يناهز حوالي نحو ما بين الي عن علي اكثر من قرابه نطاق حاجز يصل يزيد تتخطي
    فتتحدث حددت رفعت التي الذي تقديراتها تقديراته توقعاتها نفسها نفسه
    """
)
