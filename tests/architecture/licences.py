"""What the server is made of and under which licence, read from the lock, docs/licences.md and VENDORED.md.

Law: standard library only, so that `make sbom` needs nothing installed.
"""

import re
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "docs" / "licences.md"
VENDORED = HOUSE / "monitor" / "static" / "vendor" / "VENDORED.md"
# What may be built into a product of any licence, and MPL, which asks only for its own files.
ACCEPTED = frozenset(
    (
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "OFL-1.1",
        "PSF-2.0",
    )
)
_PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_ROW = re.compile(r"^\| `?([^`|]+?)`? \| ([^|]+?) \|", re.MULTILINE)
_VENDORED_ROW = re.compile(
    r"^\| `([^`]+)` \| `([^`]+)` \(`[^`]+`\) \| ([\d.]+) \| ([^,|]+), `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE
)
_SPDX = {"MIT": "MIT", "SIL OFL 1.1": "OFL-1.1"}


@dataclass(frozen=True)
class Part:
    """One package as it is installed or delivered; `licence` is an SPDX expression, `hashes` are SHA-256 in hex."""

    kind: str  # of the package address: pypi or npm
    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"pkg:{self.kind}/{self.name}@{self.version}"


def locked() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Version and hashes of every package `requirements.lock` installs, by name."""
    text = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE):
        if pinned := _PINNED.match(part):
            found[pinned[1]] = (pinned[2], tuple(_HASH.findall(part)))
    return found


def listed() -> dict[str, str]:
    """The licence of each package as docs/licences.md says it."""
    rows = dict(_ROW.findall(PAGE.read_text(encoding="utf-8")))
    return {name: licence for name, licence in rows.items() if name not in ("package", "---")}


def vendored() -> list[tuple[Part, Path]]:
    """What is delivered to browsers, each with the file of its licence."""
    return [
        (Part("npm", name, version, _SPDX[licence], (digest,)), (VENDORED.parent / licence_file).resolve())
        for _, name, version, licence, licence_file, digest in _VENDORED_ROW.findall(
            VENDORED.read_text(encoding="utf-8")
        )
    ]


def parts() -> list[Part]:
    """Everything, in the order of the lock; raises KeyError for a package without a licence."""
    licences = listed()
    ours = [Part("pypi", name, version, licences[name], hashes) for name, (version, hashes) in locked().items()]
    return ours + [part for part, _ in vendored()]


def names_in(expression: str) -> set[str]:
    """The licences of an SPDX expression."""
    return set(re.findall(r"[A-Za-z0-9.-]+", expression)) - {"AND", "OR", "WITH"}
