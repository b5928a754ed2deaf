"""Results in tables: what each cell measures, how much, and whose model it was."""

import re
import statistics
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from schemas.codes import Coded
from schemas.codes.reading import Doubt, ReadingNote
from schemas.rows import Candidate
from schemas.rows.claims import Result
from tasks.extract.accuracy.claims import ENSEMBLE, extra_data_in, protocol_in, result
from tasks.extract.accuracy.lexicon import (
    OTHER,
    Lexicon,
    direction,
    names_dataset,
    plain,
    speaks_of_quantity,
    starts_with_quantity,
)
from tasks.extract.accuracy.meaning import (
    Habits,
    Layer,
    LayerKind,
    Meaning,
    ResultColumn,
    columns_to_read,
    family_of,
    is_error_of,
    metrics_for,
    metrics_near,
    variant_of,
    variants_in_order,
)
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import Score, read_scores, to_percent
from tasks.extract.accuracy.table_context import (
    ResultCell,
    caption_parts,
    figures_of,
    is_spare,
    mentions_in,
    note_of,
    with_neighbours,
)
from tasks.extract.accuracy.table_owners import owners_of
from tasks.names.keys import clean_name
from tasks.parse.document import PageTable, PdfPage
from tasks.reference.benchmarks import Benchmark


def learn_directions(paper: ReadPaper) -> None:
    """Note per benchmark whether the paper's tables print errors or accuracies, where a table says so itself."""
    for page in paper.document.pages:
        for table in page.tables:
            for figure in _one_a_column(figures_of(table)):
                layers = [
                    layer
                    for layer in _layers(figure, table, page)
                    if layer.kind in (LayerKind.COLUMN, LayerKind.GROUP, LayerKind.CAPTION)
                ]
                said = next((d for d in (direction(layer.text) for layer in layers) if d), None)
                named = {f for layer in layers for f in paper.lexicon.datasets(layer.text) if f != OTHER}
                if said and len(named) == 1:
                    paper.habits.said.setdefault(named.pop(), Counter())[said] += 1


def _one_a_column(figures: list[ResultCell]) -> list[ResultCell]:
    return list({(f.column, *f.groups): f for f in figures}.values())


def table_results(table: PageTable, page: PdfPage, paper: ReadPaper) -> list[Candidate[Result]]:
    """Results of one table."""
    figures = figures_of(table)
    if not figures:
        return []
    headers = {f.column: " | ".join(reversed(f.headers)) for f in figures}
    wanted = _wanted(figures, table.caption, paper.lexicon)
    sentences = [s.text for s in paper.sentences]
    mentions = mentions_in(sentences, table)
    text = [
        Layer(LayerKind.MENTION, plain(with_neighbours(sentences, mentions, 1, 1))),
        Layer(LayerKind.AROUND, plain(with_neighbours(sentences, mentions, 8, 3))),
    ]
    owners = owners_of(wanted, table, paper.who, paper.lexicon, _models_in_columns(wanted, paper.lexicon))
    sizes = _column_sizes(figures)
    found: list[Candidate[Result]] = []
    for figure in wanted:
        scores = read_scores(figure.cell.text)
        if not scores or not _is_measured(scores, figure, paper.lexicon):
            continue
        layers = [*_layers(figure, table, page), *text]
        for score, reading in _readings_of(scores, layers, paper, sizes[figure.column]):
            is_own = owners[figure.row, figure.column]
            found.append(_candidate(score, reading, figure, table, paper, headers[figure.column], is_own))
    return found


def _is_measured(scores: list[Score], figure: ResultCell, lexicon: Lexicon) -> bool:
    """Whether the figures look like measurements: whole numbers do only where header or label name a metric."""
    if all(s.is_percent or s.is_missing or "." in s.raw for s in scores):
        return True
    return lexicon.any_metric(" | ".join(_plain_headers(figure)), terse=True) or lexicon.any_metric(plain(figure.label))


def _wanted(figures: list[ResultCell], caption: str, lexicon: Lexicon) -> list[ResultCell]:
    """Figures whose column and row headers do not speak against results."""
    values: dict[tuple[str, ...], list[float]] = {}
    for f in figures:
        scores = [s for s in read_scores(f.cell.text) if not s.is_missing]
        values.setdefault(_plain_headers(f), []).extend(float(s.value) for s in scores)
    columns = [ResultColumn(headers, tuple(found)) for headers, found in values.items()]
    naming = {f.row for f in figures if _names_dataset(f, lexicon)}
    kept = {
        c.headers
        for c in columns_to_read(
            columns, lexicon, lexicon.any_metric(plain(caption)), rows_name_datasets=len(naming) > 1
        )
    }
    rows_name_metrics = any(_is_metric_label(f.label, lexicon) for f in figures)
    wanted = [f for f in figures if _plain_headers(f) in kept and _row_counts(f, rows_name_metrics, lexicon)]
    return [f for f in wanted if f.row in naming] if len(naming) > 1 else wanted  # rows of datasets: only known ones


