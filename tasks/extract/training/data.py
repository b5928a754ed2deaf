"""What a network was trained on, in prose: batch sizes, sizes of training sets, tokens."""

import re
from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.reading import Doubt, ReadingNote
from tasks.extract.numbers import Number, find_numbers
from tasks.extract.training.findings import INFERS, Finding
from tasks.extract.training.units import LIST, Measured, alt

_BATCH_KIND = alt("global total effective mini training overall large small maximum max default")
_BATCH_SAYS = alt(
    r"""of(?:\s+size)? is was are were to as at with contain\w* consist\w*(?:\s+of)? sizes? set fixed used? uses
    using in\sall for by we be respectively about approximately around up default all our the experiments?
    models? training roughly down both a\stotal from constructed\sfrom increas\w* gradually grow\w* range\sof [A-Z]\s*=
    (?:aggregated|summed)?\s*(?:over|across)\s\d+\s\w+"""
)
_BATCH = re.compile(
    rf"\b(?:{_BATCH_KIND}[\s-]+)*(?:mini[\s-]?)?batch(?:es)?(?:[\s-]?sizes?)?(?:\s+\(?B\)?)?"
    rf"(?:\s*{_BATCH_SAYS}(?!\w)|\s*[=:~∈{{(])*\s*$",
    re.I,
)
_UNITS = alt("images? sentences? examples? samples? tokens? sequences pairs? words instances videos")
_BATCH_BEHIND = re.compile(
    rf"\s*(?:\w+\s+){{0,2}}?{_UNITS}?\s*(?:(?:per|in (?:a|each|one|every))\s|/)\s*(?:training\s+|mini-?)?batch\b"
    r"|\s*tokens\s+(?:per|in (?:a|each|one|every))\s+(?:training\s+|optimi[sz]er\s+)?(?:step|update|iteration)\b"
    r"|\s*(?:sequences|samples)\s+of\s+(?:length\s+)?\d[\d,]*k?(?:\s+tokens)?\s+(?:per|in (?:a|each|every))\s+batch\b",
    re.I,
)
_DEVICE = alt("GPU device worker core chip TPU node card machine")
_PER_DEVICE = re.compile(
    rf"\s*{_UNITS}?\s*(?:per|on each|for each|in each|/|a)\s*{_DEVICE}",
    re.I,
)
_BATCH_NOUN = re.compile(
    r"[\s-]+(?:images?[\s-]+|samples?[\s-]+|examples?[\s-]+|tokens?[\s-]+)?(?:mini-?)?batch(?:[\s-]?size)?\b(?!es)",
    re.I,
)
_COUNTS = alt(
    r"""epochs? iterations? steps updates GPUs? TPUs? chips cores heads hours days layers? classes times workers
    parameters [VAHPK]\d+0s?"""
)
_LINKS = alt("on for and with in over per using across to at when during we")
_OTHER_COUNT = re.compile(rf"\s*(?:%|×|x\d|(?:(?!{_LINKS}\b)[\w-]+\s+){{0,2}}?{_COUNTS}\b)", re.I)
_A_SEQUENCE = re.compile(r"\b(?:sequences|samples)\s+of\s+(?:length\s+)?$", re.I)
_OTHERS = alt("image crop input patch hidden kernel step vocabulary learning")
_OTHER_SIZE = re.compile(rf"\b{_OTHERS}\s*(?:rate|size)s?\W*(?:of\W*)?$", re.I)
_TOKENS_A_BATCH = re.compile(
    r"\b(?:each|every|an?|per)\s+(?:training\s+)?(?:mini-?)?(?:batch|step)\b[^.;]{0,80}?"
    r"\b(?:contain|consist|compris|hold|total)\w*\b[^.;]{0,70}?(\d[\d,.]*[kKM]?)"
    r"\s+(?:source\s+|target\s+|input\s+)?(?:tokens|words)\b",
    re.I,
)
_TOKENS_BEHIND = re.compile(r"[\s-]*(?:source\s|target\s|input\s|BPE\s|wordpiece\s)?(?:tokens?|words)\b", re.I)


_AND = re.compile(
    rf"{LIST.pattern}|\s*(?:tokens|sequences|instances|examples|samples)\s*\(|[,\s]*\((?:for|on|in)\s[\w-]+(?:\s[\w-]+)?,\s*|\s*\("
    r"|(?:\s[a-z]+s)?\s(?:for|on)\s[\w-]+(?:\s[\w-]+)?,?\s(?:and|while|but)\s",
    re.I,
)
"""What parts two batch sizes: "128 and 256", "100 (for ImageNet, 32)", "128 (64 for COCO)", "128 for A and 64"."""

