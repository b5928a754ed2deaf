"""Conditions over observations: what they keep, and that nothing else than a condition passes."""

from dataclasses import replace

import pytest

from schemas.rows import from_record
from schemas.rows.observations import Observation
from tasks.match.row_filter import COLUMNS, ConditionRefused, row_filter
from tests.unit.rows import good_row


def observation(name: str, **changes) -> Observation:
    row = good_row("core_observations", observation_id=name, exclusion_code=None, exclusion_parameters=None)
    return replace(from_record(Observation, row), **changes)


ROWS = [
    observation("old", year=2012, model="AlexNet", extra_data="none", benchmark="imagenet-1k"),
    observation("new", year=2022, model="CoCa", extra_data="JFT-3B", benchmark="imagenet-1k"),
    observation("dateless", year=None, model="ResNet's twin", extra_data="unknown", benchmark="cifar-10"),
]


def kept(condition: str) -> list[str]:
    left_out = row_filter(condition).left_out(ROWS)
    return [o.observation_id for o in ROWS if o.observation_id not in left_out]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("year >= 2020", ["new"]),
        ("NOT year >= 2020", ["old"]),
        ("year IS NULL OR year < 2020", ["old", "dateless"]),
        ("extra_data = false", ["old"]),
        ("false = extra_data", ["old"]),
        ("extra_data <> true", ["old"]),
        ("extra_data = true", ["new"]),
        ("extra_data = 'unknown'", ["dateless"]),
        ("extra_data = false OR extra_data = 'unknown'", ["old", "dateless"]),
        ("model LIKE 'Alex%' or model ilike 'COCA'", ["old", "new"]),
        ("model = 'ResNet''s twin'", ["dateless"]),
        ("benchmark IN ('imagenet-1k') AND NOT model NOT LIKE 'A%'", ["old"]),
        ("year BETWEEN 2000 AND 2012 AND training_flop > 0", ["old"]),
        ("training_flop < -1", []),
        ('"year" = 2012 -- the first', ["old"]),
    ],
)
def test_what_meets_the_condition_is_kept_and_what_says_nothing_of_it_is_not(condition, names):
    assert kept(condition) == names


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("method = 'third-party'", "method is never 'third-party', but one of reported"),
        ("'third-party' <> method", "method is never 'third-party'"),
        ("year > 2000 AND NOT method IN ('reported', 'guessed')", "method is never 'guessed'"),
        ("benchmark = 'imagenet'", "benchmark is never 'imagenet', but one of imagenet-1k"),
        ("series NOT IN ('mmlu-thinking')", "series is never 'mmlu-thinking'"),
        ("reasoning = 'maybe'", "reasoning is never 'maybe', but one of yes, no, unknown, not applicable"),
    ],
)
def test_a_word_that_no_row_can_hold_is_refused_with_those_that_it_can(condition, told):
    with pytest.raises(ConditionRefused, match=told):
        row_filter(condition)


@pytest.mark.parametrize(
    "condition",
    ["method LIKE 'third%'", "model = 'anything'", "series = 'mmlu-reasoning'", "benchmark = 'coco-test-dev'"],
)
def test_free_text_patterns_and_known_words_are_conditions(condition):
    row_filter(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "true; DROP TABLE observations",
        "true ORDER BY year",
        "true LIMIT 1",
        "true UNION SELECT 'new'",
        "true) OR (true GROUP BY ALL",
        "year IN (SELECT 2012)",
        "EXISTS (SELECT 1)",
        "random() < 0.5",
        "read_text('/etc/passwd') IS NULL",
        "length(model) > 3",
        "year + 1 = 2013",
        "COLUMNS('year') = 2012",
        "* = 1",
        "year = ?",
        "year = $year",
        "CASE WHEN true THEN true END",
        "model ~ 'a'",
        "year::INT = 2012",
        "year =",
        "",
        "   ",
        ")",
        "-- nothing",
        "observations.year = 2012",
        "secret.year = 2012",
    ],
)
def test_what_is_more_or_less_than_a_condition_is_refused_in_one_line(condition):
    with pytest.raises(ConditionRefused) as refused:
        row_filter(condition)
    assert "\n" not in str(refused.value).strip() and repr(condition) in str(refused.value)


def test_a_column_that_is_none_is_told_with_those_that_are():
    with pytest.raises(ConditionRefused, match=r"no column licence; the columns are .*extra_data"):
        row_filter("licence = 'MIT'")


@pytest.mark.parametrize("verdict", ["in_fit", "exclusion_code"])
def test_a_condition_cannot_rest_on_the_verdict_that_it_makes(verdict):
    assert verdict not in COLUMNS
    with pytest.raises(ConditionRefused, match="no column"):
        row_filter(f"{verdict} IS NULL")


@pytest.mark.parametrize("condition", ["year = 'soon'", "model = 3", "model > false", "year LIKE 'a'", "model"])
def test_what_cannot_be_compared_is_refused_before_there_is_a_row(condition):
    with pytest.raises(ConditionRefused) as refused:
        row_filter(condition)
    assert "numbers are year" in str(refused.value)
