"""What speaks for and against a printed figure being a result: named features of a candidate.

Each feature is a number with a name; `tasks.extract.accuracy.judge` weighs them.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from tasks.extract.accuracy.candidates import (
    LAYERS,
    REMEMBERED,
    TERSE,
    Hypothesis,
    PossibleResult,
    PrintedFigure,
    ReadTable,
    says_other_task,
    value_of,
)
from tasks.extract.accuracy.lexicon import (
    OTHER,
    direction,
    first_direction,
    is_generic,
    names_dataset,
    plain,
    speaks_of_average,
    speaks_of_change,
    speaks_of_quantity,
)
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.ownership import CITATION, Verdict, names_in_text, verdict_of
from tasks.names.keys import model_key
from tasks.reference.benchmarks import Benchmark

_HEADERS = ("inner", "outer", "row", "group", "groups", "title", "caption")
_LONG = ("caption", "tail", "mention", "around")
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
_SIZE_WORDS = re.compile(r"\bAP_?[{(]?[SMLsml]\b|\b(?:small|medium|large)\b")


def evidence_of(candidates: Sequence[PossibleResult]) -> Iterator[dict[str, float]]:
    """The features of each candidate, by name; those that do not apply are left out."""
    tables: dict[int, _TableEvidence] = {}
    for c in candidates:
        table = tables.setdefault(c.table, _TableEvidence(c.figure.table))
        figure, meaning = c.figure, c.hypothesis
        yield {
            **_dataset(figure, meaning.family),
            **_split(figure, meaning.family, meaning.benchmark.slug),
            **_metric(figure, meaning.family, meaning.benchmark.metric),
            **_benchmark(meaning.benchmark, figure.table.paper),
            **_order(figure, meaning),
            **_direction(figure, meaning),
            **_value(figure, meaning),
            **_printed(figure),
            **table.owner(figure),
            **table.facts,
        }


class _TableEvidence:
    """Features that figures of one table share, each worked out once."""

    def __init__(self, table: ReadTable) -> None:
        self.table = table
        self._owners: dict[tuple[int, int], dict[str, float]] = {}
        self._words: dict[str, dict[str, float]] = {}
        self._layers: dict[tuple[str, str], dict[str, float]] = {}

    def owner(self, figure: PrintedFigure) -> dict[str, float]:
        """Features of ownership, the same for all meanings of a figure and for all figures of its cell."""
        table, place = self.table, figure.place
        if (place.row, place.column) in self._owners:
            return self._owners[place.row, place.column]
        found: dict[str, float] = {}
        for layer in _OWNER_LAYERS:
            found |= self._of_layer(layer, figure.raw_layers[layer])
        for verdict in ("own", "cited", "known", "known_names", "cites"):
            found[f"owner:any_{verdict}"] = max(found.get(f"owner:{layer}_{verdict}", 0.0) for layer in _OWNER_LAYERS)
        found["owner:beside_own"] = bool(self._has_own and not found["owner:any_own"])
        mentions = found.get("owner:row_mentions", 0.0), found.get("owner:inner_mentions", 0.0)
        found["row:mentions_share"] = mentions[0] / max(1, self._most_mentions[0])
        found["column:mentions_share"] = mentions[1] / max(1, self._most_mentions[1])
        found["row:last_group"] = bool(place.groups) and place.groups[:1] == table.figures[-1].place.groups[:1]
        found["row:same_label"] = self._labels[place.label]
        found |= self._rows[place.row]
        self._owners[place.row, place.column] = found
        return found

    @cached_property
    def _rows(self) -> dict[int, dict[str, float]]:
        """Features of each row: where it stands among those of others and the paper's own, and how it is set."""
        rows = self.table.rows
        last_cited = max((k for k, v in enumerate(self._verdicts) if v == Verdict.CITED), default=None)
        first_own = next((k for k, v in enumerate(self._verdicts) if v == Verdict.OWN), None)
        return {
            row: {
                "row:share": at / max(1, len(rows) - 1),
                "row:after_last_cited": 50 if last_cited is None else at - last_cited,
                "row:after_first_own": -50 if first_own is None else at - first_own,
                "row:bold": sum(f.place.cell.bold for f in figures) / len(figures),
            }
            for at, (row, figures) in enumerate(rows.items())
        }

    @cached_property
    def _labels(self) -> Counter[str]:
        """How many rows have a label."""
        return Counter(row[0].place.label for row in self.table.rows.values())

    @cached_property
    def _has_own(self) -> bool:
        """Whether a row or a column is said to be the paper's own."""
        heads = {" ".join(f.place.headers) for f in self.table.figures}
        return Verdict.OWN in self._verdicts or any(verdict_of(h, self.table.paper.who) == Verdict.OWN for h in heads)

    @cached_property
    def _most_mentions(self) -> tuple[float, float]:
        """How often the paper says the first word of the row's label, and of the header, that it says most often."""
        labels = {f.raw_layers["row"] for f in self.table.figures}
        headers = {f.raw_layers["inner"] for f in self.table.figures}
        most = (
            max((self._of_words(x).get("mentions", 0.0) for x in names), default=0.0) for names in (labels, headers)
        )
        rows, columns = most
        return rows, columns

    @cached_property
    def _verdicts(self) -> list[Verdict]:
        """What each row's label says of whose its figures are."""
        return [verdict_of(row[0].place.label, self.table.paper.who) for row in self.table.rows.values()]

    def _of_layer(self, layer: str, text: str) -> dict[str, float]:
        if (layer, text) not in self._layers:
            self._layers[layer, text] = {f"owner:{layer}_{name}": v for name, v in self._of_words(text).items()}
        return self._layers[layer, text]

    def _of_words(self, text: str) -> dict[str, float]:
        if text not in self._words:
            self._words[text] = _owner_facts(text, self.table.paper) if text else {}
        return self._words[text]

    @cached_property
    def facts(self) -> dict[str, float]:
        """Features that are the same for all figures of the table."""
        paper, table, figures = self.table.paper, self.table.table, self.table.figures
        lexicon = paper.lexicon
        labels = {f.place.row: f for f in figures}
        headers = {f.place.column: f for f in figures}
        n_rows, n_columns = max(1, len(labels)), max(1, len(headers))
        caption = figures[0].layers["caption"] if figures else ""
        full = " ".join([caption, figures[0].layers["tail"]]) if figures else ""
        verdicts = [verdict_of(f.place.label, paper.who) for f in labels.values()]
        columns = [verdict_of(" ".join(f.place.headers), paper.who) for f in headers.values()]
        return {
            "table:rows": n_rows,
            "table:columns": n_columns,
            "table:rows_naming_datasets": sum(
                any(names_dataset(plain(x), lexicon) for x in f.place.labels) for f in labels.values()
            )
            / n_rows,
            "table:row_datasets": len({x for f in labels.values() for x in lexicon.datasets(f.layers["row"], True)}),
            "table:column_datasets": len(
                {x for f in headers.values() for x in lexicon.datasets(f.layers["inner"], True)}
            ),
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
                names_in_text(f.place.label, paper.who).well_known > 0 for f in labels.values()
            )
            / n_rows,
            "table:columns_known_names": sum(
                names_in_text(" ".join(f.place.headers), paper.who).well_known > 0 for f in headers.values()
            )
            / n_columns,
            "table:columns_own": sum(v == Verdict.OWN for v in columns) / n_columns,
            "table:columns_cited": sum(v in (Verdict.CITED, Verdict.KNOWN) for v in columns) / n_columns,
            "table:caption_ablation": bool(_ABLATION.search(full)),
            "table:caption_comparison": bool(_COMPARISON.search(full)),
            "table:caption_transfer": bool(_TRANSFER.search(full)),
            "table:caption_ours": verdict_of(caption, paper.who) == Verdict.OWN,
            "table:has_caption": bool(table.caption),
            "table:is_figure": table.label.lower().startswith("fig"),
            "table:page_share": table.page / max(1, paper.document.page_count),
            "table:in_appendix": paper.is_after_references(table.page),
            "table:bold_share": sum(f.place.cell.bold for f in figures) / max(1, len(figures)),
        }


