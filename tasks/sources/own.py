"""Observations of one's own (`refresh --observations my.csv`), by the contract of a source's.

A file is taken whole or refused, in one line that names file, line and column. `template()` is a file to begin with.
"""

import csv
import hashlib
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from schemas.rows import Candidate
from schemas.rows.sources import HandReadObservation
from schemas.suggestions import did_you_mean
from schemas.vocabularies import (
    COMPLETION,
    COMPUTE_SCOPES,
    MULTIPLE_CHOICE,
    NO,
    NO_EXTRA_DATA,
    ONE_VIEW,
    PROMPTINGS,
    SEVERAL_VIEWS,
    UNKNOWN,
    UNNORMALISED_COMPLETION,
    YES,
)
from tasks.names.arxiv_ids import arxiv_identity
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.reference.benchmarks import LANGUAGE_MODELS, Benchmark, load_benchmarks, with_apart
from tasks.reference.hardware import load_hardware
from tasks.reference.table import Column, MalformedTable, ReferenceTable
from tasks.reference.targets import LEAST_SCORE

SOURCE_ID = "own"


@dataclass(frozen=True, kw_only=True)
class OwnLine:
    """One model's accuracy, and what is known of its training; what is blank is not known."""

    model: Annotated[str, Column("The model.")]
    benchmark: Annotated[str, Column("The benchmark: a slug of benchmarks.csv.")]
    value: Annotated[
        float,
        Column("Score by the metric that the benchmark is fitted by, higher is better.", "% or BLEU", (), 0, 100),
    ]
    year: Annotated[int | None, Column("Year of the model.", "year", (), 1950, 2100)]
    paper_id: Annotated[
        str, Column("The paper: its arXiv id or another name; blank: the file is one paper.", optional=True)
    ]
    is_ensemble: Annotated[bool | None, Column("Whether several networks were tested together; blank: one.")]
    extra_data: Annotated[
        str,
        Column(
            "Training data beyond the benchmark's own: its name, or none; blank: not known, and ImageNet's fits leave"
            " the row out.",
            optional=True,
        ),
    ]
    extra_examples: Annotated[float | None, Column("How many examples these data hold.", "example")]
    test_protocol: Annotated[
        str,
        Column(
            "Whether an input is tested once or by several crops, scales or flips.",
            allowed=(ONE_VIEW, SEVERAL_VIEWS),
            optional=True,
        ),
    ]
    distilled: Annotated[
        str, Column("Whether it learnt from a larger model's outputs.", allowed=(YES, NO), optional=True)
    ]
    fine_tuned: Annotated[
        str,
        Column(
            "Whether a language model was trained on the benchmark's own training set.",
            allowed=(YES, NO),
            optional=True,
        ),
    ]
    reasoning: Annotated[
        str,
        Column("Whether a language model reasons at length before it answers.", allowed=(YES, NO), optional=True),
    ]
    base_model: Annotated[
        str,
        Column("Whether it is as pre-trained, without tuning to instructions.", allowed=(YES, NO), optional=True),
    ]
    shots: Annotated[int | None, Column("Solved examples in a language model's prompt.", "example", minimum=0)]
    prompting: Annotated[str, Column("How a language model is asked.", allowed=PROMPTINGS, optional=True)]
    formulation: Annotated[
        str,
        Column(
            "How a question with options is put to a language model: the options are its completions, whose"
            " likelihoods are normalised by length or not, or they stand in the prompt; blank: not known, and the fits"
            " of ARC and OpenBookQA leave the row out.",
            allowed=(COMPLETION, UNNORMALISED_COMPLETION, MULTIPLE_CHOICE),
            optional=True,
        ),
    ]
    compute_scope: Annotated[str, Column("What the compute counts.", allowed=COMPUTE_SCOPES, optional=True)]
    training_flop: Annotated[float | None, Column("Training compute.", "FLOP")]
    hardware: Annotated[str, Column("The chip: a slug of hardware.csv.", optional=True)]
    chips: Annotated[float | None, Column("Number of chips.", "chip")]
    duration_hours: Annotated[float | None, Column("Duration of the training.", "h")]
    chip_hours: Annotated[float | None, Column("Chips x duration.", "h")]
    forward_ops: Annotated[float | None, Column("Operations of a forward pass over one example.", "operation")]
    forward_ops_unit: Annotated[
        str, Column("What forward_ops counts; blank: not known.", allowed=("flop", "multiply_add"), optional=True)
    ]
    examples: Annotated[float | None, Column("Training examples.", "example")]
    epochs: Annotated[float | None, Column("Passes over the examples.", "epoch")]
    parameters: Annotated[float | None, Column("Parameters of a dense transformer.", "parameter")]
    tokens: Annotated[float | None, Column("Tokens that it was trained on.", "token")]
    note: Annotated[str, Column("What a reader must know of the row.", optional=True)]


