"""Training compute as others have it: Epoch AI's FLOP, the study's network operations and hardware burden.

Rows of `raw_models` in, rows of `core_compute_estimates` out. Whose figure it is and in which table it stands is in
`compute_source`, what it was made from with the source's own note in `basis`, and what a careful reader should know in
`flags`.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from schemas.codes import Coded, has
from schemas.codes.compute import ComputeBasis, ComputeDoubt, ComputeFlag
from schemas.rows.compute import ComputeEstimate
from schemas.rows.sources import SourceModel
from tasks.compute.left_out import few_epochs
from tasks.compute.methods import (
    CONFIDENCE_FACTORS,
    FLOP_MAXIMUM,
    FLOP_MINIMUM,
    FLOP_PER_MULTIPLY_ADD,
    ComputeAssumptions,
    MagnitudeError,
    MethodEstimate,
    check_magnitude,
    cross_check,
    from_burden,
    from_third_party,
)
from tasks.compute.rows import EstimatedModel, RefusedEstimate, estimate_row
from tasks.names.distillation import says_distilled
from tasks.names.keys import model_key
from tasks.names.same_model import join_key, split_name
from tasks.provenance.claims import content_id
from tasks.reference.datasets import load_datasets, mentions
from tasks.reference.networks import load_networks, unit_by_anchors
from tasks.wording.compute import table_row

TABLE_ORDER = ("notable_ai_models", "all_ai_models")
"""Epoch's tables of models, the one that is curated (and newer in the copies that are known) first."""

DIFFERENT = 2.0
"""Two tables of a source whose figures differ by more than this factor disagree; by less, a note was revised."""

_WORST = max(CONFIDENCE_FACTORS, key=lambda word: CONFIDENCE_FACTORS[word])
_WRONG = "wrong"  # Epoch's word for a figure that it no longer holds to be right
_NOTE_LENGTH = 300  # characters of a note that stand in `basis`; the whole note stays in raw_models

_NAMED = 6  # letters; the keys of shorter networks ("vgg16") stand in other names, too
# Nobody trains hundreds of networks but to choose among them ("50,000 images x 10 GFLOP x 12800 networks").
_SEARCH_NOTE = re.compile(
    r"\barchitecture search\b|\bsearch cost\b|\bsearched\b|\b\d{3,} (?:child )?(?:models|networks)\b", re.I
)
_FOUND_BY_SEARCH = re.compile(
    r"[Aa]rchitecture [Ss]earch|\bSearching\b|\bSearch Space|\bEvolution\w* .*\bArchitecture"
    r"|NAS(?![a-z])|[a-z]nas(?:net|Net|FPN)|DARTS|Proxyless"
)
_PASSES = re.compile(r"\b(?:epochs?|steps|iterations|images|tokens|examples)\b", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:<\s?|\b(?:less than|at most|under)\s+)[\d.]+k?[\"”]?\s+(?:[\w-]+\s+){0,2}?"
    r"(?:pfs-days|(?:core|chip|GPU)-?\s?days)\b",
    re.IGNORECASE,
)
"""A note on compute that was stated as a bound alone ('trained on "<0.5k" TPUv3 core-days')."""


def estimate_models(
    rows: Iterable[SourceModel], assumptions: ComputeAssumptions
) -> list[ComputeEstimate | RefusedEstimate]:
    """Every method that each row of raw_models allows, the narrowest range preferred.

    Args:
        rows: Rows of raw_models, of any number of sources.
        assumptions: Utilisation and ranges.

    Returns:
        `evidence_ids` holds the ids of the rows of raw_models behind an estimate, that of the table which stands first
        in front. A figure that no training run can have, or that its source no longer holds, is refused. Rows without
        any compute give nothing.
    """
    rows = sorted(rows, key=lambda r: r.model_row_id)
    base_flop = {(r.source_id, r.model_key): r.training_flop for r in rows if r.training_flop}
    return [estimate for listed in _one_a_model(rows) for estimate in _estimates(listed, base_flop, assumptions)]


