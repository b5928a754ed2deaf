"""Whether a paper's comment or abstract announces that it was withdrawn.

arXiv keeps the record of a withdrawn paper; the announcement stands in the comments or replaces the abstract, in many
tenses and voices. Papers *about* withdrawing things use the same words further on in their abstracts, and a paper
withdrawn from a conference is still a paper: so only the start of an abstract and of a comment's sentences counts, and
"withdrawn from" only where it is said to be from arXiv or from consideration.
"""

import re

_THING = r"(?:e-?print|preprint|paper|submissions?|manuscript|article|work)"
_WITHDRAWN = (
    r"withdrawn\b(?!\s+(?:submission|paper))(?!\s+from\b(?!\s+(?:the\s+)?(?:arxiv|consideration|public|circulation)))"
)
_NOTICE = re.compile(
    r"[\s\[(*\-–—]*(?:arxiv admin(?:istrat(?:ors?|ion))?(?: note)?:\s*)?(?:"
    rf"(?:(?:this|the(?: following| present)?|our)\s+)?(?:arxiv\s+)?{_THING}\s+"
    rf"(?:(?:is|was|has|have|had|been|being|now|hereby|temporarily)\s+)*{_WITHDRAWN}"
    rf"|(?:the\s+|all\s+)?authors?\s+(?:(?:has|have|had|now|hereby)\s+)*(?:withdrawn|withdrew|withdraws?)\s+"
    rf"(?:this|the|our)\s+{_THING}"
    r"|withdrawn(?=\s*(?:$|[.,;:!)\]\-–—])|\s+(?:by|for|due|because|as|pending|per|owing)\b))",
    re.IGNORECASE,
)


def announces_withdrawal(comment: str | None, abstract: str | None) -> bool:
    """Whether the comment, in any of its sentences, or the abstract, in its first words, says that it was withdrawn."""
    sentences = re.split(r"[.;]\s+|\n", comment or "")
    return any(_NOTICE.match(text) for text in [*sentences, abstract or ""])
