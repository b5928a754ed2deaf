"""Papers damaged in every way that `tools.mutants` knows: nothing is read that the whole paper does not say."""

import pytest

from tasks.extract.read import ReadLimits
from tests.papers import write_paper
from tools.mutants import KINDS, mutants, read_as_a_night_does


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Each mutant with what was read of it, and what the whole paper says."""
    folder = tmp_path_factory.mktemp("papers")
    paper = write_paper(folder / "goodnet.pdf", "GoodNet", 78.25, 4)
    made = list(mutants([paper], 2 * len(KINDS), seed=7))
    whole, *found = read_as_a_night_does(
        [paper.read_bytes(), *(m.content for m in made)], tmp_path_factory.mktemp("home"), ReadLimits(seconds=60)
    )
    return whole, list(zip(made, found, strict=True))


def test_the_whole_paper_is_read(read):
    whole, _ = read
    assert whole.status == "read"
    assert {("imagenet-1k", "top1_accuracy", "78.25"), ("chips", "training", "8")} <= whole.figures


def test_no_figure_comes_of_a_damage(read):
    whole, found = read
    assert [(m.kind, o.figures) for m, o in found if o.figures - whole.figures] == []


def test_what_is_not_read_whole_says_why(read):
    _, found = read
    assert [(m.kind, o.status) for m, o in found if o.status != "read" and len(o.reason) < 10] == []


def test_a_paper_that_lost_its_figures_does_not_pass_as_read(read):
    whole, found = read
    silent = [m.kind for m, o in found if o.status == "read" and o.figures < whole.figures and not o.reason]
    assert set(silent) <= {"pages dropped"}  # nothing in the file tells of them
