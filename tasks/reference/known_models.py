"""Models whose conditions or names their sources leave out (`warehouse/reference/known_models.csv`).

A leaderboard that names CoCa does not say that it learnt from billions of images besides ImageNet's, nor that two of
its names are one network; a table of detectors leaves out which network they start from.
"""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable

YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, kw_only=True)
class KnownModel:
    """One model, or a family of them; an empty condition is not known here."""

    model: Annotated[str, Column("Its name.")]
    other_names: Annotated[tuple[str, ...], Column("Other names of the same model.", optional=True)]
    is_family: Annotated[bool, Column("Whether names that go on from it are meant too.")]
    extra_data: Annotated[str, Column("Training data beyond the benchmark's own, or none.", optional=True)]
    fine_tuned: Annotated[
        str,
        Column(
            "Whether it answers only after training on the task's own training set.", optional=True, allowed=YES_OR_NO
        ),
    ]
    reasoning: Annotated[str, Column("Whether it reasons at test time.", optional=True, allowed=YES_OR_NO)]
    base_model: Annotated[str, Column("Whether it is pre-trained only.", optional=True, allowed=YES_OR_NO)]
    trained_from: Annotated[str, Column("Models that it trained further, parted by commas.", optional=True)]
    teacher: Annotated[str, Column("The model that taught it.", optional=True)]
    source: Annotated[str, Column("Where this is from and how sure it is.")]


KNOWN_MODELS = ReferenceTable("known_models.csv", KnownModel, ("model",), "Conditions and names of known models.")


def load_known_models() -> tuple[KnownModel, ...]:
    """Rows of known_models.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return KNOWN_MODELS.rows()
