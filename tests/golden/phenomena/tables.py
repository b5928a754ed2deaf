"""How tables are made: rules, headers, groups, marks, and whether errors or accuracies stand in them."""

from tests.golden.claims import (
    C10,
    C100,
    TEST_TOP5,
    TOP1,
    TOP5,
    VAL_AP,
    VAL_AP50,
    Doubt,
    Phenomenon,
    others,
    own,
)
from tests.golden.phenomena.papers import detection, vision
from tests.golden.table import Table

_CAPTION = "Table 1. Top-1 and top-5 accuracy (%) on the ImageNet validation set."
_HEAD = "Model | Parameters | top-1 | top-5"
_BODY = """
    ResNet-50 [3]   | 25.6M | 77.15 | 93.29
    FooNet-S (ours) | 3.1M  | 76.90 | 93.10
    FooNet-L (ours) | 9.6M  | 78.57 | 94.29
    """
_CLAIMS = (
    *others("ResNet-50", {TOP1: 77.15, TOP5: 93.29}),
    *own("FooNet-S", {TOP1: 76.90, TOP5: 93.10}),
    *own("FooNet-L", {TOP1: 78.57, TOP5: 94.29}),
)
_TEXT = "Table 1 shows the results. We come back to them below."

_RULES = (
    Phenomenon("booktabs without vertical rules", vision(_TEXT, Table(_CAPTION, _HEAD, _BODY)), _CLAIMS),
    Phenomenon("grid with all rules", vision(_TEXT, Table(_CAPTION, _HEAD, _BODY, rules="grid")), _CLAIMS),
    Phenomenon("no rules at all", vision(_TEXT, Table(_CAPTION, _HEAD, _BODY, rules="none")), _CLAIMS),
)

_HEADERS = (
    Phenomenon(
        "headers of several rows",
        vision(
            _TEXT,
            Table(
                "Table 1. Comparison of networks on the ImageNet validation set.",
                """
                Network | Parameters | Top-1    | Top-5
                        | (millions) | accuracy | accuracy
                        |            | (%)      | (%)
                """,
                """
                ResNet-50 [3]   | 25.6 | 77.15 | 93.29
                FooNet-S (ours) | 3.1  | 76.90 | 93.10
                FooNet-L (ours) | 9.6  | 78.57 | 94.29
                """,
            ),
        ),
        _CLAIMS,
    ),
    Phenomenon(
        "headers that span columns",
        vision(
            _TEXT,
            Table(
                "Table 1. Accuracy (%) of networks trained from scratch.",
                """
                      | ImageNet | >     | CIFAR-10 | CIFAR-100
                Model | top-1    | top-5 | top-1    | top-1
                """,
                """
                ResNet-50 [3]   | 77.15 | 93.29 | 94.75 | 78.04
                FooNet-S (ours) | 76.90 | 93.10 | 95.25 | 78.87
                FooNet-L (ours) | 78.57 | 94.29 | 96.10 | 80.36
                """,
            ),
        ),
        (
            *_CLAIMS,
            *others("ResNet-50", {C10: 94.75, C100: 78.04}),
            *own("FooNet-S", {C10: 95.25, C100: 78.87}),
            *own("FooNet-L", {C10: 96.10, C100: 80.36}),
        ),
    ),
)

