"""Glyphs to words, words to lines, words to grids."""

from typing import Any

import pytest

from tasks.parse.captions import Caption, captions_of
from tasks.parse.document import Rule, TextLine, Word
from tasks.parse.glyph_table import Glyphs
from tasks.parse.glyphs import words_of
from tasks.parse.grid import build_grid
from tasks.parse.lines import find_gutter, lines_of, rows_of
from tasks.parse.pairing import pair, with_titles
from tasks.parse.records import is_figure
from tasks.parse.regions import PlacedLines, Region, extended, lone_rule_regions, ruled_regions, unruled_region


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
    words, _, _ = words_of(Glyphs.of_pdfplumber([c for piece in pieces for c in piece]), 600, 800)
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
    words, _, _ = words_of(Glyphs.of_pdfplumber([*_glyphs("eﬃcient", 0, 100), *_glyphs("BOLD", 100, 100)]), 600, 800)
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
    words, _, turned = words_of(Glyphs.of_pdfplumber(chars), 600, 800)
    assert turned
    assert [w.text for w in words] == ["Table"]


def _two_columns() -> list[Word]:
    prose = "the quick brown fox jumps over the lazy dog again today"
    return [w for i in range(20) for w in [*_row(100 + 12 * i, (50, prose)), *_row(101 + 12 * i, (320, prose))]]


def test_two_columns_are_found_and_read_in_order() -> None:
    words = _two_columns()
    gutter = find_gutter(rows_of(words), 612)
    assert gutter is not None
    assert max(w.box[2] for w in words if w.box[0] < 300) < gutter < 320
    lefts = [line.box[0] for line in lines_of(rows_of(words), gutter)]
    assert lefts == [50.0] * 20 + [320.0] * 20


def test_one_column_has_no_gutter() -> None:
    prose = "the quick brown fox jumps over the lazy dog again today and so on until the very end of this long line"
    one_column = [w for i in range(30) for w in _row(100 + 12 * i, (50, prose))]
    assert find_gutter(rows_of(one_column), 612) is None


def test_captions_and_sentences_about_tables() -> None:
    lines = [
        TextLine(_row(100, (50, "as can be seen from the figures of the large and small models that are shown in"))),
        TextLine(_row(110.5, (50, "Table 3. We then go on"))),
        TextLine(_row(200, (50, "Table 4: Error rates of the"))),
        TextLine(_row(211, (50, "models."))),
    ]
    assert [(c.label, c.text) for c in captions_of(lines)] == [("Table 4", "Table 4: Error rates of the models.")]


def test_caption_ends_at_the_rule_over_a_header() -> None:
    lines = [
        TextLine(_row(100, (50, "Table 4: Error rates of all the models"))),
        TextLine(_row(112, (50, "Model"), (79, "top-1"), (108, "top-5"), (137, "and so on and on"))),
    ]
    texts = [[c.text for c in captions_of(lines, rules)] for rules in ([], [Rule(45, 230, 110.5)])]
    assert texts == [[f"{lines[0].text} {lines[1].text}"], [lines[0].text]]


TABLE = [
    *_row(100, (50, "Model"), (150, "top-1"), (200, "top-5")),
    *_row(115, (50, "ResNet 50"), (150, "77.15"), (200, "93.29")),
    *_row(127, (50, "ResNet 101"), (150, "78.25"), (200, "93.95")),
]


def test_rules_of_equal_extent_hold_a_table() -> None:
    rules = [Rule(45, 230, 96), Rule(45, 230, 112), Rule(45, 230, 140), Rule(45, 120, 400)]
    regions = ruled_regions(rules, TABLE, [])
    assert [r.box for r in regions] == [(45, 96, 230, 140)]
    built = build_grid(TABLE, regions[0], [])
    assert built is not None
    assert [[c.text for c in row] for row in built[0]] == [
        ["Model", "top-1", "top-5"],
        ["ResNet 50", "77.15", "93.29"],
        ["ResNet 101", "78.25", "93.95"],
    ]
    assert built[1] == 1


def test_table_without_rules_is_found_by_its_caption() -> None:
    lines = [TextLine(TABLE[:3]), TextLine(TABLE[3:7]), TextLine(TABLE[7:])]
    caption = Caption("Table 1", "Table 1: Results.", (50, 80, 130, 89), True)
    region = unruled_region(caption, PlacedLines(lines, [caption], []), None)
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
    built = build_grid(words, region, [])
    assert built is not None
    assert [c.text for c in built[0][0]] == ["", "ImageNet", "ImageNet", ""]


