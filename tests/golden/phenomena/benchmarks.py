"""Which benchmark, split and metric a figure is of, where others stand beside it."""

from tests.golden.claims import (
    ARC_CHALLENGE,
    C10,
    C100,
    CLEAN,
    DEV_AP,
    DEV_AP50,
    DEV_EM,
    DEV_F1,
    EN_DE,
    EN_FR,
    GSM8K,
    HELLASWAG,
    MMLU,
    NER,
    OTHER,
    TEST_EM,
    TEST_F1,
    TOP1,
    VAL_AP,
    VAL_AP50,
    VAL_AP75,
    Phenomenon,
    others,
    own,
)
from tests.golden.phenomena.papers import detection, language, reading, speech, tagging, translation, vision
from tests.golden.table import Table

_VISION = (
    Phenomenon(
        "ImageNet beside its relatives",
        vision(
            "Table 1 looks at how robust the networks are.",
            Table(
                "Table 1. Top-1 accuracy (%) on ImageNet and on test sets made in its likeness.",
                "Model | ImageNet | ImageNet-V2 | ImageNet-ReaL | ImageNet-A",
                """
                ResNet-50 [3]   | 77.15 | 64.92 | 83.60 | 4.71
                FooNet-S (ours) | 76.90 | 64.35 | 83.21 | 4.88
                FooNet-L (ours) | 78.57 | 66.62 | 84.77 | 8.13
                """,
            ),
        ),
        (*others("ResNet-50", {TOP1: 77.15}), *own("FooNet-S", {TOP1: 76.90}), *own("FooNet-L", {TOP1: 78.57})),
    ),
    Phenomenon(
        "ImageNet-21k as what the model was trained on before",
        vision(
            "Table 1 shows what more data bring.",
            Table(
                "Table 1. Top-1 accuracy (%) on ImageNet with and without pre-training.",
                "Model | Pre-training | top-1 acc.",
                """
                FooNet-L  | none         | 78.57
                FooNet-L  | ImageNet-21k | 81.42
                FooNet-XL | none         | 79.08
                FooNet-XL | ImageNet-21k | 82.93
                """,
            ),
        ),
        (
            *own("FooNet-L", {TOP1: 78.57}),
            *own("FooNet-L", {TOP1: 81.42}, extra_data="ImageNet-21k"),
            *own("FooNet-XL", {TOP1: 79.08}),
            *own("FooNet-XL", {TOP1: 82.93}, extra_data="ImageNet-21k"),
        ),
    ),
    Phenomenon(
        "CIFAR-10 and -100, with and without augmentation",
        vision(
            "Table 1 gives the error on small images.",
            Table(
                "Table 1. Error rates (%) on the CIFAR datasets. A + marks standard data augmentation.",
                "Method | Depth | C10 | C10+ | C100 | C100+",
                """
                DenseNet [12] | 100 | 5.83 | 3.74 | 23.42 | 19.25
                FooNet-C      | 100 | 5.54 | 3.62 | 22.80 | 17.55
                """,
            ),
        ),
        (
            *others("DenseNet", {C10: 94.17, C100: 76.58}),
            *others("DenseNet", {C10: 96.26, C100: 80.75}),
            *own("FooNet-C", {C10: 94.46, C100: 77.20}),
            *own("FooNet-C", {C10: 96.38, C100: 82.45}),
        ),
    ),
)

