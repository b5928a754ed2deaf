"""`kill -9` while documents are fetched: what is stored stays, what was under way is fetched again, nothing else is."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from tasks.provenance.versions import ROOT
from tasks.storage.store import DocumentStore
from tests.live import LiveServer
from tests.live.faults import SlowDrip
from tests.papers import write_paper

PDF = "/export.arxiv.org/pdf/"
PAPERS = 6

# The flow's function without Prefect's server, and without the watch list: what is fetched is what the harvest finds.
RUN = """
import sys
from datetime import date
from pathlib import Path
if __name__ == "__main__":
    from flows.pipeline import ingest  # here: a process that reads papers starts with this file as well
    from tasks.sources import registry
    registry.load_watchlist = lambda: []
    ingest.fn(home=Path(sys.argv[1]), since=date.fromisoformat(sys.argv[2]))
"""


def test_a_kill_while_documents_are_fetched_loses_none_and_fetches_none_twice(live_server: LiveServer, tmp_path):
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    for i in range(PAPERS):
        pdf = write_paper(tmp_path / f"{i}.pdf", f"KillNet-{i}0", 61.5 + i, i + 1).read_bytes()
        live_server.catalogue.add_paper(f"2611.0010{i}", f"Study {i}", pdf, "ImageNet.", ("cs.CV",), yesterday)
    script, home = tmp_path / "run.py", tmp_path / "home"
    script.write_text(RUN)
    command = [sys.executable, str(script), str(home), yesterday.isoformat()]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DIMINISHING_OFFLINE": "false",
        "DIMINISHING_MIRROR": live_server.url,
        "DIMINISHING_INTERVAL_SECONDS": "0",
    }
    live_server.fault(PDF, SlowDrip(seconds=0.02, size=200))
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    store, until = DocumentStore(home), time.monotonic() + 120
    while len(store.sidecars()) < 2:
        assert process.poll() is None and time.monotonic() < until, "the moment never came"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    stored = {s.arxiv_id for s in store.sidecars()}
    assert 2 <= len(stored) < PAPERS

    live_server.clear_faults()
    live_server.clear_log()
    subprocess.run(command, env=environment, check=True, timeout=120)
    fetched = Counter(r.path.removeprefix(PDF) for r in live_server.bodies(PDF))
    assert set(fetched) == {f"2611.0010{i}v1" for i in range(PAPERS)} - stored
    assert set(fetched.values()) == {1}
    assert {s.arxiv_id for s in store.sidecars()} == {f"2611.0010{i}v1" for i in range(PAPERS)}
    # What was under way when the kill came lies beside the store, and is swept some hours later.
    assert len(list(home.rglob("*.part"))) <= 1 and not list(store.documents.rglob("*.part"))
