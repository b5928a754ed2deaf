"""All files of the site, made from the published tables alone: same tables, same bytes."""

from tasks.publish.published import Published
from tasks.publish.site import benchmark_pages, changes, documents, explore, forecasts, home, model_pages, story
from tasks.publish.site.frame import Frame, assets

_PAGES = (
    home.pages,
    story.pages,
    benchmark_pages.pages,
    model_pages.pages,
    explore.pages,
    forecasts.pages,
    documents.pages,
    changes.pages,
)
"""The page makers; each returns files by their path from the site's root."""


def build_site(published: Published) -> dict[str, bytes]:
    """Every file of the site by its path from the site's root, as `benchmark/coco.html`."""
    frame = Frame(date=published.date, what_if=published.assumed)
    files = assets()
    for pages in _PAGES:
        files |= pages(published, frame)
    return files
