"""Explain: the claim that an id means, in words, and a frame that stands where the figure stands."""

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from typer.testing import CliRunner

from flows.cli import app
from schemas.tables import TABLES
from tasks.extract.read import read_document
from tasks.load.documents import load_readings
from tasks.load.validate import validate
from tasks.parse import ParseLimits, parse_document
from tasks.publish.explain import NoPicture, NoSuchClaim, claim_parts, find_claim, picture
from tasks.storage.store import DocumentStore, write_json_gz
from tests.papers import LEFT, _table, write_paper
from tests.unit.rows import correction, good_row, sidecar
from warehouse.connection import connect, insert, migrate

pytestmark = pytest.mark.slow  # each opens a filled home

POINT = 150 / 72  # pixels


def ink(image: Image.Image) -> np.ndarray:
    """Where the page is printed on."""
    return np.array(image.convert("L")) < 128


def inside(image: Image.Image, box, margin: float) -> np.ndarray:
    """What lies in a box (points), with a margin around."""
    inner = np.zeros((image.height, image.width), dtype=bool)
    x0, top, x1, bottom = (round(POINT * side) for side in box)
    m = round(POINT * margin)
    inner[max(0, top - m) : bottom + m, max(0, x0 - m) : x1 + m] = True
    return inner


# --- the picture


def write_sheet(path: Path, direction: str, rotation=0, crop=False, origin=(0, 0), unit=None) -> Path:
    """One word on one sheet, which runs to the right, up or down; the sheet's boxes may be odd."""
    canvas = Canvas(str(path), pagesize=(400, 300))
    canvas.setFont("Helvetica", 14)
    canvas.translate(150, 120)
    canvas.rotate({"right": 0, "up": 90, "down": -90}[direction])
    canvas.drawString(0, 0, "77.40")
    canvas.setPageRotation(rotation)
    if crop:
        canvas.setCropBox((50, 20, 380, 280))
    canvas.save()
    if unit:
        path.write_bytes(path.read_bytes().replace(b"/Type /Page\n", b"/Type /Page /UserUnit %.1f\n" % unit))
    if origin != (0, 0):
        document = pdfium.PdfDocument(path.read_bytes())
        document[0].set_mediabox(*origin, 400, 300)
        document.save(path)
    return path


@pytest.mark.parametrize(
    "sheet",
    [
        {"direction": "right"},
        {"direction": "up"},
        {"direction": "down"},
        {"direction": "right", "rotation": 90},
        {"direction": "right", "rotation": 270},
        {"direction": "up", "rotation": 90},
        {"direction": "right", "crop": True},
        {"direction": "up", "crop": True},
        {"direction": "right", "origin": (30, 10)},
        {"direction": "up", "origin": (30, 10)},
        {"direction": "right", "origin": (-30, -10)},
        {"direction": "right", "rotation": 90, "crop": True},
        {"direction": "right", "rotation": 180, "crop": True},
        {"direction": "right", "rotation": 270, "crop": True, "origin": (30, 10)},
        {"direction": "right", "unit": 2.0},
        {"direction": "up", "unit": 0.5, "crop": True},
    ],
    ids=str,
)
def test_box_and_picture_agree_however_the_sheet_lies(sheet, tmp_path):
    path = write_sheet(tmp_path / "sheet.pdf", **sheet)
    (line,) = parse_document(path, "0", ParseLimits(min_chars_per_page=1)).pages[0].lines
    (word,) = line.words
    bare, framed = picture(path, 1, None), picture(path, 1, word.box)
    assert ink(bare).any()
    assert not (ink(bare) & ~inside(bare, word.box, 1)).any()
    assert word.text == "77.40"
    assert np.ptp(ink(bare).nonzero()[1]) > np.ptp(ink(bare).nonzero()[0])  # turned so that it can be read
    changed = (np.array(bare) != np.array(framed)).any(axis=2)
    assert changed.any()
    assert not (changed & inside(bare, word.box, 0)).any()
    assert not (changed & ~inside(bare, word.box, 5)).any()


def test_a_poster_is_drawn_small(tmp_path):
    canvas = Canvas(str(tmp_path / "poster.pdf"), pagesize=(14000, 10000))
    canvas.drawString(100, 100, "poster")
    canvas.save()
    assert max(picture(tmp_path / "poster.pdf", 1, None).size) <= 4000


def test_what_cannot_be_drawn_is_told(tmp_path):
    with pytest.raises(NoPicture, match="no longer in the store"):
        picture(tmp_path / "gone.pdf", 1, None)
    (tmp_path / "text.pdf").write_text("no PDF")
    with pytest.raises(NoPicture, match="while drawing page 1"):
        picture(tmp_path / "text.pdf", 1, None)
    with pytest.raises(NoPicture, match="page 9"):
        picture(write_sheet(tmp_path / "sheet.pdf", "right"), 9, None)


