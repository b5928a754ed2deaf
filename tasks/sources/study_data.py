"""The study's replication data of 2022: compute and accuracy that its authors typed from papers, six benchmarks.

Thompson, Greenewald, Lee and Manso, *The Computational Limits of Deep Learning* (arXiv 2007.05558): one CSV a
benchmark, a row a model, three sub-headers under the header. A row has three phases (training, pre-training,
fine-tuning), each with epochs, size of the set, time, and GPUs, TPUs and CPUs with an amount and a peak rate typed in
GFLOP/s. Its two results are the hardware burden (units x peak x time) and the network operations (operations of a
forward pass x 3 x examples x epochs), both in FLOP and both summed over the phases.

Which split the scores are of, the files do not say. COCO's rows name "COCO test_dev"; of the 80 whose paper is on
Papers with Code's test-dev board (2020-09) 74 have a value from there, of the 27 whose paper is on its minival board
none has. SQuAD's are those of the test leaderboard, rounded. ImageNet's are taken for the validation set.

A source says what it says: defects of the data (tasks/defects/) are not repaired here.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import dropwhile

from schemas.codes import Coded
from schemas.codes.sources import RowDoubt
from schemas.rows import Candidate
from schemas.rows.sources import SourceModel, SourceRow, SourceScore
from tasks.names.arxiv_ids import arxiv_identity
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.chip_patterns import hardware_mentions
from tasks.reference.hardware import Hardware, load_hardware
from tasks.reference.study_chips import StudyChip, load_study_chips
from tasks.reference.units import SECONDS_PER_HOUR
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses
from tasks.sources.csv_files import ParsedFile, Resources, SourceFile, discover_files
from tasks.sources.leaderboards import Leaderboard, LeaderboardCell, read_column
from tasks.sources.papers_with_code import ModelName, read_name
from tasks.sources.structured import StructuredSource
from tasks.sources.tabular import Cells, ChangedFeed, number_in, read_table

SOURCE_ID = "study-data"

PHASES = ("training", "pretraining", "finetuning")
KINDS = ("gpu", "tpu", "cpu")
FLOP_PER_GFLOP = 1e9

_SUB_HEADER_NAMES = (None, "name")
"""What stands for the model's name in the lines under the header, which name the columns again."""

_LOGARITHMS = {"log10_operations": ("log10net", "lo10net"), "log10_burden": ("log10hw",)}
_AMOUNTS = ("year", "parameters", "flops", "multiadds", "network_operations", "hardware_burden")
_UNUSED = ("paper_with_code", "fp_bp_ratio", "computing_power", "(APS)", "(APM)", "(APL)")
_AGREE = math.log10(1.05)  # what two printed digits may be off


@dataclass(frozen=True)
class StudyFile:
    """One file: which benchmark it is of, its score columns and their metrics, its usual data sets.

    Score columns bear their names in parentheses or without; `lacks` are columns of the other files that it never had,
    so that they are not reported as missing.
    """

    stem: str
    benchmark: str
    scores: Mapping[str, str]
    own_sets: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


_NO_SUMS = ("log10_operations", "log10_burden", "relevant")
FILES = {
    f.stem: f
    for f in (
        StudyFile(
            "image-classification-on-imagenet",
            "imagenet-1k",
            {"TOP 1 score": "top1_accuracy", "TOP 5 score": "top5_accuracy"},
            ("ImageNet 1K",),
        ),
        StudyFile(
            "object-detection-on-coco",
            "coco-test-dev",
            {"BOX AP": "box_ap", "AP50": "box_ap50", "AP75": "box_ap75"},
            ("COCO test_dev",),
            lacks=("relevant",),
        ),
        StudyFile(
            "question-answering-on-squad-1-1",
            "squad-1.1-test",
            {"EM score": "em", "F1 score": "f1"},
            ("SQuAD 1.1",),
            lacks=_NO_SUMS,
        ),
        StudyFile("named-entity-recognition-on-conll-2003", "conll-2003-ner", {"F1 score": "f1"}, lacks=_NO_SUMS),
        *(
            StudyFile(
                f"machine-translation-on-wmt2014-{pair}",
                f"wmt14-{pair}",
                {"BLEU": "bleu", "SACREBLEU": "bleu"},
                lacks=_NO_SUMS,
            )
            for pair in ("en-fr", "en-de")
        ),
    )
}
_PROTOCOLS = {"SACREBLEU": "sacreBLEU"}
"""What a score column says of how was tested."""


