"""Training that a compute figure leaves out: that of a teacher, or of the model that it trained further."""

from schemas.codes import Coded
from schemas.codes.compute import ComputeFlag
from tasks.reference.usual_epochs import usual_epochs

FEW = 0.5
"""Share of the least usual epochs (5th percentile, usual_epochs.csv) below which a network was not trained anew."""


def few_epochs(epochs: float, dataset: str, year: int) -> Coded[ComputeFlag] | None:
    """The flag of too few epochs on a data set to have trained a network anew; None where they are enough, or nobody
    knows what is usual there.

    DynamicViT's 30 epochs on ImageNet prune a network that is trained already (arXiv 2106.02034, section 4).
    """
    usual = usual_epochs(dataset, year)
    least = FEW * usual.epochs_lower if usual else 0.0
    return Coded.of(ComputeFlag.FEW_EPOCHS, epochs=epochs, least=least, dataset=dataset) if epochs < least else None
