"""Two pages printed side by side on one sheet: each is read by itself, the left one first."""

from dataclasses import dataclass

from tasks.parse.document import Word
from tasks.parse.regions import Rule

_LANDSCAPE = 1.15  # width by height: a sheet with two pages is at least so wide
_INNER_MARGIN = 0.01  # of the sheet's width: what stays free on each side of the fold


@dataclass(slots=True)
class LogicalPage:
    """What stands on one page, in the coordinates of its sheet, and where the page begins."""

    left: float
    width: float
    words: list[Word]
    sideways: list[Word]
    rules: list[Rule]


def logical_pages(
    words: list[Word], sideways: list[Word], rules: list[Rule], width: float, height: float
) -> list[LogicalPage]:
    """The pages on a sheet: two where it is wide and nothing crosses its middle, else one."""
    fold, margin = width / 2, _INNER_MARGIN * width
    spans = [(w.box[0], w.box[2]) for w in (*words, *sideways)] + [(r.x0, r.x1) for r in rules]
    if width < _LANDSCAPE * height or any(x0 < fold + margin and x1 > fold - margin for x0, x1 in spans):
        return [LogicalPage(0.0, width, words, sideways, rules)]
    return [
        LogicalPage(
            left,
            fold,
            [w for w in words if (w.box[0] > fold) == is_right],
            [w for w in sideways if (w.box[0] > fold) == is_right],
            [r for r in rules if (r.x0 > fold) == is_right],
        )
        for left, is_right in ((0.0, False), (fold, True))
    ]
