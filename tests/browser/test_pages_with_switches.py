"""Pages of benchmarks, models and Explore in a real browser: every switch draws anew, links keep the state, evidence
opens, search finds, the calculator agrees with the estimates, and words of papers stay words."""

import csv
import hashlib
import io
import json
import math
import re
import shutil
from pathlib import Path

import duckdb
import pdfplumber
import pytest

from tasks.publish import release
from tasks.storage.store import DocumentStore
from tests.data.conftest import DATE, made_anew
from tests.papers import write_paper
from warehouse.connection import connect

playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright (pip install playwright)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (apt-get install chromium)")

HOSTILE = (
    "=cmd|' /C calc'!A0<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u202e"
)
BENCHMARK = "imagenet-1k"


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """A release made from warehouse/reference, in which one model, its quote and its paper's title are hostile."""
    home = made_anew(tmp_path_factory.mktemp("site"))
    with connect(home / "warehouse.duckdb") as warehouse:
        of_it = "model = 'ResNet-152' AND benchmark = 'imagenet-1k'"
        for table in ("out_observations", "core_observations", "raw_observations"):
            warehouse.execute(f"UPDATE {table} SET model = ? WHERE {of_it}", [HOSTILE])
        warehouse.execute("UPDATE out_observations SET title = ?, accuracy_quote = ? WHERE model = ?", [HOSTILE] * 3)
        warehouse.execute("UPDATE raw_observations SET quote = ? WHERE model = ?", [HOSTILE] * 2)
        warehouse.execute(
            "UPDATE core_compute_estimates SET quote = ?, basis = ? WHERE model = 'ResNet-152'", [HOSTILE] * 2
        )
        read_in_a_free_paper(home, warehouse)
    return release.publish(home / "warehouse.duckdb", home / "releases", DATE, []).path


def read_in_a_free_paper(home: Path, warehouse) -> None:
    """ResNet-101's score comes from a document whose licence lets its page be shown."""
    content = write_paper(home / "free.pdf", "ResNet-101", 77.56, 3).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    DocumentStore(home).put(io.BytesIO(content), sha256)
    ((paper,),) = warehouse.execute(
        "SELECT paper_id FROM core_observations WHERE model = 'ResNet-101' AND series = ? AND in_fit", [BENCHMARK]
    ).fetchall()
    for table in ("core_observations", "out_observations"):
        warehouse.execute(f"UPDATE {table} SET result_id = 'free' WHERE model = 'ResNet-101' AND in_fit")
    known = {"result_id": "free", "paper_id": paper, "document_sha256": sha256, "source_id": "folder"}
    score = {"benchmark": BENCHMARK, "metric": "top1_accuracy", "value": 77.56, "raw_value": HOSTILE, "is_own": True}
    place = {"page": 2, "bbox_x0": 256.0, "bbox_top": 112.0, "bbox_x1": 290.0, "bbox_bottom": 192.0}
    names = {"model": "ResNet-101", "model_key": "resnet101", "quote": "q", "confidence": 0.9, "location": HOSTILE}
    versions = {"extractor": "table", "extractor_version": "1"}
    add(warehouse, "core_results", known | score | place | names | versions)
    document = {"origin": "made", "licence": "http://creativecommons.org/licenses/by/4.0/", "size_bytes": 1}
    document |= {"media_type": "application/pdf", "fetched_at": DATE, "load_id": "l"}
    document |= {"document_status": "read", "parser_version": "1", "extractor_version": "1"}
    del known["result_id"]
    add(warehouse, "raw_documents", known | document)


def add(warehouse, table: str, row: dict) -> None:
    """A row of a table, what it does not name being empty."""
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    warehouse.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


