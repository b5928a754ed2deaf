"""Replication: files of the form into variables, the recipes on them, and what is published beside them."""

import csv
import hashlib
import io
import json
import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scipy import stats
from typer.testing import CliRunner

from flows.cli import app
from tasks.http.cache import CacheEntry, HttpCache
from tasks.publish import replication
from tasks.reference.published_regressions import RegressionTerm, load_published_regressions
from tasks.reference.published_targets import load_published_targets
from tasks.replicate import costs, exponents, growth, regressions
from tasks.replicate.data import STUDY_CONVERSION, NoStudyData, read_all, read_data
from tasks.replicate.regressions import CannotRun, Reproduction
from tasks.sources.addresses import Addresses
from tasks.sources.tabular import ChangedFeed

COLUMNS = (
    "name",
    "year",
    "title",
    "flops",
    "multiadds",
    "network_operations",
    "hardware_burden",
    "comments",
    "relevant",
)


def sheet(*models: dict, score: str = "(F1 score)", more: tuple[str, ...] = (), columns=COLUMNS) -> bytes:
    """A file of the form: header, three sub-headers, a line a model."""
    header = [*columns, score, *more]
    subs = [
        ["performance_metrics" if c == score else c if c in ("name", "year") else "" for c in header],
        ["" if c != score else "some_score" for c in header],
        ["relevant" if c == "relevant" else "" for c in header],
    ]
    lines = [[{"name": f"Net {i}", "year": "2020", **m}.get(c, "") for c in header] for i, m in enumerate(models)]
    out = io.StringIO()
    csv.writer(out).writerows([header, *subs, *lines])
    return out.getvalue().encode()


def nets(n: int = 12, score: str = "(F1 score)", column: str = "hardware_burden") -> list[dict]:
    """Models whose burden is typed with three digits and whose score rises with it, and some without a burden."""
    rng = np.random.default_rng(7)
    log10_flop = rng.uniform(17, 22, n)
    scores = 100 * (1 - 10 ** (0.3 - 0.06 * log10_flop + rng.normal(0, 0.04, n)))
    with_both = [{column: f"{10**x:.2E}", score: f"{s:.2f}"} for x, s in zip(log10_flop, scores, strict=True)]
    return [*with_both, {score: "91.0"}, {column: "1E+18"}]


def by_hand(models: list[dict], score: str, column: str = "hardware_burden") -> tuple[np.ndarray, np.ndarray]:
    both = [(float(m[column]), float(m[score])) for m in models if m.get(column) and m.get(score)]
    flop, percent = np.array(both).T
    return np.log10(flop), 1 - percent / 100


# --- the form


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("(TOP 1 score)", "top1"), ("(BOX AP)", "box_ap"), ("(EM score)", "em"), ("(F1 score)", "f1"),
        ("(BLEU)", "bleu"), ("(Word accuracy, %)", "word_accuracy"), ("(3-shot score)", "score_3_shot"),
        ("mIoU", "miou"),
    ],
)  # fmt: skip
def test_scores_have_the_names_of_the_notebooks(header, name):
    data = read_data(sheet({header: "80"}, score=header), "x")
    assert data.score == name
    assert data.frame[f"{name}_percent"].tolist() == [0.8]
    assert data.frame[f"{name}_error_percent"].tolist() == [0.2]


def test_the_first_score_counts():
    assert (
        read_data(sheet({"(BLEU)": "40", "(SACREBLEU)": "38"}, score="(BLEU)", more=("(SACREBLEU)",)), "x").score
        == "bleu"
    )


def test_sub_headers_go_and_a_model_without_a_name_stays():
    frame = read_data(sheet({"name": "", "(F1 score)": "90"}, {"(F1 score)": "91"}), "x").frame
    assert frame["f1_percent"].tolist() == [0.90, 0.91]


def test_all_rows_count_whatever_relevant_says():
    frame = read_data(sheet({"(F1 score)": "90", "relevant": "no"}, {"(F1 score)": "91", "relevant": "x"}), "x").frame
    assert len(frame) == 2


