"""`tls FOLDER`: an authority, a server's and a device's certificate for a trial.

Law: never for a clinic's real use, and said so in the certificates; nothing that exists is overwritten; keys are
readable by their owner only.
"""

import argparse
import ipaddress
import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config import Config
from monitor.clock import system_clock
from monitor.errors import ConfigurationRefused

VALID = timedelta(days=90)
_NAMES = ("ca", "server", "device")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("tls", help="certificates for a trial of MLLP inside TLS")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--name", default="localhost", help="the name devices connect to (default localhost)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, config: Config) -> int:
    """Write ca.pem, server.pem, server.key, device.pem and device.key, and say how they are used."""
    del config
    folder: Path = arguments.folder
    make_trial(folder, arguments.name, system_clock().now())
    print(f"MONITOR_MLLPS_PORT=2576 MONITOR_MLLP_TLS_CERT={folder / 'server.pem'} \\")
    print(f"MONITOR_MLLP_TLS_KEY={folder / 'server.key'} MONITOR_MLLP_TLS_CLIENT_CA={folder / 'ca.pem'}")
    print(f"For a trial only, {VALID.days} days. The device gets device.pem, device.key and ca.pem.")
    return 0


def make_trial(folder: Path, name: str, now: datetime) -> None:
    """The files; raises ConfigurationRefused when one of them is there already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = [path for one in _NAMES for path in (folder / f"{one}.pem", folder / f"{one}.key") if path.exists()]
    if there:
        raise ConfigurationRefused(f"{there[0]} is there already; nothing was written.")
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = _subject("Trial authority of Infusion Monitor")
    ca = _builder(ca_name, ca_name, ca_key, now).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    _write(folder / "ca.pem", ca.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    usages = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "device": ExtendedKeyUsageOID.CLIENT_AUTH}
    for who, usage in usages.items():
        key = ec.generate_private_key(ec.SECP256R1())
        built = _builder(_subject(f"trial {who}"), ca_name, key, now)
        built = built.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        built = built.add_extension(x509.SubjectAlternativeName(_alternatives(name)), critical=False)
        _write(folder / f"{who}.pem", built.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        _write(folder / f"{who}.key", _pem(key))


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
    )


def _alternatives(name: str) -> list[x509.GeneralName]:
    try:
        own: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        own = x509.DNSName(name)
    return [own, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
