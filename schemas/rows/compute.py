"""Rows of training compute."""

from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.compute import ComputeFlag
from schemas.rows import coded_field

PAPER = "paper"
"""`compute_source` of a figure that the paper itself gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeEstimate:
    """Training compute of one model of one paper, by one method."""

    estimate_id: str
    paper_id: str
    model: str
    model_key: str
    training_set: str | None = None
    method: str
    compute_scope: str | None = None
    training_flop: float
    training_flop_lower: float
    training_flop_upper: float
    range_factor: float | None = None
    hardware_burden_flop: float | None = None
    hardware: str | None = None
    chips: float | None = None
    duration_hours: float | None = None
    basis: str
    evidence_ids: str | None = None
    quote: str | None = None
    compute_source: str
    is_preferred: bool
    flags: tuple[Coded[ComputeFlag], ...] = coded_field(ComputeFlag, "flag_codes", "flags", "flag_parameters")
    source_id: str

    @property
    def own_range(self) -> tuple[float, float]:
        """Lower and upper end as the method alone gives them, before the range was widened."""
        factor = self.range_factor or 1.0
        return self.training_flop_lower * factor, self.training_flop_upper / factor

    @property
    def is_of_paper(self) -> bool:
        """Whether the paper itself gives the figure, and not somebody else's table."""
        return self.compute_source == PAPER


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEstimate(ComputeEstimate):
    """A compute estimate with what the row of raw_models says that it rests on; all None for one of a document.

    `other_model` is the model's name in the source's other table, `is_hand_read` whether a person read it in its paper
    (`warehouse/lookups/estimates_to_join.sql`).
    """

    source_table: str | None = None
    year: int | None = None
    paper_title: str | None = None
    other_model: str | None = None
    compute_note: str | None = None
    is_hand_read: bool = False

    @property
    def is_machine_read(self) -> bool:
        """Whether a machine read it in a document."""
        return self.is_of_paper and not self.is_hand_read
