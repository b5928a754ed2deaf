"""Label a paper by hand: `python -m tools.label_paper PDF --out FILE.html`.

Writes one HTML page that needs no network. It shows every page of the paper that holds figures in tables, with a frame
around each figure, and lists them with their row, their headers and what they may mean; the judge's most probable
meaning comes first. Nothing is ticked beforehand: labels train the judge, and must not repeat what it believes already.
What stands in sentences, and training figures, are added by hand. The page saves a label file in the form of
`tests/corpus/labels`; `python -m tools.check_labels` checks it.
"""

import argparse
import base64
import hashlib
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas.vocabularies import DISCLOSURE_FIELDS, WORDED_FIELDS
from tasks.extract.accuracy.candidates import Hypothesis, PrintedFigure, ReadTable, possible_results
from tasks.extract.accuracy.judge import Judged, judged
from tasks.extract.accuracy.model_names import model_name
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import to_percent
from tasks.parse import UnreadableDocument, parse_document
from tasks.parse.document import PdfPage
from tasks.publish.explain import NoPicture, picture
from tasks.reference.benchmarks import load_benchmarks
from tools.check_labels import paper_id_of

TEMPLATE = "label_paper.html.j2"
_QUALITY = 60
"""Of the pages' pictures (WebP): small print stays legible, and forty pages stay below ten megabytes."""

Key = tuple[int, int, int, int]
"""A figure of a document: its table (by identity), row, column, and place in its cell."""


@dataclass(frozen=True)
class OfferedMeaning:
    """What a figure may mean, with the value that it would have: percent, higher is better."""

    benchmark: str
    metric: str
    is_error: bool
    value: float
    probability: float | None = None
    """That it has this meaning, whosever it is; only of the judge's first choice."""


@dataclass(frozen=True)
class FigureToLabel:
    """One printed figure as the page shows it."""

    frame: tuple[float, float, float, float] | None
    """Left, top, width and height in percent of the page."""
    printed: str
    row: str
    header: str
    column: int
    model: str
    value: float
    """In percent as it stands; 100 less this if it is an error."""
    error_value: float
    meanings: list[OfferedMeaning]


Meanings = dict[Key, list[OfferedMeaning]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the paper, write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdf", type=Path, help="the paper")
    parser.add_argument("--out", type=Path, required=True, help="the HTML page to write")
    given = parser.parse_args(arguments)
    try:
        html = page_of(given.pdf)
    except UnreadableDocument as error:
        print(f"{given.pdf}: {error}", file=sys.stderr)
        return 1
    given.out.write_text(html, encoding="utf-8")
    print(f"{given.out}: open it in a browser; it saves {paper_id_of(given.pdf)}.json")
    return 0


def page_of(pdf: Path) -> str:
    """The page on which a paper is labelled.

    Raises:
        UnreadableDocument: the paper cannot be read.
    """
    document = parse_document(pdf, hashlib.sha256(pdf.read_bytes()).hexdigest() if pdf.is_file() else "")
    paper = ReadPaper(document, paper_id_of(pdf), load_benchmarks())
    meant = meanings_of(paper)
    pages = [_page(pdf, page, tables) for page in document.pages if (tables := _tables(paper, page, meant))]
    pairs = [[b.slug, b.metric, b.printed] for b in load_benchmarks() if b.is_read]
    fields = [[name, name in WORDED_FIELDS] for name in DISCLOSURE_FIELDS]
    data = {"paper_id": paper.paper_id, "pages": pages, "pairs": pairs, "fields": fields}
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(TEMPLATE).render(title=document.title or paper.paper_id, data=data)


def _page(pdf: Path, page: PdfPage, tables: list[dict[str, Any]]) -> dict[str, Any]:
    return {"number": page.number, "tables": tables, **_drawn(pdf, page.number)}


def _drawn(pdf: Path, number: int) -> dict[str, str]:
    """A page's picture as an address that holds it, or why there is none."""
    try:
        image = picture(pdf, number, None)
    except NoPicture as error:
        return {"picture": "", "problem": str(error)}
    file = io.BytesIO()
    image.save(file, "WEBP", quality=_QUALITY)
    return {"picture": f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}", "problem": ""}


def meanings_of(paper: ReadPaper) -> Meanings:
    """What each figure of the paper's tables may mean: the judge's choice, then all others that are possible."""
    verdicts = {_key(v.figure): v for v in judged(paper)}
    found = {key: [_chosen(verdict)] for key, verdict in verdicts.items()}
    for candidate in possible_results(paper):
        key = _key(candidate.figure)
        if key in verdicts and candidate.hypothesis != verdicts[key].hypothesis:
            found[key].append(_meaning(candidate.figure, candidate.hypothesis))
    return found


def _tables(paper: ReadPaper, page: PdfPage, meant: Meanings) -> list[dict[str, Any]]:
    """The page's tables that hold figures."""
    found = []
    for table in page.tables:
        figures = [asdict(_figure(f, page, meant.get(_key(f), []))) for f in ReadTable(paper, page, table).figures]
        if figures:
            found.append({"label": table.label, "caption": table.caption or table.title, "figures": figures})
    return found


def _figure(figure: PrintedFigure, page: PdfPage, meanings: list[OfferedMeaning]) -> FigureToLabel:
    place = figure.place
    return FigureToLabel(
        _frame(figure, page),
        figure.score.raw,
        place.label,
        " | ".join(reversed(place.headers)),
        place.column,
        model_name(figure),
        float(_percent(figure, is_error=False)),
        float(_percent(figure, is_error=True)),
        meanings,
    )


def _frame(figure: PrintedFigure, page: PdfPage) -> tuple[float, float, float, float] | None:
    """The figure's place in the picture; the figures of one cell ("88.5/94.6") share its width."""
    box = figure.place.cell.box
    if box is None or not page.width or not page.height:
        return None
    x0, top, x1, bottom = box
    width = (x1 - x0) / len(figure.scores)
    sides = ((x0 + figure.position * width) / page.width, top / page.height)
    lengths = (width / page.width, (bottom - top) / page.height)
    left, above, wide, high = (round(100 * share, 2) for share in (*sides, *lengths))
    return left, above, wide, high


def _chosen(verdict: Judged) -> OfferedMeaning:
    return _meaning(verdict.figure, verdict.hypothesis, round(float(verdict.what), 2))


def _meaning(figure: PrintedFigure, hypothesis: Hypothesis, probability: float | None = None) -> OfferedMeaning:
    benchmark, is_error = hypothesis.benchmark, hypothesis.is_error
    return OfferedMeaning(benchmark.slug, benchmark.metric, is_error, float(_percent(figure, is_error)), probability)


def _percent(figure: PrintedFigure, is_error: bool) -> Decimal:
    return to_percent(figure.score.value, is_error, figure.place.column in figure.table.fraction_columns)


def _key(figure: PrintedFigure) -> Key:
    return (id(figure.table.table), figure.place.row, figure.place.column, figure.position)


if __name__ == "__main__":
    sys.exit(main())
