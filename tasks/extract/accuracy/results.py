"""Accuracy results out of a document: what was measured, how much, and whose model it was."""

from collections.abc import Sequence

from schemas.rows import Candidate
from schemas.rows.claims import Result
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.prose_results import prose_results
from tasks.extract.accuracy.table_results import table_results
from tasks.parse.document import Document
from tasks.provenance.claims import unique
from tasks.reference.benchmarks import Benchmark


def extract_results(document: Document, paper_id: str, benchmarks: Sequence[Benchmark]) -> list[Candidate[Result]]:
    """Accuracy figures of a document, each of a place once; ambiguous ones with their doubt.

    Args:
        document: The parsed paper.
        paper_id: Its id, for the rows.
        benchmarks: What to look for (see `load_benchmarks`).
    """
    paper = ReadPaper(document, paper_id, benchmarks)
    in_tables = table_results(paper)
    in_prose = prose_results([c.row for c in in_tables], paper)
    return unique(in_tables + in_prose, lambda c: c.row.result_id)
