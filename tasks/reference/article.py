"""What the article claims (`warehouse/reference/article_claims.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from schemas.codes.evaluation import ClaimReason
from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class ArticleClaim:
    """One claim of the article, with the study's figure where it has one."""

    claim: Annotated[str, Column("Key of the claim.")]
    statement: Annotated[str, Column("The claim in words.")]
    study_figure: Annotated[float | None, Column("The study's figure, in `unit`.")]
    unit: Annotated[str, Column("Unit of the figures.", optional=True)]
    source: Annotated[str, Column("Where the claim stands.")]
    query: Annotated[str, Column("The question to ask of a release that tells more.")]
    unanswered: Annotated[
        str,
        Column("Why these data cannot answer it; empty where they can.", optional=True, allowed=tuple(ClaimReason)),
    ]


ARTICLE_CLAIMS = ReferenceTable("article_claims.csv", ArticleClaim, ("claim",), "What the article claims.")


def load_article_claims() -> tuple[ArticleClaim, ...]:
    """Rows of article_claims.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return ARTICLE_CLAIMS.rows()
