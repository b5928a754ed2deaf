"""arXiv's query language, as far as its user manual tells it: fields, phrases, AND, OR, ANDNOT, brackets, dates.

Words match whole, without regard to case; `CIFAR-10` is the phrase of two words. Two terms without an operator between
them are joined by OR, as Lucene does. AND binds closer than OR.
"""

import re
from collections.abc import Callable

from tests.live.catalogue import Paper

Test = Callable[[Paper], bool]

_TOKENS = re.compile(r"""\(|\)|(?:\w+:)?"[^"]*"|\w+:\[[^\]]*\]|[^\s()]+""")
_FIELDS: dict[str, Callable[[Paper], str]] = {
    "ti": lambda paper: paper.title,
    "abs": lambda paper: paper.abstract,
    "au": lambda paper: " ; ".join(paper.authors),
    "co": lambda paper: paper.comment or "",
}


class BadQuery(ValueError):
    """The query is not of the language; the message says where."""


def parse(query: str) -> Test:
    """The test that a paper passes if the query matches it.

    Raises:
        BadQuery: a bracket without its partner, an operator without its term, an unknown field or date.
    """
    tokens = _TOKENS.findall(query)[::-1]
    test = _either(tokens)
    if tokens:
        raise BadQuery(f"unexpected {tokens[-1]!r} in the search query")
    return test


def _either(tokens: list[str]) -> Test:
    tests = [_both(tokens)]
    while tokens and tokens[-1] != ")":
        if tokens[-1] == "OR":
            tokens.pop()
        tests.append(_both(tokens))
    return lambda paper: any(test(paper) for test in tests)


def _both(tokens: list[str]) -> Test:
    tests = [_term(tokens)]
    while tokens and tokens[-1] in ("AND", "ANDNOT"):
        negate = tokens.pop() == "ANDNOT"
        tests.append(_negated(_term(tokens)) if negate else _term(tokens))
    return lambda paper: all(test(paper) for test in tests)


def _negated(test: Test) -> Test:
    return lambda paper: not test(paper)


def _term(tokens: list[str]) -> Test:
    if not tokens or tokens[-1] in ("AND", "OR", "ANDNOT", ")"):
        raise BadQuery("a term is missing in the search query")
    token = tokens.pop()
    if token == "(":
        test = _either(tokens)
        if not tokens or tokens.pop() != ")":
            raise BadQuery("a bracket is not closed in the search query")
        return test
    name, colon, value = token.partition(":")
    return _field_test(name, value) if colon else _field_test("all", token)


def _field_test(name: str, value: str) -> Test:
    if name == "cat":
        return lambda paper: any(_category_matches(value.strip('"'), c) for c in paper.categories)
    if name == "id":
        return lambda paper: paper.paper_id == value.strip('"')
    if name in ("submittedDate", "lastUpdatedDate"):
        return _date_test(name, value)
    if name not in _FIELDS and name != "all":
        raise BadQuery(f"unknown field {name!r} in the search query")
    reads = list(_FIELDS.values()) if name == "all" else [_FIELDS[name]]
    phrase = _words(value)
    return lambda paper: any(phrase in _words(read(paper)) for read in reads)


def _words(text: str) -> str:
    """Words between single blanks, with one before and after: whole words and phrases are then substrings."""
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])


def _category_matches(wanted: str, category: str) -> bool:
    return category.startswith(wanted[:-1]) if wanted.endswith("*") else category == wanted


def _date_test(name: str, value: str) -> Test:
    """`[YYYYMMDDHHMM TO YYYYMMDDHHMM]`, both ends counted in; days without hours and minutes are taken, too."""
    found = re.fullmatch(r"\[(\d{8})(\d{4})? TO (\d{8})(\d{4})?\]", value)
    if not found:
        raise BadQuery(f"a date range must be [YYYYMMDDHHMM TO YYYYMMDDHHMM], not {value}")
    low, high = found[1] + (found[2] or "0000"), found[3] + (found[4] or "2359")

    def test(paper: Paper) -> bool:
        version = paper.versions[0] if name == "submittedDate" else paper.newest
        return low <= version.submitted.strftime("%Y%m%d%H%M") <= high

    return test
