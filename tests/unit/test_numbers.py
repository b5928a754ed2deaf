"""Numbers as papers print them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.numbers import WORDS, find_numbers, format_number, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,281,167", 1281167),
        ("1\u2009281\u2009167", 1281167),
        ("300 000", 300000),
        ("3 × 10^{18}", 3e18),
        ("3.3 · 10^{18}", 3.3e18),
        ("3 x 10^18", 3e18),
        ("60 × 10^{4}", 600000),
        ("10^{-4}", 1e-4),
        ("10^{−4}", 1e-4),
        ("2^{20}", 1048576),
        ("3e18", 3e18),
        ("10^22.5", 10**22.5),
        ("10^{22.5}", 10**22.5),
        ("1e23.5", 10**23.5),
        ("1.5 × 1e24", 1.5e24),
        ("ten to the 24th", 1e24),
        ("10 to the power of 24", 1e24),
        ("1.5E+3", 1500),
        ("5.6M", 5.6e6),
        ("5.6 M", 5.6e6),
        ("1.2 billion", 1.2e9),
        ("1.6 trillion", 1.6e12),
        ("2 quadrillion", 2e15),
        ("4.5 quintillion", 4.5e18),
        ("300 sextillion", 3e23),
        ("3.8 septillion", 3.8e24),
        ("64k", 64000),
        ("7B", 7e9),
        ("0.62", 0.62),
        (".5", 0.5),
        ("five", 5),
        ("twenty-four", 24),
        ("two hundred", 200),
        ("~41", 41),
        ("25.6M^{†}", 25.6e6),
        ("15.3*", 15.3),
        ("10^{4.5}", 10**4.5),
        ("1 281 167", 1281167),
        ("0,5", 0.5),
        ("two hundred and fifty thousand", 250000),
        ("one and a half", 1.5),
        ("one and a half million", 1.5e6),
        ("half a million", 5e5),
        ("a hundred", 100),
        ("10¹⁹", 1e19),
        ("3.0 × 10¹⁹", 3e19),
        ("3.0×10^{1}⁹", 3e19),
        ("3.0×10^{1}^{9}", 3e19),
        ("3·10²⁴", 3e24),
        ("5 × 10⁻⁴", 5e-4),
        ("2²⁰", 1048576),
        ("3.0 f 10^{19}", 3e19),
        ("12½", 12.5),
        ("½", 0.5),
        ("2 1/2", 2.5),
        ("3 and a half", 3.5),
        ("250'000", 250000),
        ("250’000", 250000),
        ("1′024", 1024),
        ("250\u202f000", 250000),
        ("250\u00a0000", 250000),
        ("1 024", 1024),
        ("1 250 000", 1250000),
        ("2,50,000", 250000),
        ("1.281.167", 1281167),
        ("1.024", 1.024),
    ],
)
def test_one_number(text: str, value: float) -> None:
    number = parse_number(text)
    assert number is not None
    assert number.value == value


@pytest.mark.parametrize(
    ("text", "value", "lower", "upper"),
    [
        ("five to six days", 5.5, 5, 6),
        ("2-3 days", 2.5, 2, 3),
        ("3–4 weeks", 3.5, 3, 4),
        ("1 or 2 days", 1.5, 1, 2),
        ("between 2 and 3 hours", 2.5, 2, 3),
        ("10K-200K steps", 105000, 10000, 200000),
        ("1.5-2.5M", 2e6, 1.5e6, 2.5e6),
        ("93.2 ± 0.3", 93.2, 92.9, 93.5),
        ("(2–3) × 10^{5} steps", 2.5e5, 2e5, 3e5),
        ("one to two million", 1.5e6, 1e6, 2e6),
    ],
)
def test_ranges(text: str, value: float, lower: float, upper: float) -> None:
    (number,) = find_numbers(text)
    assert (number.value, number.lower, number.upper) == (value, lower, upper)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("took 3 × 10 19 FLOP", [3e19]),
        ("for 12 500 steps", [12500]),
        ("Table 2 500 images", [2, 500]),
        ("images of 224 × 224", [224, 224]),
        ("in the 1990's 300 of them", [1990, 300]),
        ("76.9¹ and 78.57²", [76.9, 78.57]),
        ("10² on top", [10]),
    ],
)
def test_neighbours_make_no_thousands_and_marks_no_powers(text: str, values: list[float]) -> None:
    assert [n.value for n in find_numbers(text)] == values


@pytest.mark.parametrize("text", ["ResNet-50", "v2", "TPUv3", "p2.8xlarge", "Table", "", "x^{2}", "CIFAR-10"])
def test_names_are_no_numbers(text: str) -> None:
    assert not find_numbers(text)


def test_two_numbers_are_not_a_range() -> None:
    assert [n.value for n in find_numbers("two nodes and three days")] == [2, 3]
    assert [n.value for n in find_numbers("batch size 256 and 90 epochs")] == [256, 90]


def test_marks_of_approximation() -> None:
    assert find_numbers("approximately 8 hours")[0].about
    assert not find_numbers("8 hours")[0].about


@given(st.integers(0, 10**15))
def test_thousands_separators_come_back(n: int) -> None:
    for text in (str(n), f"{n:,}", f"{n:,}".replace(",", "\u2009")):
        number = parse_number(text)
        assert number is not None
        assert number.value == n


@given(st.integers(1, 9999), st.integers(0, 3), st.integers(-30, 40))
def test_powers_of_ten_come_back(digits: int, places: int, exponent: int) -> None:
    mantissa = Decimal(digits).scaleb(-places)
    expected = float(mantissa * Decimal(10) ** exponent)
    for text in (
        f"{mantissa:f} × 10^{{{exponent}}}",
        f"{mantissa:f}·10^{{{exponent}}}".replace("-", "−"),
        f"{mantissa:f}e{exponent}",
    ):
        number = parse_number(text)
        assert number is not None, text
        assert number.value == expected


@given(
    st.integers(1, 99999),
    st.integers(0, 3),
    st.sampled_from([("k", 3), ("M", 6), (" million", 6), ("B", 9), ("T", 12)]),
)
def test_scales_come_back(digits: int, places: int, scale: tuple[str, int]) -> None:
    mantissa = Decimal(digits).scaleb(-places)
    number = parse_number(f"{mantissa:f}{scale[0]}")
    assert number is not None
    assert number.value == float(mantissa.scaleb(scale[1]))


@given(st.floats(min_value=0, max_value=1e40, allow_nan=False))
def test_format_gives_the_same_float_back(value: float) -> None:
    assert float(format_number(value)) == value


@given(st.sampled_from(sorted(WORDS)), st.integers(1, 999))
def test_text_around_a_number_changes_nothing(word: str, n: int) -> None:
    assert [x.value for x in find_numbers(f"for {word} days, then {n} steps.")] == [WORDS[word], n]


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for number in find_numbers(text):
        assert text[number.start : number.end] == number.raw


@pytest.mark.parametrize(
    ("text", "values"),
    [("it took about a day", [1]), ("training for a week", [1]), ("once a day", []), ("a value of 3", [3])],
)
def test_an_article_counts_a_unit_of_time_that_something_took(text: str, values: list[float]) -> None:
    assert [n.value for n in find_numbers(text)] == values
