"""Accuracy results out of a document: what was measured, how much, and whose model it was."""

import re
import statistics
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from tasks.extract.accuracy.benchmarks import (
    OTHER,
    Benchmark,
    Lexicon,
    direction,
    names_dataset,
    plain,
    speaks_of_quantity,
    starts_with_quantity,
)
from tasks.extract.accuracy.meaning import (
    AROUND,
    Column,
    Habits,
    Layer,
    columns_to_read,
    family_of,
    habits_of,
    is_error_of,
    metrics_for,
    metrics_near,
    variant_of,
    variants_in_order,
)
from tasks.extract.accuracy.prose import (
    Statement,
    box_of,
    family_of_sentence,
    is_own_statement,
    sentences_of,
    statements_in,
)
from tasks.extract.accuracy.scores import Score, read_scores, to_percent
from tasks.extract.accuracy.table_context import (
    Figure,
    caption_parts,
    figures_of,
    is_spare,
    mentions_in,
    note_of,
    with_neighbours,
)
from tasks.extract.accuracy.table_owners import owners_of
from tasks.extract.ownership import Ownership, ownership_of
from tasks.names.keys import clean_name, model_key
from tasks.parse.document import Document, Page, Table
from tasks.provenance.claims import Claim, content_id, place, unique

_ENSEMBLE = re.compile(
    r"\bensembles?\b|\bmulti-?model\b|\b\d+ (?:nets?|models)\b|\bmodel combination\b|\bcommittee\b", re.I
)
_PROTOCOL = re.compile(
    r"\b(?:single|multi|\d+)[- ](?:crop|view|scale|stride)s?\b(?: test\w*)?|\bdense test\w*|\bflip\w*"
    r"|\btest[- ]time aug\w*"
    r"|\bsacre-?bleu\b|\btokeni[sz]ed\b|\bdetokeni[sz]ed\b|\bbeam (?:size )?\d+|\b\d-shot\b",
    re.IGNORECASE,
)
_EXTRA_DATA = re.compile(
    r"\bJFT(?:-\d+[MB])?\b|\bImageNet-2[12]k\b|\bIN-?2[12]k\b|\bInstagram\b|\bIG-[\w.]+|\bextra (?:training )?data\b"
    r"|\bexternal (?:labell?ed )?data\b|\badditional data\b|\bYFCC\w*|\bObjects365\b|\bParaCrawl\b|\bLibri-?Light\b",
    re.IGNORECASE,
)


_ABBREVIATED = re.compile(r"\s?\(\s?([A-Za-z][\w\- ]{0,10}\w\+?)\s?\)")


def abbreviations_of(document: Document, lexicon: Lexicon) -> dict[str, str]:
    """Names of datasets that the paper abbreviates itself: "Oxford Flowers (Flw)", "CIFAR-10 (C-10)"."""
    learned: dict[str, str] = {}
    for page in document.pages:
        text = plain(page.plain_text)
        for position, words, family in lexicon.dataset_mentions(text):
            found = _ABBREVIATED.match(text, position + len(words))
            if found and not lexicon.says_anything(found[1]) and not found[1].isdigit():
                learned.setdefault(found[1], family)
    return learned


class Paper:
    """What the reading of one document needs throughout."""

    def __init__(self, document: Document, paper_id: str, benchmarks: list[Benchmark]) -> None:
        """Read the paper's habits and names."""
        self.document = document
        self.paper_id = paper_id
        self.lexicon = Lexicon(benchmarks, abbreviations_of(document, Lexicon(benchmarks)))
        self.who: Ownership = ownership_of(document, lambda word: self.lexicon.says_anything(plain(word)))
        self.habits: Habits = habits_of(document, self.lexicon)
        self.sentences = sentences_of(document)