@lru_cache(maxsize=REMEMBERED)
def _dataset(figure: PrintedFigure, family: str) -> dict[str, float]:
    """What the words about a figure say of the family of benchmarks."""
    paper = figure.table.paper
    found: dict[str, float] = {}
    nearest, nearest_other = 99, 99
    for depth, layer in enumerate(LAYERS):
        text = figure.layers[layer]
        named = paper.lexicon.datasets(text, layer in TERSE)
        if not named:
            continue
        this = named.count(family)
        others = len(named) - this
        found[f"dataset:{layer}"] = this / len(named) if layer in _LONG else float(this > 0)
        found[f"dataset:{layer}_others"] = min(5, others)
        found[f"dataset:{layer}_unknown"] = min(5, named.count(OTHER))
        nearest = depth if this and nearest == 99 else nearest
        nearest_other = depth if others and nearest_other == 99 else nearest_other
        if this and layer in _HEADERS:
            found[f"dataset:{layer}_share"] = paper.lexicon.dataset_letters(text) / max(1, len(text))
    near = [paper.lexicon.datasets(figure.layers[x], x in TERSE) for x in _HEADERS if figure.layers[x]]
    found["dataset:places"] = sum(family in named for named in near)
    found["dataset:places_others"] = sum(bool(named) and family not in named for named in near)
    for layer in ("inner", "outer", "row", "group"):
        found[f"words:{layer}_rest"] = paper.lexicon.share_not_understood(family, figure.layers[layer])
    found["dataset:nearest"] = nearest
    found["dataset:nearest_other"] = nearest_other
    found["dataset:nearer"] = nearest_other - nearest
    total = max(1, sum(paper.habits.datasets.values()))
    found["paper:dataset_share"] = paper.habits.datasets[family] / total
    found["paper:dataset_rank"] = sum(n > paper.habits.datasets[family] for n in paper.habits.datasets.values())
    head = f"{figure.layers['inner']} | {figure.layers['outer']} | {figure.layers['row']} | {figure.layers['group']}"
    found["words:transfer"] = bool(_TRANSFER.search(head))
    found["words:average"] = speaks_of_average(head)
    found["words:shots"] = bool(_SHOTS.search(head))
    found |= _parts(figure, family)
    raw = " | ".join(figure.raw_layers[x] for x in ("inner", "outer", "row", "group", "groups", "title", "caption"))
    found["dataset:as_written"] = any(name in raw for b in paper.lexicon.families[family] for name in b.names)
    return found


