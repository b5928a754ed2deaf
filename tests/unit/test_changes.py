"""What is said to differ between two releases: the figures a reader would quote, and nothing that is mere noise."""

import pandas as pd
import pytest

from schemas.tables import TABLES
from tasks.load.validate import conform, validate
from tasks.publish.changes import COMPARED, IDENTITY, UNEXPLAINED, changes_between, changes_in_markdown, moved_headlines
from tests.unit.rows import good_row, good_rows

PUBLISHED = ("out_estimates", "out_observations", "out_fits")


def release(**rows) -> dict[str, pd.DataFrame]:
    return {n: conform(rows.get(n, [good_row(n)]), TABLES[n])[0] for n in PUBLISHED}


def found(before: dict, now: dict) -> list[tuple]:
    frame = changes_between(before, now, "2026-11-22")
    assert list(frame.columns) == TABLES["out_changes"].column_names
    good, refused = validate(frame.to_dict("records"), "out_changes")
    assert refused.empty, refused["reason"].tolist()
    assert set(good["release_before"]) <= {"2026-11-22"}
    columns = ["table_name", "change", "column_changed", "value_before", "value_now"]
    return [tuple(None if pd.isna(v) else v for v in row) for row in good[columns].itertuples(index=False)]


def test_the_compared_columns_exist():
    for name in PUBLISHED:
        assert {*COMPARED[name], *IDENTITY[name]} <= set(TABLES[name].column_names)


def test_equal_releases_have_no_changes():
    assert found(release(), release()) == []


def test_rows_that_come_and_go_are_named():
    one, two = good_rows("out_estimates", 2)
    assert found(release(out_estimates=[one]), release(out_estimates=[two])) == [
        ("out_estimates", "gone", "(row)", None, None),
        ("out_estimates", "new", "(row)", None, None),
    ]
    ids = changes_between(release(out_estimates=[one]), release(out_estimates=[two]), "x")["row_id"].tolist()
    assert ids == ["series-0 | target-1 | estimator-1", "series-1 | target-1 | estimator-1"]


@pytest.mark.parametrize(
    ("table", "column", "before", "now", "printed"),
    [
        ("out_estimates", "log10_training_flop", 19.5, 20.25, ("19.5", "20.25")),
        ("out_estimates", "cost_usd", 1e12, 2.5e129, ("1e+12", "2.5e+129")),
        ("out_estimates", "cost_usd", None, 5.0, (None, "5")),
        ("out_estimates", "cost_usd", 5.0, None, ("5", None)),
        ("out_estimates", "status", "ok", "no_slope", ("ok", "no_slope")),
        ("out_fits", "n", 10, 11, ("10", "11")),
        ("out_fits", "implied_power", 9.55, 13.6, ("9.55", "13.6")),
        ("out_fits", "implied_power", 9.55, None, ("9.55", None)),
        ("out_observations", "in_fit", True, False, ("True", "False")),
        ("out_observations", "training_flop", 1e19, 2e19, ("1e+19", "2e+19")),
    ],
)
def test_a_figure_that_changed_is_shown_before_and_now(table, column, before, now, printed):
    fixed = {"training_flop_lower": 0.0, "training_flop_upper": 1e30} if table == "out_observations" else {}
    frames = [release(**{table: [good_row(table, **fixed, **{column: v})]}) for v in (before, now)]
    assert found(*frames) == [(table, "changed", column, *printed)]


def test_figures_that_agree_to_six_digits_are_the_same():
    before, now = (release(out_fits=[good_row("out_fits", implied_power=v)]) for v in (0.123456789, 0.123456791))
    assert found(before, now) == []


def test_ids_and_columns_that_nobody_quotes_do_not_count():
    rows = [good_row("out_estimates", fit_id=i, reason=i, decades_beyond_data=float(len(i))) for i in ("a", "bb")]
    assert found(release(out_estimates=rows[:1]), release(out_estimates=rows[1:])) == []


def test_a_slope_is_the_form_s_own_affair():
    before, now = (release(out_fits=[good_row("out_fits", slope=v, r_squared=v)]) for v in (0.1, 0.2))
    assert found(before, now) == []


def test_a_table_that_the_last_release_did_not_have_is_no_change():
    before = release() | {"out_fits": None}
    assert found(before, release()) == []
    assert found({}, release()) == []


def test_a_last_release_with_another_identity_is_not_compared():
    before = release()
    before["out_fits"] = before["out_fits"].drop(columns="estimator")
    assert found(before, release()) == []


