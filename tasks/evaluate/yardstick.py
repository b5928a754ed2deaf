"""The yardsticks of back-tests: what needs no curve, and any curve should beat.

`last_record` says of every record what the last one was (the naive forecast: Hyndman and Koehler 2006, Int. J.
Forecasting 22:679). The two trends start there and go on as the records have gone so far, year by year ("naive with
drift"): `trend_of_compute` is told the record's year and says how far compute has grown by then; `trend_of_error` says
by when the falling error gets to the record's, and what compute will be in that year. A curve is told no year.

They say one figure and no interval, cost nothing and say nothing of what a lower error takes, so no headline may come
from them; a method with a greater loss has no skill.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tasks.fit.model import Floats

LAST_RECORD = "last_record"


class Records(NamedTuple):
    """The lowest error so far at the end of each year that brought a lower one: years, log10 FLOP, log10 error (k,)."""

    year: Floats
    log10_flop: Floats
    log10_error: Floats


class Said(NamedTuple):
    """What a yardstick says of m records: log10 FLOP and log10 error, each of shape (m,)."""

    log10_flop: Floats
    log10_error: Floats


Yardstick = Callable[[Records, Floats, Floats], Said]
"""From the records so far, and the year and log10 error of later ones, to what it says of them."""


def _last_record(known: Records, year: Floats, log10_error: Floats) -> Said:
    return Said(np.full(len(year), known.log10_flop[-1]), np.full(len(year), known.log10_error[-1]))


def _trend_of_compute(known: Records, year: Floats, log10_error: Floats) -> Said:
    later = year - known.year[-1]
    return Said(
        known.log10_flop[-1] + per_year(known.year, known.log10_flop) * later,
        np.full(len(year), known.log10_error[-1]),
    )


def _trend_of_error(known: Records, year: Floats, log10_error: Floats) -> Said:
    falls = per_year(known.year, known.log10_error)
    later = (log10_error - known.log10_error[-1]) / falls if falls < 0 else np.zeros(len(year))
    return Said(
        known.log10_flop[-1] + per_year(known.year, known.log10_flop) * later,
        known.log10_error[-1] + falls * (year - known.year[-1]),
    )


def per_year(year: Floats, values: Floats) -> float:
    """Slope of the line of least squares, per year; 0 where there is one year alone."""
    centred = year - year.mean()
    spread = float(centred @ centred)
    return float(centred @ values) / spread if spread > 0 else 0.0


YARDSTICKS: dict[str, Yardstick] = {
    LAST_RECORD: _last_record,
    "trend_of_compute": _trend_of_compute,
    "trend_of_error": _trend_of_error,
}

TITLES = {
    LAST_RECORD: "The last record’s error and compute (yardstick of the back-tests)",
    "trend_of_compute": "Growth of the records’ compute from year to year (yardstick)",
    "trend_of_error": "Fall of the records’ error from year to year (yardstick)",
}
