"""How papers speak of the benchmarks of `tasks.reference.benchmarks`: datasets, splits, metrics, directions."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from tasks.reference.benchmarks import Benchmark
from tasks.reference.other_datasets import load_other_datasets

OTHER = "other"
"""Stands for a dataset that is none of ours."""

_NAMES_AND_WORDS = frozenset({"real", "food", "avg", "average"})
"""Words that a benchmark's variant ("ReaL") or a paper's own abbreviation may be."""

_NOTHING = "nothing"
"""Stands for words that only look like a split's ("Mask R-CNN" is no mask, "other methods" no test-other)."""

_QUANTITY = re.compile(
    r"#|\bparam\w*|\b[mgt]?flops?\b|\bmac?s?\b|\bm-?adds?\b|\bmult-?adds?\b|\bmultiply|\blatency\b|\btimes?\b"
    r"|\bms\b|\bfps\b|\bspeed\w*|\bmemory\b|\bsize\b|\bdim\w*|\bdepth\b|\blayers?\b|\bepochs?\b|\bsteps?\b"
    r"|\bbatch|\blearning rate\b|\blr\b|\bthroughput\b|\bim(?:age)?s?/s|\bloss\b|\bppl\b|\bperplexity\b|\bnll\b"
    r"|\bratio\b|\bcost\b|\bhours?\b|\bdays?\b|\bgpus?\b|\bcpu\b|\bnumber of\b|\bheads\b|\bresolution\b"
    r"|\bbits?\b|\bm?iou\b|\bar\d*k?\b|\bpq\b|(?<!mixed )(?<!half )(?<!full )(?<!single )\bprecision\b"
    r"|\brecall\b|\bwidth\b|\bcomplexity\b|\bupdates\b|\btokens\b|\byear\b|\brank\b|\bsharpness\b"
    r"|\bhyper-?param\w*|\baps\b|\bapm\b|\bapl\b|\bap[sml]\b|\bapbs\b|\bapbm\b|\bapbl\b|\bmask ?ap\b"
    r"|\bap ?mask\b|\bapm\w*|\bsegm?\b|\brouge\b|\bmeteor\b|\bmatthews\b|\bcomputations?\b|\bdropout\b"
    r"|\bstorage\b|\bweights\b|\bcrops?\b|\bsec(?:onds)?\b|\benergy\b|\bpower\b|\bcomput\w*\b|\bscale\b"
    r"|\bviews?\b"
)
_TERSE_QUANTITY = re.compile(r"^(?:p|r|n|k|g|s|m|l|α|β|h|t|e|c|prec|rec)\.?$")
_NEVER = re.compile(
    r"∆|Δ|\bdelta\b|\bgains?\b|\bdrop\b|\bstd\b|\bstd\.? ?dev|\bimprov\w*|\breduction\b|\bdiff\w*"
    r"|\brelative\b|\bincrease\b|\brer\b|\barea\b"
    r"|\bgap\b|\bdegradation\b|\bspeed-?up\b|\brel\."
)
_AVERAGE = re.compile(r"\bavg\b|\baverages?\b|\bmean\b|\boverall\b|\btotal\b")
_BROAD = re.compile(r"(?:mean )?(?:average|avg\.?) precision|m?ap")
_GENERIC = re.compile(r"(?:(?:test|classification|cls) )?(?:error|accuracy|acc\.?|err\.?|error rate)s?")
_ERROR = re.compile(r"\berr(?:ors?)?\b\.?|\berror rates?\b|\bwer\b")
_ACCURACY = re.compile(r"\bacc(?:uracy|uracies)?\b\.?|\bprec(?:ision)?\b|\brecall\b")


_REMEMBERED = 20_000
"""Texts whose meaning is kept: those of one paper, which is read in many passes."""

_PATTERNS = 200
"""Sets of aliases whose pattern is kept: those of all families, which every paper is read for."""

_SCRIPTS = re.compile(r"(?:[\^_]\{[^{}]*\})+")


def _levelled(scripts: re.Match[str]) -> str:
    """Scripts on the line: numbers and letters on their base, words behind it ("AP^{val}_{50}" → "AP50 val")."""
    parts = re.findall(r"\{([^{}]*)\}", scripts.group())
    words = [p for p in parts if re.fullmatch(r"[A-Za-z][A-Za-z\-]+", p)]
    rest = sorted((p for p in parts if p not in words), key=lambda p: not p[:1].isdigit())
    return "".join(rest) + "".join(f" {w}" for w in words)