OWN = ReferenceTable(
    "own observations", OwnLine, ("paper_id", "benchmark", "model"), "Observations of one's own.", may_lack_columns=True
)

WAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("reported", ("training_flop",)),
    ("operation_count", ("forward_ops", "examples", "epochs")),
    ("operation_count", ("parameters", "tokens")),
    ("hardware_time", ("hardware", "chip_hours")),
    ("hardware_time", ("hardware", "chips", "duration_hours")),
)
"""What tells the training compute of a row, by which method: the first that a row has counts."""

_AMOUNTS = tuple(dict.fromkeys(name for _, names in WAYS for name in names if name != "hardware"))
_OF_LANGUAGE_MODELS = ("fine_tuned", "reasoning", "base_model", "shots", "prompting", "formulation")
_OF_OTHER_MODELS = ("extra_data", "extra_examples", "test_protocol")
_AS_GIVEN = {"model", "benchmark", "value", "year", "compute_scope", "hardware", "forward_ops_unit", "distilled"}
_AS_GIVEN |= {*_OF_LANGUAGE_MODELS, *_OF_OTHER_MODELS}
_AS_GIVEN |= {*_AMOUNTS} - {"training_flop"}  # which is somebody else's figure in a source's row
_EXAMPLE = {
    "model": "MyNet-L",
    "benchmark": "imagenet-1k",
    "value": "85.2",
    "year": "2026",
    "extra_data": "none",
    "compute_scope": "whole",
    "hardware": "nvidia-a100",
    "chips": "64",
    "duration_hours": "120",
}


@dataclass(frozen=True)
class OwnObservations:
    """The observations of a file: its name, the hash of its bytes, and its rows with the lines that they end on."""

    file: str
    sha256: str
    numbered: tuple[tuple[int, HandReadObservation], ...] = ()

    @property
    def candidates(self) -> list[Candidate[HandReadObservation]]:
        """The rows on their way into the warehouse."""
        return [Candidate(row) for _, row in self.numbered]

    def is_about(self, series: Collection[str]) -> bool:
        """Whether one row at least is of a benchmark that is fitted in one of these series."""
        rows = (row for _, row in self.numbered)
        return any(not set(series).isdisjoint(with_apart(_fitted()[row.benchmark].series)) for row in rows)

    def refusal(self, line: int, reason: str) -> MalformedTable:
        """The error of a row that cannot be taken."""
        return MalformedTable(f"{self.file}, line {line}: {reason}")


def read_own(path: Path) -> OwnObservations:
    """The observations of a file.

    Raises:
        OSError: the file cannot be read.
        MalformedTable: a column is missing or unknown, a cell is not what it has to be, a row does not tell its
            compute, two rows are the same, or there is none.
    """
    lines = OWN.numbered(path)
    if not lines:
        raise MalformedTable(f"{path.name} has no row; `python -m flows template` prints a file to begin with")
    content = path.read_bytes()
    printed = _printed_rows(content.decode("utf-8-sig"), [line for line, _ in lines])
    rows = tuple((n, _observation(path.name, n, own, text)) for (n, own), text in zip(lines, printed, strict=True))
    return OwnObservations(path.name, hashlib.sha256(content).hexdigest(), rows)


