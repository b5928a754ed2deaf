"""The reference tables that estimates of compute ask, and the chip that stands in where a paper names none."""

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.reference.datasets import Dataset, load_datasets
from tasks.reference.hardware import Hardware, burden_peak, by_slug, load_hardware
from tasks.reference.reference_chips import chip_by_year

YEARS_IN_USE = 5
"""Chips released so many years before a paper are still in use: the K40 of 2013 trains the networks of 2017."""


@dataclass(frozen=True)
class ComputeTables:
    """Chips and data sets by slug, and for each year the chip that most models of it were trained on."""

    hardware: Mapping[str, Hardware]
    datasets: Mapping[str, Dataset]
    reference_chips: Mapping[int, str]


def load_compute_tables() -> ComputeTables:
    """The tables under `warehouse/reference`.

    Raises:
        OSError, MalformedTable: a file cannot be used.
    """
    return ComputeTables(by_slug(load_hardware()), {d.slug: d for d in load_datasets()}, chip_by_year())


@dataclass(frozen=True)
class TypicalChip:
    """A chip that stands in for one not named; `slowest` and `fastest` of its time as factors of its peak."""

    chip: Hardware
    slowest: float
    fastest: float


def typical_chip(tables: ComputeTables, kind: str, year: int) -> TypicalChip | None:
    """The usual chip of a kind ('gpu' or 'tpu') in a year; None before the first year known or for another kind."""
    peaks = {
        h.slug: peak
        for h in tables.hardware.values()
        if h.kind == kind
        and h.release_date
        and year - YEARS_IN_USE <= int(h.release_date[:4]) <= year
        and (peak := burden_peak(h))
    }
    if not peaks:
        return None
    if kind == "gpu":
        years = [y for y in tables.reference_chips if y <= year]
        slug = tables.reference_chips[max(years)] if years else ""
    else:
        slug = max(peaks, key=lambda s: tables.hardware[s].release_date)
    if slug not in tables.hardware:
        return None
    usual = burden_peak(tables.hardware[slug]) or 0.0
    peaks.setdefault(slug, usual)
    return TypicalChip(tables.hardware[slug], min(peaks.values()) / usual, max(peaks.values()) / usual)