# --- which claim, and in words


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        rows = {
            "core_papers": [good_row("core_papers", paper_id="p1", title="A [title]")],
            "core_results": [good_row("core_results", result_id=i, paper_id="p1") for i in ("abcd", "abff")],
            "core_disclosures": [good_row("core_disclosures", disclosure_id="beef", paper_id="p1")],
        }
        for name, given in rows.items():
            good, refused = validate(given, name)
            assert not len(refused)
            insert(con, TABLES[name], good)
        bad = good_row("core_results", result_id="cafe", value=101.0, page=7, is_own=False)
        _, refused = validate([bad], "core_results")
        insert(con, TABLES["core_quarantine"], refused)
        yield con


def test_a_beginning_of_an_id_is_enough_where_no_other_claim_has_it(warehouse):
    assert find_claim(warehouse, "abc")["result_id"] == "abcd"
    assert find_claim(warehouse, "beef")["disclosure_id"] == "beef"
    with pytest.raises(NoSuchClaim, match=r"2 ids(.|\n)*abcd  p1, page(.|\n)*abff  p1"):
        find_claim(warehouse, "ab")
    with pytest.raises(NoSuchClaim, match="query claims"):
        find_claim(warehouse, "0")


def test_the_words_hold_every_part_of_the_reading(warehouse):
    words = dict(claim_parts(find_claim(warehouse, "abcd")))
    assert words["title"] == "A [title]"
    assert (words["document"], words["quote"], words["as printed"]) == ("document_sha256-1", "quote-1", "raw_value-1")
    assert (words["value"], words["of"], words["own result"]) == ("50.0", "benchmark-1 metric-1", "yes")
    assert (words["row header"], words["column header"]) == ("row_header-1", "column_header-1")
    assert (words["test protocol"], words["extra data"]) == ("test_protocol-1", "extra_data-1")
    assert words["ensemble"] == "yes"
    assert (words["lowered by"], words["read by"]) == ("confidence_reasons-1", "extractor-1 (extractor_version-1)")
    assert (words["read as"], words["correction"]) == ("corrected_from-1", "correction-1")
    assert words["quarantined"] == "–"
    assert dict(claim_parts(find_claim(warehouse, "beef")))["of"] == "hardware"


def test_a_quarantined_claim_is_explained_with_its_reason(warehouse):
    words = dict(claim_parts(find_claim(warehouse, "cafe")))
    assert (words["page"], words["value"], words["own result"]) == ("7", "101.0", "no")
    assert "at_most_100" in words["quarantined"]


# --- the command


