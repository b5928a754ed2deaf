"""Any number that a paper can print comes back exactly, with its sign, its unit and its uncertainty."""

import re
from decimal import Decimal
from string import ascii_letters

from hypothesis import assume, example, given
from hypothesis import strategies as st

from tasks.extract.accuracy.scores import read_scores
from tasks.extract.numbers import Number, find_numbers, parse_number

Printed = tuple[str, Decimal]


@st.composite
def figures(draw: st.DrawFn, most: int = 100, places: int = 4) -> Printed:
    """A figure as it is printed, up to `most`, with up to so many places, and its value."""
    digits = draw(st.integers(0, places))
    value = Decimal(draw(st.integers(0, most * 10**digits))).scaleb(-digits)
    text = f"{value:.{digits}f}"
    without_zero = digits and value < 1 and draw(st.booleans())
    return (text[1:] if without_zero else text), value


SPREADS = figures(most=9, places=2)
LETTERS = st.text(ascii_letters, min_size=1, max_size=12)

# Cells of tables

ABOUT = st.sampled_from(["", "~", "∼", "∼ "])
PERCENT = st.sampled_from(["", "%", " %", "\u2009%"])
DEVIATION = st.sampled_from(["", " ± {}", "±{}", "_{{±{}}}", " (± {})", " ({})"])
MARK = st.sampled_from(
    [
        "",
        "^{†}",
        "^{‡}",
        "^{†‡}",
        "^{∗}",
        "^{**}",
        "^{a}",
        "^{2}",
        "^{1,2}",
        "†",
        "‡",
        "§",
        " ∗",
        "*",
        " [12]",
        " [3, 14]",
    ]
)


def assume_no_power(cell: str) -> None:
    """Leave out cells such as "10^{2}": a hundred, and no ten with a note."""
    assume(not re.search(r"(?<![\d.])10\^\{\d", cell))


@given(ABOUT, figures(), PERCENT, DEVIATION, SPREADS, MARK)
def test_a_score_comes_back_whatever_hangs_on_it(
    about: str, figure: Printed, percent: str, deviation: str, spread: Printed, mark: str
) -> None:
    cell = about + figure[0] + percent + deviation.format(spread[0]) + mark
    assume_no_power(cell)
    (score,) = read_scores(cell)
    assert (score.value, score.is_percent, score.is_mean) == (figure[1], bool(percent), False)
    assert score.raw == figure[0] + percent.strip()


@given(figures(), MARK, st.one_of(DEVIATION, st.just(" ± {}%")), SPREADS)
def test_a_mark_may_stand_before_the_deviation(figure: Printed, mark: str, deviation: str, spread: Printed) -> None:
    cell = figure[0] + mark + deviation.format(spread[0])
    assume_no_power(cell)
    assert [s.value for s in read_scores(cell)] == [figure[1]]


@given(st.lists(st.tuples(figures(), PERCENT, MARK), min_size=2, max_size=3), st.sampled_from(["/", " / ", " | "]))
def test_figures_side_by_side_come_back_in_order(parts: list[tuple[Printed, str, str]], between: str) -> None:
    cell = between.join(figure[0] + percent + mark for figure, percent, mark in parts)
    assume_no_power(cell)
    scores = read_scores(cell)
    assert [(s.value, s.is_percent) for s in scores] == [(figure[1], bool(percent)) for figure, percent, _ in parts]


@given(st.lists(st.tuples(figures(), SPREADS), min_size=2, max_size=2))
def test_each_of_two_figures_may_have_its_deviation(parts: list[tuple[Printed, Printed]]) -> None:
    scores = read_scores(" / ".join(f"{figure[0]} ± {spread[0]}" for figure, spread in parts))
    assert [s.value for s in scores] == [figure[1] for figure, _ in parts]


@given(figures(), figures(), SPREADS)
def test_a_best_run_with_mean_and_deviation(best: Printed, mean: Printed, spread: Printed) -> None:
    scores = read_scores(f"{best[0]} ({mean[1]:.2f} ± {spread[1]:.2f})")
    assert [(s.value, s.is_mean) for s in scores] == [(best[1], False), (Decimal(f"{mean[1]:.2f}"), True)]


FIGURE_TEXTS = figures().map(lambda figure: figure[0])
QUANTITY = st.sampled_from(["M", "B", "G", "K", "k", "×", " ms", " GB", " days"])
NO_SCORE = st.one_of(
    LETTERS,
    st.builds("{}-{}".format, LETTERS, st.integers(1, 200)),
    st.builds("{}{}".format, FIGURE_TEXTS, QUANTITY),
    st.builds("{0}{2}{1}".format, st.integers(1, 999), st.integers(1, 999), st.sampled_from(["×", " × ", "x", " x "])),
    st.builds("{} × 10^{{{}}}".format, FIGURE_TEXTS, st.integers(-9, 30)),
    st.builds("{}{}".format, st.sampled_from("+-−–±<>≤≥"), FIGURE_TEXTS),
    st.integers(1000, 10**12).map(str),
    st.integers(1000, 10**12).map("{:,}".format),
    st.sampled_from(["", "-", "–", "—", "n/a", "N/A", "OOM", "?", "...", "✓", "[12]", "†", "%"]),
)


