"""Datasets whose results must not be taken for those of our benchmarks: a header that names one is not about us."""

_JOINED = (
    "SVHN|MNIST|Fashion-MNIST|PASCAL VOC|VOC|VOC 2007|VOC07|VOC 2012|VOC12|PASCAL|Cityscapes|ADE20K|"
    "KITTI|Places|Places365|Kinetics|Kinetics-400|Kinetics-600|UCF101|HMDB51|AVA|Something-Something|"
    "Flowers|Flowers-102|Oxford Flowers|Pets|Oxford-IIIT Pets|Oxford Pets|Stanford Cars|Cars|Food-101|"
    "Food101|Birdsnap|Aircraft|FGVC Aircraft|iNaturalist|iNat|iNat-18|iNat-19|iNaturalist 2018|SUN397|"
    "Caltech-101|Caltech101|Caltech-256|DTD|VTAB|STL-10|JFT|JFT-300M|JFT-3B|Instagram|YFCC|YFCC100M|LVIS|"
    "Objects365|OpenImages|Open Images|Visual Genome|LSUN|CelebA|CUB|CUB-200|Market-1501|GLUE|SuperGLUE|"
    "MNLI|QNLI|QQP|RTE|SST|SST-2|MRPC|CoLA|STS|STS-B|WNLI|SNLI|RACE|BoolQ|COPA|WiC|WSC|MultiRC|"
    "ReCoRD|ANLI|HellaSwag|PIQA|SIQA|OpenBookQA|ARC|ARC-Easy|ARC-Challenge|WinoGrande|LAMBADA|TriviaQA|"
    "Natural Questions|NQ|WebQuestions|WebQA|HotpotQA|NewsQA|WikiHop|CoQA|QuAC|DROP|GSM8K|MATH|HumanEval|"
    "MBPP|BBH|BIG-bench|TruthfulQA|XSum|CNN/DailyMail|CNN/DM|CNNDM|Gigaword|DailyMail|WikiText|"
    "WikiText-103|WikiText-2|Penn Treebank|PTB|enwik8|text8|One Billion Word|C4|The Pile|LM1B|IMDB|"
    "AG News|Yelp|SQuAD 2.0|SQuAD2.0|SQuAD v2.0|OntoNotes|OntoNotes 5.0|ACE|ACE 2005|GENIA|WNUT|WNUT-17|"
    "WNUT17|VQA|VQAv2|NLVR2|Twitter-15|Twitter-17|SNAP|CoNLL-2000|CoNLL-2002|CoNLL 2012|CoNLL-2012|IWSLT|WMT16|WMT17|"
    "WMT18|WMT19|FLORES|TED|Switchboard|CallHome|TIMIT|WSJ|TED-LIUM|VoxPopuli|Common Voice|CommonVoice|"
    "AudioSet|VCTK|CHiME|AMI|GigaSpeech|Fleurs|MLS|Multilingual LibriSpeech|Tatoeba|Omniglot|mini-ImageNet|"
    "miniImageNet|BooksCorpus|ImageNet-V2|MuJoCo|Atari|GTSRB|Wikipedia"
)
NAMES = tuple(_JOINED.split("|"))

# names of datasets that are also plain words: they count only where they are a header cell by themselves
_WORDS = (
    "cars pets flowers places drop race math arc snap ami ted c4 ace aircraft rte sst wic real instagram wikipedia "
    "food chime sts nq pascal avg average"
)
ALSO_WORDS = frozenset(_WORDS.split())
