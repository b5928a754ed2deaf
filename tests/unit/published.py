"""Fits and estimates as the frames that a release holds, and publications without what takes longest in them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
import pytest

from schemas.frames import frame_of
from schemas.rows.fits import Estimate
from tasks.fit.model import Fit
from tasks.fit.tables import curve, parameters, summary
from tasks.publish import contents, release
from tasks.wording import words


def fits_table(fits: Iterable[Fit]) -> pd.DataFrame:
    return frame_of("out_fits", map(summary, fits), words)


def parameters_table(fits: Iterable[Fit]) -> pd.DataFrame:
    return frame_of("out_fit_parameters", (row for fit in fits for row in parameters(fit)), words)


def curves_table(fits: Iterable[Fit]) -> pd.DataFrame:
    return frame_of("out_curves", (row for fit in fits for row in curve(fit)), words)


def estimates_table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    return frame_of("out_estimates", estimates, words)


def one_page(_: Any) -> dict[str, bytes]:
    return {"index.html": b"<html>"}


def publish_bare(patch: pytest.MonkeyPatch, site: Callable[[Any], Mapping[str, bytes]] = one_page) -> None:
    """Let publications do without pages, comments on columns and the data package, which have tests of their own."""
    patch.setattr(release, "build_site", site)
    patch.setattr(contents, "comments", lambda _: [])
    patch.setattr(contents, "datapackage", lambda *_: "{}")
