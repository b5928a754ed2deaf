"""Training compute of every model, and what each run took in hours, energy, money and carbon."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from duckdb import DuckDBPyConnection

from schemas.codes import Coded
from schemas.codes.compute import ComputeDoubt, ComputeFlag
from schemas.rows import same_named
from schemas.rows.claims import ClaimT, Disclosure, Result
from schemas.rows.compute import ComputeEstimate
from schemas.rows.sources import HandReadObservation, SourceModel
from tasks.compute.methods import ComputeAssumptions, ComputeInputs, estimates_by_method
from tasks.compute.origins import LEFT_OUT, names_left_out, with_origins
from tasks.compute.papers import TrainedModel, estimate_papers
from tasks.compute.rows import EstimatedModel, RefusedEstimate, estimate_record, estimate_row
from tasks.compute.tables import ComputeTables, load_compute_tables
from tasks.compute.third_party import estimate_models
from tasks.costs.assumptions import Override
from tasks.costs.checks import cost_checks, load_published
from tasks.costs.runs import priced
from tasks.load.derived import Part, add_derived, changed_parts, derived_counts, load_derived, some_at_a_time
from tasks.names.keys import model_key
from tasks.names.same_model import join_key
from tasks.provenance.versions import version_of
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.datasets import Dataset, by_series, load_datasets, mentions
from tasks.reference.hardware import Hardware
from tasks.refresh.assumed import cost_setting
from tasks.refresh.flat import flat
from tasks.refresh.joined import SOURCE_ORDER
from warehouse.connection import LOOKUPS
from warehouse.rows import as_dicts, column, each, rows_of, typed

ESTIMATES = "core_compute_estimates"

_RUNS = (LOOKUPS / "runs_to_price.sql").read_text()

OF_PAPERS = Part(
    ESTIMATES,
    inputs=(LOOKUPS / "inputs_of_compute.sql").read_text(),
    part="source_id || ' ' || paper_id",
    refused="source_id || ' ' || paper_id",
)
"""A paper's compute follows from what its document says, its year, the tables and the assumptions alone."""

COSTS = Part(
    "out_training_costs",
    inputs=f"SELECT estimate_id AS part, hash(run)::VARCHAR AS inputs FROM ({_RUNS}) AS run",
    part="estimate_id",
    refused="row_id",
)

SHORTEST_NAME = 4
"""Letters that others' name must have to be looked for in names of the paper's own models."""

PAPERS_AT_A_TIME, RUNS_AT_A_TIME = 200, 5_000
"""How many papers' compute is estimated together, and how many runs' costs: memory holds the rows of so many."""


def estimate_compute(connection: DuckDBPyConnection, assumptions: ComputeAssumptions) -> Counter[str]:
    """Training compute of every model that disclosures, whole observations or others' tables of models speak of.

    Papers of which nothing has changed keep their rows.
    """
    tables = load_compute_tables()
    with changed_parts(connection, OF_PAPERS, version_of(assumptions)) as changed:
        others = _of_others(connection, tables, assumptions)
        add_derived(connection, ESTIMATES, map(estimate_record, others))
        for papers in some_at_a_time(changed, PAPERS_AT_A_TIME):
            found = _of_papers(connection, papers, tables, assumptions)
            add_derived(connection, ESTIMATES, map(estimate_record, found))
        _count_origins_in(connection)
    return derived_counts(connection, ESTIMATES)


def _of_others(
    connection: DuckDBPyConnection, tables: ComputeTables, assumptions: ComputeAssumptions
) -> Iterator[ComputeEstimate | RefusedEstimate]:
    """Compute of observations that a source gives whole, and of others' tables."""
    for observation in rows_of(connection, HandReadObservation, "raw_observations"):
        yield estimate_observation(observation, tables.hardware, assumptions)
    yield from estimate_models(rows_of(connection, SourceModel, "raw_models"), assumptions)


