"""What each rule beside the judge of results brings: `python -m tools.rule_gains --corpus FOLDER`.

Every rule is switched off in turn, the judge trained anew and cross-validated by paper, so that a rule is measured by
what the judge would do without it. Prints a table: F1 without the rule, and what the rule adds.
"""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from tasks.extract.accuracy.candidates import RULES, possible_results
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.prose_results import is_repeated, prose_results
from tasks.extract.accuracy.table_results import cited_beside_own
from tasks.reference.benchmarks import load_benchmarks
from tools.judge_labels import read_labels
from tools.learning import LABELS, corpus_arguments, parsed, read_each
from tools.train_judge import ACCEPT, ReadLabelled, Training, best_meanings, read_candidates, scored

GUARD, PROSE = "cited beside own", "prose"
WHAT = {
    "out of bounds": "values that the benchmark cannot have are no candidates",
    "other direction": "no error where the nearest word says accuracy, and the reverse",
    "trained on": "a benchmark that the row's label alone names under another's metric is training data",
    GUARD: "a cited or well-known model beside the paper's own is another's",
    PROSE: "figures of sentences that no table states",
}
"""What each rule says, in words."""


class ReadUnruled:
    """A labelled paper with the candidates that rules would remove, and what its sentences state."""

    def __init__(self, paper_id: str, path: Path, cache: Path) -> None:
        """Read the paper without any rule."""
        paper = ReadPaper(parsed(path, cache), paper_id, load_benchmarks())
        candidates = possible_results(paper, rules=())
        self.labelled = read_candidates(paper, candidates)
        for name, rule in RULES.items():
            self.labelled.frame[name] = [rule(c.figure, c.hypothesis) for c in candidates]
        self.labelled.frame[GUARD] = cited_beside_own([c.figure for c in candidates], paper)
        self.stated = [c.row for c in prose_results([], paper)]

    def ruled(self, rules: Collection[str]) -> ReadLabelled:
        """The candidates that these rules leave."""
        keep = ~self.labelled.frame[list(rules)].any(axis=1)
        frame = self.labelled.frame[keep].reset_index(drop=True)
        return replace(self.labelled, frame=frame, features=self.labelled.features[keep.to_numpy()])


def main() -> None:
    """Cross-validate with all rules, and without each; print the table."""
    arguments = corpus_arguments(__doc__)
    labels = read_labels(arguments.corpus / "gold", LABELS)
    papers = read_each(ReadUnruled, arguments.corpus / "pdf", labels, arguments.cache)
    labels = {p.labelled.paper_id: labels[p.labelled.paper_id] for p in papers}

    def score(results: pd.DataFrame) -> dict[str, Any]:
        return scored(results, labels, arguments.corpus / "score")

    taken = _taken(papers, labels, RULES)
    unguarded, guarded = taken, taken[~taken[GUARD]]
    all_rules = score(_with_prose(guarded, papers))
    without = {name: score(_ruled_otherwise(papers, labels, name)) for name in RULES}
    without[GUARD] = score(_with_prose(unguarded, papers))
    without[PROSE] = score(guarded)
    print(_markdown(all_rules, without))


def _taken(papers: list[ReadUnruled], labels: dict[str, Any], rules: Collection[str]) -> pd.DataFrame:
    """What judges that never saw the paper take, of the candidates that these rules leave."""
    training = Training([p.ruled(rules) for p in papers], labels)
    best = best_meanings(training.frame.assign(probability=training.cross_validated()))
    return best[best["probability"] >= ACCEPT]


def _ruled_otherwise(papers: list[ReadUnruled], labels: dict[str, Any], without: str) -> pd.DataFrame:
    taken = _taken(papers, labels, [name for name in RULES if name != without])
    return _with_prose(taken[~taken[GUARD]], papers)


def _with_prose(taken: pd.DataFrame, papers: list[ReadUnruled]) -> pd.DataFrame:
    """The figures of tables, and those of sentences that do not repeat one."""
    rows = []
    for paper in papers:
        of_paper = taken[taken["paper"] == paper.labelled.paper_id]
        stated = list(of_paper[["slug", "metric", "value"]].itertuples(index=False, name=None))
        for row in paper.stated:
            if not is_repeated(row, stated):
                stated.append((row.benchmark, row.metric, row.value))
                rows.append((row.paper_id, row.benchmark, row.metric, row.value))
    return pd.concat([taken, pd.DataFrame(rows, columns=["paper", "slug", "metric", "value"])])


def _markdown(all_rules: dict[str, Any], without: dict[str, dict[str, Any]]) -> str:
    def cells(score: dict[str, Any]) -> str:
        rows, headline = score["rows"], score["headline"]
        return f"{rows['precision']:.3f} / {rows['recall']:.3f} / {rows['f1']:.3f} | {headline['f1']:.3f}"

    def gain(score: dict[str, Any], kind: str) -> str:
        return f"{all_rules[kind]['f1'] - score[kind]['f1']:+.4f}"

    lines = [
        f"| {name} | {WHAT[name]} | {cells(score)} | {gain(score, 'rows')} | {gain(score, 'headline')} |"
        for name, score in without.items()
    ]
    return (
        "| rule | what it says | rows P / R / F1 | headline F1 | gain in rows | gain in headline |\n"
        "|---|---|---|---|---|---|\n"
        f"| *all rules* | | {cells(all_rules)} | | |\n" + "\n".join(lines)
    )


if __name__ == "__main__":
    main()