@dataclass(frozen=True, slots=True)
class _Listed:
    """One model as one source lists it: the row that stands, and the same model's row in the source's other table.

    `is_dropped` where the table that stands first has the model without a figure.
    """

    row: SourceModel
    other: SourceModel | None = None
    is_dropped: bool = False


def _one_a_model(rows: list[SourceModel]) -> list[_Listed]:
    """Rows of tables that hold the same models taken together, by name or else by address and figure."""
    alone = [_Listed(r) for r in rows if r.source_table not in TABLE_ORDER]
    first = [r for r in rows if r.source_table == TABLE_ORDER[0]]
    second = [r for r in rows if r.source_table in TABLE_ORDER[1:]]
    others: dict[str, SourceModel] = {}
    unmatched: list[_Listed] = []
    by_name = {(r.source_id, r.model_key): r for r in first}
    by_figure = {(r.source_id, r.link, r.training_flop): r for r in first if r.link and r.training_flop}
    for row in second:
        same = by_name.get((row.source_id, row.model_key))
        if same is None and row.link and row.training_flop:
            same = by_figure.get((row.source_id, row.link, row.training_flop))
        if same is None or not _years_meet(row, same):
            unmatched.append(_Listed(row))
        elif same.training_flop is None:
            unmatched.append(_Listed(row, is_dropped=True))
        elif row.training_flop:
            others.setdefault(same.model_row_id, row)
    return [*alone, *(_Listed(r, others.get(r.model_row_id)) for r in first), *unmatched]


def _years_meet(a: SourceModel, b: SourceModel) -> bool:
    return not a.year or not b.year or abs(a.year - b.year) <= 1


def _estimates(
    listed: _Listed, base_flop: Mapping[tuple[str, str], float], assumptions: ComputeAssumptions
) -> list[ComputeEstimate | RefusedEstimate]:
    row, model = listed.row, _model(listed)
    try:
        estimates = cross_check(_by_method(listed, assumptions))
    except MagnitudeError as error:
        limits = {"flop": error.flop, "least": FLOP_MINIMUM, "most": FLOP_MAXIMUM}
        return [_refused(model, Coded.of(ComputeDoubt.NO_TRAINING_RUN, source=model.compute_source, **limits))]
    if estimates and (row.compute_confidence or "").lower() == _WRONG:
        return [_refused(model, Coded.of(ComputeDoubt.CALLED_WRONG, source=model.compute_source))]
    flags = tuple(_flags(listed, base_flop))
    scope = _scope(flags)
    note = _note(row)
    searched = (Coded.of(ComputeFlag.SEARCH_INCLUDED),)
    return [
        estimate_row(
            model,
            replace(
                e,
                basis=e.basis + note,
                scope=scope,
                flags=e.flags + flags + (searched if _is_search(row, e.method) else ()),
            ),
            is_preferred=place == 0,
        )
        for place, e in enumerate(estimates)
    ]


def _model(listed: _Listed) -> EstimatedModel:
    row = listed.row
    key, training_set = split_name(row.model)
    return EstimatedModel(
        paper_id=row.paper_id or f"model:{key}",
        model=row.model,
        model_key=key,
        training_set=training_set,
        evidence_ids=" ".join(r.model_row_id for r in (row, listed.other) if r),
        quote=row.quote,
        compute_source=table_row(row.source_id, row.source_table, row.model),
        source_id=row.source_id,
    )


def _refused(model: EstimatedModel, doubt: Coded[ComputeDoubt]) -> RefusedEstimate:
    """A refused estimate; its id is that of the rows which it would rest on."""
    return RefusedEstimate(model, doubt, content_id(model.evidence_ids))


