"""Our reading against bare pdfplumber, our bootstrap against statsmodels, the first page in a browser: `make bench`
renews the page of measurements with what this prints.

Ratios where there is something to compare with: absolute figures are the machine's. `BENCH_PAPERS` names a folder of
PDFs (default ../shared/corpus/pdf; where it is absent, papers made by the tests are read), `BENCH_RELEASE` a release
(default data/releases/latest; where it is absent, no page is opened).
"""

import os
import resource
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import repeat
from pathlib import Path

import numpy as np
import pdfplumber
import pypdfium2 as pdfium
import statsmodels.api as sm
from playwright.sync_api import sync_playwright

from tasks.extract.read import extract_claims, spare_collector
from tasks.fit.bootstrap import SHARED_SHARE, replicate
from tasks.fit.estimators.directions import FORWARD
from tasks.fit.model import Floats
from tasks.fit.sample import Sample
from tasks.parse import parse_document
from tasks.parse import pdfium_functions as call
from tests.papers import write_paper

Row = tuple[str, str, str]
"""What is measured, how much it is, and how many times faster than what it is compared with."""

PAPERS = 8

OBSERVATIONS, CLUSTERS, REPLICATES = 500, 150, 10_000
RNG = np.random.default_rng(2)
LOOPED = 500
"""Replicates of the loop in statsmodels that are run at a time; its time is scaled to all of them."""

TIMES = 5
"""Both bootstraps run so often by turns, and the fastest time of each counts: the machine has other work."""


def bare(path: Path) -> int:
    """What one would do with pdfplumber alone: text and tables of every page."""
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.find_tables()
            page.close()
        return len(pdf.pages)


def pdfium_alone(path: Path) -> int:
    """Text of every page and, of each glyph, letter, text object and origin, nothing made of them: what any parser that
    rests on pdfium takes."""
    with closing(pdfium.PdfDocument(path)) as document:
        for page in document:
            with closing(page.get_textpage()) as textpage:
                textpage.get_text_range()
                text, glyphs = call.address(textpage.raw), range(textpage.count_chars())
                for function in (call.get_unicode, call.get_text_object):
                    deque(map(function, repeat(text), glyphs), maxlen=0)
                call.origins(text, glyphs)
            page.close()
        return len(document)


def ours(path: Path) -> int:
    """Our parser: plain text of every page, layout and tables of those worth it."""
    return parse_document(path, "bench").page_count


def ours_with_claims(path: Path) -> int:
    """Our parser, and what the extractors read in the document."""
    document = parse_document(path, "bench")
    extract_claims(document, "bench")
    return document.page_count


def pages_per_second(ways: Sequence[Callable[[Path], int]], papers: list[Path]) -> list[float]:
    """Pages a second of processor time of several ways of reading, after a first paper that warms up imports.

    They read each paper by turns, so that other work of the machine slows down all of them alike.
    """
    for read in ways:
        read(papers[0])
    spare_collector()  # as a worker of a night does
    pages, spent = np.zeros((2, len(ways)))
    for paper in papers:
        for i, read in enumerate(ways):
            start = time.process_time()
            pages[i] += read(paper)
            spent[i] += time.process_time() - start
    return list(pages / spent)


def observations() -> Sample:
    """A power law with the scatter of ImageNet's: 500 models of 150 papers."""
    rng = np.random.default_rng(1)
    paper = np.sort(np.concatenate([np.arange(CLUSTERS), rng.integers(CLUSTERS, size=OBSERVATIONS - CLUSTERS)]))
    x = rng.uniform(17, 23, OBSERVATIONS)
    y = -0.9 + 0.09 * x + rng.normal(0, 0.05, CLUSTERS)[paper] + rng.normal(0, 0.06, OBSERVATIONS)
    zeros = np.zeros(OBSERVATIONS, dtype=np.int64)
    year = np.full(OBSERVATIONS, 2020.0)
    return Sample("bench", "accuracy", x, np.full(OBSERVATIONS, 0.2), 10.0**-y, year, paper, zeros, zeros, "0")


def bootstrap_ours(sample: Sample, replicates: int) -> Floats:
    """Intercepts and slopes of the replicates, papers drawn with replacement and compute moved within its range."""
    return replicate(FORWARD, sample, replicates, RNG)


