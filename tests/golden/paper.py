"""A small two-column paper with known content: what the golden test of a whole document reads."""

from pathlib import Path

from tests.golden.setting import Paper, write
from tests.golden.table import Table

FOONET = Paper(
    "FooNet: Small Networks for Large Images",
    "We present FooNet, a family of convolutional networks for image recognition.",
    (
        "The training takes 3 × 10^{18} FLOP in total.",
        Table(
            "Table 1. Error rates (%) on the ImageNet validation set.",
            "Model | top-1 err. | top-5 err.",
            """
            ResNet-50 [12]  | 22.85 | 6.71
            FooNet-S (ours) | 23.10 | 6.90
            FooNet-L (ours) | 21.43 | 5.71
            """,
        ),
        Table(
            "Table 2. Results of FooNet on ImageNet and CIFAR-10, accuracy in %.",
            """
                  | ImageNet    | CIFAR-10
            Model | top-1/top-5 | acc.
            """,
            """
            FooNet-S | 76.9/93.1 | 95.25
            FooNet-L | 78.6/94.3 | 96.10 ± 0.12
            """,
        ),
    ),
    before=4,
    after=3,
)
"""Two columns: a power of ten, a booktabs table of error rates, a table with stacked headers and pairs in its cells."""


def write_paper(path: Path) -> None:
    """Write the paper."""
    write(FOONET, path)
