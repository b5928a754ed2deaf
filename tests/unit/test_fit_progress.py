"""Progress: the study's figures, known rates, what a rate means for the compute needed, and years that are missing."""

import numpy as np
import pytest
import statsmodels.api as sm

from tasks.fit.estimators.progress import ESTIMATORS, PARAMETERS, years_per_tenfold
from tests.unit.resamples import batch_of
from tests.unit.study_models import imagenet_models

BY_NAME = {e.name: e for e in ESTIMATORS}
SLOPE, PER_YEAR = 0.08, 0.03
TENFOLD = SLOPE / PER_YEAR
HALVING = np.log10(2) * TENFOLD


def column(parameters, name):
    return parameters[:, PARAMETERS.index(name)]


def progress_data(rng, resamples, n, noise=0.05, x_noise=0.0, years=10):
    """log10 FLOP, error and year (R, n): compute grows by half a decade a year, as it does in the records."""
    year = rng.integers(2012, 2012 + years, (resamples, n)).astype(float)
    x = 18 + 0.5 * (year - 2012) + rng.normal(0, 1.0, year.shape)
    y = -1.1 + SLOPE * x + PER_YEAR * (year - 2012) + rng.normal(0, noise, x.shape)
    return x + rng.normal(0, x_noise, x.shape), 10**-y, year


def fit_and_print(name, x, error, year):
    p = BY_NAME[name].fit(batch_of(x, error, year))
    halving = np.median(column(p, "halving_years"))
    print(
        f"{name}: slope {column(p, 'slope').mean() - SLOPE:+.4f}, a year {column(p, 'per_year').mean() - PER_YEAR:+.4f}"
    )
    print(f"{name}: median halving time {halving:.3f} years, true {HALVING:.3f}")
    return p


# --- the study


def test_the_studys_tenfold_in_two_and_a_half_years_comes_out():
    """Error on network operations and year, 77 models: -0.0638 and -0.0250 (printed), so 2.55 years for a tenfold."""
    models = imagenet_models()
    alexnet = np.log10(models.operations[models.names.index("AlexNet")])
    batch = batch_of(np.log10(models.operations), models.error, models.year)
    p = BY_NAME["progress"].fit(batch)
    assert batch.x.shape == (1, 77)
    slope, per_year, at_year = (float(column(p, name)[0]) for name in ("slope", "per_year", "at_year"))
    assert (round(slope, 4), round(per_year, 3), at_year) == (0.0638, 0.025, models.year.max())
    in_2012 = column(p, "intercept") + slope * alexnet + per_year * (2012 - at_year)
    assert float(in_2012[0]) == pytest.approx(0.4528, abs=5e-5)
    assert round(float(column(p, "years_per_tenfold")[0]), 2) == 2.55
    assert float(column(p, "halving_years")[0]) == pytest.approx(9 / 12, abs=0.02)  # Erdil and Besiroglu's nine months


def test_three_years_for_a_tenfold_are_eleven_months_for_a_half():
    assert 12 * np.log10(2) * 3 == pytest.approx(10.84, abs=0.01)
    assert years_per_tenfold(np.array([0.09]), np.array([0.03])) == pytest.approx([3.0])


# --- what the parameters mean


@pytest.mark.parametrize("name", BY_NAME)
def test_after_the_halving_time_half_of_the_compute_reaches_the_same_error(name):
    x, error, year = progress_data(np.random.default_rng(1), 1, 200)
    batch = batch_of(x, error, year)
    p = BY_NAME[name].fit(batch)
    halving, tenfold = (float(column(p, n)[0]) for n in ("halving_years", "years_per_tenfold"))
    # Move all years on by a halving time: the same last year's curve stands that much earlier.
    later = BY_NAME[name].fit(batch._replace(year=batch.year + halving))
    assert column(later, "at_year") == pytest.approx(column(p, "at_year") + halving)
    moved = p.copy()
    moved[:, 0] += column(p, "per_year") * halving
    before, after = (BY_NAME[name].log10_flop_at(q, 0.1)[0] for q in (p, moved))
    assert before - after == pytest.approx(np.log10(2))
    assert tenfold * np.log10(2) == pytest.approx(halving)


def test_the_curve_is_that_of_the_last_year():
    x, error, year = progress_data(np.random.default_rng(2), 1, 300, noise=1e-9)
    p = BY_NAME["progress"].fit(batch_of(x, error, year))
    assert column(p, "at_year") == [2021.0]
    expected = 10 ** -(-1.1 + SLOPE * 24 + PER_YEAR * 9)
    assert BY_NAME["progress"].error_at(p, np.array([24.0])) == pytest.approx(expected, rel=1e-6)
    assert BY_NAME["progress"].log10_flop_at(p, expected) == pytest.approx(24.0)


def test_without_gain_from_year_to_year_the_compute_needed_never_halves():
    slope, per_year = np.array([0.1, 0.1, 0.1, -0.1, np.nan]), np.array([0.0, -0.02, 0.02, 0.02, np.nan])
    assert years_per_tenfold(slope, per_year) == pytest.approx([np.inf, np.inf, 5.0, 0.0, np.nan], nan_ok=True)


