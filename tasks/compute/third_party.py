"""Training compute as others have it: Epoch AI's FLOP, the study's network operations and hardware burden.

Rows of `raw_models` in, rows of `core_compute_estimates` out. Whose figure it is and in which table it stands is in
`compute_source`, the reckoning with the source's own note in `basis`, and what a careful reader should know in `flags`.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tasks.compute import estimate_row
from tasks.compute.methods import (
    CONFIDENCE_FACTORS,
    FLOP_PER_MULTIPLY_ADD,
    MagnitudeError,
    ReckonAssumptions,
    Reckoning,
    check_magnitude,
    cross_check,
    from_third_party,
)
from tasks.load.validate import Row
from tasks.names.keys import model_key
from tasks.names.same_model import join_key, split_name
from tasks.provenance.claims import content_id
from tasks.reference.networks import load_networks, unit_by_anchors

TABLE_ORDER = ("notable_ai_models", "all_ai_models")
"""Epoch's tables of models, the one that is curated (and newer in the copies that are known) first."""

OWNERS = {
    "reference": "what was read by hand",
    "folder": "the paper as the extractors read it",
    "arxiv": "the paper as the extractors read it",
    "epoch": "Epoch AI",
    "epoch-benchmarks": "Epoch AI's Benchmarking Hub",
    "papers-with-code": "Papers with Code",
    "study-data": "Thompson et al., replication data of 2022",
}
"""How `compute_source` and reasons name a source; others are named by their id."""

SEARCH_INCLUDED = "search for the architecture is counted in: no cost of training"
BASE_INCLUDED = "the base model's pre-training is counted in"
BASE_LEFT_OUT = "the base model's pre-training is not counted in"
BASE_UNKNOWN = "trained further from a base model: not said whether its pre-training is counted in"
NO_CONFIDENCE = "no confidence is told: taken as speculative"
DISTILLED = "distilled: the teacher's training is not counted in"

DROPPED = "the source's curated table has the model, and no figure any more"

NOT_THE_MODELS_TRAINING = (SEARCH_INCLUDED, BASE_LEFT_OUT, DISTILLED, DROPPED)
"""Flags of figures that are not, or not surely, what it took to train the model: no fit uses them."""

UNIT_OPEN = "FLOP or multiply-adds undecided: the range holds both"

DIFFERENT = 2.0
"""Two tables of a source whose figures differ by more than this factor disagree; by less, a note was revised."""

_WORST = max(CONFIDENCE_FACTORS, key=lambda word: CONFIDENCE_FACTORS[word])
_WRONG = "wrong"  # Epoch's word for a figure that it no longer holds to be right
_NOTE_LENGTH = 300  # characters of a note that stand in `basis`; the whole note stays in raw_models

# Nobody trains hundreds of networks but to choose among them ("50,000 images x 10 GFLOP x 12800 networks").
_TYPED_FLOP = re.compile(
    r"\bforward pass (\d[\d.]*(?:[eE]\+?\d+)?) FLOP\b"
)  # the study's note, tasks/sources/study_data.py
_NAMED = 6  # letters; the keys of shorter networks ("vgg16") stand in other names, too
_SEARCH_NOTE = re.compile(
    r"\barchitecture search\b|\bsearch cost\b|\bsearched\b|\b\d{3,} (?:child )?(?:models|networks)\b", re.I
)
_FOUND_BY_SEARCH = re.compile(
    r"[Aa]rchitecture [Ss]earch|\bSearching\b|\bSearch Space|\bEvolution\w* .*\bArchitecture"
    r"|NAS(?![a-z])|[a-z]nas(?:net|Net|FPN)|DARTS|Proxyless"
)
_PASSES = re.compile(r"\b(?:epochs?|steps|iterations|images|tokens|examples)\b", re.IGNORECASE)
_DISTILLED = re.compile(r"\bdistil(?:l(?:ed|ation|ing)?)?|\bteacher\b", re.IGNORECASE)
_NOT_DISTILLED = re.compile(r"\b(?:no|not|without|isn't)\b[^.]{0,30}\bdistil", re.IGNORECASE)


def reckon_models(rows: Iterable[Row], assumptions: ReckonAssumptions) -> list[Row]:
    """Rows of core_compute_estimates: every method that each row of raw_models allows, the narrowest range preferred.

    Args:
        rows: Rows of raw_models, of any number of sources.
        assumptions: Utilisation and ranges.

    Returns:
        `evidence_ids` holds the ids of the rows of raw_models behind an estimate, that of the table which stands first
        in front. A figure that no training run can have, or that its source no longer holds, carries a `doubt`. Rows
        without any compute give nothing.
    """
    rows = sorted(rows, key=lambda r: r["model_row_id"])
    base_flop = {(r["source_id"], r["model_key"]): r["training_flop"] for r in rows if r["training_flop"]}
    found: list[Row] = []
    for told in _one_a_model(rows):
        found += _estimates(told, base_flop, assumptions)
    return found


