"""Observe: accuracy and training compute of the same model on the same benchmark, joined into what a fit sees.

What a paper or a hand gives joins within its source, on paper and model; what structured sources say joins across them,
by the rules of `schemas.vocabularies.JOIN_RULES`, tried in that order (`tasks.match.pairing`). A compute figure that
a paper states without naming a model is booked to its main model by supposition: such a row is shown, and no fit uses
it; so is a join that leaves a doubt.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.compute.third_party import NOT_THE_MODELS_TRAINING
from tasks.load.validate import Row
from tasks.match.pairing import Computes, Pair
from tasks.names.same_model import have_word_in_common, is_generic, join_key, sizes
from tasks.provenance.claims import SUPPOSED, content_id

SAME_POINTS, SAME_COMPUTE = 0.1, 1.05
"""Accuracies so near, with compute within this factor, are perhaps one model's under two names: sources round."""


@dataclass(frozen=True)
class Pooling:
    """Where a (benchmark, metric) pair goes: the series that a fit pools, and the data set its models train on.

    `trains_anew` where that set is so large that models learn from it and not, tuned to it, from another before.
    """

    benchmark: str
    metric: str
    series: str
    training_set: str | None = None
    trains_anew: bool = False


def observations(
    results: Iterable[Row],
    estimates: Iterable[Row],
    pooling: Iterable[Pooling],
    source_order: tuple[str, ...],
    spoilt: Mapping[str, str] | None = None,
) -> list[Row]:
    """Rows of core_observations, best first within a model.

    Args:
        results: Rows of core_results, or of raw_observations and raw_scores with the same columns; of documents only
            own results count, while a hand-read row may also state a cited model's accuracy. Rows of raw_scores are
            known by their `source_table`.
        estimates: Rows of core_compute_estimates; those reckoned from raw_models with the `source_table`, `year` and
            `paper_title` of their row there.
        pooling: The pairs of benchmark and metric that fits use.
        source_order: Source ids, the most trusted first; sources not named come after them.
        spoilt: By id of result or estimate, why a fit may not use it (`tasks.defects.spoilt`).

    Returns:
        One row for each result of a fit metric whose model has a compute estimate. `in_fit` is true for one row of each
        model and series; the others say why they stand back.
    """
    spoilt = spoilt or {}
    pools = {(p.benchmark, p.metric): p for p in pooling}
    asked = [
        {**r, "_series": pools[r["benchmark"], r["metric"]].series}
        for r in results
        if (r["benchmark"], r["metric"]) in pools
    ]
    computes = Computes(estimates, asked, source_order, frozenset(spoilt))
    found: list[Row] = []
    for result in asked:
        pool = pools[(result["benchmark"], result["metric"])]
        pair = computes.pair(result, pool.training_set)
        if pair:
            defect = spoilt.get(result["result_id"]) or spoilt.get(pair.estimate["estimate_id"])
            found.append({**_observation(result, pair, pool), "_defect": defect})
    return _choose(_one_score_a_model(_doubt_two_trainings(found), asked), source_order)


def _observation(result: Row, pair: Pair, pool: Pooling) -> Row:
    estimate = pair.estimate
    taken = ["training_flop", "training_flop_lower", "training_flop_upper", "method", "hardware_burden_flop"]
    taken += ["hardware", "chips", "duration_hours", "estimate_id"]
    stated = ("benchmark", "metric", "model", "model_key", "value", "is_ensemble", "extra_data")
    is_score = bool(result.get("source_table"))
    return {
        "observation_id": content_id(result["result_id"], estimate["estimate_id"]),
        "series": pool.series,
        **{k: result.get(k) for k in stated},
        "paper_id": result["paper_id"] or estimate["paper_id"],
        "year": result.get("year") or estimate.get("year"),
        "result_id": result["result_id"],
        **{k: estimate.get(k) for k in taken},
        # Through the printed decimals, so that 100 - 78.57 is 21.43 and not 21.430000000000007.
        "error": round(1 - result["value"] / 100, 6),
        "result_source_id": result["source_id"],
        "compute_source_id": estimate["source_id"],
        "join_rule": pair.rule,
        "join_reason": pair.reason,
        "_doubt": pair.doubt or _not_the_models(estimate),
        "_protocol": result.get("test_protocol"),
        "_confidence": result.get("confidence") or 0.0,
        "_is_score": is_score,
        "_trained_for": pool.training_set if pool.trains_anew and not estimate.get("training_set") else None,
        "_name": join_key(result["model"]) if is_score else result["model_key"],
    }


def _not_the_models(estimate: Row) -> str | None:
    """Why a compute figure is not known to be what the model's training took."""
    flags = estimate.get("flags") or ""
    if SUPPOSED in flags:
        return "the paper does not say that its compute is this model's"
    return next((f"compute: {flag}" for flag in NOT_THE_MODELS_TRAINING if flag in flags), None)


