"""The corrections that ship with the project: each still meets, in the real papers, the claim it was written for."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from tasks.extract.read import extract_claims
from tasks.load.corrections import apply_corrections
from tasks.parse import parse_document
from tasks.reference.corrections import Correction, load_corrections
from tasks.wording import words
from tests.papers import write_paper
from tests.unit.rows import correction

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "pdf"


def papers_in(folder: Path) -> dict[str, Path]:
    """PDFs by the id of their paper: an arXiv id without version, else the file's stem."""
    return {p.stem: p for p in folder.glob("*.pdf")} | {p.stem.split("v")[0]: p for p in folder.glob("[0-9]*.pdf")}


def stale(corrections: Iterable[Correction], folder: Path) -> list[str]:
    """What the present extractors no longer read as a correction says, of the papers in `folder`."""
    files, lines, by_paper = papers_in(folder), [], {}
    for c in corrections:
        by_paper.setdefault(c.paper_id, []).append(c)
    for paper_id in by_paper.keys() & files.keys():
        path = files[paper_id]
        claims = extract_claims(parse_document(path, hashlib.sha256(path.read_bytes()).hexdigest()), paper_id)
        for table, read in (("core_results", claims.results), ("core_disclosures", claims.disclosures)):
            due = [c for c in by_paper[paper_id] if c.table_name == table]
            lines += [words(c.staleness) for c in apply_corrections(read, due).stale]
    return lines


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real papers is not beside this checkout")
def test_no_shipped_correction_is_stale():
    assert stale(load_corrections(), CORPUS) == []


def test_a_stale_correction_would_be_found(tmp_path):
    write_paper(tmp_path / "1905.00001v2.pdf", "FlowNet-50", 77.4, 3)
    at_table = {"paper_id": "1905.00001", "page": "2", "model": "FlowNet-50", "bbox_x0": "", "bbox_top": ""}
    good, bad = (correction(**at_table, claim="", reported=value, corrected="78") for value in ("77.4", "77.9"))
    absent = correction(paper_id="not in the folder")
    assert stale([good, bad, absent], tmp_path) == [words(bad.staleness)]
