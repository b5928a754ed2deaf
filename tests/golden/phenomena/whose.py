"""Whose result a row is, and what hangs on it: ensembles, protocols of testing, extra data."""

from tests.golden.claims import TEST_TOP5, TOP1, Phenomenon, others, own
from tests.golden.phenomena.papers import vision
from tests.golden.table import Table

_CAPTION = "Table 1. Top-1 accuracy (%) on the ImageNet validation set."
_TEXT = "Table 1 shows the results. We come back to them below."

_OWNERS = (
    Phenomenon(
        "rows marked as ours",
        vision(
            _TEXT,
            Table(
                _CAPTION,
                "Model | top-1 acc.",
                """
                ResNeXt-50 [4]       | 77.62
                EfficientNet-B0      | 77.10
                Plain blocks (ours)  | 76.15
                Shared blocks (ours) | 78.57
                """,
            ),
        ),
        (
            *others("ResNeXt-50", {TOP1: 77.62}),
            *others("EfficientNet-B0", {TOP1: 77.10}),
            *own("Plain blocks", {TOP1: 76.15}),
            *own("Shared blocks", {TOP1: 78.57}),
        ),
    ),
    Phenomenon(
        "rows with citations",
        vision(
            _TEXT,
            Table(
                _CAPTION,
                "Model | Parameters | top-1 acc.",
                """
                ResNet-50 [3]                     | 25.6M | 77.15
                Inception-v3 (Szeged et al., 2016) | 23.8M | 77.90
                Huan and Maas (2017)              | 28.7M | 77.67
                FooNet-L                          | 9.6M  | 78.57
                """,
            ),
        ),
        (
            *others("ResNet-50", {TOP1: 77.15}),
            *others("Inception-v3", {TOP1: 77.90}),
            *others("", {TOP1: 77.67}),
            *own("FooNet-L", {TOP1: 78.57}),
        ),
    ),
    Phenomenon(
        "a block headed as ours",
        vision(
            _TEXT,
            Table(
                _CAPTION,
                "Model | Parameters | top-1 acc.",
                """
                Published models
                ---
                Residual network, 50 layers | 25.6M | 77.15
                Dense network, 161 layers   | 28.7M | 77.67
                ---
                Our models
                ---
                Small | 3.1M | 76.90
                Large | 9.6M | 78.57
                """,
            ),
        ),
        (
            *others("Residual network, 50 layers", {TOP1: 77.15}),
            *others("Dense network, 161 layers", {TOP1: 77.67}),
            *own("Small", {TOP1: 76.90}),
            *own("Large", {TOP1: 78.57}),
        ),
    ),
    Phenomenon(
        "the paper's own model by its title",
        vision(
            "Table 1 compares Lattice with ResNet [3] and DenseNet [12], as their authors report them.",
            Table(
                _CAPTION,
                "Model | top-1 acc.",
                """
                ResNet-50    | 77.15
                DenseNet-161 | 77.67
                Lattice-50   | 78.12
                Lattice-101  | 79.36
                """,
            ),
            title="Lattice: Networks whose Layers Meet Twice",
            abstract="Layers of a network usually see what the layer before them made of the input. We let each layer "
            "see it twice, at little cost, and find that networks of the same size gain from it.",
        ),
        (
            *others("ResNet-50", {TOP1: 77.15}),
            *others("DenseNet-161", {TOP1: 77.67}),
            *own("Lattice-50", {TOP1: 78.12}),
            *own("Lattice-101", {TOP1: 79.36}),
        ),
    ),
    Phenomenon(
        "others' models run again",
        vision(
            "Table 1 compares models, some of which we trained anew.",
            Table(
                _CAPTION,
                "Model | top-1 acc.",
                """
                ResNet-50 [3]                    | 76.00
                ResNet-50 (our implementation)   | 77.15
                DenseNet-161 [12]                | 77.40
                DenseNet-161 (re-implementation) | 77.67
                FooNet-L                         | 78.57
                """,
            ),
        ),
        (
            *others("ResNet-50", {TOP1: 76.00}),
            *others("ResNet-50", {TOP1: 77.15}),
            *others("DenseNet-161", {TOP1: 77.40}),
            *others("DenseNet-161", {TOP1: 77.67}),
            *own("FooNet-L", {TOP1: 78.57}),
        ),
    ),
)

_CIRCUMSTANCES = (
    Phenomenon(
        "ensembles",
        vision(
            _TEXT,
            Table(
                "Table 1. Top-5 error (%) on the ImageNet test set, of single models and of ensembles.",
                "Model | top-5 err.",
                """
                ResNet ensemble [3]          | 3.57
                FooNet-L                     | 5.82
                FooNet-L, ensemble of 5 nets | 3.41
                """,
            ),
        ),
        (
            *others("ResNet ensemble", {TEST_TOP5: 96.43}, ensemble=True),
            *own("FooNet-L", {TEST_TOP5: 94.18}),
            *own("FooNet-L, ensemble of 5 nets", {TEST_TOP5: 96.59}, ensemble=True),
        ),
    ),
    Phenomenon(
        "several crops and several scales",
        vision(
            _TEXT,
            Table(
                _CAPTION,
                "Model | Testing | top-1 acc.",
                """
                FooNet-L  | 10-crop     | 79.84
                FooNet-L  | multi-scale | 80.26
                FooNet-XL | 144-crop    | 80.95
                """,
            ),
        ),
        (
            *own("FooNet-L", {TOP1: 79.84}, protocol="10-crop"),
            *own("FooNet-L", {TOP1: 80.26}, protocol="multi-scale"),
            *own("FooNet-XL", {TOP1: 80.95}, protocol="144-crop"),
        ),
    ),
    Phenomenon(
        "extra training data",
        vision(
            _TEXT,
            Table(
                _CAPTION,
                "Model | Extra data | top-1 acc.",
                """
                FooNet-XL | –         | 79.08
                FooNet-XL | JFT-300M  | 83.76
                FooNet-XL | Instagram | 83.12
                """,
            ),
        ),
        (
            *own("FooNet-XL", {TOP1: 79.08}),
            *own("FooNet-XL", {TOP1: 83.76}, extra_data="JFT-300M"),
            *own("FooNet-XL", {TOP1: 83.12}, extra_data="Instagram"),
        ),
    ),
)

WHOSE = (*_OWNERS, *_CIRCUMSTANCES)
