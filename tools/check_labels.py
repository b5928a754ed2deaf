"""Check hand-made labels: `python -m tools.check_labels FOLDER... --pdf FOLDER`.

Labels are data: each file has the form that `tests/corpus/labels` shows, each labelled figure stands on its page, and
no two labels of a paper contradict each other. Prints a line per finding (file, paper, page, value, what is wrong;
parted by tabs) and ends with 1 where there are any.

A result stands on its page as the value, as an error (100 - value), or as a fraction of either. A training figure
stands in its quote or on its page, in any unit that papers use for it. Words of a quote are not compared, since a quote
of a table names rows and columns that stand apart; at least one of its numbers has to stand on the page.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from schemas.vocabularies import DISCLOSURE_FIELDS, PHASES, WORDED_FIELDS
from tasks.extract.numbers import find_numbers
from tasks.names.arxiv_ids import arxiv_identity
from tasks.parse import ParseLimits, UnreadableDocument, parse_document
from tasks.parse.broken_words import unbroken, vocabulary_of
from tasks.parse.document import PdfPage
from tasks.parse.plain import open_pdf, plain_pages
from tasks.reference.benchmarks import load_benchmarks

FILE_KEYS: dict[str, type | tuple[type, ...]] = {
    "paper_id": str,
    "labelled": list,
    "headline_only": list,
    "results": list,
}
RESULT_KEYS: dict[str, type | tuple[type, ...]] = {
    "benchmark": str,
    "metric": str,
    "value": (int, float),
    "model": str,
    "page": int,
    "where": str,
}
TRAINING_KEYS: dict[str, type | tuple[type, ...]] = {
    "field": str,
    "value": (int, float, str),
    "model": str,
    "page": int,
    "quote": str,
}

_SCALES = (1.0, 1e3, 1e6, 1e9, 1e12)
_HOURS = (1.0, 24.0, 24.0 * 7, 24.0 * 30, 24 * 365 / 12, 24.0 * 365, 1 / 60, 1 / 3600)
"""Hours in an hour, a day, a week, a month of thirty days, a mean one, a year, a minute and a second."""
_CHIPS_OF = (1.0, 0.5, 4.0, 8.0)
"""Chips in what papers count instead: cores of a TPU, devices, machines."""
_UNITS: dict[str, tuple[float, ...]] = {
    "chips": _CHIPS_OF,
    "duration_hours": _HOURS,
    "chip_hours": tuple(hours * chips * scale for hours in _HOURS for chips in _CHIPS_OF for scale in _SCALES),
    "training_flop": (*(10.0**n for n in range(0, 27, 3)), 10.0**20, *(8.64e19 * s for s in _SCALES)),
    "forward_ops": (*_SCALES, 1e10, 1e15),
    "batch_size": (*_SCALES, 1.024),  # "8K" is 8000 for `amounts_in`, and 8192 for many
}
"""Units in which papers print a field, in the field's own; of the others, counts by the thousand, million and so on."""
_SPARE_IN_CHIPS = ("nvidia", "amd", "intel", "gtx", "rtx", "quadro")
"""Makers and lines of chips, which papers leave out: "1080 Ti"."""
_CLOSE = 1e-3
"""Relative difference of a training figure from what is printed: labels of days and weeks are rounded."""


@dataclass(frozen=True)
class LabelFinding:
    """One doubt about a label."""

    file: Path
    paper_id: str
    page: int | None
    value: Any
    what: str

    def __str__(self) -> str:
        """As a line, parted by tabs."""
        shown = ("" if x is None else str(x) for x in (self.file, self.paper_id, self.page, self.value, self.what))
        return "\t".join(re.sub(r"\s+", " ", x) for x in shown)


