"""Which figures of a table are the paper's own: by what rows, groups of rows and columns say of their models."""

import re
from dataclasses import dataclass

from tasks.extract.accuracy.lexicon import Lexicon, plain
from tasks.extract.accuracy.table_context import ResultCell, note_of
from tasks.extract.ownership import Ownership, Verdict, builds_on, is_marked_own, judge
from tasks.parse.document import PageTable

_BASELINE = re.compile(
    r"^(?:the )?(?:baselines?|original|vanilla|reference|plain|standard|none|base|fp32|float\w*|full[- ]precision|sgd"
    r"|standard training.*|no \w+|w/o .*|without .*)$",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"(?:compar\w+|performance)\b[^.]{0,60}\b"
    r"(?:previous|prior|published|existing|others?|competing|competitors?|state[- ]of[- ]the[- ]art)\b",
    re.IGNORECASE,
)
_COLUMN_ORDER = (Verdict.RERUN, Verdict.OWN, Verdict.CITED, Verdict.BASELINE)
"""What of a column's headers decides, the strongest first."""

_SET_AGAINST = {Verdict.RERUN, Verdict.CITED, Verdict.BASELINE}
"""Verdicts that set a column against those of the paper's own."""


@dataclass(frozen=True)
class _Subject:
    """Whose figure it is said to be: the words that name the model, their parts, and what stands further off."""

    name: str
    parts: tuple[str, ...]
    groups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def owners_of(
    figures: list[ResultCell], table: PageTable, who: Ownership, lexicon: Lexicon, models_in_columns: bool
) -> dict[tuple[int, int], bool]:
    """Whether each figure, by row and column, is the paper's own.

    Where columns are set against each other ("original | re-implementation | ours") they decide, and a citation in the
    row only names what was built on. Elsewhere the row decides (or the column, where rows name datasets or metrics):
    one without a sign of its own is the paper's, unless its model is known to be another's and the table sets models of
    the paper against it.
    """
    headers = {f.column: _header_words(f, lexicon) for f in figures}
    columns = {column: _column_verdict(words, who) for column, words in headers.items()}
    if not models_in_columns and len(set(columns.values())) > 1 and set(columns.values()) & _SET_AGAINST:
        return {(f.row, f.column): columns[f.column] not in (Verdict.RERUN, Verdict.CITED) for f in figures}
    subjects = {
        (f.row, f.column): _Subject(" ".join(headers[f.column]), tuple(headers[f.column]))
        if models_in_columns
        else _row_subject(f, table, lexicon)
        for f in figures
    }
    owners = _judged(subjects, who, is_comparison=bool(_COMPARES.search(table.caption)))
    if len(set(columns.values())) > 1:  # a column under the paper's own name is its own whatever the row builds on
        owners |= {place: True for place in owners if columns[place[1]] == Verdict.OWN}
    return owners


def _judged(
    subjects: dict[tuple[int, int], _Subject], who: Ownership, is_comparison: bool
) -> dict[tuple[int, int], bool]:
    verdicts = {place: _verdict(subject, who) for place, subject in subjects.items()}
    has_own, has_cited = Verdict.OWN in verdicts.values(), Verdict.CITED in verdicts.values()
    marked = has_cited and any(is_marked_own(subject.name) for subject in subjects.values())
    foreign = {Verdict.CITED, Verdict.RERUN} | ({Verdict.KNOWN} if has_own or has_cited else set())
    owners = {}
    for place, subject in subjects.items():
        verdict, name = verdicts[place], subject.name
        # an unmarked row is a competitor's where rows are marked as the paper's own, and in a comparison with others
        competes = marked or (has_own and is_comparison and name[:1].isupper())
        spared = bool(verdict) or not competes or builds_on(name) or ("(" in name and not is_comparison)
        owners[place] = verdict not in foreign and spared
    return owners


def _header_words(figure: ResultCell, lexicon: Lexicon) -> list[str]:
    """The header's cells that name neither metric nor dataset nor quantity."""
    return [h for h in figure.headers if not lexicon.says_anything(plain(h))]


def _column_verdict(headers: list[str], who: Ownership) -> Verdict:
    found = [judge(h, who) or (Verdict.BASELINE if _BASELINE.match(h.strip()) else Verdict.UNSAID) for h in headers]
    return next((v for wanted in _COLUMN_ORDER for v in found if v == wanted), Verdict.UNSAID)


def _row_subject(figure: ResultCell, table: PageTable, lexicon: Lexicon) -> _Subject:
    """A row with its groups; a citation of a dataset says nothing."""
    groups = tuple(g for g in figure.groups if not lexicon.datasets(plain(g)))
    notes = (note_of(figure.cell.text, table.caption), note_of(figure.label, table.caption))
    return _Subject(figure.label, tuple(figure.labels), groups, tuple(n for n in notes if n))


def _verdict(subject: _Subject, who: Ownership) -> Verdict:
    """What the words say, the nearest first."""
    near = [judge(w, who) for w in (*subject.notes, subject.name) if w]
    if Verdict.KNOWN in near and any(
        not judge(part, who) and re.search(r"[A-Za-z]{3}", part) for part in subject.parts
    ):
        near.remove(Verdict.KNOWN)  # a backbone beside the method
    far = [judge(g, who) for g in subject.groups]
    order = [(v, found) for found in (near, far) for v in (Verdict.RERUN, Verdict.OWN, Verdict.CITED)]
    order.append((Verdict.KNOWN, near))
    return next((verdict for verdict, found in order if verdict in found), Verdict.UNSAID)
