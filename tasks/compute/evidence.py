"""Which of a paper's disclosures speak of one training run, and which value of a field to take.

Which model a figure belongs to is never guessed. A figure with a model's name is that model's. A figure without one is
the paper's: hardware, chips, time and totals go to the paper's main model only, epochs, batches and the like to every
model of the paper. Where one value is tied to a figure (same sentence, same paragraph, same data set) it is taken;
where several stay, the largest is taken and the range spans them; where they lie too far apart, none.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.codes import Coded, has
from schemas.codes.compute import ComputeFlag
from schemas.codes.reading import ReadingNote
from schemas.rows.claims import Disclosure
from tasks.names.keys import model_key, prints_another_size

SHARED_FIELDS = frozenset({"epochs", "examples", "batch_size", "steps", "tokens", "sequence_length"})
"""Fields that a paper states once for all its models ("all networks are trained for 90 epochs")."""

OF_A_MODEL = frozenset({"parameters", "forward_ops"})
"""Fields that differ from model to model: how often a paper states one says nothing of the others."""

OF_THE_SETUP = OF_A_MODEL | {
    "hardware",
    "chips",
    "network",
    "precision",
    "utilisation",
    "chip_flop_per_s",
    "batch_size",
    "sequence_length",
}
"""Fields that hold in every phase of training: a paper states its machines and its sizes once."""

OF_THE_MACHINE = frozenset({"hardware", "chips", "precision", "utilisation", "chip_flop_per_s"})
"""Fields that a paper states once of its machines, and that hold for every model whose time it states."""

TIMES = frozenset({"duration_hours", "chip_hours"})

PASSES = frozenset({"epochs", "steps"}) | TIMES
"""Fields that say how long a model is trained on a data set."""

NEAR_PT, COLUMN_PT = 60.0, 260.0
"""How far apart figures may stand that a reader ties together: some five lines, one column."""

SPREAD_MOST = 30.0
"""Largest ratio of values that may still stand for one figure with a range; beyond it they speak of different runs."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One value of a field, in its unit, with the range that the paper leaves open, and the disclosures it rests on.

    `terms` spells out how it was had ("1.28e+06 examples x 90 epochs"): it goes into bases and with them into ids.
    """

    value: float
    lower: float
    upper: float
    terms: str
    evidence: tuple[Disclosure, ...] = ()
    flags: tuple[Coded[ComputeFlag], ...] = ()

    def times(self, other: "Quantity") -> "Quantity":
        """The product of two quantities: ends times ends."""
        ends = self.value * other.value, self.lower * other.lower, self.upper * other.upper
        return Quantity(*ends, f"{self.terms} x {other.terms}", *self._with(other))

    def over(self, other: "Quantity") -> "Quantity":
        """The quotient of two quantities: ends by the ends that make it least and greatest."""
        ends = self.value / other.value, self.lower / other.upper, self.upper / other.lower
        return Quantity(*ends, f"{self.terms} / {other.terms}", *self._with(other))

    def _with(self, other: "Quantity") -> tuple[tuple[Disclosure, ...], tuple[Coded[ComputeFlag], ...]]:
        return (*self.evidence, *other.evidence), tuple(dict.fromkeys((*self.flags, *other.flags)))

    def flagged(self, flag: Coded[ComputeFlag]) -> "Quantity":
        """The same quantity with one flag more."""
        return replace(self, flags=(*self.flags, flag))


def known(value: float, unit: str, flag: Coded[ComputeFlag]) -> Quantity:
    """A figure that stands in our reference tables and not in the paper."""
    return Quantity(value, value, value, f"{value:.6g} {unit}", (), (flag,))


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """The disclosures that may speak of one model's training on one data set, in one phase.

    `own` name the model, `shared` no model, `others` other models of the paper. `training_set` is a data set's slug or
    '' for any; `phases` are those of the run.
    """

    model: str
    key: str
    own: tuple[Disclosure, ...]
    shared: tuple[Disclosure, ...]
    others: tuple[Disclosure, ...]
    is_main: bool
    training_set: str
    phases: frozenset[str]

    def candidates(self, field: str) -> list[Disclosure]:
        """Disclosures of one field: the model's own, else the paper's where it may be shared; of the run's data set.

        One that is not surely read counts only where no sure one does.
        """
        own = self._fitting(field, self.own)
        if self.is_main or field in SHARED_FIELDS or self._is_timed_itself(field):
            shared = [c for c in self._fitting(field, self.shared) if not _of_another_size(c, self.model)]
            shared = self._of_all_runs(shared)
        else:
            shared = []
        return _sure(own) or _sure(shared) or own or shared

    def _of_all_runs(self, found: list[Disclosure]) -> list[Disclosure]:
        """Of passes and times those of no run in particular, where they agree."""
        plain = [c for c in found if not is_of_another_run(c, self.key)]
        return plain if len({c.value for c in plain}) == 1 else found

    def _is_timed_itself(self, field: str) -> bool:
        """Whether a field speaks of the machines, and the model's own time is stated: then on the paper's machines."""
        return field in OF_THE_MACHINE and any(c.field in TIMES and c.phase in self.phases for c in self.own)

    def _fitting(self, field: str, disclosures: Sequence[Disclosure]) -> list[Disclosure]:
        found = _of_all_stages(_at_work([d for d in disclosures if d.field == field]))
        in_phase = [c for c in found if c.phase in self.phases]
        found = in_phase if in_phase or field not in OF_THE_SETUP else found
        if not self.training_set:
            return found
        named = [c for c in found if c.training_set == self.training_set]
        named = named or [c for c in found if not c.training_set]
        return named or (found if field in OF_THE_MACHINE else [])

    def pick(self, field: str, beside: Sequence[Disclosure] = ()) -> Quantity | None:
        """The value of one field: as tied to those `beside`, else of the run; with a range where several stand.

        None where nothing is stated, or values too far apart.
        """
        found = self.candidates(field)
        stages = stages_of(found) if field in ("tokens", "steps") else []
        if len(stages) > 1:
            return _sum(stages)
        tied = _tied(found, beside)
        return _single(tied) if tied else _several(found, may_vote=field not in OF_A_MODEL)

    def beside(self, field: str, others: Sequence[Disclosure]) -> Quantity | None:
        """The value of one field that stands next to other disclosures; None where several do, or none."""
        near = [c for c in self.candidates(field) if any(c.quote == o.quote or _is_near(c, o) for o in others)]
        return _single(near[0]) if len({c.value for c in near}) == 1 else None

    def word(self, field: str, beside: Sequence[Disclosure]) -> str:
        """The word of a field without numbers (precision): as tied to those `beside`, or the only one; else ''."""
        tied = _tied(self.candidates(field), beside)
        return tied.value if tied else ""

    def chips_named(self, beside: Sequence[Disclosure]) -> list[Disclosure]:
        """The chips, each once, that are tied to those `beside`, else all that the run names."""
        found = self.candidates("hardware")
        group = _same_sentence(found, beside) or _near(found, beside) or found
        return list({c.value: c for c in reversed(group)}.values())

    def largest_of_paper(self, field: str) -> Quantity | None:
        """The largest figure of any model of the paper, for a main model whose own figure is not stated."""
        found = [c for c in (*self.own, *self.shared, *self.others) if c.field == field and c.number]
        found = _at_work([c for c in found if not _of_another_size(c, self.model)])
        if not self.is_main or not found:
            return None
        return replace(_single(max(found, key=_number)), flags=(Coded.of(ComputeFlag.LARGEST_MODEL_STANDS_IN),))

    def largest_stated(self) -> Quantity | None:
        """The largest total stated of the model, where several stand far apart; the range reaches to the least."""
        found = self.candidates("training_flop")
        if not found:
            return None
        flag = Coded.of(ComputeFlag.LARGEST_OF_SEVERAL, field="training_flop")
        return replace(_single(max(found, key=_number)), lower=min(map(_number, found)), flags=(flag,))

    def layers_sharing(self, parameters: Quantity) -> int:
        """How many layers share these parameters, each of which works once a layer; 1 where none is said to."""
        keys = {(c.number, c.model_key) for c in parameters.evidence if c.field == "parameters"}
        same = [c for c in (*self.own, *self.shared) if (c.number, c.model_key) in keys]
        layers = [n["layers"] for c in same for n in c.notes if n.code is ReadingNote.LAYERS_SHARED]
        return max(map(int, layers), default=1)

    def is_sparse_but_for(self, parameters: Quantity) -> bool:
        """Whether the paper speaks of experts, and these parameters are not said to be the active ones."""
        counts = [c for c in (*self.own, *self.shared, *self.others) if c.field == "parameters"]
        return any(_SPARSE.search(c.quote) for c in counts) and not any(map(_is_active, parameters.evidence))


_SPARSE = re.compile(r"\bexperts?\b|\bMoE\b|\bsparse(?:ly)?\b|\bactivated parameters", re.IGNORECASE)


def _is_active(claim: Disclosure) -> bool:
    """Whether a count of parameters is of those that work on a token ("21B are activated for each token")."""
    return claim.field == "parameters" and has(claim.notes, ReadingNote.ACTIVE_PARAMETERS)


def stages_of(found: Sequence[Disclosure]) -> list[Disclosure]:
    """The stages that a training's figures of one field are told by, the largest of each; none where a total is told.

    A figure without a stage is the total where it is nearly the stages' sum or more.
    """
    staged: dict[str, Disclosure] = {}
    for claim in sorted(found, key=lambda c: c.number or 0.0):
        staged |= {str(n["stage"]): claim for n in claim.notes if n.code is ReadingNote.STAGE}
    total = 0.9 * sum(map(_number, staged.values()))
    others = [c for c in found if c.number and not has(c.notes, ReadingNote.STAGE)]
    return [] if any(_number(c) >= total for c in others) else list(staged.values())


def _of_all_stages(found: list[Disclosure]) -> list[Disclosure]:
    """Of figures of stages and their total the total."""
    return [c for c in found if has(c.notes, ReadingNote.ALL_STAGES)] or found


def _sum(stages: Sequence[Disclosure]) -> Quantity:
    """What stages of one training add up to."""
    parts = [_single(c) for c in stages]
    value, lower, upper = (sum(getattr(p, end) for p in parts) for end in ("value", "lower", "upper"))
    flag = Coded.of(ComputeFlag.STAGES_ADDED, stages=len(stages))
    terms = f"{value:.6g} {stages[0].field.replace('_', ' ')}"
    return Quantity(value, lower, upper, terms, tuple(stages), (flag,))


SURELY_READ = 0.8
"""The probability from which a disclosure counts as surely read."""


def _sure(found: Sequence[Disclosure]) -> list[Disclosure]:
    """Those that are surely read, and of one model alone; with them the stages, which only together are a figure."""
    sure = [c for c in found if c.confidence >= SURELY_READ and not has(c.notes, ReadingNote.SEVERAL_MODELS)]
    return [c for c in found if c in sure or has(c.notes, ReadingNote.STAGE)] if sure else []


_OF_A_PART = re.compile(
    r"\b(?:fully[\s-]connected|classification|output|embedding|projection|softmax|first|last|final)\s+(?:[\w-]+\s+)*?"
    r"layers?\b[^.;]*\bparameters\b",
    re.IGNORECASE,
)
"""Words of the size of one layer: "the final classification layer has over 36M parameters" (arXiv 1707.02968)."""
_PART_COLUMN = re.compile(r"\bembeddings?\b", re.IGNORECASE)
"""Headers of columns of a part's size: "Embedding Parameters", "Non-embedding Parameters" (Gemma 3, table 1)."""


