"""What speaks for and against a printed figure being a result: named features, computed from the words about it.

A candidate is a figure of a table with one meaning that it may have (benchmark, metric, direction). Each feature is a
number with a name; `tasks.extract.accuracy.judge` weighs them, and `explain` shows those that decided.
"""

import re
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tasks.extract.accuracy.lexicon import (
    OTHER,
    direction,
    first_direction,
    is_generic,
    names_dataset,
    plain,
    speaks_of_change,
    speaks_of_quantity,
)
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import Score, read_scores
from tasks.extract.accuracy.table_context import (
    ResultCell,
    caption_parts,
    figures_of,
    mentions_in,
    note_of,
    with_neighbours,
)
from tasks.extract.ownership import CITATION, Verdict, judge, names_in_text
from tasks.names.keys import model_key
from tasks.parse.document import PageTable, PdfPage
from tasks.reference.benchmarks import Benchmark

LAYERS = ("note", "inner", "outer", "row", "group", "groups", "title", "caption", "tail", "mention", "around")
"""Where words about a figure stand: its mark's note; the innermost header and those over it; the row's label; the
nearest heading of a group of rows and those over it; the part's heading; the caption's first sentence and the rest;
sentences that name the table; the paragraphs about them."""

_TERSE = {"note", "inner", "outer", "row", "group"}
_HEADERS = ("inner", "outer", "row", "group", "groups", "title", "caption")
_OWNER_LAYERS = ("note", "inner", "outer", "row", "group", "groups")
_VERDICTS = (Verdict.OWN, Verdict.RERUN, Verdict.CITED, Verdict.KNOWN)
_ABLATION = re.compile(
    r"\bablat\w*|\beffects?\b|\bimpact\b|\binfluence\b|\bvarious\b|\bdifferent\b|\bvary\w*|\bsensitiv\w*"
)
_COMPARISON = re.compile(
    r"\bcompar\w*|\bstate[- ]of[- ]the[- ]art\b|\bsota\b|\bprevious\b|\bprior\b|\bversus\b|\bvs\b|\bbaselines?\b"
    r"|\bother\b"
)
_TRANSFER = re.compile(
    r"\btransfer\w*|\bpre-?train\w*|\bfine-?tun\w*|\brobust\w*|\bzero-?shot|\bfew-?shot|\blinear\b|\bprob\w*"
)
_SHOTS = re.compile(r"\b\d+[- ]?shots?\b|\bcot\b|\bmaj@|\bpass@|\bem\b")
_AVERAGE = re.compile(r"\bavg\b|\baverages?\b|\bmean\b|\boverall\b|\btotal\b")
_SIZE_WORDS = re.compile(r"\bAP_?\{?[SMLsml]\}?\b|\b(?:small|medium|large)\b")


@dataclass(frozen=True)
class PrintedFigure:
    """One printed figure of a table that may be a result, with what stands about it."""

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


