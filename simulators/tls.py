"""TLS towards the receiver, as a gateway that is set to MLLPS would speak it.

Law: the receiver's certificate and name are always checked; what goes wrong says what to do.
"""

import ssl
from pathlib import Path


class TlsRefused(Exception):
    """A file cannot be used; the text says which."""


def client_context(ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """`ca` vouches for the receiver (None: the authorities of this machine); raises TlsRefused."""
    if key is not None and certificate is None:
        raise TlsRefused("--key needs --cert, the certificate it belongs to")
    try:
        context = ssl.create_default_context(cafile=None if ca is None else str(ca))
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        said = error.strerror or str(error)
        raise TlsRefused(
            f"the certificates ({ca or 'no --ca'}, {certificate or 'no --cert'}) cannot be used: {said}"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def words(error: OSError) -> str:
    """Why a line could not be opened or was lost."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the receiver's certificate is not believed ({error.verify_message}): give its authority with --ca"
    if isinstance(error, ssl.SSLError) and "_ALERT_" in (error.reason or ""):
        said = str(error.reason).partition("_ALERT_")[2].replace("_", " ").lower()
        return f"the receiver does not accept us ({said}): give --cert and --key that its authority has signed"
    if isinstance(error, ssl.SSLError):
        return f"the receiver does not speak TLS on this port ({(error.reason or '').replace('_', ' ').lower()})"
    return str(error)
