"""One splitter of sentences: what ends one, what does not, and that no word gets lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.sentences import bounds_of, sentences_of
from tasks.parse.document import Document, PdfPage, TextLine, Word


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in bounds_of(text)]


def line(text: str, top: float, size: float = 10.0, bold: bool = False) -> TextLine:
    return TextLine(
        [Word(w, (20.0 * i, top, 20.0 * i + 18, top + size), size, bold) for i, w in enumerate(text.split())]
    )


def page(number: int, *lines: TextLine) -> PdfPage:
    return PdfPage(number, 600, 800, "\n".join(x.text for x in lines), list(lines), layout_read=True)


def texts(*pages: PdfPage) -> list[str]:
    return [s.text for s in sentences_of(Document("sha", len(pages), list(pages)))]


@pytest.mark.parametrize(
    "text",
    [
        "As in He et al. We train on ImageNet",
        "See Fig. 3 and Sec. Training for more",
        "We use 8 chips, e.g. TPUs, for 3 days",
        "The dump of Sept. 2021 is used",
        "Models of J. Deng and K. He are compared",
        "Networks (cf. Table 3) are small",
        "It follows from Eq. (3) and Eqs. A and others",
        "An accuracy of 76.3 is reached at 0.1 GFLOPs",
        "Broken decimals such as 76. 3 stay whole",
        "Table 3. Results on the test set",
        "2. Models are trained for 90 epochs",
        "We call nn.Linear and torch.nn.Conv2d() here",
    ],
)
def test_no_sentence_ends_here(text: str) -> None:
    assert split(f"{text}. Next.") == [f"{text}.", "Next."]
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It reaches 76.3%.", "We train for 90 epochs."),
        ("Compared to Faster RCNN.", "By contrast, YOLO is fast."),
        ("It was measured on ImageNet [3].", "[4] did so too."),
        ("It was trained in 2017.", "MMLU was not."),
        ("Results on GLUE.", "^{†} marks ensembles."),
        ("Results on GLUE.", "* indicates other data."),
        ("Results on GLUE.", "“ft” denotes fine-tuning."),
        ("Is it larger?", "It is."),
        ("So it is (Fig. 3).", "Others follow."),
        ("It ends with a note.^{12}", "Others follow."),
        ("Training emitted 539 tCO_{2}eq.", "Next we tune it."),
        ("Training emitted 539 tCO2eq.", "Next we tune it."),
    ],
)
def test_a_sentence_ends_here(first: str, second: str) -> None:
    assert split(f"{first} {second}") == [first, second]


def test_a_sentence_ends_where_the_blank_was_lost() -> None:
    assert split("These are weak signals.They are dropped.") == ["These are weak signals.", "They are dropped."]


_PIECES = "We_train_FooNet_on_8_chips_._et_al._Fig._3._76.3%_(see_2.1_)_10^{18}_FLOP._Then?_No!_“so”_A._†"
_WORDS = st.lists(
    st.sampled_from(_PIECES.split("_")),
    min_size=1,
    max_size=40,
)


@given(_WORDS)
def test_sentences_are_the_text_cut_at_blanks(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(split(text)).split() == words
    assert all(part == part.strip() and part for part in split(text))


@given(_WORDS)
def test_each_sentence_is_whole(words: list[str]) -> None:
    for part in split(" ".join(words)):
        assert split(part) == [part]


@given(st.lists(_WORDS, min_size=1, max_size=8), st.integers(0, 7))
def test_words_of_all_lines_come_out_in_order_with_their_boxes(lines: list[list[str]], turn: int) -> None:
    made = [line(" ".join(words), 100 + 12.0 * i) for i, words in enumerate(lines)]
    found = sentences_of(Document("sha", 2, [page(1, *made[:turn]), page(2, *made[turn:])]))
    assert " ".join(s.text for s in found).split() == [w for words in lines for w in words]
    for s in found:
        assert len(s.boxes) == len(s.text.split())
        assert s.page_at(0) == s.page


def test_a_heading_stands_alone_and_names_its_section() -> None:
    doc = Document("sha", 1, [page(1, line("the end", 100), line("2 Models", 124, 12, True), line("We train", 138))])
    assert [(s.text, s.kind, s.section) for s in sentences_of(doc)] == [
        ("the end", "text", ""),
        ("2 Models", "heading", "2 Models"),
        ("We train", "text", "2 Models"),
    ]


@pytest.mark.parametrize("text", ["8 V100 GPUs for three days", "3.9 BLEU) and achieves more", "A Transformer is used"])
def test_a_line_that_begins_like_a_heading_is_none(text: str) -> None:
    assert texts(page(1, line("We train on", 100), line(text, 112), line("and so on.", 124))) == [
        f"We train on {text} and so on."
    ]


def test_a_sentence_runs_over_pages_and_around_a_footnote() -> None:
    first = page(1, line("We train on a", 100), line("1 A note.", 700, 8))
    assert texts(first, page(2, line("large machine.", 100))) == ["We train on a large machine.", "1 A note."]


def test_references_are_left_out_and_appendices_kept() -> None:
    lines = [
        line("It ends.", 100),
        line("References", 124, 12, True),
        line("[1] He et al. 2016.", 138),
        line("A Training details", 162, 12, True),
        line("We use 8 chips.", 176),
    ]
    assert texts(page(1, *lines)) == ["It ends.", "A Training details", "We use 8 chips."]
