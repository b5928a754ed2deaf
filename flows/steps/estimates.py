"""The tasks of a refresh: from claims to estimates."""

from pathlib import Path
from typing import Any

from flows.runtime import task_logger
from flows.steps.task import Counts, step, warehouse_step
from tasks.defects import mark
from tasks.refresh import capabilities, compute, dates, estimates, evaluated, inputs, joined, own, performance
from tasks.refresh.assumed import Assumed
from warehouse.working import open_working

load_own = warehouse_step("load own observations", own.load_own)
estimate_compute = warehouse_step("estimate compute", compute.estimate_compute)
estimate_costs = warehouse_step("estimate costs", compute.price_training_runs)
mark_defects = warehouse_step("mark defects", mark.mark_defects)
backtest = warehouse_step("back-test", evaluated.backtest_estimators)
evaluate = warehouse_step("evaluate", evaluated.evaluate_estimates)
fit_capabilities = warehouse_step("fit capabilities", capabilities.fit_capabilities)
split_performance = warehouse_step("split performance", performance.split_performance)


@step("compare inputs", "warehouse")
def refresh_inputs(home: Path, parameters: dict[str, Any]) -> tuple[str, bool]:
    """Hash of what a refresh rests on; also tells whether the last one rested on the same: then its tables stand."""
    with open_working(home) as warehouse:
        found = inputs.refresh_inputs(warehouse, parameters)
        return found, inputs.is_refreshed(warehouse, found)


@step("match observations", "warehouse")
def match_observations(home: Path, series: list[str], assume: Assumed) -> Counts:
    """Accuracy and compute of the same model; of one's own observations, those left out are told."""
    with open_working(home) as warehouse:
        counts = joined.join_observations(warehouse, assume.scope, assume.row_filter, series)
        for line in own.own_left_out(warehouse):
            task_logger().warning(line)
    return dict(counts)


@step("fit and estimate", "warehouse")
def fit_and_estimate(home: Path, series: list[str], assume: Assumed, confidence_level: float) -> Counts:
    """Curves, what targets cost by them, and when they are reached."""
    with open_working(home) as warehouse:
        counts = estimates.fit_and_extrapolate(warehouse, series, assume.overrides, confidence_level, assume.targets)
        for line in estimates.unanswered(warehouse, assume.targets):
            task_logger().warning(line)
        return dict(counts + dates.date_targets(warehouse, assume.overrides))