@dataclass
class ReadTable:
    """A table with what is the same for all its figures."""

    paper: ReadPaper
    page: PdfPage
    table: PageTable
    cells: list[ResultCell] = field(init=False)

    def __post_init__(self) -> None:
        """Find the cells that may hold figures."""
        self.cells = figures_of(self.table)
        self._owners: dict[tuple[int, int], dict[str, float]] = {}
        self._owner_facts: dict[str, dict[str, float]] = {}

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
        for cell in self.cells:
            scores = tuple(read_scores(cell.cell.text))
            if not scores:
                continue
            raw = {
                "note": " ".join(filter(None, (note_of(t, self.table.caption) for t in (cell.cell.text, cell.label)))),
                "inner": cell.headers[0] if cell.headers else "",
                "outer": " | ".join(cell.headers[1:]),
                "row": cell.label,
                "group": cell.groups[0] if cell.groups else "",
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

    def owner_facts(self, text: str) -> dict[str, float]:
        """As `owner_facts`, each text looked at once."""
        if text not in self._owner_facts:
            self._owner_facts[text] = owner_facts(text, self.paper)
        return self._owner_facts[text]

    def owner(self, figure: PrintedFigure) -> dict[str, float]:
        """Features of ownership, the same for all meanings of a figure."""
        key = (figure.place.row, figure.place.column)
        if key not in self._owners:
            self._owners[key] = _owner(figure)
        return self._owners[key]

    @cached_property
    def facts(self) -> dict[str, float]:
        """Features that are the same for all figures of the table."""
        lexicon = self.paper.lexicon
        labels = {f.place.row: f for f in self.figures}
        headers = {f.place.column: f for f in self.figures}
        n_rows, n_columns = max(1, len(labels)), max(1, len(headers))
        caption = self.figures[0].layers["caption"] if self.figures else ""
        full = " ".join([caption, self.figures[0].layers["tail"]]) if self.figures else ""
        verdicts = [judge(f.place.label, self.paper.who) for f in labels.values()]
        columns = [judge(" ".join(f.place.headers), self.paper.who) for f in headers.values()]
        return {
            "table:rows": n_rows,
            "table:columns": n_columns,
            "table:rows_naming_datasets": sum(
                any(names_dataset(plain(x), lexicon) for x in f.place.labels) for f in labels.values()
            )
            / n_rows,
            "table:rows_naming_metrics": sum(lexicon.any_metric(f.layers["row"]) for f in labels.values()) / n_rows,
            "table:columns_naming_datasets": sum(
                bool(lexicon.datasets(f"{f.layers['inner']} | {f.layers['outer']}", terse=True))
                for f in headers.values()
            )
            / n_columns,
            "table:columns_naming_metrics": sum(
                lexicon.any_metric(f"{f.layers['inner']} | {f.layers['outer']}", terse=True) for f in headers.values()
            )
            / n_columns,
            "table:rows_own": sum(v == Verdict.OWN for v in verdicts) / n_rows,
            "table:rows_cited": sum(v == Verdict.CITED for v in verdicts) / n_rows,
            "table:rows_known": sum(v == Verdict.KNOWN for v in verdicts) / n_rows,
            "table:rows_rerun": sum(v == Verdict.RERUN for v in verdicts) / n_rows,
            "table:rows_known_names": sum(
                names_in_text(f.place.label, self.paper.who).well_known > 0 for f in labels.values()
            )
            / n_rows,
            "table:columns_known_names": sum(
                names_in_text(" ".join(f.place.headers), self.paper.who).well_known > 0 for f in headers.values()
            )
            / n_columns,
            "table:columns_own": sum(v == Verdict.OWN for v in columns) / n_columns,
            "table:columns_cited": sum(v in (Verdict.CITED, Verdict.KNOWN) for v in columns) / n_columns,
            "table:caption_ablation": bool(_ABLATION.search(full)),
            "table:caption_comparison": bool(_COMPARISON.search(full)),
            "table:caption_transfer": bool(_TRANSFER.search(full)),
            "table:caption_ours": judge(caption, self.paper.who) == Verdict.OWN,
            "table:has_caption": bool(self.table.caption),
            "table:is_figure": self.table.label.lower().startswith("fig"),
            "table:page_share": self.table.page / max(1, self.paper.document.page_count),
            "table:in_appendix": self.paper.is_after_references(self.table.page),
            "table:bold_share": sum(f.place.cell.bold for f in self.figures) / max(1, len(self.figures)),
        }


def hypotheses_of(figure: PrintedFigure) -> Iterator[Hypothesis]:
    """What a figure may mean: every metric, split and direction of the benchmarks that something near it names."""
    paper = figure.table.paper
    named: set[str] = set()
    for layer in LAYERS[:-1]:
        named |= {x for x in paper.lexicon.datasets(figure.layers[layer], layer in _TERSE) if x != OTHER}
    total = max(1, sum(paper.habits.datasets.values()))
    named |= {f for f, n in paper.habits.datasets.items() if f != OTHER and n >= 3 and n >= 0.1 * total}
    for family in sorted(named & set(paper.lexicon.families)):
        for benchmark in paper.lexicon.families[family]:
            for is_error in (False, True) if benchmark.printed == "either" else (benchmark.printed == "error",):
                yield Hypothesis(benchmark, is_error)


def value_of(figure: PrintedFigure, hypothesis: Hypothesis) -> float:
    """The value in percent, higher is better, if the hypothesis is right."""
    percent = figure.table.percent(figure)
    return 100 - percent if hypothesis.is_error else percent


def is_possible(figure: PrintedFigure, hypothesis: Hypothesis) -> bool:
    """Whether the value lies within the benchmark's bounds and no header says another direction or another task."""
    within = float(hypothesis.benchmark.lower) <= value_of(figure, hypothesis) <= float(hypothesis.benchmark.upper)
    return within and not _says_other_direction(figure, hypothesis) and not _says_other_task(figure, hypothesis)


def _says_other_direction(figure: PrintedFigure, hypothesis: Hypothesis) -> bool:
    if hypothesis.benchmark.printed != "either":
        return False
    said = next((d for d in (direction(figure.layers[x]) for x in ("inner", "outer", "row", "group")) if d), None)
    return said is not None and (said == "error") != hypothesis.is_error


def _says_other_task(figure: PrintedFigure, hypothesis: Hypothesis) -> bool:
    """Whether words about the figure name what makes it another's ("German", "noisy labels"), and nothing of ours."""
    lexicon, family = figure.table.paper.lexicon, hypothesis.family
    for layer in ("inner", "outer", "row", "group", "title", "caption"):
        text = figure.layers[layer]
        mentions = lexicon.variant_mentions(family, text)
        letters = sum(len(words) for _, words, _ in mentions)
        if layer == "row" and letters < 0.5 * len(text):
            continue  # a model's name that holds such a word
        if {slug for _, _, slug in mentions} == {OTHER} and not lexicon.names_task(family, text):
            return True
    return False


def features(figure: PrintedFigure, hypothesis: Hypothesis) -> dict[str, float]:
    """All features of a candidate, by name."""
    return {
        **_dataset(figure, hypothesis),
        **_split(figure, hypothesis),
        **_metric(figure, hypothesis),
        **_direction(figure, hypothesis),
        **_value(figure, hypothesis),
        **figure.table.owner(figure),
        **figure.table.facts,
    }


def _dataset(figure: PrintedFigure, hypothesis: Hypothesis) -> dict[str, float]:
    paper, family = figure.table.paper, hypothesis.family
    found: dict[str, float] = {}
    nearest, nearest_other = 99, 99
    for depth, layer in enumerate(LAYERS):
        text = figure.layers[layer]
        named = paper.lexicon.datasets(text, layer in _TERSE)
        if not named:
            continue
        this = named.count(family)
        found[f"dataset:{layer}"] = 1.0 if this else 0.0
        others = len(named) - this
        found[f"dataset:{layer}_others"] = min(5, others)
        found[f"dataset:{layer}_unknown"] = min(5, named.count(OTHER))
        nearest = depth if this and nearest == 99 else nearest
        nearest_other = depth if others and nearest_other == 99 else nearest_other
        if this and layer in _HEADERS:
            found[f"dataset:{layer}_share"] = paper.lexicon.dataset_letters(text) / max(1, len(text))
    found["dataset:nearest"] = nearest
    found["dataset:nearest_other"] = nearest_other
    found["dataset:nearer"] = nearest_other - nearest
    total = max(1, sum(paper.habits.datasets.values()))
    found["paper:dataset_share"] = paper.habits.datasets[family] / total
    found["paper:dataset_rank"] = sum(n > paper.habits.datasets[family] for n in paper.habits.datasets.values())
    head = f"{figure.layers['inner']} | {figure.layers['outer']} | {figure.layers['row']} | {figure.layers['group']}"
    found["words:transfer"] = bool(_TRANSFER.search(head))
    found["words:average"] = bool(_AVERAGE.search(head))
    found["words:shots"] = bool(_SHOTS.search(head))
    raw = " | ".join(figure.raw_layers[x] for x in ("inner", "outer", "row", "group", "groups", "title", "caption"))
    found["dataset:as_written"] = any(name in raw for b in paper.lexicon.families[family] for name in b.names)
    found["family:members"] = len(paper.lexicon.families[family])
    return found


def _split(figure: PrintedFigure, hypothesis: Hypothesis) -> dict[str, float]:
    paper, family, slug = figure.table.paper, hypothesis.family, hypothesis.benchmark.slug
    found: dict[str, float] = {}
    decided = 0
    for layer in LAYERS:
        mentions = Counter(meant for _, _, meant in paper.lexicon.variant_mentions(family, figure.layers[layer]))
        if not mentions:
            continue
        this, excluded = mentions[slug], mentions[OTHER]
        others = sum(mentions.values()) - this - excluded
        found[f"split:{layer}"] = (this > 0) - (others > 0) if not (this and others) else 0.3
        found[f"split:{layer}_excluded"] = min(3, excluded)
        if not decided and bool(this) != bool(others):
            decided = 1 if this else -1
    found["split:nearest"] = decided
    found["split:default"] = hypothesis.benchmark.variant_default
    found["split:slugs"] = len({b.slug for b in paper.lexicon.families[family]})
    counts = paper.habits.variants.get(family, Counter())
    known = sum(n for s, n in counts.items() if s != OTHER)
    found["paper:split_share"] = counts[slug] / known if known else 0.5
    found["split:task_named"] = any(paper.lexicon.names_task(family, figure.layers[x]) for x in _HEADERS)
    return found


def _metric(figure: PrintedFigure, hypothesis: Hypothesis) -> dict[str, float]:
    paper, family, metric = figure.table.paper, hypothesis.family, hypothesis.benchmark.metric
    found: dict[str, float] = {}
    decided = 0
    for layer in LAYERS[:-1]:
        text = figure.layers[layer]
        named = paper.lexicon.metrics(family, text, layer in _TERSE) if text else []
        if named:
            this = metric in named
            found[f"metric:{layer}"] = (1.0 if len(named) == 1 else 0.5) if this else -1.0
            mentions = paper.lexicon.metric_mentions(family, text)
            found[f"metric:{layer}_generic"] = bool(mentions) and all(is_generic(words) for _, words, _ in mentions)
            if not decided:
                decided = 1 if this else -1
            if len(named) > 1 and this and len(named) == len(figure.scores):
                found["metric:order"] = 1.0 if named.index(metric) == figure.position else -1.0
        if text and paper.lexicon.tells_otherwise(family, text):
            found[f"metric:{layer}_foreign"] = 1.0
        if layer in ("inner", "outer", "row", "group", "title", "caption"):
            found[f"words:{layer}_quantity"] = speaks_of_quantity(text)
            found[f"words:{layer}_change"] = speaks_of_change(text)
    found["metric:nearest"] = decided
    metrics = list(dict.fromkeys(b.metric for b in paper.lexicon.families[family]))
    found["metric:count"] = len(metrics)
    found["metric:rank"] = metrics.index(metric)
    found["metric:is_fitted"] = hypothesis.benchmark.is_fit_metric
    found["words:sizes"] = bool(_SIZE_WORDS.search(figure.raw_layers["inner"]))
    return found


def _direction(figure: PrintedFigure, hypothesis: Hypothesis) -> dict[str, float]:
    paper = figure.table.paper
    if hypothesis.benchmark.printed != "either":
        return {"direction:fixed": 1.0}
    wanted = "error" if hypothesis.is_error else "accuracy"
    found: dict[str, float] = {"direction:fixed": 0.0, "direction:is_error": hypothesis.is_error}
    decided = 0
    for layer in LAYERS[:-1]:
        text = figure.layers[layer]
        said = first_direction(text) if layer in ("caption", "tail", "mention") else direction(text)
        if said:
            found[f"direction:{layer}"] = 1.0 if said == wanted else -1.0
            decided = decided or (1 if said == wanted else -1)
    found["direction:nearest"] = decided
    for name, counts in (
        ("paper:direction", paper.habits.directions),
        ("paper:direction_of_dataset", paper.habits.said.get(hypothesis.family, Counter())),
    ):
        total = counts["error"] + counts["accuracy"]
        found[name] = counts[wanted] / total if total else 0.5
    return found


def _value(figure: PrintedFigure, hypothesis: Hypothesis) -> dict[str, float]:
    table, b = figure.table, hypothesis.benchmark
    value = value_of(figure, hypothesis)
    middle = table.column_middle[figure.place.column]
    row_middle = table.row_middle[figure.place.row]
    if hypothesis.is_error:
        middle, row_middle = 100 - middle, 100 - row_middle
    row = table.rows[figure.place.row]
    i = next(k for k, f in enumerate(row) if f is figure)
    lower = float(b.usual_lower if b.usual_lower is not None else b.lower)
    found = {
        "value": value,
        "value:column_middle": middle,
        "value:off_column": value - middle,
        "value:off_row": value - row_middle,
        "value:over_usual": value - lower,
        "value:column_over_usual": middle - lower,
        "value:below_upper": float(b.upper) - value,
        "value:chance": value / 100 - (b.chance_level or 0.0),
        "value:decimals": len(figure.score.raw.rstrip("%").partition(".")[2]),
        "value:is_percent": figure.score.is_percent,
        "value:is_fraction": figure.place.column in table.fraction_columns,
        "value:bold": figure.place.cell.bold,
        "value:is_mean": figure.score.is_mean,
        "cell:figures": len(figure.scores),
        "cell:position": figure.position,
        "column:index": figure.place.column,
        "column:from_right": len(table.table.rows[0]) - figure.place.column,
        "column:figures": len(table.columns[figure.place.column]),
        "column:whole": sum(v == int(v) for v in table.columns[figure.place.column])
        / len(table.columns[figure.place.column]),
        "column:largest": max(table.columns[figure.place.column]),
        "column:spread": max(table.columns[figure.place.column]) - min(table.columns[figure.place.column]),
    }
    if i:
        found["row:step_left"] = float(figure.score.value - row[i - 1].score.value)
    if i + 1 < len(row):
        found["row:step_right"] = float(row[i + 1].score.value - figure.score.value)
    return found


def _owner(figure: PrintedFigure) -> dict[str, float]:
    table, paper = figure.table, figure.table.paper
    found: dict[str, float] = {}
    for layer in _OWNER_LAYERS:
        text = figure.raw_layers[layer]
        if not text:
            continue
        for name, value in table.owner_facts(text).items():
            found[f"owner:{layer}_{name}"] = value
    rows = list(table.rows)
    place = rows.index(figure.place.row)
    found["row:share"] = place / max(1, len(rows) - 1)
    verdicts = [judge(table.rows[r][0].place.label, paper.who) for r in rows]
    cited = [k for k, v in enumerate(verdicts) if v == Verdict.CITED]
    own = [k for k, v in enumerate(verdicts) if v == Verdict.OWN]
    found["row:after_last_cited"] = place - max(cited) if cited else 50
    found["row:after_first_own"] = place - min(own) if own else -50
    column = [f for f in table.figures if f.place.column == figure.place.column]
    found["column:is_best"] = float(figure.score.value) == max(float(f.score.value) for f in column)
    found["row:bold"] = sum(f.place.cell.bold for f in table.rows[figure.place.row]) / len(table.rows[figure.place.row])
    last = table.figures[-1].place.groups[:1]
    found["row:last_group"] = bool(figure.place.groups) and figure.place.groups[:1] == last
    same_label = sum(table.rows[r][0].place.label == figure.place.label for r in rows)
    found["row:same_label"] = same_label
    return found


def owner_facts(text: str, paper: ReadPaper) -> dict[str, float]:
    """What a label, header or group says of whose the figure is."""
    verdict = judge(text, paper.who)
    found = {str(v): float(verdict == v) for v in _VERDICTS}
    names = names_in_text(text, paper.who)
    found["own_names"] = names.own
    found["cited_names"] = names.cited
    found["known_names"] = names.well_known
    found["cites"] = bool(CITATION.search(text))
    found["mark"] = bool(re.search(r"[†‡§¶∗*⋆♯♭]", text))
    head = model_key(text.split(maxsplit=1)[0]) if text.split() else ""
    found["in_title"] = len(head) >= 3 and head in paper.title_key
    found["mentions"] = min(60, paper.word_counts[re.split(r"[\s(\[,]", text.strip())[0].lower()])
    found["words"] = len(text.split())
    found["year"] = bool(re.search(r"\b(?:19|20)\d\d\b", text))
    found["builds_on"] = bool(re.search(r"^\s*[+−-]|\bw/|\bwith", text))
    found["digits_only"] = bool(re.fullmatch(r"[\W\d]*", text))
    return found
