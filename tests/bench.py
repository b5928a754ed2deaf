"""`make bench`: pages a second of our parser against bare pdfplumber, on the same pages in the same run.

Ratios only: absolute figures are the machine's. `BENCH_PAPERS` names a folder of PDFs (default ../shared/corpus/pdf);
where it is absent, papers made by the tests are read.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber

from tasks.parse import parse_document
from tests.papers import write_paper

PAPERS = 8


def bare(path: Path) -> int:
    """What one would do with pdfplumber alone: text and tables of every page."""
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.find_tables()
            page.close()
        return len(pdf.pages)


def ours(path: Path) -> int:
    """Our parser: plain text of every page, layout and tables of those worth it."""
    return parse_document(path, "bench").page_count


def pages_per_second(read: Callable[[Path], int], papers: list[Path]) -> float:
    """Pages a second over all papers, after a first one that warms up imports and caches."""
    read(papers[0])
    start = time.perf_counter()
    pages = sum(read(p) for p in papers)
    return pages / (time.perf_counter() - start)


def main() -> None:
    """Print pages a second of both, their ratio, and the peak memory."""
    folder = Path(os.environ.get("BENCH_PAPERS", "../shared/corpus/pdf"))
    with tempfile.TemporaryDirectory() as made:
        papers = sorted(folder.glob("*.pdf"))[:: max(1, len(list(folder.glob("*.pdf"))) // PAPERS)][:PAPERS]
        if not papers:
            papers = [write_paper(Path(made) / f"net{i}.pdf", f"Net-{i}", 75 + i, 3, 6) for i in range(PAPERS)]
        theirs, mine = pages_per_second(bare, papers), pages_per_second(ours, papers)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(papers)} papers, one process, peak memory {memory:.0f} MiB")
    print(f"bare pdfplumber (extract_text + find_tables)   {theirs:6.1f} pages/s")
    print(f"parse (words, lines, tables, scripts)          {mine:6.1f} pages/s   {mine / theirs:.2f} x")


if __name__ == "__main__":
    main()