_RAMP = re.compile(
    r"\bbatch[\s-]sizes?\b[^.]*\b(?:ramp\w*|warm\w*|increas\w*|grow\w*|doubl\w*|start\w*|from|raise\w*|adjust\w*)\b[^.]*?"
    r"(?:\b(?:from|to|at|reach\w*)\s+(?:about\s+|around\s+|approximately\s+|~)?$|\bfrom\s+\d\S*(?:\s\w+){0,3}\s+to\s+$)",
    re.I,
)
"""Before the sizes that a batch grows through: "we increase the batch size from 64M tokens to 96M tokens"."""
_AT_EACH_STEP = re.compile(
    r"\b(?:at|in|for|on)\s+(?:each|every)\s+(?:\w+\s+)?(?:update|step|iteration),?\s+(?:we|the \w+)\s+"
    r"(?:use[sd]?|sample[sd]?|select\w*|take|took|draw|drew|process\w*|see|sees|saw)\s+(?:a\s+total\s+of\s+)?$",
    re.I,
)
_BATCH_OF = re.compile(rf"\s+(?:[\w-]+\s+){{0,3}}?{_UNITS}\b", re.I)
"""What is taken at each step: "at each update, we used 64 randomly selected phrase pairs"."""
_STEPS_OF = re.compile(r"\b(?:iterations|steps|updates)\s+of\s+$", re.I)
_TOKENS_EACH = re.compile(r"\s*tokens\s+each\b", re.I)
"""Around the batch of "4k iterations of 1M tokens each"."""
_BATCH_OR_STEP = re.compile(r"batch|step|update|iteration", re.I)
"""One of these words is in all that announces a batch."""
_RAMP_UNIT = re.compile(r"\s*(?:tokens?|sequences|instances|examples|samples)\b", re.I)


def find_batch_sizes(text: str, phase: str) -> list[Finding]:
    """Batch sizes in examples (or tokens where stated so), those of one device left out.

    "batch size of 256", "mini-batches of size 128", "64 images in a batch", "a 256-image minibatch", "each training
    batch contained approximately 25000 source tokens".
    """
    if not _BATCH_OR_STEP.search(text):
        return []
    numbers = find_numbers(text)
    in_tokens = {match.start(1) for match in _TOKENS_A_BATCH.finditer(text)}
    found: list[Finding] = []
    for i, n in enumerate(numbers):
        if found and _is_same_in_tokens(text, n, found[-1]):
            in_tokens.add(n.start)
        continues = found and found[-1].end == numbers[i - 1].end and _AND.fullmatch(text[numbers[i - 1].end : n.start])
        if n.start in in_tokens or ((continues or _is_announced(text, n)) and _is_batch_size(text, n)):
            counts_tokens = n.start in in_tokens or _TOKENS_BEHIND.match(text, n.end)
            notes = (Coded(ReadingNote.IN_TOKENS),) if counts_tokens else ()
            found += [
                Finding("batch_size", value, n.start, n.end, n.raw, phase, notes=notes)
                for value in ((n.value,) if n.lower is None or n.upper is None else (n.lower, n.upper))
            ]
    if len(found) > 2 and re.search(r"\bbatch sizes\b", text, re.I) and not re.search(r"\brespectively\b", text):
        found = [replace(f, doubt=Coded(Doubt.SIZES_TRIED)) for f in found]
    return found


_IN_BRACKETS = re.compile(r"\(\s*(?:[^()]{0,30},\s*)?(?:about |around |over )?[~∼≈]?\s*$")


def _is_same_in_tokens(text: str, n: Number, batch: Finding) -> bool:
    """Whether brackets behind a batch of sequences give it in tokens: "64 (2^18 tokens)"."""
    between = text[batch.end : n.start]
    in_tokens = _IN_BRACKETS.search(between) and _TOKENS_BEHIND.match(text, n.end)
    return bool(in_tokens) and n.value > float(batch.value) and not re.search(r"[.;]", between) and len(between) < 70


_PRODUCT = re.compile(r"(?:\d[\d,]*\s*[×x∗*]\s*)+\d[\d,]*\s*=\s*$")
"""Before a total: "16 × 8 = 128"."""


