"""Training figures in tables: columns (or rows) headed Params, FLOPs, Mult-Adds, Epochs, Batch size, Steps …"""

import re
from dataclasses import dataclass

from tasks.extract.chips import hardware_mentions
from tasks.extract.findings import phase_of
from tasks.extract.numbers import SCALES, Number, find_numbers, parse_number
from tasks.extract.ownership import CITATION, Ownership, judge
from tasks.extract.training_text import FLOP_PREFIX, HOURS, TRAINING_FLOP_LEAST
from tasks.hardware import GENERIC, Hardware
from tasks.parse.document import Cell, Table

_HEADERS: list[tuple[str, re.Pattern[str]]] = [
    (
        "chip_hours",
        re.compile(r"\b(?:GPU|TPU|[VAH]100|P100|TPUv3|core|chip)s?[\s-]*(?:core[\s-]*)?(?:hours?|hrs|days?)\b", re.I),
    ),
    (
        "training_flop",
        re.compile(
            r"\b(?:train\w*|pre-?train\w*|total)\b[^|]{0,30}\b(?:cost|compute|FLOPs?|operations|PF-days|exaFLOPs?)\b|\bPF-days\b|\bPFLOP/?s-days"
            r"|\b(?:ex?a|zetta)FLOPs?\b",
            re.I,
        ),
    ),
    (
        "parameters",
        re.compile(
            r"(?<!hyper)(?<!hyper-)(?<!hyper )(?:^|[\s#(|.]|\bn_)(?:params?|parameters|paras|model size)\b(?!\s*(?:\(?(?:MB|GB|bytes)))|\bn_?\{?params\}?",
            re.I,
        ),
    ),
    (
        "forward_ops",
        re.compile(
            r"\b[KMGTB]?FLOPs?\b(?!/s\b)|\b[MG]?-?MAdds?\b|\b[GM]?MACs?\b|\bmult(?:iply|i)?[-\s]*add|\bcomplexity\b|\boperations\b|\b[GM]?OPs\b|#\s*ops\b"
            r"|\bmultiply-accumulates?",
            re.I,
        ),
    ),
    ("batch_size", re.compile(r"\b(?:mini-?)?batch(?:[\s_-]*size)?\b(?!\s*norm)|\bBSZ\b|^BS$", re.I)),
    ("epochs", re.compile(r"\bepochs?\b", re.I)),
    (
        "hardware",
        re.compile(r"^(?:GPU|hardware|device|accelerator|GPU (?:type|model)|chip|processor|platform)s?$", re.I),
    ),
    (
        "chips",
        re.compile(
            r"(?:#|number of|num\.?|no\.? of|n)\s*(?:of )?(?:GPUs?|TPUs?|chips|accelerators|devices|TPU chips)\b|^GPUs$|^TPUs$",
            re.I,
        ),
    ),
    ("tokens", re.compile(r"\b(?:train\w*|pre-?train\w*|total|#|num\w*)\s*(?:of )?tokens\b|^tokens\b", re.I)),
    (
        "examples",
        re.compile(
            r"\b(?:#|num\w*|size of)?\s*train\w*\s*(?:set\s*)?(?:images|examples|size|samples|sentences|pairs|data size)$|^#?\s*train(?:ing)? (?:images|size|examples)",
            re.I,
        ),
    ),
    (
        "steps",
        re.compile(
            r"^(?:#\s*|num\w*\s+(?:of\s+)?|max\w*\s+|total\s+)?(?:train\w*\s+|pre-?train\w*\s+|fine-?tun\w*\s+)?(?:steps|iterations?|iters?|updates)\b|^TS$|\bupdates\b.*10",
            re.I,
        ),
    ),
    (
        "duration_hours",
        re.compile(
            r"\b(?:train\w*\s+)?time\b[^|]*\((?:h|hours?|hrs?|days?)\)|^(?:hours|days)$|\btrain\w*\s+time\b|\bwall[- ]?clock",
            re.I,
        ),
    ),
]
"""Fields by the words of a header, the more special before the more general."""

_NOT = re.compile(
    r"\b(?:warm-?up\w*|reduc\w+|saved?|saving|ratio|%|percent|relative|decay|inference|latency|speed|test(?:ing)? time|per (?:layer|epoch|second|image)|dropout|range|server|memory|MB"
    r"|speed-?up|compress\w*|hyper-?param\w*|rate|search|effici\w+|drop|sec(?:onds?)?)\b|/\s*epoch|%|↓.*%|\bFLOPS/|/s\b|\(ms\)|\bms\b|×\s*less",
    re.I,
)
_UNIT_IN_HEADER = re.compile(
    r"[(\[]\s*(?:in\s+)?(?P<bracket>[KMBGTP]|mil\.?|millions?|billions?|thousands?|bn|GFLOPs?|MFLOPs?|TFLOPs?)\s*[)\]]"
    r"|(?P<power>(?:[×x*·]\s*)?10\s*\^?\s*\{?\s*(?:3|4|5|6|7|8|9|1\d|2\d)\s*\}?)"
    r"|\b(?P<word>millions?|billions?|thousands?)\b|\b(?P<prefix>[KMGTPB])-?(?:FLOPs?|OPs|MACs?|MAdds?|Mult|ops)\b|(?P<exa>exa|zetta)FLOP",
    re.I,
)
_DAYS = re.compile(r"\bdays?\b", re.I)


