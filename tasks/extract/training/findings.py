"""What an extractor of training figures found in a sentence or a table, before it becomes a claim."""

import re
from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.reading import Doubt, ReadingNote
from tasks.extract.ownership import Ownership, Verdict, verdict_of
from tasks.extract.training.consumption import is_consumed
from tasks.extract.training.units import Measured, alt
from tasks.reference.chip_patterns import compiled, named_chip
from tasks.reference.model_families import last_named, starts_with_model

_READ_BY_RULES = frozenset({"sequence_length", "network", "precision", "utilisation", "chip_flop_per_s"})


def is_unlabelled(field: str) -> bool:
    """Whether no label tells of a field: rules read it, without those of others; the judge decides on the rest."""
    return field in _READ_BY_RULES or is_consumed(field)


_TRAINING = alt(
    r"""(?:pre-?|re-?|co-?)?train(?:s|ed|ing)? fine-?tun\w* optimi[sz]\w+ learning\srate SGD Adam\w? RMSProp epochs?
    mini-?batch\w* batch[-\s]size learned converge\w* back-?prop\w*"""
)
TRAINS = re.compile(rf"\b{_TRAINING}\b", re.IGNORECASE)
"""Words of training."""

_DOING = alt(r"run ran runs running experiments? conduct\w* perform\w* implement\w* used? using carried\sout executed")
RUNS = re.compile(rf"\b(?:we|our|all|were|was|are|is|been)\b[^.]{{0,60}}\b{_DOING}\b|\bexperiments?\b", re.IGNORECASE)
"""Words of doing experiments, whichever."""

_INFERENCE = alt(
    r"""inference latenc\w+ throughput test[-\s]time at\stest testing
    per\s(?:image|frame|sentence|second|query|example) fps frames?\sper ms milliseconds? real[-\s]time decod\w+
    speed images?/s serving deploy\w* benchmark(?:ed|ing) wall-?clock
    memory\s(?:cost|footprint|consumption|usage) run-?time speed-?up"""
)
INFERS = re.compile(rf"\b{_INFERENCE}\b", re.IGNORECASE)
"""Words of inference and of measuring speed."""

_TRAINING_ITSELF = re.compile(
    r"\btrain(?:s|ed|ing)?\b|\bepochs?\b|\blearning rate\b|\bSGD\b|\boptimi[sz]er\b", re.IGNORECASE
)
_SEARCHED = alt("architecture neural hyper-?parameter policy random evolutionary augmentation grid")
_SEARCHES = re.compile(
    rf"\b{_SEARCHED}[- ]search|\bNAS\b(?!-)|\bcontroller\b|\bsearch (?:phase|cost|time|process|space|takes|took|for)"
    r"|\bchild (?:model|network)|\bproxy task|\bsearching\b|\bthe search\b|\bevolution\b|\bworkqueue\b",
    re.IGNORECASE,
)
_FINETUNES = re.compile(
    r"\b(?:fine-?|instruction[\s-])tun\w*|\bdownstream\b|\btransfer(?:red|ring)? to\b", re.IGNORECASE
)
_PRETRAINS = re.compile(r"\bpre-?train\w*", re.IGNORECASE)
_PRETRAINED = re.compile(
    r"\bpre-?trained\s+(?:[\w-]+\s+)?(?:model|weight|checkpoint|network|backbone|encoder|parameter|feature|embedding)",
    re.IGNORECASE,
)
_REFERENCE = r"(?:\[\d[\d, –-]*\]|et al\.?,?(?: \(?(?:19|20)\d\d[a-z]?\)?)?[\])]?)"
_TELLS = alt("train use report requir took take need employ propos pretrain fine-?tun recommend suggest extend")
_PASSIVE = r"(?:(?:was|were|is|are|(?:has|have) been)\s+)?"
_OTHERS = re.compile(
    rf"{_REFERENCE}\s+{_PASSIVE}(?:\w+ly\s+)?{_TELLS}(?!ing)", re.IGNORECASE
)  # no "ImageNet [3] training set"
_OTHERS_FIRST = re.compile(rf"[A-Z]\w+ (?:et al\.?,?|and [A-Z]\w+) \(?(?:19|20)\d\d[a-z]?\)?\s+(?:\w+ly\s+)?{_TELLS}")
_CITED_SUBJECT = re.compile(
    r"(?:[•▪‣*–-]\s*)?(?:the\s+)?[A-Z][\w.+-]*(?:\s[\w.+-]+){0,2}?\s*"
    r"(?:\[\d[\d, –-]*\]|\([^()]*(?:19|20)\d\d[a-z]?[^()]*\)|from\s[A-Z]\w+\set\sal\.?,?\s\(?\d{4}\)?)"
    r"\s*(?::|,|\b(?:is|are|was|were|consists?|compris\w+|has|have|uses?|trains?)\b)",
)
"""A sentence, often of a list, whose subject is a cited model: "• GLM-130B [12]: a bilingual model"."""
_OTHER_MODELS = re.compile(
    r"\b(?:recent|previous|prior|existing|other|open(?:ly)?[\s-](?:source|weights?|available)"
    r"|earlier|concurrent|competing|reported|published|original)\s+(?:[\w-]+\s+){0,3}?(?:works?|models?|LLMs?|networks?|approaches|methods|stud(?:y|ies)|papers?)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\bwould\s+(?:have\s+)?(?:tak|need|requir|cost|last)\w*"
    r"|\b(?:for example|for instance|suppose|assum\w+|consider)\b[^.;]{0,30}"
    r"\b(?:an?|any)\s+(?:[\w-]+\s+){0,2}(?:LLM|model|network)\b"
    r"|\b(?:an?|any)\s+(?:LLM|(?:language\s+)?model|network)\s+with\b[^.;]{0,40}\b(?:requires?|needs?|would)\b",
    re.IGNORECASE,
)
"""A run that is only supposed: "it would take two weeks", "an LLM with 10 billion parameters requires …"."""
RELATED = re.compile(r"related work|previous work|prior work|background", re.IGNORECASE)
"""Headings of what others did."""
_CLAUSE = re.compile(
    r";\s|,\s+(?:but\s+|and\s+)?(?=we\b|our\b)|,?\s+(?:while|whereas|although|though)\s|[.?!]\s+(?=[A-Z])"
)
SELF = re.compile(r"\b(?:we|our|ours|us|this (?:work|paper)|proposed)\b", re.IGNORECASE)
"""Words in which authors speak of themselves."""


