"""Terms of the regressions that the study printed (`warehouse/reference/published_regressions.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class RegressionTerm:
    """One term of a regression, as the study printed it or as it came out here."""

    file: Annotated[str, Column("The data file.")]
    section: Annotated[str, Column("Section of the notebook.")]
    estimator: Annotated[str, Column("Estimator.", allowed=("ols", "quantreg"))]
    dependent: Annotated[str, Column("Dependent variable.")]
    term: Annotated[str, Column("The term.")]
    n: Annotated[int, Column("Rows.", minimum=1)]
    r_squared: Annotated[float, Column("R squared.")]
    coef: Annotated[float, Column("Coefficient.")]
    std_err: Annotated[float, Column("Standard error.")]
    p: Annotated[float, Column("P value.", minimum=0, maximum=1)]
    ci_low: Annotated[float, Column("Lower limit at 95 %.")]
    ci_high: Annotated[float, Column("Upper limit at 95 %.")]
    source: Annotated[str, Column("Where it comes from.")]


PUBLISHED_REGRESSIONS = ReferenceTable(
    "published_regressions.csv",
    RegressionTerm,
    (),
    "Terms of the regressions that the study printed.",
)


def load_published_regressions() -> tuple[RegressionTerm, ...]:
    """Rows of published_regressions.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return PUBLISHED_REGRESSIONS.rows()
