"""Rows of what the sources say, of the documents that they offer, and of how queries of them went."""

from dataclasses import dataclass
from datetime import datetime

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from schemas.codes.sources import DeferralReason, DocumentReason, WantedReason
from schemas.rows import coded_field


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceModel:
    """One model's training compute as a structured source has it."""

    model_row_id: str
    source_id: str
    source_table: str
    model: str
    model_key: str
    organisation: str | None = None
    domain: str | None = None
    published: str | None = None
    year: int | None = None
    paper_id: str | None = None
    paper_title: str | None = None
    link: str | None = None
    parameters: float | None = None
    dataset_size: float | None = None
    tokens: float | None = None
    epochs: float | None = None
    training_flop: float | None = None
    training_flop_lower: float | None = None
    training_flop_upper: float | None = None
    forward_ops: float | None = None
    forward_ops_unit: str | None = None
    network_operations_flop: float | None = None
    hardware_burden_flop: float | None = None
    hardware_text: str | None = None
    hardware: str | None = None
    chips: float | None = None
    duration_hours: float | None = None
    utilisation: float | None = None
    numerical_format: str | None = None
    base_model: str | None = None
    finetune_flop: float | None = None
    training_cost_usd: float | None = None
    compute_confidence: str | None = None
    compute_note: str | None = None
    modified_at: str | None = None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceScore:
    """One accuracy of one model as a structured source has it, on a benchmark of ours."""

    result_id: str
    source_id: str
    source_table: str
    model: str
    model_key: str
    model_version: str | None = None
    benchmark: str
    metric: str
    value: float
    raw_value: str
    source_metric: str | None = None
    published: str | None = None
    year: int | None = None
    paper_id: str | None = None
    paper_title: str | None = None
    link: str | None = None
    is_own: bool
    is_ensemble: bool | None = None
    test_protocol: str | None = None
    extra_data: str | None = None
    distillation_confidence: str | None = None
    note: str | None = None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandReadObservation:
    """One observation that a source gives whole: an accuracy, and the inputs of its compute estimate."""

    result_id: str
    model: str
    benchmark: str
    metric: str
    value: float
    year: int | None = None
    paper_id: str
    page: int | None = None
    location: str | None = None
    quote: str
    is_own: bool
    is_ensemble: bool
    extra_data: str | None = None
    extra_examples: float | None = None
    test_protocol: str | None = None
    distilled: str | None = None
    fine_tuned: str | None = None
    reasoning: str | None = None
    base_model: str | None = None
    shots: str | None = None
    prompting: str | None = None
    formulation: str | None = None
    method: str
    compute_scope: str | None = None
    compute_bound: str | None = None
    teacher: str | None = None
    training_flop: float | None = None
    stated_training_flop: float | None = None
    hardware_burden_flop: float | None = None
    hardware: str | None = None
    chips: float | None = None
    duration_hours: float | None = None
    chip_hours: float | None = None
    forward_ops: float | None = None
    forward_ops_unit: str | None = None
    examples: float | None = None
    epochs: float | None = None
    parameters: float | None = None
    tokens: float | None = None
    compute_paper_id: str | None = None
    compute_page: int | None = None
    compute_quote: str
    compute_source: str
    compute_confidence: str | None = None
    compute_note: str | None = None
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRun:
    """One training run as the study booked it, for comparisons with it."""

    model: str
    model_key: str
    year: int
    hardware: str
    chips: float
    duration_hours: float
    source: str
    note: str | None = None
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChip:
    """One accelerator as a structured source has it."""

    chip_row_id: str
    source_id: str
    name: str
    hardware: str | None = None
    maker: str | None = None
    kind: str | None = None
    release_date: str | None = None
    fp32_flop_per_s: float | None = None
    tf32_flop_per_s: float | None = None
    fp16_flop_per_s: float | None = None
    fp8_flop_per_s: float | None = None
    memory_bytes: float | None = None
    tdp_w: float | None = None
    release_price_usd: float | None = None
    link: str | None = None
    note: str | None = None
    modified_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipPrice:
    """One price of an accelerator, to buy or to rent, as a structured source has it."""

    price_row_id: str
    source_id: str
    name: str
    hardware: str | None = None
    vendor: str | None = None
    price_date: str | None = None
    usd_per_chip_hour: float | None = None
    usd_per_chip_hour_1_year: float | None = None
    usd_per_chip_hour_3_years: float | None = None
    purchase_usd: float | None = None
    chips: float | None = None
    link: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GridIntensity:
    """Carbon intensity of one region's electricity in one year, as a structured source has it."""

    region: str
    region_code: str | None = None
    grid_year: int
    co2e_g_per_kwh: float
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """One accelerator that papers name, with its peak rates per chip."""

    slug: str
    name: str
    aliases: str | None = None
    maker: str | None = None
    kind: str
    release_date: str | None = None
    fp32_flop_per_s: float | None = None
    tf32_flop_per_s: float | None = None
    fp16_flop_per_s: float | None = None
    bf16_flop_per_s: float | None = None
    fp8_flop_per_s: float | None = None
    tdp_w: float | None = None
    chips_per_board: int
    release_price_usd: float | None = None
    epoch_name: str | None = None
    source: str
    note: str | None = None
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPaper:
    """One paper that discover knows of and wants, read or not."""

    paper_id: str
    arxiv_id: str | None = None
    title: str | None = None
    authors: str | None = None
    categories: str | None = None
    licence: str | None = None
    year: int | None = None
    submitted_at: str | None = None
    updated_at: str | None = None
    is_withdrawn: bool
    wanted_for: tuple[Coded[WantedReason], ...] = coded_field(WantedReason, "wanted_codes", "wanted_because")
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRunRow:
    """One source as one run queried it: what came, what was new, what was deferred and why."""

    load_id: str
    source_id: str
    asked_at: datetime
    source_outcome: str
    requests: int
    bytes_received: int
    rows_given: int
    rows_new: int
    rows_changed: int
    rows_gone: int
    documents_new: int
    documents_refused: int
    documents_waiting: int | None = None
    deferred: tuple[Coded[DeferralReason], ...] = coded_field(DeferralReason, "reason_codes", "reason", separator="\n")
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """One value that a structured source changed between two runs."""

    load_id: str
    source_id: str
    table_name: str
    row_id: str
    change: str
    column_changed: str
    value_before: str | None = None
    value_now: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One document that was offered to the pipeline, and what became of it."""

    document_sha256: str
    paper_id: str
    arxiv_id: str | None = None
    origin: str
    source_id: str
    licence: str | None = None
    fetched_at: datetime
    media_type: str
    http_status: int | None = None
    size_bytes: int
    document_status: str
    reasons: tuple[Coded[DocumentReason], ...] = coded_field(DocumentReason, "reason_code", "reason")
    pages: int | None = None
    pages_read: int | None = None
    notes: tuple[Coded[ParseNote], ...] = coded_field(ParseNote, "parse_codes", "parse_notes", "parse_parameters")
    parser_version: str
    extractor_version: str
    corrections_version: str | None = None
    load_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One paper."""

    paper_id: str
    arxiv_id: str | None = None
    title: str | None = None
    year: int | None = None
    licence: str | None = None
    source_id: str


ROWS = {
    "raw_models": SourceModel,
    "raw_scores": SourceScore,
    "raw_observations": HandReadObservation,
    "raw_study_runs": StudyRun,
    "raw_chips": SourceChip,
    "raw_chip_prices": ChipPrice,
    "raw_grid_intensity": GridIntensity,
    "core_hardware": Accelerator,
    "raw_papers": WantedPaper,
    "raw_source_runs": SourceRunRow,
    "raw_source_changes": SourceChange,
    "raw_documents": DocumentRow,
    "core_papers": PaperRow,
}
"""By table, the type of its rows."""

SourceRow = (
    SourceModel
    | SourceScore
    | HandReadObservation
    | StudyRun
    | SourceChip
    | ChipPrice
    | GridIntensity
    | Accelerator
    | WantedPaper
)
"""A row that a source gives."""
