"""Whose result is it: the paper's own, someone else's cited, or someone else's model run again?"""

import re
from dataclasses import dataclass, field

from tasks.extract.names import model_key
from tasks.parse.document import Document

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
# families, tasks and tools that no paper owns and every paper cites
_GENERIC_WORDS = (
    "cnn cnns rnn rnns lstm lstms bilstm gru crf ner nlp nmt smt asr mlp mlps dnn dnns sgd adam gpu gpus tpu relu gan "
    "gans vit flops map iou wer bleu voc coco mscoco imagenet imagenet1k cifar cifar10 cifar100 svhn squad glue wmt "
    "wmt14 conll mnist ilsvrc ilsvrc2012 mmlu pos bpe gelu nas sota ssl ml ai dl dev pytorch tensorflow caffe word2vec "
    "glove"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
_BRACKETED = re.compile(r"\(([A-Z][\w\-+]{2,})s?\)")


@dataclass(frozen=True)
class Ownership:
    """Names of the paper's own models, and of models that it cites, as keys."""

    own: frozenset[str] = field(default_factory=frozenset)
    cited: frozenset[str] = field(default_factory=frozenset)


def ownership_of(document: Document) -> Ownership:
    """Read the names of own and cited models out of title, abstract and text."""
    text = " ".join(page.plain_text for page in document.pages)
    text = re.sub(r"\s+", " ", text)
    abstract = _abstract(document)
    cited = {model_key(m) for m in _CITED_NAME.findall(text) if looks_like_name(m)}
    own = set()
    title = document.title
    before_colon = title.split(":")[0] if ":" in title else ""
    if before_colon and len(before_colon.split()) <= 3:
        own.add(model_key(before_colon))
    if not title.isupper():
        own |= {model_key(w) for w in re.findall(r"[\w\-+]+", title) if looks_like_name(w)} - cited
    own |= {model_key(m) for m in _INTRODUCED.findall(abstract) if looks_like_name(m)}
    own |= {model_key(m) for m in _BRACKETED.findall(abstract) if looks_like_name(m)} - cited
    own = {k for k in own if len(k) >= 3 and k not in _GENERIC}
    return Ownership(frozenset(own), frozenset(k for k in cited - own if len(k) >= 3 and k not in _GENERIC))


def _abstract(document: Document) -> str:
    """Text of the first page up to the introduction (all of it where none is marked)."""
    text = re.sub(r"\s+", " ", document.pages[0].plain_text) if document.pages else ""
    found = re.search(r"\b(?:1|I)\.?\s+(?:Introduction|INTRODUCTION)", text)
    return text[: found.start()] if found and found.start() > 300 else text[:3000]


def looks_like_name(word: str) -> bool:
    """Whether a word is shaped like a model's name: capitals inside, or letters with digits."""
    letters = re.sub(r"[^A-Za-z]", "", word)
    if len(letters) < 2:
        return False
    if re.fullmatch(r"(?:[A-Z]?[a-z]+-)*[A-Z]?[a-z]+", word):  # "One-Stage" is a word
        return False
    inner_capital = any(c.isupper() for c in word[1:])
    return inner_capital or (word[0].isupper() and any(c.isdigit() for c in word))


def names_a_model(label: str) -> bool:
    """Whether the label holds a name that is no common noun of the field."""
    return any(
        w[:1].isupper() and looks_like_name(w) and model_key(w) not in _GENERIC for w in re.split(r"[\s,/()]+", label)
    )


def judge(label: str, who: Ownership) -> str:
    """What a row's (or column's, or group's) words say of whose result it is.

    Returns:
        'own', 'rerun', 'cited', 'known' (a model that the paper cites elsewhere) or '' when they say nothing.
    """
    if _RERUN.search(label):
        return "rerun"
    if _OURS.search(label):
        return "own"
    if _OTHERS.search(label):
        return "cited"
    names_own = any(_mentions(label, key) for key in who.own)
    if names_own:
        return "own"
    if CITATION.search(label):
        return "cited"
    return "known" if any(_is_cited_name(word, who.cited) for word in re.split(r"[\s,()]+", label)) else ""


def is_marked_own(label: str) -> bool:
    """Whether the words themselves say that the result is the paper's ("ours")."""
    return bool(_OURS.search(label)) and not _RERUN.search(label)


def _mentions(label: str, key: str) -> bool:
    """Whether a word (or two) of the label is the name, or the name with a size or variant behind it."""
    words = [w for w in re.split(r"[\s,()]+", label) if w]
    for i in range(len(words)):
        for n in (1, 2, 3):
            joined = model_key(" ".join(words[i : i + n]))
            if joined == key or (joined.startswith(key) and not joined[len(key) :][:1].isalpha()):
                return True
            if n == 1 and joined.startswith(key) and "-" in words[i]:
                return True
    return False


def _is_cited_name(word: str, cited: frozenset[str]) -> bool:
    if not looks_like_name(word):
        return False
    key = model_key(word)
    heads = {re.split(r"[-_/]?\d", word.lower())[0], word.lower().split("-")[0]}
    return key in cited or any(len(head) >= 3 and model_key(head) in cited for head in heads)
