"""What decided about a figure of a table: how far each piece of evidence moved the judge.

A tree contributes the splits on the way to its leaf: each changes the mean over the training rows that reach it
(Saabas 2014, "Interpreting random forests"; Palczewska et al., arXiv 1312.1121). Together with the mean over all
training rows they add up to the log-odds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.extract.accuracy.candidates import PossibleResult, possible_results
from tasks.extract.accuracy.claims import result_id
from tasks.extract.accuracy.context import in_context
from tasks.extract.accuracy.evidence import evidence_of
from tasks.extract.accuracy.judge import load_judge, looked_at_alone
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import to_percent
from tasks.extract.accuracy.table_results import model_name
from tasks.extract.trees import Trees, table_of
from tasks.parse.document import Document
from tasks.reference.benchmarks import load_benchmarks


@dataclass(frozen=True)
class Contribution:
    """A feature with its value, and the log-odds that it added."""

    name: str
    value: float
    log_odds: float


@dataclass(frozen=True)
class Weighing:
    """What one model of the judge makes of a figure, and why."""

    probability: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True)
class Decision:
    """Why a figure of a table was taken for what it was."""

    by_model: Mapping[str, Weighing]
    """The judge's models by name; `final` weighs what the others make of the figure beside the paper's others."""
    quotes: Mapping[str, str]
    """The words about the figure, by where they stand (`tasks.extract.accuracy.candidates.LAYERS`)."""


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
    found = {name: _weighing(trees, evidence[at]) for name, trees in judge.alone.items()}
    found["final"] = _weighing(judge.final, {str(k): float(v) for k, v in in_context(frame).iloc[at].items()})
    return Decision(found, candidates[at].figure.raw_layers)


def _id_of(candidate: PossibleResult) -> str:
    figure, hypothesis = candidate.figure, candidate.hypothesis
    table, place = figure.table, figure.place
    value = to_percent(figure.score.value, hypothesis.is_error, place.column in table.fraction_columns)
    model = model_name(figure, table.paper.lexicon)
    return result_id(table.paper, hypothesis.benchmark, value, model, table.table.page, place.cell.box)


def _weighing(trees: Trees, evidence: Mapping[str, float]) -> Weighing:
    row = table_of([evidence], trees.names)
    moved = zip(trees.names, row[0], trees.contributions(row[0]), strict=True)
    return Weighing(float(trees.probability(row)[0]), tuple(Contribution(n, float(v), float(m)) for n, v, m in moved))