@given(NO_SCORE)
def test_what_is_no_score_gives_none(text: str) -> None:
    assert read_scores(text) == []


@given(figures(), SPREADS, st.sampled_from(["%", " %"]))
def test_a_percent_sign_behind_the_deviation_is_the_figures(figure: Printed, spread: Printed, percent: str) -> None:
    (score,) = read_scores(f"{figure[0]} ± {spread[0]}{percent}")
    assert (score.value, score.is_percent) == (figure[1], True)


@example(("10", Decimal(10)), ("0", Decimal(0)), "_{{+{}}}")
@given(figures(), SPREADS, st.sampled_from(["_{{+{}}}", "^{{+{}}}", "_{{−{}}}", "_{{(+{})}}", "_{{↑{}}}", "_{{{}}}"]))
def test_a_gain_or_deviation_in_a_script_is_no_part_of_the_score(figure: Printed, spread: Printed, form: str) -> None:
    assert [s.value for s in read_scores(figure[0] + form.format(spread[0]))] == [figure[1]]


@given(figures(), SPREADS, st.sampled_from([" +/- {}", " +- {}", " +/− {}"]))
def test_plus_and_minus_may_stand_side_by_side(figure: Printed, spread: Printed, form: str) -> None:
    assert [s.value for s in read_scores(figure[0] + form.format(spread[0]))] == [figure[1]]


@given(figures(), st.sampled_from(["≈", "≈ ", "≃"]))
def test_every_sign_of_approximation(figure: Printed, about: str) -> None:
    assert [s.value for s in read_scores(about + figure[0])] == [figure[1]]


# Numbers in sentences and cells

ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {word: value for value, word in enumerate(["zero", *ONES, *TEENS])}
WORDS |= {word: 10 * value for value, word in enumerate(TENS, 2)} | {"single": 1, "dozen": 12}
SCALE_WORDS = ["thousand", "million", "billion", "trillion"]
POWERS = {
    3: ["K", "k", "thousand"],
    6: ["M", "mn", "mil", "million", "millions"],
    9: ["B", "G", "bn", "billion", "billions"],
    12: ["T", "trillion", "trillions"],
}
SCALES = {scale: Decimal(10) ** power for power, scales in POWERS.items() for scale in scales}


def _one(text: str) -> Number:
    number = parse_number(text)
    assert number is not None, text
    return number


def _has_range(number: Number, value: Decimal, lower: Decimal, upper: Decimal) -> bool:
    return (number.value, number.lower, number.upper) == (float(value), float(lower), float(upper))


@given(st.integers(0, 10**15), st.integers(0, 3), st.sampled_from([",", "\u2009", "\u202f", "\u00a0"]), st.data())
def test_thousands_and_places(whole: int, places: int, separator: str, data: st.DataObject) -> None:
    tail = f".{data.draw(st.integers(0, 10**places - 1)):0{places}d}" if places else ""
    assert _one(f"{whole:,}".replace(",", separator) + tail).value == float(Decimal(f"{whole}{tail}"))


@given(figures(most=9999, places=3), st.sampled_from(sorted(SCALES)), st.sampled_from(["", " ", "-"]))
def test_every_scale(figure: Printed, scale: str, between: str) -> None:
    assume(between != "-" or len(scale) > 3)
    number = _one(figure[0] + between + scale)
    assert (number.value, number.scaled) == (float(figure[1] * SCALES[scale]), True)


@given(
    figures(most=99, places=3),
    st.sampled_from(["×", "x", "·", "∗", "*", "⋅", " × ", " · "]),
    st.integers(-30, 40),
    st.sampled_from("-−–"),
    st.sampled_from(["10^{{{}}}", "10^{}"]),
)
def test_powers_of_ten(figure: Printed, times: str, exponent: int, minus: str, power: str) -> None:
    printed = power.format(str(exponent).replace("-", minus))
    assert _one(printed).value == float(Decimal(10) ** exponent)
    assert _one(figure[0] + times + printed).value == float(figure[1] * Decimal(10) ** exponent)


@given(SPREADS, st.sampled_from("eE"), st.integers(-30, 40), st.sampled_from("-−"), st.sampled_from(["", "+"]))
def test_powers_of_ten_as_computers_print_them(
    figure: Printed, letter: str, exponent: int, minus: str, plus: str
) -> None:
    sign = minus if exponent < 0 else plus
    for printed in (f"{abs(exponent)}", f"{abs(exponent):02d}"):
        assert _one(figure[0] + letter + sign + printed).value == float(figure[1] * Decimal(10) ** exponent)


@given(figures(most=9999, places=2), SPREADS, st.sampled_from([" ± ", "±", " +/- ", " +- ", " +/− "]))
def test_uncertainty(figure: Printed, spread: Printed, sign: str) -> None:
    number = _one(figure[0] + sign + spread[0])
    assert _has_range(number, figure[1], figure[1] - spread[1], figure[1] + spread[1])