def test_figures() -> None:
    assert all(is_figure(t) for t in ("76.3", "74.9/92.2", "91.89 (± 0.23)", "–", "38M", "78.4%", "8.43^{†}"))
    assert not any(is_figure(t) for t in ("ResNet-50", "@.5", "top-1", "conv1"))


def _grid(words: list[Word], region: Region, sideways: list[Word] | None = None) -> list[list[str]]:
    built = build_grid(words, region, sideways or [])
    assert built is not None
    return [[c.text for c in row] for row in built[0]]


def test_headers_set_sideways_stand_over_their_columns() -> None:
    chars = _glyphs("Network", 100, 200)
    upwards = _glyphs("clean", 0, 0)
    for i, c in enumerate(upwards):
        turned = {"upright": False, "matrix": (0, 1, -1, 0, 160, 0), "x0": 150, "x1": 160}
        c |= {**turned, "top": 185 - 5 * i, "bottom": 190 - 5 * i}
    _, sideways, turned = words_of(Glyphs.of_pdfplumber(chars + upwards), 600, 800)
    assert not turned
    assert [w.text for w in sideways] == ["clean"]
    x0, top, x1, bottom = sideways[0].box
    assert (145 < x0 < x1 < 165, top, bottom) == (True, 165, 190)


def test_sideways_words_become_a_header_row() -> None:
    body = [
        *_row(200, (50, "Net A"), (150, "2.5"), (200, "5.2")),
        *_row(212, (50, "Net B"), (150, "2.7"), (200, "5.6")),
    ]
    sideways = [Word("clean", (150, 150, 160, 190), 9.0), Word("other", (200, 150, 210, 190), 9.0)]
    assert _grid(body, Region((45, 198, 220, 224)), sideways)[0] == ["", "clean", "other"]


def test_a_lone_rule_between_header_and_body_makes_a_table() -> None:
    found = lone_rule_regions([Rule(48, 225, 112), Rule(48, 225, 400)], rows_of(TABLE), [], [])
    assert len(found) == 1
    assert found[0].box[1] < 100.5 and found[0].box[3] > 135


def test_a_lone_rule_heads_a_table_with_one_column_of_figures_and_thresholds_in_its_header() -> None:
    words = [
        *_row(100, (50, "Number of classes"), (170, "mAP@[.5,.95]")),
        *_row(115, (50, "1K ImageNet"), (190, "31.2")),
        *_row(127, (50, "18K JFT"), (190, "31.9")),
    ]
    (found,) = lone_rule_regions([Rule(48, 225, 112)], rows_of(words), [], [])
    assert found.box[1] < 100.5 and found.box[3] > 135


def test_headers_on_uneven_heights_above_the_rule_belong_to_the_table() -> None:
    words = [*_row(97, (50, "Model"), (150, "top-1")), *_row(102, (180, "at 288"), (230, "at 384")), *TABLE[5:]]
    region = extended(Region((45, 112, 260, 140), [112, 140]), rows_of(words), [], [])
    assert region.box[1] < 97


def test_a_narrow_first_word_is_no_text_running_on() -> None:
    words = [
        *_row(100, (50, "α"), (100, "AP"), (150, "AR")),
        *_row(115, (50, "1"), (100, "31.1"), (150, "40.2")),
        *_row(127, (50, "2"), (100, "32.1"), (150, "41.2")),
    ]
    assert len(lone_rule_regions([Rule(48, 175, 112)], rows_of(words), [], [])) == 1


def test_parts_of_a_table_are_cut_at_their_headings() -> None:
    below = [
        *TABLE,
        *_row(141, (60, "(a) Results on the validation set")),
        *_row(155, (50, "ResNet 50"), (150, "76.15"), (200, "92.29")),
        *_row(167, (50, "ResNet 101"), (150, "77.25"), (200, "92.95")),
        *_row(181, (60, "(b) Results on the test set")),
    ]
    parts = with_titles([Region((45, 96, 230, 178), [96, 112])], below)
    assert [p.title for p in parts] == ["(a) Results on the validation set", "(b) Results on the test set"]
    assert parts[0].box[3] < 141 < parts[1].box[1]


def test_a_part_far_from_the_caption_finds_it_by_its_heading() -> None:
    words = [*TABLE, *_row(141, (60, "(a) Results on the validation set"))]
    caption = Caption("Table 3", "Table 3. Ablations.", (40, 500, 300, 510), True)
    (part,) = with_titles([Region((45, 96, 230, 140), [96, 112, 140])], words)
    assert pair([part], [caption], words, captions_above=False) == [(part, caption)]
    assert pair([Region((45, 96, 230, 140))], [caption], words, captions_above=False)[0][1] is None


