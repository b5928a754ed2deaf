"""Nights with news, faults and an upgrade in the middle: in the end the home holds what one big night brings."""

import pytest

from tests.conftest import SHARED
from tools.soak import soak, soaking


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason=f"{SHARED} is absent: nothing to imitate arXiv with")
def test_many_nights_end_as_one_big_night(tmp_path):
    with soaking(tmp_path, seed=0) as started:
        assert soak(started, nights=4, every=5, tell=print) == []
        assert len(started.papers) > 1