def _is_part(claim: Disclosure) -> bool:
    """Whether a number of parameters is that of a part of the network."""
    if claim.field != "parameters":
        return False
    return bool(_PART_COLUMN.search(claim.column_header or "") or _OF_A_PART.search(claim.quote))


def _at_work(found: list[Disclosure]) -> list[Disclosure]:
    """Of a mixture of experts the active parameters, of tokens those that the model saw, where they are stated; of
    parts and the whole the whole."""
    found = [c for c in found if not _is_part(c)] or found
    return [c for c in found if _is_active(c) or is_seen(c)] or found


_SEEN = re.compile(
    r"\btrain\w*\s+(?:[\w'’-]+\s+){0,6}?(?:on|for|over|with|using|to)\b(?:[^.;]|\.\d){0,60}\btokens\b"
    r"|\b(?:saw|seen?|process\w*|consum\w*)\b(?:[^.;]|\.\d){0,40}\btokens\b|\btokens\b[^.;]{0,30}\b(?:seen|processed)\b",
    re.IGNORECASE,
)
"""Words of tokens that a model saw in training, against those that a corpus holds."""


_PASSED = re.compile(r"\bepochs?\s+(?:over|of|on|through)\b", re.IGNORECASE)
"""Words of a corpus that is passed several times ("40 epochs over the 3.3 billion word corpus")."""


