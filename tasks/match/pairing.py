"""Pairing: which compute figure is held to be of the same model as an accuracy, by which rule, and why in words.

Rules, in the order in which they are tried (`schemas.vocabularies.JOIN_RULES`):

- `same_row`: one row of a source gives both.
- `same_paper_and_name`: the same paper and the same name, remarks on data set and test apart.
- `linked_by_source`: the source of the accuracy names the row of the compute's source (Epoch AI's hub does).
- `same_name`: a distinctive name with exactly one compute figure in the most trusted source that has one, publication
  years at most one apart, no two papers that differ.
- `only_model_of_paper`: the compute's source lists one model for the paper, the accuracy's one on the benchmark.

Two sizes of a family are never one model. A join that leaves a doubt comes back with the doubt in words.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tasks.compute.third_party import NOT_THE_MODELS_TRAINING, OWNERS
from tasks.load.validate import Row
from tasks.names.same_model import alternatives, brackets, is_distinctive, join_key, sizes
from tasks.provenance.claims import SUPPOSED

LINKED = {"epoch-benchmarks": "epoch"}
"""Sources of accuracy whose model names are those of a source of compute (the hub's model_versions.csv)."""

YEARS_APART = 1
"""A name may come in a preprint of one year and in a table of the next; two years on it may be another model's."""

# As tasks/sources/epoch_benchmarks.py notes it; where Epoch itself is hardly sure, the model is taken as it stands.
_DISTILLED_NOTE = re.compile(r"\bdistilled:.*\bconfidence (?:medium|high)\b")
_TITLE_LETTERS = 20  # a shorter title ("Deep learning") is no paper's alone
_NO_PAPER = "model:"  # how a row without a paper is booked
_OTHERS_TOLD = 3

_WHY = {
    "same_row": "one row of the source gives both",
    "same_paper_and_name": "the same paper gives both under the same name",
    "linked_by_source": "the source of the accuracy says which model the tested version is",
    "same_name": "the name is distinctive, one figure stands under it, and nothing contradicts",
    "only_model_of_paper": "it is the only model of the paper in both sources",
}


@dataclass(frozen=True)
class Pair:
    """An accuracy's compute: the row of core_compute_estimates, the rule, the reason; a doubt keeps it from fits."""

    estimate: Row
    rule: str
    reason: str
    doubt: str | None = None


@dataclass(frozen=True)
class _Candidates:
    """What one rule finds, the most trusted first."""

    rule: str
    estimates: list[Row]
    doubt: str | None = None


def accuracy_words(result: Row) -> str:
    """Whose accuracy: value, source, table and the name as printed there."""
    owner = OWNERS.get(result["source_id"], result["source_id"])
    table = f", {result['source_table']}" if result.get("source_table") else ""
    return f"{result['value']:g} from {owner}{table}, '{result['model']}'"


def compute_words(estimate: Row) -> str:
    """Whose compute: figure, method, and the row that it stands in."""
    whose = estimate["compute_source"]
    whose = f"the paper, '{estimate['model']}'" if whose == "paper" else whose
    return f"{estimate['training_flop']:.3g} FLOP by {estimate['method']} from {whose}"


class Computes:
    """Compute estimates, found by paper, by name, by row and by link; each look-up takes the same short time.

    Results are rows of accuracy with their `_series`: they tell which models a paper has on a benchmark, which table of
    a source is of which benchmark, and which accuracies are those of several networks.
    """

    def __init__(
        self, estimates: Iterable[Row], results: Iterable[Row], source_order: tuple[str, ...], spoilt: frozenset[str]
    ) -> None:
        preferred = [e for e in estimates if e["is_preferred"] and e["model_key"]]
        results = list(results)
        self._order = {source: place for place, source in enumerate(source_order)}
        self._spoilt = spoilt
        self._paper_of_title = _papers_by_title([*preferred, *results])
        self._of_source: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        self._of_row: dict[str, list[Row]] = defaultdict(list)
        self._in_table: dict[tuple[str, str, str, str | None], list[Row]] = defaultdict(list)
        self._by_paper: dict[str, list[Row]] = defaultdict(list)
        self._by_name: dict[str, list[Row]] = defaultdict(list)
        self._by_printed: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for e in sorted(preferred, key=self._trust):
            self._add(e)
        self._models_tested: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._table_is_of: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._ensembles: set[tuple[str, str, str, float]] = set()
        for r in results:
            paper = self._paper(r)
            if r.get("source_table"):
                self._table_is_of[r["source_id"], r["source_table"]].add(r["_series"])
            if paper and r["is_ensemble"]:
                self._ensembles.add((paper, r["benchmark"], r["metric"], r["value"]))
            if paper:
                self._models_tested[r["source_id"], r["_series"], paper].add(join_key(r["model"]))

    def _add(self, e: Row) -> None:
        self._of_source[e["source_id"], e["paper_id"], e["model_key"]].append(e)
        self._by_name[join_key(e["model"])].append(e)
        for name in {e["model"], e.get("other_model") or e["model"]}:
            self._by_printed[e["source_id"], name].append(e)
        paper = self._paper(e)
        if paper:
            self._by_paper[paper].append(e)
        if e.get("source_table"):
            self._in_table[e["source_id"], e["source_table"], e["model"], paper].append(e)
        elif e.get("evidence_ids"):
            self._of_row[e["evidence_ids"]].append(e)

    def _trust(self, e: Row) -> tuple[object, ...]:
        """Sorts estimates: those that a fit may use first, then by source, then the narrowest range."""
        width = e["training_flop_upper"] / e["training_flop_lower"] if e["training_flop_lower"] else float("inf")
        return not self._usable(e), self._order.get(e["source_id"], len(self._order)), width, e["estimate_id"]

    def _usable(self, e: Row) -> bool:
        flags = e.get("flags") or ""
        return e["estimate_id"] not in self._spoilt and not any(
            f in flags for f in (SUPPOSED, *NOT_THE_MODELS_TRAINING)
        )

    def _paper(self, row: Row) -> str | None:
        """The paper that a row is of: its id, else the one that its title stands for."""
        paper = row.get("paper_id")
        if paper and not paper.startswith(_NO_PAPER):
            return str(paper)
        title = _title_key(row.get("paper_title"))
        return self._paper_of_title.get(title) or (f"title {title}" if title else None)

    def pair(self, result: Row, training_set: str | None) -> Pair | None:
        """The compute of a result's model, for a benchmark whose models train on `training_set`; None without one.

        The first rule that finds a figure which a fit may use decides; where none does, the first that finds any.
        """
        if not result["model_key"]:
            return None
        found = []
        rules = self._RULES if result.get("source_table") else self._RULES_WITHIN
        for rule in rules:
            candidates = rule(self, result)
            if candidates is None:
                continue
            fitting = [e for e in candidates.estimates if e["training_set"] in (training_set, None)]
            fitting.sort(key=lambda e: (not self._usable(e), e["training_set"] is None and training_set is not None))
            if fitting:
                found.append(_Candidates(candidates.rule, fitting, candidates.doubt))
        sure = [c for c in found if self._usable(c.estimates[0])]
        # A doubt about a row's own compute is not lifted by a weaker join to the same rows.
        best = next((c for c in sure if not c.doubt or c.rule == "same_row"), None) or next(iter(sure or found), None)
        if best is None:
            return None
        pair = _pair(result, best, found)
        return replace(pair, doubt=pair.doubt or self._doubt(result, pair.estimate))

    def _doubt(self, result: Row, e: Row) -> str | None:
        """What else speaks against a score that others collected, or against the compute found for it."""
        if not result.get("source_table"):
            return None
        score = (self._paper(result) or "", result["benchmark"], result["metric"], result["value"])
        if score in self._ensembles and not result["is_ensemble"]:
            return "another source says that this accuracy of the paper is that of several networks together"
        meant = self._table_is_of.get((e["source_id"], e.get("source_table") or ""))
        if meant and result["_series"] not in meant:
            return f"the source typed this compute for {', '.join(sorted(meant))}"
        if _DISTILLED_NOTE.search(result.get("note") or ""):
            return (
                "the source of the accuracy says that the model is distilled: its teacher's training is not counted in"
            )
        return None

    # --- rules

    def _same_row(self, r: Row) -> _Candidates | None:
        if not r.get("source_table"):
            return _candidates("same_row", self._of_row.get(r["result_id"]))
        rows = self._in_table.get((r["source_id"], r["source_table"], r["model"], self._paper(r)))
        several = rows and len({e["training_flop"] for e in rows}) > 1
        return _candidates("same_row", rows, "the source has several rows of this name" if several else None)

    def _same_source(self, r: Row) -> _Candidates | None:
        key = (r["source_id"], r["paper_id"], r["model_key"])
        return _candidates("same_paper_and_name", self._of_source.get(key))

    def _same_paper_and_name(self, r: Row) -> _Candidates | None:
        paper = self._paper(r)
        same = [e for e in self._by_name[join_key(r["model"])] if paper and self._paper(e) == paper]
        return _candidates("same_paper_and_name", [e for e in same if _one_size(r, e)])

    def _same_paper_elsewhere(self, r: Row) -> _Candidates | None:
        """For what was read in a document: the figures of structured sources for the same paper and name."""
        found = self._same_paper_and_name(r)
        return found and _candidates(found.rule, [e for e in found.estimates if e.get("source_table")])

    def _linked(self, r: Row) -> _Candidates | None:
        if r["source_id"] not in LINKED or not r.get("model_version"):
            return None
        return _candidates("linked_by_source", self._by_printed.get((LINKED[r["source_id"]], r["model"])))

    def _same_name(self, r: Row) -> _Candidates | None:
        if not is_distinctive(r["model"]):
            return None
        named = [e for e in self._by_name[join_key(r["model"])] if _one_size(r, e)]
        trusted = [e for e in named if e["source_id"] == named[0]["source_id"]]
        if len(trusted) != 1 or self._papers_conflict(r, trusted[0]):
            return None
        ours, theirs = r.get("year"), trusted[0].get("year")
        if not ours or not theirs:
            return _candidates("same_name", trusted, "the name alone joins them, and a year to compare is not told")
        return _candidates("same_name", trusted) if abs(ours - theirs) <= YEARS_APART else None

    def _papers_conflict(self, r: Row, e: Row) -> bool:
        ours, theirs = self._paper(r), self._paper(e)
        return bool(ours and theirs and ours != theirs)

    def _only_model(self, r: Row) -> _Candidates | None:
        paper = self._paper(r)
        if not paper or len(self._models_tested[r["source_id"], r["_series"], paper]) != 1:
            return None
        listed = [e for e in self._by_paper.get(paper, ()) if e.get("source_table")]
        first = [e for e in listed if e["source_id"] == listed[0]["source_id"]]
        if len({join_key(e["model"]) for e in first}) != 1:
            return None
        ours, theirs = sizes(r["model"]), sizes(first[0]["model"])
        if not (ours <= theirs or theirs <= ours):
            return None
        if ours == theirs and _one_name(r["model"], first[0]["model"]):
            return _candidates("only_model_of_paper", first)
        doubt = f"the only model of the paper in both sources, but the names differ: '{r['model']}'"
        return _candidates("only_model_of_paper", first, f"{doubt} and '{first[0]['model']}'")

    _RULES_WITHIN = (_same_row, _same_source, _same_paper_elsewhere)
    _RULES = (_same_row, _same_paper_and_name, _linked, _same_name, _only_model)


def _candidates(rule: str, estimates: list[Row] | None, doubt: str | None = None) -> _Candidates | None:
    return _Candidates(rule, list(estimates), doubt) if estimates else None


def _one_name(of_accuracy: str, of_compute: str) -> bool:
    """Whether two names share one of the names that they hold, and the compute's says nothing more ("(MNIST)")."""
    shared = alternatives(of_accuracy) & alternatives(of_compute)
    return bool(shared) and all(alternatives(part) & shared for part in brackets(of_compute))


def _one_size(r: Row, e: Row) -> bool:
    """Whether no size or version tells the two names apart ("Llama 2-70B" and "Llama-270B" share their key)."""
    return sizes(r["model"]) == sizes(e["model"])


def _pair(result: Row, best: _Candidates, found: list[_Candidates]) -> Pair:
    """The pair with its reason: which accuracy, which compute, why these, and what else there is."""
    estimate = best.estimates[0]
    others = {e["estimate_id"]: e for c in found for e in c.estimates if e is not estimate}
    reason = f"accuracy: {accuracy_words(result)}; compute: {compute_words(estimate)}; {_WHY[best.rule]}"
    if others:
        told = "; ".join(compute_words(e) for e in list(others.values())[:_OTHERS_TOLD])
        more = f" and {len(others) - _OTHERS_TOLD} more" if len(others) > _OTHERS_TOLD else ""
        reason += f"; not taken: {told}{more}, since {_why_first(estimate, next(iter(others.values())))}"
    return Pair(estimate, best.rule, reason, best.doubt)


def _why_first(taken: Row, other: Row) -> str:
    flags = (SUPPOSED, *NOT_THE_MODELS_TRAINING)
    amiss = next((f for f in flags if f in (other.get("flags") or "")), None)
    if amiss:
        return f"of that is told: {amiss}"
    if taken["source_id"] == other["source_id"]:
        return "the taken one is the surer join, or else its range is the narrower"
    return "the surer join stands before the weaker, and what was read in the paper before what others reckoned of it"


def _papers_by_title(rows: Iterable[Row]) -> dict[str, str]:
    """The paper that each title stands for, where sources give both and agree."""
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        title = _title_key(row.get("paper_title"))
        paper = row.get("paper_id")
        if title and paper and not paper.startswith(_NO_PAPER):
            known[title].add(paper)
    return {title: next(iter(papers)) for title, papers in known.items() if len(papers) == 1}


def _title_key(title: str | None) -> str:
    key = re.sub(r"[^a-z0-9]", "", (title or "").lower())
    return key if len(key) >= _TITLE_LETTERS else ""