_DETECTION = (
    Phenomenon(
        "COCO val and test-dev apart in one table",
        detection(
            "Table 1 lists results on both splits.",
            Table(
                "Table 1. Box AP (%) on COCO.",
                """
                         | val2017 | >       | test-dev | >
                Detector | AP      | AP_{50} | AP       | AP_{50}
                """,
                """
                Faster R-CNN [5] | 40.2 | 61.0 | 40.5 | 61.4
                SpotDet (ours)   | 42.4 | 61.6 | 42.9 | 62.0
                """,
            ),
        ),
        (
            *others("Faster R-CNN", {VAL_AP: 40.2, VAL_AP50: 61.0, DEV_AP: 40.5, DEV_AP50: 61.4}),
            *own("SpotDet", {VAL_AP: 42.4, VAL_AP50: 61.6, DEV_AP: 42.9, DEV_AP50: 62.0}),
        ),
    ),
    Phenomenon(
        "AP of boxes beside AP of masks",
        detection(
            "With a second head, SpotDet finds masks too (Table 1).",
            Table(
                "Table 1. Object detection and instance segmentation on COCO val2017.",
                "Model | AP^{box} | AP^{box}_{50} | AP^{box}_{75} | AP^{mask} | AP^{mask}_{50}",
                """
                Mask R-CNN [5] | 41.0 | 61.7 | 44.9 | 37.2 | 58.4
                SpotDet (ours) | 42.9 | 62.3 | 46.8 | 38.6 | 59.5
                """,
            ),
        ),
        (
            *others("Mask R-CNN", {VAL_AP: 41.0, VAL_AP50: 61.7, VAL_AP75: 44.9}),
            *own("SpotDet", {VAL_AP: 42.9, VAL_AP50: 62.3, VAL_AP75: 46.8}),
        ),
    ),
    Phenomenon(
        "AP of small, middling and large objects beside AP",
        detection(
            "Table 1 breaks the results down by size.",
            Table(
                "Table 1. Object detection on COCO val2017.",
                "Detector | AP | AP_{50} | AP_{75} | AP_{S} | AP_{M} | AP_{L}",
                """
                Faster R-CNN [5] | 40.2 | 61.0 | 43.8 | 24.2 | 43.5 | 52.0
                SpotDet (ours)   | 42.4 | 61.6 | 46.1 | 26.5 | 46.3 | 54.4
                """,
            ),
        ),
        (
            *others("Faster R-CNN", {VAL_AP: 40.2, VAL_AP50: 61.0, VAL_AP75: 43.8}),
            *own("SpotDet", {VAL_AP: 42.4, VAL_AP50: 61.6, VAL_AP75: 46.1}),
        ),
    ),
)

_LANGUAGE = (
    Phenomenon(
        "SQuAD 1.1 beside 2.0",
        reading(
            "Table 1 shows the results of fine-tuning.",
            Table(
                "Table 1. Question answering, on the development sets.",
                """
                      | SQuAD 1.1 | >  | SQuAD 2.0 | >
                Model | EM        | F1 | EM        | F1
                """,
                """
                BERT-large [10]  | 84.1 | 90.9 | 78.7 | 81.9
                QuillBERT (ours) | 86.5 | 92.8 | 81.3 | 84.4
                """,
            ),
        ),
        (
            *others("BERT-large", {DEV_EM: 84.1, DEV_F1: 90.9}),
            *own("QuillBERT", {DEV_EM: 86.5, DEV_F1: 92.8}),
        ),
    ),
    Phenomenon(
        "dev and test apart",
        reading(
            "Table 1 gives the results on SQuAD 1.1, of which the test set is hidden.",
            Table(
                "Table 1. Results on SQuAD 1.1.",
                """
                      | Dev | >  | Test | >
                Model | EM  | F1 | EM   | F1
                """,
                """
                BERT-large [10]  | 84.1 | 90.9 | 85.1 | 91.8
                QuillBERT (ours) | 86.5 | 92.8 | 87.2 | 93.3
                """,
            ),
        ),
        (
            *others("BERT-large", {DEV_EM: 84.1, DEV_F1: 90.9, TEST_EM: 85.1, TEST_F1: 91.8}),
            *own("QuillBERT", {DEV_EM: 86.5, DEV_F1: 92.8, TEST_EM: 87.2, TEST_F1: 93.3}),
        ),
    ),
    Phenomenon(
        "CoNLL-2003 in English beside German",
        tagging(
            "Table 1 compares taggers in two languages.",
            Table(
                "Table 1. F_{1} of named entity recognition on the CoNLL-2003 test sets.",
                "Model | English | German",
                """
                BiLSTM-CRF [8] | 90.94 | 78.76
                TagLine (ours) | 91.37 | 80.22
                """,
            ),
        ),
        (*others("BiLSTM-CRF", {NER: 90.94}), *own("TagLine", {NER: 91.37})),
    ),
    Phenomenon(
        "MMLU among other tasks",
        language(
            "Table 1 compares language models of about the same size.",
            Table(
                "Table 1. Accuracy (%) of language models on common tasks.",
                "Model | HellaSwag | MMLU | ARC-C | GSM8K",
                """
                LLaMA-7B [6] | 76.1 | 35.1 | 47.6 | 11.0
                Corvid-7B    | 79.2 | 51.4 | 50.9 | 24.7
                """,
            ),
        ),
        (
            *others("LLaMA-7B", {HELLASWAG: 76.1, MMLU: 35.1, ARC_CHALLENGE: 47.6, GSM8K: 11}),
            *own("Corvid-7B", {HELLASWAG: 79.2, MMLU: 51.4, ARC_CHALLENGE: 50.9, GSM8K: 24.7}),
        ),
    ),
)

