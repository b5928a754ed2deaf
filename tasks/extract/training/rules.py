"""Rules of reading the sentence of a training figure, each a named feature: schedules, rates, parts, other sets.

The judge weighs them beside the words and names around a figure (`tasks.extract.training.evidence`).
"""

import re

from tasks.extract.training.findings import (
    INFERS,
    RUNS,
    Finding,
    phase_of,
    runs_for,
)
from tasks.extract.training.units import alt


def signs_of(text: str, figure: Finding) -> dict[str, bool]:
    """Which rules apply to a figure of a sentence, by name."""
    before, behind = text[: figure.start], text[figure.end :]
    near = re.split(r"[,;]|\band\b", behind)[0]
    return {
        "milestone": is_milestone(before, behind),
        "rate": bool(_RATE_BEHIND.match(behind)),
        "part": bool(_PART.search(before)),
        "took": bool(_TOOK.search(text)),
        "held_out": bool(_HELD_OUT.search(near)) or bool(_HELD_OUT.search(before[-40:])),
        "set_of": bool(_SET_OF.search(_LIST_OF_SIZES.sub("", before)[-60:])),
        "prepared": bool(_PREPARED.search(before[-120:])),
        "corpus": bool(_CORPUS.search(text)),
        "of_text": bool(_TOKENS_OF_A_TEXT.search(text)),
        "runs": bool(RUNS.search(text)),
        "infers": bool(INFERS.search(text)),
        "runs_for": runs_for(text),
        "alone": phase_of(text) == figure.phase,
    }


_RATE_BEHIND = re.compile(r"\s*(?:/|per\b|an?\s+(?:image|second)|each\s+\w|every\b)", re.I)
_PART = re.compile(
    r"\b(?:(?:each|every|per|one|single)\s+(?:[\w-]+\s+)?(?:layer|expert|block|head|module)s?"
    r"|embedding\s(?:table|layer|matrix)|vocabulary|tokeni[sz]er|teacher|(?:reward|draft)\smodel)\b[^.;]{0,60}$",
    re.I,
)
"""Before a figure of a part of the model, or of a model beside it."""
_TAKING = alt(
    r"""take takes took taking requires? required lasts? lasted within train\w* pre-?train\w* fine-?tun\w* finish\w*
    complet\w+ converge\w* total\w* run ran runs cost\w* over"""
)
_TOOK = re.compile(
    rf"\b{_TAKING}\b",
    re.I,
)
_MILESTONE_WORDS = alt(
    r"""every each after at(?:\sthe)? first last per initial by warm-?up\w* decay\w* drop\w* reduc\w+ divid\w+ until
    than within after\sonly once in\sthe next before annealed evaluat\w+ checkpoint\w*(?!\sfor) saved? patience\sof
    early\sstopping\b.{0,30} occurs?(?:\saround)?"""
)
_MILESTONE = re.compile(
    rf"\b{_MILESTONE_WORDS}"
    r"(?:\s+(?:about|around|approximately|roughly|the|every|of|for|over|another|~))*\s*$",
    re.I,
)
_STOPS = re.compile(r"\b(?:terminat\w+|stop\w*|finish\w*|end\w*|complet\w+)\b[^.,;]{0,30}$", re.I)
_STOPPED = re.compile(
    r"\b(?:stop\w*|plateau\w*|converge\w*|obtained)\b[^;]*\b(?:normally|typically|usually|i\.e\.|about|at)\W*(?:after|at)?"
    r"\W*(?:about |approximately |around )?$",
    re.I,
)
_WARM_UP_BEHIND = re.compile(
    r"\s*(?:of\s+)?(?:linear\s+|learning[- ]rate\s+)?(?:warm-?\s?up|for warm|of warm|decay|linear)", re.I
)
_CHANGING = alt(
    r"""warm\w*(?:\s*-?\s*up)? ramp\w* decay\w* anneal\w* drop\w* divid\w+ multipl\w+ reduc\w+ lower\w* decreas\w+
    increas\w+"""
)
_RATE_CHANGES = re.compile(
    rf"\b{_CHANGING}\b[^.;]{{0,45}}$",
    re.I,
)
_HELD_BACK = re.compile(r"\b(?:warm-?(?:ing\s|\s)?up|delay\w*|disabl\w*|freez\w*|frozen)\b[^;]{0,90}$", re.I)
_WHOLE_SCHEDULE = re.compile(
    r"\b(?:cosine|decay schedule|to zero|to 0|schedule|gradually)\b[^.;,]{0,40}\b(?:for|over|in)\s*$", re.I
)
_LIST_BEFORE = re.compile(r"\d[kKM]?(?:-?th)?\s*(?:,|/|and|or|,\s*and)\s*$")


