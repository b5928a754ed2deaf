"""Names: what of a printed name makes another model, and what is a remark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.names.same_model import (
    alternatives,
    brackets,
    have_word_in_common,
    is_distinctive,
    join_key,
    sizes,
    split_name,
)


@pytest.mark.parametrize(
    ("name", "key", "training_set"),
    [
        ("ResNet-152 (ImageNet)", "resnet152", "imagenet-1k"),
        ("ResNet-50 (single crop)", "resnet50", None),
        ("ResNet-50 [10-crop]", "resnet50", None),
        ("BERT (single model)", "bert", None),
        ("M2Det (VGG-16, multi-scale)", "m2detvgg16", None),
        ("Qwen2.5-Coder (32B)", "qwen2.5coder32b", None),
        ("ADAM (CIFAR-10)", "adam", "cifar"),
        ("ViT-L/16 (JFT-300M)", "vitl16jft300m", None),  # more data make another model
        ("Swin-L (ImageNet-22k)", "swinlimagenet22k", None),
        ("(ImageNet)", "imagenet", None),  # a name that is all remark stays one
    ],
)
def test_remarks_leave_the_key_and_everything_else_stays(name, key, training_set):
    assert split_name(name) == (key, training_set)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("EfficientNet-B0", "EfficientNet-B7"),
        ("BERT-Base", "BERT-Large"),
        ("LLaMA-7B", "LLaMA-13B"),
        ("Llama 2-70B", "Llama-270B"),
        ("GPT-2 (1.5B)", "GPT-2 (117M)"),
        ("ViT-B/16", "ViT-L/16"),
        ("ResNet-50", "ResNet-101"),
        ("T5-11B", "T5-3B"),
        ("DeepSeek-V2", "DeepSeek-V2-Lite"),
    ],
)
def test_two_sizes_are_never_one_model(a, b):
    assert (join_key(a), sizes(a)) != (join_key(b), sizes(b))
    assert sizes(a) != sizes(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [("ResNet-152", "ResNet152"), ("ResNet-152 (ImageNet)", "ResNet-152"), ("EfficientNet-B7", "EfficientNetB7")],
)
def test_one_size_is_one_however_it_is_written(a, b):
    assert (join_key(a), sizes(a)) == (join_key(b), sizes(b))


@pytest.mark.parametrize(
    "name", ["ResNet-152", "PolyNet", "Chinchilla", "GPT-J-6B", "Megatron-Turing NLG 530B", "DALL-E"]
)
def test_distinctive_names(name):
    assert is_distinctive(name)


@pytest.mark.parametrize(
    "name", ["Transformer", "Transformer Big", "LSTM", "CNN", "Ours", "Base", "MoE", "Proposed method", "b7"]
)
def test_names_that_say_nothing_without_their_paper(name):
    assert not is_distinctive(name)


def test_alternatives_are_the_name_and_its_brackets():
    assert alternatives("Swin Transformer V2 (SwinV2-G)") == {"swintransformerv2", "swinv2g"}
    assert alternatives("TaLK Convolutions") == alternatives("TaLK Convolution")
    assert brackets("ResNet-50 (ImageNet, single crop; SE)") == ["SE"]


def test_words_in_common():
    assert have_word_in_common("RetinaNet (SpineNet-190)", "SpineNet-190 (1280)")
    assert not have_word_in_common("CaiT-M-48", "NFNet-F6")


@given(st.text(max_size=60))
def test_any_text_has_a_key_and_sizes(text):
    key, _ = split_name(text)
    assert key == split_name(text)[0] and isinstance(sizes(text), frozenset)
    assert not set(key) & set(" ()[]")
