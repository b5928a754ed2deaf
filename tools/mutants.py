"""Damages papers in many ways and reads what is left: no figure may come of a damage, and every outcome has a reason.

    python -m tools.mutants FOLDER [--count 100] [--seed 0]

Each mutant is one paper of FOLDER damaged in one of the ways of `tools.damages`, read in a process of its own within
the bounds of a night. Printed as they are read: what became of each, and the figures that its whole paper does not
have; at the end by kind how many were read, read in part, failed, and such figures.
"""

import argparse
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from schemas.rows.claims import DocumentReading
from tasks.extract.read import ReadLimits, read_chunk
from tasks.storage.readings import read_reading
from tasks.storage.store import DocumentStore, Sidecar
from tools.damages import KINDS

AT_A_TIME = 11
"""Mutants that are read before their outcomes are printed."""

Figure = tuple[str, str, str]


class Mutant(NamedTuple):
    """A damaged paper."""

    paper: Path
    kind: str
    content: bytes


class Outcome(NamedTuple):
    """What reading a document gave: its status, why, and the figures that nothing speaks against.

    Figures are the paper's own results (benchmark, metric, value) and disclosures (field, phase, value).
    """

    status: str
    reason: str
    figures: frozenset[Figure]


def mutants(papers: list[Path], count: int, seed: int) -> Iterator[Mutant]:
    """So many damaged papers, the kinds in turn, the papers by chance; the same for the same seed."""
    chance = random.Random(seed)
    for i in range(count):
        kind = list(KINDS)[i % len(KINDS)]
        paper = chance.choice(papers)
        yield Mutant(paper, kind, KINDS[kind](paper.read_bytes(), chance))


def read_as_a_night_does(contents: list[bytes], home: Path, limits: ReadLimits) -> list[Outcome]:
    """What becomes of documents in a home."""
    store = DocumentStore(home)
    sidecars = [_stored(store, content, f"paper-{i}") for i, content in enumerate(contents)]
    return [_outcome(read_reading(path)) for path in read_chunk(home, sidecars, limits)]


def _stored(store: DocumentStore, content: bytes, paper_id: str) -> Sidecar:
    digest = sha256(content).hexdigest()
    store.put(BytesIO(content), digest)
    return Sidecar(
        document_sha256=digest,
        paper_id=paper_id,
        arxiv_id=None,
        title=None,
        year=None,
        origin=f"{paper_id}.pdf",
        source_id="folder",
        licence=None,
        fetched_at="2026-11-29T00:00:00+00:00",
        media_type="application/pdf",
        http_status=None,
        size_bytes=len(content),
    )


def _outcome(reading: DocumentReading) -> Outcome:
    claims = {table: [c for c in rows if not c["doubt_codes"]] for table, rows in reading.claims.items()}
    results = {(c["benchmark"], c["metric"], f"{c['value']:g}") for c in claims.get("core_results", []) if c["is_own"]}
    disclosures = {(c["field"], c["phase"], c["value"]) for c in claims.get("core_disclosures", [])}
    return Outcome(reading.status, reading.reason or reading.parse_codes or "", frozenset(results | disclosures))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    made = mutants(sorted(given.folder.rglob("*.pdf")), given.count, given.seed)
    whole: dict[Path, Outcome] = {}
    with tempfile.TemporaryDirectory() as home:
        while some := list(islice(made, AT_A_TIME)):
            new = sorted({m.paper for m in some} - whole.keys())
            contents = [*(p.read_bytes() for p in new), *(m.content for m in some)]
            found = read_as_a_night_does(contents, Path(home), ReadLimits())
            whole |= zip(new, found, strict=False)
            for mutant, outcome in zip(some, found[len(new) :], strict=True):
                figures = sorted(outcome.figures - whole[mutant.paper].figures)
                by_kind[mutant.kind] += Counter({outcome.status: 1, "new figures": len(figures)})
                print(f"{mutant.kind}, {mutant.paper.name}: {outcome.status} {outcome.reason}".strip()[:200])
                print(*(f"    gives {figure}\n" for figure in figures), sep="", end="", flush=True)
    columns = ("read", "partly_read", "failed", "new figures")
    print("| damage | " + " | ".join(columns) + " |\n|---|" + "--:|" * len(columns))
    for kind in KINDS:
        print(f"| {kind} | " + " | ".join(str(by_kind[kind][c]) for c in columns) + " |")


if __name__ == "__main__":
    main()
