"""What the study foretold in 2020 and 2021 (`warehouse/reference/forecasts.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class StudyForecast:
    """One forecast: columns of out_forecasts but for the id."""

    issuer: Annotated[str, Column("Who said it.")]
    issued_on: Annotated[str, Column("When.")]
    series: Annotated[str, Column("Series (see benchmarks.csv).")]
    metric: Annotated[str, Column("Metric.")]
    target: Annotated[str, Column("Key of the target.")]
    target_error: Annotated[float, Column("The error.", "fraction", minimum=0, maximum=1)]
    estimator: Annotated[str, Column("Estimator.")]
    log10_training_flop: Annotated[float | None, Column("Log10 of the training compute.", "log10 FLOP")]
    log10_training_flop_lower: Annotated[float | None, Column("Its lower end.", "log10 FLOP")]
    log10_training_flop_upper: Annotated[float | None, Column("Its upper end.", "log10 FLOP")]
    confidence_level: Annotated[float | None, Column("Confidence level of the ends.")]
    compute_measure: Annotated[str, Column("What the compute counts.")]
    cost_usd: Annotated[float | None, Column("Cost.", "USD")]
    cost_usd_lower: Annotated[float | None, Column("Its lower end.", "USD")]
    cost_usd_upper: Annotated[float | None, Column("Its upper end.", "USD")]
    co2e_kg: Annotated[float | None, Column("Carbon.", "kg")]
    co2e_kg_lower: Annotated[float | None, Column("Its lower end.", "kg")]
    co2e_kg_upper: Annotated[float | None, Column("Its upper end.", "kg")]
    due_year: Annotated[int | None, Column("Year for which it was foretold.", "year")]
    data_year_max: Annotated[int | None, Column("Last year of the data.", "year")]
    log10_flop_max: Annotated[float | None, Column("Greatest compute in the data.", "log10 FLOP")]
    n: Annotated[int | None, Column("Points.")]
    status: Annotated[str, Column("Status.", optional=True)]
    source: Annotated[str, Column("Where it stands.")]
    note: Annotated[str, Column("What a reader must know.", optional=True)]


FORECASTS = ReferenceTable("forecasts.csv", StudyForecast, (), "What the study foretold in 2020 and 2021.")


def load_study_forecasts() -> tuple[StudyForecast, ...]:
    """Rows of forecasts.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return FORECASTS.rows()
