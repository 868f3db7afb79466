"""`make sbom`: what the server is made of, as CycloneDX 1.5 JSON on standard output.

Law: standard library only; the same lock gives the same bytes, so that two of them can be compared.
"""

import configparser
import json
import re
import sys
import uuid
from typing import Any

from tests.architecture.licences import HOUSE, Part, parts

_ROOT = "infusion-monitor"
Document = dict[str, Any]


def bill() -> Document:
    """The bill of materials; the hashes of a package are those of each of its files that may be installed."""
    setup = configparser.ConfigParser()
    setup.read(HOUSE / "setup.cfg", encoding="utf-8")
    everything = sorted(parts(), key=lambda part: part.address)
    direct = set(re.findall(r"^([A-Za-z0-9._-]+)", setup["options"]["install_requires"], re.MULTILINE))
    root = f"{_ROOT}@{setup['metadata']['version']}"
    needed = [part.address for part in everything if part.kind == "npm" or part.name in direct]
    body: Document = {
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": _ROOT,
                "version": setup["metadata"]["version"],
                "licenses": [{"license": {"id": setup["metadata"]["license"]}}],
            }
        },
        "components": [_component(part) for part in everything],
        "dependencies": [{"ref": root, "dependsOn": needed}],
        # All parts are here; which of them another one needs is not said by the lock.
        "compositions": [
            {"aggregate": "complete", "assemblies": [root]},
            {"aggregate": "unknown", "dependencies": [part.address for part in everything]},
        ],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(body, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return {"$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", **head, **body}


def _component(part: Part) -> Document:
    one = {"license": {"id": part.licence}}
    return {
        "type": "library",
        "bom-ref": part.address,
        "name": part.name,
        "version": part.version,
        "purl": part.address,
        "licenses": [{"expression": part.licence} if " " in part.licence else one],
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in part.hashes],
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=2)
    sys.stdout.write("\n")
