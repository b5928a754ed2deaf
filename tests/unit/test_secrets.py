"""Passwords in the addresses that an operator sets stand in no message, no run record and no refusal."""

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.errors import NoAnswer, OperatorError
from flows.server import named_server
from flows.settings import Settings, SettingsError
from tasks.http import Refused
from tasks.http.addresses import parse
from tasks.load.runs import Run
from tasks.storage.mirror import Mirror, StoreFails

PASSWORD = "hush-%2F-hush"
LOGIN = f"jane:{PASSWORD}"


def test_a_server_that_does_not_answer_is_named_without_its_login():
    url = f"http://{LOGIN}@127.0.0.1:9/api"
    with temporary_settings({PREFECT_API_URL: url}), pytest.raises(NoAnswer) as told:
        named_server()
    assert "http://…@127.0.0.1:9/api does not answer" in str(told.value)
    assert PASSWORD not in str(told.value)


@pytest.mark.parametrize("name", ["MIRROR", "ADDRESSES__OWID_CARBON", "STORE", "DASK_ADDRESS", "CONTACT"])
@pytest.mark.parametrize("scheme", ["https", "ftp", "nonsense"])
def test_settings_show_no_login(name, scheme, monkeypatch):
    monkeypatch.setenv(f"DIMINISHING_{name}", f"{scheme}://{LOGIN}@example.org/x")
    try:
        Settings().base_addresses()
    except SettingsError as refusal:
        assert PASSWORD not in str(refusal)


@pytest.mark.parametrize("scheme", ["https", "ftp"])
def test_an_address_of_a_source_is_refused_without_its_login(scheme):
    with pytest.raises(Refused) as told:
        parse(f"{scheme}://{LOGIN}@example.org/x")
    assert PASSWORD not in str(told.value)


def test_a_store_that_fails_is_named_without_its_login(tmp_path):
    with pytest.raises(StoreFails) as told:
        Mirror(f"nonsense://{LOGIN}@store.example/x").push(tmp_path, ())
    assert PASSWORD not in str(told.value)


@pytest.mark.parametrize("kind", [OSError, OperatorError, ValueError])
def test_a_run_record_shows_no_login(kind):
    run = Run("nightly", {})
    run.end(kind(f"no route from postgresql+asyncpg://{LOGIN}@10.0.0.7:5432/prefect to https://example.org/a@b"))
    assert PASSWORD not in (run.reason or "")
    assert "postgresql+asyncpg://…@10.0.0.7:5432/prefect to https://example.org/a@b" in (run.reason or "")
