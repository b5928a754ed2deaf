"""A mistyped name is answered with what may have been meant, and not with a page of names."""

import pytest

from schemas.suggestions import did_you_mean

KNOWN = ["coco", "imagenet-1k", "imagenet-v2", "mmlu", "mmlu-pro", "nvidia-h100", "pue", "ResNet-152"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("imagenet1k", "did you mean imagenet-1k or imagenet-v2?"),
        ("imagenet", "did you mean imagenet-v2 or imagenet-1k?"),
        ("MMLU", "did you mean mmlu or mmlu-pro?"),
        ("restnet-152", "did you mean ResNet-152?"),
        ("cocoo", "did you mean coco?"),
        ("h1000", "did you mean nvidia-h100?"),
        ("pu", "did you mean pue?"),
        ("squad", "known are ResNet-152, coco, imagenet-1k, imagenet-v2, mmlu, mmlu-pro, nvidia-h100, pue"),
        ("", "known are ResNet-152, coco, imagenet-1k, imagenet-v2, mmlu, mmlu-pro, nvidia-h100, pue"),
    ],
)
def test_near_names_are_asked_after_and_else_all_are_listed(name, told):
    assert did_you_mean(name, KNOWN) == told


def test_a_long_list_of_near_names_is_cut():
    assert did_you_mean("imagenet", [f"imagenet-{n}" for n in range(9)]).count("imagenet") == 3