def _models_in_columns(figures: list[ResultCell], lexicon: Lexicon) -> bool:
    """Whether rows name datasets or metrics, so that it is the columns that name models."""
    labels = {f.row: f for f in figures}.values()
    telling = [f for f in labels if _is_metric_label(f.label, lexicon) or _names_dataset(f, lexicon)]
    return len(telling) > 0.5 * len(labels)


def _names_dataset(figure: ResultCell, lexicon: Lexicon) -> bool:
    return any(names_dataset(plain(label), lexicon) for label in figure.labels)


def _plain_headers(figure: ResultCell) -> tuple[str, ...]:
    return tuple(plain(h) for h in figure.headers)


def _is_metric_label(label: str, lexicon: Lexicon) -> bool:
    text = plain(label)
    return len(text.split()) <= 4 and lexicon.any_metric(text) and not re.search(r"\d{2}", text.replace("top-1", ""))


def _row_counts(figure: ResultCell, rows_name_metrics: bool, lexicon: Lexicon) -> bool:
    """A row of costs ("GFLOPs") in a table whose rows name metrics holds no results."""
    label = plain(figure.label)
    if lexicon.any_metric(plain(" ".join(figure.headers)), terse=True):
        return True
    if rows_name_metrics:
        return _is_metric_label(figure.label, lexicon) or lexicon.any_metric(label)
    return not (starts_with_quantity(label) and not re.search(r"\d", label) and len(label.split()) <= 4)


def _layers(figure: ResultCell, table: PageTable, page: PdfPage) -> list[Layer]:
    """The words that stand about a figure in its table, nearest first."""
    note = note_of(figure.cell.text, table.caption)
    first, rest = caption_parts(table, page)
    labels = figure.labels if any(figure.labels) else [figure.label]
    layers = [
        Layer(LayerKind.NOTE, plain(note)),
        Layer(LayerKind.COLUMN, plain(" | ".join(figure.headers))),
        *[Layer(LayerKind.ROW, plain(label)) for label in labels],
        *[Layer(LayerKind.GROUP, plain(g)) for g in figure.groups],
        Layer(LayerKind.CAPTION, plain(table.title)),
        Layer(LayerKind.CAPTION, plain(first)),
        Layer(LayerKind.TAIL, plain(rest)),
    ]
    return [layer for layer in layers if layer.text]


@dataclass(frozen=True)
class _CellReading:
    """The meaning of one score of a cell."""

    benchmark: Benchmark
    value: Decimal
    notes: tuple[ReadingNote, ...]
    doubt: Doubt | None


@dataclass(frozen=True)
class _ColumnSize:
    """Of a column's figures: whether they are fractions of one, and their median in percent."""

    is_fraction: bool
    middle: float


def _column_sizes(figures: list[ResultCell]) -> dict[int, _ColumnSize]:
    values: dict[int, list[float]] = {}
    percent: set[int] = set()
    for f in figures:
        for score in (s for s in read_scores(f.cell.text) if not s.is_missing):
            values.setdefault(f.column, []).append(float(score.value))
            percent |= {f.column} if score.is_percent else set()
    sizes = {}
    for f in figures:
        found = values.get(f.column, [0.0])
        is_fraction = max(found) <= 1 and f.column not in percent
        sizes[f.column] = _ColumnSize(is_fraction, statistics.median(found) * (100 if is_fraction else 1))
    return sizes


def _readings_of(
    scores: list[Score], layers: list[Layer], paper: ReadPaper, size: _ColumnSize
) -> list[tuple[Score, _CellReading]]:
    """Each score of a cell with its meaning; nothing where the cell is about something else."""
    lexicon, habits = paper.lexicon, paper.habits
    fitting = {f for f in lexicon.families if metrics_near(f, layers, lexicon)[0]}
    family = family_of(layers, lexicon, habits, fitting)
    if not family.meant:
        return []
    slugs = variants_in_order(family.meant, layers, lexicon) if len(scores) == 2 else []
    variant = Meaning("") if slugs else variant_of(family.meant, layers, lexicon, habits)
    if not slugs and not variant.meant and not variant.doubt:
        return []
    near = metrics_near(family.meant, layers, lexicon)
    metrics = metrics_for(scores, family.meant, near, lexicon)
    if OTHER in metrics.meant or any(
        x.kind == LayerKind.COLUMN and lexicon.tells_otherwise(family.meant, x.text) for x in layers
    ):
        return []
    in_header = _header_names_dataset(layers, lexicon)
    doubt = family.doubt or variant.doubt or _metric_doubt(family, metrics, layers, lexicon, bool(fitting), in_header)
    notes = tuple(m.note for m in (family, variant, metrics) if m.note)
    rows = lexicon.families[family.meant]
    found = []
    for score, slug, metric in zip(scores, slugs or [variant.meant] * len(scores), metrics.meant, strict=True):
        if not score.is_missing:
            benchmark = next((b for b in rows if b.slug == slug and b.metric == metric), rows[0])
            is_bare = bool(metrics.note) and not in_header
            found.append((score, _reading(score, benchmark, layers, habits, size, notes, doubt, is_bare)))
    return found


