"""The tasks that publish a release."""

import shutil
from pathlib import Path

from flows.runtime import task_logger
from flows.steps.task import Counts, step
from tasks.evaluate import ledger
from tasks.publish import changes, release, releases
from tasks.publish.releases import LATEST, REFUSED, RELEASES, prune_old_releases, read_published
from tasks.refresh import forecasts
from warehouse.working import open_working, working_file

FORECASTS = "forecasts.jsonl"


@step("compare with latest release", "warehouse", "release")
def unchanged_release(home: Path, date: str) -> Path | None:
    """The latest release, where nothing that it was made of has changed; what was refused before is then settled."""
    ledger.set_damaged_aside(home / FORECASTS)
    releases.set_damaged_aside(home / RELEASES, date)
    standing = release.unchanged_release(home, working_file(home), date, home / FORECASTS)
    if standing:
        shutil.rmtree(home / REFUSED, ignore_errors=True)
        task_logger().info("nothing that %s was made of has changed: it stands", standing)
    return standing


@step("check changes", "warehouse", "release")
def check_changes(home: Path, date: str, accept_changes: bool) -> None:
    """Refuse a release whose figures moved beyond tolerance, and lay it out beside the others for a person to look."""
    release.check_changes(working_file(home), home / RELEASES, home / REFUSED, date, accept_changes)


@step("record forecasts", "warehouse", "release")
def record_forecasts(home: Path, date: str) -> Counts:
    """What the estimates foretell beside what was published of old, and what became of that."""
    published = read_published(home / RELEASES / LATEST, "out_forecasts")
    with open_working(home) as warehouse:
        return dict(forecasts.keep_forecasts(warehouse, home / FORECASTS, date, published))


@step("write ledger", "warehouse", "release", retried=True)
def write_ledger(home: Path) -> None:
    """The forecasts of the release that was made into the ledger: what was not published is not kept."""
    file, is_lost = home / FORECASTS, not (home / FORECASTS).exists()
    with open_working(home, read_only=True) as warehouse:
        added = forecasts.write_ledger(warehouse, file)
    if added:
        task_logger().info("%s: %d forecasts added%s", file, added, " (it was not there)" if is_lost else "")


@step("publish release", "warehouse", "release", run_name="publish release {date}", retried=True)
def publish_release(home: Path, date: str, deferred: list[str]) -> release.Release:
    """The release of `date`, swapped in whole; of a what-if run, one beside the releases."""
    made = release.publish_at(home, working_file(home), date, deferred)
    task_logger().info("release %s %s", made.path, "made" if made.is_new else "is there already with the same content")
    return made


@step("tell changes", "release")
def changes_in_words(folder: Path) -> str:
    """A page on what a release changed since the last one."""
    return changes.changes_in_markdown(folder.name, read_published(folder, "out_changes"))


@step("compare headlines", "release")
def moved_headlines(before: Path, now: Path) -> list[str]:
    """A line for each headline that differs between two releases."""
    return changes.moved_headlines(*(read_published(folder, "out_headlines") for folder in (before, now)))


@step("thin releases", "release")
def thin_releases(home: Path, newest: int) -> None:
    """Leave of all but the newest releases only their Parquet files."""
    thinned = prune_old_releases(home / RELEASES, newest)
    if thinned:
        task_logger().info("kept as Parquet only from now on: %s", ", ".join(thinned))
