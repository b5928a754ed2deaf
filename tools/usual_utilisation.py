"""The share of the peak that runs state, by years and by family of chips: `python -m tools.usual_utilisation`.

Whether groups differ is asked by the rank test of Kruskal and Wallis (1952, J. Am. Stat. Assoc. 47:583-621). Where they
do not, the one default of assumptions.csv holds for all.
"""

from collections import defaultdict
from collections.abc import Callable
from statistics import median

from scipy import stats

from tasks.reference.hardware import Hardware, by_slug, half_precision_peak, load_hardware
from tasks.reference.training_utilisation import RUNS, UtilisedRun, usual_utilisation

FEWEST = 2
"""Runs that a group must have to be compared."""


def by_years(run: UtilisedRun) -> str:
    """The era of a run."""
    return "until 2019" if run.year <= 2019 else "2020-2022" if run.year <= 2022 else "since 2023"


def by_family(chips: dict[str, Hardware]) -> Callable[[UtilisedRun], str]:
    """The family of a run's chip: its kind, of GPUs the year of release; '' where the chip is not known."""

    def family(run: UtilisedRun) -> str:
        chip = chips.get(run.hardware)
        if chip is None or chip.kind != "gpu":
            return chip.kind.upper() if chip else ""
        if half_precision_peak(chip) in (None, chip.fp32_flop_per_s):
            return "GPU without tensor cores"
        year = int(chip.release_date[:4])
        return "GPU of " + ("2017-2019" if year < 2020 else "2020-2021" if year < 2022 else "2022 and later")

    return family


def grouped(group_of: Callable[[UtilisedRun], str]) -> dict[str, list[float]]:
    """The shares of each group that is known."""
    groups: dict[str, list[float]] = defaultdict(list)
    for run in RUNS.rows():
        groups[group_of(run)].append(run.utilisation)
    return {name: found for name, found in sorted(groups.items()) if name}


def chance(groups: dict[str, list[float]]) -> float:
    """How likely groups that do not differ would look as different as these."""
    return float(stats.kruskal(*(found for found in groups.values() if len(found) >= FEWEST)).pvalue)


def table() -> str:
    """The medians of groups in Markdown, and how likely such differences are by chance."""
    usual, lower, upper = usual_utilisation()
    lines = ["| runs | n | median | least | greatest |", "|---|---|---|---|---|"]
    chances = []
    for what, group_of in (("years", by_years), ("families of chips", by_family(by_slug(load_hardware())))):
        known = grouped(group_of)
        lines += [f"| {n} | {len(f)} | {median(f):.2f} | {min(f):.2f} | {max(f):.2f} |" for n, f in known.items()]
        chances.append(f"by {what} p = {chance(known):.2f}")
    lines.append(f"| all | {len(RUNS.rows())} | {usual:.2f} | {lower:.2f} (5 %) | {upper:.2f} (95 %) |")
    return "\n".join([*lines, "", f"Kruskal-Wallis: {', '.join(chances)}."])


if __name__ == "__main__":
    print(table())
