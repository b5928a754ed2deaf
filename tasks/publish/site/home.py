"""The first page: the question, today's answer and how sure it is."""

from tasks.publish.published import Published
from tasks.publish.site.frame import Frame


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The first page with its charts."""
    return {
        "index.html": frame.page(
            "index.html",
            "home.html.j2",
            title="What does the next point of accuracy cost?",
            description="What the next point of deep-learning accuracy costs in computing power, money and carbon.",
        )
    }
