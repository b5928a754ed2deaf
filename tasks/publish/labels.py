"""Labels on the pages for estimators, methods, targets and other codes of the tables."""

import re

from markupsafe import Markup

from tasks.wording import quantities

ESTIMATORS = {
    "study_power_law": "study’s power law",
    "study_exponential": "study’s exponential",
    "power_law_forward": "power law (error on compute)",
    "power_law_reverse": "power law (compute on error)",
    "power_law_symmetric": "symmetric power law",
    "power_law_errors_in_variables": "power law (uncertain compute)",
    "exponential": "exponential",
    "points_per_decade": "points per decade",
    "power_law_floor": "power law with a floor",
    "m4": "M4",
    "broken_power_law": "broken power law",
    "quantile_5": "best 5 %",
    "quantile_10": "best 10 %",
    "quantile_25": "best 25 %",
    "pareto_frontier": "Pareto frontier",
    "stochastic_frontier": "stochastic frontier",
    "progress": "power law with years",
    "progress_frontier": "best 10 % with years",
    "random_effects": "power law (papers as groups)",
    "last_record": "last record",
    "trend_of_compute": "trend of compute",
    "trend_of_error": "trend of error",
}
"""Short names of the estimators; their titles say what each does."""

POPULATIONS = {"papers": "papers of this warehouse", "epoch": "models listed by Epoch AI"}
GROWTH = {"trend": "all runs", "record_trend": "record runs"}
"""Whose growth of compute, and of which runs."""


QUANTITIES = {
    "energy_kwh": "energy",
    "cost_usd": "cost",
    "cost_rented_usd": "cost, rented",
    "cost_owned_usd": "cost, owned",
    "co2e_kg": "carbon",
}
"""Costs of a training run."""

METHODS = {
    "reported": "stated by the paper",
    "hardware_time": "chips × time",
    "operation_count": "operations counted",
    "imputed": "partly supposed",
    "third_party": "third party’s figure",
}
"""What the methods of estimating compute are called on the page."""

SCOPES = {
    "pretraining": "pre-training alone",
    "whole": "all training that made the model",
    "finetuning": "fine-tuning without its base model",
    "student": "a student without its teacher",
}
"""What a compute figure counts."""

DISCLOSED = {
    "hardware": "chips",
    "chips": "number of chips",
    "duration_hours": "time of training",
    "chip_hours": "chip-hours",
    "epochs": "epochs",
    "steps": "steps",
    "batch_size": "batch size",
    "sequence_length": "tokens in a sequence",
    "examples": "training examples",
    "tokens": "training tokens",
    "parameters": "parameters",
    "forward_ops": "operations of a forward pass",
    "training_flop": "computing for training",
    "network": "network",
    "precision": "number format",
    "utilisation": "share of the chips’ peak rate",
    "energy_kwh": "energy",
    "cost_usd": "cost",
    "co2e_kg": "carbon",
}
"""What a paper discloses of training."""


def estimator(name: str) -> str:
    """What the estimator is called for short."""
    return ESTIMATORS.get(name, name.replace("_", " "))


def count(n: int, noun: str) -> str:
    """1 paper, 2 papers."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def drawn(n: int, known: int) -> str:
    """The end of a chart's note where not all points are drawn; empty where all are."""
    return "" if n == known else f" {n:,} of {known:,} points drawn; all in the CSV."


COMPARISONS = {
    "nyc_month_co2e_kg": "months of all that New York City emits",
    "flight_co2e_kg": "flights of a passenger from New York to San Francisco and back",
    "car_lifetime_co2e_kg": "cars over their lives, fuel included",
    "us_household_year_kwh": "years of a US household’s electricity",
    "us_year_kwh": "of all electricity generated in the United States in a year",
    "us_gdp_usd": "of the output of the United States in a year",
}
"""What costs are compared with (`tasks.costs.comparisons`), by assumption; follows a number or a percentage."""

SHARES = frozenset({"us_year_kwh", "us_gdp_usd"})
"""References so large that costs are given as a percentage of them."""

_GRASPED, _GRASPED_SHARES = (-2.0, 7.0), (-4.0, 1.0)
"""log10 of the least and greatest multiples that are printed: 0.01 and ten million; for shares 0.01 % and 1,000 %."""


def comparison(name: str, log10_times: float) -> str | None:
    """A cost as a multiple of what a reader knows: "9.9 months of all that New York City emits".

    Args:
        name: A key of `COMPARISONS`.
        log10_times: log10 of the multiple.

    Returns:
        None where the multiple is too small or too large to mean anything to a reader.
    """
    fewest, most = _GRASPED_SHARES if name in SHARES else _GRASPED
    if not fewest <= log10_times <= most:
        return None
    if name in SHARES:
        return f"{quantities.figure(log10_times + 2)}\N{NO-BREAK SPACE}% {COMPARISONS[name]}"
    return f"{quantities.figure(log10_times)} {COMPARISONS[name]}"


def coded(text: str) -> Markup:
    """Escaped HTML of a text, with parts between backticks as `<code>`."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(p) if i % 2 else Markup.escape(p) for i, p in enumerate(parts)
    )


CHANGES = {"new": "new", "changed": "changed", "gone": "withdrawn"}
"""What became of a row from one release to the next."""

COLUMNS = {
    "log10_training_flop": "computing",
    "training_flop": "computing",
    "cost_usd": "cost",
    "status": "verdict",
    "value": "score",
    "in_fit": "whether fits see it",
    "n": "observations",
    "implied_power": "computing for half of the error",
}
"""Columns that two releases are compared by, as a reader calls them."""

_TARGETS = {"best_in_data": "best error in the data", "half_of_best": "half of the best error"}
_PERCENT_TARGET = re.compile(r"error_(\d+)(?:_(\d+))?pct")


def target(name: str) -> str:
    """What a target is called: "error_11_5pct" -> "11.5 % error"."""
    found = _PERCENT_TARGET.fullmatch(name)
    if found:
        return f"{found[1]}{'.' + found[2] if found[2] else ''}\N{NO-BREAK SPACE}% error"
    return _TARGETS.get(name, name.replace("_", " "))
