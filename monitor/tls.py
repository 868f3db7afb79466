"""TLS towards somebody else: whom we believe, who we are to them, and what went wrong in words an engineer can act on.

Law: TLS 1.2 or newer, the other side's certificate and name are always checked, and no sentence holds what was sent.
"""

import ssl
from pathlib import Path

from monitor.errors import ConfigurationRefused

_EXPIRED, _NOT_YET, _NAMES = 10, 9, (62, 64)  # X509_V_ERR_… of OpenSSL
_WANTS_OURS = ("CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE")
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
_CUT = (ssl.SSLEOFError, ConnectionResetError, BrokenPipeError)


def client_context(ca: Path | None, certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """`ca` vouches for the other side (None: the authorities of this machine); raises ConfigurationRefused."""
    try:
        context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationRefused(f"The authority {ca} cannot be used: {_said(error)}.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        try:
            context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationRefused(
                f"The certificate {certificate} with its key {key or certificate} cannot be used: {_said(error)}."
            ) from error
    return context


def trouble(error: OSError, host: str, *, inside_tls: bool) -> str:
    """Why a connection failed; a side that refuses a certificate may be gone before its alert is read."""
    if inside_tls and isinstance(error, _CUT):
        return (
            f"{host} ended the connection: it may ask for a client certificate, with its key, that its authority signed"
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return _unbelieved(error, host)
    if isinstance(error, ssl.SSLError):
        reason = error.reason or ""
        if reason.endswith(_WANTS_OURS):
            return f"{host} asks for a client certificate: give one, with its key, that its authority signed"
        if "_ALERT_" in reason:
            word = reason.partition("_ALERT_")[2].replace("_", " ").lower()
            return f"{host} does not accept our client certificate ({word}): its authority must have signed it"
        if reason in _NO_TLS:
            return f"{host} does not speak TLS on this port"
    return _said(error)


def _unbelieved(error: ssl.SSLCertVerificationError, host: str) -> str:
    if error.verify_code == _EXPIRED:
        return f"the certificate of {host} has expired: it must be renewed there"
    if error.verify_code == _NOT_YET:
        return f"the certificate of {host} is not valid yet: compare the clocks"
    if error.verify_code in _NAMES:
        return f"the certificate is not for the name {host}: connect to the name in it, or have it made for this one"
    return f"the certificate of {host} is not signed by the authority we trust: give the authority that signed it"


def _said(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