@dataclass(frozen=True)
class _Told:
    """One model as one source tells it: the row that stands, and the same model's row in the source's other table.

    `is_dropped` where the table that stands first has the model without a figure.
    """

    row: Row
    other: Row | None = None
    is_dropped: bool = False


def _one_a_model(rows: list[Row]) -> list[_Told]:
    """Rows of tables that hold the same models taken together, by name or else by address and figure."""
    alone = [_Told(r) for r in rows if r["source_table"] not in TABLE_ORDER]
    first = [r for r in rows if r["source_table"] == TABLE_ORDER[0]]
    second = [r for r in rows if r["source_table"] in TABLE_ORDER[1:]]
    others: dict[str, Row] = {}
    unmatched: list[_Told] = []
    by_name = {(r["source_id"], r["model_key"]): r for r in first}
    by_figure = {(r["source_id"], r["link"], r["training_flop"]): r for r in first if r["link"] and r["training_flop"]}
    for row in second:
        same = by_name.get((row["source_id"], row["model_key"])) or by_figure.get(
            (row["source_id"], row["link"], row["training_flop"])
        )
        if same is None or not _years_meet(row, same):
            unmatched.append(_Told(row))
        elif same["training_flop"] is None:
            unmatched.append(_Told(row, is_dropped=True))
        elif row["training_flop"]:
            others.setdefault(same["model_row_id"], row)
    return [*alone, *(_Told(r, others.get(r["model_row_id"])) for r in first), *unmatched]


def _years_meet(a: Row, b: Row) -> bool:
    return not a["year"] or not b["year"] or abs(a["year"] - b["year"]) <= 1


def _estimates(told: _Told, base_flop: Mapping[tuple[str, str], float], assumptions: ReckonAssumptions) -> list[Row]:
    row = told.row
    key, training_set = split_name(row["model"])
    identity = {
        "paper_id": row["paper_id"] or f"model:{key}",
        "model": row["model"],
        "model_key": key,
        "training_set": training_set,
        "evidence_ids": " ".join(r["model_row_id"] for r in (row, told.other) if r),
    }
    owner = OWNERS.get(row["source_id"], row["source_id"])
    base = {
        **identity,
        "source_id": row["source_id"],
        "compute_source": f"{owner}, {row['source_table']}, row '{row['model']}'",
        "quote": row["quote"],
    }
    try:
        reckonings = cross_check(_reckonings(told, assumptions))
    except MagnitudeError as error:
        return [_doubted(base, str(error))]
    if reckonings and (row["compute_confidence"] or "").lower() == _WRONG:
        return [_doubted(base, "its source calls the figure wrong")]
    flags = (*_flags(row, base_flop), *([DROPPED] if told.is_dropped else []))
    rows = []
    for place, r in enumerate(reckonings):
        more = (*flags, SEARCH_INCLUDED) if _is_search(row, r.method) else flags
        reckoned = replace(r, basis=_with_note(r.basis, row), flags=(*r.flags, *more))
        rows.append({**base, **estimate_row(reckoned, identity), "is_preferred": place == 0})
    return rows


def _doubted(base: Row, reason: str) -> Row:
    """An estimate that is quarantined: its id is that of the rows which it would rest on."""
    return {**base, "estimate_id": content_id(base["evidence_ids"]), "doubt": f"{base['compute_source']}: {reason}"}


def _reckonings(told: _Told, a: ReckonAssumptions) -> list[Reckoning]:
    row = told.row
    found = []
    if row["training_flop"]:
        found.append(_stated(told))
    if row["network_operations_flop"]:
        found.append(_counted(row, a))
    if row["hardware_burden_flop"]:
        found.append(_timed(row, a))
    return found


def _stated(told: _Told) -> Reckoning:
    """The source's FLOP with its own bounds, else the range of its confidence word."""
    row = told.row
    flop, word = row["training_flop"], (row["compute_confidence"] or "").strip()
    is_told = word.lower() in CONFIDENCE_FACTORS
    reckoning = from_third_party(flop, word if is_told else _WORST)
    if not is_told:
        reckoning = replace(reckoning, flags=(NO_CONFIDENCE,))
    lower, upper = row["training_flop_lower"], row["training_flop_upper"]
    if lower and upper and lower <= flop <= upper and lower < upper:
        basis = f"third party: {flop:.4g} FLOP, its own bounds {lower:.4g} to {upper:.4g}"
        reckoning = replace(reckoning, training_flop_lower=lower, training_flop_upper=upper, basis=basis, flags=())
    return _spanning(reckoning, told.other) if told.other else reckoning


def _spanning(r: Reckoning, other: Row) -> Reckoning:
    """With what the source's other table has of the same model: where they differ, the range spans both."""
    flop = check_magnitude(other["training_flop"])
    ratio = max(flop, r.training_flop) / min(flop, r.training_flop)
    if ratio <= DIFFERENT:
        return r
    words = f"{other['source_table']} has {flop:.4g} FLOP"
    return replace(
        r,
        training_flop_lower=min(r.training_flop_lower, flop),
        training_flop_upper=max(r.training_flop_upper, flop),
        basis=f"{r.basis}; {words}",
        flags=(*r.flags, f"two tables of the source differ by a factor of {ratio:.3g}: {words}"),
    )


