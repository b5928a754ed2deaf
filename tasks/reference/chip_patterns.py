"""Patterns that recognise the chips of hardware.csv in prose, headers and cells: a row there is known everywhere.

Blanks and hyphens in names may be swapped or missing ("RTX 4090", "RTX4090", "RTX-4090"); plurals, makers before a name
and forms behind it ("A100-SXM4-80GB", "A100 80GB") belong to it. No pattern has groups, so that all can be built into
others; compile them with IGNORECASE.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from tasks.reference.hardware import GENERIC, Hardware, by_slug, load_hardware

_ANY_JOINT, _HYPHEN = r"[\s\-‐–]*", r"[\-‐–]?"
_BRANDS = r"(?:(?:NVIDIA|GeForce|GTX|Tesla|Quadro)[\s-]+)*"
_MEMORY = r"\d{1,3}\s?GB?"
FORM = rf"(?:[\s-]*(?:\(?{_MEMORY}\)?|SXM\d?|PCI-?e|NVL(?:ink)?\d*|OAM|Tensor[\s-]Core))*"
"""What may stand behind a chip's name: its memory, its socket."""

NOUN = (
    r"(?:(?:GPU|TPU|NPU|IPU|HPU|XPU|DCU|card|graphics[\s-]card|board|chip|accelerator|device|processor)s?(?![A-Za-z]))"
)
"""What a chip is called without a name, or behind it."""

_BEGINS = r"(?:(?<![\w.])|(?<=\dx))"
"""Before a name: no word, but "8xA100"."""


def bare(alias: str) -> str:
    """A name as it is looked up: small letters without blanks, hyphens and brackets."""
    return re.sub(r"[\s\-‐–()]+", "", re.sub(r"TPUs(?=[\s(])", "TPU", alias)).lower()


def _spelled(alias: str) -> list[tuple[str, str]]:
    """The letters of a name without joints, each with the pattern of the joint that may stand before it."""
    words = [w for w in re.split(r"[\s-]+", alias) if w]
    joint = _HYPHEN if len(words[0]) == 1 else _ANY_JOINT
    return [(letter, joint if i and k == 0 else "") for i, w in enumerate(words) for k, letter in enumerate(w.lower())]


class _Trie:
    """Names as a tree of letters, so that a pattern of hundreds of names is matched letter by letter, longest first."""

    def __init__(self) -> None:
        self.children: dict[str, _Trie] = {}
        self.joint = ""
        self.ends = False

    def add(self, alias: str) -> None:
        node = self
        for letter, joint in _spelled(alias):
            node = node.children.setdefault(letter, _Trie())
            node.joint = max(node.joint, joint, key=len)
        node.ends = True

    def pattern(self) -> str:
        branches = [f"{c.joint}{re.escape(letter)}{c.pattern()}" for letter, c in sorted(self.children.items())]
        if not branches:
            return ""
        joined = branches[0] if len(branches) == 1 and not self.ends else f"(?:{'|'.join(branches)})"
        return f"{joined}?" if self.ends else joined


def _in_brackets(alias: str) -> str:
    """A name with brackets as a pattern of its own: "Titan X (Pascal)", and "TPUs (v3)" for "TPU v3"."""
    if "(" in alias:
        return _ANY_JOINT.join(re.escape(w) for w in re.split(r"[\s-]+", alias))
    family, _, generation = alias.partition(" ")
    return rf"TPUs?\s\({re.escape(generation)}\)" if family == "TPU" and generation.startswith("v") else ""


@dataclass(frozen=True)
class ChipNames:
    """The names of chips as a pattern without groups, and the chip that each means.

    `pattern` matches a name with its maker and its plural; it must not begin inside a word.
    """

    pattern: str
    slugs: dict[str, str]

    def slug(self, name: str) -> str:
        """The chip that a matched name (with or without plural and maker) means.

        Raises:
            KeyError: none.
        """
        key = bare(name)
        return self.slugs[key] if key in self.slugs else self.slugs[key.removesuffix("s")]


@lru_cache(maxsize=4)
def chip_names(hardware: tuple[Hardware, ...]) -> ChipNames:
    """The names of these chips."""
    aliases = [(alias, chip.slug) for chip in hardware for alias in chip.aliases]
    slugs = {bare(alias): slug for alias, slug in aliases}
    trie = _Trie()
    for alias, _ in aliases:
        if "(" not in alias:
            trie.add(alias)
    bracketed = sorted((p for alias, _ in aliases if (p := _in_brackets(alias))), key=len, reverse=True)
    return ChipNames(rf"(?:{'|'.join([*bracketed, trie.pattern()])})s?(?![A-Za-z0-9])", slugs)


@lru_cache(maxsize=4)
def _mention_pattern(hardware: tuple[Hardware, ...]) -> re.Pattern[str]:
    return re.compile(rf"{_BEGINS}{_BRANDS}({chip_names(hardware).pattern})", re.IGNORECASE)


