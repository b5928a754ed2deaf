"""What the parameters of the flows may be, wherever they enter: the command line, a deployment, Prefect's page.

The flows' signatures carry these types: Prefect validates by them, and so does the command line.
"""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tasks.provenance.versions import ROOT


def _papers(path: Path) -> Path:
    if path.parts and path.parts[0] in ("http:", "https:"):
        raise ValueError("an address is not read: download the PDFs, and name the folder or one of them")
    if path.is_file() and path.suffix.lower() == ".pdf":
        return _file(path)
    return _readable(path, "folder and no PDF", path.is_dir(), os.R_OK | os.X_OK)


def _file(path: Path) -> Path:
    return _readable(path, "file", path.is_file(), os.R_OK)


def _readable(path: Path, what: str, is_there: bool, access: int) -> Path:
    if not is_there:
        raise ValueError(f"there is no {what} {path.resolve()}")
    if not os.access(path, access):
        raise ValueError(f"{path.resolve()} may not be read")
    return path.resolve()


def has_come(day: date) -> date:
    """A day that has come, by UTC.

    Raises:
        ValueError: it is still to come.
    """
    if day > datetime.now(UTC).date():
        raise ValueError(f"{day} is still to come: `latest` would stand there until then")
    return day


Papers = Annotated[Path, AfterValidator(_papers), Field(description="a folder or a PDF that is there and may be read")]
File = Annotated[Path, AfterValidator(_file), Field(description="a file that is there and may be read")]
Place = Annotated[Path, AfterValidator(Path.resolve), Field(description="a folder, made where it is not there")]
Day = Annotated[date, AfterValidator(has_come), Field(description="a day that has come, by UTC")]
AtLeastZero = Annotated[int, Field(ge=0)]
AtLeastOne = Annotated[int, Field(ge=1)]
Level = Annotated[float, Field(gt=0, lt=1, description="a share: 0.9 for intervals that should hold in 90 of 100")]
PoolType = Literal["process", "docker", "kubernetes"]
"""Where the runs of a work pool happen."""


def enter_checkout() -> dict[str, str]:
    """Where a deployed run works: in the worker's checkout, not in the temporary folder that it is started in."""
    return {"directory": str(ROOT)}
