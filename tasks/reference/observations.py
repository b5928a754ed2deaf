"""Accuracy and compute read in papers by hand (`warehouse/reference/observations.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from schemas.vocabularies import BOUNDS, COMPUTE_SCOPES
from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class ObservationLine:
    """One model's accuracy with its training compute, each with page and quotation."""

    model: Annotated[str, Column("The model.")]
    benchmark: Annotated[str, Column("Benchmark (see benchmarks.csv).")]
    metric: Annotated[str, Column("Metric.")]
    value: Annotated[float, Column("Score; higher is better.", "%")]
    year: Annotated[int, Column("Year of the model.", "year")]
    paper_id: Annotated[str, Column("The paper.")]
    page: Annotated[int, Column("Page of the accuracy.", minimum=1)]
    location: Annotated[str, Column("Table or text.")]
    quote: Annotated[str, Column("Words of the paper.")]
    is_own: Annotated[bool, Column("Whether the paper reports its own model.")]
    is_ensemble: Annotated[bool, Column("Whether it is an ensemble.")]
    extra_data: Annotated[str, Column("Data beyond the benchmark's own.", optional=True)]
    compute_method: Annotated[str, Column("How the compute is known.")]
    compute_scope: Annotated[
        str, Column("What the compute counts; empty where not known.", allowed=COMPUTE_SCOPES, optional=True)
    ]
    compute_bound: Annotated[str, Column("Which bound, where it is one alone.", allowed=BOUNDS, optional=True)]
    teacher: Annotated[str, Column("Model it was distilled from, if not counted in.", optional=True)]
    training_flop: Annotated[float | None, Column("Training compute of others.", "FLOP")]
    stated_training_flop: Annotated[float | None, Column("Training compute as stated.", "FLOP")]
    hardware_burden_flop: Annotated[float | None, Column("Chips x peak x time as stated.", "FLOP")]
    hardware: Annotated[str, Column("The chip (see hardware.csv).", optional=True)]
    chips: Annotated[int | None, Column("Chips.", "chip")]
    duration_hours: Annotated[float | None, Column("Duration.", "h")]
    chip_hours: Annotated[float | None, Column("Chips x duration, where stated as such.", "h")]
    forward_ops: Annotated[float | None, Column("Operations of a forward pass.", "operation")]
    forward_ops_unit: Annotated[str, Column("What they count.", optional=True)]
    examples: Annotated[int | None, Column("Training examples.", "example")]
    epochs: Annotated[float | None, Column("Epochs.", "epoch")]
    parameters: Annotated[float | None, Column("Parameters.", "parameter")]
    tokens: Annotated[float | None, Column("Training tokens.", "token")]
    compute_paper_id: Annotated[str, Column("The paper of the compute.", optional=True)]
    compute_page: Annotated[int | None, Column("Page of the compute.")]
    compute_quote: Annotated[str, Column("Words on the compute.", optional=True)]
    compute_source: Annotated[str, Column("Where the compute comes from.")]
    compute_confidence: Annotated[str, Column("Confidence, as the source states it.", optional=True)]
    compute_note: Annotated[str, Column("What a reader must know.", optional=True)]


OBSERVATIONS = ReferenceTable(
    "observations.csv",
    ObservationLine,
    ("paper_id", "benchmark", "model"),
    "Accuracy and compute read in papers by hand.",
)


def load_observations() -> tuple[ObservationLine, ...]:
    """Rows of observations.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return OBSERVATIONS.rows()