def _doubt_two_trainings(found: list[Row]) -> list[Row]:
    """Doubt scores that take one figure of others for two trainings: a translator to German is not that to French."""
    trained_for: dict[str, set[str]] = defaultdict(set)
    for row in found:
        if row["_is_score"] and row["_trained_for"]:
            trained_for[row["estimate_id"]].add(row["_trained_for"])
    doubted = []
    for row in found:
        sets = trained_for[row["estimate_id"]] if row["_is_score"] and row["_trained_for"] else set()
        words = f"the compute is of one training, and not said whether on {' or '.join(sorted(sets))}"
        doubted.append({**row, "_doubt": row["_doubt"] or (words if len(sets) > 1 else None)})
    return doubted


def _one_score_a_model(found: list[Row], results: Iterable[Row]) -> list[Row]:
    """Of several scores of one model on a benchmark in one structured source, the one that stands.

    Leaderboards test a model several times: with other shots, in other versions, by other hands. Taken is the median
    (of an even number the lower middle) of those tested in the usual way, not the best, which would flatter. The usual
    way is the one of more than half of the source's rows on the benchmark.
    """
    ways: dict[tuple[str, str], Counter[str | None]] = defaultdict(Counter)
    for r in results:
        ways[r["source_id"], r["benchmark"]][r.get("test_protocol")] += 1
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in found:
        if row["_is_score"]:
            groups[row["result_source_id"], row["benchmark"], row["estimate_id"]].append(row)
    chosen = [row for row in found if not row["_is_score"]]
    for (source, benchmark, _), rows in groups.items():
        way, count = ways[source, benchmark].most_common(1)[0]
        is_usual = 2 * count > ways[source, benchmark].total()
        chosen += _median_first(rows, way, is_usual) if len(rows) > 1 else rows
    return chosen


def _median_first(rows: list[Row], way: str | None, is_usual: bool) -> list[Row]:
    fit = [r for r in rows if not r["_doubt"] and not r["_defect"] and not r["is_ensemble"]] or rows
    tested = [r for r in fit if r["_protocol"] == way] if is_usual else []
    ranked = sorted(tested or fit, key=lambda r: (r["value"], r["result_id"]))
    middle = ranked[(len(ranked) - 1) // 2]
    values = [r["value"] for r in rows]
    words = f"of its {len(rows)} scores here ({min(values):g} to {max(values):g})"
    if tested and len(tested) < len(rows):
        words += f" {len(tested)} were had in the usual way ({way or 'nothing remarked'}), and"
    words += " the median stands, not the best"
    others = [{**r, "_back": f"{words}: {middle['value']:g}"} for r in rows if r is not middle]
    return [{**middle, "join_reason": f"{middle['join_reason']}; {words}"}, *others]


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
    there_now: dict[str, list[Row]] = defaultdict(list)
    rows = []
    for row in sorted(found, key=preference):
        keys = _identities(row)
        there = next((chosen[k] for k in keys if k in chosen), None)
        reason = None
        if row["_doubt"]:
            reason = row["_doubt"]
        elif row["is_ensemble"]:
            reason = "an ensemble's accuracy comes from testing several networks together"
        elif row["_defect"]:
            reason = row["_defect"]
        elif row["error"] in (0, 1):
            reason = "all or nothing right: an error without a logarithm tells a curve nothing"
        elif row.get("_back"):
            reason = row["_back"]
        elif there:
            reason = f"the model is there already, from {there}"
        elif row["_is_score"] and (other := _perhaps_same(row, there_now[row["series"]])):
            reason = f"perhaps the same model as '{other}', which is there already"
        else:
            chosen.update((k, row["paper_id"]) for k in keys)
            there_now[row["series"]].append(row)
        kept = {k: v for k, v in row.items() if not k.startswith("_")}
        rows.append({**kept, "in_fit": reason is None, "exclusion_reason": reason})
    return rows


def _identities(row: Row) -> list[tuple[str, str]]:
    """What makes two observations the same model: its name, or its name within the paper where that says nothing; and
    for scores that others collected, the one compute figure, under which a model may bear two names."""
    name = f"{row['paper_id']} {row['_name']}" if is_generic(row["model"]) else row["_name"]
    of_compute = [(row["series"], f"compute {row['estimate_id']}")] if row["_is_score"] else []
    return [(row["series"], name), *of_compute]


def _perhaps_same(row: Row, there: Iterable[Row]) -> str | None:
    """A model of the series that is there and may be this one under another name.

    In the same paper under a longer or shorter name ("BERT" is perhaps "BERT large"); or with the same accuracy and
    compute to within the rounding, and a word in common ("RetinaNet (SpineNet-190)" and "SpineNet-190").
    """
    for other in there:
        keys = sorted((row["_name"], other["_name"]), key=len)
        marks = [sizes(r["model"]) for r in (row, other)]
        named_alike = keys[1].startswith(keys[0]) and (marks[0] <= marks[1] or marks[1] <= marks[0])
        if (named_alike and row["paper_id"] == other["paper_id"]) or (
            _same_figures(row, other) and have_word_in_common(row["model"], other["model"])
        ):
            return str(other["model"])
    return None


def _same_figures(a: Row, b: Row) -> bool:
    low, high = sorted((a["training_flop"], b["training_flop"]))
    return bool(abs(a["value"] - b["value"]) <= SAME_POINTS and high <= low * SAME_COMPUTE)
