"""Costs of training runs that others published (`warehouse/reference/published_costs.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from schemas.vocabularies import CHECKED_QUANTITIES
from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class PublishedCost:
    """One published cost, with the hardware and hours (or FLOP) that it was computed from."""

    model: Annotated[str, Column("The model.")]
    publisher: Annotated[str, Column("Who published the cost.")]
    quantity: Annotated[str, Column("What was published.", allowed=CHECKED_QUANTITIES)]
    year: Annotated[int, Column("Year of the training.", "year")]
    hardware: Annotated[str, Column("The chip (see hardware.csv).", optional=True)]
    chips: Annotated[float | None, Column("Chips.", "chip", minimum=0)]
    duration_hours: Annotated[float | None, Column("Duration.", "h", minimum=0)]
    training_flop: Annotated[float | None, Column("Training compute.", "FLOP", minimum=0)]
    published: Annotated[float, Column("The published cost, in the unit that `quantity` ends in.")]
    published_lower: Annotated[float | None, Column("Its lower end.")]
    published_upper: Annotated[float | None, Column("Its upper end.")]
    as_they: Annotated[str, Column("The publisher's assumptions, as NAME=VALUE.", optional=True)]
    cause: Annotated[str, Column("Why ours differs.", optional=True)]
    place: Annotated[str, Column("Where in the source it stands.")]
    source: Annotated[str, Column("Where it comes from.")]


PUBLISHED_COSTS = ReferenceTable(
    "published_costs.csv", PublishedCost, (), "Costs of training runs that others published."
)


def load_published_costs() -> tuple[PublishedCost, ...]:
    """Rows of published_costs.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return PUBLISHED_COSTS.rows()