def bootstrap_by_loop(sample: Sample, replicates: int) -> Floats:
    """The same, one replicate after the other: its rows gathered, then `statsmodels.OLS`."""
    rows = [np.flatnonzero(sample.paper == p) for p in range(sample.n_papers)]
    y = -np.log10(sample.error)
    sd = np.sqrt(SHARED_SHARE) * sample.log10_flop_sd
    found = np.empty((replicates, 2))
    for k in range(replicates):
        drawn = np.concatenate([rows[p] for p in RNG.integers(sample.n_papers, size=sample.n_papers)])
        x = sample.log10_flop[drawn] + RNG.standard_normal() * sd[drawn]
        found[k] = sm.OLS(y[drawn], sm.add_constant(x)).fit().params
    return found


def seconds(run: Callable[[Sample, int], Floats], sample: Sample, replicates: int) -> tuple[float, Floats]:
    """Seconds that the replicates take, and what they give."""
    start = time.perf_counter()
    found = run(sample, replicates)
    return time.perf_counter() - start, found


def bench_bootstrap() -> list[Row]:
    """Seconds of both bootstraps, with the slopes that they find; of several runs the fastest counts."""
    sample = observations()
    looped, at_once = zip(
        *(
            (seconds(bootstrap_by_loop, sample, LOOPED), seconds(bootstrap_ours, sample, REPLICATES))
            for _ in range(TIMES)
        ),
        strict=True,
    )
    by_loop = min(taken for taken, _ in looped) * REPLICATES / LOOPED
    ours = min(taken for taken, _ in at_once)
    return [
        (f"{REPLICATES:,} replicates in a loop, statsmodels", f"{by_loop:.1f} s", ""),
        ("  their slope, 5 to 95 %", _slopes(looped), ""),
        (f"{REPLICATES:,} replicates at once, ours", f"{ours:.2f} s", f"{by_loop / ours:.0f}"),
        ("  their slope, 5 to 95 %", _slopes(at_once), ""),
    ]


def _slopes(runs: Sequence[tuple[float, Floats]]) -> str:
    low, high = np.quantile(np.concatenate([found[:, 1] for _, found in runs]), (0.05, 0.95))
    return f"{low:.4f} to {high:.4f}"


def bench_parser() -> list[Row]:
    """Pages a second of processor time, with ratios to bare pdfplumber, and the peak memory."""
    folder = Path(os.environ.get("BENCH_PAPERS", "../shared/corpus/pdf"))
    with tempfile.TemporaryDirectory() as made:
        known = sorted(folder.glob("*.pdf"))
        papers = known[:: max(1, len(known) // PAPERS)][:PAPERS]
        if not papers:
            papers = [write_paper(Path(made) / f"net{i}.pdf", f"Net-{i}", 75 + i, 3, 6) for i in range(PAPERS)]
        theirs, least, parsed, read = pages_per_second((bare, pdfium_alone, ours, ours_with_claims), papers)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        ("bare pdfplumber: extract_text, find_tables", f"{theirs:.1f} pages/s", ""),
        ("pdfium alone: text, letters and origins", f"{least:.1f} pages/s", f"{least / theirs:.2f}"),
        ("parse: words, lines, tables, scripts", f"{parsed:.1f} pages/s", f"{parsed / theirs:.2f}"),
        ("parse and extract", f"{read:.1f} pages/s", f"{read / theirs:.2f}"),
        (f"peak memory of reading {len(papers)} papers", f"{memory:.0f} MiB", ""),
    ]


_FIRST_CHART = """
const look = () => {
  const chart = document.querySelector("figure.chart svg");
  if (chart && chart.getBoundingClientRect().height > 0) window.firstChart = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""When the first frame with a chart is made, in ms since the page was asked for."""


def bench_first_chart() -> list[Row]:
    """Time until a release's first page shows its first chart, each time in a browser without its cache."""
    what = "first chart of the first page, median"
    page_file = Path(os.environ.get("BENCH_RELEASE", "data/releases/latest")).resolve() / "index.html"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not page_file.exists() or not chromium:
        return [(what, "no release or no chromium", "")]
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(TIMES):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_init_script(_FIRST_CHART)
            page = context.new_page()
            page.goto(page_file.as_uri())
            page.wait_for_function("window.firstChart > 0")
            taken.append(page.evaluate("window.firstChart"))
            context.close()
        browser.close()
    return [(what, f"{np.median(taken):.0f} ms", "")]


def main() -> None:
    """All of them, as one table in Markdown."""
    rows = [*bench_parser(), *bench_bootstrap(), *bench_first_chart()]
    for what, found, times in (("what", "measured", "times"), ("---", "---", "---"), *rows):
        print(f"| {what:<46} | {found:<18} | {times:>5} |")


if __name__ == "__main__":
    main()