_SEEN_COLUMN = re.compile(r"\btokens?\s+(?:trained|seen)\b|\btrain(?:ing|ed)\s+tokens?\b", re.IGNORECASE)
"""Headers of columns of such tokens ("Tokens Trained" of OLMo's sizes, arXiv 2402.00838, table 1)."""


def is_seen(claim: Disclosure) -> bool:
    """Whether tokens are those that a model saw in training: so many are trained on, or its schedule is so long."""
    if claim.field != "tokens":
        return False
    if _SEEN_COLUMN.search(claim.column_header or "") or has(claim.notes, ReadingNote.WHOLE_SCHEDULE):
        return True
    return bool(_SEEN.search(claim.quote)) and not _PASSED.search(claim.quote)


def speaks_of(named: str, model: str) -> bool:
    """Whether a name is a model's: the same key, its depth alone ("152-layer" for ResNet-152), or one that adds the
    family to a size ("OPT-175B" for the "175B" of a table)."""
    if not named or named == model:
        return bool(named)
    depth, size = re.fullmatch(r"(\d+)-?layers?", named), re.fullmatch(r"\d+(?:\.\d+)?[mb]", model)
    if size:
        return bool(re.search(rf"[a-z]{re.escape(model)}$", named))
    return bool(depth and re.search(rf"[a-z]{depth[1]}$", model))


