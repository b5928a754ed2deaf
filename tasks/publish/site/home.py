"""The first page: the question, today's answer with its doubt, the article's figure redrawn, what changed."""

from tasks.publish.published import Published
from tasks.publish.site.answer import HeadlineAnswer, images, language_models
from tasks.publish.site.changes import BenchmarkChanges, FigureChange, changes
from tasks.publish.site.frame import Frame
from tasks.publish.site.headline_charts import error_by_compute, error_by_year

DESCRIPTION = "What the next point of deep-learning accuracy costs in computing power, money, energy and carbon."

CHANGES_SHOWN = 5
"""Most changes of headlines that the first page lists."""


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The first page with its charts."""
    answer, language, changed = images(published), language_models(published), changes(published)
    shown = changed.headlines[:CHANGES_SHOWN]
    charts = [error_by_year(published, answer), error_by_compute(published, answer)] if answer else []
    page = frame.page(
        "index.html",
        "home.html.j2",
        title="What does the next step in AI accuracy cost?",
        description=DESCRIPTION,
        images=answer,
        language=language,
        cost_year=published.assumptions.get("cost_year_of_target"),
        charts=charts,
        changes=changed,
        headlines=shown,
        tests_changed=_not_yet_described(shown, [a for a in (answer, language) if a and answer]),
    )
    files = {"index.html": page}
    for chart in charts:
        files |= chart.files()
    return files


def _not_yet_described(
    headlines: list[tuple[BenchmarkChanges, FigureChange]], answers: list[HeadlineAnswer]
) -> list[BenchmarkChanges]:
    """The benchmarks of changed headlines, each once, without those that the answers above have described."""
    described = {h.benchmark for answer in answers for h in answer.named}
    changed = {b.benchmark: b for b, _ in headlines}
    return [b for name, b in changed.items() if name not in described]
