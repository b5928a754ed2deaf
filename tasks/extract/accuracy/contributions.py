"""What decided about a figure as a result."""

from tasks.extract.accuracy.candidates import possible_results
from tasks.extract.accuracy.context import in_context
from tasks.extract.accuracy.evidence import evidence_of
from tasks.extract.accuracy.judge import load_judge, looked_at_alone
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.results import result_id
from tasks.extract.weighing import Decision, weighing
from tasks.parse.document import Document
from tasks.reference.benchmarks import load_benchmarks


def decision_on(document: Document, paper_id: str, wanted: str) -> Decision | None:
    """How the judge decided about the result with the id `wanted`; None where no candidate has it."""
    paper = ReadPaper(document, paper_id, load_benchmarks())
    candidates = possible_results(paper)
    at = next((i for i, c in enumerate(candidates) if result_id(c.figure, c.hypothesis) == wanted), None)
    if at is None:
        return None
    judge = load_judge()
    evidence = list(evidence_of(candidates))
    frame = looked_at_alone(candidates, evidence)
    found = {name: weighing(trees, evidence[at]) for name, trees in judge.alone.items()}
    found["final"] = weighing(judge.final, {str(k): float(v) for k, v in in_context(frame).iloc[at].items()})
    return Decision(found, candidates[at].figure.raw_layers)
