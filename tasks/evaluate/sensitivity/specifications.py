"""The specification curve: what every combination of defensible choices says of one target.

Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4:1208-1214: list the choices that are sensible and not
redundant, fit each combination, and show all of the answers instead of one.
"""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schemas.codes.evaluation import FitOutcome
from schemas.frames import frame_of
from schemas.rows import Record
from schemas.rows.evaluation import SpecificationQuantile, SpecificationResult
from schemas.vocabularies import COMPUTE_CHOICES, NOT_APPLICABLE, OBSERVATION_CHOICES, SPLIT_CHOICES
from tasks.estimate.extrapolate import Target
from tasks.evaluate.sensitivity.chosen_rows import Series, estimate_target, outcome, targets_with_series, with_weights
from tasks.evaluate.sensitivity.influence import EstimatorsFor
from tasks.fit.bootstrap import MIN_PAPERS
from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Floats, finite_or_none
from tasks.fit.sample import MIN_POINTS
from tasks.wording import words

Mask = NDArray[np.bool_]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

_WITHOUT_EXTRA_DATA = ("none", NOT_APPLICABLE)
_SAME_PAPER = ("same_row", "same_paper_and_name")


class Specification(NamedTuple):
    """One choice of figures and observations: `used` (n,) says which of the series' observations."""

    compute: str
    observation: str
    split: str
    used: Mask


def specification_rows(
    observations: pd.DataFrame, estimators_for: EstimatorsFor, targets: Iterable[Target]
) -> list[SpecificationResult]:
    """Every target by every estimator under every specification of its series.

    Args:
        observations: columns of core_observations; rows with `in_fit` true count.
        estimators_for: from series and metric to all estimators that are to be compared.
        targets: errors aimed at.

    A specification that selects the same figures as one before it (the project's own choice comes first), or too few
    of them for any line, is none.
    """
    found: list[SpecificationResult] = []
    for target, series in targets_with_series(observations, targets):
        if specifications := specifications_of(series.rows):
            batch = _batch(series, specifications)
            for estimator in estimators_for(target.series, target.metric):
                found += _results(target, estimator, batch, specifications)
    return found


def specifications_of(observations: pd.DataFrame) -> list[Specification]:
    """The specifications of one series (columns of core_observations) that differ and have points and papers enough.

    Compute: all figures; without those with an input from our tables; without those of third parties; or the hardware
    burden (chips x peak x time, as the study has it), where known. Observations: all; those since 2012; those that
    were records when published (no earlier year has a lower error); models that learnt from no extra data; or those
    whose accuracy and compute stand in one paper. Splits: pooled, or the one with the most observations alone.
    """
    kinds = (_compute(observations), _observations(observations), _splits(observations))
    seen: set[tuple[bool, bytes]] = set()
    found = []
    for compute, observation, split in product(COMPUTE_CHOICES, OBSERVATION_CHOICES, SPLIT_CHOICES):
        used = kinds[0][compute] & kinds[1][observation] & kinds[2][split]
        key = (compute == "hardware_burden", used.tobytes())
        is_enough = used.sum() >= MIN_POINTS and observations["paper_id"][used].nunique() >= MIN_PAPERS
        if is_enough and key not in seen:
            seen.add(key)
            found.append(Specification(compute, observation, split, used))
    return found


def _compute(observations: pd.DataFrame) -> dict[str, Mask]:
    method = observations["method"].astype(str).to_numpy()
    return {
        "all": np.ones(len(observations), dtype=bool),
        "without_imputed": method != "imputed",
        "without_third_party": method != "third_party",
        "hardware_burden": _burden(observations) > 0,
    }


def _burden(observations: pd.DataFrame) -> Floats:
    """Hardware burden in FLOP, zero where unknown."""
    return observations["hardware_burden_flop"].to_numpy(dtype=float, na_value=0.0)


def _observations(observations: pd.DataFrame) -> dict[str, Mask]:
    year = observations["year"].to_numpy(dtype=float, na_value=np.nan)
    error = observations["error"].to_numpy(dtype=float)
    earlier = np.where(year[None, :] < year[:, None], error[None, :], np.inf)
    return {
        "all": np.ones(len(observations), dtype=bool),
        "since_2012": year >= 2012,
        "records": ~np.isnan(year) & (error <= earlier.min(axis=1)),
        "without_extra_data": observations["extra_data"].isin(_WITHOUT_EXTRA_DATA).to_numpy(),
        "same_paper": observations["join_rule"].isin(_SAME_PAPER).to_numpy(),
    }


def _splits(observations: pd.DataFrame) -> dict[str, Mask]:
    benchmark = observations["benchmark"].astype(str)
    largest = benchmark.value_counts().sort_index().idxmax()
    return {"pooled": np.ones(len(observations), dtype=bool), "largest_split": (benchmark == largest).to_numpy()}


def _batch(series: Series, specifications: list[Specification]) -> Batch:
    """One row a specification; the burden counts as exact, being defined by what is known of the run."""
    batch = with_weights(series.batch, [s.used for s in specifications])
    by_burden = np.array([[s.compute == "hardware_burden"] for s in specifications]) & (batch.weight > 0)
    log10_burden = np.log10(np.maximum(_burden(series.rows), 1.0))
    return batch._replace(x=np.where(by_burden, log10_burden, batch.x), x_sd=np.where(by_burden, 0.0, batch.x_sd))


def _results(
    target: Target, estimator: Estimator, batch: Batch, specifications: list[Specification]
) -> list[SpecificationResult]:
    estimates = estimate_target(estimator, batch, target.error)
    return [
        SpecificationResult(
            **target.about,
            estimator=estimator.name,
            compute_choice=specification.compute,
            observation_choice=specification.observation,
            split_choice=specification.split,
            n=int(estimates.n[i]),
            n_papers=len(np.unique(batch.paper[specification.used])),
            fit_outcome=outcome(estimates.log10_flop[i]),
            implied_power=finite_or_none(estimates.power[i]),
            log10_training_flop=finite_or_none(estimates.log10_flop[i]),
        )
        for i, specification in enumerate(specifications)
    ]


def quantile_rows(results: Iterable[SpecificationResult]) -> list[SpecificationQuantile]:
    """Quantiles of what the specifications of each target say.

    What is unreachable counts as the largest of all, and so does the power of a fit whose error does not fall; each
    specification that was fitted counts once. A quantile is the smallest figure that so large a share reaches.
    """
    fitted = frame_of("out_specifications", (r for r in results if r.fit_outcome != FitOutcome.NOT_FITTED), words)
    found: list[SpecificationQuantile] = []
    about = ["series", "metric", "target", "target_error"]
    for values, group in fitted.groupby(about, sort=True):
        unreachable = group["fit_outcome"] == FitOutcome.UNREACHABLE
        counts = {"specifications": len(group), "specifications_unreachable": int(unreachable.sum())}
        figures = {
            column: np.quantile(group[column].astype(float).fillna(np.inf), QUANTILES, method="inverted_cdf")
            for column in ("implied_power", "log10_training_flop")
        }
        for i, quantile in enumerate(QUANTILES):
            row: Record = {
                **dict(zip(about, values, strict=True)),
                **counts,
                **{column: finite_or_none(q[i]) for column, q in figures.items()},
            }
            found.append(SpecificationQuantile(quantile=quantile, **row))
    return found
