"""Words broken at a line's end: their hyphen stays where the paper writes it elsewhere, and in names."""

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tasks.parse import parse_document
from tasks.parse.broken_words import BREAK, join_broken_words, unbroken, vocabulary_of, whole_words
from tasks.parse.document import TextLine, Word

VOCABULARY = {"classification", "state-of-the-art", "large-scale", "resnet-50"}


def line(*words: str) -> TextLine:
    return TextLine([Word(word, (0.0, 0.0, 1.0, 1.0), 10.0) for word in words])


@pytest.mark.parametrize(
    ("head", "tail", "whole"),
    [
        ("classi", "fication", "classification"),
        ("large", "scale", "large-scale"),
        ("ResNet", "50", "ResNet-50"),
        ("LR", "Nets", "LR-Nets"),
        ("CIFAR", "10", "CIFAR-10"),
        ("state-of", "the", "state-of-the"),
        ("convo", "lutional", "convolutional"),
    ],
)
def test_the_other_words_decide_whether_the_hyphen_stays(head: str, tail: str, whole: str) -> None:
    assert unbroken(f"of {head}{BREAK}{tail} here", VOCABULARY) == f"of {whole} here"
    assert unbroken(f"of {head}{BREAK}\n{tail} here", VOCABULARY) == f"of {whole} here"
    assert whole_words(f"of {head}- {tail} here", VOCABULARY) == f"of {whole} here"
    joined = join_broken_words([line("of", f"{head}-"), line(tail, "here")], VOCABULARY)
    assert [x.text for x in joined] == [f"of {whole}", "here"]


def test_a_broken_word_is_not_its_own_witness() -> None:
    assert vocabulary_of([f"a large{BREAK}scale test of ResNet{BREAK}\n50", "Large-scale"]) == {
        "test",
        "of",
        "large-scale",
    }


def test_words_broken_twice_are_whole() -> None:
    lines = join_broken_words(
        [line("state-of-the-"), line("art", "classi-"), line("fication", "of", "images")], VOCABULARY
    )
    assert [x.text for x in lines] == ["state-of-the-art", "classification", "of images"]


def test_a_models_name_at_a_lines_end_keeps_its_hyphen(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "paper.pdf"))
    for i, text in enumerate(
        ("An accuracy of 76.3 % on ImageNet is that of ResNet-", "50, and of classi-", "fiers alike.")
    ):
        canvas.drawString(60, 700 - 12 * i, text)
    canvas.save()
    (page,) = parse_document(tmp_path / "paper.pdf", "0").pages
    said = "An accuracy of 76.3 % on ImageNet is that of ResNet-50, and of classifiers alike."
    assert page.plain_text.replace("\n", " ").split() == said.split()
    assert " ".join(x.text for x in page.lines) == said