def test_forward_operations_are_flops_else_twice_the_multiply_adds():
    models = {"flops": "4E+9", "multiadds": "9E+9"}, {"multiadds": "7E+8"}, {}
    frame = read_data(sheet(*({"(F1 score)": "90", **m} for m in models)), "x").frame
    assert frame["ops_forward_pass"].tolist() == pytest.approx([4e9, 1.4e9, math.nan], nan_ok=True)


def test_the_consolidated_burden_is_the_observed_one_else_that_of_the_studys_line():
    models = {"hardware_burden": "3E+20", "network_operations": "1E+20"}, {"network_operations": "1E+19"}, {}
    frame = read_data(sheet(*({"(F1 score)": "90", **m} for m in models)), "x").frame
    a, b = STUDY_CONVERSION
    expected = [3e20, 10 ** (a + b * 19), math.nan]
    assert frame["hardware_burden_consolidated"].tolist() == pytest.approx(expected, nan_ok=True)


def test_a_file_with_models_enough_has_its_own_conversion():
    both = [{"network_operations": f"1E+{n}", "hardware_burden": f"5E+{n}"} for n in (17, 18, 19)]
    frame = read_data(sheet(*({"(F1 score)": "90", **m} for m in (*both, {"network_operations": "2E+20"}))), "x").frame
    assert frame["hardware_burden_consolidated"].iloc[-1] == pytest.approx(1e21)


def test_compute_is_over_alexnets():
    models = {"name": "AlexNet", "hardware_burden": "2E+18"}, {"hardware_burden": "6E+18"}
    frame = read_data(sheet(*({"(F1 score)": "60", **m} for m in models)), "x").frame
    assert frame["hw_burden_alexnet_norm"].tolist() == [1, 3]
    assert frame["network_ops_alexnet_norm"].isna().all()


def test_two_alexnets_are_no_base():
    twice = [{"name": "AlexNet", "hardware_burden": b, "(F1 score)": "60"} for b in ("2E+18", "3E+18")]
    assert read_data(sheet(*twice), "x").frame["hw_burden_alexnet_norm"].isna().all()


@pytest.mark.parametrize("cell", ["about 1E+18", "0", "-2E+18", "1E+18/2"])
def test_compute_that_is_none_is_left_out_and_told(cell):
    data = read_data(sheet({"hardware_burden": cell, "(F1 score)": "90"}), "x")
    assert data.frame["hardware_burden"].isna().all()
    assert [n for n in data.notes if "Net 0: hardware_burden" in n and cell in n]


@pytest.mark.parametrize("cell", ["100", "0", "763", "93.1/76.3"])
def test_a_score_that_is_none_is_left_out_and_told(cell):
    data = read_data(sheet({"(F1 score)": cell}, {"(F1 score)": "90"}), "x")
    assert data.frame["f1_percent"].tolist() == pytest.approx([math.nan, 0.9], nan_ok=True)
    assert len(data.notes) == 1 and cell in data.notes[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (sheet({"(F1 score)": "0.9"}, {"(F1 score)": "0.8"}), "no percentages"),
        (b"name,year,hardware_burden\nA,2020,1E+18\n", "no score"),
        (b"<html>404</html>", "no score|page"),
        (b"", "no score|empty"),
        (sheet(), "no usable row|no percentages"),
    ],
)
def test_what_has_not_the_form_is_refused(content, words):
    with pytest.raises(ChangedFeed, match=words):
        read_data(content, "x")


def test_one_file_without_the_form_loses_no_other():
    data, notes = read_all({"b": sheet({"(F1 score)": "90"}), "a": b"<html>"})
    assert [d.stem for d in data] == ["b"]
    assert notes[0].startswith("left out: a.csv")
    with pytest.raises(NoStudyData, match=r"a\.csv"):
        read_all({"a": b"<html>"})


