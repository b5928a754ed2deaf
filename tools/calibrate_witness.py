"""From which probability a machine-read compute needs no second witness: `python -m tools.calibrate_witness RELEASE`.

`tests/corpus/verdicts/compute.csv` holds verdicts by hand on figures that entered fits or waited for a witness, each
held against its quotes. A release's figures are found in it by paper, model, data set, method and FLOP. Printed is, for
thresholds on the probability that all its disclosures are read right, how many figures without another doubt would be
admitted, and how many of them are wrong; then how those are judged that fits of the release use.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from schemas.codes.compute import NEEDS_WITNESS, ComputeFlag
from schemas.rows.claims import Disclosure
from tasks.compute.papers import all_read
from warehouse.rows import typed

VERDICTS = Path(__file__).parents[1] / "tests" / "corpus" / "verdicts" / "compute.csv"
THRESHOLDS = (0.5, 0.6, 0.7, 0.72, 0.74, 0.76, 0.78, 0.8, 0.82, 0.84, 0.86, 0.9)
SAME_FLOP = 0.02
"""How near a figure must come to the one that was judged."""

_COMPUTES = """
SELECT e.paper_id, e.model, coalesce(e.training_set, '') AS training_set, e.method, e.training_flop,
       any_value(e.flag_codes), any_value(e.evidence_ids), count(*), count(*) FILTER (o.in_fit)
FROM read_parquet('{folder}/core_observations.parquet') AS o
JOIN read_parquet('{folder}/core_compute_estimates.parquet') AS e USING (estimate_id)
WHERE e.compute_source = 'paper' AND e.source_id IN ('folder', 'arxiv')
  AND (o.in_fit OR o.exclusion_code = 'compute_unwitnessed')
GROUP BY ALL
"""


@dataclass(frozen=True)
class MachineRead:
    """A compute that fits use or that waits: how surely it is read, whether another doubt holds, and the verdict.

    `verdict` is 'right', 'wrong' or '' where nobody judged it.
    """

    probability: float
    has_other_doubt: bool
    observations: int
    in_fits: int
    verdict: str


Verdicts = dict[tuple[str, ...], list[tuple[float, str]]]


def read_verdicts(path: Path = VERDICTS) -> Verdicts:
    """FLOP and verdict of the figures judged, by paper, model, data set and method."""
    found: Verdicts = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row["paper_id"], row["model"], row["training_set"], row["method"])
            found.setdefault(key, []).append((float(row["training_flop"]), row["verdict"]))
    return found


def machine_read(release: Path, verdicts: Verdicts) -> list[MachineRead]:
    """The computes of a release that a machine read, and that fits use or that wait for a witness."""
    connection = duckdb.connect()
    claims = typed(connection.execute(f"SELECT * FROM '{release}/core_disclosures.parquet'"), Disclosure)
    disclosures = {d.disclosure_id: d for d in claims}
    other = {code.value for code in NEEDS_WITNESS} - {ComputeFlag.INPUT_NOT_SURELY_READ.value}
    found = []
    for *key, flop, flags, evidence, observations, in_fits in connection.execute(
        _COMPUTES.format(folder=release)
    ).fetchall():
        judged = verdicts.get(tuple(key), [])
        verdict = next((v for f, v in judged if abs(f / flop - 1) <= SAME_FLOP), "")
        probability = all_read(disclosures[i] for i in (evidence or "").split() if i in disclosures)
        doubts = other & set((flags or "").split())
        found.append(MachineRead(probability, bool(doubts), observations, in_fits, verdict))
    return found


def table(found: Iterable[MachineRead]) -> str:
    """Figures admitted and wrong by threshold, and the verdicts on those that fits use, in Markdown."""
    found = list(found)
    lines = ["| from probability | figures | right | wrong | not judged | observations of wrong ones |"]
    lines.append("|---|---|---|---|---|---|")
    plain = [f for f in found if not f.has_other_doubt]
    groups = [(f"{t:g}", [f for f in plain if f.probability >= t]) for t in THRESHOLDS]
    for name, some in [*groups, ("used by fits", [f for f in found if f.in_fits])]:
        verdicts = Counter(f.verdict for f in some)
        seen = sum(f.observations for f in some)
        wrong = sum(f.observations for f in some if f.verdict == "wrong")
        cells = (name, len(some), verdicts["right"], verdicts["wrong"], verdicts[""], f"{wrong} of {seen}")
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    print(table(machine_read(parser.parse_args().release, read_verdicts())))


if __name__ == "__main__":
    main()
