"""The report page: what it says, that it says it twice alike, and that nothing from a paper runs in it."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from schemas.frames import PANDAS_DTYPES, empty
from schemas.tables import TABLES
from tasks.costs.assumptions import load_assumptions
from tasks.estimate.extrapolate import estimate
from tasks.fit import fit_all
from tasks.publish import charts, words
from tasks.publish.report import render_report
from tasks.reference.benchmarks import Benchmark, load_benchmarks
from tests.unit.published import curves_table, estimates_table, fits_table
from tests.unit.test_extrapolate import floors, targets
from tests.unit.test_fit import imagenet_2020, observations

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>{{ 7*7 }}"


def typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    columns = TABLES[table].columns
    frame = frame.reindex(columns=[c.name for c in columns])
    return frame.astype({c.name: PANDAS_DTYPES[c.field.dtype] for c in columns})


def described(frame: pd.DataFrame, **more) -> pd.DataFrame:
    ids = [f"{s}-{i}" for i, s in enumerate(frame["series"])]
    return frame.assign(
        observation_id=ids,
        benchmark=frame["series"],
        model=[f"net-{i}" for i in range(len(frame))],
        value=100 * (1 - frame["error"]),
        paper_id=[f"1905.{i:05d}" for i in range(len(frame))],
        training_flop_lower=frame["training_flop"] / 3,
        training_flop_upper=frame["training_flop"] * 3,
        method="hardware_time",
        basis="8 chips × 12 h",
        compute_source="paper",
        accuracy_quote="top-1 accuracy of 80.9",
        **more,
    )


def benchmarks(floor: float | None = 0.0583) -> tuple[Benchmark, ...]:
    known = {(b.slug, b.metric): b for b in load_benchmarks()}
    imagenet = replace(known["imagenet-1k", "top1_accuracy"], title="ImageNet", domain="Vision", error_floor=floor)
    coco = next(b for (_, metric), b in known.items() if (b.series, metric) == ("coco", "box_ap"))
    return (
        replace(imagenet, error_name="top-1 error", error_floor_source="Northcutt et al. 2021"),
        replace(coco, title="COCO", domain="Detection", error_name="1 − box AP", error_floor=None),
    )


def release(observed: pd.DataFrame, floor: float | None = 0.0583) -> tuple[dict[str, pd.DataFrame], dict]:
    """The published tables of these observations, and a context."""
    assumptions = load_assumptions(overrides={"utilisation": 1.0})  # these observations are hardware burdens
    fitted = fit_all(observed, replicates=50)
    papers = pd.DataFrame(
        {
            "paper_id": ["a", "b", "c", "d"],
            "document_status": ["read", "read", "failed", None],
            "reason": [None, None, HOSTILE, None],
            "results": [3, 0, 0, 1],
            "results_own": [1, 0, 0, 1],
            "disclosures": [2, 0, 0, 0],
            "has_compute": [True, False, False, True],
        }
    )
    tables = {
        "out_observations": typed(observed, "out_observations"),
        "out_fits": fits_table(fitted.fits),
        "out_curves": curves_table(fitted.fits),
        "out_estimates": estimates_table(estimate(fitted, observed, targets(0.05, 0.01), floors(floor), assumptions)),
        "out_papers": typed(papers, "out_papers"),
        "out_changes": empty("out_changes"),
    }
    return tables, {"benchmarks": benchmarks(floor), "assumptions": assumptions}


def two_series() -> pd.DataFrame:
    coco = observations(np.linspace(18, 22, 7), [0.66, 0.61, 0.63, 0.58, 0.6, 0.55, 0.53], "coco", "box_ap")
    return described(pd.concat([imagenet_2020(), coco], ignore_index=True))


def imagenet_described() -> pd.DataFrame:
    return described(imagenet_2020())


def text_of(html: str) -> str:
    body = html[html.index("<body") : html.index('<script type="application/json"')]
    return re.sub(r"\s+", " ", re.sub(r"<sup>(.*?)</sup>", r"^\1", body)).replace("\N{NO-BREAK SPACE}", " ")


def without_bundle(html: str) -> str:
    """The page without Vega's own code, which is trusted and speaks of all kinds of tags."""
    page, found = re.subn(r"<script>.*?</script>", "<script></script>", html, flags=re.S)
    assert found == 2
    return page


