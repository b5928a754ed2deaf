"""Codes of sources, documents and loading: what could not be had, what was set aside, and what is doubtful of a row."""

from enum import StrEnum


class DeferralReason(StrEnum):
    """Why something of a source did not come this time, or not as it should be."""

    UNREACHABLE = "unreachable"
    """The host does not answer, or asks to be left alone, or the run is offline."""
    REFUSED = "refused"
    """An answer came that may not be used: not found, forbidden, too large, of another kind."""
    CHANGED_FORM = "changed_form"
    """What came is not what the source served before, and cannot be read until somebody looks."""
    UNAVAILABLE = "unavailable"
    """Something on this machine is missing or cannot be read."""
    OLDER_COPY = "older_copy"
    """An older copy stands in for what could not be had."""
    FILES_UNREACHABLE = "files_unreachable"
    FILES_REFUSED = "files_refused"
    FILES_CHANGED_FORM = "files_changed_form"
    FILES_OLDER_COPY = "files_older_copy"
    """The same of some files of a source; its other files stand."""
    WATCH_LIST_INCOMPLETE = "watch_list_incomplete"
    HARVEST_INCOMPLETE = "harvest_incomplete"
    SEARCH_INCOMPLETE = "search_incomplete"
    DOCUMENTS_NOT_FETCHED = "documents_not_fetched"
    TOO_MANY_ROWS_GONE = "too_many_rows_gone"


class FetchReason(StrEnum):
    """Why an offered document was refused or deferred."""

    TOO_LARGE = "too_large"
    NOT_READABLE = "not_readable"
    CHANGED_WHILE_STORED = "changed_while_stored"
    REFUSED_BY_HOST = "refused_by_host"
    HOST_UNREACHABLE = "host_unreachable"
    WITHOUT_WEB = "without_web"


class DocumentReason(StrEnum):
    """Why a document's claims are not in the warehouse, or not all of them."""

    UNREADABLE = "unreadable"
    PAGES_LOST = "pages_lost"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    DAMAGED = "damaged"


class WantedReason(StrEnum):
    """Why a paper is selected."""

    WATCH_LIST = "watch_list"
    NAMES_BENCHMARKS = "names_benchmarks"
    RECORDED = "recorded"
    """A record of an earlier version of this program has its reason in words only."""


class RowDoubt(StrEnum):
    """What keeps a source's row out of the warehouse."""

    NO_MODEL = "no_model"
    NO_CHIP = "no_chip"
    NAME_NOT_JOINABLE = "name_not_joinable"
    NAME_TWICE = "name_twice"
    NO_NUMBER = "no_number"
    NOT_ABOVE_ZERO = "not_above_zero"
    NO_DATE = "no_date"
    NO_YEAR = "no_year"
    PRICE_WITHOUT_DATE = "price_without_date"
    MARKED_WRONG = "marked_wrong"
    UNKNOWN_CONFIDENCE = "unknown_confidence"
    SHARE_ABOVE_ONE = "share_above_one"
    OUTSIDE_OWN_BOUNDS = "outside_own_bounds"
    GRID_OUT_OF_RANGE = "grid_out_of_range"
    SCORE_NO_NUMBER = "score_no_number"
    SCORE_RANGE = "score_range"
    SCORE_MAY_BE_FRACTION = "score_may_be_fraction"
    SCORE_OUT_OF_RANGE = "score_out_of_range"
    ROW_CONTRADICTS_ITSELF = "row_contradicts_itself"
    SEVERAL_FIGURES = "several_figures"
    TOTAL_NO_NUMBER = "total_no_number"
    TOTAL_NOT_ABOVE_ZERO = "total_not_above_zero"


class HandReason(StrEnum):
    """What a correction by hand did to a claim, or could not do."""

    REJECTED = "rejected_by_hand"
    STALE = "stale_correction"
    """No claim is read any more that the correction could meet."""