@dataclass(frozen=True)
class TableFigure:
    """One cell that discloses a figure: where it stands, whose it is, and what it says in the field's unit."""

    field: str
    value: float | str
    row: int
    column: int
    raw: str
    model: str
    row_header: str
    column_header: str
    phase: str
    lower: float | None = None
    upper: float | None = None
    confidence: float = 0.9
    reasons: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class _Unit:
    """Factor to the field's unit, and whether the header says it."""

    factor: float
    stated: bool


def field_of(header: str) -> str:
    """The disclosure field that a header announces, '' for none."""
    text = re.sub(r"\^\{[†‡∗*§\s]*\}|[†‡§]", "", header).strip()
    if not text or len(text) > 70 or _NOT.search(text):
        return ""
    if re.search(r"\d[\dkKM]*\s*-?\s*(?:epochs?|steps|iter\w*|params|parameters|tokens)\b", text):  # "ResNet-50 (200 epochs)"
        return ""
    fields = [field for field, pattern in _HEADERS if pattern.search(text)]
    if {"parameters", "forward_ops"} <= set(fields) or {"parameters", "epochs"} <= set(fields):  # two columns run together
        return ""
    return fields[0] if fields else ""


def unit_of(field: str, header: str, caption: str) -> _Unit:
    """Factor that a header (else the caption) puts on the numbers below it."""
    if field in ("duration_hours", "chip_hours"):
        factor = HOURS["day"] if _DAYS.search(header) else HOURS["minute"] if re.search(r"\bmin", header) else 1.0
        if field == "chip_hours" and re.search(r"\bcore", header, re.I):
            factor /= 2
        return _Unit(factor, True)
    if re.search(r"PF-days|PFLOP/?s[- ]days?", header, re.I):
        return _Unit(8.64e19, True)
    for text in (header, *_phrases(field, caption)):
        match = _UNIT_IN_HEADER.search(text)
        if match:
            return _Unit(_factor(match), True)
    return _Unit(1.0, False)


def _phrases(field: str, caption: str) -> list[str]:
    """Phrases of a caption that speak of the field: "FLOPs (×10^{9})", "complexity (ops., ×10^{10})"."""
    words = {"parameters": r"param\w*", "forward_ops": r"(?:complexity|FLOPs|ops|mult\w*|operations)"}.get(field)
    if words is None:
        return []
    return [m[0] for m in re.finditer(rf"\b{words}\b[^.;]{{0,25}}", caption, re.I)]


def _factor(match: re.Match[str]) -> float:
    groups = match.groupdict()
    if groups["power"]:
        number = parse_number(
            re.sub(r"^[×x*·]\s*", "", groups["power"]).replace("^", "^{", 1).replace("{{", "{").rstrip("} ") + "}"
        )
        digits = re.sub(r"^(?:[×x*·]\s*)?10\s*\^?\s*\{?\s*|\s*\}?$", "", groups["power"])
        return number.value if number else 10.0 ** int(digits)
    if groups["exa"]:
        return 1e18 if groups["exa"].lower() == "exa" else 1e21
    word = (groups["bracket"] or groups["word"] or groups["prefix"] or "").lower().rstrip(".")
    if word.endswith(("flop", "flops")):
        return FLOP_PREFIX[word[0]]
    if word.startswith("thousand"):
        return 1e3
    return float(SCALES.get(word, FLOP_PREFIX.get(word, 1.0)))


def find_in_table(table: Table, who: Ownership, hardware: tuple[Hardware, ...]) -> list[TableFigure]:
    """Figures of a table, by its headed columns, and by rows whose first cell names a field."""
    figures: list[TableFigure] = []
    if not table.rows or len(table.rows) < 2:
        return figures
    owners = _owners(table, who)
    for part, headers in _parts(table):
        rows = {i: owners[i] for i in part if i in owners}
        for column, header in enumerate(headers):
            field = field_of(header.split(" | ")[-1]) or field_of(header.replace(" | ", " "))
            if field in ("parameters", "forward_ops") and _lists_layers(headers):
                continue
            if field and rows and (column > 0 or not _looks_like_names(table, 0)):
                figures += _column(table, column, field, header, rows, hardware)
    if not figures:
        figures = _rows(table, who, hardware)
    return figures


