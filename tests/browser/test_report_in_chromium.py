"""The report in a real browser: charts draw, nothing runs that should not, no page scrolls sideways on a phone."""

import re
import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest

from schemas.vocabularies import METHODS
from tasks.publish.report import render_report
from tasks.publish.sections.shown import STUDY
from tests.unit.test_report import HOSTILE, release, two_series, without_bundle
from tests.unit.test_report_sections import HEADLINE, powers, scores

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (apt-get install chromium)")

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --virtual-time-budget=8000 --enable-logging=stderr"
)


def dom_and_console(html: str, folder: Path, width: int) -> tuple[str, list[str]]:
    """The page's DOM after its scripts have run in a window of the width, and what it wrote to the console."""
    page = folder / f"report-{width}.html"
    page.write_text(html, encoding="utf-8")
    command = [
        str(CHROMIUM),
        *FLAGS.split(),
        f"--user-data-dir={folder / f'profile-{width}'}",
        f"--window-size={width},900",
        "--dump-dom",
        page.as_uri(),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return run.stdout, [line for line in run.stderr.splitlines() if "CONSOLE" in line]


def page(observed=None) -> str:
    tables, context = release(two_series() if observed is None else observed)
    return render_report(tables, "2026-11-23", context)


def judged_page() -> str:
    """The page of a release with back-tests, a headline and theory."""
    tables, context = release(two_series(), floor=None)
    fitted = powers(*((b, e, 9.0, "dearer", "dearer") for b in ("imagenet-1k", "coco") for e in (HEADLINE, STUDY)))
    return render_report(
        {**tables, "out_backtest_scores": scores(HEADLINE), "out_theory": fitted}, "2026-11-23", context
    )


def measured(html: str, width: int) -> str:
    """A page that holds the report in a frame of the width (no window is narrower than 500 px) and measures it.

    The report gets one more script, that writes down its widths once the charts are drawn and all details are open.
    """
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    script = """<script>
      const wait = setInterval(() => {
        if (!document.documentElement.dataset.charts) return;
        clearInterval(wait);
        document.querySelectorAll("details").forEach((d) => { d.open = true; });
        const e = document.documentElement;
        parent.document.documentElement.dataset.widths = `${e.scrollWidth} ${e.clientWidth} ${window.innerWidth}`;
      }, 50);
    </script></body>"""
    before, _, after = html.rpartition("</body>")
    framed = escape(before + script + after, quote=True)
    return f'<!doctype html><iframe style="width:{width}px;height:900px;border:0" srcdoc="{framed}"></iframe>'


def test_charts_draw_under_the_pages_own_policy(tmp_path):
    dom, console = dom_and_console(page(), tmp_path, 1440)
    drawn = re.findall(r'<svg[^>]*class="marks".*?</svg>', dom, flags=re.S)
    assert len(drawn) == 2
    assert all(svg.count('aria-roledescription="point"') >= 7 for svg in drawn)
    assert all('aria-roledescription="line mark"' in svg for svg in drawn)
    assert "wrong labels: 5.83" in drawn[0]
    assert 'href="https://arxiv.org/abs/1905.00000"' in dom
    assert console == []


def test_lines_have_the_colours_that_the_legend_gives_them(tmp_path):
    """The headline's line is of the page's ink, the study's of the second colour; the powers beside theory likewise."""
    html = judged_page()
    dom, console = dom_and_console(html, tmp_path, 1440)
    charts = re.findall(r'<svg[^>]*class="marks".*?</svg>', dom, flags=re.S)
    assert len(charts) == 3
    light = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", html[: html.index("prefers-color-scheme")]))
    lines = re.findall(r'<path[^>]*aria-roledescription="line mark"[^>]*>', charts[0])
    for colour in ("ink", "second", "muted"):
        assert any(f'stroke="{light[colour]}"' in line for line in lines), colour
    dots = re.findall(r'<path[^>]*aria-roledescription="point"[^>]*>', charts[2])
    assert {m[1] for d in dots if (m := re.search(r' fill="(#\w+)"', d))} == {light["ink"], light["second"]}
    assert console == []


def test_points_have_the_colours_that_the_legend_gives_their_methods(tmp_path):
    frame = two_series()
    frame["method"] = [METHODS[i % len(METHODS)] for i in range(len(frame))]
    html = page(frame)
    dom, _ = dom_and_console(html, tmp_path, 1440)
    light = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", html[: html.index("prefers-color-scheme")]))
    points = re.findall(r'<path[^>]*aria-roledescription="point"[^>]*>', dom)
    outlines = {}
    for method in METHODS:
        drawn = [p for p in points if f'fill="{light[method]}"' in p]
        assert drawn
        outlines[method] = {d[1] for p in drawn if (d := re.search(r' d="([^"]*)"', p))}
        assert all(f"method: {method}" in p for p in drawn)
    assert len(set.union(*outlines.values())) == len(METHODS)  # a shape for each


def test_hostile_words_stay_words(tmp_path):
    frame = two_series()
    frame["model"] = [f"{HOSTILE}{i}" for i in range(len(frame))]
    frame["accuracy_quote"] = HOSTILE
    dom, console = dom_and_console(page(frame), tmp_path, 1440)
    assert "<title>Diminishing Returns · 2026-11-23</title>" in dom
    assert "<img" not in without_bundle(dom)
    assert console == []


@pytest.mark.parametrize("width", [375, 1440])
def test_no_page_scrolls_sideways(tmp_path, width):
    dom, _ = dom_and_console(measured(judged_page(), width), tmp_path, 1600)
    found = re.search(r'data-widths="(\d+) (\d+) (\d+)"', dom)
    assert found, "the charts were never drawn"
    scroll, client, inner = map(int, found.groups())
    assert inner == width
    assert scroll <= client
