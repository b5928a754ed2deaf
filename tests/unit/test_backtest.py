"""Back-tests: what is known at an origin, what a record is, predictions and their scores."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rows import from_record
from schemas.rows.evaluation import BacktestPrediction
from tasks.evaluate import evaluate as run_all
from tasks.evaluate.backtest import LEVELS, backtest, interval_score, origins, records
from tasks.evaluate.baselines import BASELINES
from tasks.evaluate.scores import score, weighted_quantile
from tasks.fit.bootstrap import batch_of
from tasks.fit.estimators.directions import FORWARD, REVERSE
from tasks.fit.registry import RECIPES
from tasks.fit.sample import sample_of
from tasks.load.validate import validate
from tasks.refresh.flat import flat
from tasks.sources.study_file import FILES, FLOP_PER_GFLOP, read_study
from tests.study import read_points
from tests.unit.rows import good_row

SHARED = Path(__file__).parents[3] / "shared"
SLOPE, INTERCEPT = 0.1, -1.6  # log10(1/error) = INTERCEPT + SLOPE * log10 FLOP


def on_the_curve(x: np.ndarray) -> np.ndarray:
    return 10 ** -(INTERCEPT + SLOPE * np.asarray(x))


def observed(x, error, year, series="made-up", paper=None, **changes) -> pd.DataFrame:
    """Observations with the columns that fits and back-tests read; a paper each unless told otherwise."""
    names = [f"{series}-{i}" for i in range(len(x))]
    flop = 10 ** np.asarray(x, dtype=float)
    frame = pd.DataFrame(
        {
            "observation_id": names,
            "series": series,
            "metric": "accuracy",
            "paper_id": names if paper is None else paper,
            "model": names,
            "model_key": names,
            "year": year,
            "error": error,
            "training_flop": flop,
            "training_flop_lower": flop,
            "training_flop_upper": flop,
            "method": "reported",
            "in_fit": True,
        }
    )
    return frame.assign(**changes)


def growing(rng: np.random.Generator, n=24, noise=0.03, series="made-up") -> pd.DataFrame:
    """Compute that grows by half a decade a year from 2012 on, error on the curve but for noise (decades)."""
    year = 2012 + np.arange(n) * 10 // n
    x = 18 + (year - 2012) / 2 + rng.uniform(-0.3, 0.3, n)
    return observed(x, on_the_curve(x) * 10 ** rng.normal(0, noise, n), year, series)


def by_hand(estimators=(FORWARD,), **changes):
    return lambda series, metric: tuple(replace(e, **changes) for e in estimators)


def backtested(observations, estimators_of, replicates=50, recipes=None, yardsticks=False, **settings):
    rows = flat(backtest(observations, estimators_of, recipes or {}, replicates, **settings))
    return [r for r in rows if yardsticks or r["estimator"] not in BASELINES]


# --- origins and records


def test_a_record_is_better_than_all_years_before_and_the_best_of_its_paper():
    frame = observed(
        x=[18, 19, 20, 20, 21, 21, 22],
        error=[0.5, 0.4, 0.3, 0.35, 0.45, 0.3, 0.2],
        year=[2012, 2013, 2014, 2014, 2015, 2015, 2016],
        paper=list("abccdef"),
    )
    # The first has nothing before it, c's second is not its best, d is worse than c, e is no better than c.
    assert records(frame)["error"].tolist() == [0.4, 0.3, 0.2]


def test_two_records_of_one_year_both_count():
    frame = observed([18, 19, 20], [0.5, 0.4, 0.3], [2012, 2013, 2013])
    assert len(records(frame)) == 2


def test_an_origin_knows_its_year_and_before_and_nothing_after():
    found = list(origins(growing(np.random.default_rng(1)), first_origin=2014))
    assert [o.year for o in found] == list(range(2014, 2021))
    for o in found:
        assert o.known["year"].max() == o.year
        assert o.records["year"].min() > o.year


def test_a_year_that_brought_nothing_is_no_origin():
    frame = growing(np.random.default_rng(1))
    assert 2016 not in [o.year for o in origins(frame[frame["year"] != 2016])]


@pytest.mark.parametrize("change", [{"in_fit": False}, {"year": None}, {"paper_id": "one paper"}])
def test_what_cannot_be_known_or_asked_is_no_origin(change):
    assert list(origins(growing(np.random.default_rng(1)).assign(**change))) == []


@pytest.mark.slow
def test_which_cases_are_judged_and_where_depends_on_no_later_compute():
    """Permuting the compute of all that came after an origin leaves its cases and their horizons as they are."""
    frame = growing(np.random.default_rng(2))
    rng = np.random.default_rng(11)

    def cases_from(observations, year):
        rows = [r for r in backtested(observations, by_hand(), 20, yardsticks=True) if r["origin_year"] == year]
        return [tuple(r[c] for c in ("estimator", "observation_id", "year", "n", "horizon_error")) for r in rows]

    for year in (2014, 2017, 2019):
        later = (frame["year"] > year).to_numpy()
        permuted = frame.copy()
        permuted.loc[later, "training_flop"] = rng.permutation(frame.loc[later, "training_flop"].to_numpy())
        assert not permuted.equals(frame)
        assert cases_from(permuted, year) == cases_from(frame, year) != []


def test_the_future_changes_no_prediction_of_the_past():
    frame = growing(np.random.default_rng(2))
    later = frame["year"] > 2017
    other = frame.assign(error=frame["error"].where(~later, frame["error"] / 2))

    def slopes(observations):
        rows = [r for r in backtested(observations, by_hand(), 50) if r["origin_year"] == 2017]
        return {r["predicted_error"] for r in rows if r["log10_flop_actual"] == rows[-1]["log10_flop_actual"]}

    assert slopes(frame) == slopes(other) != set()


# --- predictions


def test_points_on_the_curve_foretell_it_exactly():
    frame = growing(np.random.default_rng(3), noise=0)
    rows = backtested(frame, by_hand((FORWARD, REVERSE)), 50)
    assert len(rows) > 20
    assert max(abs(r["log10_flop_ratio"]) for r in rows) < 1e-8
    assert max(abs(r["log10_error_ratio"]) for r in rows) < 1e-8
    assert {r["prediction_status"] for r in rows} == {"predicted"}


def test_horizons_are_told_from_what_was_known():
    frame = growing(np.random.default_rng(3))
    for row in backtested(frame, by_hand(), 20):
        known = frame[frame["year"] <= row["origin_year"]]
        assert row["horizon_decades"] == pytest.approx(
            row["log10_flop_actual"] - np.log10(known["training_flop"].max())
        )
        assert row["horizon_error"] == pytest.approx(row["error"] / known["error"].min())
        assert row["horizon_years"] == row["year"] - row["origin_year"] > 0
        assert row["n"] == len(known)


@pytest.mark.slow
def test_intervals_hold_where_their_assumptions_hold():
    rng = np.random.default_rng(4)
    held = {50: [], 80: [], 90: []}
    for i in range(150):
        frame = growing(rng, n=30, noise=0.04, series=f"s{i}")
        last = frame["year"] == 2021
        x = np.log10(frame["training_flop"])
        frame["error"] = frame["error"].where(~last, on_the_curve(x))  # the mean is what the intervals are of
        for row in backtested(frame, by_hand(), 200, first_origin=2020):
            for level, values in held.items():
                values += [row[f"error_held_{level}"], row[f"flop_held_{level}"]]
    shares = {level: np.mean(values) for level, values in held.items()}
    print(shares, len(held[90]))
    assert 0.42 < shares[50] < 0.62
    assert 0.72 < shares[80] < 0.88
    assert 0.85 < shares[90] < 0.95


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"log10_flop_at": lambda p, e: np.full(len(p), np.inf)}, "unreachable"),
        ({"log10_flop_at": lambda p, e: np.full(len(p), np.nan)}, "undefined"),
        ({"error_at": lambda p, x: np.full((len(p), len(x)), np.nan)}, "undefined"),
        ({"min_points": 1000}, "refused"),
        ({"fit": lambda batch: np.full((len(batch.weight), 2), np.nan)}, "refused"),
    ],
)
def test_what_gives_no_figure_says_why(changes, status):
    rows = backtested(growing(np.random.default_rng(5)), by_hand(**changes), 20)
    assert {r["prediction_status"] for r in rows} == {status}
    assert all(r["prediction_reason"] for r in rows)


def test_an_unbounded_interval_holds_what_lies_above_its_lower_end():
    def either(parameters, error):  # half of the resamples never get there
        return np.where(np.arange(len(parameters)) % 2, np.inf, 10.0)

    rows = backtested(growing(np.random.default_rng(5)), by_hand(log10_flop_at=either), 20)
    assert {r["flop_held_90"] for r in rows} == {True}
    assert {r["log10_flop_interval_upper"] for r in rows} == {None}


def test_the_order_of_rows_and_of_series_changes_nothing():
    rng = np.random.default_rng(6)
    frame = pd.concat([growing(rng, series="a"), growing(rng, series="b")], ignore_index=True)
    shuffled = frame.sample(frac=1, random_state=1)
    alone = frame[frame["series"] == "b"]
    rows = backtested(frame, by_hand(), 50)
    assert backtested(shuffled, by_hand(), 50) == rows
    assert backtested(alone, by_hand(), 50) == [r for r in rows if r["series"] == "b"]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_foretells_with_its_own_intervals(recipe):
    frame = growing(np.random.default_rng(9))
    rows = backtested(frame, by_hand(()), recipes={recipe: RECIPES[recipe]})
    row = next(r for r in rows if r["origin_year"] == 2018)
    fit = RECIPES[recipe](sample_of(frame[frame["year"] <= 2018]), 0.90)
    band, asked = fit.predict_error([row["log10_flop_actual"]]), fit.log10_flop_at(row["error"])
    assert row["estimator"] == recipe
    assert [row[k] for k in ("predicted_error", "error_interval_lower", "error_interval_upper")] == pytest.approx(
        [float(b[0]) for b in (band.value, band.lower, band.upper)]
    )
    assert [row[f"log10_flop_{k}"] for k in ("predicted", "interval_lower", "interval_upper")] == pytest.approx(
        [asked.value, asked.lower, asked.upper]
    )


def test_the_studys_power_law_and_our_forward_one_foretell_the_same():
    rows = backtested(growing(np.random.default_rng(9)), by_hand(), recipes={"study": RECIPES["study_power_law"]})
    said = {n: [r["log10_flop_predicted"] for r in rows if r["estimator"] == n] for n in ("study", FORWARD.name)}
    assert said["study"] == pytest.approx(said[FORWARD.name], abs=1e-6)


def test_a_recipe_whose_line_falls_reaches_nothing():
    frame = growing(np.random.default_rng(9))
    falling = frame.assign(training_flop=10 ** (40 - np.log10(frame["training_flop"])))
    rows = backtested(falling, by_hand(), recipes=RECIPES)
    assert len(rows) > 3
    assert {r["prediction_status"] for r in rows} == {"unreachable"}
    assert not any(r["flop_held_90"] for r in rows if r["estimator"] in RECIPES)


# --- scores


def scored(rows, scope="all", horizon="all"):
    return {s["estimator"]: s for s in flat(score(rows)) if (s["scope"], s["horizon"]) == (scope, horizon)}


def cases(losses, series="a", estimator="e", horizon=0.9, n=30, domain="d", record=None):
    """Predictions with these log10 ratios, of a record each unless one is named; None where no compute was given."""
    return [
        from_record(
            BacktestPrediction,
            good_row("out_backtests", series=series, domain=domain, estimator=estimator, horizon_error=horizon, n=n)
            | {"observation_id": record or f"{series} {i} {horizon}"}
            | {"log10_flop_predicted": loss, "log10_flop_actual": 0.0, "origin_year": 2015 + i}
            | {f"log10_flop_interval_{end}": loss for end in ("lower", "upper")}
            | {f"{what}_score": 5.0 if loss is None else abs(loss) for what in ("flop", "error")}
            | {f"log10_{what}_ratio": loss for what in ("flop", "error")}
            | {f"{what}_held_{k}": loss is not None for what in ("flop", "error") for k in (50, 80, 90)},
        )
        for i, loss in enumerate(losses)
    ]


def test_no_figure_counts_as_the_worst_and_not_as_missing():
    one = scored(cases([0.1, 0.2, None, None, -0.3]))["e"]
    assert (one["n_cases"], one["n_unpredicted"]) == (5, 2)
    assert one["flop_loss"] == 0.3
    assert one["flop_bias"] == 0.2
    assert one["flop_loss_q90"] is None
    assert one["flop_coverage_90"] == pytest.approx(0.6)
    assert one["flop_score"] == pytest.approx((0.1 + 0.2 + 5 + 5 + 0.3) / 5)
    assert scored(cases([0.1, None, None]))["e"]["flop_loss"] is None


def test_every_record_weighs_the_same_however_many_origins_foretold_it():
    rows = cases([1.0] * 9, "a", record="foretold nine times") + cases([0.1], "b") + cases([0.2], "c")
    one = scored(rows)["e"]
    assert (one["flop_loss"], one["n_series"]) == (0.2, 3)
    assert one["flop_score"] == pytest.approx((1.0 + 0.1 + 0.2) / 3)


def test_uncertainty_is_over_series_and_over_the_records_of_one():
    one_series = scored(cases(list(np.linspace(0, 1, 31))))["e"]
    many = scored([r for i in range(31) for r in cases([i / 30], f"s{i}")])["e"]
    # The standard error of the median of a uniform distribution is 1 / (2 sqrt(n)).
    for found in (one_series, many):
        assert found["flop_loss_se"] == pytest.approx(1 / (2 * np.sqrt(31)), rel=0.3)
        assert found["flop_loss_lower"] < found["flop_loss"] < found["flop_loss_upper"]
    assert scored(cases([0.1, 0.9], record="one record"))["e"]["flop_loss_se"] == 0


def test_horizons_part_the_cases():
    rows = [r for h in (1, 0.8, 0.79, 0.67, 0.6, 0.5, 0.4) for r in cases([0.1], horizon=h, n=30 if h > 0.7 else 9)]
    n = {s["horizon"]: s["n_cases"] for s in flat(score(rows)) if s["scope"] == "all"}
    assert n == {"from_0.8": 2, "0.67_to_0.8": 2, "0.5_to_0.67": 2, "below_0.5": 1, "all": 7, "judged": 3}


def test_scores_are_told_of_all_of_each_domain_and_of_each_series():
    rows = cases([0.1], "a", domain="Vision") + cases([0.2], "b", domain="Vision") + cases([0.4], "c", domain="Text")
    found = {s["scope"]: s["flop_score"] for s in flat(score(rows)) if s["horizon"] == "all"}
    assert found == pytest.approx({"all": 0.7 / 3, "Vision": 0.15, "Text": 0.4, "a": 0.1, "b": 0.2, "c": 0.4})


def test_the_interval_score_is_the_absolute_miss_of_a_figure_without_width():
    none = np.full(len(LEVELS), 21.0)
    assert interval_score([21.0, none, none], 20.4, centre=20, scored=5) == pytest.approx(0.6)


@pytest.mark.parametrize("missing", [np.nan, np.inf])
def test_what_is_not_there_scores_as_the_upper_end(missing):
    none = np.full(len(LEVELS), missing)
    assert interval_score([missing, none, none], 20.0, centre=21, scored=5) == pytest.approx(6)


def test_the_interval_score_is_proper():
    """Of normal forecasts none scores better in the mean than the distribution that the outcomes come from."""
    from scipy import stats

    rng = np.random.default_rng(0)
    outcomes = rng.normal(20, 1, 4000)

    def mean_score(centre, sd):
        half = sd * stats.norm.ppf(0.5 + np.array(LEVELS) / 2)
        return np.mean([interval_score([centre, centre - half, centre + half], y, 20, 5) for y in outcomes])

    honest = mean_score(20, 1)
    for centre, sd in [(20, 0.3), (20, 3), (20.7, 1), (19.5, 0.5)]:
        assert honest < mean_score(centre, sd)


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 4)), min_size=1, max_size=30).filter(
        lambda pairs: any(w for _, w in pairs)
    ),
    st.sampled_from([0.1, 0.5, 0.9]),
)
def test_a_weighted_quantile_is_that_of_repeated_values(pairs, p):
    values, weights = (np.array(v, dtype=float) for v in zip(*pairs, strict=True))
    repeated = np.repeat(values, weights.astype(int))
    assert weighted_quantile(values, weights[None], p)[0] == np.quantile(repeated, p, method="inverted_cdf")


@pytest.mark.slow
def test_tables_pass_their_schemas():
    rng = np.random.default_rng(7)
    frame = pd.concat([growing(rng, n=40, series=s) for s in "abc"], ignore_index=True)
    found = run_all(frame, by_hand((FORWARD, REVERSE)), RECIPES, 50)
    made = {
        "out_backtests": found.backtests,
        "out_backtest_scores": found.scores,
        "out_calibration": found.calibrations,
    }
    for name, rows in made.items():
        good, refused = validate(flat(rows), name)
        assert len(good) == len(rows) > 0
        assert refused["reason"].tolist() == []
    assert {h.estimator for h in found.headlines.values()} <= {FORWARD.name, REVERSE.name, *RECIPES}
    of_all = {s.estimator for s in found.scores if s.is_headline and s.scope == "all"}
    assert of_all == {found.headlines["all"].estimator}


def test_nothing_to_test_gives_no_headline():
    found = run_all(growing(np.random.default_rng(7)).head(3), by_hand(), RECIPES, 20)
    assert found == ([], [], [], {})


def test_yardsticks_say_the_last_record_and_go_on_as_records_did():
    years = [2012, 2013, 2014, 2014, 2015, 2016, 2018, 2020]
    error = [0.5, 0.4, 0.32, 0.45, 0.256, 0.3, 0.2048**1, 0.2048 * 0.64]
    error[6] = 0.256 * 0.8**3
    error[7] = 0.256 * 0.8**5
    x = [18, 18.5, 19, 23, 19.5, 24, 21, 22]
    frame = observed(x, error, years)
    rows = [r for r in backtested(frame, by_hand(), 20, yardsticks=True) if r["origin_year"] == 2016]
    said = {(r["estimator"], r["year"]): r for r in rows}
    for year, flop in ((2018, 21.0), (2020, 22.0)):  # half a decade and a fifth less error a year, from 2015 on
        assert said["last_record", year]["log10_flop_predicted"] == 19.5
        assert said["last_record", year]["predicted_error"] == pytest.approx(0.256)
        assert said["trend_of_compute", year]["log10_flop_predicted"] == pytest.approx(flop)
        assert said["trend_of_error", year]["log10_flop_predicted"] == pytest.approx(flop, abs=0.02)
        assert said["trend_of_error", year]["predicted_error"] == pytest.approx(0.256 * 0.8 ** (year - 2015), rel=0.02)
        assert said["last_record", year]["flop_score"] == pytest.approx(flop - 19.5)


# --- the study


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is absent: the study's data are not kept here")
def test_the_studys_fit_of_2020_asks_12_to_19_times_the_compute_of_the_records_that_followed():
    points = [p for p in read_points(SHARED / "reference" / "study_2020_points.csv") if p["benchmark"] == "ImageNet"]
    known = observed(
        x=[np.log10(float(p["hardware_burden_gflop"]) * FLOP_PER_GFLOP) for p in points],
        error=[1 - float(p["accuracy"]) for p in points],
        year=[int(p["year"]) for p in points],
    )
    file = FILES["image-classification-on-imagenet"]
    later, _ = read_study((SHARED / "sources" / "computational_limits" / f"{file.stem}.csv").read_bytes(), file)
    later = [r for r in later if r.hardware_burden_flop and r.score and r.year]
    followed = records(
        observed(
            x=[np.log10(r.hardware_burden_flop) for r in later],
            error=[1 - r.score / 100 for r in later],
            year=[r.year for r in later],
        )
    )
    followed = followed[(followed["year"] >= 2020) & (followed["error"] < known["error"].min())]
    parameters = FORWARD.fit(batch_of(sample_of(known)))
    asked = [FORWARD.log10_flop_at(parameters, e)[0] for e in followed["error"]]
    times = 10 ** (np.array(asked) - np.log10(followed["training_flop"]))
    assert sorted(times) == pytest.approx([11.5, 12.4, 15.4, 19.1], abs=0.05)