def extract_results(document: Document, paper_id: str, benchmarks: list[Benchmark]) -> list[Claim]:
    """Accuracy claims of a document, one a figure.

    Args:
        document: The parsed paper.
        paper_id: Its id, for the rows.
        benchmarks: What to look for (see `load_benchmarks`).

    Returns:
        Rows of core_results but for source_id and extractor_version; ambiguous ones carry `doubt`.
    """
    paper = Paper(document, paper_id, benchmarks)
    _learn_directions(paper)
    claims = [claim for page in document.pages for table in page.tables for claim in table_claims(table, page, paper)]
    return unique(claims + prose_claims(claims, paper), "result_id")


def _learn_directions(paper: Paper) -> None:
    """Note per benchmark whether the paper's tables print errors or accuracies, where a table says so itself."""
    for page in paper.document.pages:
        for table in page.tables:
            for figure in _wanted(figures_of(table), table.caption, paper.lexicon):
                layers = [
                    layer for layer in _layers(figure, table, page) if layer.kind in ("column", "group", "caption")
                ]
                said = next((d for d in (direction(layer.text) for layer in layers) if d), None)
                named = {f for layer in layers for f in paper.lexicon.datasets(layer.text) if f != OTHER}
                if said and len(named) == 1:
                    paper.habits.said.setdefault(named.pop(), Counter())[said] += 1


def table_claims(table: Table, page: Page, paper: Paper) -> list[Claim]:
    """Claims of one table."""
    figures = figures_of(table)
    if not figures:
        return []
    headers = {f.column: " | ".join(reversed(f.headers)) for f in figures}
    wanted = _wanted(figures, table.caption, paper.lexicon)
    sentences = [s.text for s in paper.sentences]
    mentions = mentions_in(sentences, table)
    text = [
        Layer("mention", plain(with_neighbours(sentences, mentions, 1, 1))),
        Layer(AROUND, plain(with_neighbours(sentences, mentions, 8, 3))),
    ]
    owners = owners_of(wanted, table, paper.who, paper.lexicon, _models_in_columns(wanted, paper.lexicon))
    sizes = _column_sizes(figures)
    claims: list[Claim] = []
    places: list[int] = []
    for figure in wanted:
        scores = read_scores(figure.cell.text)
        if not scores or not _is_measured(scores, figure, paper.lexicon):
            continue
        layers = [*_layers(figure, table, page), *text]
        for score, reading in _readings(scores, layers, paper, sizes[figure.column]):
            claim = _claim(score, reading, figure, table, paper, headers[figure.column])
            claim["is_own"] = owners[figure.row, figure.column]
            claims.append(claim)
            places.append(figure.row)
    _doubt_disorder(claims, places)
    return claims


def _is_measured(scores: list[Score], figure: Figure, lexicon: Lexicon) -> bool:
    """Whether the figures look like measurements: whole numbers do only where header or label name a metric."""
    if all(s.is_percent or s.is_missing or "." in s.raw for s in scores):
        return True
    return lexicon.any_metric(" | ".join(_plain_headers(figure)), terse=True) or lexicon.any_metric(plain(figure.label))


_NEVER_BELOW = {"top5_accuracy": "top1_accuracy", "box_ap50": "box_ap", "f1": "em"}


def _doubt_disorder(claims: list[Claim], rows: list[int]) -> None:
    """Doubt what cannot be: in one row a top-5 accuracy below the top-1, an AP50 below the AP, an F1 below the EM."""
    for i, claim in enumerate(claims):
        lesser = _NEVER_BELOW.get(claim["metric"])
        same_row = [
            c for c, row in zip(claims, rows, strict=True) if row == rows[i] and c["benchmark"] == claim["benchmark"]
        ]
        others = [c for c in same_row if c["metric"] == lesser]
        if len(others) == 1 and others[0]["value"] > claim["value"]:
            for c in (claim, others[0]):
                c.setdefault("doubt", f"{claim['metric']} below {lesser} in one row")


def _wanted(figures: list[Figure], caption: str, lexicon: Lexicon) -> list[Figure]:
    """Figures whose column and row headers do not speak against results."""
    values: dict[tuple[str, ...], list[float]] = {}
    for f in figures:
        scores = [s for s in read_scores(f.cell.text) if not s.is_missing]
        values.setdefault(_plain_headers(f), []).extend(float(s.value) for s in scores)
    columns = [Column(headers, tuple(found)) for headers, found in values.items()]
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


