"""No package below the version in which its known holes are closed. Sources: the advisories named beside each floor."""

import re
from importlib import metadata
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FLOORS = {
    "python-engineio": "4.13.3",  # CVE-2026-48802, CVE-2026-48809: threads and payloads without bound
    "python-socketio": "5.16.3",  # CVE-2026-48804: attachments pile up; CVE-2025-61765: pickle on the message queue
    "eventlet": "0.41",  # CVE-2021-21419, CVE-2023-29483, CVE-2025-58068: smuggling by trailers
    "flask": "3.1.3",  # CVE-2023-30861, CVE-2026-27205: Vary: Cookie
    "werkzeug": "3.1.6",  # CVE-2024-49766, CVE-2024-49767, CVE-2025-66221, CVE-2026-27199
    "jinja2": "3.1.6",  # the sandbox and xmlattr series
    "h11": "0.16",  # CVE-2025-43859
    "gevent": "25.4.1",  # CVE-2023-41419, smuggling by 100-continue; not used
    "gunicorn": "23.0",  # CVE-2024-1135, CVE-2024-6827; not used
    "cryptography": "44.0.1",  # CVE-2024-12797 in the OpenSSL it brings
    "dnspython": "2.6.1",  # CVE-2023-29483, below eventlet
}
BROWSER_FLOORS = {"socket.io-client": "4.8", "plotly.js-basic-dist-min": "2.25.2"}  # CVE-2026-33151; CVE-2023-46308
_PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(.*)$", re.MULTILINE)
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}", re.MULTILINE)


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def pinned(lock: str) -> dict[str, str]:
    found = {name: version for name, version, _ in _PINNED.findall((HOUSE / lock).read_text())}
    assert len(found) > 20
    return found


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_nothing_locked_is_below_its_floor(lock: str) -> None:
    for name, version in pinned(lock).items():
        assert number(version) >= number(FLOORS.get(name, "0")), f"{name} {version} is below {FLOORS[name]}"


def test_what_runs_here_is_what_is_locked_and_so_above_every_floor() -> None:
    locked = pinned("requirements.lock")
    here = {name: installed(name) for name in locked}
    assert {name: version for name, version in here.items() if version not in (None, locked[name])} == {}
    assert [name for name in ("flask", "eventlet", "python-socketio") if here[name] is None] == []


def installed(name: str) -> str | None:
    """The version in this environment; None for what another system would have."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def test_what_is_asked_for_can_never_be_resolved_below_its_floor() -> None:
    asked = dict(re.findall(r"^    ([a-z0-9-]+)>=([\d.]+)", (HOUSE / "setup.cfg").read_text(), re.MULTILINE))
    for name, floor in FLOORS.items():
        if name in asked:
            assert number(asked[name]) >= number(floor), f"setup.cfg: {name}>={asked[name]}"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_everything_locked_is_pinned_by_its_hash(lock: str) -> None:
    text = (HOUSE / lock).read_text()
    for part in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE):
        if _PINNED.match(part):
            assert _HASH.search(part), part.splitlines()[0]


def test_what_browsers_are_given_is_above_its_floor() -> None:
    page = (HOUSE / "monitor/static/vendor/VENDORED.md").read_text()
    for package, floor in BROWSER_FLOORS.items():
        row = re.search(rf"`{re.escape(package)}` \([^|]*\| ([\d.]+) \|", page)
        assert row is not None, package
        assert number(row[1]) >= number(floor)