def test_all_resamples_speak_of_the_last_year_in_any_of_them():
    x, error, year = progress_data(np.random.default_rng(3), 1, 60)
    weight = np.ones((2, 60))
    weight[1, year[0] > 2015] = 0
    p = BY_NAME["progress"].fit(batch_of(x, error, year, weight))
    assert (column(p, "at_year") == 2021).all()
    alone = BY_NAME["progress"].fit(batch_of(x, error, year, weight[1:]))
    assert column(alone, "at_year") == [2015.0]
    assert column(alone, "slope") == pytest.approx(column(p, "slope")[1:])


# --- against others, and known parameters


def test_progress_is_least_squares_and_its_frontier_the_regression_quantile_of_statsmodels():
    x, error, year = progress_data(np.random.default_rng(4), 3, 80)
    for name, regress in (
        ("progress", lambda y, design: sm.OLS(y, design).fit()),
        ("progress_frontier", lambda y, design: sm.QuantReg(y, design).fit(q=0.1, p_tol=1e-10)),
    ):
        ours = BY_NAME[name].fit(batch_of(x, error, year))
        for k in range(3):
            theirs = regress(np.log10(error[k]), np.column_stack([np.ones(80), x[k], year[k] - 2021])).params
            assert -ours[k, :3] == pytest.approx(theirs, abs=1e-6 if name == "progress" else 1e-5)


@pytest.mark.parametrize("name", BY_NAME)
def test_integer_weights_are_repeated_rows(name):
    rng = np.random.default_rng(5)
    x, error, year = (a[0] for a in progress_data(rng, 1, 60))
    weight = rng.integers(0, 4, 60)
    weight[year.argmax()] = 1
    weighted = BY_NAME[name].fit(batch_of(x, error, year, weight))
    repeated = BY_NAME[name].fit(batch_of(*(np.repeat(a, weight) for a in (x, error, year))))
    assert weighted == pytest.approx(repeated, rel=1e-6)


@pytest.mark.parametrize("name", BY_NAME)
def test_known_progress_is_found(name):
    p = fit_and_print(name, *progress_data(np.random.default_rng(6), 400, 150))
    assert column(p, "slope").mean() == pytest.approx(SLOPE, abs=0.002)
    assert column(p, "per_year").mean() == pytest.approx(PER_YEAR, abs=0.002)
    assert np.median(column(p, "halving_years")) == pytest.approx(HALVING, rel=0.06)


def test_error_in_compute_makes_progress_look_faster():
    """What the years tell of compute is left to them: slope x lambda, a year + 0.5 slope (1 - lambda), where lambda is
    the share of true variance about the trend of compute (Fuller 1987, section 2.2: one regressor with error)."""
    p = fit_and_print("progress", *progress_data(np.random.default_rng(7), 400, 150, x_noise=0.5))
    share = 1 / (1 + 0.5**2)
    assert column(p, "slope").mean() == pytest.approx(SLOPE * share, abs=0.002)
    assert column(p, "per_year").mean() == pytest.approx(PER_YEAR + 0.5 * SLOPE * (1 - share), abs=0.002)
    assert np.median(column(p, "halving_years")) < 0.8 * HALVING


def test_bad_models_move_the_frontier_less_than_the_mean():
    rng = np.random.default_rng(8)
    x, error, year = progress_data(rng, 300, 150)
    late = (year > 2018) & (rng.uniform(size=x.shape) < 0.3)
    spoilt = np.where(late, np.minimum(error * 3, 0.99), error)
    mean, best = (fit_and_print(name, x, spoilt, year) for name in ("progress", "progress_frontier"))
    assert column(mean, "per_year").mean() < PER_YEAR - 0.01
    assert column(best, "per_year").mean() == pytest.approx(PER_YEAR, abs=0.005)


def test_clusters_leave_progress_where_it_is():
    rng = np.random.default_rng(9)
    x, error, year = (a.repeat(5, axis=1) for a in progress_data(rng, 400, 30))
    x = x + (step := rng.normal(0, 0.3, x.shape))
    p = fit_and_print("progress", x, error * 10 ** -(SLOPE * step + rng.normal(0, 0.05, x.shape)), year)
    assert column(p, "slope").mean() == pytest.approx(SLOPE, abs=0.003)
    assert column(p, "per_year").mean() == pytest.approx(PER_YEAR, abs=0.003)


# --- what carries no fit


@pytest.mark.parametrize("name", BY_NAME)
def test_observations_without_a_year_count_nothing(name):
    x, error, year = progress_data(np.random.default_rng(10), 3, 50)
    unknown = np.zeros(50, dtype=bool)
    unknown[::7] = True
    some = BY_NAME[name].fit(batch_of(x, error, np.where(unknown, np.nan, year)))
    rest = BY_NAME[name].fit(batch_of(x[:, ~unknown], error[:, ~unknown], year[:, ~unknown]))
    assert some == pytest.approx(rest, rel=1e-7)
    assert BY_NAME[name].needs_years


@pytest.mark.parametrize("name", BY_NAME)
def test_one_year_or_compute_that_is_the_year_tells_no_progress(name):
    x, error, _ = progress_data(np.random.default_rng(11), 3, 50)
    for year in (np.full(x.shape, 2020.0), 2000 + x, np.full(x.shape, np.nan)):
        p = BY_NAME[name].fit(batch_of(x, error, year))
        assert np.isnan(p).all()
        assert np.isnan(BY_NAME[name].log10_flop_at(p, 0.1)).all()
