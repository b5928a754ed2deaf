"""Discover: what sources offer, and how a source says that it cannot be queried."""

import os
import pickle

import pytest

import tasks.sources
from schemas.codes.http import HttpReason
from tasks.documents.fetch import fetch_all
from tasks.http import Unreachable
from tasks.load.validate import validate_candidates
from tasks.reference.sources import load_sources
from tasks.sources import Discovery, Source, SourceUnavailable, ask, folder, registry
from tasks.sources import reference as reference_source
from tasks.sources.addresses import Addresses
from tasks.sources.structured import structured_sources
from tasks.storage.store import DocumentStore


@pytest.mark.parametrize(
    ("stem", "identity"),
    [
        ("1512.03385v1", ("1512.03385", "1512.03385v1", 2015)),
        ("1512.03385v12", ("1512.03385", "1512.03385v12", 2015)),
        ("1512.03385", ("1512.03385", "1512.03385", 2015)),
        ("0704.0001v2", ("0704.0001", "0704.0001v2", 2007)),
        ("1513.03385", ("1513.03385", None, None)),  # no thirteenth month
        ("1500.03385", ("1500.03385", None, None)),
        ("1512.033", ("1512.033", None, None)),
        ("1512.03385v", ("1512.03385v", None, None)),
        ("arXiv-1512.03385", ("arXiv-1512.03385", None, None)),
        ("1512.03385v1 (copy)", ("1512.03385v1 (copy)", None, None)),
        ("deep residual learning", ("deep residual learning", None, None)),
        ("Ünïcode – “quotes” & 'more'", ("Ünïcode – “quotes” & 'more'", None, None)),
        (" ", ("(no name)", None, None)),
    ],
)
def test_a_file_s_name_tells_the_paper(stem, identity):
    assert folder.paper_identity(stem) == identity


def test_a_folder_offers_its_pdfs_at_any_depth_by_name(tmp_path):
    names = ["b.pdf", "a b.PDF", "sub/deep/1512.03385v1.pdf", "it's “ünï”.pdf", "semi;colon\nline.pdf"]
    for name in [*names, "notes.txt", "pdf", "x.pdf.part"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"%PDF-")
    (tmp_path / "folder.pdf").mkdir()
    found = folder.discover(tmp_path)
    assert found.source_id == "folder" and found.rows == {}
    assert [o.location for o in found.documents] == sorted(tmp_path / n for n in names)
    by_paper = {o.paper_id: o for o in found.documents}
    assert by_paper.keys() == {"b", "a b", "1512.03385", "it's “ünï”", "semi;colon\nline"}
    assert by_paper["1512.03385"].origin == "1512.03385v1.pdf"
    assert (by_paper["1512.03385"].year, by_paper["b"].year) == (2015, None)


