"""Known vulnerabilities of the locked packages: `make audit`.

Ends with 1 where there are any. Where nobody can be asked (no network, a mirror without advisories) it says so and ends
with 0: that is a state of the network, and no fault of the lock.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tasks.provenance.versions import ROOT

_SECONDS = 180  # for one question on each package


def command(lock: Path) -> list[str]:
    """How pip-audit is asked about a lock."""
    return [
        sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--require-hashes",
        "--format", "json", "--progress-spinner", "off", "--timeout", "10",
    ]  # fmt: skip


def audited(lock: Path) -> list[dict[str, Any]] | str:
    """What pip-audit says of each package of a lock; or, in words, why it could not say anything."""
    try:
        done = subprocess.run(command(lock), capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {_SECONDS} s"
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return done.stderr.strip().rpartition("\n")[2][:300]
    if all("skip_reason" in package for package in packages):
        return "the registry that was asked has no advisories"
    return packages


def report(packages: list[dict[str, Any]]) -> list[str]:
    """A line for each vulnerability that is known."""
    return [
        f"{p['name']} {p['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no version yet'}"
        for p in packages
        for v in p.get("vulns", [])
    ]


def main() -> int:
    """Audit the lock."""
    packages = audited(ROOT / "requirements.lock")
    if isinstance(packages, str):
        print(f"requirements.lock was not audited: {packages}")
        return 0
    found, asked = report(packages), [p for p in packages if "skip_reason" not in p]
    print("\n".join([*found, f"{len(asked)} of {len(packages)} packages audited, {len(found)} vulnerabilities known"]))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
