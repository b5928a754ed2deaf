"""Pairing: which compute figure is held to be of the same model as an accuracy, and by which rule.

Rules, in the order in which they are tried (`schemas.vocabularies.JOIN_RULES`):

- `same_row`: one row of a source gives both.
- `same_paper_and_name`: the same paper and the same name, remarks on data set and test apart.
- `linked_by_source`: the source of the accuracy names the row of the compute's source (Epoch AI's hub does).
- `same_name`: a distinctive name with exactly one compute figure in the most trusted source that has one, publication
  years at most one apart, no two papers that differ.
- `only_model_of_paper`: the compute's source lists one model for the paper, the accuracy's one on the benchmark.

Two sizes of a family are never one model. A join that leaves a doubt says so: no fit uses it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from schemas.codes import Coded, has
from schemas.codes.compute import NOT_FOR_FITS
from schemas.codes.matching import Exclusion
from schemas.rows.compute import ListedEstimate
from tasks.match.accuracy import Accuracy, PooledAccuracy
from tasks.names.papers import one_paper_a_title, title_key
from tasks.names.same_model import alternatives, brackets, is_distinctive, join_key, sizes

LINKED = {"epoch-benchmarks": "epoch"}
"""Sources of accuracy whose model names are those of a source of compute (the hub's model_versions.csv)."""

YEARS_APART = 1
"""A name may come in a preprint of one year and in a table of the next; two years on it may be another model's."""

SURELY_DISTILLED = frozenset({"medium", "high"})
"""Words of Epoch AI's hub that a model is distilled; where it is hardly sure, the model is taken as it stands."""

_NO_PAPER = "model:"  # how a row without a paper is booked


@dataclass(frozen=True, slots=True)
class Pair:
    """An accuracy's compute: the estimate, the rule, the estimates not taken; a doubt keeps it from the fits."""

    estimate: ListedEstimate
    rule: str
    not_taken: tuple[ListedEstimate, ...]
    doubt: Coded[Exclusion] | None = None


@dataclass(frozen=True, slots=True)
class _RuleMatches:
    """What one rule finds, the most trusted first."""

    rule: str
    estimates: list[ListedEstimate]
    doubt: Coded[Exclusion] | None = None


class ComputeIndex:
    """Compute estimates, found by paper, by name, by row and by link; each look-up takes the same short time.

    The accuracies say which models a paper has on a benchmark, which table of a source is of which benchmark, and which
    accuracies are those of several networks. `arxiv_papers` has arXiv's id of papers that go by another.
    """

    def __init__(
        self,
        estimates: Iterable[ListedEstimate],
        accuracies: Iterable[PooledAccuracy],
        source_order: tuple[str, ...],
        spoilt: frozenset[str],
        arxiv_papers: Mapping[str, str],
    ) -> None:
        preferred = [e for e in estimates if e.is_preferred and e.model_key]
        accuracies = list(accuracies)
        self._order = {source: place for place, source in enumerate(source_order)}
        self._spoilt = spoilt
        self._arxiv_papers = arxiv_papers
        rows: list[Accuracy | ListedEstimate] = [*preferred, *(a.accuracy for a in accuracies)]
        self._paper_of_title = one_paper_a_title((id_, r.paper_title) for r in rows if (id_ := self._known_id(r)))
        self._of_source: dict[tuple[str, str | None, str], list[ListedEstimate]] = defaultdict(list)
        self._of_row: dict[str, list[ListedEstimate]] = defaultdict(list)
        self._in_table: dict[tuple[str, str, str, str | None], list[ListedEstimate]] = defaultdict(list)
        self._by_paper: dict[str, list[ListedEstimate]] = defaultdict(list)
        self._by_name: dict[str, list[ListedEstimate]] = defaultdict(list)
        self._by_printed: dict[tuple[str, str], list[ListedEstimate]] = defaultdict(list)
        for e in sorted(preferred, key=self._trust):
            self._add_estimate(e)
        self._models_tested: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._table_is_of: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._ensembles: set[tuple[str, str, str, float]] = set()
        for pooled in accuracies:
            self._add_accuracy(pooled)

    def _add_estimate(self, e: ListedEstimate) -> None:
        self._of_source[e.source_id, e.paper_id, e.model_key].append(e)
        self._by_name[join_key(e.model)].append(e)
        for name in {e.model, e.other_model or e.model}:
            self._by_printed[e.source_id, name].append(e)
        paper = self._paper(e)
        if paper:
            self._by_paper[paper].append(e)
        if e.source_table:
            self._in_table[e.source_id, e.source_table, e.model, paper].append(e)
        elif e.evidence_ids:
            self._of_row[e.evidence_ids].append(e)

    def _add_accuracy(self, pooled: PooledAccuracy) -> None:
        a, series = pooled.accuracy, pooled.pool.series
        paper = self._paper(a)
        if a.source_table:
            self._table_is_of[a.source_id, a.source_table].add(series)
        if paper and a.is_ensemble:
            self._ensembles.add((paper, a.benchmark, a.metric, a.value))
        if paper:
            self._models_tested[a.source_id, series, paper].add(join_key(a.model))

    def _trust(self, e: ListedEstimate) -> tuple[object, ...]:
        """Sorts estimates: those that a fit may use first, then by source, then the narrowest range."""
        width = e.training_flop_upper / e.training_flop_lower if e.training_flop_lower else float("inf")
        return not self._usable(e), self._order.get(e.source_id, len(self._order)), width, e.estimate_id

    def _usable(self, e: ListedEstimate) -> bool:
        return e.estimate_id not in self._spoilt and not has(e.flags, *NOT_FOR_FITS)

    def _paper(self, row: Accuracy | ListedEstimate) -> str | None:
        """The paper that a row is of: its id (arXiv's where it has one), else the one that its title stands for."""
        if known := self._known_id(row):
            return known
        title = title_key(row.paper_title)
        return self._paper_of_title.get(title) or (f"title {title}" if title else None)

    def _known_id(self, row: Accuracy | ListedEstimate) -> str | None:
        if not row.paper_id or row.paper_id.startswith(_NO_PAPER):
            return None
        return self._arxiv_papers.get(row.paper_id, row.paper_id)

    def pair(self, pooled: PooledAccuracy) -> Pair | None:
        """The compute of an accuracy's model, trained on the data set of its series; None without one.

        The first rule that finds a figure which a fit may use decides; where none does, the first that finds any.
        """
        accuracy, training_set = pooled.accuracy, pooled.pool.training_set
        if not accuracy.model_key:
            return None
        found = []
        for rule in self._RULES if accuracy.is_score else self._RULES_WITHIN:
            matches = rule(self, pooled)
            if matches is None:
                continue
            fitting = [e for e in matches.estimates if e.training_set in (training_set, None)]
            fitting.sort(key=lambda e: (not self._usable(e), e.training_set is None and training_set is not None))
            if fitting:
                found.append(replace(matches, estimates=fitting))
        sure = [m for m in found if self._usable(m.estimates[0])]
        # A doubt about a row's own compute is not lifted by a weaker join to the same rows.
        best = next((m for m in sure if not m.doubt or m.rule == "same_row"), None) or next(iter(sure or found), None)
        if best is None:
            return None
        estimate = best.estimates[0]
        others = {e.estimate_id: e for m in found for e in m.estimates if e is not estimate}
        return Pair(estimate, best.rule, tuple(others.values()), best.doubt or self._doubt(pooled, estimate))

    def _doubt(self, pooled: PooledAccuracy, e: ListedEstimate) -> Coded[Exclusion] | None:
        """What else speaks against a score that others collected, or against the compute found for it."""
        a = pooled.accuracy
        if not a.is_score:
            return None
        if (self._paper(a) or "", a.benchmark, a.metric, a.value) in self._ensembles and not a.is_ensemble:
            return Coded.of(Exclusion.ENSEMBLE_BY_ANOTHER_SOURCE)
        meant = self._table_is_of.get((e.source_id, e.source_table or ""))
        if meant and pooled.pool.series not in meant:
            return Coded.of(Exclusion.COMPUTE_OF_ANOTHER_BENCHMARK, series=", ".join(sorted(meant)))
        if a.distillation_confidence in SURELY_DISTILLED:
            return Coded.of(Exclusion.DISTILLED_BY_SOURCE)
        return None

    # --- rules

    def _same_row(self, pooled: PooledAccuracy) -> _RuleMatches | None:
        a = pooled.accuracy
        if not a.source_table:
            return _matches("same_row", self._of_row.get(a.result_id))
        rows = self._in_table.get((a.source_id, a.source_table, a.model, self._paper(a)))
        several = rows and len({e.training_flop for e in rows}) > 1
        return _matches("same_row", rows, Coded.of(Exclusion.SEVERAL_ROWS_OF_THE_NAME) if several else None)

    def _same_source(self, pooled: PooledAccuracy) -> _RuleMatches | None:
        a = pooled.accuracy
        return _matches("same_paper_and_name", self._of_source.get((a.source_id, a.paper_id, a.model_key)))

    def _same_paper_and_name(self, pooled: PooledAccuracy) -> _RuleMatches | None:
        a = pooled.accuracy
        paper = self._paper(a)
        same = [e for e in self._by_name[join_key(a.model)] if paper and self._paper(e) == paper]
        return _matches("same_paper_and_name", [e for e in same if _one_size(a, e)])

    def _same_paper_elsewhere(self, pooled: PooledAccuracy) -> _RuleMatches | None:
        """For what was read in a document: the figures of structured sources for the same paper and name."""
        found = self._same_paper_and_name(pooled)
        return found and _matches(found.rule, [e for e in found.estimates if e.source_table])

    def _linked(self, pooled: PooledAccuracy) -> _RuleMatches | None:
        a = pooled.accuracy
        if a.source_id not in LINKED or not a.model_version:
            return None
        return _matches("linked_by_source", self._by_printed.get((LINKED[a.source_id], a.model)))

    def _same_name(self, pooled: PooledAccuracy) -> _RuleMatches | None:
        a = pooled.accuracy
        if not is_distinctive(a.model):
            return None
        named = [e for e in self._by_name[join_key(a.model)] if _one_size(a, e)]
        trusted = [e for e in named if e.source_id == named[0].source_id]
        if len(trusted) != 1 or self._papers_conflict(a, trusted[0]):
            return None
        if not a.year or not trusted[0].year:
            return _matches("same_name", trusted, Coded.of(Exclusion.NAME_WITHOUT_YEAR))
        return _matches("same_name", trusted) if abs(a.year - trusted[0].year) <= YEARS_APART else None

    def _papers_conflict(self, a: Accuracy, e: ListedEstimate) -> bool:
        ours, theirs = self._paper(a), self._paper(e)
        return bool(ours and theirs and ours != theirs)

    def _only_model(self, pooled: PooledAccuracy) -> _RuleMatches | None:
        a = pooled.accuracy
        paper = self._paper(a)
        if not paper or len(self._models_tested[a.source_id, pooled.pool.series, paper]) != 1:
            return None
        listed = [e for e in self._by_paper.get(paper, ()) if e.source_table]
        first = [e for e in listed if e.source_id == listed[0].source_id]
        if len({join_key(e.model) for e in first}) != 1:
            return None
        theirs = first[0].model
        ours_marks, their_marks = sizes(a.model), sizes(theirs)
        if not (ours_marks <= their_marks or their_marks <= ours_marks):
            return None
        if ours_marks == their_marks and _one_name(a.model, theirs):
            return _matches("only_model_of_paper", first)
        doubt = Coded.of(Exclusion.NAMES_DIFFER, of_accuracy=a.model, of_compute=theirs)
        return _matches("only_model_of_paper", first, doubt)

    _RULES_WITHIN = (_same_row, _same_source, _same_paper_elsewhere)
    _RULES = (_same_row, _same_paper_and_name, _linked, _same_name, _only_model)


def _matches(
    rule: str, estimates: list[ListedEstimate] | None, doubt: Coded[Exclusion] | None = None
) -> _RuleMatches | None:
    return _RuleMatches(rule, list(estimates), doubt) if estimates else None


def _one_name(of_accuracy: str, of_compute: str) -> bool:
    """Whether two names share one of the names that they hold, and the compute's says nothing more ("(MNIST)")."""
    shared = alternatives(of_accuracy) & alternatives(of_compute)
    return bool(shared) and all(alternatives(part) & shared for part in brackets(of_compute))


def _one_size(a: Accuracy, e: ListedEstimate) -> bool:
    """Whether no size or version sets the two names apart ("Llama 2-70B" and "Llama-270B" share their key)."""
    return sizes(a.model) == sizes(e.model)