def test_a_column_that_the_last_release_did_not_have_is_no_change():
    before = release()
    before["out_fits"] = before["out_fits"].drop(columns="implied_power")
    assert found(before, release()) == []


def test_another_reading_of_a_model_that_is_there_changes_nothing():
    """A paper's tables repeat a model: the row that the fits see speaks for it, else the best."""

    def read(id_: str, value: float, in_fit: bool) -> dict:
        return good_row("out_observations", observation_id=id_, value=value, in_fit=in_fit)

    seen, less, more = read("b", 76.0, True), read("c", 75.0, False), read("a", 77.0, False)
    before = release(out_observations=[seen])
    assert found(before, release(out_observations=[seen, less])) == []
    assert found(before, release(out_observations=[more, seen, less])) == []
    assert found(release(out_observations=[less]), release(out_observations=[more, less])) == [
        ("out_observations", "changed", "value", "75", "77")
    ]


# --- because of which rows


def observed(model: str, in_fit: bool = True, **figures) -> dict:
    return good_row(
        "out_observations", observation_id=model, series="coco", benchmark="coco", model=model, in_fit=in_fit, **figures
    )


def moved(before: list[dict], now: list[dict], series: str = "coco") -> pd.DataFrame:
    """Changes where an estimate moved by half a decade and the observations are these."""
    flops = ((19.0, before), (19.5, now))
    frames = [
        release(
            out_estimates=[good_row("out_estimates", series=series, log10_training_flop=flop)],
            out_observations=rows or [observed("none", in_fit=False)],
        )
        for flop, rows in flops
    ]
    changed = changes_between(*frames, "2026-11-22")
    return changed[changed["column_changed"] == "log10_training_flop"]


def test_an_estimate_that_moved_says_by_how_much_and_because_of_which_rows():
    (row,) = moved(
        [observed("Old"), observed("Kept", value=50.0), observed("Out")],
        [observed("Old"), observed("Kept", value=51.0), observed("Out", in_fit=False), observed("New")],
    ).to_dict("records")
    assert row["decades_moved"] == pytest.approx(0.5)
    assert row["because"] == (
        "entered the fit: New (paper_id-1); left it: Out (paper_id-1); changed: Kept (paper_id-1)"
    )


def test_many_rows_are_named_in_part_and_counted():
    (row,) = moved([], [observed(f"M{i}") for i in range(8)]).to_dict("records")
    assert row["because"].endswith("M4 (paper_id-1), 3 more")


def test_an_estimate_that_moved_without_a_row_of_its_own_says_so():
    (row,) = moved([observed("A")], [observed("A"), observed("B")], series="imagenet-1k").to_dict("records")
    assert row["because"] == UNEXPLAINED


def test_the_page_names_what_moved_farthest_first_and_shows_hostile_names_as_text():
    changed = moved([], [observed("<script>|x")])
    far = changed.assign(row_id="squad | best | power", decades_moved=-2.0)
    page = changes_in_markdown("2026-11-23", pd.concat([changed, far]))
    assert page.index("squad") < page.index("coco")
    assert "since 2026-11-22" in page and "+0.50" in page and "-2.00" in page
    assert "<script>" not in page and "&lt;script&gt;&#124;x" in page
    assert "No figure differs" in changes_in_markdown("2026-11-23", None)


def headlines(**figures: float | None) -> pd.DataFrame:
    rows = [good_row("out_headlines", series=s, log10_training_flop=value) for s, value in figures.items()]
    return conform(rows, TABLES["out_headlines"])[0]


def test_headlines_that_moved_are_told_the_farthest_first_and_the_rest_is_counted():
    before = headlines(a=20.0, b=20.0, c=20.0, d=20.0, gone=20.0, unknown=None)
    lines = moved_headlines(before, headlines(a=20.05, b=20.5, c=18.0, d=20.0, unknown=20.0))
    assert [line.partition(",")[0] for line in lines] == ["c", "b"]
    assert lines[0].endswith("1×10¹⁸ FLOP (1×10²⁰ FLOP before)")
    names = "abcdefg"
    many = moved_headlines(headlines(**dict.fromkeys(names, 20.0)), headlines(**dict.fromkeys(names, 21.0)))
    assert many[-1] == "and 2 more" and len(many) == 6
    assert moved_headlines(None, before) == moved_headlines(before, None) == []
