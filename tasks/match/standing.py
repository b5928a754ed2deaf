"""Standing: of the observations against which nothing else speaks, the one of each model and series for the fits."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from schemas.codes import Coded
from schemas.codes.matching import Exclusion
from tasks.match.candidate import FitCandidate
from tasks.match.proportion import out_of_proportion
from tasks.names.same_model import have_word_in_common, sizes

SAME_POINTS, SAME_COMPUTE = 0.1, 1.05
"""Accuracies so near, with compute within this factor, are perhaps one model's under two names: sources round."""

DECIDED = (
    Exclusion.MODEL_THERE_ALREADY,
    Exclusion.PERHAPS_THE_SAME_MODEL,
    Exclusion.OUT_OF_PROPORTION,
    Exclusion.MODEL_WAITS,
)
"""Why a candidate stands back: all that is decided here, and nowhere else."""


def stand_back(candidates: Iterable[FitCandidate], source_order: Sequence[str]) -> dict[str, Coded[Exclusion]]:
    """Why candidates of one series stand back, by observation; the fits use the others.

    First the trusted source, then the plain test protocol, the surest reading, the earliest paper, and of what is left
    the best value: a paper's tables repeat a model with and without extras. Of what a machine read some are then out of
    all proportion to the others, and wait for review.

    Args:
        candidates: Those of the series, in any order.
        source_order: Source ids, the most trusted first; sources not named come after them.
    """
    trust = {source: place for place, source in enumerate(source_order)}

    def preference(c: FitCandidate) -> tuple[object, ...]:
        return (
            trust.get(c.result_source_id, len(trust)),
            c.test_protocol is not None,
            -c.confidence,
            c.year or 9999,
            -c.value,
            c.observation_id,
        )

    ranked = sorted(candidates, key=preference)
    back = _behind(ranked, {})
    read_by_machine = (c.observation_id for c in ranked if c.is_machine_read)
    waiting = out_of_proportion((c for c in ranked if c.observation_id not in back), read_by_machine)
    return _behind(ranked, waiting) if waiting else back


def _behind(ranked: Iterable[FitCandidate], waiting: Mapping[str, Coded[Exclusion]]) -> dict[str, Coded[Exclusion]]:
    """Why candidates stand back behind those before them.

    `waiting` says of some, by observation, why they wait for review. Another source's observation of the model may then
    stand, but no other reading of a machine: it would be taken for lying nearer to the line.
    """
    paper_of: dict[str, str] = {}
    awaited: set[str] = set()
    standing = _Standing()
    model_waits = Coded.of(Exclusion.MODEL_WAITS)
    back = {}
    for c in ranked:
        keys = c.identities
        why = _why_there(c, next((paper_of[k] for k in keys if k in paper_of), None), standing)
        if why is None and c.is_machine_read:
            why = waiting.get(c.observation_id) or (model_waits if awaited.intersection(keys) else None)
            awaited.update(keys if why else ())
        if why:
            back[c.observation_id] = why
        else:
            paper_of.update(dict.fromkeys(keys, c.paper_id))
            standing.add(c)
    return back


def _why_there(c: FitCandidate, paper: str | None, standing: "_Standing") -> Coded[Exclusion] | None:
    """Why the model stands already: by an observation of this paper, or perhaps under another name."""
    if paper is not None:
        return Coded.of(Exclusion.MODEL_THERE_ALREADY, paper=paper)
    other = standing.perhaps_same(c)
    return Coded.of(Exclusion.PERHAPS_THE_SAME_MODEL, model=other) if other else None


class _Standing:
    """The observations of one series that stand, found by their paper and by their accuracy and compute."""

    def __init__(self) -> None:
        self._rows: list[FitCandidate] = []
        self._of_paper: dict[str, list[int]] = defaultdict(list)
        self._near: dict[tuple[int, int], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))

    def add(self, c: FitCandidate) -> None:
        """Let one more observation stand."""
        self._of_paper[c.paper].append(len(self._rows))
        self._near[_cell(c)][c.result_source_id].append(len(self._rows))
        self._rows.append(c)

    def perhaps_same(self, c: FitCandidate) -> str | None:
        """A model that stands and may be this one under another name; the first that does.

        In the same paper under a longer or shorter name ("BERT" is perhaps "BERT large"); or with the same accuracy to
        within the rounding and a word in common, by two sources of the same paper ("S-MLP-deep", printed S²-MLP-deep)
        or with the same compute ("RetinaNet (SpineNet-190)" and "SpineNet-190"). What a document prints under two names
        is two models: its rows are compared with those of other sources only.
        """
        accuracy, compute = _cell(c)
        around = [(accuracy + i, compute + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        places = {*self._of_paper.get(c.paper, ())}
        for source, near in ((s, n) for cell in around for s, n in self._near.get(cell, {}).items()):
            if c.is_score or source != c.result_source_id:
                places.update(near)
        return next((self._rows[p].model for p in sorted(places) if _is_perhaps_same(c, self._rows[p])), None)


def _cell(c: FitCandidate) -> tuple[int, int]:
    """What is the same lies in one cell or in two neighbours: a cell is wider than what counts as the same."""
    return math.floor(c.value / (2 * SAME_POINTS)), math.floor(math.log(c.training_flop, SAME_COMPUTE**2))


def _is_perhaps_same(c: FitCandidate, other: FitCandidate) -> bool:
    same_source, same_paper = c.result_source_id == other.result_source_id, c.paper == other.paper
    if same_source and not c.is_score:
        return False
    same_value = abs(c.value - other.value) <= SAME_POINTS
    one_word = same_value and have_word_in_common(c.model, other.model)
    one_run = (same_paper and not same_source) or _same_compute(c, other)
    return (one_word and one_run) or (same_paper and _named_alike(c, other))


def _named_alike(a: FitCandidate, b: FitCandidate) -> bool:
    """Whether one name goes on where the other ends, and no size sets them apart."""
    shorter, longer = sorted((a.name, b.name), key=len)
    ours, theirs = sizes(a.model), sizes(b.model)
    return longer.startswith(shorter) and (ours <= theirs or theirs <= ours)


def _same_compute(a: FitCandidate, b: FitCandidate) -> bool:
    low, high = sorted((a.training_flop, b.training_flop))
    return high <= low * SAME_COMPUTE