def _of_papers(
    connection: DuckDBPyConnection, papers: list[str], tables: ComputeTables, assumptions: ComputeAssumptions
) -> Iterator[ComputeEstimate | RefusedEstimate]:
    """Compute that these papers disclose (`OF_PAPERS`)."""
    claims = f"SELECT * FROM {{}} WHERE {OF_PAPERS.part} IN (SELECT unnest(?)) ORDER BY {{}}"

    def by_source(row_type: type[ClaimT], table: str, key: str) -> dict[str, list[ClaimT]]:
        found: dict[str, list[ClaimT]] = defaultdict(list)
        for claim in typed(connection.execute(claims.format(table, key), [papers]), row_type):
            found[claim.source_id or ""].append(claim)
        return found

    years = dict(connection.execute("SELECT paper_id, year FROM core_papers WHERE year IS NOT NULL").fetchall())
    results = by_source(Result, "core_results", "result_id")
    for source_id, disclosures in sorted(by_source(Disclosure, "core_disclosures", "disclosure_id").items()):
        models = trained_models(results[source_id])
        yield from estimate_papers(disclosures, tables, models, assumptions, years)


def _count_origins_in(connection: DuckDBPyConnection) -> None:
    """The rows that count another model's training in (`tasks.compute.origins`), anew: its figure may have changed."""
    connection.execute((LOOKUPS / "origins_undone.sql").read_text())
    chosen = f"SELECT * FROM {ESTIMATES} WHERE is_preferred AND {{}} ORDER BY estimate_id"
    leaving_out = chosen.format("regexp_matches(flag_codes, ?)")
    teachers = _teachers(connection)
    resting: list[ComputeEstimate] = []
    wanted: set[str] = set()
    for estimate in each(connection.execute(leaving_out, ["|".join(LEFT_OUT)]), ComputeEstimate):
        if names := names_left_out(estimate, teachers):  # of most nobody names what they leave out
            resting.append(estimate)
            wanted |= names
    models = column(connection.execute(f"SELECT DISTINCT model FROM {ESTIMATES}"))
    named = [model for model in models if join_key(model) in wanted]
    figures = typed(connection.execute(chosen.format("model IN (SELECT unnest(?))"), [named]), ComputeEstimate)
    rows = {e.estimate_id: e for e in (*resting, *figures)}
    found = with_origins(rows.values(), teachers, SOURCE_ORDER)
    displaced = [e.estimate_id for e in found if not e.is_preferred]
    connection.execute(
        f"UPDATE {ESTIMATES} SET is_preferred = FALSE WHERE estimate_id IN (SELECT unnest(?))", [displaced]
    )
    add_derived(connection, ESTIMATES, (estimate_record(e) for e in found if e.estimate_id not in rows))


