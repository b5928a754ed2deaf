"""The first page: the question, today's answer with its doubt, the article's figure redrawn, what changed."""

from tasks.publish.published import Published
from tasks.publish.site.answer import images, language_models
from tasks.publish.site.changes import changes
from tasks.publish.site.frame import Frame
from tasks.publish.site.redrawn import by_compute, by_year

DESCRIPTION = "What the next point of deep-learning accuracy costs in computing power, money, energy and carbon."


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The first page with its charts."""
    answer = images(published)
    charts = [by_year(published, answer), by_compute(published, answer)] if answer else []
    page = frame.page(
        "index.html",
        "home.html.j2",
        title="What does the next step in AI accuracy cost?",
        description=DESCRIPTION,
        images=answer,
        language=language_models(published),
        cost_year=published.assumptions.get("cost_year_of_target"),
        charts=charts,
        changes=changes(published),
    )
    files = {"index.html": page}
    for chart in charts:
        files |= chart.files()
    return files
