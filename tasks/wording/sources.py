"""Sentences of the codes of sources, documents and loading."""

from schemas.codes.sources import (
    DeferralReason,
    DocumentReason,
    FetchReason,
    HandReason,
    RowDoubt,
    WantedReason,
)

DEFERRALS: dict[DeferralReason, str] = {
    DeferralReason.UNREACHABLE: "{because}",
    DeferralReason.REFUSED: "{because}",
    DeferralReason.CHANGED_FORM: "{detail}",
    DeferralReason.UNAVAILABLE: "{detail}",
    DeferralReason.OLDER_COPY: "an older copy was read: {because}",
    DeferralReason.FILES_UNREACHABLE: "{files}: {because}",
    DeferralReason.FILES_REFUSED: "{files}: {because}",
    DeferralReason.FILES_CHANGED_FORM: "{files}: {because}",
    DeferralReason.FILES_OLDER_COPY: "{files}: an older copy was read: {because}",
    DeferralReason.WATCH_LIST_INCOMPLETE: "papers of the watch list: {because}",
    DeferralReason.HARVEST_INCOMPLETE: "the harvest of new papers: {because}; it goes on from there with the next run",
    DeferralReason.SEARCH_INCOMPLETE: "the search for {family}: {because}",
    DeferralReason.DOCUMENTS_NOT_FETCHED: "{documents} documents: {because}",
    DeferralReason.TOO_MANY_ROWS_GONE: (
        "gave {given} rows of {table} where it gave {before} before; those stand. If this is right, run once with"
        " DIMINISHING_MAX_ROW_LOSS=1"
    ),
}

FETCHES: dict[FetchReason, str] = {
    FetchReason.TOO_LARGE: "larger than {limit} MiB ({size} MiB)",
    FetchReason.NOT_READABLE: "cannot be read: {detail}",
    FetchReason.CHANGED_WHILE_STORED: "{detail}",
    FetchReason.REFUSED_BY_HOST: "{because}",
    FetchReason.HOST_UNREACHABLE: "{because}",
    FetchReason.WITHOUT_WEB: "this run does not use the web",
}

DOCUMENTS: dict[DocumentReason, str] = {
    DocumentReason.UNREADABLE: "{detail}",
    DocumentReason.PAGES_LOST: "{detail}",
    DocumentReason.SUPERSEDED: "a later version is stored: {later}",
    DocumentReason.DUPLICATE: "the same bytes as {paper_id}",
    DocumentReason.WITHDRAWN: "withdrawn, as arXiv has it ({arxiv_id})",
    DocumentReason.DAMAGED: "its bytes are no longer stored as they were fetched; it is read when they come again",
}

WANTED: dict[WantedReason, str] = {
    WantedReason.WATCH_LIST: "watch list",
    WantedReason.NAMES_BENCHMARKS: "names {benchmarks}",
    WantedReason.RECORDED: "{detail}",
}

ROWS: dict[RowDoubt, str] = {
    RowDoubt.NO_MODEL: "the row names no model",
    RowDoubt.NO_CHIP: "the row names no chip",
    RowDoubt.NAME_NOT_JOINABLE: "nothing of the name {name!r} can be joined",
    RowDoubt.NAME_TWICE: "{rows} rows have the name {name}",
    RowDoubt.NO_NUMBER: "{column}: {text!r} is no number",
    RowDoubt.NOT_ABOVE_ZERO: "{column}: {amount:g} is not above zero",
    RowDoubt.NO_DATE: "{column} {text!r} is no date",
    RowDoubt.NO_YEAR: "Year {text!r} is no year",
    RowDoubt.PRICE_WITHOUT_DATE: "the price has no date ({text!r})",
    RowDoubt.MARKED_WRONG: "Epoch marks the row as wrong",
    RowDoubt.UNKNOWN_CONFIDENCE: "the confidence word {word!r} is new; add it to schemas/fields/collected.py",
    RowDoubt.SHARE_ABOVE_ONE: "{column} {share:g} is above 1: a percentage?",
    RowDoubt.OUTSIDE_OWN_BOUNDS: "{flop:g} FLOP lie outside their own bounds ({lower:g} to {upper:g})",
    RowDoubt.GRID_OUT_OF_RANGE: "{grams:g} g CO2e/kWh lies outside 0 to {greatest:g}",
    RowDoubt.SCORE_NO_NUMBER: "{text!r} is not one number",
    RowDoubt.SCORE_RANGE: "{text!r} is a range",
    RowDoubt.SCORE_MAY_BE_FRACTION: "{text!r} in a column of percent may be a fraction",
    RowDoubt.SCORE_OUT_OF_RANGE: (
        "{value} is no {metric} on {benchmark}: outside {lower:g} to {upper:g}; another metric or unit?"
    ),
    RowDoubt.ROW_CONTRADICTS_ITSELF: "the row contradicts itself: {figures}",
    RowDoubt.SEVERAL_FIGURES: "one name has several figures here: {figures}",
    RowDoubt.TOTAL_NO_NUMBER: "{column} holds {text!r}, which is no number",
    RowDoubt.TOTAL_NOT_ABOVE_ZERO: "{column} is {total:g}",
}

HANDS: dict[HandReason, str] = {
    HandReason.REJECTED: "rejected by hand: {detail}",
    HandReason.STALE: (
        "the correction of {quantity} {reported}{model} in {paper_id}, page {page}, meets no claim that is read there"
        " now: look at the page again, then mend or remove its line in corrections.csv (claim {claim})"
    ),
}