def _teachers(connection: DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """What observations read by hand call a model's teacher, by paper and model's key."""
    observations = rows_of(connection, HandReadObservation, "raw_observations")
    return {(o.paper_id, model_key(o.model)): o.teacher for o in observations if o.teacher}


def trained_models(results: Iterable[Result]) -> dict[str, list[TrainedModel]]:
    """For each paper its own models with a result on a fit metric, each with the data set that it was trained on.

    The main model of a data set is the one with the best result on it, then the surest.
    """
    benchmarks = load_benchmarks()
    series = {(b.slug, b.metric): b.series for b in benchmarks if b.is_fit_metric}
    datasets = tuple(load_datasets())
    sets = training_sets()
    best: dict[tuple[str, str], dict[str, Result]] = {}
    others: dict[str, dict[str, str]] = defaultdict(dict)
    for r in results:
        if not r.is_own and len(r.model_key) >= SHORTEST_NAME:
            others[r.paper_id][r.model_key] = r.model
        pool = series.get((r.benchmark, r.metric))
        if not r.is_own or r.is_ensemble or not pool or not r.model_key:
            continue
        models = best.setdefault((r.paper_id, sets.get(pool, "")), {})
        held = models.get(r.model_key)
        if held is None or _rank(r) > _rank(held):
            models[r.model_key] = r
    found: dict[str, list[TrainedModel]] = {}
    for (paper, training_set), models in sorted(best.items(), key=lambda item: item[0]):
        ranked = sorted(models.values(), key=_rank, reverse=True)
        found.setdefault(paper, []).extend(
            TrainedModel(
                r.model,
                r.model_key,
                training_set,
                place == 0,
                _more_data(r, datasets),
                _credited(r.model_key, others[paper]),
            )
            for place, r in enumerate(ranked)
        )
    return found


def _credited(key: str, others: Mapping[str, str]) -> str:
    """The longest name of others' networks that a model's ends in ("GoogLeNet" of a BN-GoogLeNet); '' for none."""
    return max((name for other, name in others.items() if key.endswith(other)), key=len, default="")


def _more_data(result: Result, datasets: tuple[Dataset, ...]) -> str:
    """The data set that a result says its model learnt from besides the benchmark's; "?" for one not known."""
    words = result.extra_data or ""
    named = [slug for slug, _, _ in mentions(words, datasets)]
    return named[0] if named else "?" if words else ""


def training_sets() -> dict[str, str]:
    """The data set that the models of each series are trained on."""
    return {series: dataset.slug for series, dataset in by_series(load_datasets()).items()}


def _rank(result: Result) -> tuple[float, float, str]:
    return result.value, result.confidence, result.result_id


def estimate_observation(
    row: HandReadObservation, hardware: Mapping[str, Hardware], assumptions: ComputeAssumptions
) -> ComputeEstimate | RefusedEstimate:
    """The compute estimate of an observation that a source gives whole, by the method that its row names.

    A row whose inputs do not carry its method is refused.
    """
    model = EstimatedModel(
        paper_id=row.paper_id,
        model=row.model,
        model_key=model_key(row.model),
        evidence_ids=row.result_id,
        quote=row.compute_quote,
        compute_source=row.compute_source,
        source_id=row.source_id,
    )
    try:
        estimates = estimates_by_method(_inputs(row), hardware, assumptions)
    except (KeyError, ValueError) as error:
        doubt = Coded.of(ComputeDoubt.INPUTS_UNUSABLE, method=row.method, error=str(error))
        return RefusedEstimate(model, doubt)
    chosen = next((e for e in estimates if e.method == row.method), None)
    if chosen is None:
        return RefusedEstimate(model, Coded.of(ComputeDoubt.METHOD_NOT_SUPPORTED, method=row.method))
    counted = replace(chosen, scope=row.compute_scope or "", flags=(*chosen.flags, *_left_out(row)))
    return estimate_row(model, counted, is_preferred=True)


def _left_out(row: HandReadObservation) -> Iterator[Coded[ComputeFlag]]:
    """What a row says that its figure leaves out."""
    if row.compute_scope == "finetuning":
        yield Coded.of(ComputeFlag.BASE_LEFT_OUT)
    if row.teacher:
        yield Coded.of(ComputeFlag.DISTILLED)
    if row.compute_bound:
        yield Coded.of(ComputeFlag.BOUND_ONLY, side=row.compute_bound)


def _inputs(row: HandReadObservation) -> ComputeInputs:
    words = {"hardware": row.hardware or "", "forward_ops_unit": row.forward_ops_unit or ""}
    inputs = ComputeInputs(**same_named(row, ComputeInputs) | words)
    if row.method != "third_party":
        return inputs
    theirs = row.compute_confidence or ""
    return replace(inputs, third_party_flop=row.training_flop, third_party_confidence=theirs)


def price_training_runs(
    connection: DuckDBPyConnection,
    cost_overrides: Mapping[str, Override],
    compute: ComputeAssumptions | None = None,
) -> Counter[str]:
    """Chip-hours, energy, money and carbon of every compute estimate, and of published runs beside what was published.

    `compute` says by which assumptions compute was estimated (defaults where None).
    """
    setting = replace(cost_setting(cost_overrides, connection), compute=compute or ComputeAssumptions())
    counts = load_derived(connection, {"out_cost_checks": flat(cost_checks(load_published(), setting))})
    with changed_parts(connection, COSTS, version_of(setting)) as changed:
        for ids in some_at_a_time(changed, RUNS_AT_A_TIME):
            runs = connection.execute(f"SELECT * FROM ({_RUNS}) WHERE estimate_id IN (SELECT unnest(?))", [ids])
            add_derived(connection, COSTS.table, flat(priced(run, setting) for run in as_dicts(runs)))
    return counts + derived_counts(connection, COSTS.table)
