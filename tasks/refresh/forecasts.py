"""The ledger of forecasts: what a publication forecasts is kept, and what became of earlier forecasts is scored."""

from collections import Counter
from pathlib import Path

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.rows.dates import DateProbability, TargetDate
from tasks.evaluate import ledger
from tasks.evaluate.outcomes import score_forecasts
from tasks.load.derived import load_derived
from tasks.refresh.dates import known_records
from tasks.refresh.flat import flat
from tasks.refresh.joined import observations_in_fits
from tasks.refresh.what_if import is_usual
from warehouse.connection import read_table
from warehouse.rows import rows_of


def keep_forecasts(
    connection: DuckDBPyConnection, file: Path, issued_on: str, published: pd.DataFrame | None = None
) -> Counter[str]:
    """Put the ledger, with what the estimates forecast now, and its scores into the warehouse.

    Estimates of a run with other assumptions than the usual, or of some benchmarks only, are no forecasts of ours.

    Args:
        connection: The working warehouse.
        file: The ledger; `write_ledger` adds to it once the release is there.
        issued_on: The day of publication, YYYY-MM-DD.
        published: The newest release's out_forecasts: what is not in the file, as where it was lost, stands there.
    """
    curves = known_records(connection)
    released = [] if published is None else map(ledger.forecast_from_row, published.to_dict("records"))
    held = ledger.merge_ledgers(ledger.study_forecasts(), released, ledger.read_ledger(file))
    new = []
    if is_usual(connection):
        dates = rows_of(connection, TargetDate, "out_target_dates")
        probabilities = rows_of(connection, DateProbability, "out_date_probabilities")
        new = ledger.new_forecasts(held, dates, probabilities, issued_on)
    forecasts = ledger.merge_ledgers(held, new)
    observations = observations_in_fits(connection)
    scores = score_forecasts(forecasts, observations, curves, int(issued_on[:4]))
    return load_derived(connection, {"out_forecasts": flat(forecasts), "out_forecast_scores": flat(scores)})


def is_published(file: Path, released: pd.DataFrame | None) -> bool:
    """Whether the ledger holds our forecasts of a release, all of them and no others."""
    published = [] if released is None else map(ledger.forecast_from_row, released.to_dict("records"))
    ours = {f.forecast_id for f in published if f.issuer == ledger.US}
    return ours == {f.forecast_id for f in ledger.read_ledger(file)}


def write_ledger(connection: DuckDBPyConnection, file: Path) -> int:
    """Add those of the warehouse's forecasts to the ledger that it does not hold yet; returns how many.

    Args:
        connection: The working warehouse, of which a release was made.
        file: The ledger; it only grows.
    """
    known = {f.forecast_id for f in ledger.read_ledger(file)}
    forecasts = ledger.merge_ledgers(
        map(ledger.forecast_from_row, read_table(connection, "out_forecasts").to_dict("records"))
    )
    new = [f for f in forecasts if f.issuer == ledger.US and f.forecast_id not in known]
    ledger.append(file, new)
    return len(new)
