from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.parse.entries import Document, Page, Permission
from connectors.parse.page import article_lines, read_page
from connectors.parse.robots import permission
from streams.boilerplate import leads_elsewhere
from streams.errors import BadInput

BASE = "https://www.paper.example/news/1?utm_source=x"
PARAGRAPHS = [
    f"قالت الهيئة في بيانها رقم {n} إن أعمال محطة العقبة تمضي كما خطط لها منذ العام الماضي، وإنها ستنتهي في الربيع."
    for n in range(5)
]
ARTICLE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
PAGE = f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><title>محطة العقبة - صحيفة</title>HEAD
<script>window.x = "500 مليار دولار"</script></head><body>
<nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/eco">اقتصاد</a></li></ul></nav>
<main><article><h1>محطة العقبة تبدأ عملها في الربيع</h1><figure><img src="a.jpg"/>
<figcaption>صورة: رويترز</figcaption></figure>{ARTICLE}
<h3>اقرأ أيضا</h3><ul><li><a href="/2">شركة أخرى تستثمر 500 مليار دولار</a></li></ul>
<p>شارك هذا الخبر</p></article></main>
<aside><h2>الأكثر قراءة</h2><a href="/3">خبر آخر بقيمة 700 مليار دولار</a></aside>
<footer>جميع الحقوق محفوظة 2026</footer></body></html>"""


def page(text: str | bytes = PAGE, head: str = "", base: str = BASE, content_type: str = "text/html") -> Page:
    """The article on a page."""
    body = text.replace("HEAD", head).encode() if isinstance(text, str) else text
    return read_page(Document(kind="page", body=body, base=base, content_type=content_type))


def test_the_article_and_nothing_else() -> None:
    """No menu, caption, related headline, sharing, footer, script."""
    assert page().text.split("\n") == PARAGRAPHS


@pytest.mark.parametrize(
    ("content_type", "encoding", "head"),
    [
        ("text/html; charset=windows-1256", "windows-1256", ""),
        ("text/html", "windows-1256", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">'),
        ("text/html", "windows-1256", "<meta charset='windows-1256'>"),
        ("text/html", "utf-8", "<meta charset='windows-1256'>"),
        ("text/html", "utf-8-sig", ""),
        ("", "utf-16", ""),
    ],
)
def test_the_encoding_is_found_as_for_feeds(content_type: str, encoding: str, head: str) -> None:
    """By mark, validity, HTTP, and what the page says of itself."""
    assert page(PAGE.replace("HEAD", head).encode(encoding), content_type=content_type).text.startswith("قالت الهيئة")


CANONICAL = {
    '<link rel="canonical" href="https://paper.example/a">': "https://paper.example/a",
    '<link href="/a" rel="nofollow canonical">': "https://www.paper.example/a",
    '<meta property="og:url" content="https://paper.example/b">': "https://paper.example/b",
    '<meta property="og:url" content="https://m.paper.example/b"><link rel="canonical" href="/a">': (
        "https://www.paper.example/a"
    ),
    '<link rel="canonical" href="https://other.example/a"><meta property="og:url" content="/b">': (
        "https://www.paper.example/b"
    ),
    '<link rel="canonical" href="https://paper.example/">': None,
    '<link rel="canonical" href="https://paper.example.evil.example/a">': None,
    '<link rel="canonical" href="javascript:alert(1)">': None,
    '<link rel="canonical" href="http://[broken">': None,
    '<link rel="canonical" href="">': None,
    '<link rel="alternate" href="https://paper.example/a">': None,
    "": None,
}


@pytest.mark.parametrize(("head", "canonical"), CANONICAL.items())
def test_the_pages_own_address(head: str, canonical: str | None) -> None:
    """By link before og:url; on the same site only, and not the front page, which many name by mistake."""
    assert page(head=head).canonical == canonical


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("%PDF-1.7", "not_a_page"),
        ("<html><body><script>x</script></body></html>", "no_text"),
        ("<html><body><article><p>شارك هذا الخبر</p></article></body></html>", "no_text"),
        ("<!-- -->", "not_a_page"),
    ],
)
def test_what_is_no_article_says_so(text: str, reason: str) -> None:
    """Nothing, something else, or a page without an article."""
    with pytest.raises(BadInput) as caught:
        page(text)
    assert caught.value.reason == reason


LEADS = [
    "اقرأ أيضًا: شركة أخرى تستثمر",
    "• شاهد أيضا",
    "مقالات ذات صلة",
    "شارك هذا الخبر عبر فيسبوك",
    "تابعونا على تويتر",
    "انضم إلى قناتنا على تلغرام",
    "اشترك في نشرتنا البريدية",
    "جميع الحقوق محفوظة لصحيفة",
    "آخر تحديث: 3 مارس",
    "صورة: رويترز",
    "الصورة : من المصدر",
    "الكلمات المفتاحية",
    "[Read also]",
    "للمـزيد من الأخبار",
]
LEADS_NOT = [
    "تابع المستثمرون الإعلان باهتمام",
    "اشترك في المشروع ثلاث شركات",
    "انضم إلى التحالف شريك جديد",
    "شاركت سبع شركات في العطاء",
    "صورة المشهد الاقتصادي تتغير",
    "المزيد يأتي في الربيع",
    "اقرأ البيان كاملا",
    "أخبار الشركة سارة",
]


@pytest.mark.parametrize("line", LEADS)
def test_lines_that_lead_elsewhere(line: str) -> None:
    """With hamza or without, with vowel marks, bullets and brackets."""
    assert leads_elsewhere(line)


@pytest.mark.parametrize("line", LEADS_NOT)
def test_lines_that_only_look_so(line: str) -> None:
    """The same words in an article."""
    assert not leads_elsewhere(line)


def test_headlines_below_a_bare_heading_go_with_it() -> None:
    """Until something reads like a paragraph; a link in one line takes only itself."""
    kept = list(
        article_lines(
            [
                PARAGRAPHS[0],
                "اقرأ أيضا:",
                "- شركة تجمع 40 مليار دولار",
                "- أخرى تجمع 50 مليار دولار",
                PARAGRAPHS[1],
                "اقرأ أيضا: شركة ثالثة تجمع 60 مليار دولار من المستثمرين",
                "عنوان فرعي",
                "(رويترز)",
                PARAGRAPHS[2],
            ]
        )
    )
    assert kept == [PARAGRAPHS[0], PARAGRAPHS[1], "عنوان فرعي", PARAGRAPHS[2]]


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from(["<", "<p>", "</p>", "<article>", "<table>", "&", "نص " * 40, "\0", "<!--", "<link rel="]))
)
def test_any_page_is_an_article_or_a_named_refusal(parts: list[str]) -> None:
    """Whatever stands on it, nothing breaks."""
    try:
        assert page("<" + "".join(parts)).text
    except BadInput as error:
        named = error.reason in {"empty", "not_a_page", "no_text"}
    else:
        named = True
    assert named


ROBOTS = (
    "User-agent: *\nDisallow: /private\nCrawl-delay: 3\n\nUser-agent: rasid\nDisallow: /*/print\nCrawl-delay: 900\n"
)


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        (ROBOTS, "/news/1", Permission(allowed=True, delay=60)),
        (ROBOTS, "/news/print", Permission(allowed=False, delay=60)),
        (ROBOTS, "/private", Permission(allowed=True, delay=60)),
        (ROBOTS.partition("\n\n")[0], "/private/1", Permission(allowed=False, delay=3)),
        ("User-agent: *\nDisallow: /", "/", Permission(allowed=False)),
        ("User-agent: *\nDisallow:", "/", Permission(allowed=True)),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", Permission(allowed=True)),
        ("User-agent: GPTBot\nDisallow: /", "/", Permission(allowed=True)),
        ("User-agent: *\nDisallow: /خبر", "/%D8%AE%D8%A8%D8%B1/1", Permission(allowed=False)),
        ("User-agent: *\nCrawl-delay: -5", "/", Permission(allowed=True)),
        ("<html>not found</html>", "/", Permission(allowed=True)),
        ("", "/", Permission(allowed=True)),
    ],
)
def test_what_a_site_asks_of_robots(rules: str, path: str, expected: Permission) -> None:
    """The group that names us counts alone, else the one for all; the longest rule wins; nonsense forbids nothing."""
    document = Document(kind="robots", body=rules.encode(), base=f"https://paper.example{path}")
    assert permission(document) == expected


@given(st.binary(max_size=300))
def test_any_rules_are_rules(body: bytes) -> None:
    """Total, whatever a site serves there."""
    assert permission(Document(kind="robots", body=body, base="https://paper.example/1")).delay <= 60
