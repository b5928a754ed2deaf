"""Candidates: every printed figure of a paper's tables and sentences with every meaning that it may have."""

import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from tasks.extract.accuracy.lexicon import OTHER, direction, plain, speaks_of_average
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import Score, read_scores
from tasks.extract.accuracy.sentence_tables import SentenceTable, sentence_tables
from tasks.extract.accuracy.table_context import (
    ResultCell,
    caption_parts,
    figures_of,
    mentions_in,
    note_of,
    with_neighbours,
)
from tasks.extract.sentences import captions_of
from tasks.parse.document import PageTable, PdfPage
from tasks.reference.benchmarks import Benchmark

LAYERS = ("note", "inner", "outer", "row", "group", "groups", "title", "caption", "tail", "mention", "around")
"""Where words about a figure stand: its mark's note; the innermost header and those over it; the row's label; the
nearest heading of a group of rows and those over it; the part's heading; the caption's first sentence and the rest;
sentences that name the table; the paragraphs about them."""

REMEMBERED = 100
"""Figures of which is kept what their words say of a benchmark: all meanings of a figure are looked at in a row."""

TERSE = {"note", "inner", "outer", "row", "group"}
"""Layers of a few words, where a name that is a plain word too counts."""


@dataclass(frozen=True, eq=False)
class PrintedFigure:
    """One printed figure that may be a result, with what stands about it; each is equal to itself only."""

    table: "ReadTable"
    place: ResultCell
    score: Score
    position: int
    """Its place among the figures of its cell."""
    scores: tuple[Score, ...]
    raw_layers: dict[str, str]
    layers: dict[str, str]
    """By name of `LAYERS`, as `plain` text."""


@dataclass(frozen=True)
class Hypothesis:
    """What a figure may mean."""

    benchmark: Benchmark
    is_error: bool

    @property
    def family(self) -> str:
        """The family of benchmarks that share their words."""
        return self.benchmark.names[0]


@dataclass(frozen=True)
class FamilyPlaces:
    """Rows and columns of a table whose own words speak of a family of benchmarks."""

    rows: set[int]
    excluded_rows: set[int]
    """That name a variant which is no benchmark ("STEM", "German")."""
    excluded_columns: set[int]


@dataclass
class ReadTable:
    """A table of a paper with its figures, by row and by column."""

    paper: ReadPaper
    page: PdfPage
    table: PageTable
    stated: SentenceTable | None = None
    """The sentence that is read as a table, where it is one."""
    _of_family: dict[str, "FamilyPlaces"] = field(default_factory=dict)

    @cached_property
    def figures(self) -> list[PrintedFigure]:
        """Every score of every cell."""
        first, rest = caption_parts(self.table, self.page)
        sentences = [s.text for s in self.paper.sentences]
        mentions = mentions_in(sentences, self.table)
        shared = {
            "title": self.table.title,
            "caption": first,
            "tail": rest,
            "mention": with_neighbours(sentences, mentions, 1, 1),
            "around": with_neighbours(sentences, mentions, 8, 3),
        }
        plain_shared = {k: plain(v) for k, v in shared.items()}
        found: list[PrintedFigure] = []
        for cell in figures_of(self.table):
            scores = tuple(read_scores(cell.cell.text))
            if not scores:
                continue
            raw = {
                "note": " ".join(filter(None, (note_of(t, self.table.caption) for t in (cell.cell.text, cell.label)))),
                "inner": cell.headers[0] if cell.headers else "",
                "outer": " | ".join(cell.headers[1:]),
                "row": " | ".join(x for x in cell.labels if x not in cell.spanning) if cell.spanning else cell.label,
                "group": " | ".join([*cell.spanning, *cell.groups[:1]]),
                "groups": " | ".join(cell.groups[1:]),
            }
            layers = {k: plain(v) for k, v in raw.items()} | plain_shared
            for i, score in enumerate(scores):
                if not score.is_missing:
                    found.append(PrintedFigure(self, cell, score, i, scores, raw | shared, layers))
        return found

    @cached_property
    def columns(self) -> dict[int, list[float]]:
        """Values by column, as printed."""
        found: dict[int, list[float]] = {}
        for f in self.figures:
            found.setdefault(f.place.column, []).append(float(f.score.value))
        return found

    @cached_property
    def rows(self) -> dict[int, list[PrintedFigure]]:
        """Figures by row, from left to right."""
        found: dict[int, list[PrintedFigure]] = {}
        for f in self.figures:
            found.setdefault(f.place.row, []).append(f)
        return found

    @cached_property
    def fraction_columns(self) -> set[int]:
        """Columns whose figures are fractions of one."""
        percent = {f.place.column for f in self.figures if f.score.is_percent}
        return {c for c, v in self.columns.items() if max(v) <= 1 and c not in percent}

    @cached_property
    def averages(self) -> tuple[set[int], set[int]]:
        """Rows and columns that say of themselves that they are an average of others."""
        rows = {f.place.row for f in self.figures if speaks_of_average(f.layers["row"])}
        columns = {f.place.column for f in self.figures if speaks_of_average(f.layers["inner"])}
        return rows, columns

    def of_family(self, family: str) -> "FamilyPlaces":
        """Which rows and columns name a benchmark's family, and which a variant that is no benchmark."""
        if family not in self._of_family:
            lexicon = self.paper.lexicon
            rows = {f.place.row: f.layers["row"] for f in self.figures}
            columns = {f.place.column: f.layers["inner"] for f in self.figures}
            self._of_family[family] = FamilyPlaces(
                {row for row, text in rows.items() if family in lexicon.datasets(text, terse=True)},
                {row for row, text in rows.items() if lexicon.variants(family, text) == {OTHER}},
                {column for column, text in columns.items() if lexicon.variants(family, text) == {OTHER}},
            )
        return self._of_family[family]

    def percent(self, figure: PrintedFigure) -> float:
        """A figure's value in percent."""
        return float(figure.score.value) * (100 if figure.place.column in self.fraction_columns else 1)

    @cached_property
    def column_middle(self) -> dict[int, float]:
        """Median of each column, in percent."""
        return {c: statistics.median(v) * (100 if c in self.fraction_columns else 1) for c, v in self.columns.items()}

    @cached_property
    def row_middle(self) -> dict[int, float]:
        """Median of each row, in percent."""
        return {r: statistics.median(self.percent(f) for f in fs) for r, fs in self.rows.items()}