def hardware_mentions(text: str, hardware: tuple[Hardware, ...]) -> list[tuple[str, int, int]]:
    """Slug, start and end of every chip named in a text, longest name first; generic names included."""
    names = chip_names(hardware)
    return [
        (names.slug(match[1]), match.start(), match.end())
        for match in _mention_pattern(hardware).finditer(text)
        if not re.match(r"[a-z][\d-]", match[1]) or _is_surely_a_chip(text, match)  # "a 100-layer net" is no A100
    ]


def _is_surely_a_chip(text: str, match: re.Match[str]) -> bool:
    """Whether a name in small letters has its maker before it, an s at its end, or the word for chips behind it."""
    noun_behind = re.compile(rf"\s*{NOUN}", re.IGNORECASE).match(text, match.end())
    return match.start(1) > match.start() or match[1].endswith("s") or bool(noun_behind)


# --- the pieces that other patterns are built of


@cache
def compiled(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern that names chips, to be compiled when it is first searched for: hundreds of names take 25 ms."""
    return re.compile(pattern, flags)


def _of(hardware: Iterable[Hardware]) -> str:
    named = tuple(h for h in hardware if h.slug not in GENERIC and h.kind != "cpu")
    return chip_names(named).pattern


@cache
def named_chip() -> str:
    """A chip by its name, with maker and memory before, and forms behind it: "80GB A100", "NVIDIA H100 SXM5"."""
    return rf"(?:{_MEMORY}[\s-]+)?{_BRANDS}{_BEGINS}{_of(load_hardware())}{FORM}"


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"{_BEGINS}{named_chip()}", re.IGNORECASE)


@cache
def _first_letters() -> re.Pattern[str]:
    """A literal piece that every name with a digit begins with: where a text has none, no number is part of a name."""
    return re.compile(r"[A-Za-z][\s-]?\d|\d\s?GB|\d\s?Ti", re.IGNORECASE)


def spans_of_names(text: str) -> list[tuple[int, int]]:
    """Where chips are named: the numbers there ("RTX 4090", "A100 80GB") count nothing."""
    if not _first_letters().search(text):
        return []
    return [match.span() for match in _named().finditer(text)]


def without_names(text: str) -> str:
    """The text without the names of chips: the h of "H-100" is no hour."""
    for start, end in reversed(spans_of_names(text)):
        text = f"{text[:start]} {text[end:]}"
    return text


def cores_in(words: str) -> int:
    """Cores that make one chip of the TPUs which words name ("TPU v3 cores" 2, "TPU v5e cores" 1); 1 for others."""
    rows = by_slug(load_hardware())
    named = [rows[slug].cores_per_chip for slug, _, _ in hardware_mentions(words, load_hardware())]
    return next((cores for cores in named if cores), 1)


_CORES = re.compile(r"(?<![a-z])(?<!tensor )(?<!tensor-)cores?(?![a-z])", re.IGNORECASE)


def counts_cores(words: str) -> bool:
    """Whether words count cores of chips; the tensor cores of a name are none."""
    return bool(_CORES.search(words))


@cache
def slices() -> re.Pattern[str]:
    """A slice of TPUs by its name ("TPU v3-512", "v4-1024", "TPUv5e-256"): groups `generation` and `count`."""
    sliced = (alias for h in load_hardware() if h.slice_counts for alias in h.aliases)
    generations = {alias.removeprefix("TPU v") for alias in sliced if alias.startswith("TPU v")}
    spelled = (re.escape(g).replace(r"\ ", r"\s?") for g in generations)
    names = "|".join(sorted(spelled, key=len, reverse=True))
    return re.compile(
        rf"\b(?:TPU[\s-]*v?|v)(?P<generation>{names})(?:litepod|pod)?-(?P<count>\d{{1,5}})(?![\w.-]*\d)", re.I
    )


def slice_slug(match: re.Match[str]) -> str:
    """The chip of a slice that `slices` found."""
    return chip_names(load_hardware()).slug(f"TPU v{match['generation']}")


def chips_of_slice(match: re.Match[str]) -> tuple[float, bool]:
    """Chips in a slice that `slices` found, and whether its name counts cores."""
    chip = by_slug(load_hardware())[slice_slug(match)]
    in_cores = chip.slice_counts == "cores"
    return float(match["count"]) / ((chip.cores_per_chip or 1) if in_cores else 1), in_cores


@cache
def node_sizes() -> dict[str, int]:
    """Chips in one machine by the machine's name, without joints and in small letters: "dgxa100" 8, "dgx2" 16."""
    return {bare(name): size for h in load_hardware() for name, size in h.node_sizes()}


@cache
def node_names() -> str:
    """The names of machines as a pattern: "DGX A100", "DGX-2"."""
    trie = _Trie()
    for h in load_hardware():
        for name, _ in h.node_sizes():
            trie.add(name)
    return rf"(?:NVIDIA[\s-]+)?{trie.pattern()}(?![A-Za-z0-9])"
