"""What a cell's figures are, and their value in percent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.accuracy.scores import read_scores, to_percent

CELLS = [
    ("76.3", ["76.3"]),
    ("78.4%", ["78.4"]),
    ("74.9/92.2", ["74.9", "92.2"]),
    ("25.02 / 23.61", ["25.02", "23.61"]),
    ("77.9% 94.0%", ["77.9", "94.0"]),
    ("74.9 92.25", ["74.9", "92.25"]),
    ("✓ 36.6", ["36.6"]),
    ("\ufffd 36.6", ["36.6"]),
    ("91.89 (± 0.23)", ["91.89"]),
    ("91.89 ± 0.23", ["91.89"]),
    ("76.3_{±0.2}", ["76.3"]),
    ("6.43 (6.61±0.16)", ["6.43", "6.61"]),
    ("34.98 (1.01)", ["34.98"]),
    ("32.4 (1×, g = 8)", ["32.4"]),
    ("74.5 (-.7%)", ["74.5"]),
    ("8.43^{†}", ["8.43"]),
    ("70.3 ∗", ["70.3"]),
    ("82.7^{3}", ["82.7"]),
    (".768", [".768"]),
    ("+0.7", []),
    ("−1.3%", []),
    ("-", []),
    ("–", []),
    ("38M", []),
    ("224 × 224", []),
    ("1.0 MobileNet", []),
    ("2.3 · 10^{19}", []),
    ("1024", []),
    ("3 4", []),
    ("12 000", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "values"), CELLS)
def test_cell(text: str, values: list[str]) -> None:
    assert [s.value for s in read_scores(text)] == [Decimal(v) for v in values]


@pytest.mark.parametrize(
    ("value", "is_error", "is_fraction", "percent"),
    [
        ("0.21", False, True, "21"),
        ("0.21", True, True, "79"),
        ("21", False, False, "21"),
        ("21.43", True, False, "78.57"),
        ("3.57", True, False, "96.43"),
        ("78.570", False, False, "78.570"),
    ],
)
def test_percent_is_exact(value: str, is_error: bool, is_fraction: bool, percent: str) -> None:
    assert to_percent(Decimal(value), is_error, is_fraction) == Decimal(percent)


@st.composite
def printed(draw: st.DrawFn) -> tuple[str, Decimal, bool]:
    """A figure as a paper may print it: its text, its value, whether a percent sign follows."""
    places = draw(st.integers(0, 4))
    digits = draw(st.integers(0, 99 * 10**places))
    value = Decimal(digits).scaleb(-places)
    figure = f"{value:.{places}f}"
    percent = draw(st.booleans())
    return figure + ("%" if percent else ""), value, percent


@given(printed(), st.sampled_from(["", "^{†}", " ∗", "^{3}", " ± 0.2", " (± 0.23)", "_{±0.1}", " [12]", " (0.55)"]))
def test_any_figure_comes_back(figure: tuple[str, Decimal, bool], behind: str) -> None:
    text, value, percent = figure
    scores = read_scores(text + behind)
    assert [(s.value, s.is_percent, s.raw) for s in scores] == [(value, percent, text)]


@given(printed(), printed(), st.sampled_from(["/", " / ", " /"]))
def test_any_pair_comes_back(one: tuple[str, Decimal, bool], two: tuple[str, Decimal, bool], between: str) -> None:
    assert [s.value for s in read_scores(one[0] + between + two[0])] == [one[1], two[1]]


@given(printed(), st.sampled_from("+-−"))
def test_a_change_is_no_score(figure: tuple[str, Decimal, bool], sign: str) -> None:
    assert read_scores(sign + figure[0]) == []


@given(st.text(max_size=30))
def test_never_fails(text: str) -> None:
    assert all(0 <= s.value < 1000 for s in read_scores(text))


@given(printed())
def test_error_and_accuracy_make_a_hundred(figure: tuple[str, Decimal, bool]) -> None:
    assert to_percent(figure[1], True, False) + to_percent(figure[1], False, False) == 100


@pytest.mark.parametrize("text", ["76,9", "76·9", "76∙9", "76⋅9", "76‧9"])
def test_a_decimal_comma_or_middle_dot_is_a_point(text: str) -> None:
    assert [s.value for s in read_scores(text)] == [Decimal("76.9")]


def test_a_comma_before_three_digits_parts_thousands() -> None:
    assert read_scores("12,345") == []
