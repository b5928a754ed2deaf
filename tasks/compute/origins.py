"""The training that a model rests on, counted in: that of its teacher, or of the model that it trained further.

A figure that leaves it out stays as it is. Where the other model's own figure is known, a second row counts both: its
scope is the whole training, and its flag names the estimate that was added. Where it is not known the flag of the first
row says what is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.codes import Coded, has
from schemas.codes.compute import NEEDS_WITNESS, NOT_FOR_FITS, ComputeFlag
from schemas.rows.compute import ComputeEstimate
from tasks.names.distillation import teacher_in
from tasks.names.known_models import known_model
from tasks.names.same_model import join_key
from tasks.provenance.claims import content_id
from tasks.wording import words

LEFT_OUT = {ComputeFlag.BASE_LEFT_OUT: ComputeFlag.BASE_ADDED, ComputeFlag.DISTILLED: ComputeFlag.TEACHER_ADDED}
"""What a figure leaves out, and the flag of the row that counts it in."""


@dataclass(frozen=True)
class Origins:
    """Figures of models that others rest on, by name, the most trusted first; teachers by paper and model's key."""

    figures: Mapping[str, Sequence[ComputeEstimate]]
    teachers: Mapping[tuple[str, str], str]

    def added_to(self, own: ComputeEstimate) -> ComputeEstimate | None:
        """The row of the whole training; None where the figure leaves nothing out, or what it leaves out is unknown."""
        left_out = [flag.code for flag in own.flags if flag.code in LEFT_OUT]
        parts = [(LEFT_OUT[code], self._figure(name, own)) for code in left_out for name in self._names(code, own)]
        if not left_out or len({code for code, _ in parts}) < len(set(left_out)):
            return None
        known = [(code, figure) for code, figure in parts if figure]
        return _whole(own, known) if len(known) == len(parts) else None

    def names(self, own: ComputeEstimate) -> list[str]:
        """Names of all models whose training a figure leaves out, as far as anybody tells them."""
        return [name for flag in own.flags if flag.code in LEFT_OUT for name in self._names(flag.code, own)]

    def _names(self, code: ComputeFlag, own: ComputeEstimate) -> list[str]:
        """Names of the models that a figure leaves out, as its source, the register or its own name tells them."""
        known = known_model(own.model)
        if code is ComputeFlag.DISTILLED:
            base_name = self.teachers.get((own.paper_id, own.model_key), "") or teacher_in(own.model)
            return [base_name] if base_name else [known.teacher] if known and known.teacher else []
        further = [str(f["base_model"]) for f in own.flags if f.code is ComputeFlag.TRAINED_FURTHER]
        base_name = further[0] if further else known.trained_from if known else ""
        return [name.strip() for name in base_name.split(",") if name.strip()]

    def _figure(self, name: str, own: ComputeEstimate) -> ComputeEstimate | None:
        """The figure of a model: of the same source, else of the most trusted one that has it."""
        found = [e for e in self.figures.get(join_key(name), ()) if e.model_key != own.model_key]
        return next((e for e in found if e.source_id == own.source_id), next(iter(found), None))


def names_left_out(row: ComputeEstimate, teachers: Mapping[tuple[str, str], str]) -> set[str]:
    """Names, as `join_key` has them, of the models whose training a figure leaves out."""
    return {join_key(name) for name in Origins({}, teachers).names(row)}


def with_origins(
    rows: Iterable[ComputeEstimate], teachers: Mapping[tuple[str, str], str], source_order: Sequence[str]
) -> list[ComputeEstimate]:
    """The rows, and one more for each preferred one that leaves out a training which is known; that one is preferred.

    Args:
        rows: Estimates of all sources.
        teachers: What a source calls a model's teacher, by paper and model's key.
        source_order: Sources, the most trusted first.
    """
    rows = list(rows)
    place = {source: n for n, source in enumerate(source_order)}
    figures: dict[str, list[ComputeEstimate]] = defaultdict(list)
    for e in sorted(rows, key=lambda e: (place.get(e.source_id, len(place)), e.own_range[1] / e.own_range[0])):
        if e.is_preferred and e.compute_scope != "finetuning" and not has(e.flags, *NOT_FOR_FITS, *NEEDS_WITNESS):
            figures[join_key(e.model)].append(e)
    origins = Origins(figures, teachers)
    found = []
    for row in rows:
        whole = origins.added_to(row) if row.is_preferred else None
        found += [replace(row, is_preferred=False), whole] if whole else [row]
    return found


def _whole(own: ComputeEstimate, parts: Sequence[tuple[ComputeFlag, ComputeEstimate]]) -> ComputeEstimate:
    added = [Coded.of(code, model=e.model, flop=e.training_flop, estimate_id=e.estimate_id) for code, e in parts]
    of_all = [own, *(e for _, e in parts)]
    return replace(
        own,
        estimate_id=content_id(*(e.estimate_id for e in of_all)),
        compute_scope="whole",
        training_flop=sum(e.training_flop for e in of_all),
        training_flop_lower=sum(e.training_flop_lower for e in of_all),
        training_flop_upper=sum(e.training_flop_upper for e in of_all),
        range_factor=None,
        hardware_burden_flop=None,
        hardware=None,
        chips=None,
        duration_hours=None,
        basis="; ".join([own.basis, *map(words, added)]),
        flags=(*(f for f in own.flags if f.code not in LEFT_OUT), *added),
    )
