"""How fast accelerators get cheaper and thriftier, fitted to `hardware.csv`: `python -m tasks.costs.trends`.

Doubling times of the peak per dollar of the release price and of the peak per watt, by least squares of the base-2
logarithm on the release date. A chip counts with its best rate for training, whatever the precision ("best"), since
that is what training moved to (tensor cores at 16 bits); and, for the upper end of the range, at FP32 alone.

Published beside it: peak per dollar at FP32 of 470 GPUs of 2006 to 2021, adjusted for inflation, 2.46 years (2.24 to
2.72; Hobbhahn and Besiroglu 2022, Epoch AI, "Trends in GPU price-performance"); FP32 per watt 2.7 years (Hobbhahn,
Heim and Aydos 2023, as Ho et al. 2023, arXiv 2312.08595, cites it).
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

from tasks.reference.hardware import Hardware, load_hardware

CONFIDENCE = 0.90


@dataclass(frozen=True)
class Trend:
    """Time in which something doubles, years, with the limits of its confidence interval, and how many chips say so."""

    doubling_years: float
    lower: float
    upper: float
    n: int
    year_min: float
    year_max: float


def fit_trend(years: Iterable[float], amounts: Iterable[float], confidence: float = CONFIDENCE) -> Trend:
    """Doubling time of amounts (above zero) over years, by ordinary least squares of log2(amount) on the year.

    The limits are the reciprocals of the slope's (Student's t).

    Raises:
        ValueError: fewer than three points, or growth that cannot be told from none.
    """
    x, y = np.asarray(list(years), dtype=float), np.log2(np.asarray(list(amounts), dtype=float))
    if len(x) < 3:
        raise ValueError(f"a trend needs three points, there are {len(x)}")
    fit = OLS(y, add_constant(x)).fit()
    slope = float(fit.params[1])
    slowest, fastest = (float(limit) for limit in fit.conf_int(alpha=1 - confidence)[1])
    if slowest <= 0:
        raise ValueError(f"no growth that {len(x)} points can tell from none: {slope:.3g} doublings a year")
    return Trend(1 / slope, 1 / fastest, 1 / slowest, len(x), float(x.min()), float(x.max()))


def decimal_year(date: str) -> float:
    """A date of the hardware table (year, year-month or day) as a decimal year; the middle of what is not given."""
    year, month, day = (*(int(part) for part in date.split("-")), None, None)[:3]
    assert year is not None
    if month is None:
        return year + 0.5
    return year + (month - 1 + (0.5 if day is None else (day - 0.5) / 31)) / 12


def best_peak(chip: Hardware) -> float | None:
    """The highest rate at which a chip can train, FLOP/s: at FP32, TF32 or 16 bits; None where none is known."""
    peaks = (chip.fp32_flop_per_s, chip.tf32_flop_per_s, chip.fp16_flop_per_s, chip.bf16_flop_per_s)
    return max((p for p in peaks if p), default=None)


def fp32_peak(chip: Hardware) -> float | None:
    """The rate of the ordinary units at FP32, FLOP/s."""
    return chip.fp32_flop_per_s


def hardware_trends(hardware: Iterable[Hardware]) -> dict[str, Trend]:
    """Trends of the GPUs in a hardware table: "best per dollar", "fp32 per dollar", "best per watt", "fp32 per watt".

    TPUs are left out: they were never sold, their prices are estimates (arXiv 2405.21015).
    """
    gpus = [h for h in hardware if h.kind == "gpu" and h.release_date]
    peaks: dict[str, Callable[[Hardware], float | None]] = {"best": best_peak, "fp32": fp32_peak}
    over: dict[str, Callable[[Hardware], float | None]] = {
        "dollar": lambda chip: chip.release_price_usd,
        "watt": lambda chip: chip.tdp_w,
    }
    return {
        f"{peak_name} per {name}": _trend((decimal_year(h.release_date), peak(h), of(h)) for h in gpus)
        for name, of in over.items()
        for peak_name, peak in peaks.items()
    }


def _trend(chips: Iterable[tuple[float, float | None, float | None]]) -> Trend:
    known = [(year, peak / over) for year, peak, over in chips if peak and over]
    return fit_trend((year for year, _ in known), (amount for _, amount in known))


if __name__ == "__main__":
    for name, t in hardware_trends(load_hardware()).items():
        growth = 100 * (math.exp2(1 / t.doubling_years) - 1)
        print(
            f"{name:16} doubles in {t.doubling_years:.2f} years ({t.lower:.2f} to {t.upper:.2f}),"
            f" {growth:.0f} % a year; {t.n} GPUs of {math.floor(t.year_min)} to {math.floor(t.year_max)}"
        )
