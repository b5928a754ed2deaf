"""How papers and leaderboards put language models to the test (`warehouse/reference/evaluation_setups.csv`).

Scores come with the address where they stand, and seldom with the way they were had. What is known of a report holds
for all of its scores on a benchmark.
"""

from dataclasses import dataclass
from typing import Annotated

from schemas.vocabularies import FORMULATIONS, NO, NOT_APPLICABLE, UNKNOWN, YES
from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class EvaluationSetup:
    """What one paper or leaderboard does on some benchmarks; an empty condition is not known here."""

    report: Annotated[str, Column("arXiv id of the paper, or the start of the leaderboard's address.")]
    benchmarks: Annotated[tuple[str, ...], Column("Benchmarks (see benchmarks.csv); empty for all.", optional=True)]
    shots: Annotated[str, Column("Only of scores with so many examples in the prompt.", optional=True)]
    fine_tuned: Annotated[
        str, Column("Whether models are trained on the benchmark's training set.", optional=True, allowed=(YES, NO))
    ]
    formulation: Annotated[
        str,
        Column(
            "How questions with options are asked.",
            optional=True,
            allowed=tuple(f for f in FORMULATIONS if f not in (UNKNOWN, NOT_APPLICABLE)),
        ),
    ]
    source: Annotated[str, Column("Where this is from and how sure it is.")]


EVALUATION_SETUPS = ReferenceTable(
    "evaluation_setups.csv",
    EvaluationSetup,
    ("report", "benchmarks", "shots"),
    "How papers and leaderboards test language models.",
)


def setup_of(report: str, benchmark: str, shots: str | None) -> EvaluationSetup | None:
    """What is known of a report's scores on a benchmark; errors as `ReferenceTable.rows`.

    Args:
        report: The paper's id, or the address where the score stands.
        benchmark: Key of the benchmark.
        shots: Examples in the prompt of the score, if they are said.
    """
    rows = (r for r in EVALUATION_SETUPS.rows() if r.report in report)
    told = (r for r in rows if (not r.benchmarks or benchmark in r.benchmarks) and r.shots in ("", shots))
    return next(told, None)
