"""Epochs usual on a data set: those of the paper's year, and none for a set that the table does not hold."""

from tasks.reference.datasets import load_datasets
from tasks.reference.usual_epochs import USUAL_EPOCHS, usual_epochs


def test_the_years_row_is_taken():
    found = [usual_epochs("imagenet-1k", year) for year in (2012, 2020, 2021, 2030)]
    assert [u.epochs for u in found if u] == [100, 100, 300, 300]
    assert usual_epochs("coco", 2015) is None


def test_a_range_holds_its_median_and_its_data_set_is_known():
    known = {d.slug for d in load_datasets()}
    assert all(
        u.epochs_lower <= u.epochs <= u.epochs_upper and u.dataset in known and u.source for u in USUAL_EPOCHS.rows()
    )
