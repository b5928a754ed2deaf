"""Settings: the environment before the file before the defaults, and addresses in one place."""

import pytest
from pydantic import ValidationError

from flows.settings import Settings
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
    with pytest.raises(ValueError, match="known are arxiv_api"):
        Settings().base_addresses()


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


def test_a_key_that_is_no_setting_is_refused(monkeypatch, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("limits = 7\n")
    monkeypatch.setenv("DIMINISHING_SETTINGS", str(file))
    with pytest.raises(ValidationError, match="limits"):
        Settings()
