"""The tasks that copy a home to the store, and from it."""

from pathlib import Path

from flows.runtime import task_logger
from flows.steps.task import step
from tasks.storage import mirror


@step("restore home", "documents", "release", "network")
def restore_home(home: Path, store: str) -> None:
    """Fill an empty home from the store, if there is one."""
    if store and mirror.is_empty(home):
        task_logger().info("%d files taken from the store into an empty home", mirror.Mirror(store).pull(home))


@step("copy to store", "documents", "release", "network")
def copy_to_store(home: Path, store: str, parts: tuple[str, ...]) -> list[str]:
    """Copy what is new in a home to the store, if there is one; what fails is a line, and comes with the next run."""
    if not store:
        return []
    try:
        task_logger().info("%d files copied to the store", mirror.Mirror(store).push(home, parts))
    except mirror.StoreFails as error:
        line = f"deferred: not copied, and with the next run: {error}"
        task_logger().warning(line)
        return [line]
    return []
