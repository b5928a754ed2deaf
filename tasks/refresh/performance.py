"""What performance grew by, and how fast the compute needed for the same score falls."""

from collections import Counter, defaultdict
from math import log10

from duckdb import DuckDBPyConnection

from schemas.rows.capabilities import Capability
from schemas.rows.fits import FitParameter, FitSummary
from schemas.rows.observations import Observation
from schemas.vocabularies import NO_EXTRA_DATA
from tasks.evaluate.effective_compute import CAPABILITY, before_last_year, beside_published, of_fits, of_models
from tasks.evaluate.performance import DatedPerformance, PerformanceSeries, performance_growth
from tasks.fit.sample import family_of
from tasks.load.derived import load_derived
from tasks.reference.benchmarks import guess_errors, whole_series
from tasks.reference.datasets import Dataset, by_series, load_datasets
from tasks.reference.progress import load_published_progress
from tasks.refresh.accuracies import ENOUGH_TO_LEARN_FROM
from tasks.refresh.capabilities import dataset_sizes
from tasks.refresh.flat import flat
from warehouse.rows import rows_of, typed

_IN_FITS = """
SELECT * FROM core_observations
WHERE in_fit AND year > 0 AND list_contains(?, series)
ORDER BY observation_id
"""

STUDY = "study-data"
"""Source of the compute that the study's authors collected."""


def split_performance(connection: DuckDBPyConnection, series: list[str], confidence_level: float) -> Counter[str]:
    """Growth in performance by factor, halving times of the compute needed, and published ones beside them."""
    observations = typed(connection.execute(_IN_FITS, [series]), Observation)
    sizes, capability = dataset_sizes(connection), _capability(connection)
    measured = [*_benchmarks(observations, sizes), capability]
    studied = _benchmarks([o for o in observations if o.compute_source_id == STUDY], sizes)
    effective = [
        *of_fits(rows_of(connection, FitSummary, "out_fits"), rows_of(connection, FitParameter, "out_fit_parameters")),
        *of_models(capability, "capability_progress", confidence_level),
        *of_models(before_last_year(capability), "capability_progress_before_last_year", confidence_level),
        *(row for one in studied for row in of_models(one, "progress_of_study_models", confidence_level)),
        *(row for one in measured for row in of_models(one, "progress_at_same_data", confidence_level, with_data=True)),
    ]
    return load_derived(
        connection,
        {
            "out_performance_growth": flat(performance_growth(measured, confidence_level)),
            "out_effective_compute": flat(effective),
            "out_progress_checks": flat(beside_published(effective, load_published_progress())),
        },
    )


def _benchmarks(observations: list[Observation], sizes: dict[str, float]) -> list[PerformanceSeries]:
    """Observations by benchmark, those that stand apart among them, with the data of their models."""
    sets = by_series(load_datasets())
    found: dict[tuple[str, str], list[DatedPerformance]] = defaultdict(list)
    for o in observations:
        benchmark = whole_series(o.series)
        examples = _examples(o, sets.get(benchmark), sizes)
        found[benchmark, o.metric].append(
            DatedPerformance(
                witness=o.paper_id,
                year=o.year or 0,
                log10_flop=log10(o.training_flop),
                log10_data=log10(examples) if examples else None,
                performance=-log10(o.error),
            )
        )
    guesses = guess_errors()
    return [PerformanceSeries(place[0], guesses.get(place, 1.0), rows) for place, rows in sorted(found.items())]


def _examples(observation: Observation, own: Dataset | None, sizes: dict[str, float]) -> float | None:
    """Examples that a model was trained on: its benchmark's own, those of a larger set, or Epoch AI's figure.

    What models learnt from that are tuned to a small set of their benchmark is not known.
    """
    if own is None:
        return sizes.get(observation.estimate_id)
    if (own.train_examples or 0) < ENOUGH_TO_LEARN_FROM:
        return None
    if observation.extra_data == NO_EXTRA_DATA:
        return own.train_examples
    return observation.extra_examples


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
