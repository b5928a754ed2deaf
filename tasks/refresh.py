"""Refresh: from loaded claims to estimates, step by step inside the warehouse.

Each step reads what the step before wrote and puts its tables in the place of the old ones; the science stands in
`reckon`, `observe`, `fit` and `extrapolate`. The same claims and assumptions give the same tables.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.tables import TABLES
from tasks import observe
from tasks.costs.assumptions import Override, load_assumptions, load_choices
from tasks.costs.rates import Setting, asked_numbers
from tasks.costs.runs import training_costs
from tasks.costs.tables import load_cost_tables
from tasks.datasets import Dataset, by_series, load_datasets, mentions
from tasks.defects import says_ensemble
from tasks.defects.mark import spoilt_rows
from tasks.extract.accuracy.benchmarks import Benchmark, load_benchmarks
from tasks.extract.names import model_key
from tasks.extrapolate import error_floors, estimate, load_targets
from tasks.fit.registry import fit_all
from tasks.fit.tables import curves_table, fits_table, parameters_table
from tasks.hardware import Hardware
from tasks.load import load_derived
from tasks.reckon import Trained, estimate_row, reckon
from tasks.reckon.methods import ComputeInputs, ReckonAssumptions, training_flop_from
from tasks.reckon.tables import load_tables
from tasks.reckon.third_party import reckon_models
from tasks.validate import Row
from warehouse.connection import DERIVED, LOOKUPS, REFERENCE, read_table

_RECKON = "reckon_"  # prefix of the assumptions that belong to reckoning, not to costs

SOURCE_ORDER = ("reference", "folder", "arxiv", "study-data", "epoch-benchmarks", "papers-with-code", "epoch")
"""Whose accuracy, and whose compute, stands when several sources have the same model: read by hand, then read by the
extractors, then typed by the study from papers; then what others collected, Epoch AI's compute last."""


@dataclass(frozen=True)
class Assumed:
    """What a run assumes: in reckoning, and (as overrides of assumptions.csv) in costs."""

    reckoning: ReckonAssumptions
    costs: dict[str, Override]


def assumed(overrides: Mapping[str, Override]) -> Assumed:
    """Overrides by name, those of reckoning beginning with `reckon_` (`reckon_utilisation` and so on).

    Raises:
        ValueError: a name that is no assumption, or a value that is none.
    """
    known = {_RECKON + f.name for f in fields(ReckonAssumptions)}
    reckoning = {}
    costs = {}
    for name, value in overrides.items():
        if not name.startswith(_RECKON):
            costs[name] = value
        elif (
            name not in known
            or isinstance(value, bool)
            or not isinstance(value, int | float)
            or not 0 < value < math.inf
        ):
            raise ValueError(f"{name}={value}: reckoning knows {', '.join(sorted(known))}, each a number above zero")
        else:
            reckoning[name.removeprefix(_RECKON)] = float(value)
    asked_numbers(cost_setting(costs))  # raises on an unknown name, hardware, region or year
    return Assumed(replace(ReckonAssumptions(), **reckoning), costs)


def cost_setting(overrides: Mapping[str, Override], connection: DuckDBPyConnection | None = None) -> Setting:
    """What is assumed about costs with these overrides, and the tables behind it.

    Grids and rents are those that the sources gave last, as the warehouse holds them, else those of the project.

    Raises:
        ValueError: a name that is no assumption, or a value that is none.
    """
    fresh = [records(connection, t) if connection else [] for t in ("raw_grid_intensity", "raw_chip_prices")]
    return Setting(load_assumptions(overrides=overrides), load_choices(overrides=overrides), load_cost_tables(*fresh))


def known_series() -> list[str]:
    """All series that a run may be restricted to."""
    return sorted({b.series for b in load_benchmarks(REFERENCE / "benchmarks.csv") if b.is_fit_metric})


def series_of(names: list[str]) -> list[str]:
    """Series meant by slugs of benchmarks or series (`coco-val` and `coco` both mean `coco`); all where none is named.

    Raises:
        ValueError: a name that is neither.
    """
    by_name = {b.slug: b.series for b in load_benchmarks(REFERENCE / "benchmarks.csv")}
    by_name |= {s: s for s in known_series()}
    unknown = [n for n in names if n not in by_name]
    if unknown:
        raise ValueError(f"unknown benchmark: {', '.join(unknown)}; known are {', '.join(sorted(by_name))}")
    return sorted({by_name[n] for n in names}) or known_series()


