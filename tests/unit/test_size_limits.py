"""What pages hold at most, and which rows those are."""

import json
from dataclasses import dataclass

import pytest

from tasks.publish.site.benchmark_pages import _points_drawn
from tasks.publish.site.queries import pack_rows
from tasks.publish.site.size_limits import POINTS_DRAWN, PointRank, select_points, within_size


@dataclass(frozen=True)
class Dot:
    error: float
    training_flop: float
    year: int | None = 2020
    in_fit: bool = False
    is_own: bool = False


def drawn(dots: list[Dot], most: int) -> list[Dot]:
    return select_points(
        dots, lambda d: PointRank(d.error, d.training_flop, d.year, d.in_fit, d.is_own, f"{dots.index(d):02}"), most
    )


def test_records_come_first_then_points_of_fits_then_papers_own():
    other, own, fitted = Dot(0.9, 9e9), Dot(0.9, 8e9, is_own=True), Dot(0.9, 7e9, in_fit=True)
    cheapest, by_compute = Dot(0.5, 1e9, year=2022), Dot(0.3, 2e9, year=2023)
    by_year = Dot(0.4, 5e9, year=2019)
    all_of_them = [other, own, fitted, by_compute, cheapest, by_year]
    assert drawn(all_of_them, 6) == all_of_them
    assert drawn(all_of_them, 5) == [by_compute, cheapest, by_year, fitted, own]
    assert drawn(all_of_them, 3) == [by_compute, cheapest, by_year]


def test_a_point_without_a_year_is_no_record_of_a_year():
    undated, dated = Dot(0.3, 9e9, year=None), Dot(0.4, 8e9, year=2019)
    cheap = Dot(0.2, 1e9, year=2024)
    assert drawn([undated, dated, cheap], 2) == [dated, cheap]


@pytest.mark.parametrize(("most", "n"), [(0, 0), (3, 0), (4, 1), (11, 2), (100, 3)])
def test_rows_fit_into_bytes(most, n):
    assert within_size(["ä", "bbbbb", "c"], most, str) == ["ä", "bbbbb", "c"][:n]


@pytest.mark.parametrize("most_bytes", [2_000, 50_000, 10_000_000])
def test_the_points_of_a_page_keep_within_number_and_bytes_and_none_of_a_fit_gives_way(most_bytes):
    points = [
        {"error": (n * 37 % 4_001) / 4_001, "training_flop": 1e18 + n, "year": 2012 + n % 12, "in_fit": n % 50 == 0}
        | {"is_own": n % 3 == 0, "observation_id": f"{n * 7919 % 4_001:04}", "title": "A long title of a paper" * 3}
        for n in range(4_001)
    ]
    points.sort(key=lambda p: p["error"])
    told = _points_drawn(points, columns := list(points[0]), most_bytes)
    assert 0 < len(told) <= POINTS_DRAWN
    assert len(json.dumps(pack_rows(told, columns)).encode()) <= most_bytes + 2 * len(told)
    assert told == sorted(told, key=lambda p: (not p["in_fit"], p["error"]))
    assert points[0] in told
    if len(told) == POINTS_DRAWN:
        assert [p for p in points if p["in_fit"]] == told[: sum(p["in_fit"] for p in points)]