def _models_in_columns(figures: list[Figure], lexicon: Lexicon) -> bool:
    """Whether rows name datasets or metrics, so that it is the columns that name models."""
    labels = {f.row: f for f in figures}.values()
    telling = [f for f in labels if _is_metric_label(f.label, lexicon) or _names_dataset(f, lexicon)]
    return len(telling) > 0.5 * len(labels)


def _names_dataset(figure: Figure, lexicon: Lexicon) -> bool:
    return any(names_dataset(plain(label), lexicon) for label in figure.labels)


def _plain_headers(figure: Figure) -> tuple[str, ...]:
    return tuple(plain(h) for h in figure.headers)


def _is_metric_label(label: str, lexicon: Lexicon) -> bool:
    text = plain(label)
    return len(text.split()) <= 4 and lexicon.any_metric(text) and not re.search(r"\d{2}", text.replace("top-1", ""))


def _row_counts(figure: Figure, rows_name_metrics: bool, lexicon: Lexicon) -> bool:
    """A row of costs ("GFLOPs") in a table whose rows name metrics holds no results."""
    label = plain(figure.label)
    if lexicon.any_metric(plain(" ".join(figure.headers)), terse=True):
        return True
    if rows_name_metrics:
        return _is_metric_label(figure.label, lexicon) or lexicon.any_metric(label)
    return not (starts_with_quantity(label) and not re.search(r"\d", label) and len(label.split()) <= 4)


def _layers(figure: Figure, table: Table, page: Page) -> list[Layer]:
    """The words that stand about a figure in its table, nearest first."""
    note = note_of(figure.cell.text, table.caption)
    first, rest = caption_parts(table, page)
    labels = figure.labels if any(figure.labels) else [figure.label]
    layers = [
        Layer("note", plain(note)),
        Layer("column", plain(" | ".join(figure.headers))),
        *[Layer("row", plain(label)) for label in labels],
        *[Layer("group", plain(g)) for g in figure.groups],
        Layer("caption", plain(table.title)),
        Layer("caption", plain(first)),
        Layer("tail", plain(rest)),
    ]
    return [layer for layer in layers if layer.text]


class _Reading:
    """The meaning of one score of a cell."""

    def __init__(self, doubt: str = "") -> None:
        self.benchmark: Benchmark | None = None
        self.value = Decimal(0)
        self.reasons: list[str] = []
        self.doubt = doubt
        self.is_bare = False
        """Whether no word near the figure names a metric, nor its header a dataset."""


def _readings(scores: list[Score], layers: list[Layer], paper: Paper, size: "_Size") -> list[tuple[Score, "_Reading"]]:
    """Each score of a cell with its meaning; nothing where the cell is about something else."""
    lexicon, habits = paper.lexicon, paper.habits
    fitting = {f for f in lexicon.families if metrics_near(f, layers, lexicon)[0]}
    family, dataset_reason, doubt = family_of(layers, lexicon, habits, fitting)
    if not family:
        return []
    slugs = variants_in_order(family, layers, lexicon) if len(scores) == 2 else []
    slug, variant_reason, variant_doubt = ("", "", "") if slugs else variant_of(family, layers, lexicon, habits)
    if not slugs and not slug and not variant_doubt:
        return []
    metrics, metric_reason, metric_doubt = metrics_for(scores, family, metrics_near(family, layers, lexicon), lexicon)
    in_header = any(
        lexicon.datasets(layer.text, terse=True)
        for layer in layers
        if layer.kind in ("column", "group") or (layer.kind == "row" and names_dataset(layer.text, lexicon))
    )
    about_cost = any(layer.kind == "caption" and speaks_of_quantity(layer.text) for layer in layers)
    if not fitting and not in_header and (about_cost or not any(lexicon.metrics(family, x.text) for x in layers)):
        metric_doubt = "metric not named"
    if dataset_reason and metric_reason:
        metric_doubt = metric_doubt or "neither dataset nor metric named in the table"
    if OTHER in metrics or any(x.kind == "column" and lexicon.tells_otherwise(family, x.text) for x in layers):
        return []
    result = []
    for i, (score, metric) in enumerate(zip(scores, metrics, strict=True)):
        if score.is_missing:
            continue
        slug = slugs[i] if slugs else slug
        reading = _Reading(doubt or variant_doubt or metric_doubt)
        reading.reasons = [r for r in (dataset_reason, variant_reason, metric_reason) if r]
        reading.is_bare = bool(metric_reason) and not in_header
        reading.benchmark = next(
            (b for b in lexicon.families[family] if b.slug == slug and b.metric == metric), lexicon.families[family][0]
        )
        _give_value(reading, score, layers, habits, size)
        result.append((score, reading))
    return result


