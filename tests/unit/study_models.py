"""ImageNet models of the study's 2022 replication data, through ../shared; skipped with a reason where it is absent."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tasks.fit.model import Floats
from tasks.sources.study_file import FILES, read_study

PATH = (
    Path(__file__).parents[3] / "shared" / "sources" / "computational_limits" / "image-classification-on-imagenet.csv"
)


class Models(NamedTuple):
    """Network operations (FLOP), top-1 error (fraction) and year, one figure a model."""

    names: list[str]
    operations: Floats
    error: Floats
    year: Floats


def imagenet_models() -> Models:
    """All models with network operations and a top-1 score, as the study's regressions on network operations have."""
    if not PATH.exists():
        pytest.skip(f"the study's replication data is not on this machine: {PATH}")
    rows = read_study(PATH.read_bytes(), FILES[PATH.stem])[0]
    used = [r for r in rows if r.network_operations_flop and r.printed.get("TOP 1 score")]
    return Models(
        [r.model for r in used],
        np.array([r.network_operations_flop for r in used], dtype=float),
        np.array([1 - float(r.printed["TOP 1 score"]) / 100 for r in used]),
        np.array([r.year for r in used], dtype=float),
    )