_CELLS = st.dictionaries(
    st.sampled_from([*COLUMNS, "(F1 score)"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=9),
)


@given(st.lists(_CELLS, max_size=4))
def test_whatever_cells_hold_it_is_read_or_refused(models):
    try:
        frame = read_data(sheet(*models), "x").frame
    except ChangedFeed:
        return
    numbers = frame.drop(columns="name").to_numpy(float)
    assert not np.isinf(numbers).any()
    assert ((frame["f1_percent"].dropna() > 0) & (frame["f1_percent"].dropna() < 1)).all()


# --- regressions


@pytest.mark.parametrize(
    ("score", "name"),
    [("(F1 score)", "f1"), ("(BLEU)", "bleu"), ("(EM score)", "em"), ("(Tasks solved)", "tasks_solved")],
)
def test_any_benchmark_gets_both_forms_on_its_burden(score, name):
    models = nets(score=score)
    done = regressions.reproduce(read_data(sheet(*models, score=score), "some-benchmark"), [])
    x, error = by_hand(models, score)
    poly, exp = (d.reproduced for d in done)
    assert [t.dependent for t in (*poly, *exp)] == [
        *[f"I((np.log10(1 / (1 - {name}_percent))))"] * 2,
        *[f"I((1 / (1 - {name}_percent)))"] * 2,
    ]
    for terms, y in ((poly, np.log10(1 / error)), (exp, 1 / error)):
        line = stats.linregress(x, y)
        assert [t.term for t in terms] == ["Intercept", "I(np.log10(hardware_burden))"]
        assert {(t.file, t.section, t.estimator, t.n) for t in terms} == {
            ("some-benchmark", "Hardware Burden", "ols", 12)
        }
        assert [t.coef for t in terms] == pytest.approx([line.intercept, line.slope])
        assert [t.std_err for t in terms] == pytest.approx([line.intercept_stderr, line.stderr])
        assert terms[1].p == pytest.approx(line.pvalue)
        assert terms[0].r_squared == pytest.approx(line.rvalue**2)
        half = stats.t.ppf(0.975, 10) * line.stderr
        assert (terms[1].ci_low, terms[1].ci_high) == pytest.approx((line.slope - half, line.slope + half))


def test_every_kind_of_compute_that_a_file_has_is_regressed_on():
    models = [*nets(), *nets(column="network_operations")]
    done = regressions.reproduce(read_data(sheet(*models), "x"), [])
    assert [(d.regression.section, d.reproduced[0].n) for d in done[::2]] == [
        ("Hardware Burden", 12), ("Network Operations", 12), ("Hardware Burden (Consolidated)", 24),
    ]  # fmt: skip


def test_too_few_models_are_told_and_make_no_row():
    models = [*nets(), {"flops": "4E+9", "(F1 score)": "90"}]
    done = regressions.reproduce(read_data(sheet(*models), "x"), [])
    assert [len(d.reproduced) for d in done] == [2, 2, 0, 0]
    assert "x, Operations per Forward Pass: 1 models have" in done[2].reason
    assert len(regressions.as_rows(done)) == 4


def test_models_of_one_burden_carry_no_line():
    same = [{"hardware_burden": "1E+18", "(F1 score)": s} for s in ("90", "91", "92", "93")]
    assert [d.reproduced for d in regressions.reproduce(read_data(sheet(*same), "x"), [])] == [(), ()]


def test_published_formulas_are_the_recipe_of_their_file():
    data = read_data(sheet(*nets()), "x")
    formula = "I(np.log10(f1_error_percent))", "I(np.log10(hardware_burden))"
    own = regressions.Regression("Mine", "ols", formula[0], (formula[1], "I(year - 2012)"))
    with pytest.raises(CannotRun, match="differ"):  # all models are of one year
        regressions.run(own, data)
    without_year = replace(own, terms=own.terms[:1])
    terms = regressions.run(without_year, data)
    printed = [replace(t, **{f: float(regressions.printed(t, f)) for f in regressions.FIGURES}) for t in terms]
    (done,) = regressions.reproduce(data, printed)
    assert done.regression == without_year
    assert done.agreeing == 2
    off = [printed[0], replace(printed[1], coef=printed[1].coef + 1e-4)]
    (missed,) = regressions.reproduce(data, off)
    assert missed.agreeing == 1


def test_a_published_formula_whose_column_is_gone_is_told():
    published = [t for t in load_published_regressions() if t.file == "question-answering-on-squad-1-1"]
    done = regressions.reproduce(read_data(sheet(*nets()), "question-answering-on-squad-1-1"), published)
    assert [d.reason for d in done] == ["question-answering-on-squad-1-1: no em_percent in it"] * 2
    assert sum(d.agreeing for d in done) == 0


def test_the_tenth_percentile_lies_below_nine_tenths_of_the_models():
    data = read_data(sheet(*nets(60)), "x")
    terms = "I(np.log10(f1_error_percent))", ("I(np.log10(hardware_burden))",)
    low = regressions.run(regressions.Regression("Q", regressions.QUANTREG, *terms), data)
    used = data.frame.dropna(subset=["f1_percent", "hardware_burden"])
    line = low[0].coef + low[1].coef * np.log10(used["hardware_burden"])
    assert (
        np.log10(used["f1_error_percent"]) < line - 1e-3
    ).sum() <= 6  # statsmodels iterates: points on the line lie a little off
    assert regressions.decimals(regressions.QUANTREG, "r_squared") == 4


def test_published_terms_are_grouped_by_their_intercepts():
    published = load_published_regressions()
    assert sum(t.term == "Intercept" for t in published) == 19
    assert {t.estimator for t in published} == {"ols", "quantreg"}
    assert all(t.ci_low <= t.coef <= t.ci_high for t in published)


# --- exponents, costs, growth


def test_every_exponent_of_2020_comes_back_from_the_points():
    targets = [t for t in list(load_published_targets()) if t.version == "2020"]
    found = exponents.reproduce(targets, exponents.curves_of_points())
    assert len(found) == len(targets) == 18
    assert all(e.agrees for e in found)
    for e in found:
        line = e.curve.line
        assert (line.n, round(line.r_squared, 3)) == (e.target.n, e.target.r_squared)
        assert line.slope.value == pytest.approx(e.target.slope, abs=5e-5)


def test_an_exponent_beyond_a_hundredth_or_with_another_floor_does_not_agree():
    targets = [t for t in list(load_published_targets()) if t.version == "2020"][:1]
    (found,) = exponents.reproduce(targets, exponents.curves_of_points())
    for change in ({"log10_gflop": 14.14}, {"gflop_power": 15}):
        assert not replace(found, target=replace(found.target, **change)).agrees


def test_a_curve_that_falls_reaches_no_lower_error():
    falling = [{"hardware_burden": f"1E+{17 + i}", "(F1 score)": str(95 - i)} for i in range(6)]
    curves = exponents.curves_of_data([read_data(sheet(*falling), "x")], {})
    assert [c.form for c in curves] == ["polynomial", "exponential"]
    assert all(math.isinf(c.log10_flop_at(0.01)) for c in curves)
    assert costs.costs(curves, [], costs.study_assumptions()) == []


def test_halving_the_error_multiplies_compute_by_two_to_the_power():
    imagenet = [c for c in exponents.curves_of_points() if (c.benchmark, c.form) == ("ImageNet", "polynomial")]
    halved, five, _ = costs.costs(imagenet, list(load_published_targets()), costs.study_assumptions())
    assert halved.times == pytest.approx(13.6 * math.log10(2), abs=0.02)
    assert halved.error == pytest.approx(0.058)
    # The study's headline: 10^19 GFLOP, 10^11 dollars; its carbon, a floor of 10^10 lb, hides almost 10^11.
    assert math.floor(five.log10_flop - 9) == 19
    assert math.floor(five.log10_usd) == five.published_usd == 11
    assert five.log10_tonnes == pytest.approx(five.published_tonnes + 1, abs=0.01)
    assert five.log10_nyc_months == pytest.approx(five.log10_tonnes - math.log10(4e6))


def test_one_rate_gives_all_printed_powers_of_pounds_and_of_dollars():
    found = exponents.reproduce(list(load_published_targets()), exponents.curves_of_points())
    pounds, dollars = costs.implied_rates(found, costs.study_assumptions())
    assert (pounds.n, pounds.agrees, dollars.n, dollars.agrees) == (18, True, 18, True)
    assert 1e17 < 10**pounds.lower < 10**pounds.upper < 1.4e17
    other = replace(found[0], target=replace(found[0].target, co2_lb_power=7))
    assert not costs.implied_rates([other, *found[1:]], costs.study_assumptions())[0].agrees


def test_growth_is_the_studys():
    found = growth.growth()
    assert found.agrees
    assert found.total == pytest.approx(found.faster * found.more * found.longer)
    assert (found.more, found.longer) == pytest.approx((growth.PUBLISHED.more, growth.PUBLISHED.longer))
    assert not replace(found, faster=6.04).agrees


# --- what is shown


@pytest.mark.parametrize(
    ("log10", "words"),
    [(19.06, "1.1e19"), (129.13, "1.3e129"), (3.3, "2,000"), (-2, "0.01"), (0.0, "1"), (-5, "1.0e-5"),
     (math.log10(9.99e20), "1.0e21"), (math.inf, "never"), (None, "never")],
)  # fmt: skip
def test_large_figures_are_told_by_their_logarithm(log10, words):
    assert replication._ten(log10) == words


def run(*arguments: str) -> tuple[int, str, str]:
    told = CliRunner().invoke(app, ["replicate", *arguments])
    return told.exit_code, told.stdout, told.stderr


def test_json_is_the_rows_and_nothing_else(tmp_path):
    (tmp_path / "some-benchmark.csv").write_bytes(sheet(*nets()))
    (tmp_path / "list.csv").write_bytes(b"a,b\n1,2\n")
    code, out, err = run("--study", str(tmp_path), "--json")
    rows = json.loads(out)
    assert code == 0
    assert len(rows) == 4
    assert all(list(row) == [f.name for f in fields(RegressionTerm) if f.name != "source"] for row in rows)
    assert rows[0]["file"] == "some-benchmark"
    assert "list.csv" in err


def test_a_file_without_published_figures_is_shown_reproduced_alone(tmp_path):
    (tmp_path / "some-benchmark.csv").write_bytes(sheet(*nets()))
    code, out, _ = run("--study", str(tmp_path))
    assert code == 0
    assert "some-benchmark: regressions, reproduced" in out
    assert "Exponents: 18 of 18" in out
    assert "6.03 | 6.03" in out
    assert "Not compared: object-detection-on-coco.csv" in out


@pytest.mark.parametrize("content", [None, b"<html>404</html>"])
def test_a_folder_without_the_data_gets_one_clear_line(tmp_path, content):
    if content:
        (tmp_path / "x.csv").write_bytes(content)
    code, out, err = run("--study", str(tmp_path))
    assert (code, out) == (1, "")
    assert "CSV" in err or "x.csv" in err


def test_a_home_without_the_data_says_what_to_do(tmp_path):
    code, _, err = run("--home", str(tmp_path))
    assert code == 1
    assert "flows ingest" in err and "--study" in err


def test_what_the_home_has_kept_is_the_default(tmp_path):
    content = sheet(*nets())
    url = f"{Addresses().study_data}named-entity-recognition-on-conll-2003.csv"
    kept = HttpCache(tmp_path / "web")
    record = CacheEntry(
        url, hashlib.sha256(content).hexdigest(), len(content), "text/csv", None, None, 200, "2026-11-27", "2026-11-27"
    )
    kept.folder(url).mkdir(parents=True)
    kept.path(record).write_bytes(content)
    kept.note(record)
    code, out, _ = run("--home", str(tmp_path), "--json")
    assert code == 0
    assert {row["file"] for row in json.loads(out)} == {"named-entity-recognition-on-conll-2003"}


def test_a_published_row_that_cannot_be_run_is_shown_alone():
    published = [t for t in load_published_regressions() if t.file == "question-answering-on-squad-1-1"][:2]
    regression = regressions.Regression("Hardware Burden", "ols", published[0].dependent, (published[1].term,))
    console = Console(file=io.StringIO(), width=200)
    replication._show_regression(console, Reproduction(regression, published[0].file, tuple(published), (), "why"))
    shown = console.file.getvalue()
    assert "-1.1230" in shown and "|" not in shown and "✓" not in shown
