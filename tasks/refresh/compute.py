"""Training compute of every model, and what each run took in hours, energy, money and carbon."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from duckdb import DuckDBPyConnection

from tasks.compute import Trained, estimate_row, reckon
from tasks.compute.methods import ComputeInputs, ReckonAssumptions, training_flop_from
from tasks.compute.tables import load_tables
from tasks.compute.third_party import reckon_models
from tasks.costs.assumptions import Override
from tasks.costs.checks import cost_checks, load_published
from tasks.costs.runs import priced
from tasks.load.derived import load_derived
from tasks.load.validate import Row
from tasks.names.keys import model_key
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.datasets import Dataset, by_series, load_datasets, mentions
from tasks.reference.hardware import Hardware
from tasks.refresh.assumed import cost_setting
from tasks.refresh.flat import flat
from tasks.refresh.rows import as_dicts, records
from warehouse.connection import LOOKUPS


def reckon_compute(connection: DuckDBPyConnection, assumptions: ReckonAssumptions) -> Counter[str]:
    """Training compute of every model that disclosures, whole observations or others' tables of models speak of."""
    tables = load_tables()
    years = {p["paper_id"]: p["year"] for p in records(connection, "core_papers") if p["year"]}
    results = records(connection, "core_results")
    rows: list[Row] = []
    claims_by_source: dict[str, list[Row]] = {}
    for claim in records(connection, "core_disclosures"):
        claims_by_source.setdefault(claim["source_id"], []).append(claim)
    for source_id, claims in sorted(claims_by_source.items()):
        models = trained_models([r for r in results if r["source_id"] == source_id])
        rows += [{**r, "source_id": source_id} for r in reckon(claims, tables, models, assumptions, years)]
    for observation in records(connection, "raw_observations"):
        rows.append(reckon_observation(observation, tables.hardware, assumptions))
    rows += reckon_models(records(connection, "raw_models"), assumptions)
    return load_derived(connection, {"core_compute_estimates": rows})


def trained_models(results: list[Row]) -> dict[str, list[Trained]]:
    """For each paper its own models with a result on a fit metric, each with the data set that it was trained on.

    The main model of a data set is the one with the best result on it, then the surest.
    """
    benchmarks = load_benchmarks()
    series = {(b.slug, b.metric): b.series for b in benchmarks if b.is_fit_metric}
    datasets = tuple(load_datasets())
    sets = training_sets()
    best: dict[tuple[str, str], dict[str, Row]] = {}
    for r in results:
        pool = series.get((r["benchmark"], r["metric"]))
        if not r["is_own"] or r["is_ensemble"] or not pool or not r["model_key"]:
            continue
        models = best.setdefault((r["paper_id"], sets.get(pool, "")), {})
        held = models.get(r["model_key"])
        if held is None or _rank(r) > _rank(held):
            models[r["model_key"]] = r
    found: dict[str, list[Trained]] = {}
    for (paper, training_set), models in sorted(best.items()):
        ranked = sorted(models.values(), key=_rank, reverse=True)
        found.setdefault(paper, []).extend(
            Trained(r["model"], r["model_key"], training_set, place == 0, _more_data(r, datasets))
            for place, r in enumerate(ranked)
        )
    return found


def _more_data(result: Row, datasets: tuple[Dataset, ...]) -> str:
    """The data set that a result says its model learnt from besides the benchmark's; "?" for one not known."""
    words = result.get("extra_data") or ""
    named = [slug for slug, _, _ in mentions(words, datasets)]
    return named[0] if named else "?" if words else ""


def training_sets() -> dict[str, str]:
    """The data set that the models of each series are trained on."""
    return {series: dataset.slug for series, dataset in by_series(load_datasets()).items()}


def _rank(result: Row) -> tuple[float, float, str]:
    return result["value"], result["confidence"], result["result_id"]


def reckon_observation(row: Row, hardware: Mapping[str, Hardware], assumptions: ReckonAssumptions) -> Row:
    """The compute estimate of an observation that a source gives whole, by the method that its row names.

    A row whose inputs do not carry its method comes back with a `doubt`, which quarantines it.
    """
    paper_id = row["paper_id"]
    base = {
        "paper_id": paper_id,
        "model": row["model"],
        "model_key": model_key(row["model"]),
        "source_id": row["source_id"],
        "compute_source": row["compute_source"],
        "quote": row["compute_quote"],
        "evidence_ids": row["result_id"],
    }
    try:
        reckonings = training_flop_from(_inputs(row), hardware, assumptions)
    except (KeyError, ValueError) as error:
        return {**base, "doubt": f"{row['method']}: {error}"}
    chosen = [r for r in reckonings if r.method == row["method"]]
    if not chosen:
        return {**base, "doubt": f"the row's inputs do not carry the method {row['method']}"}
    return {**base, **estimate_row(chosen[0], base), "is_preferred": True}


def _inputs(row: Row) -> ComputeInputs:
    third = row["method"] == "third_party"
    taken = ("stated_training_flop", "chips", "duration_hours", "forward_ops", "examples", "epochs")
    return ComputeInputs(
        **{k: row[k] for k in taken},
        hardware=row["hardware"] or "",
        forward_ops_unit=row["forward_ops_unit"] or "",
        parameters=row["parameters"],
        tokens=row["tokens"],
        third_party_flop=row["training_flop"] if third else None,
        third_party_confidence=(row["compute_confidence"] or "") if third else "",
    )


def price_training_runs(
    connection: DuckDBPyConnection,
    cost_overrides: Mapping[str, Override],
    reckoning: ReckonAssumptions | None = None,
) -> Counter[str]:
    """Chip-hours, energy, money and carbon of every compute estimate, and of published runs beside what was published.

    `reckoning` says how compute is reckoned (defaults where None).
    """
    setting = replace(cost_setting(cost_overrides, connection), reckoning=reckoning or ReckonAssumptions())
    runs = as_dicts(connection.execute((LOOKUPS / "runs_to_price.sql").read_text()))
    rows = [priced(run, setting) for run in runs]
    checks = cost_checks(load_published(), setting)
    return load_derived(connection, {"out_training_costs": flat(rows), "out_cost_checks": flat(checks)})
