"""Carbon of electricity as Our World in Data serves it, under each of the headers that it has used."""

import pytest

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.load.validate import validate_candidates
from tasks.sources import SourceBroken
from tasks.sources.addresses import Addresses
from tasks.sources.owid import COLUMNS, discover, grid_intensities
from tests.unit.rows import flat, said
from tests.unit.web_at_hand import WebAtHand, source

ADDRESSES = Addresses()


@pytest.mark.parametrize("header", COLUMNS["co2e_g_per_kwh"])
def test_every_header_known_is_read(header):
    found = grid_intensities(f"Entity,Code,Year,{header}\nFrance,FRA,2018,59.92\nASEAN (Ember),,2018,1\n".encode())
    assert flat(found.rows) == [
        {"region": r, "region_code": code, "grid_year": 2018, "co2e_g_per_kwh": grams, "source_id": "owid"}
        for r, code, grams in (("France", "FRA", 59.92), ("ASEAN (Ember)", None, 1))
    ]
    assert found.notes == []


def test_years_without_a_figure_say_nothing_and_doubtful_figures_are_quarantined():
    lines = ["A,AAA,2018,", "B,BBB,2018,-1", "C,CCC,2018,59920", "D,DDD,18,50", "E,EEE,2018,0", "F,FFF,2018,many"]
    rows = grid_intensities("\n".join(["entity,code,year,co2_intensity__gco2_kwh", *lines]).encode()).rows
    good, refused = validate_candidates(rows, "raw_grid_intensity")
    assert good["region"].tolist() == ["E"]
    reasons = " ".join(refused["reason"])
    assert len(refused) == 4 and "-1 g" in reasons and "59920 g" in reasons and "no year" in reasons
    assert "no number" in reasons


def test_another_unit_under_another_header_is_not_read(tmp_path):
    content = b"Entity,Code,Year,Carbon intensity of electricity - kgCO2e/kWh\nFrance,FRA,2018,0.05992\n"
    with pytest.raises(SourceBroken, match=r"renamed 'Carbon intensity of electricity - kgCO2e/kWh'"):
        discover(WebAtHand(tmp_path, {ADDRESSES.owid_carbon: content}), ADDRESSES)


def test_the_real_file_is_read_whole(tmp_path):
    content = source("owid_carbon_intensity_electricity.csv")
    found = discover(WebAtHand(tmp_path, {ADDRESSES.owid_carbon: (content, Coded.of(HttpReason.OFFLINE))}), ADDRESSES)
    good, refused = validate_candidates(found.rows["raw_grid_intensity"], "raw_grid_intensity")
    assert (len(good), len(refused), found.notes) == (6332, 0, [])
    assert said(found.deferred) == ["carbon-intensity-electricity.csv: an older copy was read: this run is offline"]
