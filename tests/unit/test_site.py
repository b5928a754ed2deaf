"""The site's general pages: what they say, that they say it twice alike, and that nothing from a paper runs in them."""

import csv
import io
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from xml.etree import ElementTree

import pandas as pd
import pytest

from schemas.tables import TABLES
from tasks.costs.assumptions import load_assumptions
from tasks.match.observations import SURELY_READ
from tasks.publish.published import Published
from tasks.publish.site import answer, changes, claims, documents, forecasts, headline_charts, home, model_pages
from tasks.publish.site.charts import Chart
from tasks.publish.site.displayed import displayed_estimators
from tasks.publish.site.feed import FeedEntry, feed
from tasks.publish.site.frame import Frame
from tasks.publish.site.series import all_series, by_group
from tasks.publish.site.site import build_site
from tasks.wording import quantities
from tests.unit.released import HEADLINE, HOSTILE, release, rows, two_series, with_tables

pytestmark = pytest.mark.slow  # a whole site is built

ATOM = "{http://www.w3.org/2005/Atom}"
VISION = {"domain": "Vision", "estimator": HEADLINE}
HEADLINES = [
    {"series": "imagenet-1k", "target": target, "target_error": error, "log10_training_flop": flop, **VISION}
    | {"log10_training_flop_lower": flop - 1, "log10_training_flop_upper": flop + 3, "probability_unreachable": 0.6}
    for target, error, flop in (("best_in_data", 0.116, 22.0), ("half_of_best", 0.058, 25.0))
]
HALF = f"imagenet-1k | half_of_best | {HEADLINE}"
CALIBRATION = [
    VISION | {"horizon": horizon, "n_cases": n, "coverage": share}
    for horizon, n, share in (("from_0.8", 30, 0.9), ("below_0.5", 10, 0.5))
]


@pytest.fixture(scope="module")
def published() -> Published:
    """Two series; the estimator of ImageNet's headline, tested on 40 records, is the symmetric line."""
    return with_tables(
        release(two_series()),
        out_headlines=rows("out_headlines", *HEADLINES),
        out_calibration=rows("out_calibration", *CALIBRATION),
        out_claims=rows(
            "out_claims",
            {"claim": "halving", "study_figure": 500.0, "today": 690.0, "today_lower": 340.0, "today_upper": 2500.0}
            | {"claim_unit": "times", "verdict": "holds", "statement": f"Halving {HOSTILE}"},
        ),
        out_changes=rows(
            "out_changes",
            *(
                {"table_name": table, "row_id": row, "change": change, "column_changed": column, "value_before": before}
                | {"value_now": now, "release_before": "2026-11-22"}
                for table, row, change, column, before, now in (
                    ("out_estimates", HALF, "changed", "log10_training_flop", "25", "25.3"),
                    ("out_observations", f"imagenet-1k | 1 | {HOSTILE}", "new", "(row)", None, None),
                )
            ),
        ),
    )


@pytest.fixture(scope="module")
def site(published) -> dict[str, bytes]:
    points = published.table("out_observations").copy()
    points.loc[0, ["model", "title", "accuracy_quote"]] = HOSTILE
    return build_site(with_tables(published, out_observations=points))


def pages(site) -> dict[str, str]:
    return {path: content.decode() for path, content in site.items() if path.endswith(".html")}


def text_of(html: str) -> str:
    html = html[html.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.links += [v for k in ("href", "src") if (v := found.get(k))]
        if found.get("id"):
            self.ids.add(found["id"])


def links_of(html: str) -> _Links:
    parser = _Links()
    parser.feed(html)
    return parser


# --- all pages


def test_every_link_leads_somewhere(site):
    """To a file of the site, to one of the release beside it, or to the web; an anchor of a page of ours is there."""
    parsed = {path: links_of(html) for path, html in pages(site).items()}
    for path, page in parsed.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            if "://" in link or link == "data:,":
                continue
            to = normpath(join(dirname(path), target)) if target else path
            beside = to.endswith(".csv") and (to.removesuffix(".csv") in TABLES or to == "sources.csv")
            assert to in site or beside or to == "feed.xml", (path, link)
            if anchor and to in parsed and to != "model.html":
                assert anchor in parsed[to].ids, (path, link)


def test_same_tables_same_bytes_whatever_the_order_of_rows(published, site):
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in published.tables.items()}
    again = build_site(replace(published, tables=shuffled))
    once = build_site(published)
    assert [path for path in once if once[path] != again[path]] == []


