"""Whether the ranges of training compute hold what they claim: `python -m tools.calibrate_ranges RELEASE [--write]`.

Every estimate of a release is held against what others have of the same model of the same paper: careful readers
(`tests/corpus/reckoned`), rows read by hand, the study's, Epoch AI's, and the surest other method of its own source.
Of held-out comparisons 90 % must lie inside the 90 % range.

Ranges are widened by conformalised quantile regression (Romano, Patterson and Candes 2019, NeurIPS 32): by how many
decades the other figure lies outside the range (below zero inside it) is the score; the 90 % quantile of the scores, if
above zero, is added at both ends. Each paper counts once, however many comparisons it has. Quantiles of one method and
one kind of source are drawn to those of the method, and these to those of all, the more, the fewer papers they rest on.

Printed is the share inside before and after, by method and by era; "after" is always of papers that the factors had not
seen (leave one paper out). `--write` puts the factors into `warehouse/reference/range_calibration.csv`.
"""

import argparse
import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from schemas.codes import has
from schemas.codes.compute import NOT_THE_MODELS_TRAINING
from schemas.rows.compute import ComputeEstimate
from schemas.vocabularies import METHODS
from tasks.compute.calibration import kind_of
from tasks.names.keys import model_key
from tasks.reference.range_calibration import CALIBRATIONS, KINDS_OF_SOURCE
from tasks.reference.table import FOLDER
from tools.compare_compute import RECKONED, arxiv_ids_of_corpus
from warehouse.rows import typed

LEVEL = 0.90
ERAS = ((2016, "until 2016"), (2019, "2017-2019"), (9999, "since 2020"))
DRAWN_BY = 10.0
"""Papers that weigh as much as the wider group: a method of ten papers is drawn half of the way."""


@dataclass(frozen=True)
class Comparison:
    """An estimate and another's figure for the same model: the score is how many decades outside the range it lies."""

    paper: str
    year: int
    method: str
    kind: str
    against: str
    score: float


@dataclass(frozen=True)
class Other:
    """Somebody else's figure, FLOP, for a model of a paper."""

    against: str
    flop: float


def score(estimate: ComputeEstimate, flop: float) -> float:
    """Decades by which a figure lies outside the range as it was before it was widened; negative inside."""
    lower, upper = estimate.own_range
    return max(math.log10(lower / flop), math.log10(flop / upper))


def comparisons(release: Path, arxiv_ids: Mapping[str, str]) -> tuple[list[Comparison], list[tuple[str, str]]]:
    """Every comparison that a release allows, and the methods with the kinds of sources that it has.

    Args:
        release: Folder with the release's Parquet files.
        arxiv_ids: The arXiv id of each paper of the corpus, without version.
    """
    connection = duckdb.connect()
    rows = typed(connection.execute(f"SELECT * FROM '{release}/core_compute_estimates.parquet'"), ComputeEstimate)
    years = dict(connection.execute(f"SELECT paper_id, year FROM '{release}/core_papers.parquet'").fetchall())
    by_model: dict[tuple[str, str], list[ComputeEstimate]] = defaultdict(list)
    for row in rows:
        by_model[arxiv_ids.get(row.paper_id, row.paper_id), row.model_key].append(row)
    said = _readers(arxiv_ids)
    cells = sorted({(e.method, kind_of(e.source_id, e.flags)) for e in rows}, key=lambda c: (METHODS.index(c[0]), c[1]))
    found = [
        Comparison(
            paper, _year(paper, years), e.method, kind_of(e.source_id, e.flags), other.against, score(e, other.flop)
        )
        for (paper, key), estimates in by_model.items()
        for e in estimates
        for other in (*said.get((paper, key), ()), *_others(e, estimates))
    ]
    return found, cells


def _year(paper: str, years: Mapping[str, int]) -> int:
    return years.get(paper) or (2000 + int(paper[:2]) if paper[:4].isdigit() else 0)


def _readers(arxiv_ids: Mapping[str, str]) -> dict[tuple[str, str], list[Other]]:
    found: dict[tuple[str, str], list[Other]] = defaultdict(list)
    for path in sorted(RECKONED.glob("*.json")):
        for figure in json.loads(path.read_text())["reckoned"]:
            key = arxiv_ids.get(path.stem, path.stem), model_key(figure["model"])
            found[key].append(Other("readers", figure["flop"]))
    return found


def _others(e: ComputeEstimate, estimates: Iterable[ComputeEstimate]) -> Iterator[Other]:
    """Figures of the same model: each source's preferred one, of the own source the surer method's.

    A machine judges nobody, itself included, and Epoch AI's figure not its own again.
    """
    for other in estimates:
        name = KINDS_OF_SOURCE.get(other.source_id)
        elsewhere = other.training_set and e.training_set and other.training_set != e.training_set
        if name is None or not other.is_preferred or other is e or elsewhere or _differ_in_kind(e, other):
            continue
        if other.source_id == e.source_id:
            yield Other("another method", other.training_flop)
        elif not other.method == e.method == "third_party":
            yield Other(name, other.training_flop)