def template() -> str:
    """A CSV to fill in: the header and one row."""
    out = io.StringIO()
    names = [c.name for c in OWN.columns]
    csv.writer(out, lineterminator="\n").writerows([names, [_EXAMPLE.get(n, "") for n in names]])
    return out.getvalue()


def _printed_rows(text: str, ends: list[int]) -> Iterator[str]:
    """The rows as they stand in the file, by the lines that they end on: a quoted cell may hold a line break."""
    lines = text.splitlines()
    begins = [1, *ends]
    yield from (" ".join(lines[begin:end]).strip() for begin, end in zip(begins, ends, strict=False))


def _observation(file: str, line: int, own: OwnLine, quote: str) -> HandReadObservation:
    place = f"{file}, line {line}"
    for column, fault in _faults(own):
        raise MalformedTable(f"{place}, column {column}: {fault}")
    stated: dict[str, Any] = {name: None if value == "" else value for name, value in vars(own).items()}
    stated["extra_data"] = own.extra_data or UNKNOWN
    stated["shots"] = None if own.shots is None else str(own.shots)
    method = next((m for m, names in WAYS if all(stated[n] is not None for n in names)), None)
    if method is None:
        ways = "; or ".join(", ".join(names) for _, names in WAYS)
        raise MalformedTable(f"{place}: nothing tells the training compute: fill in {ways}")
    known = arxiv_identity(own.paper_id)
    paper = known[0] if known else own.paper_id or f"{SOURCE_ID}:{file}"
    return HandReadObservation(
        **{name: stated[name] for name in sorted(_AS_GIVEN)},
        result_id=content_id(SOURCE_ID, paper, own.benchmark, own.model),
        metric=_fitted()[own.benchmark].metric,
        paper_id=paper,
        location=place,
        quote=quote,
        is_own=True,
        is_ensemble=bool(own.is_ensemble),
        method=method,
        stated_training_flop=own.training_flop,
        compute_quote=quote,
        compute_source=place,
        compute_note=own.note or None,
        source_id=SOURCE_ID,
    )


def _faults(own: OwnLine) -> Iterator[tuple[str, str]]:
    benchmark = _fitted().get(own.benchmark)
    if not benchmark:
        yield "benchmark", f"{own.benchmark!r} is unknown; {did_you_mean(own.benchmark, _fitted())}"
    else:
        lowest = max(float(benchmark.lower), LEAST_SCORE)
        if not lowest <= own.value <= benchmark.upper:
            plausible = f"{lowest:g} to {benchmark.upper:g} {benchmark.unit}"
            yield "value", f"{own.value:g} is no plausible score of {own.benchmark} ({plausible})"
        for name in _conditions_not_of(benchmark):
            if getattr(own, name) not in (None, "", NO_EXTRA_DATA):
                yield name, f"{benchmark.title} has no such condition: leave it blank"
    slugs = [chip.slug for chip in load_hardware()]
    if own.hardware and own.hardware not in slugs:
        yield "hardware", f"{own.hardware!r} is no slug of hardware.csv; {did_you_mean(own.hardware, slugs)}"
    if not model_key(own.model):
        yield "model", f"{own.model!r} names no model"
    for name in _AMOUNTS:
        amount = getattr(own, name)
        if amount is not None and amount <= 0:
            yield name, f"{amount:g} is not above zero"


def _conditions_not_of(benchmark: Benchmark) -> Iterator[str]:
    """The conditions that scores of a benchmark do not have."""
    if benchmark.domain != LANGUAGE_MODELS:
        yield from _OF_LANGUAGE_MODELS
        return
    yield from _OF_OTHER_MODELS
    if "fine_tuned" not in benchmark.apart:
        yield "fine_tuned"
    if not benchmark.chance_level:
        yield "formulation"


def _fitted() -> dict[str, Benchmark]:
    """The benchmarks that fits use, each by its one metric."""
    return {b.slug: b for b in load_benchmarks() if b.is_fit_metric}