@dataclass(frozen=True)
class PossibleResult:
    """A figure with one meaning that it may have."""

    table: int
    """Place of its table in the document."""
    figure_place: int
    """Its place among the table's figures."""
    figure: PrintedFigure
    hypothesis: Hypothesis


def possible_results(paper: ReadPaper) -> list[PossibleResult]:
    """Every figure of the paper's tables, then of its sentences, with every meaning that it may have."""
    tables = [ReadTable(paper, page, table) for page in paper.document.pages for table in page.tables]
    for table in tables:
        _learn_direction(table)
    pages = {page.number: page for page in paper.document.pages}
    stated = sentence_tables([*paper.sentences, *captions_of(paper.document)], paper.who)
    tables += [ReadTable(paper, pages[s.table.page], s.table, s) for s in stated]
    return [
        PossibleResult(number, place, figure, hypothesis)
        for number, table in enumerate(tables)
        for place, figure in enumerate(table.figures)
        for hypothesis in _hypotheses_of(figure)
    ]


def _learn_direction(table: ReadTable) -> None:
    """Note per benchmark whether the table prints errors or accuracies, where it says so itself."""
    for figure in {f.place.column: f for f in table.figures}.values():
        layers = [figure.layers[name] for name in ("inner", "outer", "group", "title", "caption")]
        said = next((d for d in map(direction, layers) if d), None)
        named = {f for text in layers for f in table.paper.lexicon.datasets(text) if f != OTHER}
        if said and len(named) == 1:
            table.paper.habits.said.setdefault(named.pop(), Counter())[said] += 1


def _hypotheses_of(figure: PrintedFigure) -> Iterator[Hypothesis]:
    """What a figure may mean: every metric, split and direction of the benchmarks that something near it names.

    Left out are a value that the benchmark cannot have, a direction other than the one that the nearest word says, a
    benchmark that is training data, and a metric that a sentence does not name.
    """
    paper, stated = figure.table.paper, figure.table.stated
    said = next((d for d in (direction(figure.layers[x]) for x in ("inner", "outer", "row", "group")) if d), None)
    named: set[str] = set()
    for layer in LAYERS[:-1]:
        named |= {x for x in paper.lexicon.datasets(figure.layers[layer], layer in TERSE) if x != OTHER}
    total = max(1, sum(paper.habits.datasets.values()))
    named |= {f for f, n in paper.habits.datasets.items() if f != OTHER and n >= 3 and n >= 0.1 * total}
    for family in sorted(named & set(paper.lexicon.families)):
        if _is_trained_on(figure, family):
            continue
        for benchmark in paper.lexicon.families[family]:
            if stated and benchmark.metric not in paper.lexicon.metrics(family, plain(stated.sentence.text)):
                continue
            printed = said or benchmark.printed if benchmark.printed == "either" else benchmark.printed
            for is_error in (False, True) if printed == "either" else (printed == "error",):
                hypothesis = Hypothesis(benchmark, is_error)
                if float(benchmark.lower) <= value_of(figure, hypothesis) <= float(benchmark.upper):
                    yield hypothesis


def value_of(figure: PrintedFigure, hypothesis: Hypothesis) -> float:
    """The value in percent, higher is better, if the hypothesis is right."""
    percent = figure.table.percent(figure)
    return 100 - percent if hypothesis.is_error else percent


def _is_trained_on(figure: PrintedFigure, family: str) -> bool:
    """Whether the row's label alone names the benchmark, under a metric that it does not have: as training data."""
    lexicon = figure.table.paper.lexicon
    around = [figure.layers[name] for name in ("inner", "outer", "group", "groups", "title", "caption")]
    if family not in lexicon.datasets(figure.layers["row"], terse=True):
        return False
    if any(family in lexicon.datasets(text, terse=True) for text in around):
        return False
    return any(lexicon.tells_otherwise(family, text) for text in around)


@lru_cache(maxsize=REMEMBERED)
def says_other_task(figure: PrintedFigure, family: str) -> bool:
    """Whether words about the figure name what makes it another's ("German", "noisy labels"), and nothing of ours."""
    lexicon = figure.table.paper.lexicon
    for layer in ("inner", "outer", "row", "group", "title", "caption"):
        text = figure.layers[layer]
        mentions = lexicon.variant_mentions(family, text)
        letters = sum(len(words) for _, words, _ in mentions)
        if layer == "row" and letters < 0.5 * len(text):
            continue  # a model's name that holds such a word
        if {slug for _, _, slug in mentions} == {OTHER} and not lexicon.names_task(family, text):
            return True
    return False
