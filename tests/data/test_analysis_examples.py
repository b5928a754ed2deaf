"""The examples of docs/analysis.md run on a release, as a person types them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.provenance.versions import ROOT

EXAMPLES = re.findall(r"```(sh|python|r)\n(.*?)```", (ROOT / "docs" / "analysis.md").read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def project(released, tmp_path_factory) -> Path:
    """A folder with `data/releases/latest`, as the project's has after a night."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "data").symlink_to(released.parent.parent, target_is_directory=True)
    return folder


def test_there_is_an_example_for_each_client():
    assert [language for language, _ in EXAMPLES] == ["sh", "python", "python", "r"]


def command(language: str, code: str) -> list[str]:
    """How a client runs the code."""
    clients = {"sh": ["bash", "-euc"], "python": [sys.executable, "-W", "error", "-c"], "r": ["Rscript", "-e"]}
    return [*clients[language], code]


@pytest.mark.parametrize(("language", "code"), EXAMPLES)
def test_an_example_prints_models_or_benchmarks(project, language, code):
    if language == "r" and not shutil.which("Rscript"):
        pytest.skip("no R on this machine (apt-get install r-base-core)")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command(language, code),
        cwd=project,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ResNet" in done.stdout or "EfficientNet" in done.stdout or "imagenet-1k" in done.stdout
