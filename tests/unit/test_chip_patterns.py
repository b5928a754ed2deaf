"""A chip that is a row of hardware.csv is read in every phrase, header and cell that papers use."""

import pytest

from tasks.extract.training.chips import find_chips
from tasks.extract.training.table_cells import values_of
from tasks.extract.training.table_headers import field_of, unit_of
from tasks.extract.training.text import find_figures
from tasks.reference.chip_patterns import cores_in, hardware_mentions
from tasks.reference.hardware import GENERIC, load_hardware

HARDWARE = load_hardware()
NAMED = [(alias, h) for h in HARDWARE if h.slug not in GENERIC and h.kind != "cpu" for alias in h.aliases]


def plain(alias: str) -> bool:
    """Whether a noun may stand behind the name: "T4 GPUs" has its own, and so has a machine's name."""
    return not alias.endswith(("GPU", "GPUs", "s", "S"))


def plural(alias: str) -> str:
    return alias if alias[-1] in "sS)" else f"{alias}s"


def chips(text: str) -> list[float]:
    return [f.value for f in find_chips(text, HARDWARE, "training") if f.field == "chips"]


def chip_hours(text: str) -> list[float]:
    return [f.value for f in find_figures(text, "training") if f.field == "chip_hours"]


CHIP_HOURS = {
    "Pre-training took 2,000 {} hours.": 2000,
    "Pre-training took 2,000 {}-hours.": 2000,
    "Pre-training took 1.7M {} hours.": 1.7e6,
    "Pre-training took 20 {} days.": 480,
    "Pre-training took 20 {}-days.": 480,
    "Pre-training took 2,000 NVIDIA {} hours.": 2000,
    "Pre-training took 2,000 {} 80GB hours.": 2000,
    "Pre-training took 2,000 {}-80GB GPU hours.": 2000,
    "Pre-training took 2,000 80GB {} GPU hours.": 2000,
    "Pre-training took 2,000 {}-SXM4-80GB GPU hours.": 2000,
    "Pre-training took 2,000 {} GPU hours.": 2000,
    "Pre-training took 2,000 {} GPU-hours.": 2000,
}
COUNTS = {
    "We trained it on 8 {}.": 8,
    "We trained it on 8 {s} for 3 days.": 8,
    "We trained it on eight {s}.": 8,
    "We trained it on 8 × {}.": 8,
    "We trained it on 8x{}.": 8,
    "We trained it on {} × 8.": 8,
    "We trained it on 8 {} GPUs for 24 days.": 8,
    "We trained it on 8 80GB {} GPUs.": 8,
    "We trained it on 8 NVIDIA {} GPUs.": 8,
    "We trained it on 16 machines, each with 8 {s}.": 128,
    "We trained it on 16 nodes, each with 8 {} GPUs.": 128,
    "We trained it on 16 servers with 8 {s} each.": 128,
    "We trained it on 16 nodes each with eight {}.": 128,
}
NO_COUNTS = ("We trained it on 64 {} nodes.", "We trained it on 64 {} GPU machines.", "We trained it for 640 {} hours.")
HEADERS = (
    "{} hours",
    "{}-hours",
    "{} GPU hours",
    "{} days",
    "Training {} hours",
    "GPU hours ({})",
    "GPU-days ({})",
    "{} 80GB GPU hours",
)


def fails(forms, read, wanted, names=NAMED) -> list[str]:
    """The forms that are read otherwise, over every alias of every chip."""
    wrong = []
    for alias, chip in names:
        for form in forms:
            text = form.replace("{s}", plural(alias)).replace("{}", alias)
            expected = wanted(form)
            if not (form.count("GPU") or "80GB" in form) or plain(alias):
                found = read(text)
                if found != expected:
                    wrong.append(f"{chip.slug}: {text} -> {found}")
    return wrong