_BEST_AFTER = re.compile(
    r"\b(?:best|maximum|highest|peak|final|lowest|minimum|optimal)\b[^.;,]{0,40}\bafter\s+"
    r"(?:about\s+|around\s+|approximately\s+|roughly\s+|only\s+|~\s*)?$",
    re.I,
)
"""Before the passes after which a network was best: so long it was trained for its result."""

_PATIENCE = re.compile(
    r"\b(?:not|no|without|fails? to)\b[^.;]{0,40}\b(?:improv|increas|decreas|drop|chang|reduc)\w*[^.;]{0,25}$", re.I
)
"""Before a number of epochs that training waits for something better."""


def is_milestone(before: str, behind: str) -> bool:
    """Whether the number is a milestone of a schedule ("at 32k and 48k iterations") and not its length."""
    before = re.sub(r"[\d,.]+\s(?:\w+\s){1,2}\(or\s$", "", before)  # "every 2 billion tokens (or 1,000 iterations)"
    head = re.sub(r"(?:[\d.,kKM\s/&]|-th\b|\band\b|\bor\b)+$", "", before) if _LIST_BEFORE.search(before) else before
    last_clause = re.split(r"[,;]\s", before)[-1]
    if _WHOLE_SCHEDULE.search(before) or _BEST_AFTER.search(before):
        return False
    if (
        _PATIENCE.search(before)
        or _HELD_BACK.search(before)
        or _WARM_UP_BEHIND.match(behind)
        or _RATE_CHANGES.search(last_clause)
    ):
        return True
    if not (_MILESTONE.search(before) or _MILESTONE.search(head)):
        return False
    if (_STOPS.search(head) or _STOPPED.search(before)) and not re.search(r"\b(?:every|first|each)\b[^,]*$", head):
        return False
    return not re.search(r"\breport\w*\b[^.;]*\b(?:after|at)\s*$", head, re.I)


_HELD_OUT = re.compile(r"\b(?:validation|val\d*|test|testing|dev|development|evaluation|held-?out)\b", re.I)
_HOLDS = alt(
    r"""consist\w* contain\w* compris\w* includ\w* hav(?:e|ing) has with total\w* of on us(?:e|ing|ed|es) the all
    result\w* cover\w* collect\w* there\sare about approximately only over from for"""
)
_FILLER = alt(r"of in about around approximately roughly over the all a total only ~ [∼≈] more\sthan its full whole")
_SET_OF = re.compile(rf"\b{_HOLDS}\s*(?:{_FILLER}\s*)*$|\bset\s*\($", re.I)
_PREPARED = re.compile(
    r"\b(?:data|(?:fine-?)?tuning|bitext|corpus|corpora|(?:data\s?)?sets?|tasks?)\b.*\b(?:compris|consist|contain|includ|with)\w*"
    rf"(?:\s+{_FILLER})*\s*$|\bwe (?:have |then |also )?(?:collect|gather|curat|crawl|annotat)\w*(?:\s+{_FILLER})*\s*$"
    rf"|\b(?:result|leav|yield)\w*(?:\s+(?:in|us|with))*(?:\s+{_FILLER})*\s*$",
    re.I,
)
_LIST_OF_SIZES = re.compile(r"(?:\d[\d.,]*\s?(?:[kKMB]|[mb]illion)?\s*(?:,\s*and|,|and|&)\s*)+$")
_CORPUS = re.compile(
    r"\b(?:(?:pre-?)?train\w*|fine-?tun\w*|total|combined|result\w*|compris\w*|(?:final|our)\s+(?:\w+\s+)?corpus|tokeni[sz]e\sthe\s\w+"
    r"|mid-?train\w*|anneal\w*|cool-?down|long-context|context\s+exten\w+|stages?|phases?)\b",
    re.I,
)
_TOKENS_OF_A_TEXT = re.compile(r"\b(?:contexts?|vocab\w*|tokeni[sz]ers?|sequences?|windows?|lengths?|RoPE)\b", re.I)
"""Beside a few hundred thousand tokens: the length of a text, or the size of a vocabulary."""
