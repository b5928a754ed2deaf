"""Fits and estimates as the frames that a release holds."""

from collections.abc import Iterable

import pandas as pd

from schemas.frames import frame_of
from schemas.rows.fits import Estimate
from tasks.fit import Fit
from tasks.fit.tables import curve, parameters, summary
from tasks.wording import words


def fits_table(fits: Iterable[Fit]) -> pd.DataFrame:
    return frame_of("out_fits", map(summary, fits), words)


def parameters_table(fits: Iterable[Fit]) -> pd.DataFrame:
    return frame_of("out_fit_parameters", (row for fit in fits for row in parameters(fit)), words)


def curves_table(fits: Iterable[Fit]) -> pd.DataFrame:
    return frame_of("out_curves", (row for fit in fits for row in curve(fit)), words)


def estimates_table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    return frame_of("out_estimates", estimates, words)