# --- what a row is


@dataclass(frozen=True)
class Units:
    """Processors of one kind in one phase, as typed: the peak is in FLOP/s for one unit, whatever a unit is."""

    kind: str
    name: str
    amount: float | None
    peak_flop_per_s: float | None
    typed_peak: str = ""


@dataclass(frozen=True)
class Phase:
    """One phase of a row; the time in seconds; `words` spells out what was typed."""

    name: str
    epochs: float | None
    set_size: float | None
    duration_seconds: float | None
    units: tuple[Units, ...]
    dataset: str | None = None
    words: str = ""


@dataclass(frozen=True)
class StudyRow:
    """One model of one benchmark as the study typed it. Compute in FLOP; `line` is its line in the file.

    `printed` are the scores as printed, by the names of their columns; `no_numbers` the cells that should hold a number
    and hold something else, by column; the words spell out the totals, and what they were computed from, as typed.
    """

    benchmark: str
    line: int
    model: str
    year: int | None
    title: str | None
    link: str | None
    parameters: float | None
    flops: float | None
    multiply_adds: float | None
    phases: tuple[Phase, ...]
    network_operations_flop: float | None
    hardware_burden_flop: float | None
    printed: Mapping[str, str]
    no_numbers: Mapping[str, str]
    remarks: str | None
    totals_words: str
    inputs_words: str

    @property
    def score(self) -> float | None:
        """The file's first score, in percent or points."""
        return _number(next(iter(self.printed.values()), None))


class UnknownChip(ValueError):
    """A chip's name that leads to no row, or to several, of the hardware table."""


class StudyChips:
    """The study's names of processors, read by study_chips.csv and else by the aliases of the hardware table."""

    def __init__(self, hardware: Iterable[Hardware], chips: Mapping[str, StudyChip]) -> None:
        """Take the hardware table, and rows of study_chips.csv by name in small letters."""
        self.hardware = tuple(hardware)
        self._chips = chips

    def named(self, name: str) -> StudyChip | None:
        """The row of study_chips.csv for a name, if it has one."""
        return self._chips.get(name.lower())

    def slug(self, name: str) -> str:
        """The hardware row that a name means.

        Raises:
            UnknownChip: none, or several.
        """
        read = self.named(name)
        if read:
            return read.slug
        slugs = {slug for slug, _, _ in hardware_mentions(name, self.hardware)}
        if len(slugs) != 1:
            raise UnknownChip(f"{name!r} names {', '.join(sorted(slugs)) or 'no chip'}")
        return slugs.pop()

    def chips(self, name: str, units: float) -> float:
        """How many chips so many units are (a Cloud TPU is four)."""
        read = self.named(name)
        return units * (read.chips_per_unit if read else 1)


def load_chips() -> dict[str, StudyChip]:
    """Rows of study_chips.csv by the name as the study writes it, in small letters."""
    return {chip.name.lower(): chip for chip in load_study_chips()}


# --- reading a file


def read_study(content: bytes, file: StudyFile) -> tuple[list[StudyRow], list[str]]:
    """Rows of one benchmark's CSV, and notes for the operator (columns unknown or missing, cells that are no number).

    Raises:
        ChangedFeed: it has not the form of the replication data.
    """
    table = read_table(content, _wanted(file), required=("name",), unused=_UNUSED, what=f"{file.stem}.csv")
    lines = dropwhile(lambda line: line[1]["name"] in _SUB_HEADER_NAMES, enumerate(table.rows, start=2))
    rows = [_row(file, line, cells) for line, cells in lines]
    if not rows:
        raise ChangedFeed(f"{file.stem}.csv has sub-headers and no model under them; look at the file")
    odd = [
        f"{file.stem}.csv, {row.model}: {column} holds {text!r}, which is no number"
        for row in rows
        for column, text in row.no_numbers.items()
    ]
    return rows, [*table.notes, *odd]


def _wanted(file: StudyFile) -> dict[str, tuple[str, ...]]:
    columns = ["name", "title", "paper_link", *_AMOUNTS, "comments", "relevant"]
    columns += [f"{phase}_{part}" for phase in PHASES for part in _phase_columns()]
    wanted = {c: (c,) for c in columns} | _LOGARITHMS | {s: _score_headers(s) for s in file.scores}
    return {name: headers for name, headers in wanted.items() if name not in file.lacks}


