"""Settings of a run, in one place: from the environment (DIMINISHING_...), else these defaults."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set once for all runs; what a single run is about is a parameter of its flow."""

    model_config = SettingsConfigDict(env_prefix="DIMINISHING_")

    home: Annotated[Path, Field(description="document store, working warehouse and releases")] = Path("data")
    chunk_size: Annotated[int, Field(ge=1, description="documents in one chunk: one task run, one transaction")] = 50
    workers: Annotated[int, Field(ge=1, description="documents read side by side")] = 2
    document_seconds: Annotated[float, Field(gt=0, description="time one document may take, in seconds")] = 240
    document_memory_gib: Annotated[float, Field(gt=0, description="memory one document may take, in GiB")] = 4
    max_failure_rate: Annotated[float, Field(ge=0, le=1, description="unreadable share that fails a run")] = 0.5
    min_documents_for_rate: Annotated[int, Field(ge=1, description="documents from which on that share counts")] = 20