def test_a_table_under_a_figures_caption_is_a_table_and_a_chart_is_none() -> None:
    figure = Caption("Figure 3", "Figure 3: Accuracy.", (45, 150, 230, 160), False)
    region = Region((45, 96, 230, 140))
    assert pair([region], [figure], TABLE, captions_above=True) == [(region, figure)]
    ticks = [w for i in range(4) for w in _row(100 + 12 * i, (50, f"0.{8 - i}"), (150, f"{5 + i}M"))]
    assert pair([region], [figure], ticks, captions_above=True) == []


def test_figures_set_without_a_blank_are_two() -> None:
    assert _words(_glyphs("54.85%", 0, 100), _glyphs("72.51%", 30, 100)) == ["54.85%", "72.51%"]


def test_columns_whose_bold_figures_reach_over_the_gaps() -> None:
    rows = [
        [
            Word(t, (x - 12 - bold, top, x + 12 + bold, top + 9), 9.0)
            for x, t in zip((200, 226, 252, 278), row, strict=True)
        ]
        for top, bold, row in (
            (100, 0, ("54.82%", "72.39%", "59.95%", "39.68%")),
            (112, 0.9, ("54.67%", "72.50%", "59.58%", "40.22%")),
            (124, 0, ("54.36%", "71.95%", "59.54%", "40.15%")),
            (136, 0.9, ("54.85%", "72.51%", "60.08%", "40.53%")),
        )
    ]
    words = [w for i, row in enumerate(rows) for w in [*_row(100 + 12 * i, (50, f"Net {i}")), *row]]
    assert {len(row) for row in _grid(words, Region((45, 96, 295, 150)))} == {5}


def test_captions_side_by_side() -> None:
    lines = [
        TextLine(_row(100, (50, "Table 4: Results on the"), (170, "Table 5: Results on the"))),
        TextLine(_row(111, (50, "validation set."), (170, "test set."))),
    ]
    assert [c.text for c in captions_of(lines)] == [
        "Table 4: Results on the validation set.",
        "Table 5: Results on the test set.",
    ]


def test_a_row_labelled_by_a_figure_is_no_caption() -> None:
    words = [
        Word(w.text, w.box, w.size, bold=True) for w in _row(100, (50, "Figure 6 (a)"), (150, "52.18%"), (200, "70.3"))
    ]
    assert captions_of([TextLine(words)]) == []


def _grid_of(*rows: list[Word], rules: list[float] | None = None) -> list[list[str]]:
    """Texts of the grid that the rows of a table make, header rows first."""
    words = [w for row in rows for w in row]
    region = Region((45, words[0].box[1] - 4, 400, words[-1].box[3] + 4), rules or [words[0].box[3] + 2])
    built = build_grid(words, region, [])
    assert built is not None
    return [[c.text for c in row] for row in built[0]]


HEADER = _row(100, (50, "Model"), (180, "top-1"), (230, "top-5"))
FIRST = _row(116, (50, "ResNet-50 [3]"), (180, "76.15"), (230, "92.87"))


def _figures(top: float, label: str, first: str, second: str) -> list[Word]:
    return _row(top, *([(50.0, label)] if label else []), (180, first), (230, second))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [("FooNet-S with shared", 1), ("blocks (ours)", 0), ("FooNet-L with shared", 2), ("blocks (ours)", 0)],
            id="first",
        ),
        pytest.param(
            [("FooNet-S with shared", 0), ("blocks (ours)", 1), ("FooNet-L with shared", 0), ("blocks (ours)", 2)],
            id="last",
        ),
        pytest.param(
            [
                ("FooNet-S", 0),
                ("with shared", 1),
                ("blocks (ours)", 0),
                ("FooNet-L", 0),
                ("with shared", 2),
                ("blocks (ours)", 0),
            ],
            id="middle",
        ),
    ],
)
@pytest.mark.parametrize("apart", [10.0, 12.0])
def test_lines_of_a_wrapped_label_make_one_row(lines: list[tuple[str, int]], apart: float) -> None:
    """Rows stand 12 points apart; the lines of one row stand closer, or just as far apart."""
    figures = {1: ("76.90", "93.10"), 2: ("78.57", "94.29")}
    top, rows = 116.0, [HEADER, FIRST]
    for label, n in lines:
        top += 12 if label.startswith("FooNet") else apart
        rows.append(_figures(top, label, *figures[n]) if n else _row(top, (50, label)))
    rows.append(_figures(top + 12, "BarNet", "70.10", "90.10"))
    rows.append(_figures(top + 24, "BazNet", "71.10", "91.10"))
    assert _grid_of(*rows)[2:4] == [
        ["FooNet-S with shared blocks (ours)", "76.90", "93.10"],
        ["FooNet-L with shared blocks (ours)", "78.57", "94.29"],
    ]