def is_of_family(claim: Disclosure, model: str) -> bool:
    """Whether a figure is stated of the family of a model ("AlexNet is trained for 90 epochs" of an AlexNet-large), and
    holds for its members; sizes do not, and "v2" is a family of its own."""
    family = claim.model_key or ""
    if len(family) < 3 or claim.field in OF_A_MODEL or not model.startswith(family):
        return False
    return not re.match(r"v?\d+(?:\.\d+)?$|v\d", model[len(family) :])


_OTHER_RUN = re.compile(
    r"\bfine-?tun\w*|\bpre-?trained (?:weights?|models?|checkpoints?|networks?)|\binitiali[sz]ed from\b"
    r"|\b(?:as to|as for|for|in case of)\s+(?:the\s+)?[\w-]+-based (?:models|networks|architectures|variants)\b"
    r"|\b(?:for|in)\s+(?:the\s+|our\s+|all\s+)?experiments?\s+with\s+(?P<by>[\w-]+)"
    r"|\b(?:in|for)\s+(?:the\s+)?(?P<of>\w+)\s+training\b[^.;]*\b(?:increas|extend|lengthen|doubl)\w*"
    r"|\b(?:for|in)\s+(?:these|this set of)\s+experiments\b|\b(?:for|in)\s+(?:the\s+|our\s+|all\s+)?ablation"
    r"|\blonger\s+(?:training\s+)?schedules?\b|\btraining\s+was\s+longer\b|\blonger\s+than\s+the\b"
    r"|^\W*[*†‡§]\W*\s*(?:indicates?|denotes?|means?|marks?)\b",
    re.IGNORECASE,
)
"""Words of a run that starts from a trained network, or of some of the paper's runs only ("as to DenseNet-based
models", "for experiments with DropBlock, we use a longer schedule", "* indicates models trained for")."""


