"""One paper under two ids."""

import pytest

from tasks.names.papers import NamedPaper, arxiv_papers, stamped_id

TITLE = "MLP-Mixer: An all-MLP Architecture for Vision"


@pytest.mark.parametrize(
    ("page", "arxiv_id"),
    [
        ("Deep Residual Learning\narXiv:1512.03385v1 [cs.CV] 10 Dec 2015\nAbstract", "1512.03385v1"),
        ("arXiv:2105.01601v4  [cs.CV]  11 Jun 2021", "2105.01601v4"),
        ("  arXiv:1409.1556v6 [cs.CV] 10 Apr 2015", "1409.1556v6"),
        ("arXiv:cs/0309136v1 [cs.CL] 2 Sep 2003", "cs/0309136v1"),
        ("arXiv:1502.01852 [cs.CV] 6 Feb 2015", "1502.01852"),
        # A reference, a sentence, two stamps, no id.
        ("[12] K. He. Deep residual learning. arXiv:1512.03385, 2015.", None),
        ("arXiv preprint arXiv:1512.03385, 2015.", None),
        ("as in arXiv:1512.03385v1 [cs.CV] 10 Dec 2015", None),
        ("arXiv:1512.03385v1 [12] and others", None),
        ("arXiv:1512.03385v1 [cs.CV] 10 Dec 2015\narXiv:1409.1556v6 [cs.CV] 10 Apr 2015", None),
        ("arXiv:1513.03385v1 [cs.CV] 10 Dec 2015", None),
        ("", None),
    ],
)
def test_the_stamp_of_a_first_page(page, arxiv_id):
    assert stamped_id(page) == arxiv_id


def test_a_stamp_tells_the_paper_whatever_the_file_is_called():
    assert arxiv_papers([NamedPaper("mixer final", "2105.01601v4", "Draft")]) == {"mixer final": "2105.01601"}


@pytest.mark.parametrize("title", [TITLE, TITLE.upper(), "MLP Mixer -- An all MLP architecture for vision."])
def test_a_title_tells_the_paper_where_another_source_knows_it(title):
    papers = [NamedPaper("mlpmixer", None, title), NamedPaper("2105.01601", None, TITLE)]
    assert arxiv_papers(papers) == arxiv_papers(papers[::-1]) == {"mlpmixer": "2105.01601"}


@pytest.mark.parametrize(
    "papers",
    [
        [NamedPaper("mlpmixer", None, TITLE)],
        [NamedPaper("mlpmixer", None, None), NamedPaper("2105.01601", None, None)],
        [NamedPaper("mlpmixer", None, "Deep learning"), NamedPaper("1404.7828", None, "Deep learning")],
        # Two papers of one title: neither is meant more than the other.
        [
            NamedPaper("mlpmixer", None, TITLE),
            NamedPaper("2105.01601", None, TITLE),
            NamedPaper("2105.02723", None, TITLE),
        ],
        # Another file's name is no id to go by.
        [NamedPaper("mlpmixer", None, TITLE), NamedPaper("mixer copy", None, TITLE)],
        [NamedPaper("2105.01601", "2105.01601v4", TITLE)],
    ],
)
def test_without_a_sure_sign_a_paper_keeps_its_id(papers):
    assert arxiv_papers(papers) == {}


def test_the_stamp_comes_before_the_title():
    papers = [NamedPaper("mixer", "2105.02723v1", TITLE), NamedPaper("2105.01601", None, TITLE)]
    assert arxiv_papers(papers) == {"mixer": "2105.02723"}
