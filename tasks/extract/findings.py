"""What an extractor of training figures found in a sentence or a table, before it becomes a claim."""

import re
from dataclasses import dataclass

TRAINS = re.compile(
    r"\b(?:pre-?|re-?|co-?)?train(?:s|ed|ing)?\b|\bfine-?tun\w*|\boptimi[sz]\w+|\blearning rate|\bSGD\b|\bAdam\w?\b|\bRMSProp\b"
    r"|\bepochs?\b|\bmini-?batch|\bbatch[- ]size|\blearned\b|\bconverge\w*|\bback-?prop\w*",
    re.IGNORECASE,
)
"""Words of training."""

RUNS = re.compile(
    r"\b(?:we|our|all|were|was|are|is|been)\b[^.]{0,60}\b(?:run|ran|runs|running|experiments?|conduct\w*|perform\w*|implement\w*"
    r"|use|used|using|carried out|executed)\b|\bexperiments?\b",
    re.IGNORECASE,
)
"""Words of doing experiments, whichever."""

INFERS = re.compile(
    r"\binference\b|\blatenc\w+|\bthroughput|\btest[- ]time|\bat test\b|\btesting\b|\bper (?:image|frame|sentence|second|query|example)\b"
    r"|\bfps\b|\bframes? per|\bms\b|\bmilliseconds?|\breal[- ]time|\bdecod\w+|\bspeed\b|\bimages?/s|\bserving\b|\bdeploy\w*"
    r"|\bbenchmark(?:ed|ing)\b|\bwall-?clock\b|\bmemory (?:cost|footprint|consumption|usage)|\bruntime\b|\brun-time\b|\bspeed-?up",
    re.IGNORECASE,
)
"""Words of inference and of measuring speed."""

_TRAINING_ITSELF = re.compile(
    r"\btrain(?:s|ed|ing)?\b|\bepochs?\b|\blearning rate\b|\bSGD\b|\boptimi[sz]er\b", re.IGNORECASE
)
_SEARCHES = re.compile(
    r"\b(?:architecture|neural|hyper-?parameter|policy|random|evolutionary|augmentation|grid)[- ]search|\bNAS\b(?!-)|\bcontroller\b|\bsearch (?:phase|cost|time|process|space"
    r"|takes|took|for)|\bproxy task|\bsearching\b|\bthe search\b|\bevolution\b|\bworkqueue\b",
    re.IGNORECASE,
)
_FINETUNES = re.compile(r"\bfine-?tun\w*|\bdownstream\b|\btransfer(?:red|ring)? to\b", re.IGNORECASE)
_PRETRAINS = re.compile(r"\bpre-?train\w*", re.IGNORECASE)
_OTHERS = re.compile(
    r"(?:\[\d[\d, –-]*\]|et al\.?,?(?: \(?(?:19|20)\d\d[a-z]?\)?)?[\])]?)\s+(?:\w+ly\s+)?(?:train|use|report|requir|took|take|need|employ|propos|pretrain|fine-?tun)",
    re.IGNORECASE,
)
_SELF = re.compile(r"\b(?:we|our|ours|us|this (?:work|paper))\b", re.IGNORECASE)


MEASURES = re.compile(
    r"\b(?:speeds?|throughputs?|latenc(?:y|ies)|timings?|tim(?:e|es|ing) information|inference times?|running times?|images per second"
    r"|seconds per)\b[^.]*\b(?:measur\w+|evaluat\w+|report\w*|(?:is|are|was|were) (?:on|tested|obtained)|tested|calculated|process)\b"
    r"|\b(?:measur\w+|evaluat\w+|benchmark\w*)\b[^.]*\b(?:speeds?|throughputs?|latenc(?:y|ies)|timings?|inference times?|runtimes?)\b",
    re.IGNORECASE,
)
"""Measurements of speed: their chips and batch sizes are none of training, whatever else the sentence says."""


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
    model: str = ""
    confidence: float = 0.9
    reasons: str = ""
    doubt: str = ""


def phase_of(text: str, around: str = "") -> str:
    """Phase of the work that a sentence speaks of: search, finetuning, pretraining, training or inference.

    The sentence's own words decide; where they say nothing, those `around` it (its neighbours, its heading).
    """
    for words in (text, around):
        if not words:
            continue
        if _SEARCHES.search(words):
            return "search"
        if _PRETRAINS.search(words) and not re.search(r"\bpre-?trained (?:model|weight|checkpoint|network)", words):
            return "pretraining"
        if _FINETUNES.search(words):
            return "finetuning"
        if TRAINS.search(words) and not (INFERS.search(words) and not _TRAINING_ITSELF.search(words)):
            return "training"
        if INFERS.search(words):
            return "inference"
    return "unknown"


def measures_speed(text: str) -> bool:
    """Whether a sentence measures the speed of inference; the speed of training alone is none."""
    only_training = re.search(r"\btraining (?:speed|time|throughput)", text, re.I) and not re.search(r"\binference\b", text)
    return bool(MEASURES.search(text)) and not only_training


def speaks_of_others(text: str) -> bool:
    """Whether a sentence tells what a cited work did ("[12] trained on …"), and not what the authors did."""
    return bool(_OTHERS.search(text)) and not _SELF.search(text)
