"""A ledger with a story in it, learned through the real `learn`: for looking at pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec

from alerts import keys
from alerts.learn import learn
from alerts.ledger import Ledger
from alerts.policy import Policy, Rules
from rasid.database import migrate, open_engine
from streams.records import Amount, Claim, Reading, Span

TOTAL = "figure:total:stargate:USD"
STAKE = "figure:stake:softbank->openai:USD"
POLICY = Policy(
    projects={"stargate": None, "stargate-uae": "stargate", "stargate-michigan": "stargate"},
    names={
        "stargate": {"ar": "ستارغيت", "en": "Stargate"},
        "stargate-uae": {"ar": "ستارغيت الإمارات", "en": "Stargate UAE"},
        "stargate-michigan": {"ar": "ستارغيت ميشيغان", "en": "Stargate Michigan"},
        "openai": {"ar": "أوبن إيه آي", "en": "OpenAI"},
        "softbank": {"ar": "سوفت بنك", "en": "SoftBank"},
        "oracle": {"ar": "أوراكل", "en": "Oracle"},
        "mgx": {"ar": "إم جي إكس", "en": "MGX"},
        "g42": {"en": "G42"},
        "cisco": {"ar": "سيسكو", "en": "Cisco"},
        "microsoft": {"ar": "مايكروسوفت", "en": "Microsoft"},
    },
    rules=Rules(conflict_window=timedelta(days=2)),
)


def figure(fact: str, sentence: str, surface: str, low: str, high: str | None = None, **fields: object) -> Claim:
    """A claim of a figure in billions; `surface` is the amount as it stands in `sentence`."""
    key = keys.parse(fact)
    start = sentence.index(surface)
    billion = Decimal(10) ** 9
    amount = Amount(
        low=Decimal(low) * billion,
        high=Decimal(high or low) * billion,
        currency=key.currency,
        qualifier="range" if high else "exact",
        span=Span(part="body", start=start, end=start + len(surface)),
        surface=surface,
    )
    return claim(fact, sentence, role=key.role, amount=amount, **fields)


def claim(fact: str, sentence: str, **fields: object) -> Claim:
    """A claim on `fact` in `sentence`, which stands at the beginning of the body."""
    key = keys.parse(fact)
    given = {
        "kind": key.kind,
        "fact": fact,
        "evidence": Span(part="body", start=0, end=len(sentence)),
        "sentence": sentence,
        "confidence": 0.9,
        "rule": "test",
        "from": key.payers,
        "to": key.to,
    }
    names = {field.name: field.encode_name for field in msgspec.structs.fields(Claim)}
    return msgspec.convert(given | {names[name]: value for name, value in fields.items()}, Claim, strict=True)


def shifted(said: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims moved behind each other, as sentences of one body are."""
    moved, offset = [], 0
    for one in said:
        amount = one.amount
        if amount:
            amount = msgspec.structs.replace(amount, span=_later(amount.span, offset))
        moved.append(msgspec.structs.replace(one, evidence=_later(one.evidence, offset), amount=amount))
        offset += len(one.sentence) + 1
    return tuple(moved)


def _later(span: Span, offset: int) -> Span:
    return Span(part=span.part, start=span.start + offset, end=span.end + offset)


def reading(number: int, day: str, source: str, title: str, *said: Claim) -> Reading:
    """What was read in an article of that day."""
    time = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Reading(
        article_id=f"article-{number}",
        revision=1,
        reader_version=1,
        source_id=source,
        url=f"https://news.example/{number}?a=1&b=2",
        title=title,
        event_time=time,
        first_seen=time + timedelta(minutes=4),
        claims=shifted(said),
    )


