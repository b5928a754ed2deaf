"""Whose result is it: the paper's own, someone else's cited, or someone else's model run again?"""

import re
from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from tasks.names.keys import model_key
from tasks.parse.document import Document
from tasks.reference.model_families import registered_names

_AUTHOR = r"[A-Z][\w’'\-]+"
CITATION = re.compile(
    r"\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]"  # [12], [3, 4]
    r"|\[[A-Z][A-Za-z+]{1,6}\d{2}[a-z]?(?:,[^\]]*)?\]"  # [HZRS16]
    r"|\bet al\b"
    rf"|{_AUTHOR}(?:\s(?:and|&)\s{_AUTHOR})?,?\s\(?(?:19|20)\d\d[a-z]?\)"  # Lin and Wu (2009), (Lin and Wu, 2009)
)
_OURS = re.compile(r"\bours?\b|\bthis (?:work|paper)\b|\bproposed\b|\bwe\b", re.IGNORECASE)
_RERUN = re.compile(
    r"\bour (?:re-?)?(?:impl|test|run|repro|train|eval)\w*|\bre-?(?:impl|produc|train|run)\w*|\bre-port\w*"
    r"|\bimpl(?:\.|ementation) by us|\bbased on our tests?\b|\bour version\b|\(our\w*\s+impl",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\breported (?:by|in)\b|\bprevious\b|\bprior\b|\bpublished\b|\bstate[- ]of[- ]the[- ]art\b|\bhuman\b"
    r"|\bleaderboard\b"
    r"|\bSOTA\b|^random(?: guess\w*| chance)?$|\bchance\b|\bforecast\b"
    r"|\bcompetitors?\b|\bexisting\b|\bcopied\b|\bconcurrent\b|\boriginal\b|\brelated work",
    re.IGNORECASE,
)
_CITED_NAME = re.compile(
    r"([A-Z][\w\-+./]*\w)\s*(?:\[\d[\d,\s–-]*\]"
    rf"|\((?:{_AUTHOR}(?: et al\.?| and {_AUTHOR}| & {_AUTHOR})?,? ?\(?(?:19|20)\d\d[a-z]?[^()]*)\))"
)
_INTRODUCED = re.compile(
    r"(?:call(?:ed)?|nam(?:ed|e)|dub(?:bed)?|term(?:ed)?|propos(?:e|ed|ing)|introduc(?:e|ed|ing)|present(?:ed"
    r"|ing)?|known as"
    r"|model,|method,|network,|architecture,|develop(?:ed)?|coined?|denoted as|refer(?:red)? to as)"
    r"\s+(?:a |an |the |new |novel |our |it |“|\")*([A-Z][\w\-+]*\w)"
)
# families, tasks, tools and venues that no paper owns and every paper names
_GENERIC_WORDS = (
    "cnn cnns rnn rnns lstm lstms bilstm gru crf ner nlp nmt smt asr mlp mlps dnn dnns sgd adam gpu gpus tpu tpus cpu "
    "cpus relu relu6 gelu gan gans flops map iou wer bleu voc coco mscoco imagenet imagenet1k cifar cifar10 "
    "cifar100 svhn squad glue wmt wmt14 conll mnist ilsvrc ilsvrc2012 mmlu pos bpe nas sota ssl ml ai dl dev pytorch "
    "tensorflow caffe word2vec glove bn gn ln fc conv roi rois nms ss svm svms qa nli nlu lm lms llm llms rl mt fp16 "
    "fp32 int8 bf16 io sram dram kv ffn mlm nsp gb tb mb api cuda iclr icml neurips nips cvpr iccv eccv acl emnlp "
    "moe sft cot rlhf ppo dpo grpo gqa mqa mha "
    "naacl arxiv ieee acm nvidia openai deepmind fair google facebook microsoft table figure tab fig eq sec in cls "
    "per loc org et al dct pca knn ema wd lr aug maxpool avgpool softmax convnet convnets ann anns and"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
_NAME = re.compile(r"(?<![\w@/.\-])[A-Z][\w\-+]*\w(?: v\d)?(?![\w@])")
_REFERENCES = re.compile(r"\b(?:References|REFERENCES|Bibliography)\b")
_PROPOSED_AS = re.compile(
    r"\b(?:introduc|propos|present|develop|call|nam|term|dub|describ)\w*\b[^.]{0,100}?\(([A-Z][\w\-+]{1,}?)s?\)"
)
_BRACKETED = re.compile(r"\(([A-Z][\w\-+]{2,})s?\)")
_GIVEN_NAME = re.compile(
    r"\b(?:[Ww]e (?:\w+ )?(?:introduce|present|propose|release|develop|open-?source)|called|named|dubbed|coined"
    r"|termed)\s+(?:a |an |the |new |our |“|\")*([A-Z][\w.\-+]*\w)"
)
"""A name that is shaped like any other word: "we present Gopher"."""
_REPORT = re.compile(
    r"[\s:,–-]*(?:(?:Open )?Technical Report|(?:Model|System) Card|(?:Large )?Language Models)\W*$", re.IGNORECASE
)
"""What follows a model's name in the title of its report."""


class Verdict(StrEnum):
    """Whose a figure is, by the words about it."""

    OWN = "own"
    RERUN = "rerun"
    """Another's model, run again by the paper's authors."""
    CITED = "cited"
    KNOWN = "known"
    """Of a model that the paper cites elsewhere."""
    BASELINE = "baseline"
    """Of what columns of the paper's own are set against."""
    UNSAID = ""


@dataclass(frozen=True)
class Ownership:
    """Names of the paper's own models, and of models that it cites, as keys."""

    own: frozenset[str] = field(default_factory=frozenset)
    cited: frozenset[str] = field(default_factory=frozenset)


def ownership_of(document: Document, is_dataset: Callable[[str], bool] = lambda _: False) -> Ownership:
    """Read the names of own and cited models out of title, abstract and text.

    Own are names that the title or abstract introduces, and names that the text uses often without ever citing them.

    Args:
        document: The paper.
        is_dataset: Whether a name is that of a dataset, a split or a metric: those belong to no model.
    """
    text = re.sub(r"\s+", " ", " ".join(page.plain_text for page in document.pages))
    cited = {key for m in _CITED_NAME.findall(text) if looks_like_name(m) for key in _forms(m)}
    body, abstract, title = _REFERENCES.split(text)[0], _abstract(document), _title(document)
    names = Counter(w for w in _NAME.findall(body) if looks_like_name(w))
    heads = _names_in_title(title)
    own = heads | _introduced(title, heads, abstract, body, cited)
    most = _most_named(names, abstract, cited)
    if not any(names[word] > 0.5 * names[m] or word in heads for word in own for m in most):
        own |= most
    own |= _often_named(names, abstract, cited)
    own = {k for word in own if not is_dataset(word) for k in _forms(word)}
    own = {k for k in own if len(k) >= 2 and k not in _GENERIC} | _initials(title, text)
    return Ownership(frozenset(own), frozenset(k for k in cited - own if len(k) >= 3 and k not in _GENERIC))


def _forms(word: str) -> set[str]:
    """Keys of a name in singular and plural ("AmoebaNets", "AmoebaNet")."""
    key = model_key(word)
    return {key, key[:-1]} if re.search(r"[a-zA-Z]s$", word) and len(key) > 4 else {key}


def _initials(title: str, text: str) -> set[str]:
    """The initials of the title's first words where the text uses them as a name: "Batch Normalization: …" → BN."""
    words = [w for w in re.findall(r"[A-Za-z]+", title.split(":", maxsplit=1)[0]) if not title.isupper()]
    letters = "".join(w[0] for w in words if w[0].isupper())
    found = (letters[:n] for n in (4, 3, 2) if len(letters) >= n)
    return {model_key(x) for x in found if len(re.findall(rf"(?<![\w-]){x}(?!\w)", text)) >= 12}


def _title(document: Document) -> str:
    """The title; where only a date or nothing was found, the first line of the first page that holds words."""
    lines = [document.title, *(document.pages[0].plain_text.splitlines()[:8] if document.pages else [])]
    return next((line.strip() for line in lines if len(re.findall(r"[A-Za-z]{2,}", line)) > 1), document.title)


def _names_in_title(title: str) -> set[str]:
    """The names that a title begins with: "FooNet: a network", "Fast R-CNN", "Foo 3 Technical Report"."""
    is_name = len(title.split()) <= 3 and any(looks_like_name(w) for w in title.split()) and not title.isupper()
    heads = [title.split(":", maxsplit=1)[0]] if ":" in title or is_name else []  # "Fast R-CNN" is a name and no more
    if ":" not in title and _REPORT.search(title):
        heads = re.split(r"\s*(?:,|&|\band\b)\s*", _REPORT.sub("", title))
    return {head for head in heads if len(model_key(head)) >= 3 and len(head.split()) <= 3}


def _introduced(title: str, heads: set[str], abstract: str, body: str, cited: set[str]) -> set[str]:
    """Names that title and abstract introduce ("we propose FooNet" wins over a citation of it elsewhere)."""
    own = {part for head in heads for part in head.split("-") if len(part) > 4 and not _is_others(part, cited)}
    own |= {w for w in [*_INTRODUCED.findall(abstract), *_PROPOSED_AS.findall(abstract)] if looks_like_name(w)}
    own |= {
        w
        for w in _GIVEN_NAME.findall(f"{abstract} {title}")
        if _is_given(w, body) and not _is_others(w, cited, _GENERIC)
    }
    named = [] if title.isupper() else re.findall(r"[\w\-+]+", title)
    own |= {w for w in named if looks_like_name(w) and not _is_others(w, cited)}
    own |= {w for w in _BRACKETED.findall(abstract) if looks_like_name(w) and not _is_others(w, cited, _GENERIC)}
    return {w for w in own if len(model_key(w)) >= 3}


def _is_given(word: str, body: str) -> bool:
    """Whether a capitalised word is a name: the text uses it often, and hardly ever in lower case."""
    found = Counter(re.findall(rf"\b(?:{re.escape(word)}|{re.escape(word.lower())})\b", body))
    return found[word] >= 5 and found[word.lower()] <= 0.05 * found[word]


def _often_named(names: Counter[str], abstract: str, cited: set[str]) -> set[str]:
    """Names that a paper uses a dozen times (five, where its abstract has them) and never cites: its own."""
    return {
        word
        for word, n in names.items()
        if n >= (5 if word in abstract else 12)
        and (len(model_key(word)) >= 3 or n >= 30)
        and not _is_others(word, cited)
    }


def _most_named(names: Counter[str], abstract: str, cited: set[str]) -> set[str]:
    """The name that a paper uses most, though it is well known, where its abstract has it and it is never cited."""
    n, word = max(((n, word) for word, n in names.items() if not _heads(word) & _GENERIC), default=(0, ""))
    return {word} if n >= 12 and word in abstract and not _is_others(word, cited, _GENERIC) else set()


@cache
def _registered() -> frozenset[str]:
    """Keys of the names that papers print without a citation."""
    return frozenset(map(model_key, registered_names()))


@dataclass(frozen=True)
class NamesInText:
    """How many words of a text name models: the paper's own, those it cites, those that everybody knows."""

    own: int
    cited: int
    well_known: int


@lru_cache(maxsize=5_000)
def names_in_text(text: str, who: Ownership) -> NamesInText:
    """Count the names of models in a label or header; a name of the paper's own counts as nothing else."""
    words = [w for w in re.split(r"[\s,()/|]+", re.sub(r"[_^]\{([^{}]*)\}", r" \1", text)) if re.search(r"[A-Za-z]", w)]
    own = [w for w in words if _mentions(w, who.own)]
    rest = [w for w in words if w not in own]
    return NamesInText(
        len(own),
        sum(_is_cited_name(w, who.cited) for w in rest),
        sum(bool(_heads(w) & _registered()) for w in rest),
    )


def _heads(word: str) -> set[str]:
    """Keys of a name with and without its size: "resnet50", "resnet"; "llama2", "llama"."""
    lower = word.lower()
    return {model_key(x) for x in (lower, re.split(r"[-_/]?\d", lower)[0], lower.split("-")[0])} - {""}


def _is_others(word: str, cited: set[str], known: Set[str] | None = None) -> bool:
    """Whether a name is cited in the paper, or so well `known` that papers use it uncited, with a size or without."""
    return _is_cited_name(word, cited) or bool(_heads(word) & (_GENERIC | _registered() if known is None else known))


def _abstract(document: Document) -> str:
    """Text of the first page up to the introduction (all of it where none is marked)."""
    text = re.sub(r"\s+", " ", document.pages[0].plain_text) if document.pages else ""
    found = re.search(r"\b(?:1|I)\.?\s+(?:Introduction|INTRODUCTION)", text)
    return text[: found.start()] if found and found.start() > 300 else text[:3000]


@lru_cache(maxsize=50_000)
def looks_like_name(word: str) -> bool:
    """Whether a word is shaped like a model's name: capitals inside, or letters with digits."""
    letters = re.sub(r"[^A-Za-z]", "", word)
    if len(letters) < 2:
        return False
    if re.fullmatch(r"(?:[A-Z]?[a-z]+-)*[A-Z]?[a-z]+", word):  # "One-Stage" is a word
        return False
    inner_capital = any(c.isupper() for c in word[1:])
    return inner_capital or (word[0].isupper() and any(c.isdigit() for c in word))


@lru_cache(maxsize=5_000)
def verdict_of(label: str, who: Ownership) -> Verdict:
    """What a row's (or column's, or group's) words say of whose result it is."""
    label = re.sub(r"[_^]\{([^{}]*)\}", r"\1", re.sub(r"[_^]\{([A-Za-z]{2,})\}", r" \1", label))
    if _RERUN.search(label):
        return Verdict.RERUN
    if _OURS.search(label):
        return Verdict.OWN
    if _OTHERS.search(label):
        return Verdict.CITED
    if _mentions(label, who.own):
        return Verdict.OWN
    if CITATION.search(label):
        return Verdict.CITED
    known = any(_is_cited_name(word, who.cited) for word in re.split(r"[\s,()]+", label))
    return Verdict.KNOWN if known and not builds_on(label) else Verdict.UNSAID


def builds_on(label: str) -> bool:
    """Whether a label names a variant of another model: "+ X", "with X"."""
    return bool(re.search(r"[+−]|\bw/|\bwith", label))


def _mentions(label: str, names: Set[str]) -> bool:
    """Whether a word (or two) of the label is one of the names, or the name with a size or variant behind it."""
    keys = _keys_in(label)
    return any(
        key in keys.parts
        or any(k.startswith(key) and not k[len(key) :][:1].isalpha() for k in keys.joined)
        or (len(key) > 3 and any(k.startswith(key) for k in keys.hyphened))
        for key in map(_family, names)
    )


@lru_cache(maxsize=5_000)
def _family(key: str) -> str:
    """A name that ends in a size stands for its family: "FooNet-92" for "FooNet-56"."""
    return re.sub(r"(?<=[a-z]{4})\d{2,}$", "", key)


class _KeysInText(NamedTuple):
    """Keys of the words of a text: of up to three in a row, of parts between hyphens, of words that have hyphens."""

    joined: frozenset[str]
    parts: frozenset[str]
    hyphened: frozenset[str]


@lru_cache(maxsize=5_000)
def _keys_in(text: str) -> _KeysInText:
    words = [w for w in re.split(r"[\s,()]+", re.sub(r"[_^]\{([^{}]*)\}", r" \1", text)) if w]
    return _KeysInText(
        frozenset(model_key(" ".join(words[i : i + n])) for i in range(len(words)) for n in (1, 2, 3)),
        frozenset(model_key(part) for word in words for part in word.split("-")),
        frozenset(model_key(word) for word in words if "-" in word),
    )


def _is_cited_name(word: str, cited: Set[str]) -> bool:
    if not looks_like_name(word):
        return False
    heads = {re.split(r"[-_/]?\d", word.lower())[0], word.lower().split("-")[0]}
    return bool(_forms(word) & cited) or any(len(head) >= 3 and model_key(head) in cited for head in heads)
