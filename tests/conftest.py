"""What all tests share: no Prefect home, cache or settings of the user's is touched."""

import os
import tempfile

os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="prefect-home-")
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ.pop("PREFECT_API_URL", None)
for name in [n for n in os.environ if n.startswith("DIMINISHING_")]:
    del os.environ[name]
