"""MLLP inside TLS: our certificate, and a client certificate that our authority vouches for.

Law: TLS 1.2 or newer, no peer without a certificate, and a handshake that is not finished in time ends.
"""

import ssl
from pathlib import Path

from monitor.errors import ConfigurationRefused

HANDSHAKE_S = 10.0


def server_context(certificate: Path, key: Path, client_ca: Path) -> ssl.SSLContext:
    """What a listening side needs; raises ConfigurationRefused for files that cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(client_ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationRefused(f"The certificates for MLLP over TLS cannot be used: {error}.") from error
    return context


def subject_of(connection: ssl.SSLSocket) -> str:
    """The common name in the peer's certificate, else its whole subject."""
    certificate = connection.getpeercert() or {}
    parts = {str(pair[0]): str(pair[1]) for group in certificate.get("subject", ()) for pair in group}
    return parts.get("commonName") or ", ".join(f"{name}={value}" for name, value in parts.items())


def reason_of(error: ssl.SSLError) -> str:
    """Why a handshake failed, in a few words."""
    return f"TLS: {(error.reason or type(error).__name__).replace('_', ' ').lower()}"