def test_every_name_is_read_as_its_chip() -> None:
    wrong = [
        f"{form.format(alias)} -> {found}"
        for alias, chip in NAMED
        for form in ("on {}.", "on the NVIDIA {} here", "({})")
        if chip.slug not in (found := [slug for slug, _, _ in hardware_mentions(form.format(alias), HARDWARE)])
    ]
    assert wrong == []


@pytest.mark.slow
def test_chip_hours_of_every_chip_are_read() -> None:
    assert fails(CHIP_HOURS, chip_hours, lambda form: [CHIP_HOURS[form]]) == []


@pytest.mark.slow
def test_counts_of_every_chip_are_read() -> None:
    of_chips = [(alias, chip) for alias, chip in NAMED if not alias.startswith("Cloud")]  # a Cloud TPU is four
    assert fails(COUNTS, lambda text: sorted(set(chips(text))), lambda form: [COUNTS[form]], of_chips) == []


def test_machines_and_hours_of_every_chip_are_no_counts() -> None:
    assert fails(NO_COUNTS, chips, lambda _: []) == []


def test_headers_with_every_chip_are_chip_hours() -> None:
    def read(text: str) -> tuple[str, float]:
        return field_of(text), unit_of("chip_hours", text, "").factor

    assert fails(HEADERS, read, lambda form: ("chip_hours", 24.0 if "days" in form else 1.0)) == []


CELLS = {"{}": [], "8 × {}": [8], "8x{}": [8], "{} × 8": [8], "{} (x8)": [8], "8 {}": [8], "8 × {} 80GB": [8]}


def test_cells_of_hardware_with_every_chip_are_read() -> None:
    unit = unit_of("hardware", "Hardware", "")
    assert {field_of(h) for h in ("Hardware", "GPU", "Accelerator")} == {"hardware"}
    wrong = []
    for alias, chip in NAMED:
        for form, counted in CELLS.items():
            found = values_of("hardware", form.format(alias), unit, HARDWARE)
            if [("hardware", chip.slug), *(("chips", n) for n in counted)] != [(f, v) for f, v, _ in found]:
                wrong.append(f"{form.format(alias)} -> {found}")
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("We trained it on a TPU v2-8.", [4]),
        ("We trained it on a TPU v3-512 slice.", [256]),
        ("We trained it on a TPU v4-1024 slice.", [512]),
        ("We trained it on TPUs, a v4-1024.", [512]),
        ("We trained it on a TPUv5e-256 slice.", [256]),
        ("We trained it on a TPU v5p-128.", [64]),
        ("We trained it on a TPU v6e-256.", [256]),
        ("We trained it on two TPU v4 pods.", []),
        ("We trained it on 2 Cloud TPU pods.", []),
        ("We trained it on 512 TPU v3 cores.", [256]),
        ("We trained it on 512 TPU v5e cores.", [512]),
        ("We trained it on 512 TPU v3 chips.", [512]),
        ("We trained it on 16 Cloud TPU v3.", [64]),
        ("We trained it on 16 DGX A100 nodes.", [128]),
        ("We trained it on 16 DGX-2 with V100 GPUs.", [256]),
        ("We trained it on 4 DGX-1 machines, each with 8 V100 GPUs.", [32]),
        ("We trained it on 4 K80 boards.", [8]),
        ("We trained it on 4 Tesla K80 cards.", [8]),
        ("We trained it on 4 K80 GPUs.", [4]),
        ("We trained it on 4 GTX 1080 Ti cards.", [4]),
    ],
)
def test_cores_slices_machines_and_boards_are_told_apart(text: str, counted: list[float]) -> None:
    assert sorted(set(chips(text))) == counted


def test_core_hours_are_divided_by_the_cores_of_the_family() -> None:
    assert chip_hours("Training took 9,900 TPU v3 core-days.") == [9900 * 24 / 2]
    assert chip_hours("Training took 9,900 TPU v5e core-hours.") == [9900]
    assert (cores_in("TPU cores"), cores_in("TPUv3-core"), cores_in("TPU v5e cores")) == (2, 2, 1)
    assert unit_of("chip_hours", "TPUv3-core-days", "").factor == 12
