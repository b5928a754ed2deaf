"""arXiv's identifiers: ids and addresses that mean a paper, and those that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.names.arxiv_ids import arxiv_identity, first_year, parse_id, versioned


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("1512.03385", ("1512.03385", None)),
        (" 1512.03385v2\n", ("1512.03385", 2)),
        ("0704.0001v12", ("0704.0001", 12)),
        ("cs/0112017", ("cs/0112017", None)),
        ("hep-th/9901001v3", ("hep-th/9901001", 3)),
        ("math.GT/0309136", ("math/0309136", None)),
        ("arXiv:1512.03385v1", ("1512.03385", 1)),
        ("http://arxiv.org/abs/1512.03385v1", ("1512.03385", 1)),
        ("https://arxiv.org/pdf/1512.03385v2.pdf", ("1512.03385", 2)),
        ("https://www.arxiv.org/pdf/1512.03385", ("1512.03385", None)),
        ("https://export.arxiv.org/abs/cs/0112017v1", ("cs/0112017", 1)),
        ("https://arxiv.org/abs/cs%2F0112017", ("cs/0112017", None)),
        ("https://arxiv.org/abs/2010.11929?context=cs.AI", ("2010.11929", None)),
        ("https://arxiv.org/abs/2010.11929#comments", ("2010.11929", None)),
        ("https://ar5iv.labs.arxiv.org/html/2010.11929", ("2010.11929", None)),
        ("//arxiv.org/abs/2010.11929/", ("2010.11929", None)),
        ("arxiv.org/abs/2010.11929", ("2010.11929", None)),
        ("https://arxiv.org/ftp/arxiv/papers/1512/1512.03385.pdf", ("1512.03385", None)),
        ("HTTPS://ARXIV.ORG/ABS/2010.11929", ("2010.11929", None)),
        ("https://doi.org/10.48550/arXiv.2010.11929", ("2010.11929", None)),
        ("10.48550/arXiv.2010.11929", ("2010.11929", None)),
        ("oai:arXiv.org:cs/0112017", ("cs/0112017", None)),
        ("https://arxiv.org/list/cs.CV/2010", None),
        ("https://arxiv.org/abs/0112017", None),
        ("https://arxiv.org/", None),
        ("https://notarxiv.org/abs/2010.11929", None),
        ("https://arxiv.org.example.com/abs/2010.11929", None),
        ("https://huggingface.co/papers/2010.11929", None),
        ("https://example.com/?url=https://arxiv.org/abs/2010.11929", None),
        ("https://openaccess.thecvf.com/content/2010.11929.pdf", None),
        ("1512.033", None),
        ("1512.0338", None),  # five digits since 2015
        ("1412.03385", None),  # four until then
        ("0703.0001", None),  # the scheme began in April 2007
        ("1513.03385", None),
        ("1512.033851", None),
        ("1512.03385v0", None),
        ("1512.03385v", None),
        ("١٥١٢.٠٣٣٨٥", None),  # digits, but not arXiv's
        ("../etc/0112017", None),
        ("vision/0112017", None),
        ("see 1512.03385", None),
        ("", None),
    ],
)
def test_ids_and_addresses(text, identity):
    assert arxiv_identity(text) == identity


def test_a_bare_id_is_nothing_but_an_id():
    assert parse_id("1512.03385v1") == ("1512.03385", 1)
    assert parse_id("arXiv:1512.03385") is None
    assert parse_id(" 1512.03385") is None


months = st.integers(1, 12).map("{:02d}".format)
numbers = st.integers(0, 99_999)
new_ids = st.builds("{:02d}{}.{:05d}".format, st.integers(15, 99), months, numbers)
archives = st.sampled_from(["cs", "cmp-lg", "hep-th", "quant-ph"])
old_years = st.sampled_from(["91", "99", "00", "06"])
old_ids = st.builds("{}/{}{}{:03d}".format, archives, old_years, months, st.integers(0, 999))
wrappings = st.sampled_from(
    ["{}", "arXiv:{}", "http://arxiv.org/abs/{}", "https://export.arxiv.org/pdf/{}.pdf", "https://arxiv.org/pdf/{}#p=2"]
)


@given(new_ids | old_ids, st.none() | st.integers(1, 999), wrappings)
def test_every_id_is_found_in_every_wrapping(paper_id, version, wrapping):
    text = wrapping.format(versioned(paper_id, version) if version else paper_id)
    assert arxiv_identity(text) == (paper_id, version)


@given(new_ids | old_ids)
def test_the_year_is_that_of_the_id(paper_id):
    two_digits = paper_id.rpartition("/")[2][:2]
    assert 1991 <= first_year(paper_id) <= 2090 and str(first_year(paper_id)).endswith(two_digits)


@pytest.mark.slow
@given(st.text())
def test_any_text_gives_an_id_or_none_and_what_is_found_is_an_id(text):
    identity = arxiv_identity(text)
    assert identity is None or parse_id(identity[0]) == (identity[0], None)


def test_what_is_no_id_has_no_year():
    with pytest.raises(ValueError, match=r"'resnet' is no arXiv id"):
        first_year("resnet")
