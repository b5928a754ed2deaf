"""What the parameters of the flows may be, wherever they enter: the command line, a deployment, Prefect's page.

The flows' signatures carry these types: Prefect validates by them, and so does the command line.
"""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tasks.provenance.versions import ROOT


def _readable_papers(papers: Path) -> Path:
    if papers.parts and papers.parts[0] in ("http:", "https:"):
        raise ValueError("an address is not read: download the PDFs, and name the folder or one of them")
    if papers.is_file() and papers.suffix.lower() == ".pdf":
        return _readable_file(papers)
    if not papers.is_dir():
        raise ValueError(f"there is no folder and no PDF {papers.resolve()}")
    if not os.access(papers, os.R_OK | os.X_OK):
        raise ValueError(f"the folder {papers.resolve()} may not be read")
    return papers.resolve()


def _readable_file(file: Path) -> Path:
    if not file.is_file():
        raise ValueError(f"there is no file {file.resolve()}")
    if not os.access(file, os.R_OK):
        raise ValueError(f"the file {file.resolve()} may not be read")
    return file.resolve()


def has_come(day: date) -> date:
    """A day that has come, by UTC.

    Raises:
        ValueError: it is still to come.
    """
    if day > datetime.now(UTC).date():
        raise ValueError(f"{day} is still to come: `latest` would stand there until then")
    return day


Papers = Annotated[
    Path, AfterValidator(_readable_papers), Field(description="a folder or a PDF that is there and may be read")
]
File = Annotated[Path, AfterValidator(_readable_file), Field(description="a file that is there and may be read")]
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
