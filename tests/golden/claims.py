"""What a careful reader finds in a golden paper, and how what was read differs from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.rows import record
from tasks.extract.accuracy.results import extract_results
from tasks.load.doubts import doubt_impossible_order
from tasks.names.keys import model_key
from tasks.parse import UnreadableDocument, parse_document
from tasks.reference.benchmarks import load_benchmarks
from tasks.wording import words
from tests.golden.setting import Paper, write

BENCHMARKS = load_benchmarks()

Measure = tuple[str, str]
TOP1, TOP5 = ("imagenet-1k", "top1_accuracy"), ("imagenet-1k", "top5_accuracy")
TEST_TOP1, TEST_TOP5 = ("imagenet-1k-test", "top1_accuracy"), ("imagenet-1k-test", "top5_accuracy")
C10, C100 = ("cifar-10", "top1_accuracy"), ("cifar-100", "top1_accuracy")
VAL_AP, VAL_AP50, VAL_AP75 = ("coco-val", "box_ap"), ("coco-val", "box_ap50"), ("coco-val", "box_ap75")
DEV_AP, DEV_AP50 = ("coco-test-dev", "box_ap"), ("coco-test-dev", "box_ap50")
DEV_EM, DEV_F1 = ("squad-1.1-dev", "em"), ("squad-1.1-dev", "f1")
TEST_EM, TEST_F1 = ("squad-1.1-test", "em"), ("squad-1.1-test", "f1")
NER = ("conll-2003-ner", "f1")
EN_DE, EN_FR = ("wmt14-en-de", "bleu"), ("wmt14-en-fr", "bleu")
CLEAN, OTHER = ("librispeech-test-clean", "word_accuracy"), ("librispeech-test-other", "word_accuracy")
MMLU = ("mmlu", "accuracy")
HELLASWAG, ARC_CHALLENGE, GSM8K = ("hellaswag", "accuracy"), ("arc-challenge", "accuracy"), ("gsm8k", "accuracy")


@dataclass(frozen=True)
class Claim:
    """One result as a reader has it: the value in percent with higher better, and whose it is.

    `protocol`, `extra_data` and `where` are words that the claim's column must hold; empty ones ask for nothing there
    (`where`: for nothing at all).
    """

    model: str
    measure: Measure
    value: float
    own: bool
    ensemble: bool = False
    protocol: str = ""
    extra_data: str = ""
    where: str = ""

    def __str__(self) -> str:
        benchmark, metric = self.measure
        return f"{self.model}: {benchmark} {metric} {self.value:g} ({'own' if self.own else 'not own'})"


@dataclass(frozen=True)
class Doubt:
    """A printed figure that must be quarantined for a reason that holds certain words."""

    printed: str
    reason: str


@dataclass(frozen=True)
class Phenomenon:
    """One thing that papers do, in a paper that does it, with the claims (or the refusal) that it should give."""

    name: str
    paper: Paper
    claims: tuple[Claim, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unreadable: str = ""


def own(model: str, figures: Mapping[Measure, float], **more: Any) -> list[Claim]:
    """Results of the paper's own."""
    return [Claim(model, measure, value, True, **more) for measure, value in figures.items()]


def others(model: str, figures: Mapping[Measure, float], **more: Any) -> list[Claim]:
    """Results that are not the paper's own: cited, or of somebody else's model run again."""
    return [Claim(model, measure, value, False, **more) for measure, value in figures.items()]


def misread(phenomenon: Phenomenon, folder: Path) -> list[str]:
    """What is read wrongly out of the phenomenon's paper; nothing when all is right."""
    return compare(phenomenon, read(phenomenon.paper, folder))


def read(paper: Paper, folder: Path) -> list[dict[str, Any]] | UnreadableDocument:
    """Write the paper and read it: its claims, or the refusal."""
    path = write(paper, folder / "paper.pdf")
    try:
        found = extract_results(parse_document(path, "0" * 64), "golden", BENCHMARKS)
    except UnreadableDocument as refusal:
        return refusal
    claims = doubt_impossible_order(found)
    return [record(c.row, words) | {"doubt": "; ".join(map(words, c.doubts))} for c in claims]


def compare(phenomenon: Phenomenon, found: list[dict[str, Any]] | UnreadableDocument) -> list[str]:
    """What is wrong with what was found."""
    if isinstance(found, UnreadableDocument):
        expected = bool(phenomenon.unreadable) and re.search(phenomenon.unreadable, str(found))
        return [] if expected else [f"refused: {found}"]
    if phenomenon.unreadable:
        return [f"read, though it is unreadable: {phenomenon.unreadable}"]
    clean = [c for c in found if not c["doubt"]]
    doubted = [c for c in found if c["doubt"]]
    return _differences(list(phenomenon.claims), clean) + _not_doubted(phenomenon.doubts, doubted)


def _differences(expected: list[Claim], found: list[dict[str, Any]]) -> list[str]:
    left = list(found)
    problems = []
    for claim in expected:
        fitting = sorted(((_wrong(claim, c), c) for c in left if _is_same(claim, c)), key=lambda pair: len(pair[0]))
        if fitting:
            wrong, best = fitting[0]
            left.remove(best)
            problems += [f"{claim}, but {w}" for w in wrong]
        else:
            problems.append(f"missing: {claim}")
    return problems + [f"too much: {_printed(c)}" for c in left]


def _is_same(claim: Claim, found: dict[str, Any]) -> bool:
    """Whether it is the same figure of the same model, whose name may carry what else the row says ("FooNet-B 384")."""
    measured = (found["benchmark"], found["metric"]) == claim.measure and abs(found["value"] - claim.value) < 1e-9
    return measured and model_key(claim.model) in found["model_key"]


def _wrong(claim: Claim, found: dict[str, Any]) -> list[str]:
    """What else is wrong with the claim of the right figure."""
    wrong = []
    if found["is_own"] != claim.own:
        wrong.append(f"read as {'own' if found['is_own'] else 'not own'}")
    if bool(found["is_ensemble"]) != claim.ensemble:
        wrong.append(f"is_ensemble is {found['is_ensemble']}")
    for column, wanted in (("test_protocol", claim.protocol), ("extra_data", claim.extra_data)):
        text = (found[column] or "").lower()
        if wanted.lower() not in text or (text and not wanted):
            wrong.append(f"{column} is {found[column]!r}")
    if claim.where not in found["location"]:
        wrong.append(f"its place is {found['location']!r}")
    return wrong


def _printed(found: dict[str, Any]) -> str:
    claim = Claim(found["model"], (found["benchmark"], found["metric"]), found["value"], found["is_own"])
    return f"{claim} out of {found['quote'][:90]!r}"


def _not_doubted(expected: tuple[Doubt, ...], doubted: list[dict[str, Any]]) -> list[str]:
    return [
        f"not doubted ({doubt.reason}): {doubt.printed}"
        for doubt in expected
        if not any(c["raw_value"] == doubt.printed and re.search(doubt.reason, c["doubt"]) for c in doubted)
    ]
