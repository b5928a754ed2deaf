"""A few real papers, read to the end: figures that anybody can check in them."""

from pathlib import Path

import pytest

from tasks.extract.read import extract_claims
from tasks.parse import parse_document

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "pdf"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real papers is not beside this checkout")


@pytest.fixture(scope="module")
def claims():
    read = {}
    for name in ("1512.03385v1", "1706.03762v5"):
        read[name] = extract_claims(parse_document(CORPUS / f"{name}.pdf", name), name)
    return read


def own(claims, paper):
    return {
        (c.row.benchmark, c.row.metric, c.row.value) for c in claims[paper].results if c.row.is_own and not c.doubts
    }


def disclosed(claims, paper):
    return {(c.row.field, c.row.value) for c in claims[paper].disclosures if not c.doubts}


def test_errors_are_read_as_accuracies(claims):
    # Deep Residual Learning, Table 3: ResNet-152, top-1 err. 21.43, top-5 err. 5.71.
    assert {("imagenet-1k", "top1_accuracy", 78.57), ("imagenet-1k", "top5_accuracy", 94.29)} <= own(
        claims, "1512.03385v1"
    )


def test_bleu_and_training_of_the_transformer(claims):
    # Attention Is All You Need, Table 2 (28.4, 41.8) and section 5.2 ("8 NVIDIA P100 GPUs", "3.5 days").
    assert {("wmt14-en-de", "bleu", 28.4), ("wmt14-en-fr", "bleu", 41.8)} <= own(claims, "1706.03762v5")
    found = disclosed(claims, "1706.03762v5")
    assert ("hardware", "nvidia-p100") in found
    assert any(field == "chips" and float(v) == 8 for field, v in found)
    assert any(field == "duration_hours" and float(v) == 84 for field, v in found)


def test_an_exponent_set_high_is_read_as_one(claims):
    # Table 2: "2.3 · 10^19" stands in the text layer as "2.3 · 1019".
    assert any(field == "training_flop" and float(v) == 2.3e19 for field, v in disclosed(claims, "1706.03762v5"))


def test_every_claim_has_its_page_box_and_words(claims):
    for found in claims.values():
        for row in (c.row for c in (*found.results, *found.disclosures)):
            assert row.place.page >= 1
            assert row.place.bbox_x0 < row.place.bbox_x1
            assert row.place.bbox_top < row.place.bbox_bottom
            assert row.quote.strip()
