"""What the clinic's IT sets, each also an environment variable.

Law: read by run.py and the tests only; no clinical number lives here.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import ConfigurationRefused
from monitor.networks import Network, networks

_CHAIR = re.compile(r"(?P<name>[\w .-]{1,16})=(?P<bed>[^,=]{0,64})")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class ChairSetting:
    """One chair and the bed id its monitor sends ("" when no monitor is bound yet)."""

    name: str
    bed: str


@dataclass(frozen=True, slots=True)
class EhrSetting:
    """Where summaries of sessions are sent, and what both ends call themselves in MSH-3 to 6."""

    host: str
    port: int
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    application: str = "INFUSION_MONITOR"
    facility: str = ""
    to_application: str = ""
    to_facility: str = ""
    answer_s: int = 30


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, checked; see docs/operators.md for what each is for."""

    http_host: str = "127.0.0.1"
    http_port: int = 8000
    mllp_host: str = "127.0.0.1"
    mllp_port: int = 2575
    mllps_port: int | None = None
    mllp_tls: tuple[Path, Path, Path] | None = None
    mllp_peers: tuple[Network, ...] = ()
    mllp_connections_per_address: int = 1024
    public_origin: str | None = None
    data_dir: Path = field(default_factory=lambda: Path("var"))
    database_url: str | None = None
    redis_url: str | None = None
    secret_key: str | None = None
    secret_key_file: Path | None = None
    trusted_proxies: tuple[Network, ...] = ()
    writes_a_minute: int = 600
    signing_key_file: Path | None = None
    audit_anchor_file: Path | None = None
    syslog: str | None = None
    policy: str = "adult-ketamine"
    chairs: tuple[ChairSetting, ...] = ()
    sources: Path | None = None
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    clinic_telephone: str = ""
    clock: str = "system"
    demo: bool = False
    async_mode: str = "eventlet"
    max_sockets: int = 1000
    max_sockets_per_address: int = 64
    max_sockets_per_sign_in: int = 4
    idle_lock_min: int = 10
    station_size: int = 64
    keep_raw_hours: int = 24
    log: str = "text"
    archive_after_days: int = 30
    bell_url: str | None = None
    notify_socket: str | None = None
    notify_every_s: float | None = None
    backups: Path | None = None
    require_sound: bool = True
    ehr: EhrSetting | None = None

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the record."""
        return self.database_url or f"sqlite:///{self.data_dir / 'monitor.db'}"

    @property
    def signing_key(self) -> Path:
        """The file of the key that signs discharges and the audit trail."""
        return self.signing_key_file or self.data_dir / "signing_key"

    @property
    def audit_anchors(self) -> Path:
        """The file that heads of the audit trail are added to."""
        return self.audit_anchor_file or self.data_dir / "audit_anchors"

    def bound_to(self, http_port: int, mllp_port: int) -> "Config":
        """The same settings with the ports the listeners really have (0 asks the system for a free one)."""
        return replace(self, http_port=http_port, mllp_port=mllp_port)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the server over https, which gives __Host- cookies and HSTS."""
        return self.public_origin is not None and self.public_origin.startswith("https://")

    @property
    def origins(self) -> tuple[str, ...]:
        """The only origins a browser may come from."""
        if self.public_origin is not None:
            return (self.public_origin,)
        return tuple(f"http://{host}:{self.http_port}" for host in ("127.0.0.1", "localhost"))


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise ConfigurationRefused(f"{name}={text!r} is not a whole number from {low} to {high}")
    return int(text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationRefused(f"MONITOR_TIMEZONE={name!r} is no zone name like 'Europe/Madrid'") from error


def _chairs(text: str) -> tuple[ChairSetting, ...]:
    chairs = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _CHAIR.fullmatch(part)
        if match is None:
            raise ConfigurationRefused(f"MONITOR_CHAIRS: {part!r} is not like 'CH1=BEDID'")
        chairs.append(ChairSetting(match["name"].strip(), match["bed"].strip()))
    for what in ("name", "bed"):
        values = [value for chair in chairs if (value := getattr(chair, what))]
        if len(set(values)) != len(values):
            raise ConfigurationRefused(f"MONITOR_CHAIRS names the same {what} twice")
    return tuple(chairs)


def _origin(text: str | None, http_host: str) -> str | None:
    if not text:
        if http_host not in _LOOPBACK:
            raise ConfigurationRefused(
                f"MONITOR_HTTP_HOST={http_host} is reachable from other machines: "
                "set MONITOR_PUBLIC_ORIGIN to the https address browsers use"
            )
        return None
    origin = text.rstrip("/")
    if re.fullmatch(r"https://[\w.-]+(:\d{1,5})?", origin) or re.fullmatch(
        r"http://(localhost|127\.0\.0\.1)(:\d{1,5})?", origin
    ):
        return origin
    raise ConfigurationRefused(f"MONITOR_PUBLIC_ORIGIN={text!r} must be an https origin such as https://clinic.example")


def _mllps_port(env: Mapping[str, str]) -> int | None:
    return _number(env, "MONITOR_MLLPS_PORT", 0, 0, 65535) if env.get("MONITOR_MLLPS_PORT") else None


def _mllp_tls(env: Mapping[str, str]) -> tuple[Path, Path, Path] | None:
    """Certificate, key and the authority of the clients, for MLLP inside TLS."""
    names = ("MONITOR_MLLP_TLS_CERT", "MONITOR_MLLP_TLS_KEY", "MONITOR_MLLP_TLS_CLIENT_CA")
    cert, key, client_ca = (_file(env, name) for name in names)
    if cert and key and client_ca:
        if not env.get("MONITOR_MLLPS_PORT"):
            raise ConfigurationRefused(f"{names[0]} is set, but MONITOR_MLLPS_PORT names no port")
        return cert, key, client_ca
    missing = [name for name in names if not env.get(name)]
    if len(missing) < len(names) or env.get("MONITOR_MLLPS_PORT"):
        raise ConfigurationRefused(f"MLLP inside TLS also needs {' and '.join(missing)}")
    return None


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return networks(filter(None, (piece.strip() for piece in env.get(name, "").split(","))))
    except ValueError as error:
        raise ConfigurationRefused(f"{name}: {error}; write addresses or networks like '10.1.2.0/24'") from error


def _mllp_host(env: Mapping[str, str]) -> str:
    """MLLP knows no sign-in: open to other machines, it needs the list of those that may send."""
    host = env.get("MONITOR_MLLP_HOST", "127.0.0.1")
    if host not in _LOOPBACK and not _networks(env, "MONITOR_MLLP_PEERS"):
        raise ConfigurationRefused(
            f"MONITOR_MLLP_HOST={host} is reachable from other machines, and MLLP has no sign-in: "
            "set MONITOR_MLLP_PEERS to the addresses or networks of your devices"
        )
    return host


def _refuse_debugging(env: Mapping[str, str]) -> None:
    if env.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        raise ConfigurationRefused("FLASK_DEBUG is set: a debugger shows patients' data to whoever asks; unset it")


_OF_THE_EHR = (
    *("MONITOR_EHR_TLS_CA", "MONITOR_EHR_TLS_CERT", "MONITOR_EHR_TLS_KEY", "MONITOR_EHR_OUR_APPLICATION"),
    *("MONITOR_EHR_OUR_FACILITY", "MONITOR_EHR_APPLICATION", "MONITOR_EHR_FACILITY", "MONITOR_EHR_ANSWER_S"),
)


def _ehr(env: Mapping[str, str]) -> EhrSetting | None:
    address = env.get("MONITOR_EHR", "")
    if not address:
        given = [name for name in _OF_THE_EHR if env.get(name)]
        if given:
            raise ConfigurationRefused(f"{given[0]} is set, but MONITOR_EHR names no destination")
        return None
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigurationRefused(f"MONITOR_EHR={address!r} is not like 'ehr.clinic.example:2576'")
    ca, cert, key = (_file(env, name) for name in _OF_THE_EHR[:3])
    if ca is None and (cert or key):
        raise ConfigurationRefused("MONITOR_EHR_TLS_CA is missing: without it nobody knows who answers")
    if (cert is None) != (key is None):
        raise ConfigurationRefused("MONITOR_EHR_TLS_CERT and MONITOR_EHR_TLS_KEY belong together")
    return EhrSetting(
        host=host.strip("[]"),
        port=int(port),
        tls_ca=ca,
        tls_cert=cert,
        tls_key=key,
        application=env.get("MONITOR_EHR_OUR_APPLICATION") or "INFUSION_MONITOR",
        facility=env.get("MONITOR_EHR_OUR_FACILITY", ""),
        to_application=env.get("MONITOR_EHR_APPLICATION", ""),
        to_facility=env.get("MONITOR_EHR_FACILITY", ""),
        answer_s=_number(env, "MONITOR_EHR_ANSWER_S", 30, 1, 600),
    )


def _log(form: str) -> str:
    if form not in ("text", "json"):
        raise ConfigurationRefused(f"MONITOR_LOG={form!r} is neither 'text' nor 'json'")
    return form


def _file(env: Mapping[str, str], name: str) -> Path | None:
    if not env.get(name):
        return None
    if not Path(env[name]).is_file():
        raise ConfigurationRefused(f"{name}={env[name]}: there is no such file")
    return Path(env[name])


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings; raises ConfigurationRefused with the variable and what it accepts."""
    env = os.environ if environ is None else environ
    async_mode = env.get("MONITOR_ASYNC_MODE", "eventlet")
    if async_mode not in ("eventlet", "threading"):
        raise ConfigurationRefused(f"MONITOR_ASYNC_MODE={async_mode!r} is neither 'eventlet' nor 'threading'")
    _refuse_debugging(env)
    http_host = env.get("MONITOR_HTTP_HOST", "127.0.0.1")
    return Config(
        http_host=http_host,
        http_port=_number(env, "MONITOR_HTTP_PORT", 8000, 0, 65535),
        mllp_host=_mllp_host(env),
        mllp_port=_number(env, "MONITOR_MLLP_PORT", 2575, 0, 65535),
        mllps_port=_mllps_port(env),
        mllp_tls=_mllp_tls(env),
        mllp_peers=_networks(env, "MONITOR_MLLP_PEERS"),
        mllp_connections_per_address=_number(env, "MONITOR_MLLP_CONNECTIONS_PER_ADDRESS", 1024, 1, 4096),
        public_origin=_origin(env.get("MONITOR_PUBLIC_ORIGIN"), http_host),
        data_dir=Path(env.get("MONITOR_DATA_DIR", "var")),
        database_url=env.get("MONITOR_DATABASE_URL") or None,
        redis_url=env.get("MONITOR_REDIS_URL") or None,
        secret_key=env.get("MONITOR_SECRET_KEY") or None,
        secret_key_file=_file(env, "MONITOR_SECRET_KEY_FILE"),
        trusted_proxies=_networks(env, "MONITOR_TRUSTED_PROXIES"),
        writes_a_minute=_number(env, "MONITOR_WRITES_A_MINUTE", 600, 1, 1_000_000),
        signing_key_file=Path(env["MONITOR_SIGNING_KEY"]) if env.get("MONITOR_SIGNING_KEY") else None,
        audit_anchor_file=Path(env["MONITOR_AUDIT_ANCHORS"]) if env.get("MONITOR_AUDIT_ANCHORS") else None,
        syslog=env.get("MONITOR_SYSLOG") or None,
        policy=env.get("MONITOR_POLICY", "adult-ketamine"),
        chairs=_chairs(env.get("MONITOR_CHAIRS", "")),
        sources=Path(env["MONITOR_SOURCES"]) if env.get("MONITOR_SOURCES") else None,
        timezone=_zone(env.get("MONITOR_TIMEZONE", "UTC")),
        clinic_telephone=env.get("MONITOR_CLINIC_TELEPHONE", "").strip(),
        clock=env.get("MONITOR_CLOCK", "system"),
        demo=env.get("MONITOR_DEMO", "") in ("1", "true", "yes"),
        async_mode=async_mode,
        max_sockets=_number(env, "MONITOR_MAX_SOCKETS", 1000, 1, 100_000),
        max_sockets_per_address=_number(env, "MONITOR_MAX_SOCKETS_PER_ADDRESS", 64, 1, 100_000),
        max_sockets_per_sign_in=_number(env, "MONITOR_MAX_SOCKETS_PER_SIGN_IN", 4, 1, 100_000),
        idle_lock_min=_number(env, "MONITOR_IDLE_LOCK_MIN", 10, 2, 15),
        station_size=_number(env, "MONITOR_STATION_SIZE", 64, 1, 64),
        log=_log(env.get("MONITOR_LOG", "text")),
        bell_url=env.get("MONITOR_BELL_URL") or None,
        notify_socket=env.get("NOTIFY_SOCKET") or None,
        notify_every_s=int(env["WATCHDOG_USEC"]) / 1e6 if env.get("WATCHDOG_USEC", "").isdigit() else None,
        archive_after_days=_number(env, "MONITOR_ARCHIVE_AFTER_DAYS", 30, 0, 36_500),
        backups=Path(env["MONITOR_BACKUPS"]) if env.get("MONITOR_BACKUPS") else None,
        keep_raw_hours=_number(env, "MONITOR_KEEP_RAW_HOURS", 24, 0, 24 * 366),
        require_sound=env.get("MONITOR_REQUIRE_SOUND", "1") not in ("0", "false", "no"),
        ehr=_ehr(env),
    )