@dataclass(frozen=True)
class Finding:
    """One figure: field and value in the field's unit (or a hardware slug), its place in the sentence, its phase."""

    field: str
    value: float | str
    start: int
    end: int
    raw: str
    phase: str
    lower: float | None = None
    upper: float | None = None
    confidence: float = 0.9
    notes: tuple[Coded[ReadingNote], ...] = ()
    doubt: Coded[Doubt] | None = None


def measured_finding(m: Measured, field: str, factor: float, phase: str, *notes: Coded[ReadingNote]) -> Finding:
    """The figure of a number with its unit, times a factor to the unit of the field."""
    n = m.number
    low, high = (None if end is None else end * factor for end in (n.lower, n.upper))
    return Finding(field, n.value * factor, n.start, m.end, n.raw, phase, low, high, notes=notes)


def phase_of(text: str, around: str = "") -> str:
    """Phase of the work that a sentence speaks of: search, finetuning, pretraining, training, inference or unknown.

    The sentence's own words decide; where they say nothing, those `around` it (its neighbours, its heading).
    """
    for words in (text, around):
        phase = _phase(words)
        if phase:
            return phase
    return "training" if runs_for(text) else "unknown"


def _phase(words: str) -> str:
    if _SEARCHES.search(words):
        return "search"
    if _PRETRAINS.search(words) and not _PRETRAINED.search(words):
        return "pretraining"
    if _FINETUNES.search(words):
        return "finetuning"
    if TRAINS.search(words) and (_TRAINING_ITSELF.search(words) or not INFERS.search(words)):
        return "training"
    return "inference" if INFERS.search(words) else ""


_RUN_FOR = re.compile(
    r"\b(?:ran|run|runs|takes?|took|taking|lasts?|lasted|trained)\b[^.;]*\b(?:hours?|hrs|days?|weeks?)\b", re.IGNORECASE
)
_ON_CHIPS = rf"\b(?:on|in|using|used|with|across)\b[^.;]*?(?:\b[GC]PUs?\b|\bTPU|(?<![\w.]){named_chip()})"


def runs_for(text: str) -> bool:
    """Whether a sentence says how long something ran on chips ("each experiment ran on 450 K40 GPUs for 7 days")."""
    return bool(_RUN_FOR.search(text) and compiled(_ON_CHIPS).search(text)) and not INFERS.search(text)


def clause_before(text: str, at: int) -> str:
    """What a sentence says before a place, from the start of its clause on."""
    return _CLAUSE.split(text[:at])[-1]


def is_of_another_model(text: str, at: int) -> bool:
    """Whether a figure at a place is said of a cited model, of others' models together, or of one only supposed."""
    clause = clause_before(text, at)
    if SELF.search(clause):
        return False
    starts_clause = len(clause) == at
    if (starts_clause and _CITED_SUBJECT.match(clause)) or _OTHERS.search(clause) or _SUPPOSED.search(clause):
        return True
    return bool(_OTHER_MODELS.search(clause))


def speaks_of_others(text: str) -> bool:
    """Whether a sentence says what a cited work did ("[12] trained on …"), and not what the authors did."""
    if _OTHERS_FIRST.match(text):
        return True
    return bool(_OTHERS.search(text)) and not SELF.search(text)


_BEFORE_SUBJECT = re.compile(
    r"(?:[•▪‣*–-]\s*)?(?:(?:In|By|For)\s(?:contrast|comparison|reference|example|instance),?\s"
    r"|(?:However|Similarly|Likewise|While|But|And|Here),?\s)?(?:(?:the|an?|original)\s)*",
    re.IGNORECASE,
)


def has_registered_subject(text: str, at: int, who: Ownership) -> bool:
    """Whether a figure's clause begins with a registered model that is not the paper's: "GPT-3 was trained on …"."""
    clause = clause_before(text, at)
    subject = clause[_BEFORE_SUBJECT.match(clause).end() :]  # type: ignore[union-attr]  # it matches any text
    return starts_with_model(subject) and not SELF.search(clause) and verdict_of(clause, who) != Verdict.OWN


def is_of_registered(text: str, finding: Finding, who: Ownership) -> bool:
    """Whether the model named last before a figure is a registered one that is not the paper's."""
    clause = clause_before(text, finding.start)
    at = last_named(clause)
    return at is not None and not SELF.search(clause[at:]) and verdict_of(clause[at:], who) != Verdict.OWN
