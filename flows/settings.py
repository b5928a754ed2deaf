"""Settings of a run, in one place: from the environment (DIMINISHING_...), else these defaults."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set once for all runs; what a single run is about is a parameter of its flow."""

    model_config = SettingsConfigDict(env_prefix="DIMINISHING_")

    home: Path = Field(Path("data"), description="document store, working warehouse and releases")
    chunk_size: int = Field(50, ge=1, description="documents in one chunk: one task run, one transaction")
    workers: int = Field(2, ge=1, description="documents read side by side")
    document_seconds: float = Field(240, gt=0, description="time one document may take, in seconds")
    document_memory_gib: float = Field(4, gt=0, description="memory one document may take, in GiB")
    max_failure_rate: float = Field(0.5, ge=0, le=1, description="share of unreadable documents that fails a run")
    min_documents_for_rate: int = Field(20, ge=1, description="documents from which on that share counts")
