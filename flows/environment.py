"""What the environment must say before Prefect is imported; what the operator set stays. Import this module first."""

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

# Prefect's httpx knows single addresses, not networks; requests knows both.
_LOOPBACK = ("127.0.0.1", "localhost", "::1", "127.0.0.0/8")


def spare_loopback(url: str = "") -> None:
    """Reach nothing on this machine through a proxy: Prefect's server, a mirror, the host of `url`."""
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in listed.split(",") if host.strip()]
    if hosts == ["*"]:
        return
    host = urlsplit(url).hostname or ""
    new = [h for h in (*_LOOPBACK, *([host] if _is_loopback(host) else [])) if h not in hosts]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(hosts + new)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


spare_loopback(os.environ.get("PREFECT_API_URL", ""))
# The server inside a run takes up to half a minute to start on a small machine, where Prefect gives it 20 s.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
# Lines for a log that is read weeks later: with day and time zone, by the run's name. (Prefect gives the hour alone.)
_LINE = "%(asctime)s | %(levelname)-7s | {}%(message)s"
for _of, _name in {"FLOW_RUN_FMT": "%(flow_run_name)s: ", "TASK_RUN_FMT": "%(task_run_name)s: ", "FORMAT": ""}.items():
    os.environ.setdefault(f"PREFECT_LOGGING_FORMATTERS_STANDARD_{_of}", _LINE.format(_name))
os.environ.setdefault("PREFECT_LOGGING_FORMATTERS_STANDARD_DATEFMT", "%Y-%m-%d %H:%M:%S%z")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