def _header_names_dataset(layers: list[Layer], lexicon: Lexicon) -> bool:
    return any(
        lexicon.datasets(layer.text, terse=True)
        for layer in layers
        if layer.kind in (LayerKind.COLUMN, LayerKind.GROUP)
        or (layer.kind == LayerKind.ROW and names_dataset(layer.text, lexicon))
    )


def _metric_doubt(
    family: Meaning[str],
    metrics: Meaning[list[str]],
    layers: list[Layer],
    lexicon: Lexicon,
    is_metric_near: bool,
    in_header: bool,
) -> Doubt | None:
    """Why the metric is doubtful: no word names it where figures may be costs, or where nothing names the dataset."""
    about_cost = any(layer.kind == LayerKind.CAPTION and speaks_of_quantity(layer.text) for layer in layers)
    is_named = any(lexicon.metrics(family.meant, x.text) for x in layers)
    if not is_metric_near and not in_header and (about_cost or not is_named):
        return Doubt.METRIC_NOT_NAMED
    if family.note and metrics.note:
        return metrics.doubt or Doubt.DATASET_AND_METRIC_NOT_NAMED
    return metrics.doubt


def _reading(
    score: Score,
    benchmark: Benchmark,
    layers: list[Layer],
    habits: Habits,
    size: _ColumnSize,
    notes: tuple[ReadingNote, ...],
    doubt: Doubt | None,
    is_bare: bool,
) -> _CellReading:
    """A score's value and doubts; `is_bare` where no word near it names a metric, nor its header a dataset."""
    percent = float(score.value) * (100 if size.is_fraction else 1)
    is_error = is_error_of(benchmark, layers, habits, percent, size.middle)
    if is_error.meant is None:
        doubt = doubt or Doubt.DIRECTION_NOT_NAMED
    elif is_error.note and is_bare:
        doubt = doubt or Doubt.METRIC_AND_DIRECTION_NOT_NAMED
    value = to_percent(score.value, bool(is_error.meant), size.is_fraction)
    if not benchmark.lower <= value <= benchmark.upper:
        doubt = doubt or Doubt.OUT_OF_BOUNDS
    return _CellReading(benchmark, value, (*notes, is_error.note) if is_error.note else notes, doubt)


def _candidate(
    score: Score,
    reading: _CellReading,
    figure: ResultCell,
    table: PageTable,
    paper: ReadPaper,
    header: str,
    is_own: bool,
) -> Candidate[Result]:
    row_words = " ".join([figure.label, header, *figure.groups])
    around = f"{row_words} {' '.join(c.text for c in table.rows[figure.row])} {table.caption}"
    row = result(
        paper,
        reading.benchmark,
        reading.value,
        _model_name(figure),
        table.page,
        figure.cell.box,
        table.label or "table",
        raw_value=score.raw,
        is_own=is_own,
        is_ensemble=True if _is_ensemble(row_words, table.caption) else None,
        test_protocol=protocol_in(around),
        extra_data=extra_data_in(row_words),
        row_header=figure.label,
        column_header=header,
        quote=f"{figure.label} | {header} | {figure.cell.text}".strip(" |"),
        confidence=round(max(0.3, 0.95 - 0.15 * len(reading.notes)), 2),
        notes=tuple(map(Coded, reading.notes)),
        extractor="table",
    )
    return Candidate(row, (Coded(reading.doubt),) if reading.doubt else ())


def _is_ensemble(row_words: str, caption: str) -> bool:
    """Whether the row speaks of an ensemble, or the caption of nothing else."""
    only = ENSEMBLE.search(caption) and not re.search(r"\bsingle\b", caption, re.IGNORECASE)
    return bool(ENSEMBLE.search(row_words) or only)


def _model_name(figure: ResultCell) -> str:
    """The row's label, or the column's header where the row names a metric or nothing."""
    label = clean_name(figure.label)
    if label and not is_spare(label) and not starts_with_quantity(plain(label)):
        return label
    header = clean_name(figure.headers[0]) if figure.headers else ""
    return header or label or "unnamed"
