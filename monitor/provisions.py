"""What the server is given before it is built: policy, code table, sources, the key, the build.

Law: files and settings in, values or a ConfigurationRefused out; nothing is built or started here.
"""

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import monitor
from monitor.clinical.policy.faults import PolicyRefused
from monitor.clinical.policy.older import parse_stored
from monitor.clinical.policy.policy import ClinicPolicy, parse_policy
from monitor.errors import ConfigurationRefused
from monitor.hl7.codes import CodeTable
from monitor.hl7.source import EVERY_OTHER, SourceSettings, parse_sources

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
_OTHERS = 0o077  # rights of everybody but the owner
_KEY_LENGTH, _KEY_SIGNS = 32, 10


def policy_path(name: str) -> Path:
    """The file of a policy: a shipped one by its name, any other by its path."""
    return Path(name) if name.endswith(".toml") else HERE / "policies" / f"{name}.toml"


def read_policy(name: str) -> tuple[ClinicPolicy, str]:
    """The policy of that name in monitor/policies, or the one in a file; raises ConfigurationRefused."""
    try:
        text = policy_path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationRefused(f"MONITOR_POLICY={name!r}: there is no such policy file.") from error
    return parse_policy(text), text


def read_stored_policy(text: str, in_use: ClinicPolicy) -> ClinicPolicy:
    """The policy a session is pinned to; one that cannot be read any more is replaced by the policy in use, and said.

    A server that did not start would watch nobody: the clinic's present limits are better than none.
    """
    try:
        return parse_stored(text, policy_path("adult-ketamine").read_text(encoding="utf-8"))
    except PolicyRefused as refused:
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        log.error("policy %s of the record cannot be read, its sessions have the policy in use: %s", sha256, refused)
        return replace(in_use, sha256=sha256)


def read_sources(path: Path | None, zone: ZoneInfo) -> Mapping[str, SourceSettings]:
    """The settings of each source by MSH-3.1, and under "*" those of all others, whose times without one are in `zone`.

    Raises ConfigurationRefused.
    """
    every_other = SourceSettings(zone=zone)
    if path is None:
        return {EVERY_OTHER: every_other}
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationRefused(f"MONITOR_SOURCES={path}: there is no such file.") from error
    return parse_sources(text, every_other)


def read_codes() -> CodeTable:
    """The code table shipped with the product."""
    return CodeTable.from_toml((HERE / "hl7" / "codes.toml").read_text(encoding="utf-8"))


def build_id() -> str:
    """What changes when templates or static files do, so that an old page meets its new server."""
    digest = hashlib.sha256(monitor.__version__.encode())
    for folder in (HERE / "static", HERE.parent / "templates"):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.name.encode() + str(path.stat().st_mtime_ns).encode())
    return digest.hexdigest()[:12]


def secret_key(configured: str | None, folder: Path, file: Path | None = None) -> str:
    """The key given in the setting or in a file, or one made once and kept beside the record.

    Raises ConfigurationRefused for one that can be guessed, or read by other users of this machine.
    """
    if configured:
        return _strong(configured.strip(), "MONITOR_SECRET_KEY")
    path = file or folder / "secret_key"
    if file is None and not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    if path.stat().st_mode & _OTHERS:
        raise ConfigurationRefused(f"{path} can be read by other users of this machine: chmod 600 it.")
    return _strong(path.read_text().strip(), str(path))


def _strong(key: str, where: str) -> str:
    if len(key) < _KEY_LENGTH or len(set(key)) < _KEY_SIGNS:
        raise ConfigurationRefused(
            f"{where} is no secret: it needs {_KEY_LENGTH} random characters, as `openssl rand -base64 48` gives them."
        )
    return key