def _score_headers(column: str) -> tuple[str, ...]:
    return f"({column})", column


def _phase_columns() -> tuple[str, ...]:
    units = (f"{kind}_{part}" for kind in KINDS for part in ("model", "amount", "ptp_gflops"))
    return "epochs", "set_size", "dataset", "time_total", "time_total_sec", "time_tpu_core_days", *units


def _row(file: StudyFile, line: int, cells: Cells) -> StudyRow:
    phases = tuple(_phase(name, cells) for name in PHASES)
    year = _number(cells["year"])
    return StudyRow(
        benchmark=file.stem,
        line=line,
        model=" ".join((cells["name"] or "").split()),
        year=int(year) if year is not None and year.is_integer() else None,
        title=cells["title"],
        link=cells["paper_link"],
        parameters=_number(cells["parameters"]),
        flops=_number(cells["flops"]),
        multiply_adds=_number(cells["multiadds"]),
        phases=phases,
        network_operations_flop=_full_precision(cells["network_operations"], cells.get("log10_operations")),
        hardware_burden_flop=_full_precision(cells["hardware_burden"], cells.get("log10_burden")),
        printed={s: printed for s in file.scores if (printed := cells[s])},
        no_numbers={c: text for c, text in cells.items() if text and _is_amount(c) and _number(text) is None},
        remarks="; ".join(f"{c}: {cells[c]}" for c in ("comments", "relevant") if cells.get(c)) or None,
        totals_words=_words(cells, _TOTALS),
        inputs_words="; ".join(w for w in (_words(cells, _FORWARD), *(p.words for p in phases)) if w),
    )


def _is_amount(column: str) -> bool:
    """Whether the column holds numbers (scores aside, which have their own check)."""
    ends = ("_epochs", "_set_size", "_sec", "_core_days", "_amount", "_gflops")
    return column in _AMOUNTS or column in _LOGARITHMS or column.endswith(ends)


def _phase(name: str, cells: Cells) -> Phase:
    units = []
    for kind in KINDS:
        model, amount, peak = (cells[f"{name}_{kind}_{c}"] or "" for c in ("model", "amount", "ptp_gflops"))
        if model or amount or peak:
            rate = _number(peak)
            units.append(Units(kind, model, _number(amount), rate * FLOP_PER_GFLOP if rate else None, peak))
    return Phase(
        name,
        epochs=_number(cells[f"{name}_epochs"]),
        set_size=_number(cells[f"{name}_set_size"]),
        duration_seconds=_number(cells[f"{name}_time_total_sec"]),
        units=tuple(units),
        dataset=cells[f"{name}_dataset"],
        words=_phase_words(name, cells),
    )


def _phase_words(name: str, cells: Cells) -> str:
    """ "training: 90 epochs, 1280000 examples, on ImageNet 1K, 6 days, 8 x Tesla V100 at 1.41E+04 GFLOP/s each" """
    forms = {
        "epochs": "{} epochs",
        "set_size": "{} examples",
        "dataset": "on {}",
        "time_total": "{}",
        "time_total_sec": "{} s",
        "time_tpu_core_days": "{} TPU core-days",
    }
    parts = [form.format(typed) for part, form in forms.items() if (typed := cells[f"{name}_{part}"])]
    for kind in KINDS:
        model, amount, peak = (cells[f"{name}_{kind}_{c}"] for c in ("model", "amount", "ptp_gflops"))
        if model or amount or peak:
            parts.append(f"{amount or '?'} x {model or kind.upper()}" + (f" at {peak} GFLOP/s each" if peak else ""))
    return f"{name}: {', '.join(parts)}" if parts else ""


_FORWARD = {"flops": "forward pass {} FLOP", "multiadds": "forward pass {} multiply-adds"}
_TOTALS = {"network_operations": "network operations {} FLOP", "hardware_burden": "hardware burden {} FLOP"}


def _words(cells: Cells, forms: Mapping[str, str]) -> str:
    """Cells as typed, each put in words; blank ones left out."""
    return "; ".join(form.format(cells[column]) for column, form in forms.items() if cells[column])


