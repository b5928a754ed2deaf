"""Settings: the environment before the file before the defaults, and addresses in one place."""

import gc
from collections.abc import Callable
from pathlib import Path
from weakref import ref

import pytest
import typer

from flows.cli.options import home_of, kind_of
from flows.parameters import Day
from flows.settings import Settings, SettingsError
from tasks.sources.addresses import Addresses


def test_the_defaults_are_the_live_web_and_arxiv_is_asked_every_three_seconds():
    settings = Settings()
    assert settings.base_addresses() == Addresses()
    assert dict(settings.web_limits().host_intervals) == {"export.arxiv.org": 3, "oaipmh.arxiv.org": 3}
    assert settings.web_limits().allow_private == ()


def test_one_line_points_every_source_to_a_mirror_which_may_be_private(monkeypatch):
    monkeypatch.setenv("DIMINISHING_MIRROR", "http://127.0.0.1:8000/")
    settings = Settings()
    assert settings.base_addresses().arxiv_api == "http://127.0.0.1:8000/export.arxiv.org/api/query"
    assert settings.base_addresses().study_data.startswith("http://127.0.0.1:8000/raw.githubusercontent.com/")
    assert settings.base_addresses().study_data.endswith("/data/")
    assert settings.web_limits().allow_private == ("127.0.0.1:8000",)


def test_one_address_can_be_another_and_a_mistyped_one_is_refused(monkeypatch):
    monkeypatch.setenv("DIMINISHING_ADDRESSES__OWID_CARBON", "https://example.org/grid.csv")
    assert Settings().base_addresses().owid_carbon == "https://example.org/grid.csv"
    monkeypatch.setenv("DIMINISHING_ADDRESSES__OWID", "https://example.org/")
    with pytest.raises(SettingsError, match="did you mean owid_carbon"):
        Settings()


def test_the_environment_goes_before_the_file(monkeypatch, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text(
        'contact = "ops@example.org"\nlimit = 7\n\n[addresses]\nowid_carbon = "https://example.org/g.csv"\n'
    )
    monkeypatch.setenv("DIMINISHING_SETTINGS", str(file))
    monkeypatch.setenv("DIMINISHING_LIMIT", "9")
    settings = Settings()
    assert (settings.contact, settings.limit) == ("ops@example.org", 9)
    assert "ops@example.org" in settings.web_limits().user_agent
    assert settings.base_addresses().owid_carbon == "https://example.org/g.csv"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ALLOW_PRIVATE", "true", ["DIMINISHING_ALLOW_PRIVATE='true'", "must be JSON"]),
        ("ALLOW_PRIVATE", '["127.0.0.1"', ["DIMINISHING_ALLOW_PRIVATE", "must be JSON"]),
        ("OFFLINE", "perhaps", ["DIMINISHING_OFFLINE='perhaps'", "boolean"]),
        ("WORKERS", "0", ["DIMINISHING_WORKERS='0'", "greater than or equal to 1"]),
        ("CONTACT", "Zoë", ["DIMINISHING_CONTACT"]),
        ("MIRROR", "localhost:8000", ["'localhost:8000' is no http or https address"]),
        ("CONTCT", "me", ["DIMINISHING_CONTCT is no setting", "did you mean DIMINISHING_CONTACT?"]),
        ("KEP", "3", ["DIMINISHING_KEP is no setting", "known are DIMINISHING_ADDRESSES, "]),
        ("CONTACT", "a\nb", ["printable ASCII"]),
        ("ALERTS", "mailto://me:secret@x", ["DIMINISHING_ALERTS=…", "jsons://hooks.example.org/path"]),
        ("ADDRESSES", "x", ["DIMINISHING_ADDRESSES='x'", '{"owid_carbon": "https://example.org/"}']),
        ("ADDRESSES__OWID_CARBN", "https://x.org", ["did you mean owid_carbon?"]),
        ("ADDRESSES__OWID_CARBON", "here", ["owid_carbon: 'here' is no http or https address"]),
        ("STORE", "s4://bucket", ["store is 's4://bucket'", "begin with s3:// or file://"]),
        ("STORE", "/mnt/copy", ["store is '/mnt/copy'", "begin with s3:// or file://"]),
        ("SETTINGS", "no/such.toml", ["DIMINISHING_SETTINGS=no/such.toml", "no such file"]),
    ],
)
def test_what_is_mistaken_in_the_environment_is_told_in_one_line(name, value, words, monkeypatch):
    monkeypatch.setenv(f"DIMINISHING_{name}", value)
    told = refusal()
    assert all(word in told for word in words), told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limits = 7", ["settings.toml: limits is no setting", "limit?"]),
        ("limit = =", ["settings.toml cannot be read", "line 1"]),
        (f"allow_private = {'[' * 100_000}", ["settings.toml cannot be read", "recursion"]),
        ('limit = "few"', ["settings.toml: limit='few'", "integer"]),
        ("allow_private = true", ["settings.toml: allow_private=True", "list"]),
        (
            '[addresses]\nowid = "https://example.org/"',
            ["no source has an address named owid;", "owid_carbon?"],
        ),
    ],
)
def test_what_is_mistaken_in_the_file_is_told_in_one_line(text, words, monkeypatch, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text(text)
    monkeypatch.setenv("DIMINISHING_SETTINGS", str(file))
    told = refusal()
    assert all(word in told for word in words), told


def refusal() -> str:
    with pytest.raises(SettingsError) as refused:
        Settings()
    told = str(refused.value)
    assert "\n" not in told
    return told


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_what_is_no_file_in_the_place_of_the_file_is_not_passed_over(make, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "diminishing.toml")
    assert refusal() == "diminishing.toml: it is no file"


def test_no_file_and_an_empty_name_of_one_are_no_mistake(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIMINISHING_SETTINGS", "")
    assert Settings().limit == 300


def test_lists_in_the_environment_are_json(monkeypatch):
    monkeypatch.setenv("DIMINISHING_ALLOW_PRIVATE", '["mirror.local", "127.0.0.1:8000"]')
    assert Settings().allow_private == ["mirror.local", "127.0.0.1:8000"]


def test_a_setting_that_is_none_is_refused_before_a_run_also_where_the_home_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("DIMINISHING_CONTACTS", "me@example.org")
    with pytest.raises(SettingsError, match="did you mean DIMINISHING_CONTACT"):
        home_of(tmp_path)


@pytest.mark.parametrize("refused", [Settings, lambda: kind_of(Day)("2999-01-01")])
def test_what_held_a_refusal_is_freed(refused, monkeypatch):
    """The garbage collector cannot look into pydantic's errors: what they refer to in a circle would stay for ever."""
    monkeypatch.setenv("DIMINISHING_DASK_ADDRESS", "tcp://127.0.0.1:8786")

    class Held:
        pass

    def hold(check: Callable[[], object]) -> "ref[Held]":
        held = Held()
        try:
            check()
        except (SettingsError, typer.BadParameter) as error:
            seen = error  # noqa: F841 - the circle: an error, its traceback, this frame
        return ref(held)

    held = hold(refused)
    gc.collect()
    assert held() is None