_TRANSLATION = (
    Phenomenon(
        "WMT14 En-De and En-Fr in two columns",
        translation(
            "Table 1 compares WeaveMT with other models.",
            Table(
                "Table 1. BLEU on newstest2014 for models trained on WMT14.",
                "Model | Parameters | EN-DE | EN-FR",
                """
                Transformer (big) [6] | 213M | 28.4 | 41.8
                WeaveMT (ours)        | 104M | 28.9 | 42.2
                """,
            ),
        ),
        (*others("Transformer (big)", {EN_DE: 28.4, EN_FR: 41.8}), *own("WeaveMT", {EN_DE: 28.9, EN_FR: 42.2})),
    ),
    Phenomenon(
        "WMT14 in both directions",
        translation(
            "Table 1 has both directions of both pairs.",
            Table(
                "Table 1. BLEU on newstest2014 for models trained on WMT14.",
                "Model | En→De | De→En | En→Fr | Fr→En",
                """
                Transformer (big) [6] | 28.4 | 32.4 | 41.8 | 38.1
                WeaveMT (ours)        | 28.9 | 33.0 | 42.2 | 38.6
                """,
            ),
        ),
        (*others("Transformer (big)", {EN_DE: 28.4, EN_FR: 41.8}), *own("WeaveMT", {EN_DE: 28.9, EN_FR: 42.2})),
    ),
    Phenomenon(
        "BLEU on tokens beside sacreBLEU",
        translation(
            "Table 1 has both kinds of BLEU, since papers differ in what they report.",
            Table(
                "Table 1. Results on newstest2014, WMT14 English-German.",
                "Model | tokenized BLEU | sacreBLEU",
                """
                Transformer (big) [6] | 28.4 | 27.7
                WeaveMT (ours)        | 28.9 | 28.1
                """,
            ),
        ),
        (
            *others("Transformer (big)", {EN_DE: 28.4}, protocol="tokenized"),
            *others("Transformer (big)", {EN_DE: 27.7}, protocol="sacrebleu"),
            *own("WeaveMT", {EN_DE: 28.9}, protocol="tokenized"),
            *own("WeaveMT", {EN_DE: 28.1}, protocol="sacrebleu"),
        ),
    ),
)

_SPEECH = (
    Phenomenon(
        "LibriSpeech dev and test, clean and other",
        speech(
            "Table 1 compares models without a language model.",
            Table(
                "Table 1. WER (%) on LibriSpeech.",
                """
                      | dev   | >     | test  | >
                Model | clean | other | clean | other
                """,
                """
                Conformer-M [6] | 2.2 | 5.6 | 2.3 | 5.0
                EchoNet (ours)  | 2.0 | 4.7 | 2.1 | 4.6
                """,
            ),
        ),
        (*others("Conformer-M", {CLEAN: 97.7, OTHER: 95.0}), *own("EchoNet", {CLEAN: 97.9, OTHER: 95.4})),
    ),
    Phenomenon(
        "LibriSpeech with its metric in full",
        speech(
            "Table 1 compares models without a language model.",
            Table(
                "Table 1. Word error rates (%) on the four sets of LibriSpeech.",
                "Model | dev-clean | dev-other | test-clean | test-other",
                """
                Conformer-M [6] | 2.2 | 5.6 | 2.3 | 5.0
                EchoNet (ours)  | 2.0 | 4.7 | 2.1 | 4.6
                """,
            ),
        ),
        (*others("Conformer-M", {CLEAN: 97.7, OTHER: 95.0}), *own("EchoNet", {CLEAN: 97.9, OTHER: 95.4})),
    ),
)

BENCHMARKS = (*_VISION, *_DETECTION, *_LANGUAGE, *_TRANSLATION, *_SPEECH)
