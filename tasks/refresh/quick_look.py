"""A quick look: what targets of one benchmark take with one's own rows, condition and assumptions. Nothing is kept."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.rows.what_if import DEFAULT_CONFIDENCE
from tasks.compute.methods import ComputeAssumptions
from tasks.refresh.assumed import Assumed
from tasks.refresh.compute import estimate_compute
from tasks.refresh.estimates import fit_and_extrapolate
from tasks.refresh.joined import join_observations
from tasks.refresh.own import load_own, own_left_out
from tasks.sources.own import OwnObservations
from warehouse.connection import LOOKUPS, connect
from warehouse.rows import typed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickEstimate:
    """One target by the headline's estimator: compute in decades of FLOP, over all as good as it; costs by it alone."""

    target: str
    target_error: float
    estimator: str
    n: int
    n_alike: int
    log10_training_flop: float | None
    log10_training_flop_lower: float | None
    log10_training_flop_upper: float | None
    cost_usd: float | None
    cost_usd_lower: float | None
    cost_usd_upper: float | None
    energy_kwh: float | None
    co2e_kg: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class QuickLook:
    """Estimates, the asked targets first, and a line for each own observation that the curve does not use."""

    estimates: list[QuickEstimate]
    left_out: list[str]


def quick_look(release: Path, series: str, assumed: Assumed, own: OwnObservations | None = None) -> QuickLook:
    """The targets of one series by a copy of a release's warehouse.

    Which estimator gives the headline and how wide intervals are is as the release has it: its back-tests are not made
    anew.

    Args:
        release: The release's `warehouse.duckdb`; it is only read.
        series: The series (benchmarks.csv).
        assumed: Assumptions, condition and targets.
        own: Observations of one's own.

    Raises:
        ConditionRefused: the condition leaves nothing of the series to fit.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / release.name
        shutil.copyfile(release, copy)
        with connect(copy) as connection:
            if own:
                load_own(connection, own)
            if own or assumed.compute != ComputeAssumptions():
                estimate_compute(connection, assumed.compute)
            join_observations(connection, assumed.scope, assumed.row_filter, [series])
            left_out = own_left_out(connection)
            fit_and_extrapolate(connection, [series], assumed.overrides, DEFAULT_CONFIDENCE, assumed.targets)
            rows = connection.execute((LOOKUPS / "quick_estimates.sql").read_text(), [series])
            found = typed(rows, QuickEstimate)
    asked = {row.target for row in assumed.targets}
    return QuickLook(sorted(found, key=lambda row: (row.target not in asked, -row.target_error)), left_out)