def write_sideways_paper(path: Path) -> Path:
    """A paper whose table stands on a page that is read sideways."""
    canvas = Canvas(str(path), pagesize=letter)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(LEFT, 700, "We present Turnnet, a convolutional network for ImageNet classification.")
    canvas.drawString(LEFT, 680, "We train Turnnet in bfloat16 precision.")
    canvas.showPage()
    canvas.setFont("Helvetica", 10)
    canvas.translate(letter[0], 0)
    canvas.rotate(90)
    _table(canvas, 400, [["Method", "Top-1 acc. (%)"], ["ResNet-50 [5]", "76.15"], ["Turnnet (ours)", "77.40"]])
    canvas.save()
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with an upright and a sideways paper; one claim is corrected, one rejected."""
    place = tmp_path_factory.mktemp("home")
    papers = [write_paper(place / "up.pdf", "Upnet", 79.1, 3), write_sideways_paper(place / "side.pdf")]
    store, sidecars, readings = DocumentStore(place), [], []
    for path in papers:
        sidecars.append(sidecar(hashlib.sha256(path.read_bytes()).hexdigest(), path.stem))
        store.path(sidecars[-1].document_sha256).parent.mkdir(parents=True)
        store.path(sidecars[-1].document_sha256).write_bytes(path.read_bytes())
        readings.append(place / f"{path.stem}.json.gz")
        write_json_gz(readings[-1], asdict(read_document(place, sidecars[-1])))
    at_table = {"claim": "", "paper_id": "side", "page": "2", "model": "", "bbox_x0": "", "bbox_top": ""}
    by_hand = [
        correction(**at_table, reported="77.4", corrected="77.9"),
        correction(**at_table, reported="76.15", corrected=""),
    ]
    with connect(place / "warehouse.duckdb") as con:
        migrate(con)
        load_readings(con, sidecars, readings, "L1", by_hand)
    return place


def ids(home: Path, sql: str) -> list[tuple]:
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        return con.execute(sql).fetchall()


def run(home: Path, *arguments: str):
    return CliRunner().invoke(app, ["explain", *arguments, "--home", str(home)], env={"COLUMNS": "300"})


def framed(path: Path) -> np.ndarray:
    return (np.array(Image.open(path).convert("RGB")) == (214, 39, 40)).all(axis=2)


@pytest.mark.parametrize("paper", ["up", "side"])
def test_the_command_frames_the_figure_and_says_where_the_picture_is(home, paper):
    sql = f"SELECT result_id, bbox_x0, bbox_top, bbox_x1, bbox_bottom FROM core_results WHERE paper_id = '{paper}'"
    claim, *box = ids(home, sql + " AND is_own AND location = 'Table 1'")[0]
    shown = run(home, claim[:12])
    assert shown.exit_code == 0, shown.output
    path = home / "explained" / f"{claim}.png"
    assert f"Picture: {path}" in shown.output
    image = Image.open(path)
    assert (image.width > image.height) == (paper == "side")
    frame = framed(path)
    assert frame.any()
    assert not (frame & ~inside(image, box, 5)).any()
    printed = ink(image) & ~frame
    assert (printed & inside(image, box, 0)).sum() > 50
    assert not (printed & inside(image, box, 1) & ~inside(image, box, 0)).any()


@pytest.mark.parametrize("own", [True, False])
def test_the_command_tells_what_the_judge_weighed(home, own):
    of_table = "SELECT result_id, confidence FROM core_results WHERE paper_id = 'up' AND location = 'Table 1'"
    ((claim, confidence),) = ids(home, f"{of_table} AND is_own = {own}")
    shown = run(home, claim).output
    judged, meaning, owner = (
        float(re.search(rf"{part} +(0\.\d\d) to be", shown)[1]) for part in ("judged", "meaning", "owner")
    )
    assert (judged if own else max(judged, meaning)) == pytest.approx(confidence, abs=0.011)
    assert (owner > 0.5) == own
    assert re.search(r"\+\d\.\d  the column's header \(.*Top-1.*\) names the metric", shown)
    assert own or re.search(r"-\d\.\d  .*(?:cites a paper|another paper|well-known model|a cited paper)", shown)
    assert "+0.7 doubles the odds" in shown


def test_the_command_tells_what_the_judge_of_training_figures_weighed(home):
    of_paper = "SELECT disclosure_id, confidence FROM core_disclosures WHERE paper_id = 'up' AND field = 'epochs'"
    ((claim, confidence), *_) = ids(home, of_paper)
    shown = run(home, claim).output
    judged, alone, by_words = (
        float(re.search(rf"{part} +(0\.\d\d) to ", shown)[1]) for part in ("judged", "alone", "words")
    )
    assert min(0.99, (judged + alone) / 2) == pytest.approx(confidence, abs=0.011)
    assert by_words > 0.5
    assert re.search(r'\+\d\.\d  "?train\w*"? .*(?:before it|in its sentence)', shown)
    assert "+0.7 doubles the odds" in shown


def test_a_training_figure_that_rules_read_says_so(home):
    ((claim,), *_) = ids(home, "SELECT disclosure_id FROM core_disclosures WHERE field = 'precision'")
    assert "by rules" in run(home, claim).output


def test_what_another_version_of_the_code_read_is_not_explained_by_this_one(home, monkeypatch):
    (claim,) = ids(home, "SELECT result_id FROM core_results WHERE paper_id = 'up' AND is_own LIMIT 1")[0]
    monkeypatch.setattr("tasks.publish.explain_decision.extractor_version", lambda: "newer")
    shown = run(home, claim).output
    assert "by another version of the code" in shown
    assert "owner" not in shown


def test_the_command_shows_a_correction_and_offers_no_second_one(home):
    claim, value = ids(home, "SELECT result_id, value FROM core_results WHERE corrected_from IS NOT NULL")[0]
    shown = run(home, claim)
    assert value == 77.9
    assert "read as        77.4" in shown.output
    assert "digits swapped (Table 3; ab, 2026-11-23)" in shown.output
    assert "corrections.csv" not in shown.output


def test_the_command_explains_a_rejected_claim(home, tmp_path):
    ((row_id, row),) = ids(home, "SELECT row_id, row_json FROM core_quarantine WHERE check_name = 'not_rejected'")
    shown = run(home, row_id, "--out", str(tmp_path / "new" / "it.png"))
    assert json.loads(row)["value"] == 76.15
    assert "rejected by hand: digits swapped" in shown.output
    assert framed(tmp_path / "new" / "it.png").any()


def test_the_command_offers_a_line_that_corrects(home):
    (claim,) = ids(home, "SELECT result_id FROM core_results WHERE paper_id = 'up' AND is_own LIMIT 1")[0]
    assert f"corrections.csv:\n{claim},up," in run(home, claim).output


def test_a_document_that_is_gone_still_gets_its_words(home):
    sql = "SELECT disclosure_id, document_sha256 FROM core_disclosures WHERE paper_id = 'up' AND page IS NOT NULL"
    claim, document = ids(home, sql)[0]
    stored = DocumentStore(home).path(document)
    kept = stored.rename(stored.with_suffix(".away"))
    try:
        shown = run(home, claim)
    finally:
        kept.rename(stored)
    assert shown.exit_code == 0
    assert "quote" in shown.output
    assert "No picture can be drawn: the document is no longer in the store" in shown.output


def test_an_unknown_id_is_one_clear_line(home):
    shown = run(home, "0000-no-such")
    assert shown.exit_code == 1
    assert "no id begins with '0000-no-such'" in shown.output
