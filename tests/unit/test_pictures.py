"""Pictures of pages: only where the licence allows, with the frame on the figure, bounded, and never drawn twice."""

import hashlib
import io
from pathlib import Path

import duckdb
import pytest
from PIL import Image
from reportlab.lib.pagesizes import letter

from tasks.publish import pictures as made
from tasks.publish.explain import NoPicture
from tasks.publish.pictures import FOLDER, cropped, free_licence, pictures
from tasks.storage.store import DocumentStore
from tests.papers import write_paper

BY = "http://creativecommons.org/licenses/by/4.0/"
RED = (214, 39, 40)
TABLE = (256.0, letter[1] - 680.0, 290.0, letter[1] - 600.0)  # where write_paper prints its scores


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        (BY, "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-sa/3.0", "CC BY-SA 3.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", None),
        ("http://creativecommons.org/licenses/by-nc/4.0/", None),
        ("http://creativecommons.org/licenses/by-nc-sa/4.0/", None),
        ("http://creativecommons.org/licenses/by-nd/4.0/", None),
        ("", None),
        ("each paper's own", None),
    ],
)
def test_only_licences_that_allow_a_cropped_page_do(stated, name):
    found = free_licence(stated)
    assert (found and found.name) == name


def warehouse(*figures: tuple[str, str, str | None]) -> duckdb.DuckDBPyConnection:
    """Figures of fits by id, with the hash of their document and its licence, the first of the least error."""
    con = duckdb.connect()
    box = "1::DOUBLE AS bbox_x0, 1::DOUBLE AS bbox_top, 1::DOUBLE AS bbox_x1, 1::DOUBLE AS bbox_bottom"
    con.execute("CREATE TABLE core_observations (result_id TEXT, estimate_id TEXT, error DOUBLE, in_fit BOOLEAN)")
    con.execute("CREATE TABLE core_compute_estimates (estimate_id TEXT, evidence_ids TEXT)")
    read = f"'' AS result_id, '' AS document_sha256, '' AS paper_id, 2 AS page, {box}"
    con.execute(f"CREATE TABLE core_results AS SELECT {read} LIMIT 0")
    con.execute("CREATE TABLE core_disclosures AS SELECT * RENAME (result_id AS disclosure_id) FROM core_results")
    con.execute("CREATE TABLE raw_documents (document_sha256 TEXT, paper_id TEXT, licence TEXT)")
    for i, (claim, sha256, licence) in enumerate(figures):
        con.execute("INSERT INTO core_observations VALUES (?, ?, ?, true)", [claim, f"e{i}", i / 100])
        con.execute("INSERT INTO core_compute_estimates VALUES (?, ?)", [f"e{i}", f"time-{claim} chips-{claim}"])
        con.execute("INSERT INTO core_results VALUES (?, ?, ?, 2, ?, ?, ?, ?)", [claim, sha256, f"p{i}", *TABLE])
        con.execute(
            "INSERT INTO core_disclosures VALUES (?, ?, ?, 2, 70, 80, 90, ?)",
            [f"time-{claim}", sha256, f"p{i}", 95 + i],
        )
        con.execute("INSERT INTO raw_documents VALUES (?, ?, ?)", [sha256, f"p{i}", licence])
    return con


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> DocumentStore:
    return DocumentStore(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def paper(store, tmp_path_factory) -> str:
    """The hash of a made paper in the store."""
    content = write_paper(tmp_path_factory.mktemp("paper") / "p.pdf", "Firnnet", 77.12, 3).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    store.put(io.BytesIO(content), sha256)
    return sha256


def test_the_picture_is_the_part_of_the_page_with_a_frame_around_the_figure(store, paper):
    content = cropped(store.path(paper), 2, TABLE)
    image = Image.open(io.BytesIO(content)).convert("RGB")
    scale = image.width / letter[0]
    assert 0.25 * letter[1] < image.height / scale < 0.5 * letter[1]  # the figure with its context, not the page
    near = [image.getpixel((x, image.height // 2)) for x in range(round(scale * TABLE[0]) - 8, round(scale * TABLE[0]))]
    assert any(all(abs(a - b) < 60 for a, b in zip(pixel, RED, strict=True)) for pixel in near)
    assert len(content) < 60_000


@pytest.fixture(scope="module")
def before(store, paper, tmp_path_factory) -> Path:
    """A release with the pictures of two figures of a free paper; c's paper has no licence, and d no document."""
    figures = warehouse(("a", paper, BY), ("b", paper, BY), ("c", paper, None), ("d", "0" * 64, BY))
    release = tmp_path_factory.mktemp("release")
    (release / FOLDER).mkdir()
    for picture in pictures(figures, store, None).values():
        (release / FOLDER / picture.file).write_bytes(picture.content)
    return release


@pytest.mark.slow
def test_figures_of_free_papers_are_drawn_and_no_others(store, paper, before):
    assert len(list((before / FOLDER).iterdir())) == 3  # the score, which both name, and the time of each
    for path in (before / FOLDER).iterdir():
        assert Image.open(path).format == "WEBP"


@pytest.mark.slow
def test_a_picture_of_the_release_before_is_not_drawn_again_and_there_are_not_too_many(
    store, paper, before, monkeypatch
):
    con = warehouse(("a", paper, BY), ("b", paper, BY))
    monkeypatch.setattr(made, "ProcessPool", None)  # whoever draws, fails
    shown = pictures(con, store, before)
    assert shown.keys() == {"a", "time-a", "b", "time-b"}
    assert shown["a"].licence.name == "CC BY 4.0"
    assert shown["a"].content == (before / FOLDER / shown["a"].file).read_bytes()
    monkeypatch.setattr(made, "MOST", 2)
    assert pictures(con, store, before).keys() == {"a", "time-a"}
    monkeypatch.setattr(made, "MOST_BYTES", 10)
    assert pictures(con, store, before) == {}


def test_a_page_that_cannot_be_drawn_says_so(tmp_path):
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(NoPicture):
        cropped(Path(tmp_path / "broken.pdf"), 1, TABLE)
