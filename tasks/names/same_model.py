"""Whether two printed names mean one model: what sources add to a name and what of it makes another model.

Sources print a name with remarks on the data set ("ResNet-152 (ImageNet)") or on the test ("ResNet-50 (single crop)");
both leave the model what it is. A size, a version or a resolution makes another model and always stays in the key.
"""

import re
from functools import cache, lru_cache

from tasks.names.keys import REMEMBERED, clean_name, model_key
from tasks.reference.datasets import Dataset, load_datasets, mentions

# Names that every second paper gives to its own model: they identify it within the paper only.
_GENERIC_WORDS = frozenset(
    {"ours", "our", "model", "method", "network", "proposed", "baseline", "base", "large", "big", "small", "tiny"}
    | {"huge", "full", "single", "standard", "default", "xl", "xxl", "s", "b", "l"}
)

# Kinds of network: alone they name no model, since a dozen papers have one ("Transformer", "LSTM", "CNN").
_KINDS = frozenset({"transformer", "lstm", "bilstm", "rnn", "gru", "cnn", "dnn", "mlp", "net", "resnet", "vit", "nas"})

_REMARK = re.compile(
    r"(?:single|multi|1|one)[\s-]*(?:model|crop|scale|view|network|net)s?(?: test(?:ing)?)?|\d+[\s-]*crops?"
    r"|(?:test|testing|dev|val|validation)(?:[\s-]*(?:set|dev))?|flip(?:ped|ping)?|tta|ours?|our model|this work",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_SIZE = re.compile(
    r"\d+(?:\.\d+)?(?:[bmk](?![a-z]))?"
    r"|(?<![a-z])(?:nano|tiny|mini|lite|small|medium|base|large|huge|giant|big|xx?s|xx?l|[bsmlhg])(?![a-z\d])"
)
_SHORTEST_NAME = 3  # letters; a shorter alternative ("B", "L2") is a size


def is_generic(model: str) -> bool:
    """Whether a printed name is one that every second paper gives to its own model ("proposed method")."""
    # Words of the printed name: its key runs them together ("proposedmethod").
    return set(re.findall(r"[a-z]+", clean_name(model).lower())) <= _GENERIC_WORDS


def is_distinctive(model: str) -> bool:
    """Whether a name says which model is meant without its paper: not generic, no mere kind of network, five
    characters or more with a digit or a second word, or a single word of six letters or more."""
    name = clean_name(model).lower()
    words = re.findall(r"[a-z]+", name)
    if is_generic(model) or (set(words) <= _GENERIC_WORDS | _KINDS and not re.search(r"\d", name)):
        return False
    key = join_key(model)
    return len(key) >= 5 and (bool(re.search(r"\d", key)) or len(words) > 1 or len(key) >= 6)


@cache
def _datasets() -> tuple[Dataset, ...]:
    return tuple(load_datasets())


@lru_cache(maxsize=REMEMBERED)
def split_name(model: str) -> tuple[str, str | None]:
    """The key under which sources meet, and the data set that a bracket behind the name says the model was trained on.

    "ResNet-152 (ImageNet)" is ("resnet152", "imagenet-1k"), "ResNet-50 (single crop)" is ("resnet50", None), and
    "Qwen2.5-Coder (32B)" keeps its size: ("qwen2.5coder32b", None).
    """
    sets: list[str] = []

    def kept(match: re.Match[str]) -> str:
        parts = []
        for part in re.split(r"\s*[,;]\s*", match[1]):
            slug = _data_set(part)
            if slug:
                sets.append(slug)
            elif not _REMARK.fullmatch(part.strip()):
                parts.append(part)
        return f" ({', '.join(parts)})" if parts else ""

    key = model_key(_GROUP.sub(kept, clean_name(model)))
    return (key, sets[0] if len(sets) == 1 else None) if key else (model_key(model), None)


def _data_set(part: str) -> str | None:
    """The benchmark's data set that is all of `part`; larger sets (ImageNet-21k, JFT) make another model."""
    found = mentions(part, _datasets())
    if len(found) != 1 or part[: found[0][1]].strip() or part[found[0][2] :].strip():
        return None
    return next((d.slug for d in _datasets() if d.slug == found[0][0] and d.series), None)


def join_key(model: str) -> str:
    """The key under which the names of several sources meet (see `split_name`)."""
    return split_name(model)[0]


@lru_cache(maxsize=REMEMBERED)
def sizes(model: str) -> frozenset[str]:
    """What in a name tells one size or version of a family from the next: "7", "7b", "large"; remarks are none."""
    parts = [_GROUP.sub("", clean_name(model)), *brackets(model)]
    return frozenset(_SIZE.findall(" ".join(parts).lower()))


def alternatives(model: str) -> frozenset[str]:
    """The names that a printed name holds: the one without its brackets, and what stands in each, plurals made single.

    "Swin Transformer V2 (SwinV2-G)" holds "swintransformerv2" and "swinv2g".
    """
    keys = {join_key(_GROUP.sub("", clean_name(model))), *(model_key(part) for part in brackets(model))}
    return frozenset(k.removesuffix("s") for k in keys if len(k) >= _SHORTEST_NAME)


def brackets(model: str) -> list[str]:
    """What stands in the brackets of a name, remarks on the test and data sets of benchmarks apart."""
    parts = [part.strip() for group in _GROUP.findall(clean_name(model)) for part in re.split(r"[,;]", group)]
    return [part for part in parts if part and not _REMARK.fullmatch(part) and not _data_set(part)]


def have_word_in_common(a: str, b: str) -> bool:
    """Whether a word of three letters or more of one name stands in the other, alone or within a word of it."""
    return any(
        word in join_key(other) for one, other in ((a, b), (b, a)) for word in re.findall(r"[a-z]{3,}", one.lower())
    )


def key_without_data(model: str) -> str:
    """The join key of a name less every bracket that names a data set: "ViT-H/14 (JFT-300M)" is "vith14"."""
    bare = _GROUP.sub(lambda m: "" if mentions(m[1], _datasets()) else m[0], model)
    return join_key(bare) or join_key(model)
