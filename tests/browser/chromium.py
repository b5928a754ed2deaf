"""Chromium without a driver: a page's DOM after its scripts have run, and what it wrote to the console."""

import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --virtual-time-budget=8000 --enable-logging=stderr"
)


def dom_and_console(html: str, folder: Path, width: int) -> tuple[str, list[str]]:
    """The page's DOM after its scripts have run in a window of the width, and what it wrote to the console."""
    page = folder / f"page-{width}.html"
    page.write_text(html, encoding="utf-8")
    command = [
        str(CHROMIUM),
        *FLAGS.split(),
        f"--user-data-dir={folder / f'profile-{width}'}",
        f"--window-size={width},900",
        "--dump-dom",
        page.as_uri(),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return run.stdout, [line for line in run.stderr.splitlines() if "CONSOLE" in line]
