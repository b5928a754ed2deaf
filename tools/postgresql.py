"""A PostgreSQL cluster in a folder, for Prefect's server: `make services`.

    python -m tools.postgresql start FOLDER     makes it where there is none, and starts it
    python -m tools.postgresql stop FOLDER

It listens on 127.0.0.1 only, asks for a password that is made with it, and runs as the user who calls, or as `postgres`
where root calls, which PostgreSQL refuses to run as. The address with the password stands in FOLDER/database-url.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ADDRESS = "database-url"
_DEBIAN = Path("/usr/lib/postgresql")
_SECONDS = "60"


class Unavailable(Exception):
    """PostgreSQL cannot be run here; the message says why."""


def program(name: str) -> str:
    """Path of one of PostgreSQL's programs: the newest of Debian's, which are on no PATH, else the one on it.

    Raises:
        Unavailable: it is not installed.
    """
    debian = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which(name)
    if not found:
        raise Unavailable(f"PostgreSQL's {name} is not installed: `apt-get install postgresql` brings it")
    return found


def start(folder: Path) -> str:
    """Make the cluster where there is none, and start it where it does not run; returns its address.

    Raises:
        Unavailable: PostgreSQL is not installed, or does not start.
    """
    data = _data(folder)
    if not data.exists():
        _make(folder)
    if _run("pg_ctl", "status", "--pgdata", str(data), check=False).returncode:
        log = str(data.parent / "log")
        _run("pg_ctl", "start", "--wait", "--timeout", _SECONDS, "--pgdata", str(data), "--log", log)
    return (folder / ADDRESS).read_text()


def stop(folder: Path) -> None:
    """Stop the cluster.

    Raises:
        Unavailable: it does not run.
    """
    _run("pg_ctl", "stop", "--wait", "--mode", "fast", "--timeout", _SECONDS, "--pgdata", str(_data(folder)))


def _data(folder: Path) -> Path:
    return folder.resolve() / "postgresql" / "data"


def _make(folder: Path) -> None:
    """A new cluster whose superuser is `prefect`, with the database `postgres` that every cluster has."""
    place = _data(folder).parent
    place.mkdir(parents=True, exist_ok=True)
    password, secret = secrets.token_urlsafe(24), place / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    if owner := _other_user():
        for path in (place, secret):
            shutil.chown(path, owner)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    try:
        _run(
            "initdb", "--username=prefect", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8",
            "--no-locale", "--pgdata", str(_data(folder)),
        )  # fmt: skip
    finally:
        secret.unlink()
    with (_data(folder) / "postgresql.conf").open("a") as settings:
        settings.write(f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n")
    address = folder / ADDRESS
    address.touch(mode=0o600)
    address.write_text(f"postgresql+asyncpg://prefect:{password}@127.0.0.1:{port}/postgres")


def _run(name: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    user = _other_user()
    done = subprocess.run(
        [program(name), *arguments],
        user=user,
        group=user and pwd.getpwnam(user).pw_gid,
        extra_groups=[] if user else None,
        cwd="/",  # the user may not enter every folder that the caller stands in
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise Unavailable(f"{name} failed: {' '.join(done.stdout.split())[-500:]}")
    return done


def _other_user() -> str | None:
    """Whom PostgreSQL runs as where the caller is root."""
    return "postgres" if os.geteuid() == 0 else None


def main() -> None:
    """Start or stop."""
    match sys.argv[1:]:
        case ["start", folder]:
            start(Path(folder))
            print(f"PostgreSQL runs; its address stands in {Path(folder) / ADDRESS}. Next: `make server`.")
        case ["stop", folder]:
            stop(Path(folder))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main()
    except Unavailable as reason:
        sys.exit(f"Error: {reason}")
