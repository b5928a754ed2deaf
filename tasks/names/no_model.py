"""Names that a machine took for a model's and that are something else's: a metric's, a data set's, a technique's."""

import re
from functools import cache

from schemas.codes.matching import DefectSign
from tasks.names.keys import clean_name
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.other_datasets import load_other_datasets

_WORDS: dict[DefectSign, str] = {
    DefectSign.NAME_OF_LANGUAGE: "english german french chinese japanese korean spanish italian portuguese russian"
    " arabic hindi turkish dutch polish czech swedish finnish romanian vietnamese thai indonesian ukrainian greek"
    " hebrew bengali urdu persian multilingual",
    DefectSign.NAME_OF_SUBJECT: "code coding math maths mathematics knowledge reasoning commonsense stem humanities"
    " general",
    DefectSign.NAME_OF_METRIC: "ap map ar miou iou bleu rouge f1 em wer cer ppl perplexity top-1 top-5 top1 top5 top"
    " acc accuracy err error errors rate pass score scores avg average mean median max min overall total flops gflops"
    " mflops flop params parameters complexity latency fps box mask bbox",
    DefectSign.NAME_OF_SPLIT: "train val validation dev test minival test-dev test-std test-clean test-other clean",
    DefectSign.NAME_OF_EFFORT: "low high xhigh x-high",
    DefectSign.NAME_OF_TECHNIQUE: "relu prelu lrelu gelu elu selu silu swish softplus sigmoid tanh softmax h-swish bn"
    " ln gn batchnorm layernorm groupnorm instancenorm renorm norm norms normalization activation activations mixup"
    " cutmix cutout dropblock dropout droppath stochdepth shakedrop randaugment randaug autoaugment aa augmentation"
    " regularization smoothing sam adam adamw sgd rmsprop muon optimizer moe mha mla mqa gqa attention nsp sop sft dpo"
    " rlhf cot distillation pruning quantization huffman giou ciou diou mse loss warmup scaling scratch init"
    " initialization random multi-scale",
    DefectSign.NAME_OF_EDITION: "pro flash ultra turbo chat instruct preview thinking original",
    DefectSign.NAME_OF_ANSWER: "n/a na none yes no true false unknown only",
}
"""Words that name no model, by what they name; a name of several kinds is of the first of them."""

_NAMES_WITH_A_SIZE = frozenset({DefectSign.NAME_OF_TECHNIQUE, DefectSign.NAME_OF_EDITION})
"""Kinds of words that name a model together with a number: "MoE (2048E, 36L)", "Chat 7B"."""

_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_BESIDE = frozenset({"set", "sets", "split", "splits", "on", "of", "and", "in"})
_ADDITION = re.compile(r"(?:\+ ?|(?:w/o?|with|without|no) )\S.*")
_NUMBERED = re.compile(r"[a-z]{3}-?v?\d")
"""What says that a model is named behind an addition: "w/o SE MobileNetV2"."""

_TOKEN = re.compile(r"[^\W\d_][\w-]*(?:/a\b)?|\d\S*")
_AT_NUMBER = re.compile(r"(?:ap|ar|pass|maj|top)-?\d+(?:box|mask)?")


def names_no_model(name: str) -> DefectSign | None:
    """What a printed name names where that is no model ("AP 50", "English", "+ SAM"); None where it may be a model's.

    Every word of it must be such a name or stand beside one: "Base", "1B" and "A" may be models', and so may "BERT
    (SQuAD)".
    """
    printed = clean_name(name).lower()
    if _ADDITION.fullmatch(printed) and not _NUMBERED.search(printed):
        return DefectSign.NAME_OF_ADDITION
    rest = _data_sets().sub(" ", printed)
    tokens = [t for t in _TOKEN.findall(rest) if t not in _BESIDE]
    words = [t for t in tokens if not t[0].isdigit()]
    kinds = {DefectSign.NAME_OF_METRIC if _AT_NUMBER.fullmatch(w) else _KINDS.get(w) for w in words}
    if None in kinds or (len(words) < len(tokens) and kinds & _NAMES_WITH_A_SIZE):
        return None
    if rest != printed:
        return DefectSign.NAME_OF_DATASET if words or not tokens else None
    return next((kind for kind in _WORDS if kind in kinds), None)


@cache
def may_name_no_model() -> str:
    """Pattern that is found in every name, in small letters, that names no model, and in few others.

    For queries: DuckDB's patterns know no look-around.
    """
    words = "|".join(re.escape(word) for word in sorted(_KINDS))
    alone = rf"(?:^|[^a-z])(?:{words}|{_data_set_names()})(?:[^a-z]|$)"
    return rf"[^\x00-\x7f]|^\W*(?:\+|w/|with|no)|{_AT_NUMBER.pattern}|{alone}"


@cache
def _data_sets() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_data_set_names()})(?![\w-])")


@cache
def _data_set_names() -> str:
    """All names of data sets that are no plain words, the longest first."""
    names = {name for b in load_benchmarks() for name in (*b.names, *b.near_names)}
    names |= {d.name for d in load_other_datasets() if not d.is_word}
    return "|".join(re.escape(name.lower()) for name in sorted(names, key=lambda n: (-len(n), n)))
