"""What stands around the tables of a golden paper: sentences and references that say nothing of any result."""

from itertools import cycle, islice

SENTENCES = (
    "Learned representations have replaced features designed by hand in almost every task that we consider here.",
    "The depth of a model, the width of its layers and the amount of data all matter, and they have to grow together "
    "[4].",
    "We follow the usual practice and initialise all weights from a normal distribution whose variance depends on the "
    "number of inputs of the layer [7].",
    "Weight decay is applied to all parameters except for biases and those of the normalisation layers.",
    "The learning rate rises linearly over the first five epochs and then follows a cosine to zero.",
    "We found larger batches to need more care at the start of training, in line with earlier observations [2, 9].",
    "All inputs are normalised with the mean and the deviation of the training data.",
    "No other change was made, and the same settings serve all sizes of the model.",
    "Training runs on eight accelerators with synchronous updates; gradients are averaged over all of them.",
    "A block consists of two linear maps with a nonlinearity between them, and its output is added to its input.",
    "Sharing weights along the depth keeps the number of parameters small, while the computation stays the same.",
    "The remaining hyper-parameters are listed in the appendix together with the ranges that we searched.",
    "We keep an exponential moving average of the weights and use it whenever the model is tested.",
    "Since the blocks are identical, the model can be made deeper after training without starting again.",
    "This simplifies the search for a good trade-off between the cost of training and that of deployment.",
    "Code and weights are available from the authors for research.",
    "It remains an open question whether the same holds when the data are noisy [11].",
    "A related line of work removes whole layers during training and scales the others accordingly [8].",
    "Our method is complementary to these, and both may be combined.",
    "The next section describes the data, after which we turn to what was measured.",
)

REFERENCES = (
    "[1] J. Abel and P. Moor. Deep models in practice. In NeurIPS, 2015.",
    "[2] L. Brandt, M. Costa. Large batches and how to train with them. In ICML, 2017.",
    "[3] K. Hale, X. Zhou. Learning with residual connections. In CVPR, 2016.",
    "[4] T. Marsh and Q. Lund. Scaling models together. In ICML, 2019.",
    "[5] S. Rehn, K. Hale. Proposals from shared features. In NeurIPS, 2015.",
    "[6] A. Vass, N. Sharp. Attention alone. In NeurIPS, 2017.",
    "[7] G. Hunt. Weights to start from. Technical report, 2015.",
    "[8] D. Sund, Z. Lind. Dropping layers. In ECCV, 2016.",
    "[9] P. Gold. Stochastic gradients in an hour. Preprint, 2017.",
    "[10] J. Dell, M. Chang. Pre-training in both directions. In NAACL, 2019.",
    "[11] R. Rolf. Robustness to noise. Preprint, 2018.",
    "[12] G. Huan, L. Maas. Dense connections. In CVPR, 2017.",
)


def paragraphs(count: int, start: int = 0) -> list[str]:
    """Paragraphs of four sentences, without the first `start` of them, so that two calls need not say the same."""
    sentences = islice(cycle(SENTENCES), 4 * start, None)
    return [" ".join(islice(sentences, 4)) for _ in range(count)]