@pytest.fixture(scope="session")
def browser():
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Visit:
    """A page with what it wrote to the console and what it asked of the network."""

    def __init__(self, browser, site: Path, **context):
        self.site = site
        self.page = browser.new_context(accept_downloads=True, **context).new_page()
        self.console: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def go(self, path: str):
        self.page.goto("about:blank")  # a change of the hash alone would load nothing
        self.page.goto(f"{self.site.as_uri()}/{path}")
        self.page.wait_for_selector("html[data-drawn]", state="attached")
        return self.page

    def drawn(self) -> str:
        """The chart without Vega's running numbers."""
        return re.sub(r"clip\d+|gradient_\d+", "", self.page.inner_html("#drawing"))

    @property
    def points(self) -> int:
        return self.page.locator('#drawing path[aria-roledescription="point"]').count()

    def choose(self, switch: str, value: str) -> None:
        self.page.evaluate("delete document.documentElement.dataset.drawn")
        self.page.select_option(f"#switch-{switch}", value)
        self.page.wait_for_selector("html[data-drawn]", state="attached")

    def save(self, button: str) -> bytes:
        with self.page.expect_download() as saved:
            self.page.click(button)
        return Path(saved.value.path()).read_bytes()


@pytest.fixture
def visit(browser, site):
    made = Visit(browser, site)
    yield made
    assert made.console == []
    assert [url for url in made.asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []
    assert "owned" not in made.page.title()
    made.page.context.close()


def slugs(site: Path) -> list[str]:
    return sorted(p.stem for p in (site / "benchmark").glob("*.html"))


# --- benchmarks


def test_the_chart_of_every_benchmark_draws_its_points(visit, site):
    drawn = {}
    for slug in slugs(site):
        page = visit.go(f"benchmark/{slug}.html")
        drawn[slug] = visit.points
        assert drawn[slug] >= int(page.evaluate("document.documentElement.dataset.drawn")) > 0, slug
        assert page.get_attribute("#drawing", "aria-label") == page.inner_text("#finding")
    assert len(drawn) >= 5


def test_every_switch_changes_what_is_drawn(visit):
    page = visit.go(f"benchmark/{BENCHMARK}.html")
    page.click("details.more > summary")
    tried = []
    for select in page.locator("#benchmark select").all():
        name = select.get_attribute("name")
        values = select.locator("option").evaluate_all("options => options.map((o) => o.value)")
        first, before = select.input_value(), visit.drawn()
        others = [value for value in values if value != first]
        visit.choose(name, others[len(others) // 2])
        assert visit.drawn() != before, name
        visit.choose(name, first)
        assert visit.drawn() == before, name
        tried.append(name)
    assert {"estimator", "x", "from", "to", "method"} <= set(tried)


def test_every_axis_and_every_curve_draws(visit):
    page = visit.go(f"benchmark/{BENCHMARK}.html")
    for switch in ("x", "estimator"):
        pictures = set()
        for value in page.locator(f"#switch-{switch} option").evaluate_all("options => options.map((o) => o.value)"):
            visit.choose(switch, value)
            assert visit.points > 5, value
            pictures.add(visit.drawn())
        assert len(pictures) >= 5, switch
        page.click("#reset")
        page.wait_for_timeout(200)


@pytest.mark.parametrize("axis", ["cost_usd", "energy_kwh", "co2e_kg"])
def test_curves_against_costs_are_those_of_the_estimates(visit, site, axis):
    with duckdb.connect(str(site / "warehouse.duckdb"), read_only=True) as con:
        known = con.execute(
            f"SELECT log10_training_flop, {axis} FROM out_estimates WHERE series = ? AND {axis} < 1e100", [BENCHMARK]
        ).fetchall()
    page = visit.go(f"benchmark/{BENCHMARK}.html#x={axis}")
    per_flop = page.evaluate(f"site.data['curves-{BENCHMARK}'].per_flop.{axis}")
    assert [per_flop * 10**flop for flop, _ in known] == pytest.approx([cost for _, cost in known], rel=1e-6)
    lines = page.locator('#drawing [aria-roledescription="line mark"]')
    assert lines.count() >= 3  # the record, and a curve within the data and beyond
    assert "need not meet" in page.inner_text("#finding")


def test_a_link_keeps_switches_and_point(visit):
    page = visit.go(f"benchmark/{BENCHMARK}.html")
    visit.choose("x", "year")
    page.click("#points > summary")
    page.click("#rows button >> nth=2")
    page.wait_for_selector("#evidence:not([hidden])")
    evidence, picture, address = page.inner_text("#evidence"), visit.drawn(), page.url
    assert "x=year" in address and "point=" in address
    visit.go(address.split("/", 3)[-1].split(visit.site.name + "/")[-1])
    page.wait_for_selector("#evidence:not([hidden])")
    assert page.inner_text("#evidence") == evidence
    assert page.input_value("#switch-x") == "year"
    assert page.evaluate("document.getElementById('permanent').href") == page.url
    assert visit.drawn() == picture


def test_the_chart_follows_dark_and_print_and_its_file_has_colours_of_its_own(visit):
    page = visit.go(f"benchmark/{BENCHMARK}.html")
    ink = "getComputedStyle(document.querySelector('#drawing .mark-text text')).fill"
    light = page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ink)
    page.emulate_media(color_scheme="dark", media="print")
    assert light == page.evaluate(ink) != dark
    page.emulate_media(media="screen")
    page.click("#points > summary")
    page.click("#rows button >> nth=0")
    page.wait_for_selector("#evidence:not([hidden])")
    assert "var(" not in (file := visit.save("#save-svg").decode()) and file.startswith("<svg")


def test_a_click_on_a_point_opens_its_evidence_and_its_words_stay_words(visit, site):
    page = visit.go(f"benchmark/{BENCHMARK}.html")
    page.locator('#drawing path[aria-roledescription="point"]').last.click(force=True)
    page.wait_for_selector("#evidence:not([hidden])")
    for heading in ("The score", "The computing, step by step", "What the run cost", "Figures of other sources"):
        assert heading in page.inner_text("#evidence")
    page.click("#points > summary")
    page.get_by_role("button", name="=cmd").first.click()
    page.locator("#evidence", has_text="=cmd").wait_for()
    assert page.inner_text("#evidence").count("<script>") >= 3
    assert page.locator("#evidence img, #evidence script, #rows img").count() == 0


@pytest.mark.parametrize("path", [f"benchmark/{BENCHMARK}.html", "model.html#resnet101"])
def test_the_page_of_a_paper_whose_licence_allows_is_shown_with_the_frame(visit, site, path):
    page = visit.go(path)
    if "benchmark" in path:
        page.click("#points > summary")
        page.get_by_role("button", name="ResNet-101", exact=True).click()
    picture = page.locator("figure.page img").first
    picture.scroll_into_view_if_needed()
    picture.wait_for()
    page.wait_for_function("(i) => i.complete && i.naturalWidth > 300", arg=picture.element_handle())
    assert "with a frame around" in picture.get_attribute("alt") and "<script>" in picture.get_attribute("alt")
    assert "CC BY 4.0" in page.inner_text("figure.page figcaption")
    assert (site / picture.get_attribute("src").removeprefix("../")).stat().st_size < 100_000


def test_downloads_hold_what_is_drawn_and_no_formula(visit, site):
    page = visit.go(f"benchmark/{BENCHMARK}.html")
    rows = list(csv.DictReader(io.StringIO(visit.save("#save-csv").decode())))
    assert len(rows) == int(page.evaluate("document.documentElement.dataset.drawn"))
    assert [row["model"] for row in rows if "cmd" in row["model"]] == [f"'{HOSTILE}"]
    assert not [cell for row in rows for cell in row.values() if re.match(r"[=+@\t]", cell)]
    assert visit.save("#save-svg").decode().count('aria-roledescription="point"') >= len(rows)
    assert visit.save("#save-png")[:8] == b"\x89PNG\r\n\x1a\n"
    with duckdb.connect(str(site / "warehouse.duckdb"), read_only=True) as con:
        answer = con.execute(page.locator("#sql").text_content()).fetchall()
    assert len(answer) == len(rows)


# --- models


def test_search_finds_and_a_models_page_tells_all(visit):
    page = visit.go("models.html")
    page.fill("#search", "vit h 14")
    names = page.locator("#rows th").all_inner_texts()
    assert names and all("vith14" in re.sub(r"\W", "", name.lower()) for name in names)
    page.fill("#search", "alexnet")
    page.click("#rows a >> nth=0")
    page.wait_for_selector("html[data-drawn]", state="attached")
    page.wait_for_selector("h2#estimates")
    assert "AlexNet" in page.inner_text("h1") and "AlexNet" in page.title()
    told = page.inner_text("#model")
    assert re.search(r"\d+ scores? in \d+ papers?", told) and "What the run cost" in told


@pytest.mark.parametrize("key", ["nosuchmodel", "constructor", "%", "<img src=x onerror=alert(1)>"])
def test_a_model_that_is_not_there_is_said_to_be_so(visit, key):
    assert "no model with the key" in visit.go(f"model.html#{key}").inner_text("#model")


def test_every_model_of_the_search_is_where_its_link_leads(visit, site):
    page = visit.go("models.html")
    lost = page.evaluate(
        "async () => { const lost = []; for (const m of site.unpack(site.data.models))"
        " if (!(await site.modelOf(m.key))) lost.push(m.key); return lost; }"
    )
    assert lost == []


# --- explore


def answer_of(page) -> dict:
    page.wait_for_selector("html[data-answer]", state="attached")
    return json.loads(page.evaluate("document.documentElement.dataset.answer"))


def test_the_calculator_agrees_with_the_estimates(visit, site):
    """Whatever the release estimates, the page computes from curves: compute to 5 %, its limits and costs to 15 %."""
    with duckdb.connect(str(site / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(
            "SELECT series, estimator, target_error, log10_training_flop, log10_training_flop_lower,"
            " log10_training_flop_upper, log10(cost_usd), log10(energy_kwh), log10(co2e_kg)"
            " FROM out_estimates WHERE log10_training_flop IS NOT NULL AND decades_beyond_data BETWEEN -2 AND 4"
            " AND estimator IN ('study_power_law', 'power_law_symmetric', 'power_law_reverse', 'exponential')"
            " ORDER BY series, target_error, estimator"
        ).fetchall()
    assert len(rows) > 8
    page = visit.go("explore.html")
    for benchmark, estimator, error, value, lower, upper, usd, kwh, kg in rows:
        page.evaluate("delete document.documentElement.dataset.answer")
        page.evaluate(f"location.hash = 'benchmark={benchmark}&estimator={estimator}&target={100 * error}'")
        told = answer_of(page)
        where = f"{benchmark} {estimator} {error}"
        assert told["value"] == pytest.approx(value, abs=0.02), where
        for end, known in (("lower", lower), ("upper", upper)):
            if told[end] is not None and known is not None:
                assert told[end] == pytest.approx(known, abs=0.06), f"{where} {end}"
        costs = [math.log10(told[cost][0]) for cost in ("cost_usd", "energy_kwh", "co2e_kg")]
        assert costs == pytest.approx([usd, kwh, kg], abs=0.02), where


def test_an_assumption_given_changes_the_answer_in_proportion(visit):
    page = visit.go("explore.html")
    before = answer_of(page)
    page.click("details.more > summary >> nth=0")
    page.evaluate("delete document.documentElement.dataset.answer")
    page.fill("#switch-usd_per_chip_hour", "4.3")
    page.press("#switch-usd_per_chip_hour", "Enter")
    after = answer_of(page)
    assert after["cost_usd"][0] / before["cost_usd"][0] == pytest.approx(4.3 / 0.43, rel=1e-6)
    assert after["co2e_kg"] == before["co2e_kg"]
    assert "usd_per_chip_hour=4.3" in page.url


def test_filters_and_csv_of_explore(visit):
    page = visit.go("explore.html")
    everything = int(page.evaluate("document.documentElement.dataset.drawn"))
    visit.choose("of", BENCHMARK)
    some = int(page.evaluate("document.documentElement.dataset.drawn"))
    assert 0 < some < everything
    rows = list(csv.DictReader(io.StringIO(visit.save("#save-csv").decode())))
    assert len(rows) == some and {row["series"] for row in rows} == {BENCHMARK}


# --- all of them

SWITCHED = (f"benchmark/{BENCHMARK}.html", "models.html", "model.html#alexnet", "explore.html")
PAGES = (
    *SWITCHED,
    "benchmarks.html",
    *(
        "index.html",
        "story.html",
        "forecasts.html",
        "methods.html",
        "evaluation.html",
        "dictionary.html",
        "changes.html",
    ),
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone_and_axe_finds_nothing_serious(browser, site, path, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    visit = Visit(browser, site, viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page = visit.page
    page.goto(f"{site.as_uri()}/{path}")
    if path in SWITCHED:
        page.wait_for_selector("html[data-drawn]", state="attached")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.console == []  # axe, afterwards, asks for style sheets, which no page of ours may
    found = axe.Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")] == []
    page.context.close()


def test_the_first_page_shows_its_charts_before_any_script_and_in_print(browser, site):
    visit = Visit(browser, site, viewport={"width": 1440, "height": 900})
    page = visit.page
    page.goto(f"{site.as_uri()}/index.html")
    drawings = page.locator("figure.chart .wide svg")
    assert drawings.count() == 2 and all(d.locator("path").count() > 20 for d in drawings.all())
    assert drawings.first.bounding_box()["y"] < 900  # the first chart begins on the first screen
    assert page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") > 0
    assert page.locator("*").count() <= 3000
    for link in page.locator("figure.chart .downloads a[download]").all():
        assert (site / link.get_attribute("href")).stat().st_size > 0
    page.emulate_media(media="print")
    assert not page.locator("header.site nav").is_visible() and drawings.first.is_visible()
    assert (visit.console, [url for url in visit.asked if not url.startswith(("file:", "data:"))]) == ([], [])
    page.context.close()


MOST_PRINTED = {"explore.html": 12, "dictionary.html": 60, "evaluation.html": 40, "methods.html": 15}
"""Printed pages of what is made to be looked things up in; all others keep to ten."""


@pytest.mark.parametrize("path", PAGES)
def test_print_is_light_without_navigation_and_cuts_nothing(browser, site, path, tmp_path):
    page = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark").new_page()
    page.goto(f"{site.as_uri()}/{path}")
    if path in SWITCHED:
        page.wait_for_selector("html[data-drawn]", state="attached")
    page.pdf(path=tmp_path / "printed.pdf", format="A4")
    with pdfplumber.open(tmp_path / "printed.pdf") as printed:
        assert len(printed.pages) <= MOST_PRINTED.get(path, 10)
        first = printed.pages[0]
        assert not re.search("Skip to the content|Explore Forecasts", first.extract_text())
        for sheet in printed.pages[:3]:
            shown = [c for c in sheet.chars if c["text"].strip()]
            assert all(c["x0"] >= 20 and c["x1"] <= sheet.width - 20 for c in shown)
            assert not [c for c in shown if luminance(c) > 0.75], "text too light to read on paper"
    page.context.close()


def luminance(character: dict) -> float:
    """How light the ink of a character is, from 0 to 1."""
    ink = character["non_stroking_color"] or (0,)
    return sum(ink) / len(ink)


def test_budget(site):
    files = {p: p.stat().st_size for p in site.rglob("*") if p.suffix in (".html", ".js", ".css")}
    assert max(files.values()) <= 1_500_000
    assert sum(files.values()) <= 25_000_000
    assert (site / "index.html").stat().st_size <= 500_000
