"""What performance grew by, and how fast the compute needed for the same score falls."""

from collections import Counter, defaultdict
from math import log10

from duckdb import DuckDBPyConnection

from schemas.rows.capabilities import Capability
from schemas.rows.fits import FitParameter, FitSummary
from schemas.rows.observations import Observation
from tasks.evaluate.effective_compute import CAPABILITY, beside_published, of_capability, of_fits
from tasks.evaluate.performance import DatedPerformance, PerformanceSeries, performance_growth
from tasks.fit.sample import family_of
from tasks.load.derived import load_derived
from tasks.reference.benchmarks import guess_errors
from tasks.reference.datasets import Dataset, by_series, load_datasets, mentions
from tasks.reference.progress import load_published_progress
from tasks.refresh.capabilities import dataset_sizes
from tasks.refresh.flat import flat
from tasks.refresh.joined import ENOUGH_TO_LEARN_FROM
from warehouse.rows import rows_of


def split_performance(connection: DuckDBPyConnection, series: list[str], confidence_level: float) -> Counter[str]:
    """Growth in performance by factor, halving times of the compute needed, and published ones beside them."""
    measured = [*_benchmarks(connection, series), _capability(connection)]
    fits, parameters = (
        rows_of(connection, FitSummary, "out_fits"),
        rows_of(connection, FitParameter, "out_fit_parameters"),
    )
    of_ability = of_capability(measured[-1].models, confidence_level)
    effective = [*of_fits(fits, parameters), *of_ability]
    return load_derived(
        connection,
        {
            "out_performance_growth": flat(performance_growth(measured, confidence_level)),
            "out_effective_compute": flat(effective),
            "out_progress_checks": flat(beside_published(effective, load_published_progress())),
        },
    )


def _benchmarks(connection: DuckDBPyConnection, series: list[str]) -> list[PerformanceSeries]:
    """The observations of each series that its fits use, with the size of what their models were trained on."""
    sizes, datasets = dataset_sizes(connection), load_datasets()
    own = {s: d for s, d in by_series(datasets).items() if (d.train_examples or 0) >= ENOUGH_TO_LEARN_FROM}
    tuned = set(by_series(datasets)) - set(own)  # what their models learnt from before is not known
    found: dict[tuple[str, str], list[DatedPerformance]] = defaultdict(list)
    for o in rows_of(connection, Observation, "core_observations"):
        if o.in_fit and o.year and o.series in series:
            size = None if o.series in tuned else _examples(o, own.get(o.series), datasets, sizes)
            log_size = None if size is None else log10(size)
            found[o.series, o.metric].append(
                DatedPerformance(o.paper_id, o.year, log10(o.training_flop), log_size, -log10(o.error))
            )
    guesses = guess_errors()
    return [PerformanceSeries(place[0], guesses.get(place, 1.0), models) for place, models in sorted(found.items())]


def _examples(
    observation: Observation, own: Dataset | None, datasets: tuple[Dataset, ...], sizes: dict[str, float]
) -> float | None:
    """Examples that a model was trained on: its benchmark's own, and those of the larger set that its row names."""
    if own is None:
        return sizes.get(observation.estimate_id)
    if not observation.extra_data:
        return own.train_examples
    named = {slug for slug, _, _ in mentions(observation.extra_data, datasets)}
    more = [d.train_examples for d in datasets if d.slug in named and d.train_examples]
    return max(more) if more else sizes.get(observation.estimate_id)


def _capability(connection: DuckDBPyConnection) -> PerformanceSeries:
    """Language models with a capability, a year and a known compute; models of one family are one witness."""
    models = [
        DatedPerformance(
            witness=family_of(c.model_key),
            year=c.year,
            log10_flop=log10(c.training_flop),
            log10_data=log10(c.dataset_size) if c.dataset_size else None,
            performance=c.capability.value,
        )
        for c in rows_of(connection, Capability, "out_capabilities")
        if c.capability.value is not None and c.year and c.training_flop
    ]
    return PerformanceSeries(CAPABILITY, guess_error=None, models=models)
