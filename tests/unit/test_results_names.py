"""Names of models, and whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.accuracy.candidates import possible_results
from tasks.extract.accuracy.model_names import model_name
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.ownership import Ownership, looks_like_name, ownership_of, verdict_of
from tasks.names.keys import clean_name, model_key, prints_another_size
from tasks.parse.document import Cell, Document, PageTable, PdfPage
from tasks.reference.benchmarks import load_benchmarks

SAME = [
    ("ResNet-152", "ResNet152"),
    ("ResNet-152", "RN152"),
    ("ResNet-152", "ResNet 152 [13]"),
    ("ResNet-152", "ResNet-152 (He et al., 2016)"),
    ("ResNet-152", "ResNet-152^{†}"),
    ("ResNet-152", "ResNet-152 (ours)"),
    ("DeiT-B ↑384", "DeiT-B↑384"),
    ("Transformer (big)", "Transformer big"),
    ("ShuffleNet 2×", "ShuffleNet 2x"),
    ("BERT_{LARGE}", "BERT-Large"),
]
OTHER = [
    ("ResNet-152", "ResNet-101"),
    ("MobileNetV2", "MobileNetV3"),
    ("ResNet-34 A", "ResNet-34 B"),
    ("Foo 1.0", "Foo 10"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_one_model_one_key(one: str, two: str) -> None:
    assert model_key(one) == model_key(two)


def test_a_size_in_a_name_is_a_rounded_number_of_parameters() -> None:
    assert not prints_another_size("OPT-175B", 174.6e9)
    assert not prints_another_size("BERT-110M", 110e6)
    assert prints_another_size("OPT-175B", 30e9)
    assert prints_another_size("GPT-2 1.5B", 1.5e6)
    assert not prints_another_size("ResNet-152", 60e6)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_two_models_two_keys(one: str, two: str) -> None:
    assert model_key(one) != model_key(two)


@given(st.text(max_size=40))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert model_key(model_key(text)) == model_key(text)


def test_clean_name() -> None:
    assert clean_name("VGG [41] (ILSVRC’14)") == "VGG (ILSVRC’14)"
    assert clean_name("ShuffleNet (ours)") == "ShuffleNet"


WHO = Ownership(frozenset({"foonet"}), frozenset({"resnet", "bert"}))


@pytest.mark.parametrize(
    ("label", "verdict"),
    [
        ("FooNet-50", "own"),
        ("ResNet-50 (ours)", "own"),
        ("BarNet [12]", "cited"),
        ("Lin and Wu (2009)", "cited"),
        ("Krizhevsky et al.", "cited"),
        ("BarNet [HZRS16]", "cited"),
        ("ResNet-50", "known"),
        ("BERT-large", "known"),
        ("ResNet-50 (our impl.)", "rerun"),
        ("ResNet-50 (re-implementation)", "rerun"),
        ("w/o dropout", ""),
        ("Human performance", "cited"),
    ],
)
def test_whose(label: str, verdict: str) -> None:
    assert verdict_of(label, WHO) == verdict


def test_names_of_a_paper() -> None:
    text = (
        "Abstract. We propose a network, called BarNet, that beats its rivals. It builds on ResNet [12]. "
        + "Filler text of the abstract. " * 12
        + "1 Introduction. We compare with BERT (Devlin et al., 2019)."
    )
    who = ownership_of(Document("0", 1, [PdfPage(1, 600, 800, text)], title="FooNet: A One-Stage Network"))
    assert who.own == {"foonet", "barnet"}
    assert who.cited == {"resnet", "bert"}


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("foo.llm1 Technical Report", {"foo.llm1"}),
        ("Foo3 Technical Report", {"foo3"}),
        ("FOO 3.0 LANGUAGE MODELS", {"foo3.0"}),
        ("foo-oss-120b & foo-oss-20b Model Card", {"foo-oss-120b", "foo-oss-20b"}),
    ],
)
def test_the_title_of_a_report_begins_with_its_model(title: str, names: set[str]) -> None:
    own = ownership_of(Document("0", 1, [PdfPage(1, 600, 800, "")], title=title)).own
    assert {model_key(name) for name in names} <= own


def test_a_title_that_begins_with_a_data_set_names_no_model_but_one_with_a_word_of_quantity_may() -> None:
    def own(title: str) -> frozenset[str]:
        document = Document("0", 1, [PdfPage(1, 600, 800, title)], title=title)
        return ReadPaper(document, "0", load_benchmarks()).who.own

    assert "step3.5flash" in own("Step 3.5 Flash: Open Intelligence")
    assert not own("MMLU-Pro: A Harder Test") & {"mmlupro", "mmlu"}
    assert "naturalquestions" not in own("Natural Questions: a Benchmark")


def test_a_name_shaped_like_a_word_is_the_papers_where_it_is_given_one() -> None:
    text = "Abstract. We present Otter, a model. Deep nets learn; we introduce Deep learning. " + "Filler text. " * 30
    body = "1 Introduction. " + "Otter is large. Deep nets are deep. A deep net is deep. " * 6
    who = ownership_of(Document("0", 1, [PdfPage(1, 600, 800, text + body)], title="Scaling further"))
    assert "otter" in who.own
    assert "deep" not in who.own


def test_a_well_known_name_is_the_papers_where_it_is_used_most_and_never_cited() -> None:
    text = "Abstract. We train GPT-3, a language model. " + "Filler text. " * 30
    body = "1 Introduction. " + "GPT-3 is large. " * 15
    paper = [PdfPage(1, 600, 800, text + body)]
    assert "gpt3" in ownership_of(Document("0", 1, paper, title="Learning from few shots")).own
    cited = [PdfPage(1, 600, 800, text + body + "We build on GPT-3 (Brown et al., 2020).")]
    assert "gpt3" not in ownership_of(Document("0", 1, cited, title="Learning from few shots")).own


def test_a_date_is_no_title() -> None:
    text = "2024-06-27\nFooNet 2: Improving open models\nAbstract."
    assert "foonet2" in ownership_of(Document("0", 1, [PdfPage(1, 600, 800, text)], title="2024-06-27")).own


def test_shape_of_names() -> None:
    assert all(looks_like_name(w) for w in ("ResNet", "BERT", "YOLO9000", "NAS-FPN", "Oct-ResNet", "T5-Base"))
    assert not any(looks_like_name(w) for w in ("One-Stage", "Networks", "the", "A", "2012"))


def _names(*rows: str, header_rows: int = 1) -> list[str]:
    cells = [
        [Cell(c.strip(), (10 * j, 10 * i, 10 * j + 9, 10 * i + 9)) for j, c in enumerate(r.split("|"))]
        for i, r in enumerate(rows)
    ]
    table = PageTable(1, "Table 1", "Table 1: Accuracy on MMLU and HellaSwag.", (0, 0, 99, 99), cells, header_rows)
    page = PdfPage(1, 600, 800, "FooLM: A language model. We compare with BarLM [3].", [], [table], True)
    paper = ReadPaper(Document("0" * 64, 1, [page], "FooLM: A language model"), "foo", load_benchmarks())
    return list(dict.fromkeys(model_name(c.figure) for c in possible_results(paper)))


NAMES = {
    "rows name models": (["Model | MMLU", "FooLM-7B | 63.1", "Llama 2 | 55.2"], 1, ["FooLM-7B", "Llama 2"]),
    "rows are benchmarks": (["Benchmark | FooLM | BarLM", "MMLU | 63.1 | 60.2"], 1, ["FooLM", "BarLM"]),
    "a variant under its family": (
        [" | Gemini | Gemini | FooLM", " | 3.0 Pro | Flash-32k | Base", "MMLU | 91.1 | 85.2 | 63.1"],
        2,
        ["Gemini 3.0 Pro", "Gemini Flash-32k", "FooLM Base"],
    ),
    "a size under a family that nobody knows": (
        [" | Quux | Quux", " | 7B | 13B", "MMLU | 50.1 | 55.2"], 2, ["Quux 7B", "Quux 13B"],
    ),
    "an architecture is no name": (
        [" | FooLM | BarLM", "Architecture | MoE | Dense", "MMLU | 63.1 | 60.2"], 2, ["FooLM", "BarLM"],
    ),
    "a group of benchmarks is no name": (
        ["Field | Benchmark | FooLM", "English | MMLU | 63.1", "English | HellaSwag | 81.2"], 1, ["FooLM"],
    ),
    "sizes in a group": (["Model | MMLU", "FooLM | ", "7B | 63.1", "13B | 66.0"], 1, ["FooLM 7B", "FooLM 13B"]),
    "a kind of models is no family": (
        ["Model | MMLU", "Transformer-based models | ", "QuuxMixer | 63.1"], 1, ["QuuxMixer"],
    ),
    "a name broken over two header lines": (
        ["Benchmark | Mini- | Llama-", " | Max-M1 | 2-7B", "MMLU | 63.1 | 45.3"], 2, ["Mini-Max-M1", "Llama-2-7B"],
    ),
    "a metric is no name": (["Metric | Score", "MMLU accuracy | 63.1"], 1, ["unnamed"]),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_a_model_has_the_name_of_its_row_or_of_its_column(case: str) -> None:
    rows, header_rows, expected = NAMES[case]
    assert _names(*rows, header_rows=header_rows) == expected
