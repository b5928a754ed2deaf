"""What decided about a figure of a table as a result."""

from tasks.extract.accuracy.candidates import PossibleResult, possible_results
from tasks.extract.accuracy.claims import result_id
from tasks.extract.accuracy.context import in_context
from tasks.extract.accuracy.evidence import evidence_of
from tasks.extract.accuracy.judge import load_judge, looked_at_alone
from tasks.extract.accuracy.model_names import model_name
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import to_percent
from tasks.extract.weighing import Decision, weighing
from tasks.parse.document import Document
from tasks.reference.benchmarks import load_benchmarks


def decision_on(document: Document, paper_id: str, wanted: str) -> Decision | None:
    """How the judge decided about the result with the id `wanted`; None where no figure of a table has it."""
    paper = ReadPaper(document, paper_id, load_benchmarks())
    candidates = possible_results(paper)
    at = next((i for i, candidate in enumerate(candidates) if _id_of(candidate) == wanted), None)
    if at is None:
        return None
    judge = load_judge()
    evidence = evidence_of(candidates)
    frame = looked_at_alone(candidates, evidence)
    found = {name: weighing(trees, evidence[at]) for name, trees in judge.alone.items()}
    found["final"] = weighing(judge.final, {str(k): float(v) for k, v in in_context(frame).iloc[at].items()})
    return Decision(found, candidates[at].figure.raw_layers)


def _id_of(candidate: PossibleResult) -> str:
    figure, hypothesis = candidate.figure, candidate.hypothesis
    table, place = figure.table, figure.place
    value = to_percent(figure.score.value, hypothesis.is_error, place.column in table.fraction_columns)
    model = model_name(figure)
    return result_id(table.paper, hypothesis.benchmark, value, model, table.table.page, place.cell.box)
