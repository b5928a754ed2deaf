"""Whose training figures a table's rows and columns hold, and which rows are no models at all (layers)."""

import re
from dataclasses import dataclass, replace

from tasks.extract.numbers import parse_number
from tasks.extract.ownership import CITATION, Ownership, Verdict, builds_on, verdict_of
from tasks.extract.tables import inner_header, outer_headers
from tasks.names.keys import model_key
from tasks.parse.document import Cell, PageTable
from tasks.reference.model_families import models_in

OF_OTHERS = frozenset({Verdict.CITED, Verdict.KNOWN, Verdict.RERUN})
"""Verdicts on a row or column that is not the paper's own."""

_BASELINE = re.compile(r"\bbaselines?\b|^N/?A$|^(?:original|vanilla|standard|plain)\b", re.IGNORECASE)
_CITED_AT_END = re.compile(rf"(?:{CITATION.pattern})[^\w(]*$")
_OURS_IN_CAPTION = re.compile(
    r"\bin our (?:\w+ )?(?:experiments?|work|study|paper)\b|\bour models\b|\bwe (?:train|pre-?train|use|consider)\b"
    r"|\bhyper-?parameters?\b|\b(?:training|fine-?tuning) (?:settings?|details|configurations?)\b",
    re.IGNORECASE,
)
"""A caption that speaks of the paper's own training: models and data sets named below it are trained or used here."""

_LAYERS = re.compile(r"(?:type|layers?|layer name|operator|stage|block|module|input|operation)s?\b", re.IGNORECASE)
_OF_LAYERS = re.compile(r"\b(?:output|stride|patch|kernel|filters?|channels?)\b", re.IGNORECASE)
_LAYER_NAME = re.compile(
    r"(?:conv\w*|fc|ip|pool\w*|dense|linear|softmax|embedding|layer|block)[\s_-]?[\d.]*(?:[_-]\d)?", re.IGNORECASE
)


def verdict_on(label: str, who: Ownership, caption: str) -> Verdict:
    """`verdict_of`, with a closing citation and baselines as somebody else's.

    A name that the paper only cites elsewhere says nothing where the caption speaks of the paper's own training; one
    that is registered as another paper's always does.
    """
    if _CITED_AT_END.search(label) and not re.search(r"\bours?\b", label, re.I):
        return Verdict.CITED
    verdict = verdict_of(label, who)
    if verdict == Verdict.KNOWN and _OURS_IN_CAPTION.search(caption):
        verdict = Verdict.UNSAID
    if verdict == Verdict.UNSAID and models_in(label) and not builds_on(label):
        return Verdict.KNOWN
    return verdict if verdict == Verdict.OWN or not _BASELINE.search(label) else Verdict.CITED


def with_registered(who: Ownership, title: str) -> Ownership:
    """Ownership with the registered names of the title among the paper's own, however they are written."""
    named = frozenset(map(model_key, models_in(title)))
    return Ownership(who.own | named, who.cited - named)


@dataclass(frozen=True)
class RowOwner:
    """Whose figures a row holds: the model's name as the table has it, and the verdict on it."""

    name: str
    verdict: Verdict

    @property
    def is_another(self) -> bool:
        """Whether the row is not the paper's own."""
        return self.verdict in OF_OTHERS


def row_owners(table: PageTable, who: Ownership) -> dict[int, RowOwner]:
    """The owner of each body row; blank names take the one above.

    A row with one text only heads a group; "+ X" and "with X" continue the name above; a figure in the first cell is a
    setting of the paper's model.
    """
    owners: dict[int, RowOwner] = {}
    name, verdict, group = "", Verdict.UNSAID, Verdict.UNSAID
    names_behind = _names_behind(table)
    for i in range(table.header_rows, len(table.rows)):
        row = table.rows[i]
        label = _label(row)
        said = verdict_on(label, who, table.caption)
        if not said and names_behind:
            said = verdict_on(row[1].text.strip(), who, table.caption)
        if label and len({c.text.strip() for c in row if c.text.strip()}) == 1:
            name, verdict, group = label, said, said
            continue
        if label and re.match(r"^(?:\+|with\b|w/|-)", label):
            owners[i] = RowOwner(f"{name} {label}".strip(), said or verdict)
            continue
        if label:
            name, verdict = label, said or group
        elif row[0].text.strip() and parse_number(row[0].text) is not None:
            name, verdict = f"{table.column_header(0)} {row[0].text.strip()}".strip(), group
        owners[i] = RowOwner(name, verdict)
    return _by_marks(owners)


_MARK = re.compile(r"\s*([•◦●○■□▲△▪▫★☆♦◆◇])")


def _by_marks(owners: dict[int, RowOwner]) -> dict[int, RowOwner]:
    """The owners, those as another's whose mark none of the paper's own rows has ("◦ Swin-S" beside "• FooNet-S")."""
    marks = {i: m[1] for i, owner in owners.items() if (m := _MARK.match(owner.name))}
    own = {mark for i, mark in marks.items() if owners[i].verdict == Verdict.OWN}
    others = {i for i, mark in marks.items() if own and mark not in own and not owners[i].verdict}
    return {i: replace(o, verdict=Verdict.KNOWN) if i in others else o for i, o in owners.items()}


_OF_NAMES = re.compile(r"\b(?:models?|methods?|networks?|arch(?:itecture)?s?|backbones?|systems?)\b|^$", re.IGNORECASE)


def _names_behind(table: PageTable) -> bool:
    """Whether the second column holds names, and the first only heads groups: "Transformers | DeiT-B [56]"."""
    body = table.rows[table.header_rows :]
    if not body or len(body[0]) < 3 or not _OF_NAMES.search(inner_header(table.column_header(1))):
        return False
    texts = [row[1].text.strip() for row in body]
    return sum(bool(re.search("[A-Za-z]", t)) and parse_number(t) is None for t in texts) > 0.6 * len(texts)


def _label(row: list[Cell]) -> str:
    """Words of the row's first cells that are no figures."""
    for cell in row[:2]:
        text = cell.text.strip()
        if text and parse_number(text) is None and re.search(r"[A-Za-z]", text):
            return text
    return ""


def in_column(owner: RowOwner, header: str, who: Ownership, caption: str) -> RowOwner:
    """The owner of a cell: a group of columns headed by a model ("SE version | Params") outweighs its row."""
    group = " ".join(outer_headers(header))
    verdict = verdict_on(group, who, caption) if group else Verdict.UNSAID
    return replace(owner, verdict=verdict) if verdict else owner


def lists_layers(headers: list[str], names: list[str]) -> bool:
    """Whether the rows are the layers of one network, whose figures are parts of a whole."""
    so_headed = bool(_LAYERS.match(headers[0].strip())) and any(_OF_LAYERS.search(h) for h in headers[1:])
    return so_headed or sum(bool(_LAYER_NAME.fullmatch(n.strip())) for n in names) > 0.5 * len(names)