def _counted(row: Row, a: ReckonAssumptions) -> Reckoning:
    """The source's count of operations, in FLOP.

    Where it typed a pass in "FLOP" it typed what the paper prints, and papers print multiply-adds under that word as
    often (Swin-L's 104 "GFLOPs"). A known network in the name decides; else the central value takes multiply-adds, as
    everywhere (`tasks.compute.methods`), and the range holds both.
    """
    flop, spread = check_magnitude(row["network_operations_flop"]), a.operation_range
    basis = f"network operations {flop:.4g} FLOP (forward pass x 3 x examples x epochs, as the source typed them)"
    typed = _TYPED_FLOP.search(row["compute_note"] or "")
    unit = _unit_by_name(row["model"], float(typed[1])) if typed else "flop"
    if not unit and flop * FLOP_PER_MULTIPLY_ADD > (row["hardware_burden_flop"] or math.inf):
        unit = "flop"  # twice as many would be more than its own hardware could do in its time
    if unit == "flop":
        return Reckoning("operation_count", flop, flop / spread, flop * spread, basis)
    doubled = flop * FLOP_PER_MULTIPLY_ADD
    if unit == "multiply_add":
        basis += " x 2: its FLOP of a pass are the multiply-adds of the network that its name tells"
        return Reckoning("operation_count", doubled, doubled / spread, doubled * spread, basis)
    basis += " x 2 (FLOP or multiply-adds not sure)"
    return Reckoning("operation_count", doubled, flop / spread, doubled * spread, basis, flags=(UNIT_OPEN,))


def _unit_by_name(model: str, operations: float) -> str:
    """What the operations of a pass count, by the known networks in a name ("ECA-Net (ResNet-152)")."""
    key = join_key(model)
    return unit_by_anchors((slug, operations) for slug in load_networks() if len(slug) >= _NAMED and slug in key)


def _timed(row: Row, a: ReckonAssumptions) -> Reckoning:
    """Hardware burden (chips x peak x time at full utilisation, the source's own rate) x utilisation."""
    burden = row["hardware_burden_flop"]
    return Reckoning(
        "hardware_time",
        check_magnitude(burden * a.utilisation),
        burden * a.utilisation_lower,
        burden * a.utilisation_upper,
        f"hardware burden {burden:.4g} FLOP x utilisation {a.utilisation:g}",
        hardware_burden_flop=burden,
        hardware=row["hardware"] or "",
        chips=row["chips"],
        duration_hours=row["duration_hours"],
    )


def _with_note(basis: str, row: Row) -> str:
    note = re.sub(r"\s+", " ", row["compute_note"] or "").strip()
    if len(note) > _NOTE_LENGTH:
        note = f"{note[:_NOTE_LENGTH].rsplit(' ', 1)[0]} …"
    return f"{basis}; note: {note}" if note else basis


def _flags(row: Row, base_flop: Mapping[tuple[str, str], float]) -> tuple[str, ...]:
    """What the row says of other training behind the model: that of a base model, and that of a teacher."""
    flags = []
    if row["base_model"]:
        flags.append(f"trained further from {row['base_model']}")
        flags.append(_base_counted(row, base_flop))
    note = row["compute_note"] or ""
    if _DISTILLED.search(row["model"]) or (_DISTILLED.search(note) and not _NOT_DISTILLED.search(note)):
        flags.append(DISTILLED)
    return tuple(flags)


def _base_counted(row: Row, base_flop: Mapping[tuple[str, str], float]) -> str:
    """Whether the row's FLOP hold the base model's: by the base's own row, else by those of the further training."""
    flop, further = row["training_flop"], row["finetune_flop"]
    bases = [base_flop.get((row["source_id"], model_key(name))) for name in row["base_model"].split(",")]
    known = [b for b in bases if b]
    if not flop or not (known or further):
        return BASE_UNKNOWN
    if known:
        return BASE_INCLUDED if flop * DIFFERENT >= max(known) else BASE_LEFT_OUT
    return BASE_INCLUDED if flop > further * DIFFERENT else BASE_UNKNOWN


def _is_search(row: Row, method: str) -> bool:
    """Whether a figure is the cost of finding an architecture.

    Its note says so; or the network was searched for, as its name or its paper's title says, and nothing is told of
    passes over the data: papers on search tell the search's time.
    """
    note = row["compute_note"] or ""
    if method == "operation_count":
        return False
    if _SEARCH_NOTE.search(note):
        return True
    names = f"{row['model']} | {row['paper_title'] or ''}"
    passes_told = method == "third_party" and _PASSES.search(note)
    return bool(_FOUND_BY_SEARCH.search(names) and not passes_told)
