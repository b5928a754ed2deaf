"""Sentences as tables of one row: where their figures stand, and the words about each."""

import pandas as pd
import pytest

from tasks.extract.accuracy.context import best_meanings
from tasks.extract.accuracy.sentence_tables import sentence_tables
from tasks.extract.accuracy.table_context import figures_of
from tasks.extract.ownership import Ownership
from tasks.extract.sentences import Sentence


def _tables(*texts: str, kind: str = "text"):
    who = Ownership(own=frozenset({"foonet"}), cited=frozenset({"barnet"}))
    return list(sentence_tables([Sentence(text, 3, kind, "4 Results") for text in texts], who))


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("FooNet achieves 88.4% top-1 accuracy.", ["88.4%"]),
        ("Its errors are 35.06%/14.04%, in the mean 36.1 % and 15.2 %.", ["35.06% / 14.04%", "36.1 % / 15.2 %"]),
        ("It reaches 41.8 BLEU (28.4 for English-German).", ["41.8", "28.4"]),
        ("It reaches 92% on the test set.", ["92%"]),
        ("It reaches 28·4 BLEU.", ["28·4"]),
        ("An accuracy of 0.763 is reached.", ["0.763"]),
        ("FooNet reduces the error from 10.95% to 9.36%.", ["9.36%"]),
        ("FooNet achieves a state-of-the-art accuracy of 88.4%, higher than the 87.1% of others.", ["88.4%"]),
        ("FooNet improves the accuracy by 1.3%.", []),
        ("It has 0.7% higher accuracy.", []),
        ("BarNet has an accuracy of 88.4%.", []),
        ("An accuracy of 88.4% is reached by a network [12].", []),
        ("Previous work achieved 88.4% top-1 accuracy.", []),
        ("See Section 4.1, Table 3.2 and Sec. 5.3.", []),
        ("It has 25.6M parameters, 4.1 billion operations and runs for 2.5 hours.", []),
        ("We use 10^{5.5} steps, 224.0×224.0 crops and v1.5 of it, +0.3 at best.", []),
        ("It has 50 layers.", []),
    ],
)
def test_percentages_and_decimals_are_results_but_not_numbers_of_parts_nor_amounts_nor_changes_nor_others(
    sentence, figures
):
    found = _tables(sentence)
    assert [cell.text for t in found for cell in t.table.rows[-1][1:]] == figures


def test_the_words_about_a_figure_stand_where_a_table_has_its_label_and_headers():
    before, text = "We turn to ImageNet.", "FooNet has 21.4% top-1 error and 5.7% top-5 error, better than BarNet."
    (found,) = _tables(before, text)
    first, second = figures_of(found.table)
    assert first.label == "FooNet has"
    assert first.headers == ["top-1 error and", "FooNet has"]
    assert second.headers == ["top-5 error, better", "top-1 error and"]
    assert first.groups == second.groups == [before]
    assert found.table.caption == f"{text} {before}"
    assert [text[s.start : s.end] for s in found.spans] == ["21.4%", "5.7%"]


def test_headings_state_nothing():
    assert _tables("4.1 Results with 88.4% accuracy", kind="heading") == []


def test_a_sentence_that_repeats_or_rounds_a_figure_read_elsewhere_is_left_out():
    rows = [
        # table, figure, slug, value, decimals, in a sentence, probability
        (0, 0, "imagenet-1k", 78.57, 2, False, 0.8),
        (1, 0, "imagenet-1k", 78.57, 2, True, 0.9),
        (2, 0, "imagenet-1k-test", 78.6, 1, True, 0.9),  # rounded, its split another
        (3, 0, "imagenet-1k", 79.6, 1, True, 0.9),
        (4, 0, "imagenet-1k", 79.6, 1, True, 0.9),  # the same sentence again
        (5, 0, "cifar-10", 78.6, 1, True, 0.9),
        (6, 0, "cifar-10", 99.1, 1, False, 0.1),
        (7, 0, "cifar-10", 99.1, 1, True, 0.9),  # the table's is not read
        (8, 0, "imagenet-1k", 11.1, 1, True, 0.2),
        (8, 0, "cifar-100", 11.1, 1, True, 0.7),
    ]
    frame = pd.DataFrame(rows, columns=["table", "figure", "slug", "value", "decimals", "in_sentence", "probability"])
    best = best_meanings(frame.assign(metric="top1_accuracy", is_error=False), least=0.15)
    assert list(best.index) == [0, 3, 5, 6, 7, 9]
