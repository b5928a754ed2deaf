"""Observe: accuracy and training compute of the same model on the same benchmark, joined into what a fit sees.

The join is on paper and normalised model name; nothing is matched by likeness. A compute figure that a paper states
without naming a model is booked to its main model by supposition: such a row is shown, and no fit uses it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.claims import SUPPOSED, content_id
from tasks.extract.names import clean_name
from tasks.validate import Row

# Names that every second paper gives to its own model: they identify it within the paper only.
_GENERIC_WORDS = frozenset(
    {"ours", "our", "model", "method", "network", "proposed", "baseline", "base", "large", "big", "small", "tiny"}
    | {"huge", "full", "single", "standard", "default", "xl", "xxl", "s", "b", "l"}
)


@dataclass(frozen=True)
class Pooling:
    """Where a (benchmark, metric) pair goes: the series that a fit pools, and the data set its models train on."""

    benchmark: str
    metric: str
    series: str
    training_set: str | None = None


def observations(
    results: Iterable[Row],
    estimates: Iterable[Row],
    pooling: Iterable[Pooling],
    source_order: tuple[str, ...],
    spoilt: Mapping[str, str] | None = None,
) -> list[Row]:
    """Rows of core_observations, best first within a model.

    Args:
        results: Rows of core_results, or of raw_observations with the same columns; only own results of a document
            count, while a hand-read row may also state a cited model's accuracy.
        estimates: Rows of core_compute_estimates.
        pooling: The pairs of benchmark and metric that fits use.
        source_order: Source ids, the most trusted first; sources not named come after them.
        spoilt: By id of result or estimate, why a fit may not use it (`tasks.defects.spoilt`).

    Returns:
        One row for each result of a fit metric whose model has a compute estimate. `in_fit` is true for one row of each
        model and series; the others say why they stand back.
    """
    pools = {(p.benchmark, p.metric): p for p in pooling}
    preferred = {
        (e["source_id"], e["paper_id"], e["model_key"], e["training_set"]): e
        for e in estimates
        if e["is_preferred"] and e["model_key"]
    }
    found = []
    for result in results:
        pool = pools.get((result["benchmark"], result["metric"]))
        if pool is None:
            continue
        model = (result["source_id"], result["paper_id"], result["model_key"])
        # An estimate for another data set is not the observation's; one for none may be.
        estimate = preferred.get((*model, pool.training_set)) or preferred.get((*model, None))
        if estimate:
            defect = (spoilt or {}).get(result["result_id"]) or (spoilt or {}).get(estimate["estimate_id"])
            found.append({**_observation(result, estimate, pool.series), "_defect": defect})
    return _choose(found, source_order)


def _observation(result: Row, estimate: Row, series: str) -> Row:
    taken = ["training_flop", "training_flop_lower", "training_flop_upper", "method", "hardware_burden_flop"]
    taken += ["hardware", "chips", "duration_hours", "estimate_id"]
    stated = ("benchmark", "metric", "paper_id", "model", "model_key", "year", "value", "is_ensemble", "extra_data")
    return {
        "observation_id": content_id(result["result_id"], estimate["estimate_id"]),
        "series": series,
        **{k: result.get(k) for k in stated},
        "result_id": result["result_id"],
        **{k: estimate.get(k) for k in taken},
        # Through the printed decimals, so that 100 - 78.57 is 21.43 and not 21.430000000000007.
        "error": round(1 - result["value"] / 100, 6),
        "result_source_id": result["source_id"],
        "compute_source_id": estimate["source_id"],
        "join_rule": "same_paper_and_name",
        "join_reason": "the same paper gives both under the same name",
        "_supposed": SUPPOSED in (estimate.get("flags") or ""),
        "_protocol": result.get("test_protocol"),
        "_confidence": result.get("confidence") or 0.0,
    }


def _choose(found: list[Row], source_order: tuple[str, ...]) -> list[Row]:
    """Mark one observation of each model and series for the fits.

    First the trusted source, then a single network before an ensemble, the plain test protocol, the surest reading,
    the earliest paper, and of what is left the best value: a paper's tables repeat a model with and without extras.
    """

    def preference(row: Row) -> tuple[object, ...]:
        source = row["result_source_id"]
        trust = source_order.index(source) if source in source_order else len(source_order)
        return (
            trust,
            bool(row["is_ensemble"]),
            row["_protocol"] is not None,
            -row["_confidence"],
            row["year"] or 9999,
            -row["value"],
            row["observation_id"],
        )

    chosen: dict[tuple[str, str], str] = {}
    rows = []
    for row in sorted(found, key=preference):
        reason = None
        key = (row["series"], _identity(row))
        if row["_supposed"]:
            reason = "the paper does not say that its compute is this model's"
        elif row["is_ensemble"]:
            reason = "an ensemble's accuracy comes from testing several networks together"
        elif row["_defect"]:
            reason = row["_defect"]
        elif key in chosen:
            reason = f"the model is there already, from {chosen[key]}"
        else:
            chosen[key] = row["paper_id"]
        kept = {k: v for k, v in row.items() if not k.startswith("_")}
        rows.append({**kept, "in_fit": reason is None, "exclusion_reason": reason})
    return rows


def is_generic(model: str) -> bool:
    """Whether a printed name is one that every second paper gives to its own model ("proposed method")."""
    # Words of the printed name: its key runs them together ("proposedmethod").
    return set(re.findall(r"[a-z]+", clean_name(model).lower())) <= _GENERIC_WORDS


def _identity(row: Row) -> str:
    """What makes two observations the same model: its name, or its name within the paper where that says nothing."""
    return f"{row['paper_id']} {row['model_key']}" if is_generic(row["model"]) else row["model_key"]
