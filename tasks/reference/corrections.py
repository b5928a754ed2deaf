"""Corrections by hand (`warehouse/reference/corrections.csv`): what a person found wrong in the extractors' readings.

A row says that a claim which was read as `reported` has the value `corrected`, or, where that is empty, that it is no
claim at all. A claim's id is a hash of its content and changes when the extractors read anything else there: a
correction therefore also names its figure by paper, page, quantity, value, model and place, and meets its claim when
the box shifts or the name is read better. One that no longer meets a claim is stale, and the run says so.
"""

import math
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from schemas.codes import Coded
from schemas.codes.sources import HandReason
from schemas.vocabularies import DISCLOSURE_FIELDS, PRECISIONS, WORDED_FIELDS
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.hardware import load_hardware
from tasks.reference.table import FOLDER, Column, MalformedTable, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One correction; a result is named by `benchmark` and `metric`, a training disclosure by `field`."""

    claim: Annotated[str, Column("Id that the claim had when the correction was written.", optional=True)]
    paper_id: Annotated[str, Column("The paper.")]
    page: Annotated[int, Column("Page of the figure, the first is 1.", minimum=1)]
    benchmark: Annotated[str, Column("Benchmark of a result.", optional=True)]
    metric: Annotated[str, Column("Metric of a result.", optional=True)]
    field: Annotated[str, Column("Field of a training disclosure.", optional=True)]
    model: Annotated[str, Column("The model.", optional=True)]
    bbox_x0: Annotated[float | None, Column("Left edge of the figure on its page.", "pt")]
    bbox_top: Annotated[float | None, Column("Top edge of the figure on its page.", "pt")]
    reported: Annotated[str, Column("The value as it was read.")]
    corrected: Annotated[str, Column("The right value; empty where there is no claim.", optional=True)]
    reason: Annotated[str, Column("What is wrong.")]
    source: Annotated[str, Column("Where the right value stands.")]
    who: Annotated[str, Column("Who says so.")]
    when: Annotated[str, Column("The day, YYYY-MM-DD.")]

    @property
    def table_name(self) -> str:
        """The table of the claim that it speaks of."""
        return "core_disclosures" if self.field else "core_results"

    @property
    def words(self) -> str:
        """Why the claim is otherwise, by whose hand and when."""
        return f"{self.reason} ({self.source}; {self.who}, {self.when})"

    @property
    def rejection(self) -> Coded[HandReason]:
        """Why the claim that it rejects is refused."""
        return Coded.of(HandReason.REJECTED, detail=self.words)

    @property
    def staleness(self) -> Coded[HandReason]:
        """What to say when no claim is read any more that it could correct."""
        return Coded.of(
            HandReason.STALE,
            quantity=self.field or f"{self.benchmark} {self.metric}",
            reported=self.reported,
            model=f" of {self.model}" if self.model else "",
            paper_id=self.paper_id,
            page=self.page,
            claim=self.claim or "not named",
        )


CORRECTIONS = ReferenceTable(
    "corrections.csv", Correction, (), "What a person found wrong in the readings of the extractors."
)


def load_corrections(path: Path = FOLDER / CORRECTIONS.file) -> list[Correction]:
    """All corrections, in the file's order.

    Raises:
        MalformedTable: the file is no such table, or a cell cannot be what it has to be.
        OSError: the file cannot be read.
    """
    rows = CORRECTIONS.numbered(path)
    found = [correction for _, correction in rows]
    for i, (line, correction) in enumerate(rows):
        fault = next(_faults(correction, found[:i]), None)
        if fault:
            raise MalformedTable(f"{path.name}, line {line}, column {fault[0]}: {fault[1]}")
    return found


def number(value: object) -> float | None:
    """The finite number that a value is or spells, None where it is none."""
    text = str(value)
    try:
        read = math.nan if "_" in text else float(text)  # 1_000 is Python's way to write it, and nobody else's
    except ValueError:
        return None
    return read if math.isfinite(read) else None


def same_value(a: object, b: object) -> bool:
    """Whether two values are the same number, or the same text."""
    x, y = number(a), number(b)
    return str(a) == str(b) if x is None or y is None else math.isclose(x, y, rel_tol=1e-6)


def _faults(c: Correction, above: list[Correction]) -> Iterator[tuple[str, str]]:
    """What is wrong with a correction, column and words, one after the other: each may rest on those before it."""
    yield from _quantity_faults(c)
    for column, other in (("bbox_x0", c.bbox_top), ("bbox_top", c.bbox_x0)):
        if getattr(c, column) is None and other is not None:
            yield column, "is empty, but the other coordinate is given"
    for column in ("reported", "corrected"):
        if c.field not in WORDED_FIELDS and getattr(c, column) and number(getattr(c, column)) is None:
            yield column, f"{getattr(c, column)!r} is no number"
    if c.field == "hardware" and c.corrected and c.corrected not in {h.slug for h in load_hardware()}:
        yield "corrected", f"{c.corrected!r} is no slug of hardware.csv"
    if c.field == "precision" and c.corrected and c.corrected not in PRECISIONS:
        yield "corrected", f"{c.corrected!r} is none of {', '.join(PRECISIONS)}"
    if c.corrected and same_value(c.corrected, c.reported):
        yield "corrected", "is the value as reported; leave it empty to reject the claim"
    try:
        date.fromisoformat(c.when)
    except ValueError:
        yield "when", f"{c.when!r} is no date like 2026-11-23"
    if any(_same_figure(c, earlier) for earlier in above):
        yield "claim", "corrected above already"


def _quantity_faults(c: Correction) -> Iterator[tuple[str, str]]:
    if c.field and (c.benchmark or c.metric):
        yield "field", "a result names benchmark and metric, a training disclosure its field, not both"
    elif c.field and c.field not in DISCLOSURE_FIELDS:
        yield "field", f"{c.field!r} is none of {', '.join(DISCLOSURE_FIELDS)}"
    elif not c.field:
        known = [(b.slug, b.metric) for b in load_benchmarks()]
        if c.benchmark not in {slug for slug, _ in known}:
            yield "benchmark", f"{c.benchmark!r} is no slug of benchmarks.csv (and no field is given)"
        elif (c.benchmark, c.metric) not in known:
            yield "metric", f"{c.metric!r} is no metric of {c.benchmark} in benchmarks.csv"


def _same_figure(a: Correction, b: Correction) -> bool:
    """Whether two speak of one claim: by its id, or by all that names its figure, from paper to reported value."""
    return bool(a.claim and a.claim == b.claim) or astuple(a)[1:10] == astuple(b)[1:10]
