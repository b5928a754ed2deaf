"""Glyphs to words, words to lines, words to grids."""

from typing import Any

from tasks.parse.document import Line, Word
from tasks.parse.glyphs import words_of
from tasks.parse.grid import build_grid, is_figure
from tasks.parse.lines import find_gutter, join_broken_words, lines_of
from tasks.parse.regions import Caption, Region, Rule, captions_of, ruled_regions, unruled_region


def _glyphs(text: str, x: float, baseline: float, size: float = 10) -> list[dict[str, Any]]:
    """Glyphs half as wide as high, on a baseline `baseline` points below the top of a page 800 points high."""
    return [
        {
            "text": c,
            "x0": x + i * size / 2,
            "x1": x + (i + 1) * size / 2,
            "top": baseline - 0.75 * size,
            "bottom": baseline + 0.25 * size,
            "y0": 800 - baseline - 0.25 * size,
            "matrix": (1, 0, 0, 1, x, 800 - baseline),
            "size": size,
            "fontname": "ABCDEF+Times-Bold" if text.isupper() else "Times",
            "upright": True,
        }
        for i, c in enumerate(text)
    ]


def _words(*pieces: list[dict[str, Any]]) -> list[str]:
    words, _ = words_of([c for piece in pieces for c in piece], 600, 800)
    return [w.text for w in sorted(words, key=lambda w: w.box[0])]


def _row(top: float, *cells: tuple[float, str]) -> list[Word]:
    """Words of one row: each cell's words at x, nine points high, blanks of 2.5 points."""
    words = []
    for x, text in cells:
        at = x
        for part in text.split():
            words.append(Word(part, (at, top, at + 4.5 * len(part), top + 9), 9.0))
            at += 4.5 * len(part) + 2.5
    return words


def test_superscripts_and_subscripts() -> None:
    assert _words(_glyphs("10", 0, 100), _glyphs("18", 10, 96, 6)) == ["10^{18}"]
    assert _words(_glyphs("AP", 0, 100), _glyphs("50", 10, 102, 6)) == ["AP_{50}"]
    stacked = _words(_glyphs("AP", 0, 100), _glyphs("val", 10, 96, 6), _glyphs("50", 10, 103, 6))
    assert stacked in (["AP^{val}_{50}"], ["AP_{50}^{val}"])


def test_text_goes_on_behind_a_script() -> None:
    assert _words(_glyphs("x", 0, 100), _glyphs("2", 5, 96, 6), _glyphs("y", 8.2, 100)) == ["x^{2}y"]


def test_small_capitals_are_no_scripts() -> None:
    assert _words(_glyphs("B", 0, 100, 10), _glyphs("ERT", 5, 100, 8)) == ["BERT"]


def test_narrow_blanks_part_words() -> None:
    assert _words(_glyphs("Rad", 0, 100), _glyphs("et", 17.2, 100)) == ["Rad", "et"]


def test_ligatures_and_bold() -> None:
    words, _ = words_of([*_glyphs("eﬃcient", 0, 100), *_glyphs("BOLD", 100, 100)], 600, 800)
    assert [(w.text, w.bold) for w in words] == [("efficient", False), ("BOLD", True)]


def test_sideways_page() -> None:
    chars = _glyphs("Table", 0, 100)
    for i, c in enumerate(chars):  # set up the left edge, running upwards
        c |= {
            "upright": False,
            "matrix": (0, 1, -1, 0, 50, i),
            "x0": 40,
            "x1": 50,
            "top": 700 - 5 * i,
            "bottom": 705 - 5 * i,
        }
    words, turned = words_of(chars, 600, 800)
    assert turned
    assert [w.text for w in words] == ["Table"]


def _two_columns() -> list[Word]:
    prose = "the quick brown fox jumps over the lazy dog again today"
    return [w for i in range(20) for w in [*_row(100 + 12 * i, (50, prose)), *_row(101 + 12 * i, (320, prose))]]


