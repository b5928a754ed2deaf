"""Rows of core_compute_estimates from estimates by a method, and the ids of these rows."""

from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.compute import ComputeBasis, ComputeDoubt
from schemas.rows import Record, record
from schemas.rows.compute import ComputeEstimate
from tasks.compute.calibration import kind_of
from tasks.compute.methods import MethodEstimate
from tasks.provenance.claims import content_id
from tasks.reference.range_calibration import range_factors
from tasks.wording import words


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedModel:
    """Whose compute is estimated, and on which rows or disclosures the estimate rests (columns of the registry)."""

    paper_id: str
    model: str
    model_key: str
    training_set: str | None = None
    evidence_ids: str
    quote: str | None
    compute_source: str
    source_id: str


@dataclass(frozen=True, slots=True)
class RefusedEstimate:
    """An estimate that is quarantined, and why; `estimate_id` is None where nothing was estimated."""

    model: EstimatedModel
    doubt: Coded[ComputeDoubt]
    estimate_id: str | None = None


def estimate_row(model: EstimatedModel, estimate: MethodEstimate, is_preferred: bool) -> ComputeEstimate:
    """The row of one estimate of a model, its range widened so that it holds what it claims."""
    factor = range_factors().get((estimate.method, kind_of(model.source_id, estimate.flags)), 1.0)
    return ComputeEstimate(
        estimate_id=estimate_id(model, estimate),
        paper_id=model.paper_id,
        model=model.model,
        model_key=model.model_key,
        training_set=model.training_set,
        method=estimate.method,
        compute_scope=estimate.scope or None,
        training_flop=estimate.training_flop,
        training_flop_lower=estimate.training_flop_lower / factor,
        training_flop_upper=estimate.training_flop_upper * factor,
        range_factor=factor,
        hardware_burden_flop=estimate.hardware_burden_flop,
        hardware=estimate.hardware or None,
        chips=estimate.chips,
        duration_hours=estimate.duration_hours,
        basis="; ".join(map(words, estimate.basis)),
        evidence_ids=model.evidence_ids,
        quote=model.quote,
        compute_source=model.compute_source,
        is_preferred=is_preferred,
        flags=estimate.flags,
        source_id=model.source_id,
    )


def estimate_record(row: ComputeEstimate | RefusedEstimate) -> Record:
    """The flat row for loading; that of a refused estimate holds what is known and its doubt in words."""
    if isinstance(row, ComputeEstimate):
        return record(row, words)
    known = record(row.model, words) | ({"estimate_id": row.estimate_id} if row.estimate_id else {})
    return known | {"doubt": words(row.doubt), "doubt_code": row.doubt.code}


_TYPED = "network operations {flop:.4g} FLOP (forward pass x 3 x examples x epochs, as the source typed them)"
_ID_FORMS = {
    ComputeBasis.STATED: "stated: {flop:.4g} FLOP",
    ComputeBasis.CHIP_HOURS: "{chip_hours:.6g} chip-hours x {peak:.4g} FLOP/s ({chip}) x utilisation {utilisation:g}",
    ComputeBasis.CHIPS_AND_TIME: "{chips:g} chips x {hours:.6g} h x {peak:.4g} FLOP/s ({chip}) x utilisation"
    " {utilisation:g}",
    ComputeBasis.MULTIPLY_ADDS: "{operations:.4g} multiply-adds x 2 x 3 x {seen}",
    ComputeBasis.FLOP: "{operations:.4g} FLOP x 3 x {seen}",
    ComputeBasis.UNIT_OPEN: "{operations:.4g} operations x 2 (FLOP or multiply-adds not said) x 3 x {seen}",
    ComputeBasis.PARAMETERS_AND_TOKENS: "6 x {parameters:.4g} parameters x {tokens:.4g} tokens",
    ComputeBasis.CONFIDENCE_WORD: "third party: {flop:.4g} FLOP, {word} (a factor of {factor:g} either way)",
    ComputeBasis.OWN_BOUNDS: "third party: {flop:.4g} FLOP, its own bounds {lower:.4g} to {upper:.4g}",
    ComputeBasis.OTHER_TABLE: "{table} has {flop:.4g} FLOP",
    ComputeBasis.TYPED_OPERATIONS: _TYPED,
    ComputeBasis.TYPED_MULTIPLY_ADDS: f"{_TYPED} x 2: its FLOP of a pass are the multiply-adds of the network that its"
    " name tells",
    ComputeBasis.TYPED_UNIT_OPEN: f"{_TYPED} x 2 (FLOP or multiply-adds not sure)",
    ComputeBasis.HARDWARE_BURDEN: "hardware burden {flop:.4g} FLOP x utilisation {utilisation:g}",
    ComputeBasis.SOURCE_NOTE: "note: {note}",
}
"""How a basis goes into an id. Users keep these ids, so that no form is ever changed: what is reworded for readers is
`tasks.wording.compute`."""


def estimate_id(model: EstimatedModel, estimate: MethodEstimate) -> str:
    """Id of an estimate: whose it is, the evidence, the method, and the figures that went into it."""
    basis = "; ".join(_ID_FORMS[b.code].format_map(dict(b.parameters)) for b in estimate.basis)
    parts = (model.paper_id, model.model_key, model.training_set, model.evidence_ids)
    return content_id(*parts, estimate.method, basis)