def test_what_papers_say_is_never_markup_nor_a_formula(site):
    for path, html in pages(site).items():
        assert "<script>" not in html and "<img" not in html, path
        assert "Content-Security-Policy" in html and "script-src 'self' file:" in unescape(html), path
        assert not re.search(r"<[^>]+ on\w+=", html), path
    assert any("&lt;script&gt;document.title" in html for html in pages(site).values())
    for path, content in site.items():
        if path.endswith(".csv"):
            cells = [cell for row in csv.reader(io.StringIO(content.decode())) for cell in row]
            assert [c for c in cells if c.startswith(("=", "+", "@"))] == [], path


def test_an_empty_release_still_has_its_pages():
    made = pages(build_site(Published(tables={}, date="2026-11-23")))
    assert "too few observations" in made["index.html"]
    assert {"story.html", "forecasts.html", "methods.html", "changes.html"} <= made.keys()


def test_assumptions_that_a_run_was_given_are_told(published, site):
    given = replace(published, assumptions=load_assumptions({"cost_year_of_target": 2024.0}))
    assert given.assumed == ("cost_year_of_target = 2024 (year)",)
    made = pages(build_site(given))
    assert [path for path, html in made.items() if "cost_year_of_target = 2024" not in html] == []
    assert "are those of 2024" in text_of(made["story.html"])
    assert published.assumed == ("utilisation = 1 (fraction)",)


def test_the_feed_names_every_release_once_and_leads_to_it():
    made = feed([FeedEntry("2026-11-29.2", "index.html", "2 new"), FeedEntry("2026-11-28", None, "no figure changed")])
    root = ElementTree.fromstring(made)
    entries = root.findall(f"{ATOM}entry")
    assert [e.find(f"{ATOM}title").text for e in entries] == ["Release 2026-11-29.2", "Release 2026-11-28"]
    assert [link.get("href") for link in root.findall(f"{ATOM}entry/{ATOM}link")] == ["index.html"]
    assert [e.find(f"{ATOM}content").text for e in entries] == ["2 new", "no figure changed"]
    assert len({e.find(f"{ATOM}id").text for e in entries}) == 2
    assert root.find(f"{ATOM}updated").text == "2026-11-29T00:00:00Z"


def test_a_what_if_run_says_so_on_every_page():
    page = Frame(date="2026-11-23", what_if=("the year of costs is 2024",)).page(
        "x/y.html", "base.html.j2", title="T", description="D"
    )
    assert b"This is a what-if run" in page and b"the year of costs is 2024" in page and b'href="../index.html"' in page


# --- the answer


def test_the_first_page_tells_the_figure_its_range_and_how_sure_it_is(published, site):
    found = answer.images(published)
    said = text_of(site["index.html"].decode())
    power = published.table("out_fits").set_index(["series", "estimator"])["implied_power"]["imagenet-1k", HEADLINE]
    assert found.times.value == pytest.approx(2**power)
    assert (found.tested.n, found.tested.held) == (40, 32)
    assert "predicted their computing from the earlier ones: 32 of 40 fell inside our ranges" in said
    assert "about 8 times in 10" in said
    assert "at 60 %" in said and "Since the release 2026-11-22: 1 estimate changed" in said


def test_the_first_page_says_in_plain_sight_what_each_test_that_it_names_asks(published):
    """Once each: the headline's with its figure, others with the list of changes."""
    changed = published.table("out_changes").copy()
    changed["row_id"] = changed["row_id"].str.replace("imagenet-1k", "coco")
    headlines = published.table("out_headlines")
    both = pd.concat([headlines, headlines.assign(series="coco")])
    moved = pd.concat([published.table("out_changes"), changed])
    page = home.pages(with_tables(published, out_changes=moved, out_headlines=both), Frame(date="2026-11-23"))
    said = text_of(page["index.html"].decode())
    for series in ("imagenet-1k", "coco"):
        assert said.count(f"{published.title(series)}: {published.task_description(series)}") == 1


@pytest.mark.parametrize(("decades", "said"), [(0.5, "because it used more than the trend"), (9.0, "it used less")])
def test_the_first_page_says_why_the_next_halving_is_not_the_average_one(published, decades, said):
    best = answer.images(published).next_halving.best
    headlines = published.table("out_headlines").copy()
    headlines.loc[headlines["target"] == "half_of_best", "log10_training_flop"] = best.log10_flop + decades
    page = home.pages(with_tables(published, out_headlines=headlines), Frame(date="2026-11-23"))["index.html"]
    assert said in text_of(page.decode())


