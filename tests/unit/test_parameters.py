"""Parameters of the flows: refused wherever they enter, by the same bounds."""

import pytest
from prefect.exceptions import ParameterTypeError, SignatureMismatchError
from typer.testing import CliRunner

from flows import pipeline
from flows.cli import app

FLOWS = {name: getattr(pipeline, name) for name in ("nightly", "ingest", "backfill", "refresh", "publish")}


@pytest.mark.parametrize(
    ("flow", "parameters", "told"),
    [
        ("nightly", {"papers": "no/such/folder"}, "there is no folder and no PDF /"),
        ("ingest", {"papers": "/no/such/folder"}, "there is no folder and no PDF /no/such/folder"),
        ("ingest", {"papers": __file__}, "there is no folder and no PDF"),
        ("ingest", {"papers": "https://arxiv.org/pdf/1512.03385"}, "an address is not read: download"),
        ("nightly", {"limit": -1}, "greater than or equal to 0"),
        ("ingest", {"limit": -1}, "greater than or equal to 0"),
        ("ingest", {"limit": "many"}, "valid integer"),
        ("ingest", {"since": "yesterday"}, "valid date"),
        ("backfill", {"limit": 0}, "greater than or equal to 1"),
        ("refresh", {"confidence_level": 1.0}, "less than 1"),
        ("refresh", {"confidence_level": 0}, "greater than 0"),
        ("refresh", {"assumptions": ["pue"]}, "valid dictionary"),
        ("publish", {"date": "../2026"}, "valid date"),
        ("publish", {"date": "2026-02-30"}, "valid date"),
        ("publish", {"date": "2999-01-01"}, "still to come"),
    ],
)
def test_what_cannot_be_is_refused_when_a_run_begins(flow, parameters, told):
    with pytest.raises(ParameterTypeError, match=told):
        FLOWS[flow].validate_parameters(parameters)


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_a_mistyped_name_is_refused(flow):
    with pytest.raises(SignatureMismatchError, match="hoem"):
        flow.validate_parameters({"hoem": "data"})


def test_a_folder_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)  # root may read everything
    with pytest.raises(ParameterTypeError, match="may not be read"):
        FLOWS["ingest"].validate_parameters({"papers": str(tmp_path)})


def test_one_pdf_is_read_as_well_as_a_folder(tmp_path):
    paper = tmp_path / "my own paper.PDF"
    paper.touch()
    assert FLOWS["ingest"].validate_parameters({"papers": str(paper)})["papers"] == paper


def test_folders_are_known_by_their_whole_path(tmp_path, monkeypatch):
    (tmp_path / "papers").mkdir()
    monkeypatch.chdir(tmp_path)
    given = FLOWS["nightly"].validate_parameters({"papers": "papers", "home": "not/yet"})
    assert (given["papers"], given["home"]) == (tmp_path / "papers", tmp_path / "not/yet")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nightly", "--papers", "no/such/folder"], "there is no folder"),
        (["ingest", "--papers", __file__], "there is no folder"),
        (["nightly", "--limit", "-1"], "greater than or equal to 0"),
        (["ingest", "--limit", "-1"], "greater than or equal to 0"),
        (["backfill", "--limit", "0"], "greater than or equal to 1"),
    ],
)
def test_the_command_line_refuses_the_same(arguments, told, tmp_path):
    refused = CliRunner().invoke(app, [*arguments, "--home", str(tmp_path)], env={"COLUMNS": "200"})
    assert refused.exit_code == 2
    assert told in refused.output
    assert arguments[1] in refused.output
    assert not list(tmp_path.iterdir())
