"""Papers of several fields, each with a model of its own, round the tables that a phenomenon needs.

Titles and abstracts say nothing of datasets, errors or accuracies: what a table means must come from the phenomenon.
"""

from dataclasses import replace
from typing import Any

from tests.golden.setting import Block, Paper


def vision(*blocks: Block, **changes: Any) -> Paper:
    """A paper on image recognition, whose model is FooNet."""
    paper = Paper(
        "FooNet: Small Networks for Large Images",
        "We present FooNet, a family of convolutional networks for image recognition. Its blocks share their weights "
        "along the depth of the network, so that large models stay cheap to train and to keep. We train networks of "
        "several sizes from scratch and show that they compare well with larger ones.",
        blocks,
    )
    return replace(paper, **changes)


def detection(*blocks: Block) -> Paper:
    """A paper on object detection, whose model is SpotDet."""
    return Paper(
        "SpotDet: Finding Objects without Proposals",
        "We introduce SpotDet, a detector that predicts objects from single points of the feature map. It needs "
        "neither anchors nor proposals, and a single loss trains it from end to end. SpotDet works with any backbone.",
        blocks,
    )


def reading(*blocks: Block) -> Paper:
    """A paper on reading comprehension, whose model is QuillBERT."""
    return Paper(
        "QuillBERT: Reading Comprehension with Marginal Notes",
        "We propose QuillBERT, an encoder that writes notes to itself while it reads. The notes are learned without "
        "supervision during pre-training and are kept when the model is fine-tuned to answer questions.",
        blocks,
    )


def tagging(*blocks: Block) -> Paper:
    """A paper on named entities, whose model is TagLine."""
    return Paper(
        "TagLine: Sequence Labelling from Characters Alone",
        "We present TagLine, a tagger for named entity recognition that sees characters only. It uses no gazetteer "
        "and no feature made by hand, and is the same for all languages.",
        blocks,
    )


def translation(*blocks: Block) -> Paper:
    """A paper on machine translation, whose model is WeaveMT."""
    return Paper(
        "WeaveMT: Translation with Interwoven Layers",
        "We present WeaveMT, a model for machine translation whose encoder and decoder share their layers in turn. It "
        "is as easy to train as other models built on attention and needs half their parameters.",
        blocks,
    )


def speech(*blocks: Block) -> Paper:
    """A paper on speech recognition, whose model is EchoNet."""
    return Paper(
        "EchoNet: Speech Recognition with Delayed Context",
        "We present EchoNet, a model for end-to-end speech recognition that waits for a little of what follows. It is "
        "trained with one loss and decodes as the speaker speaks.",
        blocks,
    )


def language(*blocks: Block) -> Paper:
    """A paper on language models, whose model is Corvid-7B."""
    return Paper(
        "Corvid-7B: A Small Language Model Trained for Long",
        "We release Corvid-7B, a language model that was trained on more text than is usual at its size. We describe "
        "the data and the training, and compare the model with open ones of its size.",
        blocks,
    )
