"""`flows estimate`: the published figures again, and with a person's own rows, condition and targets others."""

from typer.testing import CliRunner

from flows.cli import app
from tasks.publish.quick_estimate import estimate_lines
from tasks.publish.releases import DATABASE
from tasks.refresh.assumed import assumed
from tasks.refresh.own import own_observations
from tasks.refresh.quick_look import QuickEstimate, quick_look
from warehouse.connection import connect

OWN = "model,benchmark,value,year,extra_data,training_flop\nMine,imagenet-1k,86.0,2024,none,5e21\n"


def test_without_anything_of_ones_own_it_says_what_the_release_says(released):
    with connect(released / DATABASE, read_only=True) as con:
        published = con.execute(
            "SELECT target, log10_training_flop FROM out_headlines WHERE series = 'imagenet-1k' ORDER BY 1"
        ).fetchall()
    found = quick_look(released / DATABASE, "imagenet-1k", assumed({})).estimates
    assert sorted((row.target, row.log10_training_flop) for row in found) == published != []


def test_ones_own_rows_condition_and_target_change_the_answer_and_nothing_else(released, tmp_path):
    before = (released / DATABASE).read_bytes()
    mine = tmp_path / "my.csv"
    mine.write_text(OWN)
    asked = assumed({}, "year >= 2014", ["imagenet-1k=97"])
    own = own_observations(mine, asked.compute)
    first, *_ = found = quick_look(released / DATABASE, "imagenet-1k", asked, own).estimates
    assert (first.target, first.target_error) == ("error_3pct", 0.03)
    assert min(row.target_error for row in found if row.target == "best_in_data") == 0.14
    assert (released / DATABASE).read_bytes() == before


def test_ones_own_row_that_the_curve_does_not_use_is_told(released, tmp_path):
    mine = tmp_path / "my.csv"
    mine.write_text(OWN.replace(",none,", ",,"))
    asked = assumed({})
    (told,) = quick_look(released / DATABASE, "imagenet-1k", asked, own_observations(mine, asked.compute)).left_out
    assert told.startswith("my.csv, line 2: no fit uses Mine: ")


def test_another_utilisation_changes_the_compute_that_the_curve_is_fitted_to(released):
    usual = quick_look(released / DATABASE, "imagenet-1k", assumed({})).estimates
    asked = assumed({"compute_utilisation_lower": 0.1, "compute_utilisation": 0.2, "compute_utilisation_upper": 0.3})
    lower = quick_look(released / DATABASE, "imagenet-1k", asked).estimates
    assert [row.target for row in lower] == [row.target for row in usual]
    assert [row.log10_training_flop for row in lower] != [row.log10_training_flop for row in usual]


def test_the_verb_prints_an_answer_of_a_few_lines(released):
    shown = CliRunner().invoke(app, ["estimate", "imagenet-1k", "--home", str(released.parent.parent)])
    assert shown.exit_code == 0, shown.output
    assert "imagenet-1k, 5" in shown.output and " of one fast chip: " in shown.output and "CO2e" in shown.output


def test_sums_that_nobody_has_are_no_figures():
    row = QuickEstimate(
        target="t", target_error=0.01, estimator="power_law_symmetric", n=9, n_alike=1, log10_training_flop=40.0,
        log10_training_flop_lower=30.0, log10_training_flop_upper=None, cost_usd=1e20, cost_usd_lower=1e9,
        cost_usd_upper=None, energy_kwh=None, co2e_kg=None, reason="far",
    )  # fmt: skip
    assert list(estimate_lines(row)) == [
        "compute  more than ten million years of one fast chip: 1×10⁴⁰ FLOP (1×10³⁰ and up)",
        "cost     more than the US economy makes in a year ($1 billion and up)",
        "by symmetric power law on 9 models; far",
    ]
