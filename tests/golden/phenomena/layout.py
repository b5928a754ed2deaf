"""Where tables stand: in columns, across them, turned, far from the text, in an appendix; captions above and below."""

from dataclasses import replace

from tests.golden.claims import C10, C100, TOP1, TOP5, Phenomenon, others, own
from tests.golden.phenomena.papers import vision
from tests.golden.setting import NEW_PAGE, Sideways
from tests.golden.table import Table

_TEXT = "Table 1 compares our networks with those of others. All of them were trained in the same way."
_TABLE = Table(
    "Table 1. Top-1 and top-5 error rates (%) of single models on the ImageNet validation set.",
    "Model | top-1 err. | top-5 err.",
    """
    ResNet-50 [3]    | 22.85 | 6.71
    ResNet-101 [3]   | 21.75 | 6.05
    DenseNet-161 [12] | 22.33 | 6.15
    FooNet-S (ours)  | 23.10 | 6.90
    FooNet-L (ours)  | 21.43 | 5.71
    """,
)
_CLAIMS = (
    *others("ResNet-50", {TOP1: 77.15, TOP5: 93.29}),
    *others("ResNet-101", {TOP1: 78.25, TOP5: 93.95}),
    *others("DenseNet-161", {TOP1: 77.67, TOP5: 93.85}),
    *own("FooNet-S", {TOP1: 76.90, TOP5: 93.10}),
    *own("FooNet-L", {TOP1: 78.57, TOP5: 94.29}),
)
_WIDE = Table(
    _TABLE.caption,
    "Model | Depth | Parameters | FLOPs | Epochs | top-1 err. | top-5 err.",
    """
    ResNet-50 [3]    | 50  | 25.6M | 4.1G | 90  | 22.85 | 6.71
    ResNet-101 [3]   | 101 | 44.5M | 7.8G | 90  | 21.75 | 6.05
    DenseNet-161 [12] | 161 | 28.7M | 7.8G | 90  | 22.33 | 6.15
    FooNet-S (ours)  | 26  | 3.1M  | 1.2G | 120 | 23.10 | 6.90
    FooNet-L (ours)  | 74  | 9.6M  | 5.5G | 120 | 21.43 | 5.71
    """,
)
_CIFAR = Table(
    "Table 2. Test error (%) on CIFAR-10 and CIFAR-100, mean of three runs.",
    "Model | CIFAR-10 | CIFAR-100",
    """
    DenseNet [12]   | 3.46 | 17.18
    FooNet-C (ours) | 3.62 | 17.55
    """,
)
_CIFAR_CLAIMS = (
    *others("DenseNet", {C10: 96.54, C100: 82.82}),
    *own("FooNet-C", {C10: 96.38, C100: 82.45}),
)
_FAR = Table(
    "Table 3. Comparison of our networks with others.",
    "Model | top-1 | top-5",
    _TABLE.body,
)
_APPENDIX = (
    Table(
        "Table A1. Top-1 error (%) of the largest FooNets on the ImageNet validation set.",
        "Model | Depth | top-1 err.",
        """
        FooNet-XL  | 98  | 20.92
        FooNet-XXL | 146 | 20.51
        """,
    ),
    Table(
        "Table 11. Test error (%) on CIFAR-10 for networks of several widths.",
        "Model | Width | err.",
        """
        FooNet-C (narrow) | 32 | 4.41
        FooNet-C (wide)   | 96 | 3.35
        """,
    ),
)

LAYOUT = (
    Phenomenon("one column", vision(_TEXT, _TABLE, columns=1), _CLAIMS),
    Phenomenon("two columns", vision(_TEXT, _TABLE, before=3, after=4), _CLAIMS),
    Phenomenon("table across both columns", vision(_TEXT, replace(_WIDE, wide=True), before=5, after=9), _CLAIMS),
    Phenomenon("page whose text runs up the sheet", vision(_TEXT, Sideways(_WIDE), after=6), _CLAIMS),
    Phenomenon("page turned by /Rotate", vision(_TEXT, Sideways(_WIDE, shown_upright=True), after=6), _CLAIMS),
    Phenomenon(
        "table far from the text about it",
        vision(
            "The error rates of all networks on the ImageNet validation set, with one crop an image, are listed in "
            "Table 3. The smallest FooNet is about as good as a network with eight times its parameters.",
            NEW_PAGE,
            "This page has nothing to do with it.",
            NEW_PAGE,
            _FAR,
        ),
        _CLAIMS,
    ),
    Phenomenon(
        "tables of an appendix",
        vision(
            "We report further results in the appendix (Tables A1 and 11).", NEW_PAGE, "# A Further results", *_APPENDIX
        ),
        (
            *own("FooNet-XL", {TOP1: 79.08}, where="Table A1"),
            *own("FooNet-XXL", {TOP1: 79.49}, where="Table A1"),
            *own("FooNet-C (narrow)", {C10: 95.59}, where="Table 11"),
            *own("FooNet-C (wide)", {C10: 96.65}, where="Table 11"),
        ),
    ),
    Phenomenon("captions above two tables in a row", vision(_TEXT, _TABLE, _CIFAR), (*_CLAIMS, *_CIFAR_CLAIMS)),
    Phenomenon(
        "captions below two tables in a row",
        vision(_TEXT, replace(_TABLE, below=True), replace(_CIFAR, below=True)),
        (*_CLAIMS, *_CIFAR_CLAIMS),
    ),
    Phenomenon("scan without text", vision(_TEXT, _TABLE, scanned=True), unreadable="no text layer.*scan"),
)
