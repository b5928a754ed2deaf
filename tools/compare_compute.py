"""Our training compute against figures that others estimated: `python -m tools.compare_compute RELEASE [--list]`.

1. Careful readers: `tests/corpus/reckoned/<paper>.json` holds what a reader of the paper estimated, with a range.
   Of the papers that allow an estimate, how many get one of ours, and how many one whose range holds the reader's?
2. Epoch AI, for the papers it also lists (joined by arXiv id): log10 of our figure over theirs. Kept apart are models
   that the paper, as it lies in the corpus, does not have, and figures that its note makes those of a search. The
   training of a teacher or base that ours counts in is taken out: Epoch's figures are of the run alone. The worst ten
   are shown with their causes (`evaluation_tables/epoch_causes.csv`).
3. The study's authors, for the papers they also read: the disclosures they typed in, and whether we read the same.

Papers held out (`held_out`) count in totals and are never listed.
"""

import argparse
import csv
import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import duckdb

from schemas.codes.compute import ComputeFlag
from tasks.names.keys import model_key
from tasks.sources.study_file import StudyRow
from tests.study import read_study

SHARED = Path(__file__).parents[2] / "shared"
RECKONED = Path(__file__).parents[1] / "tests" / "corpus" / "reckoned"
EPOCH = ("epoch_notable_ai_models_2026-07.csv", "epoch_all_ai_models_2025-03.csv")
FACTOR = 3.0
WORST = 10
CAUSES = Path(__file__).parent / "evaluation_tables" / "epoch_causes.csv"
"""Why figures of papers lie apart, as somebody found who looked."""

SAME_SIZE = 0.2
"""How near a number of parameters must be to the size that a name prints ("GLM-10B")."""

SEARCHED = re.compile(
    r"\barchitecture search\b|\bsearch cost\b|\b(?:\d{3,}|\d+k) (?:child )?(?:models|networks)\b", re.IGNORECASE
)
"""Words of Epoch's notes on a search: nobody trains hundreds of networks but to choose among them
("50,000 images * 10.0 GFLOPSs * 12800 networks", "450 K40 GPUs for 20k models")."""

TYPED_AS = 0.1
"""How near a figure read must be to one typed: the study writes 1.28 million where papers print 1.2."""

Row = dict[str, Any]


def held_out(paper_id: str) -> bool:
    """Whether a labelled paper is kept out of sight (README, "How well it reads")."""
    labelled = (SHARED / "corpus" / "gold" / f"{paper_id}.json").exists()
    return labelled and int(hashlib.sha256(paper_id.encode()).hexdigest(), 16) % 3 == 0


def arxiv_ids_of_corpus() -> dict[str, str]:
    """The arXiv id, without version, of each paper of the corpus that has one."""
    with (SHARED / "corpus" / "index.csv").open(newline="", encoding="utf-8") as file:
        return {r["paper_id"]: r["arxiv_id"].split("v")[0] for r in csv.DictReader(file) if r["arxiv_id"]}


def read_release(release: Path, table: str) -> dict[str, list[Row]]:
    """Rows of one table that came from documents, by paper."""
    query = f"SELECT * FROM read_parquet('{release / table}.parquet') WHERE source_id IN ('folder', 'arxiv')"
    cursor = duckdb.connect().execute(query)
    names = [d[0] for d in cursor.description or []]
    papers: dict[str, list[Row]] = defaultdict(list)
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        papers[row["paper_id"]].append(row)
    return papers


# --- readers


def against_readers(estimates: dict[str, list[Row]], listed: bool) -> None:
    """Print for how many of the papers that a reader can estimate we have an estimate, and one that holds."""
    counts: dict[str, Counter[str]] = {"papers to learn from": Counter(), "papers held out": Counter()}
    for path in sorted(RECKONED.glob("*.json")):
        figures = json.loads(path.read_text())["reckoned"]
        if not figures:
            continue
        found = estimates.get(path.stem, [])
        verdict = [_verdict(f, found) for f in figures]
        group = counts["papers held out" if held_out(path.stem) else "papers to learn from"]
        group.update(papers=1, estimated=bool(found), first=verdict[0], any=any(verdict))
        if listed and not verdict[0] and not held_out(path.stem):
            ranges = [f"{e['training_flop_lower']:.2g}-{e['training_flop_upper']:.2g} {e['model'][:25]}" for e in found]
            print(f"  {path.stem}: {figures[0]['flop']:.3g} {figures[0]['model'][:30]}; ours {ranges[:4] or 'none'}")
    for name, c in counts.items():
        n = c["papers"] or 1
        print(
            f"{name}: {c['papers']} that a reader can estimate; estimated by us {c['estimated'] / n:.0%}; the range"
            f" holds the reader's first figure {c['first'] / n:.0%}, one of up to three {c['any'] / n:.0%}"
        )