@lru_cache(maxsize=_REMEMBERED)
def plain(text: str) -> str:
    """Text for matching: lower case, scripts levelled ("AP_{50}" → "ap50"), dashes and quotes of one kind."""
    text = re.sub(r"(?<=[a-zA-Z]{4})\^\{\d+\}", "", text)  # a raised number after a long word is a note
    text = unicodedata.normalize("NFKC", _SCRIPTS.sub(_levelled, text)).lower()
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    text = re.sub(r"\btop[- ]?1\s?/\s?5\b", "top-1/top-5", text)
    text = re.sub(r"[’‘`´]", "'", text)
    return re.sub(r"\s+", " ", text.replace("⇒", "→").replace("->", "→")).strip()


Mention = tuple[int, str, str]
"""Position, matched words and what they stand for."""


class Words:
    """A set of aliases, found in plain text as whole words; the longest alias at a place wins."""

    def __init__(self, aliases: dict[str, str]) -> None:
        """Take aliases and what each stands for."""
        self._meanings = {_canonical(alias): meaning for alias, meaning in aliases.items()}
        self._pattern = _pattern_of(tuple(aliases))
        self.find = lru_cache(maxsize=_REMEMBERED)(self._find)
        """Position, matched text and meaning of each mention in plain text."""

    def _find(self, text: str) -> tuple[Mention, ...]:
        if self._pattern is None or not text:
            return ()
        return tuple(
            (m.start(), m.group(), self._meanings[_canonical(m.group())]) for m in self._pattern.finditer(text)
        )

    def meanings(self, text: str) -> set[str]:
        """What is mentioned in plain `text`."""
        return {meaning for _, _, meaning in self.find(text)}


@lru_cache(maxsize=_REMEMBERED)
def _canonical(alias: str) -> str:
    return re.sub(r"[\s\-]", "", plain(alias))