def _by_method(listed: _Listed, a: ComputeAssumptions) -> Iterator[MethodEstimate]:
    row = listed.row
    if row.training_flop:
        yield _stated(row, row.training_flop, listed.other)
    if row.network_operations_flop:
        yield _counted(row, row.network_operations_flop, a)
    if row.hardware_burden_flop:
        yield _timed(row, row.hardware_burden_flop, a)


def _stated(row: SourceModel, flop: float, other: SourceModel | None) -> MethodEstimate:
    """The source's FLOP with its own bounds, else the range of its confidence word."""
    word = (row.compute_confidence or "").strip()
    is_known = word.lower() in CONFIDENCE_FACTORS
    estimate = from_third_party(flop, word if is_known else _WORST)
    if not is_known:
        estimate = replace(estimate, flags=(Coded.of(ComputeFlag.NO_CONFIDENCE),))
    lower, upper = row.training_flop_lower, row.training_flop_upper
    if lower and upper and lower <= flop <= upper and lower < upper:
        basis = Coded.of(ComputeBasis.OWN_BOUNDS, flop=flop, lower=lower, upper=upper)
        estimate = replace(estimate, training_flop_lower=lower, training_flop_upper=upper, basis=(basis,), flags=())
    return _spanning(estimate, other.source_table, other.training_flop or 0.0) if other else estimate


def _spanning(estimate: MethodEstimate, table: str, flop: float) -> MethodEstimate:
    """With what the source's other table has of the same model: where they differ, the range spans both."""
    check_magnitude(flop)
    ratio = max(flop, estimate.training_flop) / min(flop, estimate.training_flop)
    if ratio <= DIFFERENT:
        return estimate
    return replace(
        estimate,
        training_flop_lower=min(estimate.training_flop_lower, flop),
        training_flop_upper=max(estimate.training_flop_upper, flop),
        basis=(*estimate.basis, Coded.of(ComputeBasis.OTHER_TABLE, table=table, flop=flop)),
        flags=(*estimate.flags, Coded.of(ComputeFlag.TABLES_DIFFER, ratio=ratio, table=table, flop=flop)),
    )


def _counted(row: SourceModel, flop: float, a: ComputeAssumptions) -> MethodEstimate:
    """The source's count of operations, in FLOP.

    Where it typed a pass in "FLOP" it typed what the paper prints, and papers print multiply-adds under that word as
    often (Swin-L's 104 "GFLOPs"). A known network in the name decides; else the central value takes multiply-adds, as
    everywhere (`tasks.compute.methods`), and the range holds both.
    """
    check_magnitude(flop)
    spread, doubled = a.operation_range, flop * FLOP_PER_MULTIPLY_ADD
    unit = _unit_of_pass(row)
    if not unit and doubled > (row.hardware_burden_flop or math.inf):
        unit = "flop"  # twice as many would be more than its own hardware could do in its time
    if unit == "flop":
        basis = Coded.of(ComputeBasis.TYPED_OPERATIONS, flop=flop)
        return MethodEstimate("operation_count", flop, flop / spread, flop * spread, (basis,))
    if unit == "multiply_add":
        basis = Coded.of(ComputeBasis.TYPED_MULTIPLY_ADDS, flop=flop)
        return MethodEstimate("operation_count", doubled, doubled / spread, doubled * spread, (basis,))
    basis, flag = Coded.of(ComputeBasis.TYPED_UNIT_OPEN, flop=flop), Coded.of(ComputeFlag.UNIT_UNDECIDED)
    return MethodEstimate("operation_count", doubled, flop / spread, doubled * spread, (basis,), flags=(flag,))


def _unit_of_pass(row: SourceModel) -> str:
    """What the count goes by: 'flop' but where a pass was typed in "FLOP", which a known network in the name decides
    ("ECA-Net (ResNet-152)"), or nothing ('')."""
    operations = row.forward_ops
    if row.forward_ops_unit != "flop" or operations is None:
        return "flop"
    key = join_key(row.model)
    return unit_by_anchors((slug, operations) for slug in load_networks() if len(slug) >= _NAMED and slug in key)