def test_a_name_that_is_no_text_is_told_apart_and_can_be_stored(tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    for i, name in enumerate((b"caf\xe9.pdf", b"caf\xe8.pdf", b" .pdf")):
        (papers / os.fsdecode(name)).write_bytes(b"%PDF-" + bytes([i]))
    offers = folder.discover(papers).documents
    store = DocumentStore(tmp_path / "home")
    assert [f.outcome for f in fetch_all(offers, "folder", store)] == ["new"] * 3
    assert {s.paper_id for s in store.sidecars()} == {"caf\\xe9", "caf\\xe8", "(no name)"}


def test_an_empty_folder_offers_nothing_and_says_so(tmp_path):
    assert folder.discover(tmp_path) == Discovery("folder", notes=[f"no file below {tmp_path} ends in .pdf"])


def test_a_folder_that_is_not_there_says_so(tmp_path):
    with pytest.raises(SourceUnavailable, match=r"nowhere.*No such file or directory.*name another"):
        folder.discover(tmp_path / "nowhere")


def test_one_pdf_is_offered_by_itself(tmp_path):
    for name in ("1512.03385v1.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-")
    found = folder.discover(tmp_path / "1512.03385v1.pdf")
    assert [(o.paper_id, o.location) for o in found.documents] == [("1512.03385", tmp_path / "1512.03385v1.pdf")]
    assert found.notes == []


def test_what_is_seen_in_a_folder_and_cannot_be_read_is_told(tmp_path, monkeypatch):
    for name in ("a.pdf", "1512.03385v1", "download", "notes.txt"):
        (tmp_path / name).write_bytes(b"hello" if name == "notes.txt" else b"%PDF-")
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
    os.mkfifo(tmp_path / "pipe.pdf")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def scandir(path):  # root may read everything
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr("os.scandir", scandir)
    found = folder.discover(tmp_path)
    assert [o.paper_id for o in found.documents] == ["a"]
    assert found.notes == [
        "not read, folders that are closed, or links: closed, elsewhere",
        "not read, no files, or links to nothing: gone.pdf, pipe.pdf",
        "not read, PDFs whose names do not end in .pdf: 1512.03385v1, download",
    ]


def test_what_the_web_refuses_makes_a_source_unavailable():
    def discover(client):
        raise Unreachable(HttpReason.SILENCE)

    with pytest.raises(SourceUnavailable, match="silence"):
        ask(Source("web", discover), client=None)


# --- reference


def test_every_reference_row_enters_the_warehouse():
    found = reference_source.discover()
    assert found.documents == []
    assert found.rows.keys() == {"raw_observations", "raw_study_runs", "core_hardware"}
    for table, rows in found.rows.items():
        good, refused = validate_candidates(rows, table)
        assert refused["reason"].tolist() == [], table
        assert len(good) == len(rows) > 0
        assert set(good["source_id"]) == {"reference"}


def test_reference_ids_are_stable_and_unique():
    first, second = (reference_source.discover().rows["raw_observations"] for _ in range(2))
    ids = [c.row.result_id for c in first]
    assert ids == [c.row.result_id for c in second]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b'model,year\n"open quote,2015\n'])
def test_a_broken_reference_file_says_so(reference, content):
    (reference / "study_runs.csv").unlink()
    if content is not None:
        (reference / "study_runs.csv").write_bytes(content)
    with pytest.raises(SourceUnavailable, match=r"study_runs\.csv"):
        reference_source.discover()


# --- structured sources


def test_every_structured_source_has_a_row_in_sources_csv_and_an_id_of_its_own():
    known = {source.source_id for source in load_sources()}
    ids = [source.source_id for source in structured_sources()]
    assert (
        {"epoch", "epoch-hardware", "epoch-benchmarks", "papers-with-code", "study-data", "owid"} <= set(ids) <= known
    )
    assert len(set(ids)) == len(ids)


def test_a_module_with_a_source_is_asked_and_nothing_else_must_know_it(tmp_path, monkeypatch):
    (tmp_path / "new_board.py").write_text(
        "from tasks.sources import Discovery\n"
        "from tasks.sources.structured import StructuredSource\n"
        "SOURCE = StructuredSource('new-board', lambda client, addresses: Discovery('new-board'))\n"
    )
    monkeypatch.setattr(tasks.sources, "__path__", [*tasks.sources.__path__, str(tmp_path)])
    assert "new-board" in {source.source_id for source in structured_sources()}


def test_an_address_that_is_not_named_is_under_the_mirror_too():
    assert Addresses().at("https://example.org/a.csv") == "https://example.org/a.csv"
    assert Addresses.under("http://mirror/").at("https://example.org/a.csv") == "http://mirror/example.org/a.csv"


def test_every_source_can_be_handed_to_another_process(tmp_path):
    addresses = Addresses()
    search = registry.search_for(["coco"], None, None)
    given = [
        *registry.at_hand(tmp_path),
        *registry.structured(addresses),
        registry.literature(addresses, tmp_path, None, 5),
        registry.searched(addresses, tmp_path, search, 5),
        registry.waiting_papers(addresses, tmp_path, 5),
    ]
    there = pickle.loads(pickle.dumps(given))
    assert [s.source_id for s in there] == [s.source_id for s in given]
    waiting = there[-1].discover(None)
    assert (waiting.source_id, waiting.documents, waiting.is_part) == ("arxiv", [], True)