def _give_value(reading: "_Reading", score: Score, layers: list[Layer], habits: Habits, size: "_Size") -> None:
    assert reading.benchmark is not None
    value = float(score.value) * (100 if size.is_fraction else 1)
    is_error, reason = is_error_of(reading.benchmark, layers, habits, value, size.middle)
    if is_error is None:
        reading.doubt = reading.doubt or "error or accuracy not said"
    elif reason and reading.is_bare:
        reading.doubt = reading.doubt or "neither metric nor direction named"
    if reason:
        reading.reasons.append(reason)
    reading.value = to_percent(score.value, bool(is_error), size.is_fraction)
    if not reading.benchmark.lower <= reading.value <= reading.benchmark.upper:
        reading.doubt = reading.doubt or "outside the metric's bounds"


@dataclass(frozen=True)
class _Size:
    """Of a column's figures: whether they are fractions of one, and their median in percent."""

    is_fraction: bool
    middle: float


def _column_sizes(figures: list[Figure]) -> dict[int, _Size]:
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
        sizes[f.column] = _Size(is_fraction, statistics.median(found) * (100 if is_fraction else 1))
    return sizes


def _claim(score: Score, reading: "_Reading", figure: Figure, table: Table, paper: Paper, header: str) -> Claim:
    benchmark = reading.benchmark
    assert benchmark is not None
    model = _model_name(figure)
    row_words = " ".join([figure.label, header, *figure.groups])
    around = f"{row_words} {' '.join(c.text for c in table.rows[figure.row])} {table.caption}"
    claim: Claim = {
        **_empty_claim(paper, benchmark, reading.value, score.raw, model),
        "result_id": content_id(
            paper.paper_id, benchmark.slug, benchmark.metric, str(reading.value), model, table.page, figure.cell.box
        ),
        "is_ensemble": True if _is_ensemble(row_words, table.caption) else None,
        "test_protocol": _found(_PROTOCOL, around),
        "extra_data": _found(_EXTRA_DATA, row_words),
        **place(table.page, figure.cell.box, table.label or "table"),
        "row_header": figure.label,
        "column_header": header,
        "quote": f"{figure.label} | {header} | {figure.cell.text}".strip(" |"),
        "confidence": round(max(0.3, 0.95 - 0.15 * len(reading.reasons)), 2),
        "confidence_reasons": "; ".join(reading.reasons) or None,
        "extractor": "table",
    }
    if reading.doubt:
        claim["doubt"] = reading.doubt
    return claim


def _is_ensemble(row_words: str, caption: str) -> bool:
    """Whether the row speaks of an ensemble, or the caption of nothing else."""
    only = _ENSEMBLE.search(caption) and not re.search(r"\bsingle\b", caption, re.IGNORECASE)
    return bool(_ENSEMBLE.search(row_words) or only)


def _empty_claim(paper: Paper, benchmark: Benchmark, value: Decimal, raw: str, model: str) -> Claim:
    """The columns that every claim has, in the table's order, with what is known at once."""
    return {
        "result_id": "",
        "paper_id": paper.paper_id,
        "document_sha256": paper.document.sha256,
        "benchmark": benchmark.slug,
        "metric": benchmark.metric,
        "value": float(value),
        "raw_value": raw,
        "model": model,
        "model_key": model_key(model),
        "is_own": False,
        "is_ensemble": None,
        "test_protocol": None,
        "extra_data": None,
        "year": None,
        **place(1, None, ""),
        "row_header": None,
        "column_header": None,
        "quote": "",
        "confidence": 0.0,
        "confidence_reasons": None,
        "extractor": "",
    }


