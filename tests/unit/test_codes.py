"""Codes go through their columns and come back; each has a sentence."""

from dataclasses import dataclass
from enum import StrEnum

import pytest

from schemas.codes import Coded, has, read_codes
from schemas.rows import coded_field, columns_of, from_record, record


class Fruit(StrEnum):
    APPLE = "apple"
    PEAR = "pear"


@dataclass(frozen=True)
class Basket:
    name: str
    fruits: tuple[Coded[Fruit], ...] = coded_field(Fruit, "fruit_codes", "fruits", "fruit_parameters")


BASKET = Basket("mine", (Coded.of(Fruit.APPLE, number=3, kind="red"), Coded.of(Fruit.PEAR)))


def test_a_row_of_codes_is_a_record_and_comes_back():
    flat = record(BASKET, lambda note: f"{note.code}!")
    assert flat == {
        "name": "mine",
        "fruit_codes": "apple pear",
        "fruits": "apple!; pear!",
        "fruit_parameters": '[{"number": 3, "kind": "red"}, {}]',
    }
    assert list(flat) == [c for c in columns_of(Basket)]
    assert from_record(Basket, {**flat, "another": 1}) == BASKET


def test_no_codes_are_empty_columns():
    flat = record(Basket("empty"), str)
    assert flat == {"name": "empty", "fruit_codes": None, "fruits": None, "fruit_parameters": None}
    assert from_record(Basket, flat) == Basket("empty")


def test_a_code_outside_the_vocabulary_is_an_error():
    with pytest.raises(ValueError, match="stone"):
        read_codes(Fruit, "apple stone", None)


def test_has_and_parameters():
    assert has(BASKET.fruits, Fruit.PEAR)
    assert not has(BASKET.fruits[:1], Fruit.PEAR)
    assert BASKET.fruits[0]["number"] == 3