@dataclass(frozen=True)
class LabelFile:
    """A label file whose form is right."""

    path: Path
    data: dict[str, Any]

    @property
    def paper_id(self) -> str:
        """The paper that is labelled."""
        return str(self.data["paper_id"])

    @property
    def results(self) -> list[dict[str, Any]]:
        """Labelled results, those that `also` names among them: the same value of another model."""
        return [{**r, **also} for r in self.data["results"] for also in ({}, *r.get("also", []))]

    @property
    def training(self) -> list[dict[str, Any]]:
        """Labelled training figures."""
        return list(self.data.get("training", []))

    def finding(self, label: dict[str, Any], what: str) -> LabelFinding:
        """A doubt about one of its labels."""
        return LabelFinding(self.path, self.paper_id, label.get("page"), label.get("value"), what)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the folders, print the findings; 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="folders of label files")
    parser.add_argument("--pdf", type=Path, required=True, help="folder of the labelled papers")
    given = parser.parse_args(arguments)
    paths = [path for folder in given.folders for path in sorted(folder.glob("*.json"))]
    if not paths:
        parser.error(f"no label files (*.json) in {', '.join(map(str, given.folders))}")
    findings, files = read_label_files(paths)
    findings += check_pages(files, given.pdf)
    findings += [f for file in files for f in contradictions_within(file)]
    findings += contradictions_between(files)
    for finding in findings:
        print(finding)
    print(f"{len(paths)} label files, {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


# --- form


def read_label_files(paths: Iterable[Path]) -> tuple[list[LabelFinding], list[LabelFile]]:
    """The doubts about the files' form, and the files without any."""
    findings: list[LabelFinding] = []
    files: list[LabelFile] = []
    for path in paths:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            findings.append(LabelFinding(path, path.stem, None, None, f"cannot be read: {error}"))
            continue
        found = list(form_of(path, data))
        findings += found
        if not found:
            files.append(LabelFile(path, data))
    return findings, files


def form_of(path: Path, data: Any) -> Iterator[LabelFinding]:
    """Doubts about the form of a label file."""
    paper_id = str(data.get("paper_id", path.stem)) if isinstance(data, dict) else path.stem
    broken = list(_wrong_keys(data, FILE_KEYS)) if isinstance(data, dict) else ["no object"]
    yield from (LabelFinding(path, paper_id, None, None, what) for what in broken)
    if broken:
        return
    if paper_id != path.stem:
        yield LabelFinding(path, paper_id, None, None, "the file is not named after its paper_id")
    training = data.get("training", [])
    labels = [(r, _wrong_result) for r in data["results"]]
    if isinstance(training, list):
        labels += [(t, _wrong_training) for t in training]
    else:
        yield LabelFinding(path, paper_id, None, None, "training is no list")
    for label, wrong in labels:
        known = label if isinstance(label, dict) else {}
        for what in wrong(label) if known else ["no object"]:
            yield LabelFinding(path, paper_id, known.get("page"), known.get("value"), what)
    yield from (LabelFinding(path, paper_id, None, None, what) for what in _wrong_pairs(data))


def _wrong_keys(label: dict[str, Any], keys: dict[str, type | tuple[type, ...]]) -> Iterator[str]:
    for key, kind in keys.items():
        if key not in label:
            yield f"{key} is missing"
        elif not isinstance(label[key], kind) or isinstance(label[key], bool):
            yield f"{key} is {json.dumps(label[key])[:40]}, a {type(label[key]).__name__}"


def _wrong_label(label: dict[str, Any], keys: dict[str, type | tuple[type, ...]]) -> Iterator[str]:
    yield from _wrong_keys(label, keys)
    if label.get("own") is not True and label.get("own") != "baseline":
        yield f'own is {json.dumps(label.get("own"))}, neither true nor "baseline"'
    if isinstance(label.get("page"), int) and label["page"] < 1:
        yield "pages count from 1"


def _wrong_result(label: dict[str, Any]) -> Iterator[str]:
    yield from _wrong_label(label, RESULT_KEYS)
    pair = (str(label.get("benchmark")), str(label.get("metric")))
    if pair not in known_pairs():
        yield f"no benchmark that is read: {pair[0]} {pair[1]}"
    also = label.get("also", [])
    if not isinstance(also, list) or not all(isinstance(x, dict) for x in also):
        yield "also is no list of objects"
    value = label.get("value")
    if isinstance(value, int | float) and not 0 <= value <= 100:
        yield "a result is a percentage"


def _wrong_training(label: dict[str, Any]) -> Iterator[str]:
    yield from _wrong_label(label, TRAINING_KEYS)
    name, value = label.get("field"), label.get("value")
    if name not in DISCLOSURE_FIELDS:
        yield f"no training field: {name}"
    elif isinstance(value, str) != (name in WORDED_FIELDS):
        yield f"{name} is a {'word' if name in WORDED_FIELDS else 'number'}"
    elif not isinstance(value, str) and isinstance(value, int | float) and value <= 0:
        yield f"{name} is greater than 0"
    if label.get("phase", "unknown") not in PHASES:
        yield f"no phase: {label['phase']}"


def _wrong_pairs(data: dict[str, Any]) -> Iterator[str]:
    """Pairs of benchmark and metric that are not known, named twice, or that the paper's own results lack."""
    named: list[tuple[str, ...]] = []
    for key in ("labelled", "headline_only"):
        for pair in data[key]:
            if not isinstance(pair, list) or tuple(map(str, pair)) not in known_pairs():
                yield f"{key} holds {json.dumps(pair)}, no benchmark and metric that are read"
            else:
                named.append(tuple(pair))
    for pair in sorted({p for p in named if named.count(p) > 1}):
        yield f"named twice in labelled and headline_only: {' '.join(pair)}"
    own = (r for r in data["results"] if isinstance(r, dict) and r.get("own") is True)
    pairs = {(str(r.get("benchmark")), str(r.get("metric"))) for r in own}
    for pair in sorted(pairs - set(named)):
        yield f"own results of a pair that is neither in labelled nor in headline_only: {pair[0]} {pair[1]}"


def known_pairs() -> frozenset[tuple[str, str]]:
    """Benchmarks and metrics that are read in papers."""
    return frozenset((b.slug, b.metric) for b in load_benchmarks() if b.is_read)


# --- figures on their pages


@dataclass
class PageText:
    """The text of one page, and the numbers in it."""

    text: str
    layout: str = ""
    """Its text again with scripts told apart ("76.3^{†}"), where the layout was read."""

    @cached_property
    def decimals(self) -> frozenset[Decimal]:
        """Numbers as they are printed, for results."""
        return frozenset(d for text in (self.text, self.layout) for d in decimals_in(text))

    @cached_property
    def amounts(self) -> list[float]:
        """Numbers with their scale worked out ("5.6M", "3 × 10^{18}"), for training figures."""
        return amounts_in(f"{self.text}\n{self.layout}")


def decimals_in(text: str) -> Iterator[Decimal]:
    """Every number of a text as printed; decimal commas and middle dots count as points, commas also as thousands."""
    for found in re.finditer(r"(?<![\d.])(?:\d+(?:[.,·∙⋅‧]\d+)*|\.\d+)", text):
        parts = re.split(r"[.,·∙⋅‧]", found.group())
        yield Decimal("".join(parts))
        if len(parts) > 1:
            yield Decimal(f"{''.join(parts[:-1]) or '0'}.{parts[-1]}")
        for part in parts if len(parts) > 2 else ():  # "93.2.1": a citation or a footnote behind a figure
            yield Decimal(part or "0")


def amounts_in(text: str) -> list[float]:
    """Numbers of a text with their scale, both ends of a range too; also those that stand glued to a word."""
    found = [x for n in find_numbers(text) for x in (n.value, n.lower, n.upper) if x is not None]
    return found + [float(d) for d in decimals_in(text)]


def combined(text: str) -> Iterator[float]:
    """What labels work out of a quote: products of two numbers ("27 nodes of 8"), sums of a run ("80k + 40k")."""
    found = [n.value for n in find_numbers(text)]
    for i, first in enumerate(found):
        yield from (first * other for other in found[i + 1 :])
        yield from accumulate(found[i:])


def check_pages(files: Sequence[LabelFile], pdfs: Path) -> list[LabelFinding]:
    """Labels whose figure does not stand on their page."""
    by_id = {paper_id_of(path): path for path in sorted(pdfs.glob("*.pdf"))}
    absent = [
        LabelFinding(f.path, f.paper_id, None, None, f"no PDF in {pdfs}") for f in files if f.paper_id not in by_id
    ]
    there = [f for f in files if f.paper_id in by_id]
    with ProcessPoolExecutor() as pool:
        found = pool.map(check_paper, there, [by_id[f.paper_id] for f in there])
        return absent + [finding for findings in found for finding in findings]


def paper_id_of(pdf: Path) -> str:
    """The arXiv id without its version where the file name is one, else the file's stem."""
    identity = arxiv_identity(pdf.stem)
    return identity[0] if identity else pdf.stem


def check_paper(file: LabelFile, pdf: Path) -> list[LabelFinding]:
    """Labels of one paper whose figure does not stand on their page.

    Plain text is read first; the layout only where a figure is missing in it, for it takes seconds a page.
    """
    try:
        with closing(open_pdf(pdf)) as shown:
            broken = plain_pages(shown, ParseLimits())
        vocabulary = vocabulary_of(broken)
        pages = [PageText(unbroken(text, vocabulary)) for text in broken]
        missing = list(_missing(file, pages))
        if missing:
            for page in parse_document(pdf, "").pages:
                pages[page.number - 1] = PageText(pages[page.number - 1].text, layout_text(page))
            missing = list(_missing(file, pages))
    except UnreadableDocument as error:
        return [LabelFinding(file.path, file.paper_id, None, None, f"the PDF cannot be read: {error}")]
    return missing


def layout_text(page: PdfPage) -> str:
    """Lines and cells of a page."""
    cells = [" ".join(c.text for c in row) for t in page.tables for row in t.rows]
    captions = [t.caption for t in page.tables]
    return "\n".join([*(line.text for line in page.lines), *captions, *cells])


def _missing(file: LabelFile, pages: Sequence[PageText]) -> Iterator[LabelFinding]:
    checks = [(r, result_stands) for r in file.results] + [(t, training_stands) for t in file.training]
    for label, stands in checks:
        if label["page"] > len(pages):
            yield file.finding(label, f"the PDF has {len(pages)} pages")
        elif not stands(label, pages[label["page"] - 1]):
            elsewhere = [n for n, page in enumerate(pages, 1) if stands(label, page)]
            named = " ".join(str(label[k]) for k in ("benchmark", "metric", "field") if k in label)
            where = f", but on {' '.join(map(str, elsewhere[:8]))}" if elsewhere else " and on no other"
            note = f" (note: {label['note']})" if label.get("note") else ""
            yield file.finding(label, f"{named} of {label['model']} does not stand on its page{where}{note}")


def result_stands(label: dict[str, Any], page: PageText) -> bool:
    """Whether a result is printed on a page: as value or error, in percent or as a fraction."""
    value = Decimal(str(label["value"]))
    return any(x in page.decimals for p in (value, 100 - value) for x in (p, p / 100))


def training_stands(label: dict[str, Any], page: PageText) -> bool:
    """Whether a training figure is printed in its quote and that on the page, or on the page itself."""
    quote = PageText(label["quote"])
    if isinstance(label["value"], str):
        return names_chip(label["value"], quote.text) or names_chip(label["value"], page.text)
    units = _UNITS.get(label["field"], _SCALES)
    if _amounts_to(label["value"], (*quote.amounts, *combined(label["quote"])), units):
        return not quote.decimals or not quote.decimals.isdisjoint(page.decimals)
    return _amounts_to(label["value"], page.amounts, units)


def _amounts_to(value: float, amounts: Iterable[float], units: Sequence[float]) -> bool:
    """Whether a number, in one of the units, is the value."""
    return any(abs(x * u - value) <= _CLOSE * value for x in amounts for u in units)


def names_chip(slug: str, text: str) -> bool:
    """Whether every part of a chip's slug that papers do not leave out stands in a text, blanks and hyphens aside."""
    squeezed = re.sub(r"[^a-z0-9]", "", text.lower())
    return all(part in squeezed for part in slug.split("-") if part not in _SPARE_IN_CHIPS)


# --- contradictions


def contradictions_within(file: LabelFile) -> Iterator[LabelFinding]:
    """Labels of one file that say different things of the same model, benchmark, metric and page.

    Tables may give a model several results: labels that name different places, or tell the difference in their note,
    are no contradiction.
    """
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for r in file.results:
        groups[(r["model"], r["benchmark"], r["metric"], r["page"], r["where"], str(r.get("note")))].append(r)
    for (model, benchmark, metric, *_), labels in groups.items():
        values = sorted({r["value"] for r in labels})
        if len(values) > 1:
            shown = " ".join(map(str, values))
            yield file.finding(
                {**labels[0], "value": shown},
                f"several values of {model} for {benchmark} {metric} in {labels[0]['where']}, and no note tells why",
            )
        for value in values:
            same = [r for r in labels if r["value"] == value]
            if len(same) > 1:
                kinds = "both as own and as baseline" if len({str(r["own"]) for r in same}) > 1 else "twice"
                yield file.finding(same[0], f"{benchmark} {metric} of {model} is labelled {kinds}")


def contradictions_between(files: Iterable[LabelFile]) -> list[LabelFinding]:
    """Results that two files of the same paper do not both have, or give to different owners."""
    by_paper: dict[str, list[LabelFile]] = defaultdict(list)
    for file in files:
        by_paper[file.paper_id].append(file)
    pairs = ((a, b) for same in by_paper.values() for a in same for b in same if a is not b)
    return [finding for a, b in pairs for finding in _contradicted(a, b)]


def _contradicted(file: LabelFile, other: LabelFile) -> Iterator[LabelFinding]:
    """Own results of a file that the other, which labelled the benchmark whole as well, has not or not as own."""
    whole = {tuple(p) for p in file.data["labelled"]} & {tuple(p) for p in other.data["labelled"]}
    others: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for r in other.results:
        others[(r["benchmark"], r["metric"], r["value"])].add(str(r["own"]))
    for r in file.results:
        key = (r["benchmark"], r["metric"], r["value"])
        if r["own"] is not True or key[:2] not in whole or "True" in others[key]:
            continue
        says = 'is "baseline"' if others[key] else "is missing"
        yield file.finding(r, f"{key[0]} {key[1]} of {r['model']} {says} in {other.path}")


if __name__ == "__main__":
    sys.exit(main())
