"""Every code of every vocabulary has a sentence."""

import importlib
import pickle
import pkgutil
from enum import StrEnum

import pytest

import schemas.codes
from schemas.codes import Coded
from schemas.codes.evaluation import EstimateStatus, PredictionStatus
from schemas.codes.http import HttpReason
from schemas.codes.reading import ReadingNote
from schemas.codes.sources import FetchReason
from tasks.extract.accuracy.candidates import LAYERS
from tasks.extract.accuracy.judge import load_judge
from tasks.extract.training import disclosure_judge
from tasks.http import Refused
from tasks.wording import TEMPLATES, words
from tasks.wording.evidence import PLACES, evidence_words
from tasks.wording.training_evidence import training_evidence_words, word_evidence


def test_every_code_has_a_sentence():
    without_sentences = []
    for module in pkgutil.iter_modules(schemas.codes.__path__):
        for vocabulary in vars(importlib.import_module(f"schemas.codes.{module.name}")).values():
            if isinstance(vocabulary, type) and issubclass(vocabulary, StrEnum) and vocabulary is not StrEnum:
                without_sentences += [c for c in vocabulary if (vocabulary, c) not in TEMPLATES]
    assert not without_sentences


def test_two_vocabularies_may_share_a_word():
    assert EstimateStatus.UNDEFINED == PredictionStatus.UNDEFINED
    assert {(EstimateStatus, EstimateStatus.UNDEFINED), (PredictionStatus, PredictionStatus.UNDEFINED)} <= set(
        TEMPLATES
    )


def test_parameters_stand_in_the_sentence():
    assert words(Coded.of(ReadingNote.LAYERS_SHARED, layers=24)) == "shared by 24 layers"
    assert (
        words(Coded.of(ReadingNote.PIECES_TIMED, piece="epoch", count=90.0, counted="epochs"))
        == "time of one epoch x 90 epochs"
    )


def test_a_reason_of_a_reason_stands_in_the_sentence_and_can_be_decided_by():
    error = Refused.at("https://a.example/x", HttpReason.STATUS, status="HTTP 404")
    assert str(error) == "https://a.example/x: HTTP 404"
    assert words(Coded.of(FetchReason.REFUSED_BY_HOST, because=error.reason)) == str(error)
    assert error.reason.because == Coded.of(HttpReason.STATUS, status="HTTP 404")
    with pytest.raises(KeyError):
        error.reason["because"]
    copied = pickle.loads(pickle.dumps(error))
    assert (type(copied), copied.reason) == (Refused, error.reason)


def test_every_feature_that_the_judge_weighs_has_a_sentence():
    judge = load_judge()
    names = {name for trees in (*judge.alone.values(), judge.final) for name in trees.names}
    for name in sorted(names):
        for value in (-1.0, 0.0, 1.0):
            assert not {"{", "}"} & set(evidence_words(name, value, {}))


def test_every_feature_that_the_judge_of_training_figures_weighs_has_a_sentence():
    judge = disclosure_judge.load_judge()
    for name in sorted({*judge.alone.names, *judge.final.names}):
        for value in (-1.0, 0.0, 1.0):
            assert not {"{", "}"} & set(training_evidence_words(name, value))
    for name in judge.words:
        assert word_evidence(name)


def test_words_around_a_training_figure_are_told_with_their_place():
    assert word_evidence("before12:trained for") == '"trained for" right before it'
    assert word_evidence("parameters|label:OWN") == "a model of the paper in the row's label"
    assert training_evidence_words("label:cites", 1.0) == "the row's label cites a paper"
    assert training_evidence_words("field:epochs", 0.0) == "its field is not epochs"
    assert training_evidence_words("unit:max", 0.4) == training_evidence_words("unit:rank", 2.0)


def test_evidence_quotes_the_words_that_it_speaks_of():
    assert set(PLACES) == set(LAYERS)
    quotes = {"inner": "Top-1", "caption": "Results of " + "many " * 20}
    assert evidence_words("metric:inner", 1.0, quotes) == 'the column\'s header ("Top-1") names the metric'
    assert evidence_words("metric:inner", -1.0, {}) == "the column's header names another metric"
    assert evidence_words("owner:groups_cites", 0.0, quotes) == "the heading over that of its rows cites no paper"
    assert evidence_words("dataset:caption_share", 0.25, quotes).startswith(
        "the data set's name is 25% of the caption's"
    )
    assert " …" in evidence_words("dataset:caption", 1.0, quotes)


def test_evidence_of_the_same_figures_is_told_in_one_sentence():
    assert evidence_words("joint:column_mean", 0.9, {}) == evidence_words("what:column_max", 0.2, {})
    assert evidence_words("row:share", 0.9, {}) != evidence_words("own:row_mean", 0.9, {})
