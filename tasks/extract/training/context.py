"""What the other figures of its value, row, column, table and paper say of a figure, once each was looked at alone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tasks.extract.training.candidates import InTable, PossibleFigure, TrainingPaper

_BESIDE = {
    "value": ["field", "value"],
    "field": ["field"],
    "unit": ["kind", "place", "field"],
    "column": ["kind", "place", "across", "field"],
    "row": ["kind", "place", "down"],
    "cell": ["kind", "place", "down", "across"],
    "page": ["page", "field"],
}
"""Groups of figures that speak for each other, by the columns that they share; a unit is a sentence or a table."""


def frame_of(paper: TrainingPaper, possible: Sequence[PossibleFigure]) -> pd.DataFrame:
    """One row a figure of one paper: where it stands and what it says."""
    rows = []
    for p in possible:
        if isinstance(p, InTable):
            place = ("table", p.place, p.figure.row, p.figure.column, paper.tables[p.place].page)
        else:
            place = ("text", p.place, p.figure.start, 0, paper.sentences[p.place].page)
        rows.append((p.figure.field, str(p.figure.value), *place))
    return pd.DataFrame(rows, columns=["field", "value", "kind", "place", "down", "across", "page"])


def in_context(frame: pd.DataFrame) -> pd.DataFrame:
    """Features of figures among the others of their paper.

    Args:
        frame: As `frame_of`, with the `probability` of each figure alone.
    """
    found: dict[str, pd.Series] = {"probability": frame["probability"]}
    for name, columns in _BESIDE.items():
        group = frame.groupby(columns)["probability"]
        found[f"{name}:max"], found[f"{name}:mean"] = group.transform("max"), group.transform("mean")
        found[f"{name}:figures"] = group.transform("size")
        found[f"{name}:rank"] = group.rank(ascending=False, method="min")
    return pd.DataFrame(found, index=frame.index).astype(np.float32)
