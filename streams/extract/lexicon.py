"""The words that tell what a sentence says about money and about taking part, as data.

Our own list, from reading Arabic business news. Each class is one idea; a word stands in the form that papers print,
verbs in past and present. `Lexicon.classes` finds a word with its particles and pronouns; phrases are given with spaces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from streams.arabic.fold import fold_key


def _verb(past: str, present: str) -> str:
    """The forms of a regular verb, third person: "استثمر", "ستثمر" (the present without its first letter)."""
    ends = ("", "ت", "ا", "تا", "وا")
    now = ("", "ان", "ون", "وا", "ا")
    return " ".join([past + end for end in ends] + [first + present + end for first in "يت" for end in now])


# Money going somewhere.
INVEST = f"""
{_verb("استثمر", "ستثمر")} {_verb("ضخ", "ضخ")} {_verb("التزم", "لتزم")} {_verb("تعهد", "تعهد")} {_verb("خصص", "خصص")}
{_verb("رصد", "رصد")} {_verb("ساهم", "ساهم")} {_verb("أسهم", "سهم")} {_verb("ألزم", "لزم")} {_verb("مول", "مول")}
{_verb("دعم", "دعم")} استثمار استثمارا استثمارات ضخ التزام التزاما تعهد تعهدا تعهدات مساهمة تمويل تمويلا تخصيص إلزام دعم
"""
BUY_STAKE = "استحواذ استحوذ استحوذت يستحوذ تستحوذ حصة حصتها حصته أسهم أسهما سهم اكتتاب الاكتتاب"
RAISE = "جولة_تمويل جولة_تمويلية جولة_استثمارية جولة_التمويل جمع_تمويل جمعت_تمويلا جمع_تمويلا"
GATHER = f"{_verb('جمع', 'جمع')} جمع حصل حصلت يحصل تحصل"
DEAL = f"""
صفقة صفقات عقد عقدا عقود عقودا العقد اتفاق اتفاقا اتفاقية اتفاقيات اتفاقات التزامات_حوسبة التزامات_شراء
"""
PURCHASE = f"""
{_verb("اشترى", "شتري")} اشترت {_verb("استأجر", "ستأجر")} {_verb("دفع", "دفع")} شراء استئجار تأجير ستدفع
"""
SELL = "باع باعت يبيع تبيع بيع تخارج بيعها"
VALUATION = """
تقييم تقييما تقييمه تقييمها القيمة_السوقية قيمة_سوقية قيمتها_السوقية قيمته_السوقية قيمة_الشركة قيمة_شركة
"""
REVENUE = "إيرادات إيراد إيرادا عائدات مبيعات دخل الدخل"
ASIDE = """
خسائر خسارة أرباح ربح صافي ثروة ثروته ديون دين ديونا سندات قرض قروض قروضا قرضا غرامة غرامات ضرائب ضريبة رسوم تدفق راتب
رواتب تعويض تعويضات توظيف اقتراض اقترضت لا_يملكون لا_يملك لا_تملك لا_يملكان ليس_لديهم ليس_لديه ليس_لديها على_مبلغ على_مبالغ الناتج أصول ائتمان ائتماني إدارة_أصول تدير_أصولا تبرعات تبرع السيولة سيولة
"""
LOAN = "قرض قروض قروضا قرضا تسهيل تسهيلات ائتماني سندات"
SPEND = f"{_verb('أنفق', 'نفق')} إنفاق إنفاقا نفقات خطة خطط خطتها ميزانية موازنة"
BUILD = "لبناء لتطوير لإنشاء لتوسيع بناء"

# What an amount is of its project.
MEASURE = """
بقيمة قيمة قيمته قيمتها بتكلفة تكلفة تكلفته تكلفتها كلفة بكلفة كلفته كلفتها البالغ البالغة بحجم حجم حجمه بميزانية ميزانيته
بمبلغ بمقدار قدره قدرها قيمتهما إجمالي الإجمالي الإجمالية بإجمالي ثمنه
"""
AIM = "يهدف تهدف الهادف الهادفة يستهدف تستهدف هدف هدفه يسعى تسعى يتضمن تتضمن يشمل تشمل يتطلب تتطلب يبلغ تبلغ بلغت سيبلغ ستبلغ"
INITIAL = """
أولي أوليا أولية مبدئي مبدئيا مبدئية الأولي الأولية المبدئي المبدئية فوري فوريا فورية فورا على_الفور بشكل_فوري كدفعة_أولى دفعة_أولى
كمرحلة_أولى مرحلة_أولى المرحلة_الأولى في_البداية بداية ابتدائي ابتدائية مبدئياً كبداية الأولى_منها للبدء
"""
SECURED = """
أمن أمنت تأمين أمّنت تأمينه تأمينها مؤمن مؤمنة جمعها حتى_الآن إلى_الآن لغاية_الآن حتى_اليوم المؤمنة المرصودة
"""
OVER_YEARS = "سنوات أعوام بحلول السنوات الأعوام عقد_كامل"
REACH = "يصل تصل وصول الوصول للوصول وصولا ليصل لتصل يرتفع ترتفع يزداد يزيد تزيد سترتفع سيرتفع ستصل سيصل تبلغ يبلغ"

# State of the matter.
NEGOTIATING = "مفاوضات محادثات مباحثات مناقشات نقاشات يتفاوض تتفاوض يبحث تبحث يدرس تدرس تجري مفاوضة محادثاتها"
PLANNED = """
خطة خطط يخطط تخطط يعتزم تعتزم يعتزمان ينوي تنوي سيستثمر ستستثمر ستستثمران سيضخ ستضخ تستعد يستعد يتوقع متوقع المتوقع المرتقب
مرتقب محتمل محتملة المحتملة المزمع المزمعة تطمح يطمح سعى يسعى تسعى ستدفع سينفق ستنفق
"""
COMPLETED = """
استثمر استثمرت استثمرا ضخ ضخت أنفق أنفقت اشترت اشترى أتم أتمت أكمل أكملت استكمل استكملت إنجاز إنفاق دعمت حصل حصلت باعت باع
قدم قدمت وقعت وقع سددت دفعت استحوذت
"""
STALLED = (
    "تعثر يتعثر متعثر تعثرت تأخر تأخرت متأخر توقف توقفت متوقف جمد جمدت علق علقت تعليق تجميد لم_تحسم لم_يحسم لم_يتم_حسم"
)
DENIED = """
نفى نفت ينفي تنفي ألغى ألغت ألغيت ألغي إلغاء رفض رفضت لم_يتم_تنفيذ لم_تتم_الصفقة لم_ينفذ لم_تنفذ لم_يستثمر لم_تستثمر لن_يستثمر
لن_تستثمر لم_تلتزم لم_يلتزم غير_صحيح لا_صحة لم_يتحقق
"""
DOUBT = """
شكك يشكك تشكيك شككت زعم يزعم زاعما انتقد منتقدا سخر شائعات إشاعات إشاعة لا_يملكون لا_يملك لا_تملك ليس_لديهم ليس_لديه ليس_لديها
يدعي ادعى ادعاءات مزاعم يشكون
"""
CONDITIONAL = "إذا لو إن_تم في_حال"
PAST = "سبق سبقت سابقا آنذاك حينها في_الماضي في_ذلك_الوقت"
SUPERSEDED = "بدلا_من عوضا_عن ارتفاعا_من صعودا_من انخفاضا_من هبوطا_من مقارنة_ب مقابل_نحو بعدما_كان بعد_أن_كان"

# Taking part.
PARTNERSHIP = """
شريك شركاء شريكا مشروع_مشترك المشروع_المشترك مشروعا_مشتركا الشريك الشركاء شراكة بالشراكة شريكين يضم تضم ضم ضمت تضمنت بالتعاون بمشاركة مشاركة بمساهمة مشترك المشترك مشتركا
مشتركة المشتركة تحالف تحالفا ائتلاف كونسورتيوم رعاية برعاية بدعم مدعوم مدعوما المدعوم انضم انضمت ينضم تنضم انضمام مكون مكونة
يتكون تتكون مؤلف مؤلفة شكل شكلت شكلتها شكلها يشارك تشارك شارك شاركت المشاركة المشاركين المشاركون أعضاء مستثمرين مستثمرون المستثمرين
مستثمر_في الممولين الممولون مؤسسين المؤسسين الشركات_المؤسسة أطراف الأطراف يدعمه تدعمه يدعم تدعم داعمي داعميه يسانده تساند يساند تسانده
عملاقة عمالقة يمول تمول تموله تمولها يموله بتمويل مولت قادته تقوده يقوده بقيادة تقودها يقودها تتعاون يتعاون تعاون
يستند تستند تحت_مظلة ويشمل_التعاون
"""
LAUNCH = """
أطلق أطلقت أطلقها أطلقه أطلقتها أطلقته تطلق إطلاق يطلق أعلن أعلنت أعلنوا أعلنته أعلنه إعلان كشفت كشف الإعلان أسس أسست تأسيس
تراهن يراهن تعهدت تعهد التزم التزمت التزام
"""
BUILDER = """
تبني يبني ستبني سيبني بناء البناء تطور يطور تطوره تطورها يطورها ستطور تشغل يشغل ستشغل تشغله تشغلها التشغيل تتولى يتولى ستتولى
توفر يوفر ستوفر سيوفر توفير تزود يزود ستزود سيزود تزويد تورد يورد ستورد توريد تنفيذ التنفيذ ينفذ تنفذ تدير يدير ستدير إنشاء
تستضيف يستضيف ستستضيف المطور المشغل المورد المزود عبر_شركة تشيد يشيد ستشيد تسهم ستسهم يسهم
"""
LEAVING = """
انسحب انسحبت ينسحب تنسحب انسحاب انسحابه انسحابها غادر غادرت تغادر يغادر خرجت خروج تخلى تخلت يتخلى تتخلى تراجعت_عن
"""
ABSENCE = "عدم_وجود غياب لا_يوجد لا_توجد دون_اتفاق غير_واضح عدم_وضوح"
INVEST_TALKS = "تجري_محادثات محادثات مفاوضات تبحث يبحث تدرس يدرس قد محتمل محتملون محتملين"

# Nouns that name a kind, before a name or in place of it.
ORG_NOUNS = """
شركة شركات شركتي شركتا شركتان مجموعة مجموعات صندوق بنك مصرف مؤسسة منصة عملاق عملاقة عملاقي كيان ذراع ناشئة وكالة صانعة مطورة مطور
الشريك مطوّر مصنعة موردة مزودة
"""
PROJECT_NOUNS = "مشروع مبادرة برنامج خطة مشاريع منصة مجمع حملة مركز منشأة موقع"
ANAPHORIC_PROJECT = "المشروع المبادرة البرنامج مشروع_مشترك الكيان_الجديد الشركة_الجديدة المشروع_المشترك المشروع_الجديد"
ANAPHORIC_SITE = "المركز الموقع المنشأة المجمع"
ANAPHORIC_ORG = "الشركة المجموعة البنك الصندوق شركته شركتها الأخيرة الشركة_الناشئة المؤسسة"
ANAPHORIC_GROUP = """
الشركتان الشركتين الشركات_الثلاث الشركات_الأربع الشركات_الخمس تلك_الشركات هذه_الشركات الطرفان الطرفين كلاهما كليهما كلتاهما
"""
TITLES = """
الرئيس_التنفيذي رئيس_مجلس_إدارة مؤسس المؤسس المؤسس_المشارك رئيس رئيسة مدير_مالي المدير_المالي مدير المدير_التنفيذي الرئيسة_التنفيذية
متحدث المتحدث المتحدثة متحدثة مسؤول مسؤولون مصادر_مقربة_من الشريك_المؤسس الرئيس_المالي الرئيس رئيسها
"""
EXCLUDES = "بعيدا_عن باستثناء بخلاف منفصل_عن منفصلة_عن بمعزل_عن على_غرار مثل_مشروع منافسة_لـ غياب غاب غابت"
BESIDE = "إلى_جانب بالإضافة_إلى إضافة_إلى فضلا_عن علاوة_على"
SAYING = "قال قالت ذكر ذكرت أفاد أفادت أوضح أوضحت أضاف أضافت أكد أكدت صرح صرحت كتب كتبت أن بأن إن"

# Verbs of support take what they support as their object and the money with ب.
SUPPORT = f"{_verb('دعم', 'دعم')} {_verb('مول', 'مول')} {_verb('ساند', 'ساند')}"
# Verbs whose subject may be left unsaid; a masdar's never is.
VERB = f"""
{_verb("استثمر", "ستثمر")} {_verb("ضخ", "ضخ")} {_verb("التزم", "لتزم")} {_verb("تعهد", "تعهد")} {_verb("خصص", "خصص")}
{_verb("رصد", "رصد")} {_verb("ألزم", "لزم")} {_verb("أنفق", "نفق")} {_verb("دفع", "دفع")} {_verb("اشترى", "شتري")} اشترت
{_verb("وقع", "وقع")} {_verb("أبرم", "برم")}
"""
PASSIVE = "مدعوم مدعوما مدعومة المدعوم المدعومة ممول ممولة الممول الممولة بتمويل بدعم"
# Raising what is planned or committed so far is progress towards a total, no new total.
SO_FAR = "المخططة المخطط المعلنة الملتزم المتعهد المؤمنة المرصودة الحالية القائمة"
OFFER = "عرض عرضت يعرض تعرض اقترح اقترحت"
NAMING = "يسمى تسمى اسمه اسمها باسم تحت_اسم يدعى تدعى المسمى المسماة المعروف المعروفة يعرف تعرف يطلق_عليه يطلق_عليها يحمل_اسم تحمل_اسم منها بينها أبرزها مثل"

CLASSES: dict[str, str] = {
    "support": SUPPORT,
    "verb": VERB,
    "passive": PASSIVE,
    "offer": OFFER,
    "so_far": SO_FAR,
    "naming": NAMING,
    "invest": INVEST,
    "stake": BUY_STAKE,
    "raise": RAISE,
    "gather": GATHER,
    "deal": DEAL,
    "purchase": PURCHASE,
    "sell": SELL,
    "valuation": VALUATION,
    "revenue": REVENUE,
    "aside": ASIDE,
    "loan": LOAN,
    "spend": SPEND,
    "build": BUILD,
    "measure": MEASURE,
    "aim": AIM,
    "initial": INITIAL,
    "secured": SECURED,
    "over_years": OVER_YEARS,
    "reach": REACH,
    "negotiating": NEGOTIATING,
    "planned": PLANNED,
    "completed": COMPLETED,
    "stalled": STALLED,
    "denied": DENIED,
    "doubt": DOUBT,
    "conditional": CONDITIONAL,
    "past": PAST,
    "superseded": SUPERSEDED,
    "partnership": PARTNERSHIP,
    "launch": LAUNCH,
    "builder": BUILDER,
    "leaving": LEAVING,
    "absence": ABSENCE,
    "org_noun": ORG_NOUNS,
    "project_noun": PROJECT_NOUNS,
    "the_project": ANAPHORIC_PROJECT,
    "the_site": ANAPHORIC_SITE,
    "the_org": ANAPHORIC_ORG,
    "the_group": ANAPHORIC_GROUP,
    "title": TITLES,
    "excludes": EXCLUDES,
    "beside": BESIDE,
    "saying": SAYING,
}

_PARTICLES = ("", "و", "ف", "س", "وس", "فس", "ب", "ل", "ك", "وب", "ول", "ال", "وال", "بال", "كال", "فال", "لل", "ولل")
_PRONOUNS = ("", "ه", "ها", "هم", "هما")
_SHORTEST_STEM = 2


class _Lexicon:
    """Looks words and phrases up in a table of classes."""

    def __init__(self, classes: dict[str, str]) -> None:
        self._words: dict[str, set[str]] = defaultdict(set)
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for name, listed in classes.items():
            for entry in listed.split():
                words = tuple(fold_key(word) for word in entry.split("_"))
                if len(words) == 1:
                    self._words[words[0]].add(name)
                else:
                    self._phrases[words[0]].append((words, name))

    @lru_cache(maxsize=50_000)  # noqa: B019: one lexicon, as long-lived as the program
    def classes(self, word: str) -> frozenset[str]:
        """The classes of a word, as written or without its particles and pronoun."""
        return frozenset(name for stem in (word, *_stems(word)) for name in self._words.get(stem, ()))

    def phrases(self, words: Sequence[str]) -> tuple[frozenset[str], int]:
        """The classes of the longest phrase that begins at words[0], and how many words it has."""
        begun = self._begun(words[0])
        fitting = [(phrase, name) for phrase, name in begun if len(phrase) <= len(words) and _continues(words, phrase)]
        length = max((len(phrase) for phrase, _ in fitting), default=0)
        return frozenset(name for phrase, name in fitting if len(phrase) == length), length

    @lru_cache(maxsize=50_000)  # noqa: B019: the same
    def _begun(self, word: str) -> tuple[tuple[tuple[str, ...], str], ...]:
        return tuple(phrase for stem in (word, *_stems(word)) for phrase in self._phrases.get(stem, ()))


def _continues(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    return all(_is(word, part) for word, part in zip(words[1 : len(phrase)], phrase[1:], strict=True))


def _is(word: str, part: str) -> bool:
    return word == part or (word.startswith(part) and word[len(part) :] in _PRONOUNS)


def _stems(word: str) -> list[str]:
    """The word without each particle and pronoun that it could have; ة before a pronoun is written ت."""
    found = []
    for particle in (each for each in _PARTICLES if word.startswith(each)):
        rest = word[len(particle) :]
        for pronoun in (each for each in _PRONOUNS if rest.endswith(each)):
            stem = rest[: len(rest) - len(pronoun)]
            if len(stem) >= _SHORTEST_STEM and stem != word:
                found += [stem, stem[:-1] + "ه"] if pronoun and stem.endswith("ت") else [stem]
    return found


LEXICON = _Lexicon(CLASSES)