STORY = (
    reading(
        1,
        "2025-01-21T20:10",
        "nashra",
        "أربع شركات تعلن مشروع ستارغيت",
        figure(
            "figure:total:stargate:USD",
            "قالت الشركات إن المشروع سيستثمر 500 مليار دولار على مدى أربع سنوات.",
            "500 مليار دولار",
            "500",
        ),
        figure("figure:initial:stargate:USD", "ويبدأ العمل فورا بمبلغ 100 مليار دولار.", "100 مليار دولار", "100"),
        claim("partner:softbank@stargate", "تتولى سوفت بنك المسؤولية المالية في المشروع."),
        claim("partner:openai@stargate", "وتتولى أوبن إيه آي (OpenAI) التشغيل."),
        claim("partner:oracle@stargate", "وتشارك أوراكل في رأس المال."),
        claim("partner:mgx@stargate", "ومن المساهمين أيضا صندوق إم جي إكس الإماراتي."),
    ),
    reading(
        2,
        "2025-01-30T08:00",
        "iqtisad",
        "سوفت بنك تفاوض على حصة في أوبن إيه آي",
        figure(
            "figure:stake:softbank->openai:USD",
            "تجري سوفت بنك محادثات لاستثمار ما بين 15 و25 مليار دولار في OpenAI، بحسب مصدرين.",
            "15 و25 مليار دولار",
            "15",
            "25",
            status="negotiating",
            speaker="مصدران",
        ),
        figure(
            "figure:commitment:softbank->stargate:USD",
            "ويضاف ذلك إلى التزام سابق بقيمة 15 مليار دولار لستارغيت.",
            "15 مليار دولار",
            "15",
        ),
    ),
    reading(
        3,
        "2025-05-22T11:30",
        "khaleej",
        "ستارغيت الإمارات: حرم للذكاء الاصطناعي في أبوظبي",
        claim("partner:g42@stargate-uae", "تبني G42 المجمع في أبوظبي."),
        claim("partner:cisco@stargate-uae", "وتنضم سيسكو (Cisco) إلى المشروع شريكا تقنيا."),
    ),
    reading(
        4,
        "2025-07-22T06:45",
        "iqtisad",
        "تعثر في المشروع الأشهر",
        claim("status:stargate", "تعثر المشروع ولم تُبرم بعد أي صفقة.", state="stalled"),
        claim("partner:oracle@stargate", "ولم توقع أوراكل اتفاقا نهائيا بعد.", polarity="doubted"),
        figure(
            "figure:stake:softbank->openai:USD",
            "وأتمت سوفت بنك استثمار 30 مليار دولار في أوبن إيه آي.",
            "30 مليار دولار",
            "30",
            status="completed",
        ),
    ),
    reading(
        5,
        "2025-10-30T15:00",
        "nashra",
        "موقع جديد في ميشيغان",
        figure(
            "figure:total:stargate-michigan:USD",
            "تبلغ كلفة موقع ميشيغان أكثر من 7 مليارات دولار.",
            "7 مليارات دولار",
            "7",
        ),
        figure("figure:capex:microsoft:USD", "وأنفقت مايكروسوفت 80 مليار دولار هذا العام.", "80 مليار دولار", "80"),
    ),
    reading(
        6,
        "2025-12-04T09:20",
        "khaleej",
        "ارتفاع قيمة المشروع",
        figure(
            "figure:total:stargate:USD",
            "ارتفعت القيمة الإجمالية للمشروع إلى 600 مليار دولار، بعد أن كانت 500 مليار دولار.",
            "600 مليار دولار",
            "600",
        ),
        claim("partner:mgx@stargate", "وخرجت إم جي إكس من المشروع.", polarity="denied"),
    ),
    reading(
        7,
        "2025-12-05T07:00",
        "akhbar",
        "مصدر: القيمة لم تتجاوز 550",
        figure(
            "figure:total:stargate:USD",
            "قال مصدر مطلع إن القيمة الإجمالية 550 مليار دولار فقط.",
            "550 مليار دولار",
            "550",
        ),
    ),
)


@contextmanager
def ledger_at(url: str, story: Sequence[Reading] = STORY) -> Iterator[Ledger]:
    """A ledger, open for reading only, that has learned the story."""
    engine = open_engine(url, "alerts")
    migrate(engine, "alerts", "alerts")
    for item in story:
        learn(Ledger(engine), item, POLICY, (), item.first_seen)
    engine.dispose()
    read_only = open_engine(url, "alerts", read_only=True)
    try:
        yield Ledger(read_only)
    finally:
        read_only.dispose()


def sqlite_url(folder: Path) -> str:
    """The URL of a database file in that folder."""
    return f"sqlite:///{folder / 'ledger.db'}"
