"""Accelerators that papers name, and their peak arithmetic rates (`warehouse/reference/hardware.csv`).

All peaks are per chip, dense (never with structured sparsity), in FLOP/s with a multiply-add counted as two operations.
16-bit peaks are those of the tensor or matrix cores, with sums kept in FP32, where a chip has such cores. FP32 is the
rate of the ordinary (vector) units; TF32 is what PyTorch's convolutions use since Ampere when a script asks for FP32.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable

GENERIC = frozenset({"gpu", "tpu", "intel-xeon"})
"""Slugs that stand for a kind of chip and not for a chip: no peak."""

KINDS = ("gpu", "tpu", "npu", "asic", "cpu")


@dataclass(frozen=True, kw_only=True, eq=False)  # the table is a key of caches: each row is itself alone
class Hardware:
    """One accelerator: rates in FLOP/s per chip, power in W per chip, price in USD per chip at release."""

    slug: Annotated[str, Column("Key of the chip.")]
    name: Annotated[str, Column("Full name.")]
    aliases: Annotated[tuple[str, ...], Column("Names by which papers mean it, without plurals and memory sizes.")]
    maker: Annotated[str, Column("Maker; empty for a kind of chip.", optional=True)]
    kind: Annotated[str, Column("Kind of chip.", allowed=KINDS)]
    release_date: Annotated[str, Column("Date of release: YYYY, YYYY-MM or YYYY-MM-DD.", optional=True)]
    fp32_flop_per_s: Annotated[float | None, Column("Peak of the ordinary units at FP32.", "FLOP/s", minimum=1)]
    tf32_flop_per_s: Annotated[float | None, Column("Peak of the tensor cores at TF32, dense.", "FLOP/s", minimum=1)]
    fp16_flop_per_s: Annotated[float | None, Column("Peak at FP16 with sums in FP32, dense.", "FLOP/s", minimum=1)]
    bf16_flop_per_s: Annotated[float | None, Column("Peak at bf16, dense.", "FLOP/s", minimum=1)]
    fp8_flop_per_s: Annotated[float | None, Column("Peak at FP8, dense.", "FLOP/s", minimum=1)]
    tdp_w: Annotated[float | None, Column("Thermal design power of one chip.", "W", minimum=0)]
    chips_per_board: Annotated[int, Column("Chips on one board, as papers count boards.", "chip", minimum=1)]
    cores_per_chip: Annotated[
        int | None, Column("Cores of one chip, as papers count cores of TPUs; empty for others.", "core", minimum=1)
    ]
    slice_counts: Annotated[
        str, Column("What the number in a slice's name (v3-512) counts.", allowed=("cores", "chips"), optional=True)
    ]
    nodes: Annotated[
        tuple[str, ...], Column("Machines that hold this chip, as NAME=CHIPS; one may stand at two.", optional=True)
    ]
    release_price_usd: Annotated[float | None, Column("Price of one chip at its release.", "USD", minimum=0)]
    epoch_names: Annotated[
        tuple[str, ...],
        Column(
            "Rows of Epoch AI's hardware table that speak of this chip, the variant meant here first.",
            optional=True,
            name="epoch_name",
        ),
    ]
    source: Annotated[str, Column("Where the figures come from.")]
    note: Annotated[str, Column("What a reader must know of the figures.", optional=True)]

    def node_sizes(self) -> list[tuple[str, int]]:
        """The machines of this chip: name and number of chips."""
        return [(name, int(size)) for name, _, size in (node.partition("=") for node in self.nodes)]


HARDWARE = ReferenceTable("hardware.csv", Hardware, ("slug",), "Accelerators and processors with their peak rates.")


def load_hardware() -> tuple[Hardware, ...]:
    """Rows of hardware.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return HARDWARE.rows()


def by_slug(hardware: Iterable[Hardware]) -> dict[str, Hardware]:
    """The table as a mapping from slug to row."""
    return {h.slug: h for h in hardware}


def half_precision_peak(hardware: Hardware) -> float | None:
    """Peak at 16 bits in FLOP/s: bf16 where the chip has it, else FP16; None where neither is known."""
    return hardware.bf16_flop_per_s or hardware.fp16_flop_per_s


def burden_peak(hardware: Hardware) -> float | None:
    """Peak in FLOP/s that the study's hardware burden uses: FP32 for GPUs and CPUs, bf16 for TPUs.

    Other accelerators have no FP32 unit worth the name: their 16-bit peak stands in.
    Source: Thompson et al., arXiv 2007.05558, and its replication data (columns `training_gpu_ptp_gflops`,
    `training_tpu_ptp_gflops`).
    """
    if hardware.kind in ("gpu", "cpu"):
        return hardware.fp32_flop_per_s
    return half_precision_peak(hardware)
