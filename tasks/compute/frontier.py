"""The most training compute known by a year: what a stated total is held against."""

from itertools import takewhile

_MOST = (
    (2007, 1.45e18),
    (2014, 2.98e20),
    (2016, 6.62e21),
    (2019, 1.08e23),
    (2020, 3.14e23),
    (2021, 2.05e24),
    (2022, 2.74e24),
    (2023, 5e25),
    (2025, 5e26),
)
"""Year and FLOP of the largest training run published by then (Epoch AI, notable AI models 2026-07, CC BY 4.0): SB-LM,
SNM-skip, GNMT, AlphaStar, GPT-3, FLAN 137B, Minerva 540B, Gemini 1.0 Ultra, Grok 4."""


def most_by(year: int) -> float | None:
    """The largest training compute, FLOP, of any run published by the end of a year; None before 2007."""
    known = [flop for _, flop in takewhile(lambda row: row[0] <= year, _MOST)]
    return known[-1] if known else None
