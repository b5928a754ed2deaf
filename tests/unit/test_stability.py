"""Papers drawn anew, and what counts as stable."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from schemas.rows import Limits
from tools.stability_of_headlines import Moved, drawn, report


def test_a_draw_has_as_many_papers_each_with_all_of_its_observations_that_fits_use():
    rows = [(f"p{i // 2}", f"o{i}", i != 9) for i in range(10)]
    observations = pd.DataFrame(rows, columns=["paper_id", "observation_id", "in_fit"])
    found = drawn(observations, np.random.default_rng(1))
    assert found["paper_id"].nunique() == 5 and found["observation_id"].is_unique
    sizes = found.groupby("paper_id").size()
    assert {size for paper, size in sizes.items() if not paper.startswith("p4")} == {2}
    assert "o9" not in set(found["observation_id"])
    assert found["paper_id"].str.split().str[0].nunique() < 5  # with replacement


@pytest.mark.parametrize(
    ("limits", "within"), [(Limits(24.0, 23.0, 25.0), 2), (Limits(24.0, 23.0, None), 3), (Limits(24.0, None, None), 4)]
)
def test_a_centre_within_the_published_interval_is_stable_and_an_open_end_holds_all(limits, within):
    published = SimpleNamespace(series="coco", log10_training_flop=limits)
    moved = Moved(published, [22.0, 23.0, 25.0, 26.0], Counter({"power_law_symmetric": 3, "m4": 1}))
    assert moved.within == within
    told = report([moved], draws=5)
    assert f"| 4 | {within} |" in told and "`power_law_symmetric` 3, `m4` 1" in told
    assert f"Together {within} of 4" in told