def _timed(row: SourceModel, burden: float, a: ComputeAssumptions) -> MethodEstimate:
    """Hardware burden (chips x peak x time at full utilisation, the source's own rate) x utilisation."""
    return replace(
        from_burden(burden, a), hardware=row.hardware or "", chips=row.chips, duration_hours=row.duration_hours
    )


def _note(row: SourceModel) -> tuple[Coded[ComputeBasis], ...]:
    note = " ".join((row.compute_note or "").split())
    if len(note) > _NOTE_LENGTH:
        note = f"{note[:_NOTE_LENGTH].rsplit(' ', 1)[0]} …"
    return (Coded.of(ComputeBasis.SOURCE_NOTE, note=note),) if note else ()


def _flags(listed: _Listed, base_flop: Mapping[tuple[str, str], float]) -> Iterator[Coded[ComputeFlag]]:
    """What the source says of other training behind the model, that of a base model or of a teacher, and whether it
    still holds the figure."""
    row, note = listed.row, listed.row.compute_note or ""
    if row.base_model:
        yield Coded.of(ComputeFlag.TRAINED_FURTHER, base_model=row.base_model)
        yield Coded.of(_base_counted(row, row.base_model, base_flop))
    if says_distilled(row.model) or says_distilled(note):
        yield Coded.of(ComputeFlag.DISTILLED)
    if _BOUND.search(note):
        yield Coded.of(ComputeFlag.BOUND_ONLY, side="upper")
    if listed.is_dropped:
        yield Coded.of(ComputeFlag.DROPPED)
    few = _few_epochs(row)
    if few:
        yield few
        yield Coded.of(ComputeFlag.BASE_LEFT_OUT)


def _few_epochs(row: SourceModel) -> Coded[ComputeFlag] | None:
    """Epochs on the data set that the row's note names, where nobody trains a network anew with so few."""
    named = mentions(row.compute_note or "", load_datasets())
    if row.epochs is None or row.year is None or len({slug for slug, _, _ in named}) != 1:
        return None
    return few_epochs(row.epochs, named[0][0], row.year)


def _scope(flags: Iterable[Coded[ComputeFlag]]) -> str:
    """What a source's figure counts: all training, but where the row is of further training."""
    if has(tuple(flags), ComputeFlag.BASE_LEFT_OUT):
        return "finetuning"
    if has(tuple(flags), ComputeFlag.DISTILLED):
        return "student"
    return "" if has(tuple(flags), ComputeFlag.BASE_UNKNOWN) else "whole"


def _base_counted(row: SourceModel, base_model: str, base_flop: Mapping[tuple[str, str], float]) -> ComputeFlag:
    """Whether the row's FLOP hold the base model's: by the base's own row, else by those of the further training."""
    flop, further = row.training_flop, row.finetune_flop
    bases = [base_flop.get((row.source_id, model_key(name))) for name in base_model.split(",")]
    known = [b for b in bases if b]
    if flop and known:
        return ComputeFlag.BASE_INCLUDED if flop * DIFFERENT >= max(known) else ComputeFlag.BASE_LEFT_OUT
    if flop and further and flop > further * DIFFERENT:
        return ComputeFlag.BASE_INCLUDED
    return ComputeFlag.BASE_UNKNOWN


def _is_search(row: SourceModel, method: str) -> bool:
    """Whether a figure is the cost of finding an architecture.

    Its note says so; or the network was searched for, as its name or its paper's title says, and nothing is said of
    passes over the data: papers on search state the search's time.
    """
    note = row.compute_note or ""
    if method == "operation_count":
        return False
    if _SEARCH_NOTE.search(note):
        return True
    names = f"{row.model} | {row.paper_title or ''}"
    passes_stated = method == "third_party" and _PASSES.search(note)
    return bool(_FOUND_BY_SEARCH.search(names) and not passes_stated)