def _lists_layers(headers: list[str]) -> bool:
    """Whether the rows are the layers of one network, whose figures are parts of a whole."""
    first = re.match(r"(?:type|layers?|layer name|operator|stage|block|module|input|operation)s?\b", headers[0].strip(), re.I)
    return bool(first) and any(re.search(r"\b(?:output|stride|patch|kernel|filters?|channels?)\b", h, re.I) for h in headers[1:])


def _parts(table: Table) -> list[tuple[list[int], list[str]]]:
    """Body rows with the column headers that hold for them: a table may set new headers half way down."""
    headers = [table.column_header(c) for c in range(len(table.rows[0]))]
    parts: list[tuple[list[int], list[str]]] = [([], headers)]
    for i in range(table.header_rows, len(table.rows)):
        texts = [c.text.strip() for c in table.rows[i]]
        if _is_header(texts):
            parts.append(([], texts))
        else:
            parts[-1][0].append(i)
    return [p for p in parts if p[0]]


def _is_header(texts: list[str]) -> bool:
    """Whether a body row is a row of headers: two cells or more, no figure, and the words of one."""
    filled = [t for t in texts if t]
    if len(set(filled)) < 2 or any(parse_number(t) is not None for t in filled):
        return False
    return any(field_of(t) for t in filled[1:]) or bool(re.match(r"(?:model|method|network|#\s*layers)s?$", filled[0], re.I))


def _looks_like_names(table: Table, column: int) -> bool:
    cells = [r[column].text for r in table.rows[table.header_rows :] if r[column].text.strip()]
    numbers = sum(parse_number(c) is not None for c in cells)
    return numbers < 0.6 * len(cells) if cells else True


_BASELINE = re.compile(r"\bbaselines?\b|^N/?A$|^(?:original|vanilla|standard|plain)\b", re.IGNORECASE)


_CITED_AT_END = re.compile(rf"(?:{CITATION.pattern})[^\w(]*$")


def _verdict(label: str, who: Ownership) -> str:
    """`judge`, with baselines as somebody else's."""
    if _CITED_AT_END.search(label) and not re.search(r"\bours?\b", label, re.I):
        return "cited"
    verdict = judge(label, who)
    return verdict if verdict == "own" or not _BASELINE.search(label) else "cited"


def _owners(table: Table, who: Ownership) -> dict[int, tuple[str, str]]:
    """For each body row its name and whose it is ('own', 'cited', 'known', 'rerun', ''); blank names take the one above."""
    owners: dict[int, tuple[str, str]] = {}
    name, verdict, group = "", "", ""
    for i in range(table.header_rows, len(table.rows)):
        row = table.rows[i]
        filled = [c.text.strip() for c in row if c.text.strip()]
        label = _label(row)
        if label and len(set(filled)) == 1 and parse_number(filled[0]) is None:
            group = _verdict(label, who)
            name, verdict = label, group
            continue
        if label and not re.match(r"^(?:\+|with\b|w/|-)", label):
            name = label
            verdict = _verdict(label, who) or group
        elif label:
            owners[i] = (f"{name} {label}".strip(), _verdict(label, who) or verdict)
            continue
        owners[i] = (name, verdict)
    return owners


def _label(row: list[Cell]) -> str:
    """Words of the row's first cells that are no figures."""
    for cell in row[:2]:
        text = cell.text.strip()
        if text and parse_number(text) is None and re.search(r"[A-Za-z]", text):
            return text
    return ""


def _column(
    table: Table,
    column: int,
    field: str,
    header: str,
    owners: dict[int, tuple[str, str]],
    hardware: tuple[Hardware, ...],
) -> list[TableFigure]:
    unit = unit_of(field, header, table.caption)
    cells = {i: table.rows[i][column] for i in owners}
    unit, reasons, confidence, doubt = _guess_unit(field, unit, header, [c.text for c in cells.values()])
    phase = phase_of(f"{header} {table.caption}")
    figures = []
    for i, cell in cells.items():
        name, verdict = owners[i]
        if field in ("tokens", "examples") and _HELD_OUT.search(name):
            continue
        if verdict in ("cited", "known", "rerun"):
            continue
        if reasons and re.fullmatch(r"\d", cell.text.strip()):  # a count of something else
            continue
        for value, number in _values(field, cell.text, unit, hardware):
            figures.append(
                TableFigure(
                    field,
                    value,
                    i,
                    column,
                    cell.text,
                    _variant(table.rows[i], name),
                    name,
                    header,
                    "training"
                    if phase in ("unknown", "inference") or field in ("parameters", "forward_ops")
                    else phase,
                    number.lower and number.lower * unit.factor if number else None,
                    number.upper and number.upper * unit.factor if number else None,
                    confidence if verdict == "own" else confidence - 0.1,
                    reasons,
                    doubt,
                )
            )
    return figures