def _is_announced(text: str, n: Number) -> bool:
    """Whether the words around a number speak of a batch."""
    before, behind = _PRODUCT.sub("", text[max(0, n.start - 90) : n.start]), text[n.end :]
    if _AT_EACH_STEP.search(before) and _BATCH_OF.match(behind):
        return True
    if _STEPS_OF.search(before) and _TOKENS_EACH.match(behind):
        return True
    if _RAMP.search(text[: n.start]) and _RAMP_UNIT.match(behind) and n.value < 5e8:
        return True
    return bool(_BATCH.search(before) or _BATCH_BEHIND.match(behind) or _BATCH_NOUN.match(behind))


def _is_batch_size(text: str, n: Number) -> bool:
    """Whether a number near "batch" can be its size: whole, not of one device, not a count of something else."""
    before, behind = text[: n.start], text[n.end :]
    in_words = re.search(r"size (?:of|(?:\w+ ){0,3}?from) $|batch(?:es)? of $", before)
    if n.raw[0].isalpha() and not in_words:
        return False
    if n.value != int(n.value) or not 1 <= n.value <= 5e8:
        return False
    is_another = _OTHER_SIZE.search(before) or _A_SEQUENCE.search(before)
    if _PER_DEVICE.match(behind) or _OTHER_COUNT.match(behind) or is_another:
        return False
    return not re.search(r"batch[\s-]norm\w*[^,;]*$", before[-40:], re.I)


_SEQUENCE = (
    r"(?:\b(?:sequences?|context|input|token|segment|text)[\s-]+(?:lengths?|window(?:[\s-]+(?:size|length))?s?)"
    r"|\b(?:sequences|contexts|context\s+size)|\bblock\s+size|\bBPTT(?:[\s-]+length)?)"
)
_SEQUENCE_SAYS = alt(
    r"""of is was are were to as at set fixed up most maximum max\.? length lengths with about around T L N n = : ≤
    limited equal default truncated"""
)
_SEQUENCE_BEFORE = re.compile(rf"{_SEQUENCE}(?:[\s(]*{_SEQUENCE_SAYS}(?=\W|\d))*[\s(]*$", re.I)
_TIMES_LENGTH = re.compile(r"\bbatch\w*\b[^.;\d]{0,25}\d[\d,.]*[kK]?(?:\s+\w+)?\s*[×x∗*]\s*$", re.I)
"""Before the length in "a batch size of 1536 x 4096 tokens"."""
_SEQUENCE_BEHIND = re.compile(
    r"[\s-]+tokens?[\s-]+(?:long\s+)?(?:sequences?|contexts?|segments|inputs?|context\s+window)\b", re.I
)
_NO_LENGTH_WORDS = alt(
    r"""average mean median short\w* longer output generat\w* audio seconds support\w* evaluat\w+ process\w* scal\w+
    generali[sz]\w* handl\w* extrapolat\w* perform\w* lengths\sup\sto"""
)
_NO_LENGTH = re.compile(rf"\b{_NO_LENGTH_WORDS}\b[^.;,]{{0,40}}$|\bSequences up to\s+$", re.I)
_OTHER_UNIT = re.compile(r"\s*(?:%|×|x\d|(?!tokens?\b|subword|word|BPE|and\b|for\b|in\b|with\b|on\b|to\b)[a-z-]+s\b)")


_SECONDS_OF_AUDIO = re.compile(
    r"[\s-]*(?:seconds?|sec|s)[\s-]+(?:long\s+)?(?:audio\s+|speech\s+)?(?:segments?|chunks?|clips?|crops?|windows?|audio)\b",
    re.I,
)
_OF_AUDIO = re.compile(r"\b(?:audio|speech|utterances?|recordings?|transcri\w+|acoustic)\b", re.I)
_POSITIONS_A_SECOND = 50.0, 25.0, 100.0
"""What an encoder of speech sees of a second: a position each 20 ms (wav2vec 2.0, arXiv 2006.11477, section 4.1;
Whisper, arXiv 2212.04356, section 2.2: frames of 10 ms, every other), at most each 10 ms, at least each 40 ms
(Conformer, arXiv 2005.08100, section 2: frames of 10 ms, every fourth)."""


def find_audio_lengths(text: str, phase: str) -> list[Finding]:
    """Positions of a training sequence of speech: "30-second audio chunks" are 1500, from 750 to 3000."""
    if phase not in ("training", "pretraining", "finetuning") or not _OF_AUDIO.search(text):
        return []
    found = []
    for n in find_numbers(text):
        unit = _SECONDS_OF_AUDIO.match(text, n.end)
        if unit and n.lower is None and 1 <= n.value <= 120:
            usual, least, most = (n.value * rate for rate in _POSITIONS_A_SECOND)
            note = Coded.of(ReadingNote.AUDIO_POSITIONS, seconds=n.raw, rate=_POSITIONS_A_SECOND[0])
            end = unit.end()
            found.append(Finding("sequence_length", usual, n.start, end, n.raw, phase, least, most, 0.8, (note,)))
    return found