def _parts(figure: PrintedFigure, family: str) -> dict[str, float]:
    """What the rows and columns beside a figure say of it: that it is a part of a whole, a class, a subject."""
    table, place = figure.table, figure.place
    (rows, columns), named = table.averages, table.of_family(family)
    return {
        "table:average_in_row": bool(columns - {place.column}),
        "table:average_in_column": bool(rows - {place.row}),
        "table:excluded_in_row": len(named.excluded_columns - {place.column}) / max(1, len(table.columns) - 1),
        "table:excluded_in_column": len(named.excluded_rows - {place.row}) / max(1, len(table.rows) - 1),
        "table:rows_of_dataset": len(named.rows),
        "table:rows_of_dataset_share": len(named.rows) / len(table.rows),
    }


@lru_cache(maxsize=REMEMBERED)
def _split(figure: PrintedFigure, family: str, slug: str) -> dict[str, float]:
    """What the words about a figure say of the benchmark's split (or language pair)."""
    paper = figure.table.paper
    found: dict[str, float] = {}
    decided, first = 0, 0.0
    for layer in LAYERS:
        mentioned = sorted(paper.lexicon.variant_mentions(family, figure.layers[layer]))
        if not mentioned:
            continue
        mentions = Counter(meant for _, _, meant in mentioned)
        this, excluded = mentions[slug], mentions[OTHER]
        others = sum(mentions.values()) - this - excluded
        found[f"split:{layer}"] = (this - others) / (this + others) if this + others else 0.0
        first = first or next((1.0 if m[2] == slug else -1.0 for m in mentioned if m[2] != OTHER), 0.0)
        found[f"split:{layer}_excluded"] = min(3, excluded)
        if not decided and bool(this) != bool(others):
            decided = 1 if this else -1
    found["split:nearest"] = decided
    found["split:first"] = first
    counts = paper.habits.variants.get(family, Counter())
    known = sum(n for s, n in counts.items() if s != OTHER)
    found["paper:split_share"] = counts[slug] / known if known else 0.5
    found["split:other_task"] = says_other_task(figure, family)
    found["split:task_named"] = any(paper.lexicon.names_task(family, figure.layers[x]) for x in _HEADERS)
    return found


@lru_cache(maxsize=REMEMBERED)
def _metric(figure: PrintedFigure, family: str, metric: str) -> dict[str, float]:
    """What the words about a figure say of the metric."""
    paper = figure.table.paper
    found: dict[str, float] = {}
    decided = 0
    for layer in LAYERS[:-1]:
        text = figure.layers[layer]
        named = paper.lexicon.metrics(family, text, layer in TERSE) if text else []
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
    for kind in ("quantity", "change"):
        found[f"words:any_{kind}"] = sum(
            found.get(f"words:{x}_{kind}", 0.0) for x in ("inner", "outer", "row", "group")
        )
    found["metric:any_foreign"] = sum(found.get(f"metric:{x}_foreign", 0.0) for x in (*_HEADERS, "tail"))
    found["words:sizes"] = bool(_SIZE_WORDS.search(figure.raw_layers["inner"]))
    return found