def test_two_columns_are_found_and_read_in_order() -> None:
    words = _two_columns()
    gutter = find_gutter(words, 612)
    assert gutter is not None
    assert max(w.box[2] for w in words if w.box[0] < 300) < gutter < 320
    lefts = [line.box[0] for line in lines_of(words, gutter)]
    assert lefts == [50.0] * 20 + [320.0] * 20


def test_one_column_has_no_gutter() -> None:
    prose = "the quick brown fox jumps over the lazy dog again today and so on until the very end of this long line"
    assert find_gutter([w for i in range(30) for w in _row(100 + 12 * i, (50, prose))], 612) is None


def test_words_broken_at_line_ends() -> None:
    lines = [
        Line(_row(0, (0, "state-of-the-"))),
        Line(_row(12, (0, "art classi-"))),
        Line(_row(24, (0, "fication of images"))),
    ]
    joined = join_broken_words(lines, {"classification", "state-of-the-art"})
    assert [line.text for line in joined] == ["state-of-the-art", "classification", "of images"]


def test_captions_and_sentences_about_tables() -> None:
    lines = [
        Line(_row(100, (50, "as can be seen from the figures of the large and small models that are shown in"))),
        Line(_row(110.5, (50, "Table 3. We then go on"))),
        Line(_row(200, (50, "Table 4: Error rates of the"))),
        Line(_row(211, (50, "models."))),
    ]
    assert [(c.label, c.text) for c in captions_of(lines)] == [("Table 4", "Table 4: Error rates of the models.")]


TABLE = [
    *_row(100, (50, "Model"), (150, "top-1"), (200, "top-5")),
    *_row(115, (50, "ResNet 50"), (150, "77.15"), (200, "93.29")),
    *_row(127, (50, "ResNet 101"), (150, "78.25"), (200, "93.95")),
]


def test_rules_of_equal_extent_hold_a_table() -> None:
    rules = [Rule(45, 230, 96), Rule(45, 230, 112), Rule(45, 230, 140), Rule(45, 120, 400)]
    regions = ruled_regions(rules, TABLE, [])
    assert [r.box for r in regions] == [(45, 96, 230, 140)]
    built = build_grid(TABLE, regions[0])
    assert built is not None
    assert [[c.text for c in row] for row in built[0]] == [
        ["Model", "top-1", "top-5"],
        ["ResNet 50", "77.15", "93.29"],
        ["ResNet 101", "78.25", "93.95"],
    ]
    assert built[1] == 1


def test_table_without_rules_is_found_by_its_caption() -> None:
    lines = [Line(TABLE[:3]), Line(TABLE[3:7]), Line(TABLE[7:])]
    caption = Caption("Table 1", "Table 1: Results.", (50, 80, 130, 89), True)
    region = unruled_region(caption, lines, [], None, [caption])
    assert region is not None
    assert region.box[1] == 100


def test_rule_under_a_header_says_what_it_spans() -> None:
    words = [
        *_row(100, (160, "ImageNet")),
        *_row(112, (50, "Model"), (150, "top-1"), (200, "top-5"), (250, "size")),
        *_row(127, (50, "A"), (150, "77.15"), (200, "93.29"), (250, "25.6")),
        *_row(139, (50, "B"), (150, "78.25"), (200, "93.95"), (250, "44.5")),
    ]
    region = Region((45, 96, 280, 152), [96, 123.5, 152], [Rule(148, 226, 110.5)])
    built = build_grid(words, region)
    assert built is not None
    assert [c.text for c in built[0][0]] == ["", "ImageNet", "ImageNet", ""]


def test_figures() -> None:
    assert all(is_figure(t) for t in ("76.3", "74.9/92.2", "91.89 (± 0.23)", "–", "38M", "78.4%", "8.43^{†}"))
    assert not any(is_figure(t) for t in ("ResNet-50", "@.5", "top-1", "conv1"))
