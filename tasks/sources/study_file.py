"""The CSV files of the study's replication data: one a benchmark, a row a model, three sub-headers under the header.

A row has three phases (training, pre-training, fine-tuning), each with epochs, size of the set, time, and GPUs, TPUs
and CPUs with an amount and a peak rate typed in GFLOP/s. Its two results are the hardware burden (units x peak x time)
and the network operations (operations of a forward pass x 3 x examples x epochs), both in FLOP and summed over the
phases.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import dropwhile

from tasks.sources.tabular import Cells, ChangedFeed, number_in, read_table

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
    wanted = {c: (c,) for c in columns} | _LOGARITHMS | {s: score_headers(s) for s in file.scores}
    return {name: headers for name, headers in wanted.items() if name not in file.lacks}


def score_headers(column: str) -> tuple[str, ...]:
    """The headers that a score column may have."""
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
