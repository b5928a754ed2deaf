"""One ability behind many benchmarks: known curves recovered, whatever is missing; what is too thin is refused."""

from collections import Counter

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import spearmanr

from schemas.codes.evaluation import CapabilityReason
from schemas.tables import TABLES
from tasks.evaluate.calibration import LEVEL
from tasks.evaluate.capability import MIN_MODELS, estimate_capabilities
from tasks.evaluate.capability.grid import grid_of
from tasks.evaluate.capability.growth import record_drifts
from tasks.evaluate.capability.held_out import curve_through, held_out
from tasks.evaluate.capability.latent import Scores, fit_latent
from tasks.load.validate import validate
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.model_scores import ModelScore, model_scores, reliable, usual_ways
from tasks.refresh.flat import flat

SLOPES = np.array([0.8, 1.5, 2.5, 1.2, 2.0, 1.7, 3.0, 1.0])
DIFFICULTIES = np.array([-1.2, -0.4, 0.3, 1.0, 0.0, -0.8, 0.8, 0.5])
CHANCES = np.array([0.25, 0.25, 0.0, 0.25, 0.0, 0.5, 0.0, 0.1])
NOISE = 0.03


def drawn(seed: int, models: int = 200, missing: float = 0.5):
    """Scores of models of known capability on eight benchmarks of known curves; a share of them is missing."""
    random = np.random.default_rng(seed)
    capability = random.normal(size=models)
    capability = (capability - capability.mean()) / capability.std()
    model, benchmark = (a.ravel() for a in np.indices((models, len(SLOPES))))
    kept = random.random(len(model)) > missing
    model, benchmark = model[kept], benchmark[kept]
    rising = expit(SLOPES[benchmark] * (capability[model] - DIFFICULTIES[benchmark]))
    score = CHANCES[benchmark] + (1 - CHANCES[benchmark]) * rising + random.normal(0, NOISE, len(model))
    return capability, Scores(model, benchmark, np.clip(score, 0, 1), models, CHANCES, np.ones(len(SLOPES)))


