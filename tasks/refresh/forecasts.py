"""The ledger of forecasts: what a publication forecasts is kept, and what became of earlier forecasts is scored."""

from collections import Counter
from pathlib import Path

from duckdb import DuckDBPyConnection

from schemas.rows.dates import DateProbability, TargetDate
from tasks.evaluate import ledger
from tasks.load.derived import load_derived
from tasks.refresh.assumed import is_usual
from tasks.refresh.dates import known_records
from tasks.refresh.flat import flat
from warehouse.connection import read_table
from warehouse.rows import rows_of


def keep_forecasts(connection: DuckDBPyConnection, file: Path, issued_on: str) -> Counter[str]:
    """Add what the estimates forecast to the ledger in `file`, and put ledger and scores into the warehouse.

    Estimates of a run with other assumptions than the usual, or of some benchmarks only, are no forecasts of ours.

    Args:
        connection: The working warehouse.
        file: The ledger; it only grows.
        issued_on: The day of publication, YYYY-MM-DD.
    """
    curves = known_records(connection)
    held = ledger.together(ledger.study_forecasts(), ledger.read_ledger(file))
    new = []
    if is_usual(connection):
        dates = rows_of(connection, TargetDate, "out_target_dates")
        probabilities = rows_of(connection, DateProbability, "out_date_probabilities")
        new = ledger.new_forecasts(held, dates, probabilities, issued_on)
        ledger.append(file, new)
    forecasts = ledger.together(held, new)
    observations = read_table(connection, "core_observations")
    scores = ledger.score_forecasts(forecasts, observations, curves, int(issued_on[:4]))
    return load_derived(connection, {"out_forecasts": flat(forecasts), "out_forecast_scores": flat(scores)})