def _number(text: str | None) -> float | None:
    """The number that a cell holds; None where it holds none ("32/8/128")."""
    try:
        return number_in(text)
    except ValueError:
        return None


def _full_precision(printed: str | None, log10: str | None) -> float | None:
    """A figure printed with two or three digits, in the digits of its logarithm where the two agree."""
    value, logarithm = _number(printed), _number(log10)
    if value is None or value <= 0 or logarithm is None:
        return value
    rounding = logarithm - math.log10(value)
    return value * 10**rounding if abs(rounding) <= _AGREE else value


# --- rows of our tables


def discover(client: Resources, addresses: Addresses) -> Discovery:
    """Rows of raw_models and raw_scores from the six files; one that cannot be had is deferred, the others stand.

    Raises:
        SourceBroken: none could be read, and at least one is not what it should be.
        SourceUnavailable: none could be had.
    """
    chips = StudyChips(load_hardware(), load_chips())
    files = [
        SourceFile(f"{file.stem}.csv", f"{addresses.study_data}{file.stem}.csv", partial(_said, file=file, chips=chips))
        for file in FILES.values()
    ]
    return discover_files(client, SOURCE_ID, files)


def _said(content: bytes, file: StudyFile, chips: StudyChips) -> dict[str, ParsedFile[SourceRow]]:
    rows, notes = read_study(content, file)
    entries = _entries(rows)
    models = [model_row(entry, chips) for entry in entries]
    return {"raw_models": ParsedFile(models, notes), "raw_scores": ParsedFile(score_rows(entries, file))}


@dataclass(frozen=True)
class _Entry:
    """A row with its name taken apart, and a count of those of the same name and link before it, as ids need it."""

    row: StudyRow
    name: ModelName
    occurrence: int

    def identify(self, *parts: str) -> str:
        """Id of a row of ours that comes from this one."""
        return content_id(SOURCE_ID, self.row.benchmark, self.row.model, self.row.link, self.occurrence, *parts)


def _entries(rows: Iterable[StudyRow]) -> list[_Entry]:
    seen: Counter[tuple[str, str | None]] = Counter()
    entries = []
    for row in rows:
        entries.append(_Entry(row, read_name(row.model), seen[row.model, row.link]))
        seen[row.model, row.link] += 1
    return entries


def _doubts(entry: _Entry) -> tuple[Coded[RowDoubt], ...]:
    return () if model_key(_model(entry)) else (Coded.of(RowDoubt.NO_MODEL),)


def _model(entry: _Entry) -> str:
    return entry.name.model or entry.row.model


def _paper(entry: _Entry) -> str | None:
    identity = arxiv_identity(entry.row.link or "")
    return identity[0] if identity else None


def model_row(entry: _Entry, chips: StudyChips) -> Candidate[SourceModel]:
    """The row of raw_models: what the study typed of one model's training. No compute is estimated here."""
    row, used = entry.row, _used_hardware(entry.row, chips)
    made = SourceModel(
        model_row_id=entry.identify(),
        source_id=SOURCE_ID,
        source_table=row.benchmark,
        model=_model(entry),
        model_key=model_key(_model(entry)),
        year=row.year,
        paper_id=_paper(entry),
        paper_title=row.title,
        link=row.link,
        parameters=row.parameters,
        dataset_size=_only(p.set_size for p in row.phases),
        epochs=_only(p.epochs for p in row.phases),
        forward_ops=row.multiply_adds if row.flops is None else row.flops,
        forward_ops_unit=_unit_of_pass(row),
        network_operations_flop=row.network_operations_flop,
        hardware_burden_flop=row.hardware_burden_flop,
        hardware_text=used.text,
        hardware=used.slug,
        chips=used.chips,
        duration_hours=used.duration_hours,
        compute_note="; ".join(w for w in (row.inputs_words, row.totals_words, row.remarks) if w) or None,
        quote=f"{row.benchmark}: {row.model} | {row.totals_words or 'no total typed'}",
    )
    return Candidate(made, (*_doubts(entry), *_compute_doubts(row)))


def _unit_of_pass(row: StudyRow) -> str | None:
    """What the operations of a forward pass count, by the column that they were typed in."""
    if row.flops is not None:
        return "flop"
    return "multiply_add" if row.multiply_adds is not None else None