def _differ_in_kind(e: ComputeEstimate, other: ComputeEstimate) -> bool:
    """Whether one of two figures is known to count something else than the model's training, as its flags say."""
    return any(has(one.flags, *NOT_THE_MODELS_TRAINING) for one in (e, other))


# --- factors


Factors = Mapping[tuple[str, str], float]
"""Decades to be added at both ends of the ranges of a method and a kind of source."""


def factors(found: Collection[Comparison], cells: Iterable[tuple[str, str]]) -> Factors:
    """For each method and kind of source the quantile of its scores, drawn to that of the method and of all."""
    whole = quantile(found)
    drawn: dict[tuple[str, str], float] = {}
    for method, kind in cells:
        of_method = [c for c in found if c.method == method]
        wider = _drawn(of_method, whole)
        drawn[method, kind] = max(0.0, _drawn([c for c in of_method if c.kind == kind], wider))
    return drawn


def _drawn(found: Collection[Comparison], wider: float) -> float:
    """The quantile of some comparisons, drawn to that of the group around them."""
    papers = len({c.paper for c in found})
    if not papers:
        return wider
    kept = papers / (papers + DRAWN_BY)
    return kept * quantile(found) + (1 - kept) * wider


def quantile(found: Collection[Comparison]) -> float:
    """Where nine in ten papers have their scores: the weighted quantile by Hazen's positions, each paper weighing one.

    The greatest score where there are too few papers for it.
    """
    of_paper = Counter(c.paper for c in found)
    reached = 0.0
    for c in sorted(found, key=lambda c: c.score):
        weight = 1 / of_paper[c.paper]
        if reached + weight / 2 >= LEVEL * len(of_paper) - 1e-9:
            return c.score
        reached += weight
    return max((c.score for c in found), default=0.0)


def held_out(found: list[Comparison], cells: Collection[tuple[str, str]]) -> list[tuple[Comparison, bool]]:
    """Every comparison, and whether it lies inside once the range is widened by the factors of all other papers."""
    judged = []
    for paper in sorted({c.paper for c in found}):
        by = factors([c for c in found if c.paper != paper], cells)
        judged += [(c, c.score <= by[c.method, c.kind] + 1e-9) for c in found if c.paper == paper]
    return judged


# --- what is printed and written


def table(found: list[Comparison], cells: Collection[tuple[str, str]]) -> str:
    """Shares inside before and after, by method, by era and by what was compared with, in Markdown."""
    judged = held_out(found, cells)
    final = factors(found, cells)
    lines = [
        "| ranges | papers | comparisons | inside before | after, held out | factor |",
        "|---|---|---|---|---|---|",
    ]
    groups: list[tuple[str, Callable[[Comparison], bool], str]] = [
        *((f"`{m}`, {k}", partial(_of_cell, cell=(m, k)), f"×{10 ** final[m, k]:.2g}") for m, k in cells),
        *((f"all `{m}`", partial(_of_method, method=m), "") for m in METHODS),
        *((era, partial(_of_era, era=era), "") for _, era in ERAS),
        *((f"against {a}", partial(_against, name=a), "") for a in sorted({c.against for c in found})),
        ("all", lambda c: True, ""),
    ]
    for name, belongs, factor in groups:
        some = [(c, inside) for c, inside in judged if belongs(c)]
        if some:
            papers = len({c.paper for c, _ in some})
            before = _share([(c, c.score <= 0) for c, _ in some])
            lines.append(f"| {name} | {papers} | {len(some)} | {before:.0%} | {_share(some):.0%} | {factor} |")
    return "\n".join(lines)


def _share(some: list[tuple[Comparison, bool]]) -> float:
    """The share inside, each paper weighing one."""
    of_paper = Counter(c.paper for c, _ in some)
    return sum(inside / of_paper[c.paper] for c, inside in some) / len(of_paper)


def _of_cell(c: Comparison, cell: tuple[str, str]) -> bool:
    return (c.method, c.kind) == cell


def _of_method(c: Comparison, method: str) -> bool:
    return c.method == method


def _of_era(c: Comparison, era: str) -> bool:
    return next(name for last, name in ERAS if c.year <= last) == era


def _against(c: Comparison, name: str) -> bool:
    return c.against == name


def write(found: list[Comparison], cells: Iterable[tuple[str, str]]) -> None:
    """Write the table of factors."""
    final = factors(found, cells := list(cells))
    with (FOLDER / CALIBRATIONS.file).open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow([c.name for c in fields(CALIBRATIONS.row)])
        for method, kind in cells:
            some = [c for c in found if _of_cell(c, (method, kind))]
            against = ", ".join(sorted({c.against for c in some})) or "nothing of its own: that of its method"
            row = (method, kind, f"{10 ** final[method, kind]:.3g}", len({c.paper for c in some}), len(some))
            out.writerow([*row, f"{datetime.now(UTC):%Y-%m-%d}", f"tools.calibrate_ranges: {against}"])


def main() -> None:
    """Print the table; write the factors where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write the factors into {CALIBRATIONS.file}")
    asked = parser.parse_args()
    found, cells = comparisons(asked.release, arxiv_ids_of_corpus())
    print(table(found, cells))
    if asked.write:
        write(found, cells)


if __name__ == "__main__":
    main()