# --- reckon


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
    benchmarks = load_benchmarks(REFERENCE / "benchmarks.csv")
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
    """Chip-hours, energy, money and carbon of every compute estimate, reckoned by `reckoning` (defaults where None)."""
    setting = replace(cost_setting(cost_overrides, connection), reckoning=reckoning or ReckonAssumptions())
    runs = as_dicts(connection.execute((LOOKUPS / "runs_to_price.sql").read_text()))
    rows = [{**run, **training_costs(run, setting)} for run in runs]
    return load_derived(connection, {"out_training_costs": rows})


# --- observe

ENOUGH_TO_LEARN_FROM = 1_000_000
"""Examples of a training set from which models learn without another before it: ImageNet has 1.3 million, WMT14 4.5
and 36; SQuAD, CoNLL, COCO and CIFAR, to which trained models are tuned, have 14 to 118 thousand (datasets.csv)."""


def _pooling(benchmark: Benchmark, dataset: Dataset | None) -> observe.Pooling:
    anew = bool(dataset and (dataset.train_examples or 0) >= ENOUGH_TO_LEARN_FROM)
    slug = dataset.slug if dataset else None
    return observe.Pooling(benchmark.slug, benchmark.metric, benchmark.series, slug, anew)


def join_observations(connection: DuckDBPyConnection) -> Counter[str]:
    """Accuracy and compute of the same model, and the table of papers."""
    benchmarks = load_benchmarks(REFERENCE / "benchmarks.csv")
    sets = by_series(load_datasets())
    pooling = [_pooling(b, sets.get(b.series)) for b in benchmarks if b.is_fit_metric]
    read = [r for r in records(connection, "core_results") if r["is_own"]]
    whole = [{**r, "model_key": model_key(r["model"])} for r in records(connection, "raw_observations")]
    scores = [
        {**r, "is_ensemble": r["is_ensemble"] or says_ensemble(r["model"])} for r in records(connection, "raw_scores")
    ]
    estimates = as_dicts(connection.execute((LOOKUPS / "estimates_to_join.sql").read_text()))
    rows = observe.observations([*whole, *read, *scores], estimates, pooling, SOURCE_ORDER, spoilt_rows(connection))
    counts = load_derived(connection, {"core_observations": rows})
    for name in ("out_observations", "out_papers"):
        frame = connection.execute((DERIVED / f"{name}.sql").read_text()).df()
        counts += load_derived(connection, {name: frame})
    return counts


# --- fit and extrapolate


def fit_and_extrapolate(
    connection: DuckDBPyConnection, series: list[str], cost_overrides: Mapping[str, Override], confidence_level: float
) -> Counter[str]:
    """Curves and estimates for these series, with as many bootstrap replicates as `bootstrap_replicates` assumes."""
    observations = read_table(connection, "core_observations")
    observations = observations[observations["series"].isin(series)]
    targets = load_targets()
    targets = targets[targets["benchmark"].isin(series)]
    setting = cost_setting(cost_overrides, connection)
    assumptions = asked_numbers(setting)
    benchmarks = pd.read_csv(REFERENCE / "benchmarks.csv")
    replicates = round(assumptions["bootstrap_replicates"].value)
    fitted = fit_all(observations, confidence_level, replicates=replicates, error_floors=error_floors(benchmarks))
    estimates = estimate(fitted, observations, targets, benchmarks, assumptions)
    used = [vars(a) for a in (*assumptions.values(), *setting.choices.values())]
    tables: dict[str, list[Row] | pd.DataFrame] = {
        "out_fits": fits_table(fitted.fits),
        "out_fit_parameters": parameters_table(fitted.fits),
        "out_curves": curves_table(fitted.fits),
        "out_estimates": estimates,
        "out_assumptions": used,
    }
    return load_derived(connection, tables)


def records(connection: DuckDBPyConnection, table_name: str) -> list[dict[str, Any]]:
    """A table's rows as plain dicts with None for what is empty, ordered by the key."""
    key = ", ".join(f'"{k}"' for k in TABLES[table_name].key)
    return as_dicts(connection.execute(f"SELECT * FROM {table_name} ORDER BY {key}"))


def as_dicts(cursor: DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of an answer as plain dicts, with None for what is empty."""
    names = [d[0] for d in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
