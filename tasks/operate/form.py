"""The form of a home: a newer one than this code knows is refused before anything is touched.

    HOME/.form    its number

The number is raised when code of before would misread what a home keeps and cannot make anew: sidecars, records of
papers, run records, the ledger. A home of an older form is brought up to date by the run that takes it up.
"""

from pathlib import Path

from schemas.errors import OperatorError
from tasks.storage.store import NO_FILE, atomic_write
from warehouse.aside import set_aside

LOCK = ".lock"
"""The file that the run which holds a home has locked, with its process id."""

FORM = 1
_FORM_FILE = ".form"


class NotReady(OperatorError):
    """A run may not begin in a home; the message says why, and what to do. Nothing was touched."""


def check_form(home: Path) -> None:
    """Refuse a home of a newer form.

    Raises:
        NotReady: it is of a newer form.
    """
    found = form_of(home)
    if found > FORM:
        raise NotReady(
            f"{home} was written by a newer version of the code (form {found}; this one knows {FORM}): update the"
            " checkout, or name another --home. Nothing was touched"
        )


def form_of(home: Path) -> int:
    """Number of a home's form; 0 where it says none that can be read."""
    try:
        return int((home / _FORM_FILE).read_text(encoding="ascii"))
    except (FileNotFoundError, NotADirectoryError, ValueError, *NO_FILE):
        return 0


def note_form(home: Path) -> None:
    """Write that the home is of the present form. A file that says none is set aside."""
    path = home / _FORM_FILE
    if (found := form_of(home)) == FORM:
        return
    if not found and path.exists():
        set_aside(path, "it is no number")
    with atomic_write(path) as out:
        out.write(f"{FORM}\n".encode())