_ROWS = (
    Phenomenon(
        "rows that head groups",
        detection(
            "Table 1 compares detectors with the same backbone.",
            Table(
                "Table 1. Object detection on COCO val2017.",
                "Detector | Epochs | AP | AP_{50}",
                """
                ResNet-50 backbone
                ---
                Faster R-CNN [5] | 36 | 40.2 | 61.0
                SpotDet (ours)   | 36 | 42.4 | 61.6
                ---
                ResNet-101 backbone
                ---
                Faster R-CNN [5] | 36 | 42.0 | 62.5
                SpotDet (ours)   | 36 | 44.3 | 63.7
                """,
            ),
        ),
        (
            *others("Faster R-CNN", {VAL_AP: 40.2, VAL_AP50: 61.0}),
            *own("SpotDet", {VAL_AP: 42.4, VAL_AP50: 61.6}),
            *others("Faster R-CNN", {VAL_AP: 42.0, VAL_AP50: 62.5}),
            *own("SpotDet", {VAL_AP: 44.3, VAL_AP50: 63.7}),
        ),
    ),
    Phenomenon(
        "labels that span rows",
        vision(
            _TEXT,
            Table(
                "Table 1. Top-1 accuracy (%) on ImageNet by the resolution of the test images.",
                "Model | Resolution | Top-1 acc.",
                """
                FooNet-S | 224 | 76.90
                ^        | 288 | 77.63
                ---
                FooNet-M | 224 | 77.84
                ^        | 288 | 78.42
                ^        | 384 | 78.66
                ---
                FooNet-L | 224 | 78.57
                ^        | 288 | 79.21
                """,
            ),
        ),
        (
            *own("FooNet-S", {TOP1: 76.90}),
            *own("FooNet-S", {TOP1: 77.63}),
            *own("FooNet-M", {TOP1: 77.84}),
            *own("FooNet-M", {TOP1: 78.42}),
            *own("FooNet-M", {TOP1: 78.66}),
            *own("FooNet-L", {TOP1: 78.57}),
            *own("FooNet-L", {TOP1: 79.21}),
        ),
    ),
    Phenomenon(
        "labels that span rows, between all rules",
        vision(
            _TEXT,
            Table(
                "Table 1. Top-1 accuracy (%) on ImageNet by the resolution of the test images.",
                "Model | Resolution | Top-1 acc.",
                """
                FooNet-S | 224 | 76.90
                ^        | 288 | 77.63
                FooNet-M | 224 | 77.84
                ^        | 288 | 78.42
                ^        | 384 | 78.66
                """,
                rules="grid",
            ),
        ),
        (
            *own("FooNet-S", {TOP1: 76.90}),
            *own("FooNet-S", {TOP1: 77.63}),
            *own("FooNet-M", {TOP1: 77.84}),
            *own("FooNet-M", {TOP1: 78.42}),
            *own("FooNet-M", {TOP1: 78.66}),
        ),
    ),
    Phenomenon(
        "citations in a column of their own",
        vision(
            _TEXT,
            Table(
                _CAPTION,
                "Model | Ref. | top-1 | top-5",
                """
                ResNet-50    | [3]  | 77.15 | 93.29
                DenseNet-161 | [12] | 77.67 | 93.85
                FooNet-L     |      | 78.57 | 94.29
                """,
            ),
        ),
        (
            *others("ResNet-50", {TOP1: 77.15, TOP5: 93.29}),
            *others("DenseNet-161", {TOP1: 77.67, TOP5: 93.85}),
            *own("FooNet-L", {TOP1: 78.57, TOP5: 94.29}),
        ),
    ),
    Phenomenon(
        "names split by a citation",
        vision(
            _TEXT,
            Table(
                _CAPTION,
                "Model | top-1 | top-5",
                """
                DenseNet [12] (k = 24) | 76.20 | 93.15
                DenseNet [12] (k = 48) | 77.67 | 93.85
                FooNet-L               | 78.57 | 94.29
                """,
            ),
        ),
        (
            *others("DenseNet (k = 24)", {TOP1: 76.20, TOP5: 93.15}),
            *others("DenseNet (k = 48)", {TOP1: 77.67, TOP5: 93.85}),
            *own("FooNet-L", {TOP1: 78.57, TOP5: 94.29}),
        ),
    ),
)