def is_of_another_run(claim: Disclosure, model: str) -> bool:
    """Whether passes or times are said to be of fine-tuning, or of runs with what the model's name does not say."""
    other_run = _OTHER_RUN.search(claim.quote) if claim.field in PASSES and claim.phase != "pretraining" else None
    return other_run is not None and not any(model_key(name) in model for name in other_run.groups() if name)


def _of_another_size(claim: Disclosure, model: str) -> bool:
    """Whether a count of parameters cannot be the named model's: its name prints another."""
    return claim.field == "parameters" and prints_another_size(model, _number(claim), _is_active(claim))


def _tied(found: Sequence[Disclosure], beside: Sequence[Disclosure]) -> Disclosure | None:
    """The only value in the sentences of those `beside`, else next to them, else of all, as it is surest read; None for
    several."""
    for group in (_same_sentence(found, beside), _near(found, beside), found):
        if len({c.value for c in group}) == 1:
            return _surest(group)
    return None


def _surest(found: Sequence[Disclosure]) -> Disclosure:
    return max(found, key=lambda c: c.confidence)


def _same_sentence(found: Sequence[Disclosure], beside: Sequence[Disclosure]) -> list[Disclosure]:
    quotes = {c.quote for c in beside}
    return [c for c in found if c.quote in quotes]


def _near(found: Sequence[Disclosure], beside: Sequence[Disclosure]) -> list[Disclosure]:
    return [c for c in found if any(_is_near(c, b) for b in beside)]


def _is_near(a: Disclosure, b: Disclosure) -> bool:
    """Whether two figures stand within a few lines of the same page and column."""
    here, there = a.place, b.place
    if here.page != there.page:
        return False
    if here.bbox_top is None or there.bbox_top is None or here.bbox_x0 is None or there.bbox_x0 is None:
        return False
    return abs(here.bbox_top - there.bbox_top) <= NEAR_PT and abs(here.bbox_x0 - there.bbox_x0) <= COLUMN_PT


def _single(disclosure: Disclosure) -> Quantity:
    """The quantity of one disclosure; a lower end of zero ("0 to 600") says nothing, and is as low as may be."""
    value, lower, upper = _number(disclosure), disclosure.number_lower, disclosure.number_upper
    terms = f"{value:.6g} {disclosure.field.replace('_', ' ')}"
    ends = value if lower is None else lower or value / SPREAD_MOST, value if upper is None else upper
    return Quantity(value, *ends, terms, (disclosure,))


def _several(found: Sequence[Disclosure], may_vote: bool) -> Quantity | None:
    """One of several values: the one that more sentences state than each other, else the largest with the range."""
    ranked = Counter(value for value, _ in {(c.value, c.quote) for c in found}).most_common(2)
    if may_vote and len(ranked) == 2 and ranked[0][1] > ranked[1][1]:
        first = _surest([c for c in found if c.value == ranked[0][0]])
        return replace(_single(first), flags=(Coded.of(ComputeFlag.MOST_FREQUENT_VALUE, field=first.field),))
    if not found:
        return None
    largest = max(found, key=_number)
    least = min(_number(c) for c in found)
    if least <= 0 or _number(largest) > SPREAD_MOST * least:
        return None
    flag = Coded.of(ComputeFlag.LARGEST_OF_SEVERAL, field=largest.field)
    return replace(_single(largest), lower=least, flags=(flag,))


def _number(disclosure: Disclosure) -> float:
    """The figure of a field that is a number.

    Raises:
        ValueError: the field's value is a word.
    """
    if disclosure.number is None:
        raise ValueError(f"{disclosure.field} of {disclosure.paper_id} is {disclosure.value!r} and no number")
    return disclosure.number