@dataclass(frozen=True)
class UsedHardware:
    """Hardware as typed; its slug where all accelerators are one; number and hours where the row has one phase only."""

    text: str | None
    slug: str | None
    chips: float | None
    duration_hours: float | None


def _used_hardware(row: StudyRow, chips: StudyChips) -> UsedHardware:
    """What a row's phases ran on.

    Processors beside accelerators feed them and do not count. Less than one unit is how the study books core-days (an
    eighth of a Cloud TPU for the sum of all cores' time): that is neither a number of chips nor the time that passed.
    """
    used = [p for p in row.phases if p.units or p.duration_seconds is not None]
    units = [u for p in used for u in p.units]
    working = [u for u in units if u.kind != "cpu"] or units
    one = working[0] if len(used) == len(working) == 1 else None
    is_booked = any(u.amount is not None and u.amount < 1 for u in working)
    return UsedHardware(
        text="; ".join(dict.fromkeys(u.name for u in units if u.name)) or None,
        slug=_slug({u.name for u in working}, chips),
        chips=None if not one or is_booked or one.amount is None else chips.chips(one.name, one.amount),
        duration_hours=None if len(used) != 1 or is_booked else _hours(used[0].duration_seconds),
    )


def _slug(names: set[str], chips: StudyChips) -> str | None:
    try:
        slugs = {chips.slug(name) for name in names}
    except UnknownChip:
        return None
    return slugs.pop() if len(slugs) == 1 else None


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / SECONDS_PER_HOUR


def _only(values: Iterable[float | None]) -> float | None:
    """The value where exactly one phase has one."""
    given = [v for v in values if v is not None]
    return given[0] if len(given) == 1 else None


def _compute_doubts(row: StudyRow) -> list[Coded[RowDoubt]]:
    """What keeps the row's compute from being taken: a total that is no number, or none above zero."""
    totals = {"network_operations": row.network_operations_flop, "hardware_burden": row.hardware_burden_flop}
    return [
        *(
            Coded.of(RowDoubt.TOTAL_NO_NUMBER, column=column, text=row.no_numbers[column])
            for column in totals
            if column in row.no_numbers
        ),
        *(
            Coded.of(RowDoubt.TOTAL_NOT_ABOVE_ZERO, column=column, total=total)
            for column, total in totals.items()
            if total is not None and total <= 0
        ),
    ]


def score_rows(entries: list[_Entry], file: StudyFile) -> list[Candidate[SourceScore]]:
    """Rows of raw_scores: one for each score that the study typed, column after column."""
    benchmarks = {(b.slug, b.metric): b for b in load_benchmarks()}
    found: list[Candidate[SourceScore]] = []
    for column, metric in file.scores.items():
        benchmark = benchmarks[file.benchmark, metric]
        board = Leaderboard((file.stem,), (), _score_headers(column), benchmark, is_error=False)
        cells = [_score_cell(e, column, board, file) for e in entries if column in e.row.printed]
        found += [Candidate(cell.row, cell.doubts) for cell in read_column(board, cells)]
    return found


def _score_cell(entry: _Entry, column: str, board: Leaderboard, file: StudyFile) -> LeaderboardCell:
    row, name, printed = entry.row, entry.name, entry.row.printed[column]
    other_sets = dict.fromkeys(p.dataset for p in row.phases if p.dataset and p.dataset not in file.own_sets)
    names_own_set = any(p.dataset in file.own_sets for p in row.phases)
    made = SourceScore(
        result_id=entry.identify(column),
        source_id=SOURCE_ID,
        source_table=row.benchmark,
        model=_model(entry),
        model_key=model_key(_model(entry)),
        benchmark=board.benchmark.slug,
        metric=board.benchmark.metric,
        value=math.nan,
        raw_value=printed.strip(),
        source_metric=column,
        year=row.year,
        paper_id=_paper(entry),
        paper_title=row.title,
        link=row.link,
        is_own=True,
        is_ensemble=name.is_ensemble,
        test_protocol=_PROTOCOLS.get(column) or name.test_protocol,
        extra_data=name.extra_data or ", ".join(other_sets) or ("none" if names_own_set else None),
        note=row.remarks,
        quote=f"{row.benchmark}: {row.model} | {column} {printed}",
    )
    return LeaderboardCell(entry.identify(), made, _doubts(entry))


SOURCE = StructuredSource(SOURCE_ID, discover)