def _model_name(figure: Figure) -> str:
    """The row's label, or the column's header where the row names a metric or nothing."""
    label = clean_name(figure.label)
    if label and not is_spare(label) and not starts_with_quantity(plain(label)):
        return label
    header = clean_name(figure.headers[0]) if figure.headers else ""
    return header or label or "unnamed"


def prose_claims(stated: list[Claim], paper: Paper) -> list[Claim]:
    """Claims of sentences, less those that only repeat (or round) a figure of a table."""
    claims: list[Claim] = []
    for index, sentence in enumerate(paper.sentences):
        if not re.search(r"\d", sentence.text) or not is_own_statement(sentence.text, paper.who):
            continue
        layers = [Layer("caption", plain(sentence.text))]
        family = family_of_sentence(paper.sentences, index, paper.lexicon)
        if not family:
            continue
        slug, reason, doubt = variant_of(family, layers, paper.lexicon, paper.habits)
        for statement in statements_in(sentence, family, paper.lexicon) if slug and not doubt else []:
            claim = _prose_claim(statement, slug, layers, paper)
            if claim and not _is_repeated(statement, claim, stated + claims):
                claim["confidence_reasons"] = "; ".join(r for r in ("stated in prose", reason) if r)
                claims.append(claim)
    return claims


def _prose_claim(statement: Statement, slug: str, layers: list[Layer], paper: Paper) -> Claim | None:
    benchmark = next(
        (b for rows in paper.lexicon.families.values() for b in rows if (b.slug, b.metric) == (slug, statement.metric)),
        None,
    )
    if benchmark is None:
        return None
    is_error, _ = is_error_of(benchmark, layers, paper.habits, float(statement.value), float(statement.value))
    value = to_percent(statement.value, bool(is_error), False)
    if is_error is None or not benchmark.lower <= value <= benchmark.upper:
        return None
    model = _model_in(statement.sentence.text, paper.who)
    box = box_of(paper.document, statement)
    return {
        **_empty_claim(paper, benchmark, value, statement.raw, model),
        "result_id": content_id(
            paper.paper_id, slug, benchmark.metric, str(value), model, statement.sentence.page, box
        ),
        "is_own": True,
        "is_ensemble": True if _ENSEMBLE.search(statement.sentence.text) else None,
        "test_protocol": _found(_PROTOCOL, statement.sentence.text),
        "extra_data": _found(_EXTRA_DATA, statement.sentence.text),
        **place(statement.sentence.page, box, "text"),
        "quote": statement.sentence.text[:400],
        "confidence": 0.7,
        "extractor": "prose",
    }


def _model_in(sentence: str, who: Ownership) -> str:
    """The paper's own model that a sentence names."""
    words = re.findall(r"[\w\-+@.]*\w", sentence)
    return next((w for w in words if any(model_key(w).startswith(k) for k in who.own)), "this paper's model")


def _is_repeated(statement: Statement, claim: Claim, stated: list[Claim]) -> bool:
    """Whether a claim of the same benchmark has this figure, exactly or with more digits."""
    digits = len(statement.raw.rstrip("%").partition(".")[2])
    same = [c for c in stated if c["metric"] == claim["metric"] and _stem(c["benchmark"]) == _stem(claim["benchmark"])]
    return any(abs(round(c["value"], digits) - claim["value"]) < 0.5 * 10**-digits + 1e-9 for c in same)


def _stem(slug: str) -> str:
    """The benchmark without its split."""
    return re.sub(r"-(?:val|dev|test|test-dev)$", "", slug)


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    found = list(dict.fromkeys(m.group().lower() for m in pattern.finditer(text)))
    return ", ".join(found) or None