RANGE = st.sampled_from(
    [
        "{}-{}",
        "{}–{}",
        "{} – {}",
        "{} - {}",
        "{}~{}",
        "{} to {}",
        "from {} to {}",
        "between {} and {}",
        "{} to about {}",
    ]
)


@given(figures(most=999, places=2), figures(most=999, places=2), RANGE, st.sampled_from(["", "K", "M", " million"]))
def test_the_ends_of_a_range_share_its_scale(one: Printed, two: Printed, form: str, scale: str) -> None:
    (low_text, low), (high_text, high) = sorted((one, two), key=lambda figure: figure[1])
    assume(low < high)
    (number,) = find_numbers(f"it takes {form.format(low_text, high_text)}{scale} steps")
    factor = SCALES[scale.strip()] if scale else Decimal(1)
    assert _has_range(number, (low + high) / 2 * factor, low * factor, high * factor)


WORD = st.one_of(
    st.sampled_from(sorted(WORDS.items())),
    st.builds(lambda ten, dash, one: (ten + dash + one, WORDS[ten] + WORDS[one]), st.sampled_from(TENS),
              st.sampled_from("- "), st.sampled_from(ONES)),
)  # fmt: skip


@given(WORD, st.sampled_from(["", "hundred", *SCALE_WORDS]))
def test_numbers_in_words(word: tuple[str, int], scale: str) -> None:
    text = f"{word[0]} {scale}".strip()
    factor = (SCALES | {"": Decimal(1), "hundred": Decimal(100)})[scale]
    assert _one(text).value == _one(text.capitalize()).value == float(word[1] * factor)


@given(
    figures(most=9999, places=2), st.sampled_from(["~", "∼", "≈", "about ", "approximately ", "nearly ", "roughly "])
)
def test_about(figure: Printed, about: str) -> None:
    (number,) = find_numbers(f"it took {about}{figure[0]} hours")
    assert (number.value, number.about) == (float(figure[1]), True)


@given(st.lists(figures(most=9999, places=2), min_size=1, max_size=4))
def test_numbers_of_a_sentence_come_back_in_order(parts: list[Printed]) -> None:
    text = "; ".join(f"run {letter} took {figure[0]} hours" for letter, figure in zip("ABCD", parts, strict=False))
    assert [(n.value, n.raw) for n in find_numbers(text)] == [(float(value), printed) for printed, value in parts]


@given(LETTERS, st.integers(0, 9999))
def test_digits_of_a_name_are_no_numbers(name: str, digits: int) -> None:
    for text in (f"Net{name}-{digits}", f"{name}v{digits}", f"{name}{digits}"):
        assert not find_numbers(f"the {text} model")


@given(figures(most=9999, places=2), st.sampled_from("-−"))
def test_negative_numbers(figure: Printed, minus: str) -> None:
    (number,) = find_numbers(f"a value of {minus}{figure[0]} is found")
    assert number.value == -float(figure[1])


@given(figures(most=999, places=2), SPREADS, st.sampled_from(["K", "M", "B", " million"]))
def test_a_scale_behind_the_deviation_is_the_figures(figure: Printed, spread: Printed, scale: str) -> None:
    value, width = (part[1] * SCALES[scale.strip()] for part in (figure, spread))
    assert _has_range(_one(f"{figure[0]} ± {spread[0]}{scale}"), value, value - width, value + width)


@given(st.sampled_from(ONES), st.sampled_from(SCALE_WORDS))
def test_hundreds_of_thousands(word: str, scale: str) -> None:
    values = [n.value for n in find_numbers(f"{word} hundred {scale} images")]
    assert values == [float(100 * WORDS[word] * SCALES[scale])]


@given(st.sampled_from(ONES), st.sampled_from([" and ", " "]), st.sampled_from(TENS))
def test_hundreds_and_tens(word: str, between: str, ten: str) -> None:
    values = [n.value for n in find_numbers(f"{word} hundred{between}{ten} epochs")]
    assert values == [100 * WORDS[word] + WORDS[ten]]


@given(st.sampled_from([("a", "1"), ("half a", "0.5")]), st.sampled_from(SCALE_WORDS))
def test_a_million(word: tuple[str, str], scale: str) -> None:
    values = [n.value for n in find_numbers(f"about {word[0]} {scale} images")]
    assert values == [float(Decimal(word[1]) * SCALES[scale])]


@given(st.integers(1, 999), st.integers(0, 30))
def test_powers_of_two_with_a_factor(factor: int, exponent: int) -> None:
    assert _one(f"{factor} × 2^{{{exponent}}}").value == factor * 2.0**exponent


@given(st.sampled_from("αβγλöé"), st.integers(0, 9999))
def test_digits_of_a_name_that_ends_beyond_ascii_are_no_numbers(letter: str, digits: int) -> None:
    assert not find_numbers(f"the Net{letter}-{digits} model")
