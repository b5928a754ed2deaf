"""Every code of every vocabulary has a sentence."""

import importlib
import pkgutil
from enum import StrEnum

import schemas.codes
from schemas.codes import Coded
from schemas.codes.evaluation import EstimateStatus, PredictionStatus
from schemas.codes.reading import ReadingNote
from tasks.wording import TEMPLATES, words


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
