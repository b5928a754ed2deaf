"""What sentences state, with and without a table that states it too."""

from tests.golden.claims import TEST_TOP5, TOP1, TOP5, Phenomenon, others, own
from tests.golden.phenomena.papers import vision
from tests.golden.table import Table

_LEAD = "We train all networks from scratch. Other settings than those above did not help."

PROSE = (
    Phenomenon(
        "a sentence with an accuracy",
        vision(_LEAD, "Trained for 300 epochs, FooNet achieves 88.4% top-1 accuracy on ImageNet. This took six days."),
        tuple(own("FooNet", {TOP1: 88.4})),
    ),
    Phenomenon(
        "a sentence with an error on the test set",
        vision(_LEAD, "Our network obtains 3.57% top-5 error on the ImageNet test set. This took six days."),
        tuple(own("", {TEST_TOP5: 96.43})),
    ),
    Phenomenon(
        "a sentence right below a heading",
        vision(_LEAD, "# 2.1 Results", "FooNet achieves 88.4% top-1 accuracy on ImageNet. This took six days."),
        tuple(own("FooNet", {TOP1: 88.4})),
    ),
    Phenomenon(
        "an abstract that rounds what a table states",
        vision(
            "Table 1 shows the results. We come back to them below.",
            Table(
                "Table 1. Error rates (%) on the ImageNet validation set.",
                "Model | top-1 err. | top-5 err.",
                """
                ResNet-50 [3] | 22.85 | 6.71
                FooNet-L      | 21.43 | 5.71
                """,
            ),
            abstract="We present FooNet, a family of convolutional networks whose blocks share their weights. Our "
            "largest network, FooNet-L, achieves 78.6% top-1 accuracy on ImageNet with a third of the parameters of "
            "others, and 94.3% top-5 accuracy.",
        ),
        (
            *others("ResNet-50", {TOP1: 77.15, TOP5: 93.29}),
            *own("FooNet-L", {TOP1: 78.57, TOP5: 94.29}, where="Table 1"),
        ),
    ),
)