_HELD_OUT = re.compile(r"\b(?:test|dev\w*|validation|val)\b", re.IGNORECASE)


def _variant(row: list[Cell], name: str) -> str:
    return name


def _values(
    field: str, text: str, unit: _Unit, hardware: tuple[Hardware, ...]
) -> list[tuple[float | str, Number | None]]:
    """Values of one cell in the field's unit; none where it holds anything else."""
    if field == "hardware":
        return [(slug, None) for slug, _, _ in hardware_mentions(text, hardware) if slug not in GENERIC]
    bare = re.sub(r"\^\{[^{}\d]*\}|\s*\((?:[+-−–~]?\d+(?:\.\d+)?\s*%|[^()\d]*)\)|[†‡§∗*]", "", text).strip()
    bare = re.sub(
        r"\s*(?:FLOPs?|params?|parameters|hours?|hrs?|epochs?|steps|iterations|tokens)$", "", bare, flags=re.I
    )
    days = re.search(r"\s*days?$", bare, re.I)
    number = parse_number(re.sub(r"\s*days?$", "", bare, flags=re.I))
    if number is None or number.value <= 0:
        return []
    factor = unit.factor
    if number.scaled and field not in ("duration_hours", "chip_hours"):
        factor = 1.0
    elif days and field == "duration_hours":
        factor = HOURS["day"]
    value = number.value * factor
    return [(_rounded(value), number)] if _plausible(field, value) else []


def _rounded(value: float) -> float:
    """The float next to the printed decimal: 4.1 x 1e9 is 4100000000, not 4099999999.9999995."""
    return float(f"{value:.12g}")


_BOUNDS = {
    "parameters": (1e3, 1e14),
    "forward_ops": (1e5, TRAINING_FLOP_LEAST),
    "training_flop": (1e12, 1e28),
    "epochs": (0.1, 20000),
    "steps": (100, 1e9),
    "batch_size": (1, 5e7),
    "chips": (1, 1e5),
    "duration_hours": (0.01, 10000),
    "chip_hours": (0.1, 1e9),
    "tokens": (1e4, 1e15),
    "examples": (100, 2e10),
}


def _plausible(field: str, value: float) -> bool:
    low, high = _BOUNDS[field]
    if field in ("chips", "examples", "batch_size", "steps") and value != int(value):
        return False
    return low <= value <= high


def _guess_unit(field: str, unit: _Unit, header: str, texts: list[str]) -> tuple[_Unit, str, float, str]:
    """Where neither header nor cells say the unit of parameters or operations, the usual one; else a doubt."""
    numbers = [n for t in texts if (n := parse_number(t)) is not None]
    bare = [n.value for n in numbers if not n.scaled]
    if unit.stated or not bare or field not in ("parameters", "forward_ops", "tokens", "training_flop"):
        return unit, "", 0.9, ""
    largest = max(bare)
    if field == "parameters":
        if largest < 3000:
            return _Unit(1e6, True), "unit not printed: millions taken", 0.75, ""
        return unit, "", 0.9, ""
    if field == "forward_ops" and largest < 1e5:
        madds = re.search(r"\bM-?Adds?\b|Mult|MAC", header)
        if largest >= 100 or (madds and largest >= 20):
            return _Unit(1e6, True), "unit not printed: millions taken", 0.7, ""
        return _Unit(1e9, True), "unit not printed: billions taken", 0.7, ""
    return unit, "", 0.9, ""


def _rows(table: Table, who: Ownership, hardware: tuple[Hardware, ...]) -> list[TableFigure]:
    """Tables that stand on their side: the first cell names the field, each column is a model or a setting."""
    figures = []
    for i, row in enumerate(table.rows):
        header = row[0].text.strip()
        field = field_of(header)
        if not field:
            continue
        unit = unit_of(field, header, table.caption)
        unit, reasons, confidence, doubt = _guess_unit(field, unit, header, [c.text for c in row[1:]])
        for column, cell in enumerate(row[1:], start=1):
            name = table.column_header(column) if i >= table.header_rows else ""
            if _verdict(name, who) in ("cited", "known", "rerun") or (cell.box and cell.box == row[column - 1].box):
                continue
            for value, _ in _values(field, cell.text, unit, hardware):
                phase = phase_of(f"{name} {header} {table.caption}")
                phase = "training" if phase in ("unknown", "inference") else phase
                figures.append(
                    TableFigure(
                        field,
                        value,
                        i,
                        column,
                        cell.text,
                        name.split(" | ")[-1],
                        header,
                        name,
                        phase,
                        None,
                        None,
                        confidence - 0.05,
                        reasons,
                        doubt,
                    )
                )
    return figures


def pieces(text: str) -> list[float]:
    """All numbers of a cell, for cross-checks."""
    return [n.value for n in find_numbers(text)]