def test_headings_of_groups_stay_rows_of_their_own() -> None:
    rows = [
        HEADER,
        _row(116, (50, "Methods of others")),
        _figures(128, "ResNet-50", "76.15", "92.87"),
        _figures(140, "ResNet-101", "77.37", "93.55"),
        _row(152, (50, "Ours")),
        _figures(164, "FooNet-50", "78.15", "93.87"),
        _figures(176, "FooNet-101", "79.15", "94.87"),
    ]
    assert [r[0] for r in _grid_of(*rows)[1:]] == [
        "Methods of others", "ResNet-50", "ResNet-101", "Ours", "FooNet-50", "FooNet-101",
    ]  # fmt: skip


def test_a_label_between_its_rows_names_both_in_a_column_of_its_own() -> None:
    rows = [
        _row(100, (50, "Model"), (120, "Set"), (180, "top-1"), (230, "top-5")),
        _row(116, (120, "val"), (180, "76.15"), (230, "92.87")),
        _row(122, (50, "ResNet")),
        _row(128, (120, "test"), (180, "77.37"), (230, "93.55")),
        _row(140, (120, "val"), (180, "78.15"), (230, "93.87")),
        _row(146, (50, "FooNet")),
        _row(152, (120, "test"), (180, "79.15"), (230, "94.87")),
    ]
    assert [r[:2] for r in _grid_of(*rows)[1:]] == [
        ["ResNet", "val"], ["ResNet", "test"], ["FooNet", "val"], ["FooNet", "test"],
    ]  # fmt: skip


def test_headers_below_the_rule_and_results_above_it() -> None:
    spanned = _row(100, (50, "model A"), (195, "ReLU"))
    names = _row(114, (50, "scale s"), (180, "top-1"), (230, "top-5"))
    body = [_figures(128 + 12 * i, f"crop {i}", "26.25", "8.25") for i in range(3)]
    words = [w for row in (spanned, names, *body) for w in row]
    built = build_grid(words, Region((45, 96, 400, 170), [111]), [])
    assert built is not None
    assert built[1] == 2

    words = [w for row in (HEADER, FIRST, *body) for w in row]
    built = build_grid(words, Region((45, 96, 400, 170), [126.5]), [])
    assert built is not None
    assert built[1] == 1


def test_tight_headers_of_single_columns_are_parted() -> None:
    header = _row(100, (50, "Model"), (148, "SIQA HellaSwag PIQA"))
    body = [_row(114 + 12 * i, (50, f"Net {i}"), (150, "50.6"), (188, "79.2"), (220, "81.1")) for i in range(4)]
    assert _grid_of(header, *body)[0] == ["Model", "SIQA", "HellaSwag", "PIQA"]


def _tight(gap: float) -> list[str]:
    """The first header row over five columns that have headers of their own, its names `gap` points apart."""
    names = ["Alpha 3.5 Fast", "Beta V2 Fast", "Gamma 4.5", "Delta V3.1", "Delta V3.2"]
    x = 110.0
    upper, middles = [], []
    for name in names:
        words = _row(100, (x, name))
        upper += words
        middles.append((words[0].box[0] + words[-1].box[2]) / 2)
        x = words[-1].box[2] + gap
    below = _row(112, *((m - 9, "Base") for m in middles))
    body = [w for k in range(3) for w in _row(128 + 12 * k, (50, "MMLU"), *((m - 9, f"8{k}.5") for m in middles))]
    grid = _grid([*upper, *below, *body], Region((45, 96, 560, 170), [124]))
    return grid[0]


def test_tight_headers_over_further_headers_are_parted_where_the_blanks_are_wider() -> None:
    assert _tight(4.2) == ["", "Alpha 3.5 Fast", "Beta V2 Fast", "Gamma 4.5", "Delta V3.1", "Delta V3.2"]
    assert len(set(_tight(2.5)[1:])) == 1  # one heading in running text