def _verdict(figure: Row, found: list[Row]) -> bool:
    """Whether the estimates of the reader's model (else of any model of the paper) hold the reader's figure."""
    named = [e for e in found if e["model_key"] == model_key(figure["model"])]
    return any(e["training_flop_lower"] <= figure["flop"] <= e["training_flop_upper"] for e in named or found)


# --- Epoch AI


@dataclass(frozen=True)
class EpochModel:
    """A model of Epoch AI's: its name, FLOP, whether the note makes them the cost of a search, and its parameters."""

    name: str
    flop: float
    is_search: bool
    parameters: float | None = None

    @property
    def size(self) -> str:
        """Its size as names print it ("6.7b"): that of its own name, else of its parameters from a million on."""
        found = _printed_size(self.name)
        unit = next((u for u in ((1e9, "b"), (1e6, "m")) if self.parameters and self.parameters >= u[0]), None)
        return found or (f"{self.parameters / unit[0]:.3g}{unit[1]}" if self.parameters and unit else "")


def epoch_models() -> dict[str, list[EpochModel]]:
    """Epoch AI's models by the arXiv id of their paper: of the newer, curated table, else of the older."""
    found: dict[str, list[EpochModel]] = {}
    for name in EPOCH:
        models: dict[str, list[EpochModel]] = defaultdict(list)
        with (SHARED / "sources" / name).open(newline="", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                paper, flop = re.search(r"\d{4}\.\d{4,5}", row["Link"]), row["Training compute (FLOP)"]
                if paper and flop:
                    is_search = bool(SEARCHED.search(row["Training compute notes"] or ""))
                    models[paper[0]].append(
                        EpochModel(row["Model"], float(flop), is_search, float(row["Parameters"] or 0) or None)
                    )
        found = {**models, **found}
    return found


def against_epoch(
    estimates: dict[str, list[Row]], disclosures: dict[str, list[Row]], arxiv_ids: dict[str, str]
) -> None:
    """Print the log10 ratio of our preferred figure to Epoch's: median, spread, share within a factor of three.

    Once for the training of models that the paper has, with the worst ten and their causes, and once with those figures
    of Epoch's that are of a search.
    """
    theirs = epoch_models()
    papers = {paper: theirs[arxiv_id] for paper, arxiv_id in sorted(arxiv_ids.items()) if arxiv_id in theirs}
    of_the_paper = {p: [m for m in models if _has_size(disclosures.get(p, []), m.name)] for p, models in papers.items()}
    absent = sum(not models for models in of_the_paper.values())
    print(f"Epoch AI: {len(papers)} papers of the corpus; {absent} without the model that Epoch lists")
    trained = {p: [m for m in models if not m.is_search] for p, models in of_the_paper.items()}
    _print_ratios("training", estimates, trained, listed=True)
    _print_ratios("training or search", estimates, of_the_paper, listed=False)


def _print_ratios(
    what: str, estimates: dict[str, list[Row]], theirs: dict[str, list[EpochModel]], listed: bool
) -> None:
    ratios: list[tuple[float, str, str]] = []
    missing = 0
    for paper, models in theirs.items():
        pair = _same_model([run_alone(e) for e in estimates.get(paper, []) if e["is_preferred"]], models)
        if pair is None:
            missing += bool(models)
            continue
        ours, model = pair
        words = f"{model.name}: {model.flop:.3g}; ours {ours['training_flop']:.3g} {ours['method']} ({ours['model']})"
        ratios.append((math.log10(ours["training_flop"] / model.flop), paper, words))
    values = [r for r, _, _ in ratios]
    low, high = quantiles(values, n=4)[0], quantiles(values, n=4)[2]
    near = sum(abs(v) <= math.log10(FACTOR) for v in values)
    print(
        f"  {what}: {len(values)} papers ({missing} more without an estimate of ours); log10 ratio median"
        f" {median(values):+.2f}, quartiles {low:+.2f} to {high:+.2f};"
        f" within a factor of {FACTOR:g}: {near} of {len(values)}, {near / len(values):.0%}"
    )
    if listed:
        _print_worst([r for r in ratios if not held_out(r[1])])


def run_alone(estimate: Row) -> Row:
    """An estimate without the training of a teacher or a base that it counts in, as its flags tell it."""
    codes = (estimate["flag_codes"] or "").split()
    told = zip(codes, json.loads(estimate["flag_parameters"] or "[]"), strict=False)
    added = math.fsum(p["flop"] for code, p in told if code in (ComputeFlag.TEACHER_ADDED, ComputeFlag.BASE_ADDED))
    return {**estimate, "training_flop": estimate["training_flop"] - added}


def _print_worst(ratios: list[tuple[float, str, str]]) -> None:
    """Print the ten papers whose figures lie farthest apart, each with its cause where somebody has looked."""
    with CAUSES.open(newline="", encoding="utf-8") as file:
        causes = {row["paper"]: row["cause"] for row in csv.DictReader(file)}
    print(f"  the worst {WORST} (papers held out are counted, not shown), log10 ratio:")
    for value, paper, words in sorted(ratios, key=lambda r: -abs(r[0]))[:WORST]:
        print(f"    {value:+.2f} {paper}: {words}\n          {causes.get(paper, 'cause not looked into')}")


def _has_size(disclosures: list[Row], name: str) -> bool:
    """Whether a paper has a model of the size that a name prints; true where it prints none."""
    size = _printed_size(name)
    if not size:
        return True
    parameters = float(size[:-1]) * {"m": 1e6, "b": 1e9}[size[-1]]
    stated = [d["number"] for d in disclosures if d["field"] == "parameters"]
    return any(abs(n / parameters - 1) <= SAME_SIZE for n in stated)


def _same_model(ours: list[Row], theirs: Iterable[EpochModel]) -> tuple[Row, EpochModel] | None:
    """Our figure and Epoch's for one model: equal names or one size, else one beginning, else the largest of each."""
    pairs = []
    for model in theirs:
        key = _spelt(
            re.sub(r"\s*\(.*?\)", "", model.name if re.search(r"/\d", model.name) else model.name.split("/")[0])
        )
        for e in ours:
            own = _spelt(e["model"])
            begins = bool(key) and (own.startswith(key) or key.startswith(own))
            same_size = bool(model.size) and model.size == _printed_size(e["model"])
            rank = 2 * same_size + 2 * (own == key) or int(begins)
            pairs.append(((rank, model.flop, e["training_flop"]), e, model))
    if not pairs:
        return None
    _, e, model = max(pairs, key=lambda p: p[0])
    return e, model


def _spelt(name: str) -> str:
    """A name's key with sizes by their letter: "ViT-Huge/14" and "ViT-H/14" are one model, whose patches are of 14."""
    return re.sub(r"(?<=[a-z])(small|base|large|huge|giant)(?![a-z])", lambda size: size[0][0], model_key(name))


def _printed_size(name: str) -> str:
    """The number of parameters that a name prints ("280B" of "Gopher (280B)"), in small letters; '' for none."""
    size = re.search(r"(\d+(?:\.\d+)?)\s?([MB])\b", name, re.IGNORECASE)
    return "".join(size.groups()).lower() if size else ""


# --- the study


def against_study(disclosures: dict[str, list[Row]], arxiv_ids: dict[str, str], listed: bool) -> None:
    """Print how many of the figures that the study's authors typed are among those that we read in the same paper."""
    papers = {arxiv_id: paper for paper, arxiv_id in arxiv_ids.items()}
    counts: Counter[tuple[str, bool]] = Counter()
    for row in study_rows_of_papers():
        paper = papers.get(row["arxiv_id"])
        if paper is None:
            continue
        for field, value in row["typed"]:
            read = [d["number"] for d in disclosures.get(paper, []) if d["field"] == field and d["number"]]
            same = any(abs(r / value - 1) <= TYPED_AS for r in read)
            counts[field, same] += 1
            if listed and not same and not held_out(paper):
                print(f"  {paper} {row['model']}: {field} {value:g} typed; read {sorted(set(read))[:8]}")
    fields = sorted({f for f, _ in counts})
    print(
        "the study's authors: "
        + ", ".join(f"{f} {counts[f, True]} of {counts[f, True] + counts[f, False]}" for f in fields)
    )


def study_rows_of_papers() -> list[Row]:
    """Rows of the replication data of 2022 with an arXiv id: model, and the figures typed of its own training."""
    found = []
    for path in sorted((SHARED / "sources" / "computational_limits").glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            links = [re.search(r"\d{4}\.\d{4,5}", row["paper_link"] or "") for row in csv.DictReader(file)]
        for link, row in zip(links[3:], read_study(path), strict=True):
            if link:
                found.append({"arxiv_id": link[0], "model": row.model, "typed": _typed(row)})
    return found


def _typed(row: StudyRow) -> list[tuple[str, float]]:
    """Field and figure of what a row says of training and pre-training; TPUs are counted in units of their own."""
    found = [("forward_ops", row.flops), ("forward_ops", row.multiply_adds)]
    for phase in row.phases:
        if phase.name in ("training", "pretraining"):
            found += [("epochs", phase.epochs), ("examples", phase.set_size)]
            hours = phase.duration_seconds / 3600 if phase.duration_seconds else None
            found += [("duration_hours", hours), *(("chips", u.amount) for u in phase.units if u.kind == "gpu")]
    return [(field, value) for field, value in found if value]


def main() -> None:
    """Print the three comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("--list", action="store_true", help="name the papers behind the figures")
    arguments = parser.parse_args()
    arxiv_ids = arxiv_ids_of_corpus()
    estimates = read_release(arguments.release, "core_compute_estimates")
    against_readers(estimates, arguments.list)
    disclosures = read_release(arguments.release, "core_disclosures")
    against_epoch(estimates, disclosures, arxiv_ids)
    against_study(disclosures, arxiv_ids, arguments.list)


if __name__ == "__main__":
    main()
