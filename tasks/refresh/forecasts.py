"""The ledger of forecasts: what a publication forecasts is kept, and what became of earlier forecasts is scored."""

from collections import Counter
from pathlib import Path

from duckdb import DuckDBPyConnection

from tasks.evaluate import ledger
from tasks.load.derived import load_derived
from tasks.refresh.assumed import is_usual
from tasks.refresh.flat import flat
from warehouse.connection import read_table


def keep_forecasts(connection: DuckDBPyConnection, file: Path, issued_on: str) -> Counter[str]:
    """Add what the estimates forecast to the ledger in `file`, and put ledger and scores into the warehouse.

    Estimates of a run with other assumptions than the usual, or of some benchmarks only, are no forecasts of ours.

    Args:
        connection: The working warehouse.
        file: The ledger; it only grows.
        issued_on: The day of publication, YYYY-MM-DD.
    """
    held = ledger.together(ledger.study_forecasts(), ledger.read_ledger(file))
    new = []
    if is_usual(connection):
        estimates, fits = read_table(connection, "out_estimates"), read_table(connection, "out_fits")
        new = ledger.new_forecasts(held, estimates, fits, issued_on)
        ledger.append(file, new)
    forecasts = ledger.together(held, new)
    scores = ledger.score_forecasts(forecasts, read_table(connection, "core_observations"), int(issued_on[:4]))
    return load_derived(connection, {"out_forecasts": flat(forecasts), "out_forecast_scores": flat(scores)})