def test_records_are_the_best_of_their_time(published):
    best = headline_charts.records(answer.points_in_fit(published, "imagenet-1k"))
    assert [p.error for p in best] == sorted((p.error for p in best), reverse=True)
    assert len({p.year for p in best}) == len(best)


# --- claims and changes


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (9.0, "power", "510 times for half the errors"),
        (500.0, "times", "500 times"),
        (25.0, "log10 FLOP", "100 times the computing of the largest model here"),
        (40.0, "log10 FLOP", "more than 10 million times the computing of the largest model here, farther than any"),
        (1e11, "USD", "$100 billion"),
        (5.0, "%", "5\N{NO-BREAK SPACE}%"),
        (5.0, "areas", "5 areas"),
    ],
)
def test_figures_of_claims_in_words(value, unit, said):
    assert claims.figure_in_words(value, unit, claims.Scale(23.0, {})).startswith(said)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.002, "0.2 % of what New York City emits in a month"),
        (1.0, "as much as New York City emits in a month"),
        (11.0, "11 times what New York City emits in a month"),
    ],
)
def test_carbon_stands_beside_what_a_reader_knows(share, said):
    assumptions = load_assumptions()
    month = assumptions["nyc_month_co2e_kg"].value
    told = claims.figure_in_words(share * month, "kg", claims.Scale(None, assumptions)).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert told.endswith(f" of CO₂, {said}")


def test_a_benchmark_without_a_model_in_its_curve_is_named_below_the_table(published):
    unused = published.table("out_observations").assign(in_fit=lambda f: f["in_fit"] & (f["series"] != "coco"))
    now = with_tables(published, out_observations=unused)
    groups = by_group(all_series(now, displayed_estimators(now)))
    template, said = "benchmarks.html.j2", {"title": "t", "description": "d"}
    listed = text_of(Frame(date=now.date).page("benchmarks.html", template, groups=groups, **said).decode())
    assert "With no such model so far: COCO." in listed


def test_changes_name_the_figure_that_moved_and_the_rows_behind_it(published):
    found = changes.changes(published)
    (benchmark,) = found.benchmarks
    assert found.since == "2026-11-22"
    assert [(b.title, c.times) for b, c in found.headlines] == [("ImageNet", "2 times as much")]
    assert [c.kind for c in benchmark.observations] == ["new"]


# --- charts and documents


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("log10_training_flop", "18", "2.8 hours of one fast chip (1×10¹⁸ FLOP)"),
        ("training_flop", "1e18", "2.8 hours of one fast chip (1×10¹⁸ FLOP)"),
        ("cost_usd", "4.23417e+06", "$4.2 million"),
        ("cost_usd", "0", "$0"),
        ("implied_power", "9", "510 times"),
        ("in_fit", "True", "yes"),
        ("status", "far_extrapolation", "untested range"),
        ("n", "49", "49"),
        ("cost_usd", None, None),
    ],
)
def test_figures_that_changed_are_told_in_words(column, value, said):
    assert changes._value_in_words(column, value) == said


def test_a_chart_is_drawn_for_the_page_and_for_download_without_formulas():
    drawn = {"layer": [{"data": {"values": [{"x": 1, "y": HOSTILE}]}, "mark": {"type": "text", "color": "var(--ink)"}}]}
    drawn["layer"][0]["encoding"] = {"x": {"field": "x", "type": "quantitative"}, "text": {"field": "y"}}
    chart = Chart(name="c", title="T", finding="F", spec=drawn, rows=[{"x": -1, "y": HOSTILE}], sql="SELECT 1")
    files = chart.files()
    assert "var(--ink)" in chart.svg and b"var(" not in files["charts/c.svg"]
    assert "<script" not in chart.svg
    assert files["charts/c.png"].startswith(b"\x89PNG")
    (_, row) = csv.reader(io.StringIO(files["charts/c.csv"].decode()))
    assert row == ["-1", f"'{HOSTILE}"]


def test_documents_link_to_pages_and_hold_no_html():
    made = documents.html(
        "## A `b` c\n\n[e](evaluation.md#x) [o](../README.md) <b>no</b>\n\n```sh\na < b\n```\n\n|a|\n|-|\n|1|\n"
    )
    assert 'id="a-b-c"' in made and 'href="evaluation.html#x"' in made and "&lt;b&gt;" in made
    assert '<pre tabindex="0"><code class="language-sh">a &lt; b' in made
    assert 'role="region"' in made and "README" not in made


def test_tables_as_duckdb_gives_them_are_read_alike(published):
    flat = {name: pd.DataFrame(frame.to_dict("list")) for name, frame in published.tables.items()}
    assert answer.images(replace(published, tables=flat)) == answer.images(published)


