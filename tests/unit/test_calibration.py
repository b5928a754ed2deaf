"""Intervals widened by what back-tests tell: factors, where they come from, and what the widened ones then hold."""

from dataclasses import replace

import numpy as np
import pytest

from schemas.rows import from_record
from schemas.rows.evaluation import BacktestPrediction, Calibration
from tasks.evaluate.calibration import MIN_HALF_WIDTH, MIN_MISSES, calibrate, widened, widening
from tasks.fit.model import Interval
from tests.unit.rows import good_row


def predictions(misses, series="s", domain="Vision", horizon=0.9, half_width=1 - MIN_HALF_WIDTH, value=20.0):
    """Predictions that just lie in the interval when it is widened by so much."""
    return [
        from_record(
            BacktestPrediction,
            good_row("out_backtests", series=series, domain=domain, estimator="e", horizon_error=horizon)
            | {
                "observation_id": f"{series} {i}",
                "log10_flop_predicted": value,
                "log10_flop_actual": value + miss - MIN_HALF_WIDTH,
            }
            | {"log10_flop_interval_lower": value - half_width, "log10_flop_interval_upper": value + half_width},
        )
        for i, miss in enumerate(misses)
    ]


def calibrated(rows) -> dict[tuple[str, str], Calibration]:
    return {(c.domain, c.horizon): c for c in calibrate(rows)}


def test_the_factor_is_the_conformal_quantile_of_the_misses():
    misses = np.arange(1, 30) / 10  # 29 cases: ceil(30 x 0.9) = 27th
    found = calibrated(predictions(misses))["Vision", "from_0.8"]
    assert found.calibration_factor == pytest.approx(2.7)
    assert (found.calibrated_on, found.n_calibrated_on, found.n_cases) == ("domain_and_horizon", 29, 29)
    assert found.raw_coverage == pytest.approx(10 / 29)  # those up to one


def test_intervals_that_hold_are_not_narrowed():
    assert calibrated(predictions([0.1] * 30))["Vision", "from_0.8"].calibration_factor == 1


def test_few_cases_of_a_domain_fall_back_on_the_domain_then_on_the_horizon_then_on_all():
    rows = (
        predictions([1.0] * (MIN_MISSES - 1), "a", "Vision", 0.9)
        + predictions([2.0] * (MIN_MISSES - 1), "a", "Vision", 0.6)
        + predictions([3.0] * MIN_MISSES, "b", "Language models", 0.9)
        + predictions([4.0], "c", "Speech", 0.9)
        + predictions([5.0], "c", "Speech", 0.4)
    )
    found = calibrated(rows)
    assert found["Vision", "from_0.8"].calibrated_on == "domain"
    assert found["Language models", "from_0.8"].calibrated_on == "domain_and_horizon"
    assert found["Speech", "from_0.8"].calibrated_on == "horizon"
    assert found["Speech", "below_0.5"].calibrated_on == "all"
    assert found["all", "0.5_to_0.67"].calibrated_on == "all"


def test_few_cases_take_those_of_the_horizons_beside_before_all_of_the_domain():
    far, farther = (predictions([m] * (MIN_MISSES - 1), "a", "Vision", h) for m, h in ((2.0, 0.6), (3.0, 0.4)))
    found = calibrated(predictions([1.0] * 50, "a", "Vision", 0.9) + far + farther)["Vision", "below_0.5"]
    assert (found.calibrated_on, found.n_calibrated_on) == ("domain_and_horizons_beside", 2 * (MIN_MISSES - 1))
    assert found.calibration_factor == pytest.approx(3.0)


def test_too_few_cases_give_no_factor():
    found = calibrated(predictions([1.0] * 8))["Vision", "from_0.8"]
    assert found.calibration_factor is None


def test_coverage_is_that_of_factors_which_did_not_see_the_series():
    rows = predictions([1.0] * 20, "a") + predictions([3.0] * 20, "b")
    found = calibrated(rows)["Vision", "from_0.8"]
    assert found.calibration_factor == pytest.approx(3.0)
    assert found.coverage == pytest.approx(0.5)  # a is held by what b tells, b not by what a tells


def test_a_series_that_is_nearly_all_of_its_place_is_checked_by_its_other_records():
    """Without the series its factor would come from another place, which is not the factor that is published."""
    misses = [1.2] * 18 + [2.0, 2.0]
    alone = calibrated(predictions(misses) + predictions([9.0] * 40, "b", "Speech"))["Vision", "from_0.8"]
    assert (alone.calibration_factor, alone.coverage) == (pytest.approx(2.0), 1.0)
    rows = [replace(p, origin_year=2000 + i) for i, p in enumerate(predictions([1.2] * 19 + [2.0]))]
    alone = calibrated(rows + predictions([9.0] * 40, "b", "Speech"))["Vision", "from_0.8"]
    assert (alone.calibration_factor, alone.coverage) == (pytest.approx(1.2), pytest.approx(0.95))


def test_an_interval_that_holds_is_left_as_it_is():
    factor = calibrated(predictions([0.5] * 30))["Vision", "from_0.8"].calibration_factor
    assert widened(Interval(20.0, 19.0, 22.0), factor) == Interval(20.0, 19.0, 22.0)


def test_what_gives_no_figure_has_no_interval_to_widen():
    silent = predictions([1.0] * 20, "b")
    silent = [from_record(BacktestPrediction, _without_figure(p)) for p in silent]
    assert calibrated(predictions([1.0] * 20, "a") + silent)["all", "from_0.8"].n_cases == 20


def _without_figure(prediction: BacktestPrediction) -> dict:
    row = {f: getattr(prediction, f) for f in prediction.__slots__ if f != "reason"}
    return row | {"log10_flop_predicted": None, "prediction_reason_code": None}


@pytest.mark.parametrize("spread", [0.3, 1.0, 3.0])
def test_widened_intervals_hold_nine_in_ten_whatever_the_model_claims(spread):
    """Synthetic recovery: outcomes scatter by `spread` decades about figures that claim a half-width of one."""
    rng = np.random.default_rng(5)
    rows = [p for s in range(12) for p in predictions(rng.normal(0, spread, 15), f"s{s}", half_width=1.0)]
    found = calibrated(rows)["Vision", "from_0.8"]
    if spread > 1:
        assert found.raw_coverage < 0.5
    assert 0.85 < found.coverage <= (0.95 if spread > 0.6 else 1)
    new = rng.normal(0, spread, 4000)
    interval = widened(Interval(0.0, -1.0, 1.0), found.calibration_factor)
    assert np.mean((interval.lower <= new) & (new <= interval.upper)) > 0.86


def test_an_interval_is_widened_on_each_side_by_its_own_width():
    assert widened(Interval(20.0, 19.0, 22.0), 2.0) == Interval(20.0, pytest.approx(17.9), pytest.approx(24.1))
    assert widened(Interval(20.0, None, 20.0), 3.0) == Interval(20.0, None, pytest.approx(20.2))


def test_a_target_takes_the_factor_of_its_domain_and_horizon_else_that_of_any():
    rows = predictions([2.0] * 30, "a", "Vision") + predictions([4.0] * 30, "b", "Speech", 0.6)
    widen = widening(calibrate(rows))
    interval = Interval(20.0, 19.0, 21.0)
    assert widen("e", "Vision", 0.95, interval)[1] == pytest.approx(2.0)
    assert widen("e", "Speech", 0.6, interval)[1] == pytest.approx(4.0)
    assert widen("e", "Elsewhere", 1.5, interval)[1] == pytest.approx(
        2.0
    )  # what was reached lies at the nearest horizon
    assert widen("another", "Vision", 0.9, interval) == (interval, None)