def _benchmark(benchmark: Benchmark, paper: ReadPaper) -> dict[str, float]:
    """What is known of a benchmark beside the others of its family, and the paper's year."""
    family = paper.lexicon.families[benchmark.names[0]]
    metrics = list(dict.fromkeys(b.metric for b in family))
    return {
        "family:members": len(family),
        "split:default": benchmark.variant_default,
        "split:slugs": len({b.slug for b in family}),
        "metric:count": len(metrics),
        "metric:rank": metrics.index(benchmark.metric),
        "metric:is_fitted": benchmark.is_fit_metric,
        "paper:year": paper.year,
    }


def _order(figure: PrintedFigure, hypothesis: Hypothesis) -> dict[str, float]:
    """Whether the figure stands to those beside it as its metric must: top-5 is not below top-1, F1 not below EM."""
    benchmark = hypothesis.benchmark
    lesser = any(benchmark.metric in b.not_below for b in figure.table.paper.lexicon.families[hypothesis.family])
    role = 1 if benchmark.not_below else -1 if lesser else 0
    if not role:
        return {}
    role = -role if hypothesis.is_error else role
    own = float(figure.score.value)
    row = figure.table.rows[figure.place.row]
    i = next(k for k, f in enumerate(row) if f is figure)
    found = {}
    for name, k in (("left", i - 1), ("right", i + 1)):
        if 0 <= k < len(row):
            other = row[k]
            step = role * math.copysign(own != float(other.score.value), own - float(other.score.value))
            inside = other.place.column == figure.place.column
            found[f"metric:order_in_cell_{name}" if inside else f"metric:order_{name}"] = step
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
    """Where the value that a figure has by a hypothesis stands among the others, and in the benchmark's bounds."""
    table, b = figure.table, hypothesis.benchmark
    value = value_of(figure, hypothesis)
    middle = table.column_middle[figure.place.column]
    row_middle = table.row_middle[figure.place.row]
    if hypothesis.is_error:
        middle, row_middle = 100 - middle, 100 - row_middle
    lower = float(b.usual_lower if b.usual_lower is not None else b.lower)
    return {
        "value": value,
        "value:column_middle": middle,
        "value:off_column": value - middle,
        "value:off_row": value - row_middle,
        "value:over_usual": value - lower,
        "value:column_over_usual": middle - lower,
        "value:below_upper": float(b.upper) - value,
        "value:chance": value / 100 - (b.chance_level or 0.0),
    }


@lru_cache(maxsize=REMEMBERED)
def _printed(figure: PrintedFigure) -> dict[str, float]:
    """How a figure is printed, whatever it means, in its cell, column, row and sentence."""
    table, stated = figure.table, figure.table.stated
    column, row = table.columns[figure.place.column], table.rows[figure.place.row]
    i = next(k for k, f in enumerate(row) if f is figure)
    found = {
        "value:decimals": figure.score.decimals,
        "value:is_percent": figure.score.is_percent,
        "value:is_fraction": figure.place.column in table.fraction_columns,
        "value:bold": figure.place.cell.bold,
        "value:is_mean": figure.score.is_mean,
        "cell:figures": len(figure.scores),
        "cell:position": figure.position,
        "column:index": figure.place.column,
        "column:from_right": len(table.table.rows[0]) - figure.place.column,
        "column:figures": len(column),
        "column:whole": sum(v == int(v) for v in column) / len(column),
        "column:largest": max(column),
        "column:is_best": float(figure.score.value) == max(column),
        "column:spread": max(column) - min(column),
    }
    if i:
        found["row:step_left"] = float(figure.score.value - row[i - 1].score.value)
    if i + 1 < len(row):
        found["row:step_right"] = float(row[i + 1].score.value - figure.score.value)
    if stated:
        found["sentence"] = 1.0
        found["sentence:is_caption"] = stated.sentence.kind == "caption"
        found["sentence:figures"] = len(table.figures)
    return found


def _owner_facts(text: str, paper: ReadPaper) -> dict[str, float]:
    """What a label, header or group says of whose the figure is."""
    verdict = verdict_of(text, paper.who)
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