def test_headline_and_estimates_in_words():
    html = render_report(*_args(two_series()))
    text = re.sub(r"<[^>]+>", "", text_of(html)).replace("&nbsp;", " ")
    assert "halving the error on ImageNet multiplies the training compute by about 13,000" in text
    assert "it grows with the power 13.6 of 1/error, over 13 models from 13 papers of 2012–2020" in text
    assert "At least 5.83 % of the labels of ImageNet are wrong, and models learn part of the mistakes" in text
    assert re.search(r"more than 1 has not been validated; unreachable with a probability of \d+%", text)
    assert not re.search(r"\b3 observations", text)
    assert "1 document could not be read" in text


def _args(observed: pd.DataFrame, floor: float | None = 0.0583):
    tables, context = release(observed, floor)
    return tables, "2026-11-23", context


def test_a_reachable_target_carries_its_costs_and_its_distance():
    text = re.sub(r"<[^>]+>", "", text_of(render_report(*_args(two_series(), floor=None))))
    assert "$110 billion" in text
    assert "months of all that New York City emits" in text
    assert "% of the output of the United States in a year" in text
    assert "5.3 decades beyond the data; more than 1 has not been validated" in text
    assert "it is arithmetic, not a forecast" in text


def test_same_inputs_same_bytes_whatever_the_order_of_rows():
    tables, date, context = _args(two_series())
    shuffled = {name: table.sample(frac=1, random_state=4) for name, table in tables.items()}
    assert render_report(tables, date, context) == render_report(shuffled, date, context)


def test_nothing_is_loaded_from_the_network():
    html = without_bundle(render_report(*_args(two_series())))
    assert not re.findall(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=\"(?!data:)", html)
    assert "@import" not in html
    assert "default-src 'none'" in html


@pytest.mark.parametrize("column", ["model", "accuracy_quote", "compute_quote", "title", "basis", "exclusion_reason"])
def test_what_papers_say_is_never_markup(column):
    frame = two_series()
    frame[column] = [f"{HOSTILE}{i}" for i in range(len(frame))]
    frame.loc[0, "in_fit"] = False
    html = without_bundle(render_report(*_args(frame)))
    assert "<img" not in html
    assert "<script>document.title" not in html
    assert html.count("<script") == 3
    assert "{{ 7*7 }}" in html


def test_hostile_changes_sources_and_context_are_escaped():
    tables, date, context = _args(two_series())
    tables["out_changes"] = typed(
        pd.DataFrame(
            {
                "table_name": ["out_estimates"],
                "row_id": [HOSTILE],
                "change": ["changed"],
                "column_changed": ["status"],
                "value_before": [HOSTILE],
                "value_now": [HOSTILE],
                "release_before": ["2026-11-22"],
            }
        ),
        "out_changes",
    )
    more = {"sources": [{"title": HOSTILE, "licence": HOSTILE}], "deferred": [HOSTILE], "hazards": [HOSTILE]}
    html = without_bundle(render_report(tables, date, context | more))
    assert "<img" not in html
    assert html.count("<script") == 3
    assert "Against the release of 2026-11-22" in html


@pytest.mark.parametrize(
    ("paper_id", "link"),
    [
        ("1512.03385", "https://arxiv.org/abs/1512.03385"),
        ("1512.03385v2", "https://arxiv.org/abs/1512.03385v2"),
        ("cs/0306050", "https://arxiv.org/abs/cs/0306050"),
        ("javascript:alert(1)", None),
        ("1512.03385/../../evil", None),
        ("W03-0419", None),
    ],
)
def test_only_arxiv_ids_become_links(paper_id, link):
    assert charts.arxiv_link(paper_id) == link