# --- forecasts


def test_the_page_of_forecasts_says_how_probable_each_target_is_by_when(published):
    of_target = {"series": "imagenet-1k", "target": "error_5pct", "target_error": 0.05, "is_published": True}
    dated = with_tables(
        published,
        out_target_dates=rows(
            "out_target_dates",
            of_target | {"reached_on": None, "probability_never": 0.576, "record_model": HOSTILE, "record_error": 0.09},
            of_target | {"target": "half_of_best", "target_error": 0.045},
            of_target | {"series": "imagenet-1k-extra-data"},
        ),
        out_date_probabilities=rows(
            "out_date_probabilities",
            *(of_target | {"due_year": year, "probability": p} for year, p in ((2027, 0.287), (2036, 0.004))),
        ),
    )
    (found,) = forecasts.dated_targets(dated)
    assert (found.probabilities, found.of.probability_never) == ((0.287, None, None, 0.004), 0.576)
    page = text_of(build_site(dated)["forecasts.html"].decode())
    assert "29 %" in page and "under 1 %" in page and "58 %" in page


# --- bounds


def known(observations=0, in_fit=0, results=0, confidence=None) -> model_pages.Model:
    seen = [{"in_fit": i < in_fit, "model": "m", "year": None} for i in range(observations)]
    scores = [{"confidence": confidence, "model": "m"}] * results
    return {"observations": seen, "results": scores, "estimates": [], "disclosures": [{"model": "m"}]}


def test_pages_are_of_models_with_an_observation_or_a_sure_score_the_best_known_first(monkeypatch):
    models = {
        "scored": known(results=1),
        "read": known(results=2, confidence=SURELY_READ),
        "doubtful": known(results=9, confidence=SURELY_READ - 0.01),
        "disclosed": known(),
        "seen": known(observations=1),
        "fitted": known(observations=1, in_fit=1),
    }
    columns = {"observations": ["model"], "results": ["model"], "estimates": [], "disclosures": ["model"]}
    assert list(model_pages._published_models(models, columns)) == ["fitted", "seen", "read", "scored"]
    monkeypatch.setattr(model_pages, "BRIEF_BYTES", 0)
    monkeypatch.setattr(model_pages, "MODEL_BYTES", 400)
    assert list(model_pages._published_models(models, columns)) == ["fitted", "seen"]


def test_models_beyond_the_best_known_are_told_in_brief_without_their_evidence(monkeypatch):
    scores = [{"confidence": None, "model": "m", "value": n, "quote": "words", "year": None} for n in range(5)]
    model = known(observations=1) | {"results": scores}
    columns = {"observations": ["model"], "results": ["value", "quote"], "estimates": [], "disclosures": ["model"]}
    monkeypatch.setattr(model_pages, "MODEL_BYTES", 0)
    (told,) = (told.as_record(columns) for told in model_pages._published_models({"m": model}, columns).values())
    assert told["counts"] == {"observations": 1, "results": 5, "estimates": 0, "disclosures": 1}
    assert told["results"] == [[0], [1], [2]] and told["disclosures"] == []
    assert model_pages._index(model_pages._published_models({"m": model}, columns))["rows"][0][:3] == ["m", "m", 0]


def test_the_first_page_stays_thin_however_many_models_there_are(published):
    """Of 1,600 models it draws some and says so; what is downloaded has all."""
    observed = published.table("out_observations")
    copies = [observed.assign(observation_id=observed["observation_id"] + f"~{n}") for n in range(80)]
    many = with_tables(published, out_observations=pd.concat(copies, ignore_index=True))
    files = home.pages(many, Frame(date="2026-11-23"))
    page = files["index.html"].decode()
    n = 80 * sum(observed["series"] == "imagenet-1k")
    assert n > 1000 and page.count(f"200 of {n:,} points drawn; all in the CSV.") == 2
    assert len(page) <= 500_000 and page.count("<") / 2 <= 3000
    assert files["charts/error-by-compute.csv"].count(b"\n") == n + 1


@pytest.mark.parametrize(
    ("log10_flop", "said"),
    [
        (14, "1 second of one fast chip"),
        (18, "2.8 hours of one fast chip"),
        (21.5, "1 year of one fast chip"),
        (25.5, "10,000 years of one fast chip"),
        (40, "more than ten million years of one fast chip"),
    ],
)
def test_computing_beside_what_a_chip_does(log10_flop, said):
    assert quantities.chip_time(log10_flop) == said
