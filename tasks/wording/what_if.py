"""What a what-if run assumed, in sentences."""

from collections.abc import Iterator, Sequence

from schemas.rows.what_if import WhatIf

_SHOWN = 5
"""Own observations that are named, and those left out; the rest is counted."""


def assumed_lines(run: WhatIf) -> tuple[str, ...]:
    """A sentence for each thing that the run did by itself, its assumptions apart: they are rows of out_assumptions."""
    return tuple(_lines(run))


def _lines(run: WhatIf) -> Iterator[str]:
    if run.observations_file:
        named = _first(", ", [f"{o.model} ({o.benchmark} {o.value:g})" for o in run.observations])
        yield (
            f"Observations of its own, from {run.observations_file}: {named}. Each stands in the place of what others"
            " say of the same model."
        )
    if run.left_out:
        yield f"Of these some are listed only: {_first('; ', run.left_out)}."
    if run.only is not None:
        yield f"Only observations where {run.only}. The others are listed, and no fit uses them."
    if run.targets:
        yield f"Targets of its own, beside the usual ones: {', '.join(run.targets)}."
    if run.confidence_level is not None:
        yield f"Intervals that should hold in {100 * run.confidence_level:g} of 100."


def _first(separator: str, words: Sequence[str]) -> str:
    more = len(words) - _SHOWN
    return separator.join(words[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