def rows(seed: int = 0, models: int = 120, missing: float = 0.4) -> list[ModelScore]:
    """The same as rows; capability rises from 2020 to 2025, with scatter."""
    capability, scores = drawn(seed, models, missing)
    order = capability + np.random.default_rng(seed).normal(0, 0.7, models)
    years = 2020 + (np.argsort(np.argsort(order)) * 6 // models)
    return [
        ModelScore(
            model=f"Model {m}",
            model_key=f"model{m}",
            benchmark=f"benchmark-{b}",
            metric="accuracy",
            score=float(score),
            year=int(years[m]),
            training_flop=float(10 ** (22 + order[m])) if m % 3 == 0 else None,
        )
        for m, b, score in zip(scores.model, scores.benchmark, scores.score, strict=True)
    ]


CHANCE_OF = {(f"benchmark-{b}", "accuracy"): float(c) for b, c in enumerate(CHANCES)}


@pytest.fixture(scope="module")
def found():
    return estimate_capabilities(rows(), CHANCE_OF, {}, replicates=40)


# --- the estimator


@pytest.mark.parametrize("missing", [0.0, 0.5, 0.7])
def test_known_slopes_difficulties_and_capabilities_are_recovered(missing):
    capability, scores = drawn(1, missing=missing)
    fit = fit_latent(scores)
    tested = np.bincount(scores.model, minlength=scores.n_models) >= 2
    assert fit.slope == pytest.approx(SLOPES, rel=0.25)
    assert fit.difficulty == pytest.approx(DIFFICULTIES, abs=0.25)
    assert np.abs(fit.capability - capability)[tested].mean() < 0.2
    assert spearmanr(fit.capability[tested], capability[tested]).statistic > 0.97


def test_scores_that_are_missing_because_models_are_weak_do_not_bend_the_curves():
    capability, scores = drawn(2, missing=0.0)
    hard = DIFFICULTIES[scores.benchmark] > 0.4
    fit = fit_latent(scores.where(~(hard & (capability[scores.model] < 0.0))))
    assert fit.difficulty == pytest.approx(DIFFICULTIES, abs=0.3)


def test_scatter_is_that_of_the_scores():
    fit = fit_latent(drawn(3, models=400, missing=0.2)[1])
    assert fit.noise == pytest.approx(np.full(len(SLOPES), NOISE), rel=0.35)


def test_a_benchmark_that_all_know_by_heart_breaks_nothing():
    _, scores = drawn(4)
    full = scores._replace(score=np.where(scores.benchmark == 0, 1.0, scores.score))
    assert all(np.isfinite(part).all() for part in fit_latent(full))


def test_the_fit_does_not_hang_on_the_order_of_the_scores():
    _, scores = drawn(5)
    turned = np.random.default_rng(0).permutation(len(scores.score))
    a, b = fit_latent(scores), fit_latent(scores.where(turned))
    assert a.capability == pytest.approx(b.capability, abs=1e-6)


# --- what is refused


def test_a_model_of_one_benchmark_has_no_capability_and_the_row_says_why():
    lonely = ModelScore(
        model="Lonely", model_key="lonely", benchmark="benchmark-0", metric="accuracy", score=0.9, year=2024
    )
    made = estimate_capabilities([*rows(), lonely], CHANCE_OF, {}, replicates=5)
    (row,) = [r for r in made.capabilities if r.model_key == "lonely"]
    assert row.capability.value is None
    assert [r.code for r in row.reason] == [CapabilityReason.FEW_BENCHMARKS]


def test_a_benchmark_with_too_few_models_has_no_curve_and_the_row_says_why():
    thin = [
        ModelScore(model=f"Model {m}", model_key=f"model{m}", benchmark="thin", metric="accuracy", score=0.5, year=2024)
        for m in range(MIN_MODELS - 1)
    ]
    made = estimate_capabilities([*rows(), *thin], CHANCE_OF, {}, replicates=5)
    (row,) = [r for r in made.difficulties if r.series == "thin"]
    assert row.difficulty.value is None
    assert [r.code for r in row.reason] == [CapabilityReason.FEW_MODELS]
    assert "thin" not in {r.series for r in made.predictions}


def test_without_scores_nothing_is_said():
    assert estimate_capabilities([], {}, {}) == ([], [], [], [])


def test_what_is_left_out_leaves_enough_of_all():
    grid = grid_of(rows(models=60, missing=0.75), CHANCE_OF, {})
    assert min(np.bincount(grid.scores.model)) >= 2
    assert min(np.bincount(grid.scores.benchmark)) >= MIN_MODELS


# --- held-out years


def test_held_out_scores_are_seen_by_no_prediction():
    given = rows()
    before = held_out(grid_of(given, CHANCE_OF, {}))
    check = before[0]
    series, late = f"benchmark-{check.benchmark}", check.from_year
    spoilt = [
        ModelScore(**{**{f: getattr(r, f) for f in r.__slots__}, "score": 0.5})
        if r.benchmark == series and r.year >= late
        else r
        for r in given
    ]
    after = held_out(grid_of(spoilt, CHANCE_OF, {}))[0]
    assert after.predicted == pytest.approx(check.predicted)
    assert after.by_date == pytest.approx(check.by_date)
    assert after.by_compute == pytest.approx(check.by_compute)


def test_other_benchmarks_tell_more_than_the_date(found):
    judged = [d for d in found.difficulties if d.capability_miss is not None]
    assert len(judged) >= 6
    assert sum(d.is_best for d in judged) >= len(judged) - 1


def test_held_out_intervals_hold_what_they_promise(found):
    assert np.mean([c.score_held for c in found.checks]) == pytest.approx(LEVEL, abs=0.06)


def test_scores_that_were_not_run_are_foretold():
    capability, scores = drawn(0, 120, 0.4)
    made = estimate_capabilities(rows(), CHANCE_OF, {}, replicates=5)
    truth = {
        (f"model{m}", f"benchmark-{b}"): 100
        * (CHANCES[b] + (1 - CHANCES[b]) * expit(SLOPES[b] * (c - DIFFICULTIES[b])))
        for m, c in enumerate(capability)
        for b in range(len(SLOPES))
    }
    run = {(f"model{m}", f"benchmark-{b}") for m, b in zip(scores.model, scores.benchmark, strict=True)}
    assert made.predictions
    assert not run & {(p.model_key, p.series) for p in made.predictions}
    held = [
        p.predicted_score.lower <= truth[p.model_key, p.series] <= p.predicted_score.upper for p in made.predictions
    ]
    assert np.mean(held) > 0.85


def test_a_rivals_curve_is_recovered():
    x = np.linspace(2015, 2025, 60)
    score = 0.25 + 0.75 * expit(0.9 * (x - 2020))
    assert curve_through(x, score, 0.25, 1.0)(np.array([2018.0, 2026.0])) == pytest.approx(
        0.25 + 0.75 * expit(0.9 * np.array([-2.0, 6.0])), abs=0.01
    )


def test_rows_enter_the_warehouse(found):
    names = ("out_capabilities", "out_benchmark_difficulties", "out_capability_checks", "out_predicted_scores")
    for name, made in zip(names, found, strict=True):
        good, refused = validate(flat(made), name)
        assert refused.empty, refused["reason"].tolist()
        assert len(good) == len(made)
        assert not good.duplicated(list(TABLES[name].key)).any()


# --- one score of each model


def accuracy(model: str, value: float, **changes) -> Accuracy:
    known = {"table_name": "raw_scores", "result_id": f"{model} {value}", "source_id": "hub", "paper_id": None}
    tested = {"model_key": "", "benchmark": "mmlu", "metric": "accuracy", "year": 2024, "is_own": True}
    return Accuracy(
        **{**known, **tested, "model": model, "value": value, "is_ensemble": None, "extra_data": None, **changes}
    )


def scores_of(*accuracies: Accuracy) -> list[tuple[str, float]]:
    pools = {("mmlu", "accuracy"): PooledSeries("mmlu", "accuracy", "mmlu")}
    found = sorted((s for a in accuracies if (s := reliable(a, pools))), key=lambda s: s.key)
    usual = usual_ways(Counter((s.source_id, s.benchmark, s.asked) for s in found))
    return [(s.model, s.score) for s in model_scores(found, usual)]


def test_of_several_scores_the_median_of_the_usual_way_stands():
    shots = [accuracy("Alpaca-7", v, shots=n) for v, n in ((60, "5"), (64, "5"), (80, "0"))]
    assert scores_of(*shots) == [("Alpaca-7", 0.62)]


def test_versions_are_models_of_their_own():
    two = [accuracy("GPT-9", v, model_version=f"gpt-9-{n}") for v, n in ((70, "march"), (80, "june"))]
    assert scores_of(*two) == [("gpt-9-june", 0.8), ("gpt-9-march", 0.7)]


def test_what_cannot_be_relied_on_is_left_out():
    unsure = accuracy("Bison-1", 70, table_name="core_results", confidence=0.5)
    sure = accuracy("Bison-2", 71, table_name="core_results", confidence=0.9)
    several, nameless = accuracy("Bison-3", 72, is_ensemble=True), accuracy("ours", 73)
    elsewhere = accuracy("Bison-4", 74, benchmark="another")
    assert scores_of(unsure, sure, several, nameless, elsewhere) == [("Bison-2", 0.71)]


def test_records_change_as_the_highest_capability_grows_times_the_discrimination():
    """Synthetic recovery: the frontier rises from -1 to 2 standard deviations in six years."""
    known = rows(models=400)
    capability = drawn(0, 400, 0.4)[0]
    when = {f"model{m}": 2020 + 2 * float(c) for m, c in enumerate(capability)}  # one standard deviation in two years
    found = record_drifts(known, when, CHANCE_OF, {})
    assert [found[f"benchmark-{b}"] for b in range(len(SLOPES))] == pytest.approx(-SLOPES / 2 / np.log(10), rel=0.3)
    assert record_drifts(known, dict.fromkeys(when, 2020.0), CHANCE_OF, {}) == {}
    assert record_drifts(known, {}, CHANCE_OF, {}) == {}