def find_sequence_lengths(text: str, phase: str) -> list[Finding]:
    """Tokens of a training sequence: "sequence length of 512", "a context window of 2048 tokens"; averages are none."""
    if phase not in ("training", "pretraining", "finetuning") or (INFERS.search(text) and not _TRAINED.search(text)):
        return []
    numbers = find_numbers(text)
    found: list[Finding] = []
    for i, n in enumerate(numbers):
        before, behind = text[max(0, n.start - 90) : n.start], text[n.end :]
        continues = found and found[-1].end == numbers[i - 1].end and LIST.fullmatch(text[numbers[i - 1].end : n.start])
        said = _SEQUENCE_BEFORE.search(before) or _SEQUENCE_BEHIND.match(behind) or continues
        said = said or (_TIMES_LENGTH.search(before) and _TOKENS_BEHIND.match(behind))
        if not said or _NO_LENGTH.search(before) or _OTHER_UNIT.match(behind) or n.lower is not None:
            continue
        if n.value == int(n.value) and 16 <= n.value <= 1e7:
            found.append(Finding("sequence_length", n.value, n.start, n.end, n.raw, phase))
    return found


_TRAINED = re.compile(r"\b(?:pre-?|fine-?)?(?:train|tun)(?:ed|ing|s)?\b", re.I)


def examples(text: str, m: Measured, phase: str) -> Finding | None:
    """Number of examples; None for years."""
    n = m.number
    if not 1000 <= n.value <= 1e11 or n.value != int(n.value) or re.fullmatch(r"(?:19|20)\d\d", n.raw):
        return None
    return Finding("examples", n.value, n.start, m.end, n.raw, phase, n.lower, n.upper)


_SIZE = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?[kKM]?)"
_SPLIT = re.compile(
    rf"(?<![\d/,.])({_SIZE})\s*/\s*{_SIZE}(?:\s*/\s*{_SIZE}(?![\w/])|(?=\s+train\w*\s*/\s*(?:dev|val|test)\w*\b))"
)
_SPLIT_UNITS = alt("sentences images examples samples documents pairs instances articles questions tuples words tokens")
_OF_TOKENS = re.compile(r"\s+(?:\w+\s*/\s*)*(?:\w+\s+)?(?:words|tokens)\b", re.I)
_SPLIT_OF = re.compile(
    rf"\b{_SPLIT_UNITS}\b[^.;]{{0,25}}\btrain|\btrain\w*\s*/\s*\w+\s*/\s*\w+\b[^.;]*\b{_SPLIT_UNITS}\b", re.I
)


def find_splits(text: str, phase: str) -> list[Finding]:
    """Training sets out of "14,041/3,250/3,453 sentences in the training/development/test set": the first of the parts.

    "90k/10k train/dev tuples" has two; "929k/73k/82k train/validation/test words" counts tokens.
    """
    if not _SPLIT_OF.search(text):
        return []
    found = [(find_numbers(match[1])[0].value, match) for match in _SPLIT.finditer(text)]
    return [
        Finding("tokens" if _OF_TOKENS.match(text, m.end()) else "examples", v, m.start(1), m.end(1), m[1], phase)
        for v, m in found
        if v >= 500
    ]


_SCHEDULE_OVER = re.compile(r"\b(?:decay\w*|anneal\w*|cosine)\b[^.;]{0,80}\bover\s+(?:about\s+|the\s+)?$", re.I)
"""Before tokens over which a learning rate falls: as many as are trained on, where training does not go on behind."""

_GOES_ON = re.compile(r"\btraining continues\b", re.I)


def tokens(text: str, m: Measured, phase: str) -> Finding | None:
    """Tokens of a corpus, or seen in training."""
    n = m.number
    if n.value < 1e5:
        return None
    before, behind = text[: n.start], text[n.end + len(m.unit[0]) :]
    found = Finding("tokens", n.value, n.start, m.end, n.raw, phase, n.lower, n.upper)
    is_schedule = _SCHEDULE_OVER.search(before) and not _GOES_ON.search(behind)
    return replace(found, notes=(Coded(ReadingNote.WHOLE_SCHEDULE),)) if is_schedule else found