@lru_cache(maxsize=_PATTERNS)
def _pattern_of(aliases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of the aliases as a whole word, the longest first; grouped by first letter, which the search tries fast."""
    bodies: dict[str, list[str]] = {}
    for alias in sorted(aliases, key=lambda a: -len(a)):
        body = _alias_pattern(alias)
        bodies.setdefault(body[:2] if body.startswith("\\") else body[:1], []).append(body)
    groups = "|".join(f"{first}(?:{'|'.join(b[len(first) :] for b in found)})" for first, found in bodies.items())
    return re.compile(rf"(?<![a-z0-9.])(?:{groups})(?![a-z0-9]|@\S)") if bodies else None


def _alias_pattern(alias: str) -> str:
    """The alias as a pattern: blanks and hyphens may be swapped or missing, "English→German" may have them too."""
    parts = [re.escape(part) for part in re.split(r"[\s\-]+", plain(alias)) if part]
    return r"[\s\-]*".join(parts).replace(",", r",\s*").replace("→", r"\s*→\s*")


@cache
def _words() -> frozenset[str]:
    """Names that are plain words too, in lower case."""
    return _NAMES_AND_WORDS | {d.name.lower() for d in load_other_datasets() if d.is_word}


@lru_cache(maxsize=_REMEMBERED)
def is_terse(alias: str) -> bool:
    """Whether an alias says too little in running text ("0.5", "F", "2014", "Cars")."""
    letters = re.sub(r"[^a-z]", "", alias.lower())
    return not letters or (len(letters) == 1 and not re.search(r"\d", alias)) or alias.lower() in _words()


@lru_cache(maxsize=_REMEMBERED)
def without_metric(cell: str) -> str:
    """A plain header cell without citations, marks and the words for accuracy or error ("Real top-1" → "real")."""
    bare = re.sub(
        r"\[[\d, ]+\]|[†‡§*∗()%↑↓]|\btop-?\s?[15]\b|\b(?:acc|err)\b\.?|\baccuracy\b|\berrors?\b|\brate\b", " ", cell
    )
    return re.sub(r"\s+", " ", bare).strip()


class HeaderWords:
    """Aliases in headers: the telling ones anywhere, the terse ones only where they are the whole cell."""

    def __init__(self, aliases: dict[str, str]) -> None:
        """Sort the aliases."""
        self._telling = Words({x: meaning for x, meaning in aliases.items() if not is_terse(x)})
        self._terse = {_canonical(x): meaning for x, meaning in aliases.items() if is_terse(x)}
        self.find = lru_cache(maxsize=_REMEMBERED)(self._find)
        """Mentions in plain text, `terse` names among them where it is a header, whose cells are parted by '|'."""

    def _find(self, text: str, terse: bool) -> tuple[Mention, ...]:
        found = list(self._telling.find(text))
        if not terse:
            return tuple(found)
        for part in text.split("|"):
            bare = without_metric(part)
            if _canonical(bare) in self._terse:
                found.append((text.index(part), bare, self._terse[_canonical(bare)]))
        return tuple(sorted(found))


class Lexicon:
    """The benchmarks' words, compiled: what does a piece of text speak of?"""

    def __init__(self, benchmarks: Iterable[Benchmark], learned: Mapping[str, str] | None = None) -> None:
        """Compile the words of those `benchmarks` that are read, and names that a paper abbreviates in its own way."""
        remembered = lru_cache(maxsize=_REMEMBERED)
        self.datasets = remembered(self._datasets_in)
        """Families of benchmarks (or OTHER) named in plain text, in order; `terse` names count in headers only."""
        self.variant_mentions = remembered(self._variant_mentions)
        """Position, words and meaning of each mention of a family's variant in plain text."""
        self.metrics = remembered(self._metrics_in)
        """Metrics of a family named in plain text, in order, repeats dropped."""
        self.any_metric = remembered(self._any_metric)
        """Whether plain text names a metric of any family."""
        self.share_not_understood = remembered(self._share_not_understood)
        """Share of the letters of a plain header that name no data set, metric or split: of a class, a subject."""
        self.tells_otherwise = remembered(self._tells_otherwise)
        self.families: dict[str, list[Benchmark]] = {}
        for b in (b for b in benchmarks if b.is_read):
            self.families.setdefault(b.names[0], []).append(b)
        names = {d.name: OTHER for d in load_other_datasets()}
        for rows in self.families.values():
            names |= {x: OTHER for row in rows for x in row.near_names}
        for family, rows in self.families.items():
            names |= {x: family for row in rows for x in row.names}
        self._names = HeaderWords({**(learned or {}), **names})
        self._tasks = {
            family: Words({x: family for row in rows for x in row.task_names}) for family, rows in self.families.items()
        }
        self._variants = {family: _variant_words(rows) for family, rows in self.families.items()}
        self._metrics = {
            family: HeaderWords({name: row.metric for row in rows for name in row.metric_names})
            for family, rows in self.families.items()
        }

    def _datasets_in(self, text: str, terse: bool = False) -> tuple[str, ...]:
        return tuple(meaning for _, _, meaning in self._names.find(text, terse))

    def dataset_mentions(self, text: str) -> Sequence[Mention]:
        """Position, words and family (or OTHER) of each dataset named in plain `text`."""
        return self._names.find(text, terse=False)

    def dataset_letters(self, text: str) -> int:
        """How many characters of plain `text` name datasets."""
        return sum(len(match) for _, match, _ in self._names.find(text, terse=True))

    def variants(self, family: str, text: str) -> set[str]:
        """Slugs whose variant (split, language pair) plain `text` names; OTHER for an excluded one."""
        return {slug for _, _, slug in self.variant_mentions(family, text)}

    def _variant_mentions(self, family: str, text: str) -> tuple[Mention, ...]:
        return tuple(m for m in self._variants[family].find(text) if m[2] != _NOTHING)

    def names_task(self, family: str, text: str) -> bool:
        """Whether plain `text` names the family's task, be it beside excluded ones ("detection and segmentation")."""
        return bool(self._tasks[family].find(text))

    def _metrics_in(self, family: str, text: str, terse: bool = False) -> tuple[str, ...]:
        found: Sequence[Mention] = self._metrics[family].find(text, terse)
        found = [m for m in found if not _BROAD.fullmatch(m[1])] or found  # "AP" beside "IoU=0.5" tells nothing more
        telling = [meaning for _, match, meaning in found if not is_generic(match)]
        if found and not telling and self.tells_otherwise(family, text):
            return (OTHER,)  # "top-5 error" where the benchmark knows only one error
        return tuple(dict.fromkeys(telling or [meaning for _, _, meaning in found]))

    def _tells_otherwise(self, family: str, text: str) -> bool:
        """Whether plain `text` names a metric that the family does not have, and none that tells of its own.

        "error" and "accuracy" tell nothing: "top-5 error" is no metric of a benchmark that knows only one error.
        """
        ours = {row.metric for row in self.families[family]}
        if any(not is_generic(match) for _, match, _ in self._metrics[family].find(text, terse=False)):
            return False
        found = (m for f, words in self._metrics.items() if f != family for m in words.find(text, terse=False))
        return any(meaning not in ours and not is_generic(match) for _, match, meaning in found)

    def metric_mentions(self, family: str, text: str) -> Sequence[Mention]:
        """Position, words and metric of each mention of a metric; "error" alone counts where nothing tells more."""
        found = self._metrics[family].find(text, terse=False)
        return [m for m in found if not is_generic(m[1])] or found

    def _share_not_understood(self, family: str, text: str) -> float:
        found = [
            *self._names.find(text, True),
            *self._metrics[family].find(text, True),
            *self._variants[family].find(text),
        ]
        known = {i for start, words, _ in found for i in range(start, start + len(words))}
        letters = [i for i, character in enumerate(text) if character.isalpha()]
        return sum(i not in known for i in letters) / len(letters) if letters else 0.0

    def says_anything(self, text: str) -> bool:
        """Whether plain header `text` names a dataset, a split, a metric or a quantity."""
        if self.datasets(text, terse=True) or self.any_metric(text, terse=True) or speaks_of_quantity(text):
            return True
        return any(self.variants(family, text) for family in self.families)

    def _any_metric(self, text: str, terse: bool = False) -> bool:
        return any(self.metrics(family, text, terse) for family in self.families)


_BESIDE_NAME = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|\b\d+-?\s?shots?\b|\b(?:top-?[15]|acc(?:uracy|\.)?|err(?:or|\.)?|em|f1|bleu|wer|m?ap|test|dev|val"
    r"|validation|set|dataset)\b|[%↑↓]"
)


def names_dataset(label: str, lexicon: Lexicon) -> bool:
    """Whether a plain label is the name of a dataset, and not a model's that tells what it was trained on.

    Metric, split, shots and what stands in brackets aside, at least half of it is such a name.
    """
    core = re.sub(r"\s+", " ", _BESIDE_NAME.sub(" ", label)).strip() or label.strip()
    return 0 < len(core) <= 2 * lexicon.dataset_letters(core)


def _variant_words(rows: list[Benchmark]) -> Words:
    """Words for each split or language pair, and those that say the figure is another's (OTHER)."""
    words = {x: OTHER for row in rows for x in row.excluded} | {x: _NOTHING for row in rows for x in row.not_meant}
    return Words(words | {x: row.slug for row in rows for x in row.variant_names})


@lru_cache(maxsize=_REMEMBERED)
def speaks_of_quantity(text: str) -> bool:
    """Whether plain header text is about size, cost or time, and not about accuracy."""
    return bool(_QUANTITY.search(text) or _TERSE_QUANTITY.match(text))


@lru_cache(maxsize=_REMEMBERED)
def is_generic(metric_words: str) -> bool:
    """Whether plain words for a metric say only that it is an error or an accuracy."""
    return bool(_GENERIC.fullmatch(metric_words))


def starts_with_quantity(text: str) -> bool:
    """Whether a plain row label is the name of a size, cost or time ("GFLOPs", "conv time")."""
    return bool(_QUANTITY.match(text)) or bool(re.match(r"(?:\w+ ){1,2}times?\b", text))


@lru_cache(maxsize=_REMEMBERED)
def speaks_of_change(text: str) -> bool:
    """Whether plain header text is about a difference or a spread: never a result."""
    return bool(_NEVER.search(text))


@lru_cache(maxsize=_REMEMBERED)
def speaks_of_average(text: str) -> bool:
    """Whether plain header text says that the figure stands for several others."""
    return bool(_AVERAGE.search(text))


@lru_cache(maxsize=_REMEMBERED)
def direction(text: str) -> str | None:
    """'error' or 'accuracy', as plain `text` has it; None where it says neither or both."""
    error, accuracy = _ERROR.search(text), _ACCURACY.search(text)
    if error and accuracy:
        return None
    return "error" if error else "accuracy" if accuracy else None


@lru_cache(maxsize=_REMEMBERED)
def first_direction(text: str) -> str | None:
    """The direction that plain `text` names first."""
    error, accuracy = _ERROR.search(text), _ACCURACY.search(text)
    if error and (not accuracy or error.start() < accuracy.start()):
        return "error"
    return "accuracy" if accuracy else None