def test_an_empty_release_still_renders():
    html = render_report({name: empty(name) for name in TABLES if name.startswith("out_")}, "2026-11-23", {})
    assert "No benchmark in this release has enough observations" in html
    assert "This release holds no papers" in html
    assert "This release holds no back-tests" in html
    assert "The ledger of forecasts is empty" in html


def test_tables_that_a_release_does_not_have_are_empty_ones():
    assert "This release holds no papers" in render_report({}, "2026-11-23", {})


def test_a_series_with_too_few_points_is_drawn_without_a_fit():
    html = render_report(*_args(described(imagenet_2020().head(3))))
    assert "3 observations, at least 5 are needed" in html
    assert "No benchmark in this release has enough observations" in html


def lines_drawn(html: str, style: str) -> list[list[dict]]:
    """Points of the lines of this style on all charts."""
    specs = json.loads(html.split('id="charts">')[1].split("</script>", maxsplit=1)[0])
    found = []
    for spec in specs:
        drawn = [layer["data"]["name"] for layer in spec["layer"] if layer["mark"].get("style") == style]
        found += [spec["datasets"][name] for name in drawn]
    return found


def test_lines_follow_the_published_curves_and_are_dashed_only_beyond_the_data():
    tables, date, context = _args(imagenet_described())
    inside, beyond = lines_drawn(render_report(tables, date, context), "study_power_law")
    fit = tables["out_fits"].set_index("estimator").loc["study_power_law"]
    assert inside[0]["x"] == fit["log10_flop_min"] and inside[-1]["x"] == beyond[0]["x"] == fit["log10_flop_max"]
    assert beyond[2]["y"] == pytest.approx(100 * 10 ** -(fit["intercept"] + fit["slope"] * beyond[2]["x"]), rel=1e-4)


def test_a_curve_without_slope_ends_with_the_data():
    flat = observations(np.linspace(18, 22, 8), [0.31, 0.29, 0.3, 0.32, 0.28, 0.3, 0.31, 0.3])
    (inside,) = lines_drawn(render_report(*_args(described(flat))), "study_power_law")
    assert inside[-1]["x"] == pytest.approx(22)


def test_a_fit_without_its_curve_is_told_and_not_drawn():
    tables, date, context = _args(imagenet_described())
    tables["out_curves"] = tables["out_curves"].assign(fit_id="another")
    html = render_report(tables, date, context)
    assert not any(lines_drawn(html, "study_power_law"))
    assert "13.6" in html


def test_tables_as_duckdb_gives_them(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    tables, date, context = _args(two_series())
    con = duckdb.connect()
    read = {}
    for name, frame in tables.items():
        con.register("frame", frame)
        read[name] = con.execute("SELECT * FROM frame").df()
        con.unregister("frame")
    assert render_report(read, date, context) == render_report(tables, date, context)


@pytest.mark.parametrize(
    ("log10_value", "text"),
    [
        (-0.37, "0.43"),
        (1.5, "32"),
        (4.1, "13,000"),
        (6.07, "1.2 million"),
        (11, "100 billion"),
        (14.99, "980 trillion"),
    ],
)
def test_figures_in_words(log10_value, text):
    assert words.figure(log10_value) == text


def test_more_words():
    assert words.figure(19.06) == "10^19.1"
    assert words.money(10.998) == "$100 billion"
    assert words.mass(2.5) == "320 kg"
    assert words.mass(10.6) == "40 million t"
    assert words.energy(5.2) == "160 MWh"
    assert words.percent(0.0583) == "5.83\N{NO-BREAK SPACE}%"
    assert str(words.raised("at 10^-2.")) == "at 10<sup>-2</sup>."
    assert str(words.raised("<b>10^3.1 to 10^4")) == "&lt;b&gt;10<sup>3.1</sup> to 10<sup>4</sup>"


def test_error_ticks_are_few_and_inside():
    for low, high in ((40, 80), (4, 44), (0.5, 40), (11, 12)):
        ticks = charts.error_ticks(low, high)
        assert 2 <= len(ticks) <= 9
        assert all(low <= t <= high for t in ticks)
