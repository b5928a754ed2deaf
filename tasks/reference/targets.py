"""Named targets of the estimates (`warehouse/reference/targets.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from schemas.suggestions import did_you_mean
from tasks.reference.benchmarks import load_benchmarks, load_series
from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """One target of a series: an error to be reached."""

    series: Annotated[str, Column("Series of the benchmark (see benchmarks.csv).")]
    metric: Annotated[str, Column("Metric.")]
    target: Annotated[str, Column("Key of the target.")]
    target_error: Annotated[float, Column("The error, between 0 and 1 and neither.", "fraction", minimum=0, maximum=1)]
    source: Annotated[str, Column("Where the target comes from.")]


LEAST_SCORE = 1.0
"""In percent or BLEU: what a person gives below is meant as a fraction."""

ASKED_FOR = "asked for: "
"""How the source of a person's target begins; what was typed comes after."""

_MOST = 99.9999  # what errors of six decimals tell from 100

TARGETS = ReferenceTable("targets.csv", TargetRow, ("series", "metric", "target"), "Named targets of the estimates.")


def load_target_rows() -> tuple[TargetRow, ...]:
    """Rows of targets.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return TARGETS.rows()


def asked_target(text: str) -> TargetRow:
    """A target as a person asks for it, `mmlu=92`: a score by the metric that the benchmark is fitted by.

    The score is in the benchmark's unit (percent or BLEU), higher is better; the benchmark goes by slug or series.
    A benchmark's target is also that of its models that stand apart.

    Raises:
        ValueError: it is none, or no better than a guess, or no score can be so high.
    """
    name, _, score = (part.strip() for part in text.partition("="))
    fitted = [b for b in load_series() if b.is_fit_metric]
    benchmark = next((b for b in fitted if name in (b.series, b.slug)), None)
    if not benchmark:
        known = {b.series for b in load_benchmarks() if b.is_fit_metric}
        raise ValueError(f"{text}: unknown benchmark: {name or 'none'}; {did_you_mean(name, known)}")
    try:
        value = float(score)
    except ValueError:
        raise ValueError(f"{text}: write BENCHMARK=SCORE, the score as a number") from None
    guess = 100 * (benchmark.chance_level or 0)
    if not max(guess, LEAST_SCORE) < value <= _MOST:
        least = f"{guess:g}, which a guess has" if guess > LEAST_SCORE else f"{LEAST_SCORE:g} and no fraction"
        raise ValueError(f"{text}: a target on {benchmark.title}, in {benchmark.unit}, is above {least}, and below 100")
    error = round(1 - value / 100, 6)
    return TargetRow(
        series=benchmark.series,
        metric=benchmark.metric,
        target=f"error_{100 * error:g}pct",
        target_error=error,
        source=ASKED_FOR + text.strip(),
    )
