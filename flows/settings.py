"""Settings of a run, in one place: from the environment (DIMINISHING_...), else a TOML file, else these defaults.

The file is `diminishing.toml` in the working folder, or the one that DIMINISHING_SETTINGS names; its keys are the
names below. The defaults are right for the live web; a mirror of one's own is one line.
"""

import importlib.metadata
import json
import os
from contextlib import suppress
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from flows.errors import Mistake
from schemas.suggestions import did_you_mean
from tasks.http import HttpError, HttpLimits
from tasks.http.addresses import parse
from tasks.sources.addresses import Addresses

ARXIV_HOSTS = ("export.arxiv.org", "oaipmh.arxiv.org")

_STORES = ("s3", "file")
_JSON_HOSTS = '["127.0.0.1:8000"]'
_JSON = {
    "addresses": '{"owid_carbon": "https://example.org/"}',
    "alerts": '["jsons://hooks.example.org/path"]',
}

_PREFIX = "DIMINISHING_"
_FILE = "DIMINISHING_SETTINGS"  # names the file, and is no setting itself


class SettingsError(Mistake):
    """Settings are not understood; the message says in one line which, where they stand and what they must be."""


class Settings(BaseSettings):
    """What an operator may set once for all runs; what a single run is about is a parameter of its flow."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", enable_decoding=False
    )

    home: Annotated[Path, Field(description="document store, working warehouse and releases")] = Path("data")
    strict: Annotated[bool, Field(description="a night that lost a source fails, when all else is done")] = False
    wait_seconds: Annotated[float, Field(ge=0, description="time to wait while another run holds the home")] = 0

    store: Annotated[
        str,
        Field(description="where documents, readings and releases are copied to, as s3://bucket/prefix; none: nowhere"),
    ] = ""

    # --- releases
    keep_releases: Annotated[
        int, Field(ge=0, description="newest releases that stay whole, older ones as Parquet; 0 leaves all whole")
    ] = 0
    keep_parquet: Annotated[
        int | None, Field(ge=0, description="older releases that `prune` leaves as Parquet; all where none is given")
    ] = None
    alerts: Annotated[list[SecretStr], Field(description="apprise's URLs that are told what to look at")] = []
    alert_every_night: Annotated[bool, Field(description="they are told how each night went, not only of trouble")] = (
        False
    )

    # --- what `status` holds for a problem
    stale_days: Annotated[int, Field(ge=1, description="days without a publication that ended well")] = 3
    source_nights: Annotated[int, Field(ge=1, description="nights on which a source was asked in vain")] = 3

    # --- running
    task_runner: Annotated[
        Literal["thread", "dask"], Field(description="where chunks of documents are read: here, or on a Dask cluster")
    ] = "thread"
    dask_address: Annotated[
        str,
        Field(description="the Dask scheduler, as tcp://host:8786, whose workers share the home; none: workers here"),
    ] = ""

    # --- reading
    chunk_size: Annotated[int, Field(ge=1, description="documents in one chunk: one task run, one transaction")] = 50
    workers: Annotated[int, Field(ge=1, description="documents read side by side")] = 2
    document_seconds: Annotated[float, Field(gt=0, description="time one document may take, in seconds")] = 240
    document_memory_gib: Annotated[float, Field(gt=0, description="memory one document may take, in GiB")] = 4
    max_failure_rate: Annotated[float, Field(ge=0, le=1, description="unreadable share that fails a run")] = 0.5
    min_documents_for_rate: Annotated[int, Field(ge=1, description="documents from which on that share counts")] = 20

    # --- the web
    offline: Annotated[bool, Field(description="ask nothing that needs a network, in every run")] = False
    contact: Annotated[str, Field(description="in the User-Agent, in ASCII: whom a host may ask")] = ""
    limit: Annotated[int, Field(ge=0, description="papers that one night fetches: 300 take arXiv's 15 minutes")] = 300
    max_row_loss: Annotated[float, Field(ge=0, le=1, description="share of a source's rows that may go at once")] = 0.5
    mirror: Annotated[str, Field(description="one address for all sources, with hosts as folders")] = ""
    addresses: Annotated[dict[str, str], Field(description="other base addresses, by name")] = {}
    interval_seconds: Annotated[float, Field(ge=0, description="between two requests to a host")] = 1
    arxiv_interval_seconds: Annotated[float, Field(ge=0, description="the same for arXiv, as its terms ask")] = 3
    connect_seconds: Annotated[float, Field(gt=0, description="to connect")] = 10
    read_seconds: Annotated[float, Field(gt=0, description="without a byte, before an answer is given up")] = 30
    total_seconds: Annotated[float, Field(gt=0, description="for one whole answer")] = 300
    attempts: Annotated[int, Field(ge=1, description="tries at one request")] = 4
    backoff_seconds: Annotated[float, Field(ge=0, description="before the second try; doubled for each after it")] = 1
    max_retry_after_seconds: Annotated[float, Field(ge=0, description="the longest wait that a host may ask")] = 120
    # arXiv sets this host aside for programs (its help on bulk data: "Play nice") and bars all crawlers of the web from
    # it in robots.txt; its own terms, one request in three seconds, are the ones that hold for us.
    robots_exempt: Annotated[tuple[str, ...], Field(description="hosts whose robots.txt is not fetched")] = (
        "export.arxiv.org",
    )
    obey_robots: Annotated[bool, Field(description="obey robots.txt")] = True
    allow_private: Annotated[list[str], Field(description="hosts that may have private addresses")] = []

    def __init__(self, **values: Any) -> None:
        """Read the settings.

        Raises:
            SettingsError: a name that is no setting, a value that is none, or a file that cannot be read.
        """
        _refuse_unknown_names()
        try:
            super().__init__(**values)
        except ValidationError as error:
            fault = "; ".join(_fault(e) for e in error.errors())
        except (OSError, RecursionError, ValueError) as error:
            fault = f"{_file()} cannot be read: {error}"
        else:
            return
        raise SettingsError(fault)  # not from pydantic's error: Python never frees what that refers to in a circle

    @field_validator("addresses", "robots_exempt", "allow_private", "alerts", mode="before")
    @classmethod
    def _decode(cls, value: Any, info: ValidationInfo) -> Any:
        """Lists and tables stand in the environment as JSON."""
        if not isinstance(value, str):
            return value
        with suppress(ValueError):
            decoded = json.loads(value)
            if isinstance(decoded, list | dict):
                return decoded
        raise ValueError(f"must be JSON, such as {_JSON.get(info.field_name or '', _JSON_HOSTS)}")

    @field_validator("contact")
    @classmethod
    def _check_contact(cls, value: str) -> str:
        if not (value.isascii() and value.isprintable()):
            raise ValueError("must be printable ASCII, as HTTP headers are")
        return value

    @model_validator(mode="after")
    def _check_addresses(self) -> Self:
        for name, address in {"mirror": self.mirror, **self.addresses}.items():
            try:
                if address:
                    parse(address)
            except HttpError as error:
                raise ValueError(f"{name}: {error}") from error
        self.base_addresses()
        return self

    @model_validator(mode="after")
    def _check_task_runner(self) -> Self:
        if self.dask_address and self.task_runner != "dask":
            raise ValueError("dask_address is set and task_runner is 'thread': set that to 'dask', or leave both out")
        if self.dask_address and not _is_at_port(self.dask_address):
            raise ValueError(f"dask_address is {self.dask_address!r}: must be as tcp://host:8786")
        if self.task_runner == "dask" and not find_spec("prefect_dask"):
            raise ValueError("task_runner is 'dask', and prefect-dask is not installed: pip install 'prefect-dask'")
        return self

    @model_validator(mode="after")
    def _check_store(self) -> Self:
        kind = urlsplit(self.store).scheme
        if self.store and kind not in _STORES:
            raise ValueError(f"store is {self.store!r}: must begin with {' or '.join(f'{s}://' for s in _STORES)}")
        if kind == "s3" and not find_spec("s3fs"):
            raise ValueError(f"store is {self.store!r}, and s3fs is not installed: pip install 's3fs'")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_file())

    def base_addresses(self) -> Addresses:
        """Where the sources are: the live web, the mirror, and what was named address by address.

        Raises:
            ValueError: an address with a name that no source has.
        """
        base = Addresses.under(self.mirror) if self.mirror else Addresses()
        return base.replaced(self.addresses)

    def web_limits(self) -> HttpLimits:
        """Bounds and manners of the web client. Hosts that the operator named may be private; no other may."""
        named = [self.mirror, *self.addresses.values()]
        private = (*self.allow_private, *(urlsplit(address).netloc for address in named if address))
        version = importlib.metadata.version("requests")
        return HttpLimits(
            **self.model_dump(include={f.name for f in fields(HttpLimits)} - {"allow_private"}),
            user_agent=f"diminishing-returns/0.1 ({self.contact or 'no contact set'}) python-requests/{version}",
            host_intervals=tuple((host, self.arxiv_interval_seconds) for host in ARXIV_HOSTS),
            allow_private=tuple(dict.fromkeys(private)),
        )


def _is_at_port(address: str) -> bool:
    """Whether an address names scheme, host and port."""
    try:
        parts = urlsplit(address)
        return bool(parts.scheme in ("tcp", "tls") and parts.hostname and parts.port)
    except ValueError:
        return False


def _file() -> Path:
    """The settings' file, which need not be there where the operator names none.

    Raises:
        SettingsError: the one that was named is not there, or what is there is no file.
    """
    named = os.environ.get(_FILE)
    file = Path(named or "diminishing.toml")
    if file.is_file() or not (named or os.path.lexists(file)):
        return file
    fault = "it is no file" if os.path.lexists(file) else "there is no such file"
    raise SettingsError(f"{f'{_FILE}=' if named else ''}{file}: {fault}")


def _refuse_unknown_names() -> None:
    """A mistyped name in the environment would be passed over in silence."""
    known = {_FILE, *(_PREFIX + field.upper() for field in Settings.model_fields)}
    for name in os.environ:
        setting = name.upper()
        if setting.startswith(_PREFIX) and setting not in known and not setting.startswith(f"{_PREFIX}ADDRESSES__"):
            fields = (n.removeprefix(_PREFIX).lower() for n in known)
            told = did_you_mean(setting.removeprefix(_PREFIX), fields, lambda field: _PREFIX + field.upper())
            raise SettingsError(f"{name} is no setting; {told}")


def _fault(error: ErrorDetails) -> str:
    """One line on one value: where it stands, what it is, what it must be."""
    must = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:
        return must
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return f"{_file()}: {name} is no setting; {did_you_mean(name, Settings.model_fields)}"
    in_environment = [n for n in os.environ if n.upper() == _PREFIX + name.upper()]
    where = in_environment[0] if in_environment else f"{_file()}: {name}"
    value = "…" if name == "alerts" else repr(error["input"])  # it may hold a password
    return f"{where}={value} is not understood: {must}"
