"""How fast the reader is, and what it needs, all in one run on the same articles: `python -m bench`.

The floor is what reading costs before anything is understood: one fold and one Aho-Corasick pass of the same text.
Every figure is processor time, the best of several rounds, so that a busy machine disturbs little. Nothing is judged
here: no test of ours depends on a clock.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from camel_tools.utils.dediac import dediac_ar
from camel_tools.utils.normalize import (
    normalize_alef_ar,
    normalize_alef_maksura_ar,
    normalize_teh_marbuta_ar,
    normalize_unicode,
)

from bench.articles import DENSE, NAMES_NOTHING
from streams.arabic.fold import fold
from streams.arabic.tokens import Tokens
from streams.extract.amounts import Amounts
from streams.extract.automaton import Automaton
from streams.extract.currencies import ANCHORS
from streams.extract.mentions import Finder
from streams.extract.reader import Reader
from streams.extract.watchlist import Watchlist, load
from streams.records import Article

_ROUNDS, _SECONDS = 7, 0.5
_SEEN = datetime(2025, 11, 22, tzinfo=UTC)
_WATCHLIST = Path(__file__).parents[1] / "seeds/watchlist.yaml"
_ALIASES = (100, 10_000)
_LENGTHS = (1, 10, 100, 1000)


def article(text: str) -> Article:
    """The text as an article, its first line the title."""
    title, _, body = text.partition("\n")
    return Article(article_id="b", revision=1, source_id="bench", url="", title=title, body=body, fetched_at=_SEEN)


def microseconds(*works: Callable[[], object]) -> list[float]:
    """The time of one call of each, the best of several rounds; in a round they take turns, so that a machine that is
    busy for a while is so for all of them."""
    best = [float("inf")] * len(works)
    calls = [max(1, int(_SECONDS / _ROUNDS / max(_timed(work, 1), 1e-6))) for work in works]
    for _ in range(_ROUNDS):
        best = [min(known, _timed(work, many)) for known, work, many in zip(best, works, calls, strict=True)]
    return [each * 1e6 for each in best]


def _timed(work: Callable[[], object], calls: int) -> float:
    """Seconds of processor time for one of so many calls."""
    start = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - start) / calls


def _camel(text: str) -> str:
    folded = normalize_alef_maksura_ar(normalize_alef_ar(dediac_ar(normalize_unicode(text))))
    return str(normalize_teh_marbuta_ar(folded))


def _kilobytes(text: str) -> str:
    return f"{len(text.encode()) / 1000:.1f} KB"


def reading(watchlist: Watchlist) -> None:
    """The floor, both articles beside it, and camel-tools' normalisation of the same text."""
    reader, automaton = Reader(watchlist), Automaton([name.key for name in watchlist.names])
    print(f"{'article':28}{'floor':>9}{'read':>10}{'ratio':>8}{'camel chain':>13}   µs; found")
    for name, text in (("names nothing", NAMES_NOTHING), ("dense with names and sums", DENSE)):
        one = article(text)
        found = reader.read(one)
        floor, read, camel = microseconds(
            partial(_lowest, automaton, text), partial(reader.read, one), partial(_camel, text)
        )
        counted = f"{len(found.mentions)} names, {len(found.amounts)} amounts, {len(found.claims)} claims"
        print(f"{name:28}{floor:9.1f}{read:10.1f}{read / floor:8.1f}{camel:13.1f}   {_kilobytes(text)}; {counted}")


def _lowest(automaton: Automaton, text: str) -> object:
    """The floor: nothing can be found in a text with less."""
    return automaton.find(fold(text))


def money(watchlist: Watchlist) -> None:
    """What the amounts of the dense article cost by themselves: its lines cut into tokens, and the sums read."""
    folded = fold(DENSE)
    places = Finder(watchlist, ANCHORS).find(folded)[1]
    lines = [at for at in range(len(folded.text)) if at == 0 or folded.text[at - 1] == "\n"]
    cut, both = microseconds(
        lambda: [Tokens(folded.text).line(at) for at in lines],
        lambda: Amounts(folded, Tokens(folded.text), None).read(places),
    )
    print(f"its tokens {cut:.1f} µs, its amounts {both - cut:.1f} µs")


def watchlists() -> None:
    """The same article under a small and a large watchlist of invented names."""
    one = article(DENSE)
    times = microseconds(*(partial(Reader(load(invented(count))).read, one) for count in _ALIASES))
    for count, took in zip(_ALIASES, times, strict=True):
        print(f"watchlist of {count:6} aliases    {took:10.1f} µs")
    print(f"growth                          {times[1] / times[0]:8.2f} x")


def invented(count: int) -> str:
    """A watchlist with that many aliases that no text has."""
    rows = [f"  - {{id: o{at}, name: {{ar: شركة {at}ظ, en: Org {at}q}}}}" for at in range(count // 2)]
    return "projects: [{id: p, name: {ar: مشروع خيالي, en: Nowhere}}]\norganisations:\n" + "\n".join(rows)


def lengths(watchlist: Watchlist) -> None:
    """The dense article repeated up to 1 MB: time for each KB."""
    reader = Reader(watchlist)
    for kilobytes in _LENGTHS:
        text = DENSE * max(1, round(kilobytes * 1000 / len(DENSE.encode())))
        text = text if kilobytes > 1 else DENSE[: len(DENSE) // 3]
        one = article(text)
        (took,) = microseconds(partial(reader.read, one))
        size = len(text.encode()) / 1000
        print(f"text of {size:7.1f} KB         {took / 1000:10.2f} ms {took / size:8.1f} µs/KB")


def memory() -> None:
    """The peak of a process of its own that compiles the shipped watchlist and reads."""
    code = (
        "import rasid.stages.work\n"
        "from bench import __main__ as bench\n"
        "reader = bench.Reader(bench.load(bench._WATCHLIST.read_text(encoding='utf-8')))\n"
        "for _ in range(200): reader.read(bench.article(bench.DENSE))\n"
        # Not getrusage: its peak begins with that of the process which started this one.
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    peak = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    print(f"memory of a worker              {int(peak) / 1024:8.1f} MB at its peak")


def main() -> None:
    """Print every figure."""
    watchlist = load(_WATCHLIST.read_text(encoding="utf-8"))
    print(f"the shipped watchlist has {len(watchlist.names)} spellings")
    reading(watchlist)
    money(watchlist)
    watchlists()
    lengths(watchlist)
    memory()


if __name__ == "__main__":
    main()
