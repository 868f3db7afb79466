"""What the server is made of is listed whole: each part with its licence, its hash and its place in the bill."""

import json
import re
import subprocess
import sys
from importlib.metadata import distribution

import pytest

from tests.architecture.licences import ACCEPTED, HOUSE, listed, locked, names_in, parts, vendored

# What older packages say of themselves, for those without an SPDX expression of their own.
_FAMILIES = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def test_every_package_that_runs_has_its_licence_listed_and_nothing_else_is() -> None:
    assert set(listed()) == set(locked())


@pytest.mark.parametrize("name", sorted(listed()))
def test_the_licence_listed_is_the_one_the_package_states(name: str) -> None:
    told, stated = names_in(listed()[name]), distribution(name).metadata
    assert told <= ACCEPTED, f"{name}: {told - ACCEPTED} is not accepted here"
    if expression := stated.get("License-Expression"):
        assert told == names_in(expression)
        return
    marks = [line.rpartition(" :: ")[2] for line in stated.get_all("Classifier") or () if line.startswith("License")]
    for mark in marks:
        assert any(one.startswith(_FAMILIES[mark]) for one in told), f"{name} says {mark}"


def test_every_vendored_file_has_its_licence_beside_it_and_that_is_the_one_named() -> None:
    rows = (HOUSE / "monitor/static/vendor/VENDORED.md").read_text(encoding="utf-8").count("\n| `")
    assert len(vendored()) == rows > 2
    opening = {"MIT": "MIT License", "OFL-1.1": "SIL Open Font License"}
    for part, licence_file in vendored():
        said = re.sub(r"\s+", " ", licence_file.read_text(encoding="utf-8"))
        assert opening[part.licence].casefold() in said.casefold(), licence_file


def test_the_bill_of_materials_names_every_part_with_version_licence_and_hash() -> None:
    done = subprocess.run(  # without site packages: a fresh machine has none
        [sys.executable, "-I", "-S", "-c", "import sys, runpy; sys.path.insert(0, '.'); "
         "runpy.run_module('tests.architecture.write_sbom', run_name='__main__')"],
        cwd=HOUSE, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    bill = json.loads(done.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    told = {one["purl"]: one for one in bill["components"]}
    assert set(told) == {part.address for part in parts()} == {one["bom-ref"] for one in bill["components"]}
    assert f"pkg:pypi/flask@{locked()['flask'][0]}" in told
    assert "pkg:npm/socket.io-client@" in "".join(told)
    for one in told.values():
        assert one["licenses"]
        assert one["hashes"], one["name"]
    (root,) = bill["dependencies"]
    assert root["ref"] == bill["metadata"]["component"]["bom-ref"]
    assert set(root["dependsOn"]) <= set(told)


def test_what_the_scanner_may_overlook_is_named_one_finding_at_a_time_and_with_a_reason() -> None:
    looked_at = [*(HOUSE / "monitor").rglob("*.py"), *(HOUSE / "simulators").rglob("*.py"), HOUSE / "run.py"]
    excuses = [
        line
        for path in (*looked_at, HOUSE / "config.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "nosec" in line
    ]
    assert excuses
    for line in excuses:
        assert re.search(r"#.*# nosec B\d{3}$|# nosec B\d{3} # \w+", line), line
    assert "[bandit]" not in (HOUSE / "setup.cfg").read_text(encoding="utf-8")
