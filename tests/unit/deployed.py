"""What `prefect.yaml` deploys, with the form of each deployment in Prefect's page.

python -m tests.unit.deployed > tests/unit/deployments.json
"""

import importlib
import json
from typing import Any

import yaml
from prefect.utilities.callables import parameter_schema

from tasks.provenance.versions import ROOT


def declared() -> list[dict[str, Any]]:
    return yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


def flow_of(deployment: dict[str, Any]) -> Any:
    module, _, name = deployment["entrypoint"].rpartition(".")
    return getattr(importlib.import_module(module), name)


def parameters(deployment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return parameter_schema(flow_of(deployment)).model_dump()["properties"]


def deployed() -> list[dict[str, Any]]:
    return [
        {**d, "description": flow_of(d).description, "parameter_schema": parameters(d)}
        for d in sorted(declared(), key=lambda d: d["name"])
    ]


if __name__ == "__main__":
    print(json.dumps(deployed(), indent=1))