_CELLS = (
    Phenomenon(
        "a raised mark on a figure, with its note in the caption",
        vision(
            _TEXT,
            Table(
                "Table 1. Top-5 error (%) of single models on the ImageNet validation set. ^{†} reported on the "
                "ImageNet test set.",
                "Model | top-5 err.",
                """
                ResNet-50 [3] | 6.71
                FooNet-S      | 6.90
                FooNet-L      | 5.71
                FooNet-XL     | 5.16^{†}
                """,
            ),
        ),
        (
            *others("ResNet-50", {TOP5: 93.29}),
            *own("FooNet-S", {TOP5: 93.10}),
            *own("FooNet-L", {TOP5: 94.29}),
            *own("FooNet-XL", {TEST_TOP5: 94.84}),
        ),
    ),
    Phenomenon(
        "bold bests and underlined second bests",
        vision(
            _TEXT,
            Table(
                _CAPTION + " The best figure is bold, the second best underlined.",
                "Model | top-1 | top-5",
                """
                ResNet-50 [3]   | __77.15__ | __93.29__
                FooNet-S (ours) | 76.90     | 93.10
                **FooNet-L** (ours) | **78.57** | **94.29**
                """,
            ),
        ),
        _CLAIMS,
    ),
    Phenomenon(
        "deviations behind a plus-minus sign",
        vision(
            _TEXT,
            Table(
                "Table 1. Accuracy (%) on the test sets of CIFAR-10 and CIFAR-100, mean and deviation of five runs.",
                "Model | CIFAR-10 | CIFAR-100",
                """
                DenseNet [12] | 96.54 ± 0.10 | 82.82 ± 0.31
                FooNet-C      | 96.38 ± 0.08 | 82.45 ± 0.24
                """,
            ),
        ),
        (*others("DenseNet", {C10: 96.54, C100: 82.82}), *own("FooNet-C", {C10: 96.38, C100: 82.45})),
    ),
    Phenomenon(
        "two figures in a cell",
        vision(
            _TEXT,
            Table(
                "Table 1. Accuracy (%) on the ImageNet validation set.",
                "Model | top-1/top-5",
                """
                ResNet-50 [3] | 77.15/93.29
                FooNet-S      | 76.90/93.10
                FooNet-L      | 78.57/94.29
                """,
            ),
        ),
        _CLAIMS,
    ),
    Phenomenon(
        "dashes for what is missing",
        vision(
            _TEXT,
            Table(
                _CAPTION,
                _HEAD,
                """
                ResNet-50 [3]   | 25.6M | –     | 93.29
                FooNet-S (ours) | –     | 76.90 | -
                FooNet-L (ours) | 9.6M  | 78.57 | —
                """,
            ),
        ),
        (*others("ResNet-50", {TOP5: 93.29}), *own("FooNet-S", {TOP1: 76.90}), *own("FooNet-L", {TOP1: 78.57})),
    ),
    Phenomenon(
        "percent signs",
        vision(
            _TEXT,
            Table(
                "Table 1. Accuracy on the ImageNet validation set.",
                "Model | top-1 | top-5",
                """
                ResNet-50 [3]   | 77.15% | 93.29%
                FooNet-S (ours) | 76.9 % | 93.1 %
                FooNet-L (ours) | 78.57% | 94.29%
                """,
            ),
        ),
        _CLAIMS,
    ),
)

_ERRORS = """
    ResNet-50 [3]   | 22.85 | 6.71
    FooNet-S (ours) | 23.10 | 6.90
    FooNet-L (ours) | 21.43 | 5.71
    """
_ACCURACIES = """
    ResNet-50 [3]   | 77.15 | 93.29
    FooNet-S (ours) | 76.90 | 93.10
    FooNet-L (ours) | 78.57 | 94.29
    """

_DIRECTIONS = (
    Phenomenon(
        "errors, as the header says",
        vision(_TEXT, Table("Table 1. Results on ImageNet.", "Model | top-1 error | top-5 error", _ERRORS)),
        _CLAIMS,
    ),
    Phenomenon(
        "errors, as the caption says",
        vision(_TEXT, Table("Table 1. Error rates (%) on ImageNet.", "Model | top-1 | top-5", _ERRORS)),
        _CLAIMS,
    ),
    Phenomenon(
        "accuracies, as top-5 is above top-1",
        vision(_TEXT, Table("Table 1. Results on ImageNet.", "Model | top-1 | top-5", _ACCURACIES)),
        _CLAIMS,
    ),
    Phenomenon(
        "errors, as top-5 is below top-1",
        vision(_TEXT, Table("Table 1. Results on ImageNet.", "Model | top-1 | top-5", _ERRORS)),
        _CLAIMS,
    ),
    Phenomenon(
        "errors or accuracies, nothing tells",
        vision(
            _TEXT,
            Table(
                "Table 1. Results of small networks on ImageNet, top-1.",
                "Model | Parameters | top-1",
                """
                FooNet-XS  | 0.4M | 49.5
                FooNet-XXS | 0.2M | 51.3
                """,
            ),
        ),
        doubts=(Doubt("49.5", "error or accuracy"), Doubt("51.3", "error or accuracy")),
    ),
)

TABLES = (*_RULES, *_HEADERS, *_ROWS, *_CELLS, *_DIRECTIONS)
